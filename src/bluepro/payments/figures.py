"""What a business is owed and what it took in: the figures of the first page. Reads only; one aggregate each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from bluepro.common.money import ZERO
from bluepro.invoicing.models import Invoice, InvoiceStatus
from bluepro.payments.models import Payment


@dataclass(frozen=True, slots=True)
class Owed:
    """What issued invoices have open, in dollars, on how many; and the part of it whose due date is over."""

    amount: Decimal
    invoices: int
    overdue: Decimal
    overdue_invoices: int


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month by its first day: dollars invoiced (issued invoices by issue date) and received."""

    first: date
    invoiced: Decimal
    received: Decimal


def owed(workspace_id: int, today: date) -> Owed:
    """What customers owe on `today`, the date in the workspace's zone (one query over the unpaid invoices)."""
    late = Q(due_date__lt=today)
    found = Invoice.objects.filter(workspace_id=workspace_id, balance__gt=0).aggregate(
        amount=Sum("balance", default=ZERO),
        invoices=Count("pk"),
        overdue=Sum("balance", filter=late, default=ZERO),
        overdue_invoices=Count("pk", filter=late),
    )
    return Owed(**found)


def months(workspace_id: int, today: date, count: int = 12) -> list[Month]:
    """The `count` months up to and with that of `today`, the earliest first (two queries)."""
    firsts = [_months_before(today, back) for back in range(count - 1, -1, -1)]
    after = _months_before(today, -1)
    issued = Invoice.objects.filter(workspace_id=workspace_id, status=InvoiceStatus.ISSUED)
    invoiced = _by_month(issued.filter(issue_date__gte=firsts[0], issue_date__lt=after), "issue_date", "total")
    payments = Payment.objects.filter(workspace_id=workspace_id, paid_on__gte=firsts[0], paid_on__lt=after)
    received = _by_month(payments, "paid_on", "amount")
    return [Month(first, invoiced.get(first, ZERO), received.get(first, ZERO)) for first in firsts]


def _months_before(day: date, back: int) -> date:
    number = day.year * 12 + day.month - 1 - back
    return date(number // 12, number % 12 + 1, 1)


def _by_month(rows: QuerySet[Invoice] | QuerySet[Payment], day: str, amount: str) -> Mapping[date, Decimal]:
    return dict(rows.order_by().values_list(TruncMonth(day)).annotate(Sum(amount)))
