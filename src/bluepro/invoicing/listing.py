"""The list of invoices: found by words, shown status and customer, in any of the orders that people sort by.

Everything is one query over stored columns (`paid` and `balance` are kept by the database), so that an index serves
each order. The conditions say in SQL what `status.shown_status` says of one invoice; a test holds the two together.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Case, DecimalField, F, Q, QuerySet, Value, When
from django.db.models.expressions import Expression, OrderBy
from django.db.models.functions import Length, Lower, Round

from bluepro.contacts.models import Contact
from bluepro.invoicing.models import AmountKind, Invoice, InvoiceStatus
from bluepro.invoicing.queries import InvoiceView, view_of
from bluepro.invoicing.status import ShownStatus

SORTS: Mapping[str, tuple[Expression | F, ...]] = {
    "number": (Length("number"), Lower("number")),
    "date": (F("issue_date"),),
    "due": (F("due_date"),),
    "total": (F("total"),),
    "balance": (F("balance"),),
}
_DEPOSIT = Case(
    When(required_deposit_kind=AmountKind.AMOUNT, then=F("required_deposit_value")),
    When(
        required_deposit_kind=AmountKind.PERCENT,
        then=Round(F("total") * F("required_deposit_value") / Value(Decimal(100)), 2),
    ),
    default=Value(Decimal(0)),
    output_field=DecimalField(max_digits=30, decimal_places=10),
)


def found_invoices(
    workspace_id: int,
    *,
    today: date,
    search: str = "",
    status: str = "",
    contact_id: int | None = None,
    sort: str = "-date",
) -> QuerySet[Invoice]:
    """Invoices with their contacts, in order. `today` is the date in the workspace's zone.

    `search` finds every word in number, name or customer; `status` is a `ShownStatus` or empty; `sort` a key of
    `SORTS`, "-" in front for descending.
    """
    found = Invoice.objects.filter(workspace_id=workspace_id)
    if contact_id is not None:
        found = found.filter(contact_id=contact_id)
    if status:
        found = with_status(found, ShownStatus(status), today)
    for word in search.split():
        found = found.filter(_has(workspace_id, word))
    return found.select_related("contact").order_by(*_order(sort))


def _has(workspace_id: int, word: str) -> Q:
    customers = Contact.objects.filter(workspace_id=workspace_id, display_name__icontains=word)
    return Q(number__icontains=word) | Q(name__icontains=word) | Q(contact_id__in=customers.values("pk"))


def _order(sort: str) -> list[OrderBy]:
    columns = (*SORTS[sort.removeprefix("-")], F("pk"))
    return [OrderBy(column, descending=sort.startswith("-")) for column in columns]


def with_status(found: QuerySet[Invoice], status: ShownStatus, today: date) -> QuerySet[Invoice]:
    """Those of `found` that people see as `status`."""
    if status in _STORED:
        return found.filter(status=_STORED[status])
    issued = found.filter(status=InvoiceStatus.ISSUED)
    if status == ShownStatus.PAID:
        return issued.filter(balance__lte=0)
    unpaid = issued.filter(balance__gt=0)
    if status == ShownStatus.OVERDUE:
        return unpaid.filter(due_date__lt=today)
    timely = unpaid.filter(due_date__gte=today)
    if status == ShownStatus.SENT:
        return timely.filter(paid=0)
    deposit_paid = Q(deposit__gt=0, deposit__lte=F("paid"))
    asked = timely.filter(paid__gt=0).annotate(deposit=_DEPOSIT)
    return asked.filter(deposit_paid if status == ShownStatus.DEPOSIT_PAID else ~deposit_paid)


_STORED = {
    ShownStatus.DRAFT: InvoiceStatus.DRAFT,
    ShownStatus.SCHEDULED: InvoiceStatus.SCHEDULED,
    ShownStatus.CANCELLED: InvoiceStatus.CANCELLED,
}


def shown(rows: list[Invoice], today: date) -> list[InvoiceView]:
    """These rows as people see them; no query."""
    return [view_of(row, today) for row in rows]
