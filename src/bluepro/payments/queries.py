"""Reads of payments: lists to search and page through, one with its allocations, what a contact has open.

Every function makes a fixed number of queries.
"""

from datetime import date

from django.db.models import Prefetch, Q

from bluepro.common.errors import NotFound
from bluepro.invoicing.models import Invoice, InvoiceStatus
from bluepro.payments.allocation import Payable
from bluepro.payments.models import Allocation, Payment
from bluepro.workspaces.models import HistoryEntry
from bluepro.workspaces.queries import history_of

PAGE = 50
_ALLOCATIONS = Prefetch("allocations", Allocation.objects.select_related("invoice").order_by("invoice_id"))


def list_payments(
    workspace_id: int,
    *,
    search: str = "",
    contact_id: int | None = None,
    after: tuple[date, int] | None = None,
    limit: int = PAGE,
) -> list[Payment]:
    """A page of payments with contact and allocations, the latest first (two queries).

    `search` finds every word in method, reference, description or customer. The next page starts `after` the last one's
    (paid_on, id).
    """
    found = Payment.objects.filter(workspace_id=workspace_id)
    for word in search.split():
        found = found.filter(
            Q(method__icontains=word)
            | Q(reference__icontains=word)
            | Q(description__icontains=word)
            | Q(contact__display_name__icontains=word)
        )
    if contact_id is not None:
        found = found.filter(contact_id=contact_id)
    if after is not None:
        day, pk = after
        found = found.filter(Q(paid_on__lt=day) | Q(paid_on=day, pk__lt=pk))
    page = found.select_related("contact").prefetch_related(_ALLOCATIONS)
    return list(page.order_by("-paid_on", "-pk")[:limit])


def get_payment(workspace_id: int, payment_id: int) -> Payment:
    """One payment with contact and allocations (two queries); NotFound if it is not in this workspace."""
    found = Payment.objects.filter(workspace_id=workspace_id, pk=payment_id)
    payment = found.select_related("contact").prefetch_related(_ALLOCATIONS).first()
    if payment is None:
        raise NotFound(f"There is no payment {payment_id} in this workspace.")
    return payment


def payments_of_invoice(workspace_id: int, invoice_id: int) -> list[Allocation]:
    """What was paid on an invoice, with its payments, the earliest first (one query)."""
    found = Allocation.objects.filter(invoice__workspace_id=workspace_id, invoice_id=invoice_id)
    return list(found.select_related("payment").order_by("payment__paid_at", "payment_id"))


def open_invoices(workspace_id: int, contact_id: int) -> list[Payable]:
    """A contact's issued invoices with something open, the oldest first, as `spread` takes them (one query)."""
    issued = Invoice.objects.filter(
        workspace_id=workspace_id, contact_id=contact_id, status=InvoiceStatus.ISSUED, balance__gt=0
    ).order_by("issue_date", "pk")
    return [Payable(*row) for row in issued.values_list("pk", "number", "contact_id", "status", "balance")]


def history_of_payment(workspace_id: int, payment_id: int, *, limit: int = 100) -> list[HistoryEntry]:
    """What happened to a payment, also if it is deleted by now; the latest first."""
    return history_of(workspace_id, "payment", payment_id, limit=limit)


def history_on_invoice(invoice: Invoice) -> list[HistoryEntry]:
    """The payments recorded on an invoice and deleted from it, the latest first (three queries).

    Deleted ones are known by the invoice's present number and the customer, as the history kept them. The ids are found
    first: in one query with an "or", PostgreSQL reads the history of every workspace.
    """
    entries = HistoryEntry.objects.filter(workspace_id=invoice.workspace_id, kind="payment")
    deleted = entries.filter(
        action="deleted", old__contact_id=invoice.contact_id, old__allocations__has_key=invoice.number
    )
    paying = Allocation.objects.filter(invoice=invoice).values_list("payment_id", flat=True)
    these = {*paying, *deleted.values_list("record_id", flat=True)}
    return list(entries.filter(record_id__in=these, action__in=("recorded", "deleted")).order_by("-id")[:100])
