"""The list of payments: found by words, method and customer, in any of the orders that people sort by."""

from collections.abc import Mapping

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.expressions import Expression, F, OrderBy

from bluepro.contacts.models import Contact
from bluepro.invoicing.models import Invoice
from bluepro.payments.models import Allocation, Payment

SORTS: Mapping[str, tuple[Expression | F, ...]] = {
    "date": (F("paid_on"),),
    "amount": (F("amount"),),
    "method": (F("method"), F("paid_on")),
}
_ALLOCATIONS = Prefetch("allocations", Allocation.objects.select_related("invoice").order_by("invoice_id"))


def found_payments(
    workspace_id: int, *, search: str = "", method: str = "", contact_id: int | None = None, sort: str = "-date"
) -> QuerySet[Payment]:
    """Payments with contact and allocations, in order (two queries).

    `search` finds every word in reference, description, customer or the number of an invoice paid; `method` exactly
    as it was recorded; `sort` is a key of `SORTS`, "-" in front for descending.
    """
    found = Payment.objects.filter(workspace_id=workspace_id)
    if contact_id is not None:
        found = found.filter(contact_id=contact_id)
    if method:
        found = found.filter(method=method)
    for word in search.split():
        found = found.filter(_has(workspace_id, word))
    return found.select_related("contact").prefetch_related(_ALLOCATIONS).order_by(*_order(sort))


def _has(workspace_id: int, word: str) -> Q:
    customers = Contact.objects.filter(workspace_id=workspace_id, display_name__icontains=word)
    invoices = Invoice.objects.filter(workspace_id=workspace_id, number__icontains=word)
    paid = Allocation.objects.filter(invoice_id__in=invoices.values("pk"))
    return (
        Q(reference__icontains=word)
        | Q(description__icontains=word)
        | Q(contact_id__in=customers.values("pk"))
        | Q(pk__in=paid.values("payment_id"))
    )


def _order(sort: str) -> list[OrderBy]:
    columns = (*SORTS[sort.removeprefix("-")], F("pk"))
    return [OrderBy(column, descending=sort.startswith("-")) for column in columns]


def methods_of(workspace_id: int) -> list[str]:
    """The payment methods in use, in order of the alphabet (one query, along the index by method)."""
    rows = Payment.objects.filter(workspace_id=workspace_id).order_by("method").values_list("method", flat=True)
    return list(rows.distinct()[:50])


def last_method(workspace_id: int, membership_id: int) -> str:
    """The method of the payment that this person recorded last, "" if there is none."""
    own = Payment.objects.filter(workspace_id=workspace_id, created_by_id=membership_id).order_by("-pk")
    return own.values_list("method", flat=True).first() or ""
