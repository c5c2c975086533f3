"""The figures of both sides, per month and in all: ours from the records, theirs from the entities. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from bluepro.common.money import ZERO
from bluepro.proof.comparing.invoices import CANCELLED, take_apart
from bluepro.proof.comparing.result import Figures, TwoSides
from bluepro.quickbooks.snapshot import InvoiceRecord, PaymentRecord
from qbo_client import wire

Months = dict[str, Figures]


def our_months(
    invoices: Iterable[InvoiceRecord], payments: Iterable[PaymentRecord], paid: Mapping[int, Decimal]
) -> Months:
    """Our figures by month of issue or payment; `paid` by invoice id. A cancelled invoice counts for nothing."""
    months: Months = defaultdict(Figures)
    for invoice in invoices:
        if invoice.status != CANCELLED:
            months[_month(invoice.issue_date)] += Figures(
                invoiced=invoice.total,
                discount=invoice.discount,
                taxable=invoice.taxable_base,
                tax=invoice.tax,
                open_balance=invoice.total - paid.get(invoice.id, ZERO),
            )
    for payment in payments:
        months[_month(payment.paid_on)] += Figures(paid=payment.amount)
    return months


def their_months(
    invoices: Iterable[wire.Invoice], payments: Iterable[wire.Payment], tax_item: str, discount_item: str
) -> Months:
    """QuickBooks' figures by month of its transaction dates; lines on the two items count as tax and as discount."""
    months: Months = defaultdict(Figures)
    for invoice in invoices:
        parts = take_apart(invoice, tax_item, discount_item)
        months[_month(wire.given(invoice.txn_date, None))] += Figures(
            invoiced=parts.total,
            discount=parts.discount,
            taxable=parts.taxable or ZERO,
            tax=parts.tax,
            open_balance=parts.balance,
        )
    for payment in payments:
        months[_month(wire.given(payment.txn_date, None))] += Figures(paid=wire.given(payment.total_amt, ZERO))
    return months


def side_by_side(ours: Months, theirs: Months) -> dict[str, TwoSides]:
    """Both sides by month, in order."""
    every = sorted(set(ours) | set(theirs))
    return {month: TwoSides(ours.get(month, Figures()), theirs.get(month, Figures())) for month in every}


def in_all(months: Iterable[TwoSides]) -> TwoSides:
    """The sum of all months."""
    months = tuple(months)
    ours = sum((month.bluepro for month in months), Figures())
    return TwoSides(ours, sum((month.quickbooks for month in months), Figures()))


def _month(day: date | None) -> str:
    return f"{day:%Y-%m}" if day else "undated"
