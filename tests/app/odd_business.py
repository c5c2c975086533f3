"""The files of a business whose data are as odd as the import allows: names, texts, numbers, addresses, methods."""

import csv
from collections.abc import Iterable
from pathlib import Path

Row = dict[str, str]

NAMES = (
    *("Books by Bessie", "Emily Platt"),  # held by a vendor and an employee of the sample company
    *("Cool Cars", "cool cars", "Cool Cars (2)"),  # held by a customer of the sample company
    *("Zoë \N{WINDOW} Smith", "\N{MAN}\u200d\N{WOMAN} Family", "A: B: C", "Slash/Back\\Pipe|", "[x] {y} <z> 100%"),
    *("x" * 500, "x" * 499 + "y", "é" * 300, "word " * 60),
    *("e\u0301clair", "éclair", "ß Straße", "SS STRASSE", "山田 太郎", "אבג דהו"),
    *("Name", "Name", "Name (2)", "O'Brien `s", "Fish; DROP TABLE--", "  spaced   out  "),
)
SERVICES = ("Concrete", "Pump", "pump", "Party \N{PARTY POPPER} item", "Colon: item", "y" * 300, 'Double "quote"')
PRICES = ("10", "0", "99999.12345", "0.00001", "5.5")
PHONES = ("", "+1 (914) 555-0100 extension 12345", "9145550100", "call my office 914 555 0100 or else")
METHODS = ("Cash", "cash", "Coin \N{COIN}", "A very long name of a payment method")
MESSAGES = ("", "m " * 2500, "several\nlines\n\nof text", '"quotes" & <tags>')
DISCOUNTS = (("", ""), ("percent", "33.33333"), ("amount", "0.01"))
RATES = ("", "8.875", "0", "6.62515")


def write_odd_business(folder: Path, invoices: int = 40) -> None:
    """Writes the five files."""
    folder.mkdir()
    _write(folder / "contacts.csv", map(_contact, range(len(NAMES))))
    _write(folder / "services.csv", map(_service, range(len(SERVICES))))
    _write(folder / "invoices.csv", map(_invoice, range(invoices)))
    _write(folder / "invoice_lines.csv", (line for number in range(invoices) for line in _lines(number)))
    _write(folder / "payments.csv", map(_payment, range(0, invoices, 2)))


def _contact(number: int) -> Row:
    exempt = number % 5 == 0
    return {
        "external_id": f"c{number}",
        "display_name": NAMES[number],
        "company": f"Co: {NAMES[number][:60]}" if number % 3 == 0 else "",
        "first_name": "Fi:rst" if number % 2 else "",
        "last_name": 'L"ast' if number % 2 else "",
        "email": f"{'x' * 60}@{'y' * 50}.example.com" if number % 4 == 0 else "ok@example.com",
        "phone": PHONES[number % len(PHONES)],
        "billing_street": "1 Main St\nFloor 2\nRoom 3\nDesk 4\nChair 5\nLeg 6" if number % 2 else "12  Double  Space",
        "billing_city": "Yonkers",
        "tax_exempt": "true" if exempt else "false",
        "tax_exempt_certificate": "C" * 40 if exempt else "",
    }


def _service(number: int) -> Row:
    return {
        "external_id": f"s{number}",
        "name": SERVICES[number],
        "kind": "product" if number % 2 else "service",
        "description": f"line one\nline two {'z' * 5000 if number == 3 else ''}",
        "unit_price": PRICES[number % len(PRICES)],
        "tax_exempt": "true" if number % 4 == 0 else "false",
        "sku": "SKU " * 20 if number == 2 else f"K{number}",
        "income_account": "Special Income" if number == 5 else "",
    }


def _invoice(number: int) -> Row:
    kind, value = DISCOUNTS[number % len(DISCOUNTS)]
    return {
        "external_id": f"i{number}",
        "number": f"N/{number}-é",
        "contact_external_id": f"c{number % len(NAMES)}",
        "issue_date": f"2026-01-{1 + number % 28:02}",
        "status": "sent",
        "discount_kind": kind,
        "discount_value": value,
        "tax_rate_percent": RATES[number % len(RATES)],
        "message": MESSAGES[number % len(MESSAGES)],
        "service_street": "5 Elm\nBack door" if number % 3 else "",
        "service_city": "Ápolis" if number % 3 else "",
    }


def _lines(number: int) -> Iterable[Row]:
    long = "d " * 4500 if number % 7 == 0 else "two\nlines"
    lines = (
        {"kind": "heading", "name": "Head \N{BALLOON}"},
        {"kind": "service", "service_external_id": f"s{number % len(SERVICES)}", "quantity": "3.33333"},
        {"kind": "custom", "name": "Cust: om", "description": long, "quantity": "7.00001", "unit_price": "13.33335"},
        {"kind": "custom", "name": "Same", "description": "Same", "quantity": "0", "unit_price": "5"},
        {"kind": "text", "description": "Subtotal:" if number % 5 == 0 else "bye"},
        {"kind": "custom", "name": "credit", "quantity": "1", "unit_price": "-2.005"},
    )
    empty = dict.fromkeys(("service_external_id", "name", "description", "quantity", "unit_price"), "")
    for position, line in enumerate(lines, 1):
        yield {"invoice_external_id": f"i{number}", "position": str(position), **empty, **line}


def _payment(number: int) -> Row:
    return {
        "external_id": f"p{number}",
        "invoice_external_id": f"i{number}",
        "paid_at": "2026-02-01T23:30:00-05:00",
        "amount": "1.23",
        "method": METHODS[number // 2 % len(METHODS)],
        "description": "d" * 400,
        "reference": "r " * 40,
    }


def _write(path: Path, rows: Iterable[Row]) -> None:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
