"""Loads records as frozen pictures, by id, with `values_list`: one query per table, whatever their number.

Everything here runs inside the snapshot transaction that `load` opens.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from bluepro.catalogue.models import Service, ServiceKind
from bluepro.contacts.models import Contact, ContactEmail, ContactKind, ContactPhone
from bluepro.invoicing.models import Invoice, InvoiceLine
from bluepro.payments.models import Allocation, Payment
from bluepro.quickbooks.snapshot import (
    Address,
    ContactRecord,
    InvoiceRecord,
    Kind,
    LineRecord,
    PaymentRecord,
    Record,
    ServiceRecord,
)

Rows = Iterable[tuple[Any, ...]]  # Any: database values, typed by the picture they fill


def load(kind: Kind, ids: Collection[int], accounts: "AccountNames") -> dict[int, Record]:
    """The records of one kind that still exist, by id."""
    match kind:
        case Kind.CONTACT:
            return dict(_contacts(ids))
        case Kind.SERVICE:
            return dict(_services(ids, accounts))
        case Kind.INVOICE:
            return dict(_invoices(ids))
        case Kind.PAYMENT:
            return dict(_payments(ids))


class AccountNames:
    """Finds the id of an income account by what a person wrote: its id, number or name, case ignored."""

    def __init__(self, accounts: Sequence[dict[str, Any]]) -> None:
        self._ids: dict[str, str] = {}
        for account in accounts:
            for name in (account.get("name"), account.get("full_name"), account.get("number"), account.get("id")):
                if name and account.get("active", True):
                    self._ids[str(name).strip().casefold()] = str(account["id"])

    def find(self, written: str) -> str:
        """The account's id; "" for nothing written; what was written, if no account is called so."""
        return self._ids.get(written.strip().casefold(), written.strip())


def _grouped(rows: Rows) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for owner, *rest in rows:
        found[owner].append(tuple(rest))
    return found


def _contacts(ids: Collection[int]) -> Iterable[tuple[int, ContactRecord]]:
    emails = _grouped(
        ContactEmail.objects.filter(contact__in=ids).order_by("position").values_list("contact_id", "address")
    )
    phones = _grouped(
        ContactPhone.objects.filter(contact__in=ids).order_by("position").values_list("contact_id", "number")
    )
    rows: Rows = Contact.objects.filter(id__in=ids).values_list(
        "id",
        "kind",
        "display_name",
        "company",
        "first_name",
        "last_name",
        "billing_street",
        "billing_city",
        "billing_region",
        "billing_postal_code",
        "billing_country",
        "tax_exempt",
        "tax_exempt_reason",
        "tax_exempt_certificate",
    )
    for id_, kind, name, company, first, last, *rest in rows:
        address, (exempt, reason, certificate) = Address(*rest[:5]), rest[5:]
        yield (
            id_,
            ContactRecord(
                id_,
                kind == ContactKind.COMPANY,
                name,
                company,
                first,
                last,
                tuple(email for (email,) in emails[id_]),
                tuple(phone for (phone,) in phones[id_]),
                address,
                exempt,
                reason,
                certificate,
            ),
        )


def _services(ids: Collection[int], accounts: AccountNames) -> Iterable[tuple[int, ServiceRecord]]:
    rows: Rows = Service.objects.filter(id__in=ids).values_list(
        "id", "kind", "name", "sku", "description", "unit_price", "tax_exempt", "income_account"
    )
    for id_, kind, *rest, account in rows:
        yield id_, ServiceRecord(*[id_, kind == ServiceKind.PRODUCT, *rest, accounts.find(account)])


def _invoices(ids: Collection[int]) -> Iterable[tuple[int, InvoiceRecord]]:
    lines = _grouped(
        InvoiceLine.objects.filter(invoice__in=ids)
        .order_by("position")
        .values_list(
            "invoice_id",
            "id",
            "kind",
            "service_id",
            "name",
            "description",
            "quantity",
            "unit_price",
            "amount",
            "tax_exempt",
        )
    )
    rows: Rows = Invoice.objects.filter(id__in=ids).values_list(
        "id",
        "ref",
        "number",
        "contact_id",
        "status",
        "issue_date",
        "due_date",
        "service_street",
        "service_city",
        "service_region",
        "service_postal_code",
        "service_country",
        "message",
        "tax_rate_percent",
        "contact_tax_exempt",
        "subtotal",
        "discount",
        "taxable_base",
        "tax",
        "total",
    )
    for row in rows:
        head, address, rest = row[:7], Address(*row[7:12]), row[12:]
        yield row[0], InvoiceRecord(*[*head, address, *rest, tuple(LineRecord(*line) for line in lines[row[0]])])


def _payments(ids: Collection[int]) -> Iterable[tuple[int, PaymentRecord]]:
    allocations = _grouped(
        Allocation.objects.filter(payment__in=ids)
        .order_by("invoice_id")
        .values_list("payment_id", "invoice_id", "amount", "invoice__issue_date")
    )
    rows: Rows = Payment.objects.filter(id__in=ids).values_list(
        "id", "ref", "contact_id", "paid_on", "amount", "method", "reference", "description"
    )
    for row in rows:
        parts = allocations[row[0]]
        newest = max((day for _, _, day in parts), default=None)
        yield row[0], PaymentRecord(*[*row, tuple((invoice, amount) for invoice, amount, _ in parts), newest])
