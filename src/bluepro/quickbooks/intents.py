"""What should happen to one due record: nothing, a write, or a question to a person. Pure; knows no requests.

The state of a record and of its link decide alone (level, not edge): no event is remembered anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from bluepro.common.words import day_in_words, dollars
from bluepro.quickbooks import together
from bluepro.quickbooks.choices import OLDER_INVOICE
from bluepro.quickbooks.snapshot import (
    Agreed,
    Books,
    ContactRecord,
    InvoiceRecord,
    Kind,
    LinkState,
    PaymentRecord,
    Record,
    ServiceRecord,
)
from bluepro.quickbooks.translate import names
from bluepro.quickbooks.translate import outcome as translated
from bluepro.quickbooks.translate.contact import translate_contact
from bluepro.quickbooks.translate.dates import days_of, held_by_date
from bluepro.quickbooks.translate.invoice import translate_invoice
from bluepro.quickbooks.translate.item import translate_item
from bluepro.quickbooks.translate.payment import translate_payment
from bluepro.quickbooks.work import Asked, Candidate, Carried, Clean, Hold, Trouble, Work
from qbo_client import wire

ENTITY_TYPES: dict[Kind, type[wire.Entity]] = {
    Kind.CONTACT: wire.Customer,
    Kind.SERVICE: wire.Item,
    Kind.INVOICE: wire.Invoice,
    Kind.PAYMENT: wire.Payment,
}

UNSENT = frozenset({"draft", "scheduled"})
INVOICE_LEFT_OUT = "invoice_left_out"

AnyPayload = translated.Payload[Any]  # Any: one of the four entities, told apart by the candidate's kind


@dataclass(frozen=True, slots=True)
class Write:
    """A write to be cut into a request: what to send and what settling it needs. `fresh` as the candidate is.

    `same_number`: its number is on a void invoice too, and QuickBooks is told so, which only a single call can.
    """

    carried: Carried
    entity: wire.Entity
    group: int = 0
    fresh: bool = False
    same_number: bool = False


Intent = Clean | Hold | Asked | Write


class Naming:
    """Hands out names that are unique in the realm, also among those given out in the same plan."""

    def __init__(self, taken: Mapping[tuple[Kind, str], int], held_by_others: frozenset[str]) -> None:
        self._owners = dict(taken)
        self._held_by_others = held_by_others

    def name_for(self, candidate: Candidate, wanted: str) -> str:
        """The name that the record keeps or gets: it keeps its name as long as it asks for the same."""
        name = self._kept(candidate, wanted) or self._free_one(candidate, wanted)
        self._owners[candidate.kind, names.key(name)] = candidate.record_id
        return name

    def _kept(self, candidate: Candidate, wanted: str) -> str:
        link = candidate.link
        keeps = link is not None and link.wanted == wanted and self._free(candidate, names.key(link.name))
        return link.name if link is not None and keeps else ""

    def _free_one(self, candidate: Candidate, wanted: str) -> str:
        held = candidate.kind is Kind.CONTACT and names.key(wanted) in self._held_by_others
        return names.free_name(wanted, lambda key: not self._free(candidate, key), held_by_other_list=held)

    def _free(self, candidate: Candidate, key: str) -> bool:
        return self._owners.get((candidate.kind, key), candidate.record_id) == candidate.record_id


def intent(candidate: Candidate, work: Work, naming: Naming) -> Intent:
    """What should happen to the candidate now."""
    record, work = _as_agreed(candidate, work)
    if record is None:
        return _gone(candidate, work)
    if isinstance(record, InvoiceRecord) and record.status in UNSENT:
        return clean(candidate)
    if isinstance(record, InvoiceRecord) and record.status == "cancelled":
        return _cancelled(candidate, record, work)
    if is_older(record, work.books) and not _has_entity(candidate):
        return clean(candidate)
    older = _older_invoices(record, work)
    if older is not None:
        return _hold(candidate, label(record), older)
    payload = _payload(candidate, record, work, naming)
    if isinstance(payload, translated.Held):
        return _hold(candidate, label(record), payload)
    return _sent_or_clean(candidate, record, payload, work)


def _as_agreed(candidate: Candidate, work: Work) -> tuple[Record | None, Work]:
    """The record and the books as a person agreed: under another day, let into closed books, or though it is old."""
    record, link = candidate.record, candidate.link
    if link is None:
        return record, work
    if link.agreed.send_closed == candidate.revision:
        work = replace(work, books=replace(work.books, closed_through=None))
    if link.agreed.send_old:
        work = replace(work, books=replace(work.books, start_date=None))
    return (None if record is None else as_booked(record, link.agreed)), work


def as_booked(record: Record, agreed: Agreed) -> Record:
    """The record under the day on which it is booked in QuickBooks."""
    match record:
        case InvoiceRecord():
            return replace(record, issue_date=agreed.day(record.issue_date))
        case PaymentRecord():
            return replace(record, paid_on=agreed.day(record.paid_on))
        case _:
            return record


def _sent_or_clean(candidate: Candidate, record: Record, payload: AnyPayload, work: Work) -> Intent:
    resend = _resend(candidate.link)
    if not resend and _is_pushed(candidate.link, payload):
        return _clean_or_asked(candidate)
    held = _left_out(record, work) or (_held_days(candidate, record, work) if resend else None)
    if held is not None:
        return _hold(candidate, label(record), held)
    link = candidate.link
    same_number = link is not None and link.agreed.same_number and not link.entity_id
    carried = _carried(candidate, record, payload, work)
    return Write(carried, payload.entity, candidate.group, candidate.fresh, same_number)


def _clean_or_asked(candidate: Candidate) -> Clean | Asked:
    """Nothing to send: that ends no question about what was changed in QuickBooks."""
    if candidate.link is not None and candidate.link.asked_token:
        return Asked(candidate.link.id, candidate.revision)
    return clean(candidate)


def is_older(record: Record, books: Books) -> bool:
    """Whether it belongs to the time before records are sent, and so stays out: a payment with all that it pays."""
    start = books.start_date
    match record:
        case InvoiceRecord():
            return start is not None and record.issue_date < start
        case PaymentRecord():
            return start is not None and max(record.paid_on, record.newest_invoice or date.min) < start
        case _:
            return False


def _older_invoices(record: Record, work: Work) -> translated.Held | None:
    """Why a payment cannot go: what it pays is older than what is sent, and so is not in QuickBooks."""
    start = work.books.start_date
    if start is None or not isinstance(record, PaymentRecord):
        return None
    if all(invoice_id in work.refs.invoices for invoice_id, _ in record.allocations):
        return None
    message = (
        f"{label(record)} pays an invoice dated before {day_in_words(start)}, the day from which records are sent, "
        "so that invoice is not in QuickBooks."
    )
    return translated.Held(OLDER_INVOICE, "date", message, translated.Who.DECIDER)


def _left_out(record: Record, work: Work) -> translated.Held | None:
    """Why a payment cannot go: nothing stands in QuickBooks that it could be applied to, and somebody wanted it so."""
    if not isinstance(record, PaymentRecord) or not any(one in work.left_out for one, _ in record.allocations):
        return None
    message = f"{label(record)} pays an invoice that is void in QuickBooks or gone from it, and was left so."
    return translated.Held(INVOICE_LEFT_OUT, "invoice", message, translated.Who.DECIDER)


def _has_entity(candidate: Candidate) -> bool:
    return candidate.link is not None and bool(candidate.link.entity_id)


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
            return f"Payment of {dollars(record.amount)} on {day_in_words(record.paid_on)}"


def _is_pushed(link: LinkState | None, payload: AnyPayload) -> bool:
    """Whether QuickBooks has just this."""
    if link is None or not link.entity_id:
        return False
    return payload.fingerprint == link.fingerprint or not payload.changed


def _gone(candidate: Candidate, work: Work) -> Intent:
    """Deleted in BluePro: invoices and payments are deleted there, contacts and services stay."""
    link = candidate.link
    if link is None or not link.entity_id or candidate.kind in (Kind.CONTACT, Kind.SERVICE):
        return clean(candidate)
    return _bare_write(candidate, link, wire.Operation.DELETE, _label_of_gone(candidate.kind, link), work)


def _label_of_gone(kind: Kind, link: LinkState) -> str:
    """What people called a record that is no more, as far as its last push tells."""
    if kind is Kind.INVOICE:
        return f"Invoice {link.owned.get('DocNumber', '')} (deleted)"
    amount, day = link.owned.get("TotalAmt"), link.owned.get("TxnDate")
    of = "" if amount is None else f" of {dollars(Decimal(str(amount)))}"
    on = f" on {day_in_words(date.fromisoformat(day))}" if isinstance(day, str) else ""
    return f"Payment{of}{on} (deleted)"


def _cancelled(candidate: Candidate, record: InvoiceRecord, work: Work) -> Intent:
    link = candidate.link
    if link is None or not link.entity_id or link.voided:
        return clean(candidate)
    return _bare_write(candidate, link, wire.Operation.VOID, label(record), work)


def _bare_write(candidate: Candidate, link: LinkState, operation: wire.Operation, name: str, work: Work) -> Intent:
    """A delete or void: id and sync token are all it needs; it takes money out of the books, so its day counts."""
    days = _pushed_days(link.owned)
    held = held_by_date(name, days, work.books)
    if held is not None:
        return _hold(candidate, name, held)
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
        name=link.name,
        wanted=link.wanted,
        day=days[0].isoformat(),
        amount=_amount_of(link.owned),
        fingerprint=link.fingerprint,
        owned=link.owned,
        previous=link.owned,
        line_keys=tuple(line.key for line in link.lines),
        attempts=link.attempts,
        amount_only=link.amount_only,
        overwrite=link.agreed.overwrite,
        voided=link.voided,
        expected=translated.Expected(total=Decimal(0)) if operation is wire.Operation.VOID else None,
    )
    entity_type = wire.Invoice if candidate.kind is Kind.INVOICE else wire.Payment
    entity = entity_type(id=link.entity_id, sync_token=link.sync_token)
    return Write(carried, entity, candidate.group, candidate.fresh)


def _pushed_days(owned: Mapping[str, object]) -> tuple[date, ...]:
    """The day on which the books have it; today's rules cannot hold what was pushed without one."""
    day = owned.get("TxnDate")
    return (date.fromisoformat(day),) if isinstance(day, str) else (date.max,)


