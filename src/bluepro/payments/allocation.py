"""Which invoices a payment pays, and how much of each: what is allowed, and how one check spreads. Exact and pure.

An allocation is a pair (invoice id, dollars). Knows neither the database nor who acts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bluepro.common.errors import FieldError
from bluepro.common.money import ZERO, cents
from bluepro.common.words import dollars

Allocation = tuple[int, Decimal]

ISSUED = "issued"


@dataclass(frozen=True, slots=True)
class Payable:
    """What a payment needs to know of an invoice. `open_balance` in dollars: what the allocations checked may take."""

    id: int
    number: str
    contact_id: int
    status: str
    open_balance: Decimal


class SpreadError(ValueError):
    """An amount that cannot be spread; the message says why."""


def check_allocations(
    payments: Sequence[Sequence[Allocation]], invoices: Mapping[int, Payable]
) -> Iterator[FieldError]:
    """Everything that forbids these payments, taken together, one after the other; `record` is the payment's position.

    Each payment needs allocations above 0 in whole cents, to different issued invoices of one contact, none above what
    the payments before it leave open.
    """
    left = {invoice.id: invoice.open_balance for invoice in invoices.values()}
    for record, allocations in enumerate(payments):
        if not allocations:
            message = "A payment needs at least one invoice that it pays."
            yield FieldError("allocations", "required", message, record)
        for position, (invoice_id, amount) in enumerate(allocations, 1):
            at = f"allocations[{position}]"
            sound = True
            for field, rule, message in _check_one(invoice_id, amount, invoices):
                sound = False
                yield FieldError(f"{at}.{field}", rule, message, record)
            if sound:
                yield from _take(invoices[invoice_id], amount, left, at, record)
        yield from _check_together(allocations, invoices, record)


def _check_one(invoice_id: int, amount: Decimal, invoices: Mapping[int, Payable]) -> Iterator[tuple[str, str, str]]:
    if not amount.is_finite() or amount <= 0:
        yield "amount", "not_above_zero", f"{amount} is not above 0."
    elif amount.adjusted() > 13 or amount != cents(amount):
        yield "amount", "not_in_cents", f"{amount:f} is not an amount in whole cents."
    invoice = invoices.get(invoice_id)
    if invoice is None:
        yield "invoice", "unknown", f"There is no invoice {invoice_id} in this workspace."
    elif invoice.status != ISSUED:
        message = f"Invoice {invoice.number} is {_state(invoice)}; only issued invoices can be paid."
        yield "invoice", "not_issued", f"{message}{_way_out(invoice)}"


def _state(invoice: Payable) -> str:
    return "a draft" if invoice.status == "draft" else invoice.status


def _way_out(invoice: Payable) -> str:
    return "" if invoice.status == "cancelled" else " Issue it first, or let recording the payment issue it."


def _take(invoice: Payable, amount: Decimal, left: dict[int, Decimal], at: str, record: int) -> Iterator[FieldError]:
    available = left[invoice.id]
    if amount > available:
        message = (
            f"{dollars(amount)} is more than the open balance of {dollars(available)} of invoice {invoice.number}."
        )
        yield FieldError(f"{at}.amount", "above_open_balance", message, record)
    else:
        left[invoice.id] = available - amount


def _check_together(
    allocations: Sequence[Allocation], invoices: Mapping[int, Payable], record: int
) -> Iterator[FieldError]:
    ids = [invoice_id for invoice_id, _ in allocations]
    for position, invoice_id in enumerate(ids, 1):
        if invoice_id in ids[: position - 1]:
            message = "This payment names the same invoice twice; add the two amounts up."
            yield FieldError(f"allocations[{position}].invoice", "twice", message, record)
    contacts = {invoices[invoice_id].contact_id for invoice_id in ids if invoice_id in invoices}
    if len(contacts) > 1:
        message = "The invoices of one payment must be of one customer. Record a payment for each customer."
        yield FieldError("allocations", "several_contacts", message, record)


def spread(amount: Decimal, invoices: Sequence[Payable]) -> tuple[Allocation, ...]:
    """`amount` dollars over these invoices' open balances, each filled before the next, in the order given.

    Give the oldest first. Raises SpreadError when the amount is not above 0 or more than what is open altogether.
    """
    if amount <= 0:
        raise SpreadError(f"{amount} is not above 0.")
    parts, left = list[Allocation](), amount
    for invoice in invoices:
        part = min(left, max(invoice.open_balance, ZERO))
        if part > 0:
            parts.append((invoice.id, part))
            left -= part
    if left > 0:
        raise SpreadError(f"{amount} is more than what is open altogether, {amount - left}.")
    return tuple(parts)
