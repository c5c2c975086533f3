"""Reads, and locks, what a change of payments needs: the invoices paid, first, then the payments, each in order of ids.

Whoever changes what is paid on an invoice holds the invoice's lock, so two payments at once cannot exceed its total.
Writes nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bluepro.common.errors import Conflict
from bluepro.common.money import ZERO
from bluepro.invoicing.models import Invoice
from bluepro.payments import allocation
from bluepro.payments.allocation import Payable
from bluepro.payments.models import Allocation, Payment


@dataclass(frozen=True, slots=True)
class PaymentContent:
    """What a payment says. `allocations` in order of the invoices' ids; `amount` is their sum, in dollars."""

    contact_id: int
    paid_at: datetime
    paid_on: date
    amount: Decimal
    method: str
    description: str
    reference: str
    allocations: tuple[allocation.Allocation, ...]


COLUMNS = ("contact_id", "paid_at", "paid_on", "amount", "method", "description", "reference")


@dataclass(slots=True)
class StoredPayment:
    """A payment as it lies in the database, locked."""

    row: Payment
    allocations: list[Allocation]
    content: PaymentContent


@dataclass(frozen=True, slots=True)
class LockedInvoice:
    """An invoice that is paid, locked. `paid` in dollars counts every payment; `created_by` is a membership's id."""

    id: int
    number: str
    contact_id: int
    status: str
    total: Decimal
    created_by: int | None
    paid: Decimal


def lock_invoices(workspace_id: int, ids: Collection[int]) -> dict[int, LockedInvoice]:
    """The workspace's invoices of these ids, locked until the transaction ends; those that do not exist are missing."""
    found = Invoice.objects.filter(workspace_id=workspace_id, pk__in=ids).order_by("pk")
    found = found.select_for_update(no_key=True)
    rows = found.values_list("pk", "number", "contact_id", "status", "total", "created_by_id", "paid")
    return {row[0]: LockedInvoice(*row) for row in rows}


def invoices_of(workspace_id: int, payment_ids: Collection[int]) -> set[int]:
    """The invoices that these payments pay now; no lock is taken."""
    if not payment_ids:
        return set()
    found = Allocation.objects.filter(payment__workspace_id=workspace_id, payment_id__in=payment_ids)
    return set(found.values_list("invoice_id", flat=True))


def lock_payments(
    workspace_id: int, ids: Collection[int], invoices: Mapping[int, LockedInvoice]
) -> dict[int, StoredPayment]:
    """The workspace's payments of these ids, locked, those that do not exist missing; `invoices` are locked already.

    Raises Conflict for a payment that was moved to another invoice just before the locks were taken.
    """
    if not ids:
        return {}
    rows = Payment.objects.filter(workspace_id=workspace_id, pk__in=ids).order_by("pk")
    allocations: dict[int, list[Allocation]] = {row.pk: [] for row in rows.select_for_update(no_key=True)}
    for part in Allocation.objects.filter(payment_id__in=list(allocations)).order_by("payment_id", "invoice_id"):
        if part.invoice_id not in invoices:
            raise Conflict(f"Payment {part.payment_id} was changed by someone else meanwhile; look at it again.")
        allocations[part.payment_id].append(part)
    return {row.pk: _stored(row, allocations[row.pk]) for row in rows}


def _stored(row: Payment, allocations: list[Allocation]) -> StoredPayment:
    return StoredPayment(row, allocations, content_of(row, allocations))


def content_of(row: Payment, allocations: Iterable[Allocation]) -> PaymentContent:
    """The content of a payment from its rows; `allocations` in order of the invoices' ids."""
    return PaymentContent(
        contact_id=row.contact_id,
        paid_at=row.paid_at,
        paid_on=row.paid_on,
        amount=row.amount,
        method=row.method,
        description=row.description,
        reference=row.reference,
        allocations=tuple((part.invoice_id, part.amount) for part in allocations),
    )


def payables(invoices: Mapping[int, LockedInvoice], freed: Iterable[StoredPayment]) -> dict[int, Payable]:
    """The invoices with what is open on them once the allocations of `freed` are taken back."""
    back: dict[int, Decimal] = {}
    for payment in freed:
        for invoice_id, amount in payment.content.allocations:
            back[invoice_id] = back.get(invoice_id, ZERO) + amount
    return {
        one.id: Payable(one.id, one.number, one.contact_id, one.status, one.total - one.paid + back.get(one.id, ZERO))
        for one in invoices.values()
    }