def _held_days(candidate: Candidate, record: Record, work: Work) -> translated.Held | None:
    """Sending everything anew may touch every field: text alone passes closed books, this does not."""
    last = candidate.link.owned if candidate.link else {}
    match record:
        case InvoiceRecord():
            return held_by_date(label(record), days_of(record.issue_date, last), work.books)
        case PaymentRecord():
            return held_by_date(label(record), days_of(record.paid_on, last), work.books)
        case _:
            return None


def _resend(link: LinkState | None) -> bool:
    """Push again forgets the fingerprint: then everything owned is sent, whatever the last push held."""
    return link is not None and bool(link.entity_id) and not link.fingerprint


def _hold(candidate: Candidate, name: str, held: translated.Held) -> Hold:
    detail = {"field": held.field} | (_as_member(candidate) if together.is_together(held.cause) else {})
    trouble = Trouble(held.cause, held.message, WHO_FIXES[held.who], detail)
    link_id = candidate.link.id if candidate.link else 0
    return Hold(candidate.kind, candidate.record_id, candidate.revision, link_id, name, trouble)


def _as_member(candidate: Candidate) -> dict[str, str]:
    link, pushed = candidate.link, _has_entity(candidate)
    match candidate.record:
        case InvoiceRecord(issue_date=day, total=amount) | PaymentRecord(paid_on=day, amount=amount):
            return together.member_detail(amount, day, pushed=pushed)
        case _:
            owned = link.owned if link else {}
            return together.member_detail(_amount_of(owned), _pushed_days(owned)[0], pushed=pushed)


