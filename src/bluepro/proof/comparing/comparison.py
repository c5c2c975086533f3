"""Compares the two sides kind by kind: what belongs in QuickBooks, what stands there, and why they differ. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Generic, TypeVar

from bluepro.common.money import ZERO
from bluepro.proof.comparing.facts import Bridge, LinkFact, OurSide, Pairs, RecordKey, TheirSide
from bluepro.proof.comparing.invoices import CANCELLED, invoice_mismatches
from bluepro.proof.comparing.payments import payment_mismatches
from bluepro.proof.comparing.people import contact_mismatches, service_mismatches
from bluepro.proof.comparing.result import Comparison, Counts, Difference, Mismatch, Verdict
from bluepro.proof.comparing.totals import in_all, our_months, side_by_side, their_months
from bluepro.quickbooks.snapshot import ContactRecord, InvoiceRecord, Kind, PaymentRecord, ServiceRecord
from qbo_client import wire

R = TypeVar("R", ContactRecord, ServiceRecord, InvoiceRecord, PaymentRecord)
E = TypeVar("E", wire.Customer, wire.Item, wire.Invoice, wire.Payment)

ISSUED = "issued"


@dataclass(frozen=True)
class _Kind(Generic[R, E]):
    """One kind with both its sides and its rules."""

    kind: Kind
    records: Mapping[int, R]
    entities: Mapping[str, E]
    mismatches: Callable[[R, E], Iterator[Mismatch]]
    belongs: Callable[[R, LinkFact | None], bool]
    label: Callable[[R], str]
    their_label: Callable[[E], str]
    not_extra: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one kind. `records` and `entities` are those that count on either side."""

    counts: Counts
    differences: tuple[Difference, ...]
    records: tuple[int, ...]
    entities: tuple[str, ...]


def compare(ours: OurSide, theirs: TheirSide, bridge: Bridge) -> Comparison:
    """Compare everything that by policy belongs in QuickBooks with what stands there, to the cent."""
    pairs = Pairs.of(bridge.links)
    ours = _as_agreed(ours, pairs)
    paid = paid_by_invoice(ours)
    contacts = _outcome(_contacts(ours, theirs), bridge, pairs)
    services = _outcome(_services(ours, theirs, bridge), bridge, pairs)
    invoices = _outcome(_invoices(ours, theirs, bridge, pairs, paid), bridge, pairs)
    payments = _outcome(_payments(ours, theirs, bridge, pairs), bridge, pairs)
    months = side_by_side(
        our_months(
            [ours.invoices[one] for one in invoices.records], [ours.payments[one] for one in payments.records], paid
        ),
        their_months(
            [theirs.invoices[one] for one in invoices.entities],
            [theirs.payments[one] for one in payments.entities],
            bridge.tax_item,
            bridge.discount_item,
        ),
    )
    outcomes = dict(zip(Kind, (contacts, services, invoices, payments), strict=True))
    return Comparison(
        counts={kind: outcome.counts for kind, outcome in outcomes.items()},
        differences=tuple(one for outcome in outcomes.values() for one in outcome.differences),
        months=months,
        totals=in_all(months.values()),
    )


def _as_agreed(ours: OurSide, pairs: Pairs) -> OurSide:
    """Our side under the days on which people agreed to book single records in QuickBooks."""

    def day(kind: Kind, record_id: int, own: date) -> date:
        link = pairs.live.get((kind, record_id))
        return link.agreed.day(own) if link else own

    invoices = {
        id_: replace(one, issue_date=day(Kind.INVOICE, id_, one.issue_date)) for id_, one in ours.invoices.items()
    }
    payments = {id_: replace(one, paid_on=day(Kind.PAYMENT, id_, one.paid_on)) for id_, one in ours.payments.items()}
    return replace(ours, invoices=invoices, payments=payments)


def paid_by_invoice(ours: OurSide) -> dict[int, Decimal]:
    """What our payments pay of each invoice."""
    paid: dict[int, Decimal] = {}
    for payment in ours.payments.values():
        for invoice, amount in payment.allocations:
            paid[invoice] = paid.get(invoice, ZERO) + amount
    return paid


def _contacts(ours: OurSide, theirs: TheirSide) -> _Kind[ContactRecord, wire.Customer]:
    return _Kind(
        Kind.CONTACT,
        ours.contacts,
        theirs.customers,
        contact_mismatches,
        lambda record, link: link is not None or (Kind.CONTACT, record.id) not in ours.archived,
        lambda record: record.display_name,
        lambda customer: wire.given(customer.display_name, ""),
    )


def _services(ours: OurSide, theirs: TheirSide, bridge: Bridge) -> _Kind[ServiceRecord, wire.Item]:
    return _Kind(
        Kind.SERVICE,
        ours.services,
        theirs.items,
        service_mismatches,
        lambda record, link: link is not None or (Kind.SERVICE, record.id) not in ours.archived,
        lambda record: record.name,
        lambda item: wire.given(item.name, ""),
        not_extra=frozenset({bridge.catch_all_item, bridge.tax_item, bridge.discount_item}),
    )


