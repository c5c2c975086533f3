"""Tables of invoices. Written only by `services`; stored totals are `amounts`' results at the last save."""

from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Length, Lower

from bluepro.catalogue.models import Service
from bluepro.contacts.models import Contact
from bluepro.invoicing.choices import AmountKind, InvoiceStatus, LineKind
from bluepro.workspaces.models import Membership, Workspace

__all__ = ["AmountKind", "Invoice", "InvoiceComment", "InvoiceLine", "InvoicePage", "InvoiceStatus", "LineKind"]


class Invoice(models.Model):
    """An invoice. Money in dollars with 2 decimals; dates are the workspace's calendar dates, fixed when saved.

    `tax_rate_percent` and `contact_tax_exempt` are copies that freeze when the invoice is issued. `ref` is
    the random record reference of the marker. `subtotal`, `discount`, `tax` and `total` are computed, never
    typed. `paid` is kept by a trigger on the payments' allocations, `balance` (what is open, 0 unless issued) by the
    database itself: lists sort and filter by them. Checks add the allocations up.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invoices")
    external_id = models.CharField(max_length=100, null=True, blank=True)
    ref = models.CharField(max_length=8)
    number = models.CharField(max_length=30)
    name = models.CharField(max_length=200, blank=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="invoices")
    status = models.CharField(max_length=10, choices=InvoiceStatus.choices)
    issue_date = models.DateField()
    due_date = models.DateField()
    service_street = models.CharField(max_length=500, blank=True)
    service_city = models.CharField(max_length=255, blank=True)
    service_region = models.CharField(max_length=255, blank=True)
    service_postal_code = models.CharField(max_length=30, blank=True)
    service_country = models.CharField(max_length=255, blank=True)
    discount_kind = models.CharField(max_length=7, choices=AmountKind.choices, blank=True)
    discount_value = models.DecimalField(max_digits=18, decimal_places=5, default=0)
    tax_rate_name = models.CharField(max_length=100, blank=True)
    tax_rate_percent = models.DecimalField(max_digits=8, decimal_places=5, default=0)
    contact_tax_exempt = models.BooleanField(default=False)
    required_deposit_kind = models.CharField(max_length=7, choices=AmountKind.choices, blank=True)
    required_deposit_value = models.DecimalField(max_digits=18, decimal_places=5, default=0)
    message = models.TextField(blank=True)
    subtotal = models.DecimalField(max_digits=15, decimal_places=2)
    discount = models.DecimalField(max_digits=15, decimal_places=2)
    taxable_base = models.DecimalField(max_digits=15, decimal_places=2)
    tax = models.DecimalField(max_digits=15, decimal_places=2)
    total = models.DecimalField(max_digits=15, decimal_places=2)
    paid = models.DecimalField(max_digits=15, decimal_places=2, default=0, db_default=0, editable=False)
    balance = models.GeneratedField(
        expression=Case(
            When(status=InvoiceStatus.ISSUED, then=F("total") - F("paid")),
            default=Value(0),
            output_field=models.DecimalField(max_digits=15, decimal_places=2),
        ),
        output_field=models.DecimalField(max_digits=15, decimal_places=2),
        db_persist=True,
    )
    created_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", Lower("number"), name="invoice_number"),
            models.UniqueConstraint(fields=["workspace", "ref"], name="invoice_ref"),
            models.UniqueConstraint(fields=["workspace", "external_id"], name="invoice_external_id"),
        ]
        indexes = [
            models.Index(fields=["workspace", "issue_date", "id"], name="invoice_by_date"),
            models.Index(fields=["workspace", "due_date", "id"], name="invoice_by_due_date"),
            models.Index(fields=["workspace", "total", "id"], name="invoice_by_total"),
            models.Index(fields=["workspace", "balance", "id"], name="invoice_by_balance"),
            models.Index(fields=["workspace", "status", "issue_date", "id"], name="invoice_by_status"),
            models.Index("workspace", Length("number"), Lower("number"), "id", name="invoice_in_number_order"),
        ]

    def __str__(self) -> str:
        return self.number


class InvoiceLine(models.Model):
    """A line of an invoice: copies of the service's values, or its own. Headings and texts have no amount."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=7, choices=LineKind.choices)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=500, blank=True)
    description = models.TextField(blank=True)
    quantity = models.DecimalField(max_digits=15, decimal_places=5, default=0)
    unit_price = models.DecimalField(max_digits=18, decimal_places=5, default=0)
    tax_exempt = models.BooleanField(default=False)
    amount = models.DecimalField(max_digits=15, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "position"],
                name="invoice_line_position",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.name or self.description}"


class InvoiceComment(models.Model):
    """An internal note of the team. It never leaves BluePro."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text[:50]


class InvoicePage(models.Model):
    """The customer's page of an invoice: `token` is the unguessable part of its address, and can be renewed."""

    invoice = models.OneToOneField(Invoice, on_delete=models.CASCADE, primary_key=True, related_name="page")
    token = models.CharField(max_length=32, unique=True)
    made_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"page of invoice {self.invoice_id}"
