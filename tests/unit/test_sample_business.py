"""The sample business: the same files for the same seed, of every kind and state, obeying the rules of the import."""

import csv
from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bluepro.invoicing.amounts import Amounts, Line, compute
from bluepro.proof import sample_business
from bluepro.proof.sample_business import Written, write

UNTIL = date(2026, 11, 20)
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    assert write(folder, seed=7, until=UNTIL) == Written(400, 40, 3000, 2600)
    return folder


def rows(folder: Path, name: str) -> Rows:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_gives_the_same_files_and_another_one_others(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write(tmp_path / name, seed=seed, until=UNTIL, scale=0.05)
    content = {name: (tmp_path / name / "invoices.csv").read_bytes() for name in "abc"}
    assert content["a"] == content["b"] != content["c"]


def test_scale_makes_it_smaller_and_must_be_above_zero(tmp_path: Path) -> None:
    assert write(tmp_path, seed=3, until=UNTIL, scale=0.1) == Written(40, 40, 300, 260)
    with pytest.raises(ValueError, match="scale"):
        write(tmp_path, seed=3, until=UNTIL, scale=0)


def test_contacts_are_people_and_firms_some_exempt_some_of_one_name(folder: Path) -> None:
    contacts = rows(folder, "contacts")
    names = Counter(row["display_name"] for row in contacts)
    assert len({row["external_id"] for row in contacts}) == 400
    assert sum(1 for row in contacts if row["company"]) == 120
    assert sum(1 for row in contacts if row["tax_exempt"] == "true") == 7
    assert sum(1 for count in names.values() if count == 2) == sample_business.CONTACTS * 6 // 400
    assert any(not name.isascii() for name in names)
    assert all(row["email"].isascii() for row in contacts)


def test_services_and_products_some_exempt_one_with_five_decimals(folder: Path) -> None:
    services = rows(folder, "services")
    assert Counter(row["kind"] for row in services) == {"service": 34, "product": 6}
    assert sum(1 for row in services if row["tax_exempt"] == "true") == 4
    assert any(Decimal(row["unit_price"]).as_tuple().exponent == -5 for row in services)


def test_invoices_are_of_every_state_and_kind(folder: Path) -> None:
    invoices = rows(folder, "invoices")
    assert Counter(row["status"] for row in invoices) == {"sent": 2700, "draft": 120, "scheduled": 60, "cancelled": 120}
    assert {row["discount_kind"] for row in invoices} == {"", "percent", "amount"}
    assert {row["tax_rate_percent"] for row in invoices} == {"", "6.625", "8.375", "8.875"}
    assert {row["required_deposit_kind"] for row in invoices} == {"", "percent", "amount"}
    assert {bool(row[column]) for row in invoices for column in ("message", "due_date", "service_street")} == {
        True,
        False,
    }
    lines = rows(folder, "invoice_lines")
    assert {row["kind"] for row in lines} == {"service", "custom", "heading", "text"}
    assert any(row["unit_price"].startswith("-") for row in lines)


def test_dates_lie_in_the_two_years_and_only_scheduled_ones_ahead(folder: Path) -> None:
    for row in rows(folder, "invoices"):
        day = date.fromisoformat(row["issue_date"])
        assert (day > UNTIL) == (row["status"] == "scheduled")
        assert -45 <= (UNTIL - day).days < 730
        assert not row["due_date"] or row["due_date"] >= row["issue_date"]


def test_every_amount_passes_the_rules_and_no_invoice_is_overpaid(folder: Path) -> None:
    totals = {key: amounts.total for key, amounts in amounts_of(folder).items()}
    invoices = {row["external_id"]: row for row in rows(folder, "invoices")}
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows(folder, "payments"):
        paid[row["invoice_external_id"]] += Decimal(row["amount"])
        assert Decimal(row["amount"]) > 0
        assert invoices[row["invoice_external_id"]]["status"] == "sent"
        assert row["paid_at"][:10] >= invoices[row["invoice_external_id"]]["issue_date"]
        assert datetime.fromisoformat(row["paid_at"]).date() < UNTIL
    assert all(amount <= totals[invoice] for invoice, amount in paid.items())
    assert any(amount < totals[invoice] for invoice, amount in paid.items())


def test_payments_cover_several_invoices_of_one_contact_and_the_same_amount_twice_a_day(folder: Path) -> None:
    contact = {row["external_id"]: row["contact_external_id"] for row in rows(folder, "invoices")}
    parts: dict[str, Rows] = defaultdict(list)
    for row in rows(folder, "payments"):
        parts[row["external_id"]].append(row)
    shared = [group for group in parts.values() if len(group) > 1]
    assert len(parts) == 2600 and len(shared) > 20
    for group in shared:
        assert len({contact[row["invoice_external_id"]] for row in group}) == 1
        assert len({(row["paid_at"], row["method"], row["reference"], row["description"]) for row in group}) == 1
    alike = Counter(
        (row["invoice_external_id"], row["paid_at"][:10], row["amount"]) for row in rows(folder, "payments")
    )
    assert max(alike.values()) == 2


def amounts_of(folder: Path) -> dict[str, Amounts]:
    """Amounts by external id, computed from the files alone."""
    services = {row["external_id"]: row for row in rows(folder, "services")}
    exempt = {row["external_id"]: row["tax_exempt"] == "true" for row in rows(folder, "contacts")}
    lines: dict[str, list[Line]] = defaultdict(list)
    for row in rows(folder, "invoice_lines"):
        service = services.get(row["service_external_id"], {})
        priced = row["kind"] in ("service", "custom")
        quantity = Decimal(row["quantity"] or "1") if priced else Decimal(0)
        price = Decimal(row["unit_price"] or service.get("unit_price") or "0")
        lines[row["invoice_external_id"]].append(
            Line(quantity, price, "true" in (row["tax_exempt"], service.get("tax_exempt")))
        )
    return {
        row["external_id"]: compute(
            lines[row["external_id"]],
            discount_kind=row["discount_kind"],
            discount_value=Decimal(row["discount_value"] or "0"),
            tax_rate_percent=Decimal(row["tax_rate_percent"] or "0"),
            contact_tax_exempt=exempt[row["contact_external_id"]],
        )
        for row in rows(folder, "invoices")
    }
