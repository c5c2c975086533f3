"""The status that people see. Only four are stored; the rest follows from payments and dates. Pure."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from bluepro.common.money import ZERO, cents
from bluepro.invoicing.amounts import HUNDRED, NO_KIND, PERCENT


class ShownStatus(StrEnum):
    """The eight statuses of an invoice, as people read them."""

    DRAFT = "Draft"
    SCHEDULED = "Scheduled"
    SENT = "Sent"
    DEPOSIT_PAID = "Deposit Paid"
    PARTIALLY_PAID = "Partially Paid"
    PAID = "Paid"
    OVERDUE = "Overdue"
    CANCELLED = "Cancelled"


_AS_STORED = {
    "draft": ShownStatus.DRAFT,
    "scheduled": ShownStatus.SCHEDULED,
    "cancelled": ShownStatus.CANCELLED,
}


def required_deposit(kind: str, value: Decimal, total: Decimal) -> Decimal:
    """The deposit asked for, in dollars: `value` itself, or `value` percent of `total`; 0.00 without a kind."""
    if kind == NO_KIND:
        return ZERO
    return cents(total * value / HUNDRED) if kind == PERCENT else value


def shown_status(
    stored: str, *, total: Decimal, paid: Decimal, deposit: Decimal, due_date: date, today: date
) -> ShownStatus:
    """What people see. `deposit` is the required deposit in dollars, `today` the date in the workspace's zone.

    An issued invoice is the first that fits of Paid, Overdue, Deposit Paid, Partially Paid, Sent.
    """
    if stored in _AS_STORED:
        return _AS_STORED[stored]
    if paid >= total:
        return ShownStatus.PAID
    if today > due_date:
        return ShownStatus.OVERDUE
    if paid >= deposit > 0:
        return ShownStatus.DEPOSIT_PAID
    return ShownStatus.PARTIALLY_PAID if paid > 0 else ShownStatus.SENT
