"""Small sets of import files for the tests: a sound one, and edits of single cells. Knows nothing of the database."""

import csv
from collections.abc import Mapping
from pathlib import Path

Rows = list[dict[str, str]]


def sound() -> dict[str, Rows]:
    """Two contacts, two services, three invoices (the last a draft), two payments, one of them over two invoices."""
    return {
        "contacts.csv": [
            {"external_id": "C1", "display_name": "Ann Lee", "email": "ann@example.com", "tax_exempt": "false"},
            {"external_id": "C2", "display_name": "Bee Ltd", "company": "Bee", "phone": "555", "tax_exempt": "true"},
        ],
        "services.csv": [
            {"external_id": "S1", "name": "Windows", "kind": "service", "unit_price": "80", "tax_exempt": "false"},
            {"external_id": "S2", "name": "Soap", "kind": "product", "unit_price": "4.5", "tax_exempt": "true"},
        ],
        "invoices.csv": [
            _invoice("I1", "C1", "sent", tax_rate_percent="8.25"),
            _invoice("I2", "C1", "sent", discount_kind="percent", discount_value="10"),
            _invoice("I3", "C2", "draft"),
        ],
        "invoice_lines.csv": [
            _line("I1", 1, "service", service_external_id="S1"),
            _line("I1", 2, "custom", name="Travel", quantity="2", unit_price="10", tax_exempt="true"),
            _line("I2", 1, "heading", name="Goods"),
            _line("I2", 2, "service", service_external_id="S2", quantity="10"),
            _line("I3", 1, "custom", name="Visit", quantity="1", unit_price="50"),
        ],
        "payments.csv": [
            _payment("P1", "I1", "26.60"),
            _payment("P2", "I1", "80"),
            _payment("P2", "I2", "40.5"),
        ],
    }


def _invoice(external_id: str, contact: str, status: str, **more: str) -> dict[str, str]:
    fixed = {"number": f"N-{external_id}", "contact_external_id": contact, "issue_date": "2026-01-31"}
    return {"external_id": external_id, "status": status, **fixed, **more}


def _line(invoice: str, position: int, kind: str, **more: str) -> dict[str, str]:
    return {"invoice_external_id": invoice, "position": str(position), "kind": kind, **more}


def _payment(external_id: str, invoice: str, amount: str) -> dict[str, str]:
    fixed = {"paid_at": "2026-02-01T23:30:00", "method": "Check", "reference": f"ref {external_id}"}
    return {"external_id": external_id, "invoice_external_id": invoice, "amount": amount, **fixed}


def write(folder: Path, files: Mapping[str, Rows]) -> Path:
    """Writes the files; every column that some row has is there."""
    folder.mkdir(exist_ok=True)
    for name, rows in files.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def edited(file: str, row: int, **cells: str) -> dict[str, Rows]:
    """The sound files with some cells of one row changed; rows counted as in the file, the first below the header 2."""
    files = sound()
    files[file][row - 2] |= cells
    return files
