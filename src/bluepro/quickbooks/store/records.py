"""Loads records as frozen pictures, by id, by raw queries: one per table, whatever their number.

Everything here runs inside the snapshot transaction that `load` opens. Of a record's table only the columns named here
are read; change capture watches them all.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from bluepro.catalogue.models import ServiceKind
from bluepro.contacts.models import ContactKind
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
from bluepro.quickbooks.store import sql

Rows = Iterable[tuple[Any, ...]]  # Any: database values, typed by the picture they fill


def _select(table: str, columns: str, by: str, order: str = "") -> str:
    """A query for `columns` of the rows whose column `by` is one of the ids, in `order` within these."""
    shown = ", ".join(f'"{table}"."{column}"' for column in columns.split())
    ordered = f' ORDER BY "{table}"."{order}"' if order else ""
    return f'SELECT {shown} FROM "{table}" WHERE "{table}"."{by}" = ANY(%(ids)s::bigint[]){ordered}'


_BILLING = "billing_street billing_city billing_region billing_postal_code billing_country"
_SERVICE_ADDRESS = "service_street service_city service_region service_postal_code service_country"
_EXEMPTION = "tax_exempt tax_exempt_reason tax_exempt_certificate"
_CONTACTS = _select(
    "contacts_contact",
    f"id kind display_name company first_name last_name {_BILLING} {_EXEMPTION}",
    "id",
)
_EMAILS = _select("contacts_contactemail", "contact_id address", "contact_id", "position")
_PHONES = _select("contacts_contactphone", "contact_id number", "contact_id", "position")
_SERVICES = _select("catalogue_service", "id kind name sku description unit_price tax_exempt income_account", "id")
_INVOICES = _select(
    "invoicing_invoice",
    f"id ref number contact_id status issue_date due_date {_SERVICE_ADDRESS} message tax_rate_percent"
    " contact_tax_exempt subtotal discount taxable_base tax total",
    "id",
)
_LINES = _select(
    "invoicing_invoiceline",
    "invoice_id id kind service_id name description quantity unit_price amount tax_exempt",
    "invoice_id",
    "position",
)
_PAYMENTS = _select("payments_payment", "id ref contact_id paid_on amount method reference description", "id")
_ALLOCATIONS = """
SELECT part.payment_id, part.invoice_id, part.amount, invoice.issue_date
  FROM payments_allocation part JOIN invoicing_invoice invoice ON invoice.id = part.invoice_id
 WHERE part.payment_id = ANY(%(ids)s::bigint[]) ORDER BY part.invoice_id
"""


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


def _of(query: str, ids: Collection[int]) -> Rows:
    return sql.rows(query, {"ids": sql.array(ids)})


def _grouped(query: str, ids: Collection[int]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in _of(query, ids):
        found[row[0]].append(row[1:])
    return found


def _contacts(ids: Collection[int]) -> Iterable[tuple[int, ContactRecord]]:
    emails, phones = _grouped(_EMAILS, ids), _grouped(_PHONES, ids)
    for id_, kind, name, company, first, last, *rest in _of(_CONTACTS, ids):
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
    for id_, kind, *rest, account in _of(_SERVICES, ids):
        yield id_, ServiceRecord(*[id_, kind == ServiceKind.PRODUCT, *rest, accounts.find(account)])


def _invoices(ids: Collection[int]) -> Iterable[tuple[int, InvoiceRecord]]:
    lines = _grouped(_LINES, ids)
    for row in _of(_INVOICES, ids):
        head, address, rest = row[:7], Address(*row[7:12]), row[12:]
        yield row[0], InvoiceRecord(*[*head, address, *rest, tuple(LineRecord(*line) for line in lines[row[0]])])


def _payments(ids: Collection[int]) -> Iterable[tuple[int, PaymentRecord]]:
    allocations = _grouped(_ALLOCATIONS, ids)
    for row in _of(_PAYMENTS, ids):
        parts = allocations[row[0]]
        newest = max((day for _, _, day in parts), default=None)
        yield row[0], PaymentRecord(*[*row, tuple((invoice, amount) for invoice, amount, _ in parts), newest])
