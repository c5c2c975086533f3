"""Payments against QuickBooks' payments: amount, date, customer, what they pay, reference and method. Pure."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from bluepro.common.money import ZERO, total
from bluepro.proof.comparing.facts import Bridge, Pairs
from bluepro.proof.comparing.result import Mismatch
from bluepro.proof.comparing.sameness import same_short, shown
from bluepro.quickbooks.snapshot import NOTHING_AGREED, Agreed, Kind, PaymentRecord
from qbo_client import wire

REFERENCE_LIMIT = 21

Parts = Counter[tuple[str, Decimal]]


def payment_mismatches(
    record: PaymentRecord, payment: wire.Payment, bridge: Bridge, pairs: Pairs
) -> Iterator[Mismatch]:
    """The fields that differ; allocations must be to the very entities of our invoices, nothing else unapplied."""
    link = pairs.live.get((Kind.PAYMENT, record.id))
    ours = _our_parts(record, pairs, link.agreed if link else NOTHING_AGREED)
    yield from _figures(record, payment, record.amount - total(amount for _, amount in ours.elements()))
    date = wire.given(payment.txn_date, None)
    if date != record.paid_on:
        yield Mismatch("date", record.paid_on.isoformat(), str(date))
    customer = wire.given(payment.customer_ref, wire.Ref(value="")).value
    wanted = pairs.entity(Kind.CONTACT, record.contact_id)
    if customer != wanted:
        yield Mismatch("customer", wanted or "not in QuickBooks", customer)
    theirs = _their_parts(payment)
    if ours != theirs:
        yield Mismatch("invoices paid", _listed(ours), _listed(theirs))
    reference = wire.given(payment.payment_ref_num, "")
    if not same_short(record.reference, reference, REFERENCE_LIMIT):
        yield Mismatch("reference", record.reference, reference)
    yield from _method(record, payment, bridge)


def _figures(record: PaymentRecord, payment: wire.Payment, credit: Decimal) -> Iterator[Mismatch]:
    amount, unapplied = wire.given(payment.total_amt, ZERO), wire.given(payment.unapplied_amt, ZERO)
    if amount != record.amount:
        yield Mismatch("amount", shown(record.amount), shown(amount))
    if unapplied != credit:
        yield Mismatch("unapplied amount", shown(credit), shown(unapplied))


def _our_parts(record: PaymentRecord, pairs: Pairs, agreed: Agreed) -> Parts:
    """What is to be applied, as far as nobody agreed to keep a part as credit."""
    entities = [(pairs.entity(Kind.INVOICE, invoice), amount) for invoice, amount in record.allocations]
    parts = [(entity, agreed.part(entity, amount)) for entity, amount in entities]
    return Counter((entity, amount) for entity, amount in parts if amount)


def _their_parts(payment: wire.Payment) -> Parts:
    return Counter(
        (wire.given(link.txn_id, ""), wire.given(line.amount, ZERO))
        for line in wire.given(payment.line, ())
        for link in wire.given(line.linked_txn, ())
        if link.txn_type == "Invoice"
    )


def _listed(parts: Parts) -> str:
    return ", ".join(f"{shown(amount)} on {entity or 'none'}" for entity, amount in sorted(parts.elements())) or "none"


def _method(record: PaymentRecord, payment: wire.Payment, bridge: Bridge) -> Iterator[Mismatch]:
    wanted = bridge.methods.get(record.method.strip().lower(), "")
    method = wire.given(payment.payment_method_ref, wire.Ref(value="")).value
    if method != wanted:
        yield Mismatch("method", f"{record.method} ({wanted or 'not mapped'})", method or "none")
