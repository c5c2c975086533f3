"""Tables of payments. Written only by `services`; `amount` is always the sum of the allocations.

What is paid on an invoice is kept on the invoice by triggers, so that lists can sort and filter by it.
"""

from typing import Any

import pgtrigger
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
        indexes = [
            models.Index(fields=["workspace", "paid_on", "id"], name="payment_by_date"),
            models.Index(fields=["workspace", "amount", "id"], name="payment_by_amount"),
            models.Index(fields=["workspace", "method", "paid_on", "id"], name="payment_by_method"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.paid_on}"


def _tables(**names: str) -> pgtrigger.Referencing:
    return pgtrigger.Referencing(**names)  # type: ignore[no-untyped-call]  # the library does not type it


def _paid(event: str, operation: pgtrigger.Operation, referencing: pgtrigger.Referencing, parts: str) -> Any:
    """Keeps the invoices' `paid`. Rows are taken in the order of their ids, as services lock them."""
    return pgtrigger.Trigger(
        name=f"paid_{event}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=referencing,
        func=f"""
            WITH moved AS (
                SELECT part.invoice_id, sum(part.amount) AS amount FROM ({parts}) AS part GROUP BY part.invoice_id
            ), held AS (
                SELECT invoice.id, moved.amount
                  FROM invoicing_invoice invoice JOIN moved ON moved.invoice_id = invoice.id
                 WHERE moved.amount <> 0 ORDER BY invoice.id FOR NO KEY UPDATE OF invoice
            )
            UPDATE invoicing_invoice invoice SET paid = invoice.paid + held.amount FROM held WHERE invoice.id = held.id;
            RETURN NULL;
        """,
    )


_NEW, _OLD = "SELECT invoice_id, amount FROM new_rows", "SELECT invoice_id, -amount AS amount FROM old_rows"


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
        triggers = [
            _paid("insert", pgtrigger.Insert, _tables(new="new_rows"), _NEW),
            _paid("delete", pgtrigger.Delete, _tables(old="old_rows"), _OLD),
            _paid("update", pgtrigger.Update, _tables(old="old_rows", new="new_rows"), f"{_NEW} UNION ALL {_OLD}"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.invoice_id}"
