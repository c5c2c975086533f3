"""Where a service is used: on how many issued invoices, for how much, and on which ones lately. Three queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Max, Sum

from bluepro.common.money import ZERO
from bluepro.invoicing.models import Invoice, InvoiceLine, InvoiceStatus


@dataclass(frozen=True, slots=True)
class Use:
    """`invoices` that name the service and are issued, the `amount` of their lines in dollars, and the latest ones."""

    invoices: int
    amount: Decimal
    latest: Sequence[Invoice]
    anywhere: bool


def use_of(workspace_id: int, service_id: int, *, limit: int = 10) -> Use:
    """How a service is used; drafts count for `anywhere` and `latest` only."""
    lines = InvoiceLine.objects.filter(service=service_id, invoice__workspace=workspace_id)
    issued = lines.filter(invoice__status=InvoiceStatus.ISSUED)
    sums = issued.aggregate(count=Count("invoice", distinct=True), amount=Sum("amount"))
    # Grouped, so that PostgreSQL begins with the service's lines: else it walks all invoices by date to find ten.
    days = lines.values_list("invoice").annotate(day=Max("invoice__issue_date")).order_by("-day", "-invoice")
    ids = [pk for pk, _ in days[:limit]]
    latest = list(Invoice.objects.filter(pk__in=ids).select_related("contact").order_by("-issue_date", "-pk"))
    return Use(sums["count"], sums["amount"] or ZERO, latest, bool(latest))
