"""Reads of invoices: what was paid and what is open, lists to search and page through, one invoice with all it has.

Every function makes a fixed number of queries, whatever the number of invoices. Payments live a floor above; here they
are reached through the reverse relation `allocations` only.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, Q
from django.db.models.functions import Lower

from bluepro.common.errors import NotFound
from bluepro.common.money import ZERO
from bluepro.invoicing.models import Invoice, InvoiceComment, InvoiceLine, InvoiceStatus
from bluepro.invoicing.numbering import following, key, series
from bluepro.invoicing.status import ShownStatus, required_deposit, shown_status
from bluepro.workspaces.models import HistoryEntry, Workspace
from bluepro.workspaces.queries import history_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """An invoice as people see it: with what was paid on it and is open (dollars), and its shown status."""

    invoice: Invoice
    paid: Decimal
    open_balance: Decimal
    status: ShownStatus


def list_invoices(
    workspace_id: int,
    *,
    today: date,
    search: str = "",
    contact_id: int | None = None,
    stored_status: str | None = None,
    after: tuple[date, int] | None = None,
    limit: int = PAGE,
) -> list[InvoiceView]:
    """A page of invoices, the latest issue date first (one query). `today` is the date in the workspace's zone.

    `search` finds every word in number, name or customer. The next page starts `after` the last one's
    (issue_date, id).
    """
    found = Invoice.objects.filter(workspace_id=workspace_id).select_related("contact")
    for word in search.split():
        found = found.filter(
            Q(number__icontains=word) | Q(name__icontains=word) | Q(contact__display_name__icontains=word)
        )
    if contact_id is not None:
        found = found.filter(contact_id=contact_id)
    if stored_status is not None:
        found = found.filter(status=stored_status)
    if after is not None:
        day, pk = after
        found = found.filter(Q(issue_date__lt=day) | Q(issue_date=day, pk__lt=pk))
    return views(found.order_by("-issue_date", "-pk")[:limit], today)


def views(invoices: Iterable[Invoice], today: date) -> list[InvoiceView]:
    """These invoices as people see them."""
    return [view_of(row, today) for row in invoices]


def view_of(row: Invoice, today: date) -> InvoiceView:
    """This invoice as people see it."""
    paid = row.paid
    deposit = required_deposit(row.required_deposit_kind, row.required_deposit_value, row.total)
    status = shown_status(row.status, total=row.total, paid=paid, deposit=deposit, due_date=row.due_date, today=today)
    open_balance = row.total - paid if row.status == InvoiceStatus.ISSUED else ZERO
    return InvoiceView(row, paid, open_balance, status)


def get_invoice(workspace_id: int, invoice_id: int, *, today: date) -> InvoiceView:
    """One invoice with contact, lines, comments and allocations loaded (five queries); NotFound if it is not here."""
    found = (
        Invoice.objects.filter(workspace_id=workspace_id, pk=invoice_id)
        .select_related("contact")
        .prefetch_related(
            Prefetch("lines", InvoiceLine.objects.order_by("position")),
            Prefetch("comments", InvoiceComment.objects.order_by("at", "pk")),
            "allocations__payment",
        )
    )
    shown = views(found, today)
    if not shown:
        raise NotFound(f"There is no invoice {invoice_id} in this workspace.")
    return shown[0]


def last_tax_rate(workspace_id: int, contact_id: int) -> tuple[Decimal, str] | None:
    """Percentage and name of the sales tax on the customer's latest invoice that has any (one query)."""
    found = Invoice.objects.filter(workspace_id=workspace_id, contact_id=contact_id, tax_rate_percent__gt=0)
    return found.order_by("-pk").values_list("tax_rate_percent", "tax_rate_name").first()


def history_of_invoice(workspace_id: int, invoice_id: int, *, limit: int = 100) -> list[HistoryEntry]:
    """What happened to an invoice since it was issued, also if it is deleted by now; the latest first."""
    return history_of(workspace_id, "invoice", invoice_id, limit=limit)


def taken_numbers(workspace_id: int, numbers: Collection[str]) -> dict[str, int]:
    """Which of these numbers are in use: the invoice's id by `numbering.key` (one query at most)."""
    if not numbers:
        return {}
    rows = Invoice.objects.filter(workspace_id=workspace_id).annotate(name_key=Lower("number"))
    rows = rows.filter(name_key__in=[key(number) for number in numbers])
    return {key(number): pk for number, pk in rows.values_list("number", "pk")}


def next_numbers(workspace: Workspace, count: int, reserved: Collection[str] = ()) -> list[str]:
    """`count` free numbers, going on from the invoice made last (or from the workspace's first number).

    Numbers of deleted issued invoices are not given again, nor are `reserved` ones (as `numbering.key`). Two callers
    get the same ones unless the workspace's row is locked.
    """
    last = Invoice.objects.filter(workspace=workspace).order_by("-pk").values_list("number", flat=True).first()
    first = str(workspace.next_invoice_number) if last is None else following(last)
    taken, chosen = set(reserved), list[str]()
    while len(chosen) < count:
        candidates = [number for number, _ in zip(series(first, taken), range(count - len(chosen)), strict=False)]
        used = _ever_used(workspace.pk, candidates)
        chosen += [number for number in candidates if key(number) not in used]
        taken |= {key(number) for number in candidates}
        first = following(candidates[-1])
    return chosen


def _ever_used(workspace_id: int, numbers: Collection[str]) -> set[str]:
    deleted = HistoryEntry.objects.filter(
        workspace_id=workspace_id, kind="invoice", action="deleted", label__in=numbers
    )
    return {*taken_numbers(workspace_id, numbers), *map(key, deleted.values_list("label", flat=True))}
