"""What contacts owe: the open balances of their issued invoices, in dollars. Two queries, however many contacts."""

from collections.abc import Collection
from decimal import Decimal

from django.db.models import Sum

from bluepro.common.money import ZERO
from bluepro.invoicing.models import Invoice, InvoiceStatus


def owed_by(workspace_id: int, ids: Collection[int]) -> dict[int, Decimal]:
    """What each of these contacts owes; only those that have an issued invoice."""
    issued = Invoice.objects.filter(workspace=workspace_id, contact_id__in=ids, status=InvoiceStatus.ISSUED)
    billed = dict(issued.values_list("contact_id").annotate(Sum("total")).order_by())
    paid_rows = issued.filter(allocations__isnull=False).values_list("contact_id")
    paid = dict(paid_rows.annotate(Sum("allocations__amount")).order_by())
    return {pk: amount - paid.get(pk, ZERO) for pk, amount in billed.items()}