def _amount_of(owned: Mapping[str, object]) -> Decimal:
    """What an entity of ours comes to, as far as its last push tells: tax that QuickBooks computes is not in it."""
    if "TotalAmt" in owned:
        return Decimal(str(owned["TotalAmt"]))
    lines, tax = owned.get("Line"), owned.get("TxnTaxDetail")
    amounts = [
        Decimal(str(line.get("Amount", 0))) * (-1 if line.get("DetailType") == "DiscountLineDetail" else 1)
        for line in (lines if isinstance(lines, list) else [])
    ]
    return sum(amounts, Decimal(str(tax.get("TotalTax", 0)) if isinstance(tax, dict) else 0))


WHO_FIXES = {
    translated.Who.EDITOR: "Change the record here; it is sent again by itself.",
    translated.Who.MAPPER: "An Owner or Admin changes the QuickBooks mapping; then press Push again.",
    translated.Who.DECIDER: "An Owner, Admin or Bookkeeper decides it under Problems.",
}


def _payload(candidate: Candidate, record: Record, work: Work, naming: Naming) -> AnyPayload | translated.Held:
    link, books, resend = candidate.link, work.books, _resend(candidate.link)
    match record:
        case ContactRecord() | ServiceRecord():
            return _named_payload(candidate, record, work, naming)
        case InvoiceRecord():
            amount_only = link is not None and link.amount_only
            return translate_invoice(record, books, link, refs=work.refs, amount_only=amount_only, resend=resend)
        case PaymentRecord():
            return translate_payment(record, books, link, refs=work.refs, resend=resend)


