"""What should happen to one due record: nothing, a write, or a question to a person. Pure; knows no requests.

The state of a record and of its link decide alone (level, not edge): no event is remembered anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bluepro.quickbooks.snapshot import ContactRecord, InvoiceRecord, Kind, PaymentRecord, Record, ServiceRecord
from bluepro.quickbooks.translate import names
from bluepro.quickbooks.translate import outcome as translated
from bluepro.quickbooks.translate.contact import translate_contact
from bluepro.quickbooks.translate.invoice import translate_invoice
from bluepro.quickbooks.translate.item import translate_item
from bluepro.quickbooks.translate.payment import translate_payment
from bluepro.quickbooks.work import Candidate, Carried, Clean, Hold, Trouble, Work
from qbo_client import wire

ENTITY_TYPES: dict[Kind, type[wire.Entity]] = {
    Kind.CONTACT: wire.Customer,
    Kind.SERVICE: wire.Item,
    Kind.INVOICE: wire.Invoice,
    Kind.PAYMENT: wire.Payment,
}

UNSENT = frozenset({"draft", "scheduled"})

AnyPayload = translated.Payload[Any]  # Any: one of the four entities, told apart by the candidate's kind


@dataclass(frozen=True, slots=True)
class Write:
    """A write to be cut into a request: what to send and what settling it needs."""

    carried: Carried
    entity: wire.Entity
    group: int = 0


Intent = Clean | Hold | Write


class Naming:
    """Hands out names that are unique in the realm, also among those given out in the same plan."""

    def __init__(self, taken: Mapping[tuple[Kind, str], int], held_by_others: frozenset[str]) -> None:
        self._owners = dict(taken)
        self._held_by_others = held_by_others

    def name_for(self, candidate: Candidate, wanted: str) -> str:
        """The name that the record keeps or gets: it keeps its name as long as it asks for the same."""
        link = candidate.link
        if link is not None and link.name and link.wanted == wanted and self._free(candidate, names.key(link.name)):
            return link.name
        held = candidate.kind is Kind.CONTACT and names.key(wanted) in self._held_by_others
        name = names.free_name(wanted, lambda key: not self._free(candidate, key), held_by_other_list=held)
        self._owners[candidate.kind, names.key(name)] = candidate.record_id
        return name

    def _free(self, candidate: Candidate, key: str) -> bool:
        return self._owners.get((candidate.kind, key), candidate.record_id) == candidate.record_id


def intent(candidate: Candidate, work: Work, naming: Naming) -> Intent:
    """What should happen to the candidate now."""
    record, link = candidate.record, candidate.link
    if record is None:
        return _gone(candidate)
    if isinstance(record, InvoiceRecord) and record.status in UNSENT:
        return clean(candidate)
    if isinstance(record, InvoiceRecord) and record.status == "cancelled":
        return _cancelled(candidate)
    payload = _translate(candidate, record, work, naming)
    if isinstance(payload, Hold):
        return payload
    if link is not None and link.entity_id and (payload.fingerprint == link.fingerprint or not payload.changed):
        return clean(candidate)
    return Write(_carried(candidate, record, payload, work), payload.entity, candidate.group)


def clean(candidate: Candidate) -> Clean:
    """Nothing to send at this revision."""
    link_id = candidate.link.id if candidate.link else 0
    return Clean(candidate.kind, candidate.record_id, candidate.revision, link_id)


def label(record: Record) -> str:
    """What people call the record."""
    match record:
        case ContactRecord():
            return record.display_name[:200]
        case ServiceRecord():
            return record.name[:200]
        case InvoiceRecord():
            return f"Invoice {record.number}"
        case PaymentRecord():
            return f"Payment of {record.amount} on {record.paid_on.isoformat()}"


def _gone(candidate: Candidate) -> Intent:
    """Deleted in BluePro: invoices and payments are deleted there, contacts and services stay."""
    link = candidate.link
    if link is None or not link.entity_id or candidate.kind in (Kind.CONTACT, Kind.SERVICE):
        return clean(candidate)
    return _bare_write(candidate, wire.Operation.DELETE, f"deleted {candidate.kind.name.lower()}")


def _cancelled(candidate: Candidate) -> Intent:
    link = candidate.link
    if link is None or not link.entity_id or link.voided:
        return clean(candidate)
    assert candidate.record is not None  # a gone record never comes here
    return _bare_write(candidate, wire.Operation.VOID, label(candidate.record))


def _bare_write(candidate: Candidate, operation: wire.Operation, name: str) -> Write:
    """A delete or void: id and sync token are all it needs."""
    link = candidate.link
    assert link is not None  # the callers looked
    carried = Carried(
        kind=candidate.kind,
        record_id=candidate.record_id,
        operation=operation,
        revision=candidate.revision,
        link_id=link.id,
        generation=link.generation,
        label=name,
        entity_id=link.entity_id,
        sync_token=link.sync_token,
        owned=link.owned,
        attempts=link.attempts,
    )
    entity_type = wire.Invoice if candidate.kind is Kind.INVOICE else wire.Payment
    return Write(carried, entity_type(id=link.entity_id, sync_token=link.sync_token), candidate.group)


def _translate(candidate: Candidate, record: Record, work: Work, naming: Naming) -> AnyPayload | Hold:
    answer = _payload(candidate, record, work, naming)
    if not isinstance(answer, translated.Held):
        return answer
    trouble = Trouble(answer.cause, answer.message, WHO_FIXES[answer.who], {"field": answer.field})
    link_id = candidate.link.id if candidate.link else 0
    return Hold(candidate.kind, candidate.record_id, candidate.revision, link_id, label(record), trouble)


WHO_FIXES = {
    translated.Who.EDITOR: "Change the record here; it is sent again by itself.",
    translated.Who.MAPPER: "An Owner or Admin changes the QuickBooks mapping; then press Push again.",
    translated.Who.DECIDER: "An Owner, Admin or Bookkeeper decides; then press Push again.",
}


def _payload(candidate: Candidate, record: Record, work: Work, naming: Naming) -> AnyPayload | translated.Held:
    link, books = candidate.link, work.books
    resend = link is not None and bool(link.entity_id) and not link.fingerprint  # Push again ignores the fingerprint
    match record:
        case ContactRecord():
            name = _name(candidate, record, naming)
            return (
                name if isinstance(name, translated.Held) else translate_contact(record, link, name=name, resend=resend)
            )
        case ServiceRecord():
            name = _name(candidate, record, naming)
            return (
                name
                if isinstance(name, translated.Held)
                else translate_item(record, books, link, name=name, resend=resend)
            )
        case InvoiceRecord():
            amount_only = link is not None and link.amount_only
            return translate_invoice(record, books, link, refs=work.refs, amount_only=amount_only, resend=resend)
        case PaymentRecord():
            return translate_payment(record, books, link, refs=work.refs, resend=resend)


def _name(candidate: Candidate, record: ContactRecord | ServiceRecord, naming: Naming) -> str | translated.Held:
    wanted = names.wanted_name(record)
    return wanted if isinstance(wanted, translated.Held) else naming.name_for(candidate, wanted)


def _carried(candidate: Candidate, record: Record, payload: AnyPayload, work: Work) -> Carried:
    link = candidate.link
    entity_id = link.entity_id if link else ""
    named = isinstance(record, ContactRecord | ServiceRecord)
    name = str(payload.owned.get("DisplayName") or payload.owned.get("Name") or "") if named else ""
    wanted = names.wanted_name(record) if isinstance(record, ContactRecord | ServiceRecord) else ""
    return Carried(
        kind=candidate.kind,
        record_id=candidate.record_id,
        operation=wire.Operation.UPDATE if entity_id else wire.Operation.CREATE,
        revision=candidate.revision,
        link_id=link.id if link else 0,
        generation=link.generation if link else 1,
        label=label(record),
        entity_id=entity_id,
        sync_token=link.sync_token if link else "",
        name=name,
        wanted=str(wanted),
        fingerprint=payload.fingerprint,
        changed=payload.changed,
        owned=payload.owned,
        previous=link.owned if link else {},
        line_keys=payload.line_keys,
        refers_to=tuple(invoice for invoice, _ in record.allocations) if isinstance(record, PaymentRecord) else (),
        expected=payload.expect,
        attempts=link.attempts if link else 0,
        amount_only=link.amount_only if link else False,
        **_look_up_facts(record, work),
    )


def _look_up_facts(record: Record, work: Work) -> dict[str, Any]:  # Any: a part of Carried's fields
    """What a look-up by marker asks for: reference, customer, day, number and amount."""
    match record:
        case InvoiceRecord():
            return {
                "ref": record.ref,
                "customer": work.refs.customer(record.contact_id),
                "day": record.issue_date.isoformat(),
                "number": record.number,
                "amount": record.total,
            }
        case PaymentRecord():
            return {
                "ref": record.ref,
                "customer": work.refs.customer(record.contact_id),
                "day": record.paid_on.isoformat(),
                "amount": record.amount,
            }
        case _:
            return {}
