"""Writes a believable business as the CSV files that BluePro imports: a window-cleaning company with two years of work.

The same seed and date give the same files, byte for byte. Nothing here reads or writes a database.
"""

import csv
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bluepro.proof.sample.invoices import SampleInvoice, make_invoices, service_id
from bluepro.proof.sample.payments import make_payments, payment_rows
from bluepro.proof.sample.people import Row, make_customers
from bluepro.proof.sample.words import OFFERS

CONTACTS, INVOICES, PAYMENTS = 400, 3000, 2600

_ADDRESS = ("street", "city", "region", "postal_code", "country")
CONTACT_COLUMNS = (
    *("external_id", "display_name", "company", "first_name", "last_name", "email", "phone"),
    *(f"billing_{part}" for part in _ADDRESS),
    *("notes", "tax_exempt", "tax_exempt_reason", "tax_exempt_certificate"),
)
SERVICE_COLUMNS = ("external_id", "name", "kind", "description", "unit_price", "tax_exempt", "sku", "income_account")
INVOICE_COLUMNS = (
    *("external_id", "number", "name", "contact_external_id", "issue_date", "due_date", "status"),
    *("discount_kind", "discount_value", "tax_rate_percent", "message"),
    *("required_deposit_kind", "required_deposit_value"),
    *(f"service_{part}" for part in _ADDRESS),
)
LINE_COLUMNS = (
    *("invoice_external_id", "position", "kind", "service_external_id"),
    *("name", "description", "quantity", "unit_price", "tax_exempt"),
)
PAYMENT_COLUMNS = ("external_id", "invoice_external_id", "paid_at", "amount", "method", "description", "reference")


@dataclass(frozen=True, slots=True)
class Written:
    """How many records were written; `services` never scales, since the catalogue is one list."""

    contacts: int
    services: int
    invoices: int
    payments: int


def write(folder: Path, *, seed: int, until: date, scale: float = 1.0) -> Written:
    """Write the five CSV files into `folder` (made if missing) and say how many records they hold.

    `until` is the business's today: invoices and payments lie in the two years before it, scheduled invoices after
    it. `scale` 1 is about 400 contacts, 3,000 invoices and 2,600 payments. Raises ValueError for a scale not above 0.
    """
    if scale <= 0:
        raise ValueError("scale must be above 0")
    wanted = Written(_scaled(CONTACTS, scale), len(OFFERS), _scaled(INVOICES, scale), _scaled(PAYMENTS, scale))
    return write_counts(folder, wanted, seed=seed, until=until)


def write_counts(folder: Path, wanted: Written, *, seed: int, until: date) -> Written:
    """Like `write`, with the numbers of records given; there may be fewer payments, and all services there are."""
    chance = random.Random(seed)
    customers = make_customers(chance, wanted.contacts)
    invoices = make_invoices(chance, customers, wanted.invoices, until)
    payments = make_payments(chance, invoices, wanted.payments, until)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "contacts.csv", CONTACT_COLUMNS, (customer.row for customer in customers))
    _write(folder / "services.csv", SERVICE_COLUMNS, _service_rows())
    _write(folder / "invoices.csv", INVOICE_COLUMNS, (invoice.row for invoice in invoices))
    _write(folder / "invoice_lines.csv", LINE_COLUMNS, _line_rows(invoices))
    _write(folder / "payments.csv", PAYMENT_COLUMNS, payment_rows(chance, payments))
    return Written(len(customers), len(OFFERS), len(invoices), len(payments))


def _scaled(count: int, scale: float) -> int:
    return max(10, round(count * scale))


def _service_rows() -> Iterable[Row]:
    for offer in OFFERS:
        yield {
            "external_id": service_id(offer),
            "name": offer.name,
            "kind": offer.kind,
            "description": offer.description,
            "unit_price": offer.unit_price,
            "tax_exempt": "true" if offer.exempt else "false",
            "sku": f"WC-{service_id(offer)}" if offer.kind == "product" else "",
            "income_account": "",
        }


def _line_rows(invoices: Iterable[SampleInvoice]) -> Iterable[Row]:
    for invoice in invoices:
        for position, line in enumerate(invoice.lines, 1):
            yield {"invoice_external_id": invoice.external_id, "position": str(position), **line.row}


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