def _named_payload(
    candidate: Candidate, record: ContactRecord | ServiceRecord, work: Work, naming: Naming
) -> AnyPayload | translated.Held:
    link, resend = candidate.link, _resend(candidate.link)
    name = _name(candidate, record, naming)
    if isinstance(name, translated.Held):
        return name
    if isinstance(record, ContactRecord):
        return translate_contact(record, link, name=name, resend=resend)
    return translate_item(record, work.books, link, name=name, resend=resend)


def _name(candidate: Candidate, record: ContactRecord | ServiceRecord, naming: Naming) -> str | translated.Held:
    wanted = names.wanted_name(record)
    return wanted if isinstance(wanted, translated.Held) else naming.name_for(candidate, wanted)


def _carried(candidate: Candidate, record: Record, payload: AnyPayload, work: Work) -> Carried:
    link = candidate.link
    entity_id = link.entity_id if link else ""
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
        fingerprint=payload.fingerprint,
        changed=payload.changed,
        owned=payload.owned,
        previous=link.owned if link else {},
        line_keys=payload.line_keys,
        expected=payload.expect,
        attempts=link.attempts if link else 0,
        amount_only=link.amount_only if link else False,
        overwrite=link.agreed.overwrite if link else False,
        **_facts(record, payload, work),
    )


def _facts(record: Record, payload: AnyPayload, work: Work) -> dict[str, Any]:  # Any: a part of Carried's fields
    """What a look-up asks for and settling remembers: names, or reference, customer, day, number and amount."""
    books, owned = work.books, payload.owned
    match record:
        case ContactRecord():
            return {"name": str(owned["DisplayName"]), "wanted": str(names.wanted_name(record))}
        case ServiceRecord():
            accounts = (record.income_account or books.income_account,)
            return {"name": str(owned["Name"]), "wanted": str(names.wanted_name(record)), "accounts": accounts}
        case InvoiceRecord():
            return {
                "ref": record.ref,
                "customer": work.refs.customer(record.contact_id),
                "day": record.issue_date.isoformat(),
                "number": str(owned["DocNumber"]),
                "amount": record.total,
                "accounts": (books.discount_account,) if record.discount else (),
            }
        case PaymentRecord():
            _, account = books.methods.get(record.method.strip().lower(), ("", ""))
            return {
                "ref": record.ref,
                "customer": work.refs.customer(record.contact_id),
                "day": record.paid_on.isoformat(),
                "amount": record.amount,
                "refers_to": tuple(invoice for invoice, _ in record.allocations),
                "accounts": (account or books.deposit_account,),
            }
