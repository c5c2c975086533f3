"""Tables of payments. Written only by `services`; `amount` is always the sum of the allocations."""

from django.db import models

from bluepro.contacts.models import Contact
from bluepro.invoicing.models import Invoice
from bluepro.workspaces.models import Membership, Workspace


class Payment(models.Model):
    """Money received from a contact. `paid_on` is the date in the workspace's zone, fixed when saved."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="payments")
    external_id = models.CharField(max_length=100, null=True, blank=True)
    ref = models.CharField(max_length=8)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="payments")
    paid_at = models.DateTimeField()
    paid_on = models.DateField()
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    method = models.CharField(max_length=50)
    description = models.CharField(max_length=500, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    created_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "ref"], name="payment_ref"),
            models.UniqueConstraint(fields=["workspace", "external_id"], name="payment_external_id"),
        ]
        indexes = [models.Index(fields=["workspace", "paid_on"], name="payment_by_date")]

    def __str__(self) -> str:
        return f"{self.amount} on {self.paid_on}"


class Allocation(models.Model):
    """The part of a payment that pays an invoice: dollars above 0."""

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="allocations")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="allocations")
    amount = models.DecimalField(max_digits=15, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "invoice"], name="one_allocation_per_invoice"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="allocation_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.invoice_id}"