def _invoices(
    ours: OurSide, theirs: TheirSide, bridge: Bridge, pairs: Pairs, paid: Mapping[int, Decimal]
) -> _Kind[InvoiceRecord, wire.Invoice]:
    def belongs(record: InvoiceRecord, link: LinkFact | None) -> bool:
        if link is not None:
            return record.status in (ISSUED, CANCELLED)
        early = bridge.start_date is not None and record.issue_date < bridge.start_date
        return record.status == ISSUED and not early

    return _Kind(
        Kind.INVOICE,
        ours.invoices,
        theirs.invoices,
        lambda record, invoice: invoice_mismatches(record, paid.get(record.id, ZERO), invoice, bridge, pairs),
        belongs,
        lambda record: record.number,
        lambda invoice: wire.given(invoice.doc_number, ""),
    )


def _payments(ours: OurSide, theirs: TheirSide, bridge: Bridge, pairs: Pairs) -> _Kind[PaymentRecord, wire.Payment]:
    def belongs(record: PaymentRecord, link: LinkFact | None) -> bool:
        return link is not None or bridge.start_date is None or record.paid_on >= bridge.start_date

    return _Kind(
        Kind.PAYMENT,
        ours.payments,
        theirs.payments,
        lambda record, payment: payment_mismatches(record, payment, bridge, pairs),
        belongs,
        lambda record: f"{record.amount:,} of {record.paid_on}",
        lambda payment: f"{wire.given(payment.total_amt, ZERO):,} of {wire.given(payment.txn_date, '')}",
    )


def _outcome(one: _Kind[R, E], bridge: Bridge, pairs: Pairs) -> _Outcome:
    belonging = [
        record for record in one.records.values() if one.belongs(record, pairs.live.get((one.kind, record.id)))
    ]
    found = [(record, _difference(one, record, bridge, pairs)) for record in belonging]
    differences: list[Difference] = [difference for _, difference in found if difference is not None]
    tally = Counter(difference.verdict for difference in differences)
    paired: set[str] = {pairs.entity(one.kind, record.id) for record in belonging} & set(one.entities)
    extras: list[Difference] = _extras(one, paired, bridge, pairs)
    missing, different = tally[Verdict.MISSING], tally[Verdict.DIFFERENT]
    counts = Counts(
        bluepro=len(belonging),
        quickbooks=len(paired) + len(extras),
        equal=len(belonging) - missing - different,
        different=different,
        missing=missing,
        extra=len(extras),
    )
    return _Outcome(
        counts,
        (*differences, *extras),
        tuple(record.id for record in belonging),
        (*sorted(paired), *(extra.entity_id for extra in extras)),
    )


def _difference(one: _Kind[R, E], record: R, bridge: Bridge, pairs: Pairs) -> Difference | None:
    key: RecordKey = (one.kind, record.id)
    link = pairs.live.get(key)
    entity = one.entities.get(link.entity_id) if link else None
    if link is None or entity is None:
        cause = _why_missing(key, link, bridge)
        return Difference(
            one.kind, Verdict.MISSING, one.label(record), cause, record.id, link.entity_id if link else ""
        )
    mismatches = tuple(one.mismatches(record, entity))
    if isinstance(entity, wire.Customer | wire.Item) and entity.active is False:
        mismatches += (Mismatch("active", "yes", "no"),)
    if not mismatches:
        return None
    cause = _why_different(key, link, entity, bridge)
    return Difference(one.kind, Verdict.DIFFERENT, one.label(record), cause, record.id, link.entity_id, mismatches)


def _why_missing(key: RecordKey, link: LinkFact | None, bridge: Bridge) -> str:
    if key in bridge.problems:
        return bridge.problems[key]
    if link is not None:
        return "It was sent, but is no longer in QuickBooks: deleted or merged there."
    return "It has not been sent yet." if key in bridge.waiting else "It was never sent."


def _why_different(key: RecordKey, link: LinkFact, entity: wire.EntityBase, bridge: Bridge) -> str:
    if key in bridge.problems:
        return bridge.problems[key]
    if key in bridge.waiting:
        return "It was changed here and the change has not been sent yet."
    moved = link.sync_token != wire.given(entity.sync_token, "")
    if moved and not isinstance(entity, wire.Invoice):  # an invoice's token also moves with each payment on it
        return "It was changed in QuickBooks after the last push."
    return "It differs from what is here."


def _extras(one: _Kind[R, E], paired: set[str], bridge: Bridge, pairs: Pairs) -> list[Difference]:
    """What stands there and should not: made since connect without a link, or of a record that no longer belongs."""
    return [
        Difference(one.kind, Verdict.EXTRA, one.their_label(entity), cause, entity_id=entity_id)
        for entity_id, entity in one.entities.items()
        if entity_id not in paired and (cause := _why_extra(one, entity_id, entity, bridge, pairs))
    ]


def _why_extra(one: _Kind[R, E], entity_id: str, entity: E, bridge: Bridge, pairs: Pairs) -> str:
    owner = pairs.owner.get((one.kind, entity_id))
    if owner is None:
        is_ours_to_explain = entity_id not in one.not_extra and _made_since(entity, bridge.connected_at)
        return "Only in QuickBooks: made there since the connection." if is_ours_to_explain else ""
    if one.kind in (Kind.CONTACT, Kind.SERVICE):
        return ""  # customers and items of deleted records stay, by policy
    return "It was deleted here or no longer belongs in QuickBooks, but still stands there."


def _made_since(entity: wire.EntityBase, moment: datetime) -> bool:
    """Whether it was made at or after `moment`; QuickBooks tells whole seconds {F3.1-8}. Unknown counts as since."""
    made = wire.given(wire.given(entity.meta_data, wire.MetaData()).create_time, None)
    return made is None or made.astimezone(UTC) >= moment.astimezone(UTC).replace(microsecond=0)
