"""What may be handed in for an invoice, field by field, and what it is filled in with."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bluepro.invoicing.choices import LineKind
from bluepro.invoicing.content import Around, InvoiceContent, ServiceCopy, as_data, changes, derive
from bluepro.invoicing.refreshing import differences, refreshed
from bluepro.invoicing.rules import MAX_LINES, InvoiceData, LineData, check_invoice, cleaned

D = Decimal
SERVICE = LineData("service", service_id=7)
CUSTOM = LineData("custom", name="Ladder", quantity=D(2), unit_price=D("10.00"))
PLAIN = InvoiceData(contact_id=1, issue_date=date(2026, 3, 1), number="1001", lines=(SERVICE, CUSTOM))
AROUND = Around(
    terms_days=30,
    services={7: ServiceCopy("Windows", "inside and out", D("12.50"), False)},
    contact_tax_exempt={1: False, 2: True},
)


def with_line(**values: object) -> InvoiceData:
    return replace(PLAIN, lines=(replace(CUSTOM, **values),))  # type: ignore[arg-type]  # the table names the fields


@pytest.mark.parametrize(
    ("data", "field", "rule"),
    [
        (replace(PLAIN, number=" \t"), "number", "required"),
        (replace(PLAIN, number="9" * 31), "number", "too_long"),
        (replace(PLAIN, number="1\x00"), "number", "control_character"),
        (replace(PLAIN, name="n" * 201), "name", "too_long"),
        (replace(PLAIN, message="a\x07"), "message", "control_character"),
        (replace(PLAIN, service_city="c" * 256), "service_city", "too_long"),
        (replace(PLAIN, status="sent"), "status", "unknown"),
        (replace(PLAIN, issue_date=date(202, 1, 1)), "issue_date", "out_of_range"),
        (replace(PLAIN, due_date=date(9999, 1, 1)), "due_date", "out_of_range"),
        (replace(PLAIN, discount_kind="percent"), "discount_value", "required"),
        (replace(PLAIN, discount_value=D(5)), "discount_kind", "required"),
        (replace(PLAIN, discount_kind="half", discount_value=D(5)), "discount_kind", "unknown"),
        (replace(PLAIN, discount_kind="percent", discount_value=D(101)), "discount_value", "not_a_percentage"),
        (replace(PLAIN, discount_kind="amount", discount_value=D("0.001")), "discount_value", "too_many_decimals"),
        (replace(PLAIN, required_deposit_kind="amount"), "required_deposit_value", "required"),
        (
            replace(PLAIN, required_deposit_kind="amount", required_deposit_value=D(-1)),
            "required_deposit_value",
            "below_zero",
        ),
        (replace(PLAIN, tax_rate_percent=D("-0.1")), "tax_rate_percent", "not_a_percentage"),
        (replace(PLAIN, tax_rate_percent=D("NaN")), "tax_rate_percent", "not_a_number"),
        (replace(PLAIN, lines=(CUSTOM,) * (MAX_LINES + 1)), "lines", "too_many"),
        (with_line(kind="gift"), "lines[1].kind", "unknown"),
        (with_line(name="  "), "lines[1].name", "required"),
        (with_line(name="x" * 501), "lines[1].name", "too_long"),
        (with_line(quantity=None), "lines[1].quantity", "required"),
        (with_line(unit_price=None), "lines[1].unit_price", "required"),
        (with_line(quantity=D(-1)), "lines[1].quantity", "below_zero"),
        (with_line(unit_price=D("0.000001")), "lines[1].unit_price", "too_many_decimals"),
        (with_line(service_id=7), "lines[1].service", "not_a_service_line"),
        (with_line(kind="service"), "lines[1].service", "required"),
        (with_line(kind="heading"), "lines[1].quantity", "not_priced"),
        (with_line(kind="text", name="", quantity=None, unit_price=None), "lines[1].name", "required"),
    ],
)
def test_each_rule_names_its_field(data: InvoiceData, field: str, rule: str) -> None:
    assert (field, rule) in [(error.field, error.rule) for error in check_invoice(cleaned(data))]


def test_a_sound_invoice_has_no_errors() -> None:
    lines = (*PLAIN.lines, LineData("heading", name="Extras"), LineData("text", description="Thanks 🪟"))
    assert check_invoice(cleaned(replace(PLAIN, lines=lines, message="a\nb"))) == []


def test_all_errors_are_found_at_once() -> None:
    data = replace(PLAIN, name="n" * 201, status="x", lines=(LineData("custom"),))
    fields = {error.field for error in check_invoice(data)}
    assert fields == {"name", "status", "lines[1].name", "lines[1].quantity", "lines[1].unit_price"}


def test_text_is_cleaned() -> None:
    data = cleaned(replace(PLAIN, number=" 1001 ", message="a\r\nb ", lines=(replace(CUSTOM, name=" Cafe\u0301 "),)))
    assert (data.number, data.message, data.lines[0].name) == ("1001", "a\nb", "Café")


def content(data: InvoiceData = PLAIN, stored: InvoiceContent | None = None) -> InvoiceContent:
    return derive(data, AROUND, stored)


def test_what_is_empty_is_filled_in() -> None:
    made = content()
    line = made.lines[0]
    assert (line.name, line.description, line.quantity, line.unit_price) == (
        "Windows",
        "inside and out",
        D(1),
        D("12.50"),
    )
    assert (made.due_date, made.total, made.tax_rate_name) == (date(2026, 3, 31), D("32.50"), "")


def test_what_is_given_stays() -> None:
    given = LineData("service", 7, "Skylight", "outside", D(3), D("9.99999"), True)
    made = content(replace(PLAIN, lines=(given,), due_date=date(2026, 3, 2), tax_rate_percent=D("8.2500")))
    line = made.lines[0]
    assert (line.name, line.unit_price, line.tax_exempt, line.amount) == ("Skylight", D("9.99999"), True, D("30.00"))
    assert (made.due_date, made.tax_rate_name, made.tax) == (date(2026, 3, 2), "8.25%", D("0.00"))


def test_headings_have_no_amount() -> None:
    made = content(replace(PLAIN, lines=(LineData("heading", name="Work"), CUSTOM)))
    assert [line.amount for line in made.lines] == [D(0), D(20)]


def test_an_issued_invoice_keeps_its_copies() -> None:
    stored = content(replace(PLAIN, status="issued", tax_rate_percent=D(10)))
    dearer = Around(
        terms_days=10,
        services={7: ServiceCopy("Glass", "", D("99"), True)},
        contact_tax_exempt={1: True},
    )
    same = replace(PLAIN, status="issued", tax_rate_percent=D(10))
    assert derive(same, dearer, stored) == stored
    draft = replace(stored, status="draft")
    assert derive(replace(same, status="draft"), dearer, draft).lines[0].unit_price == D("99")


def test_a_new_line_of_an_issued_invoice_copies_the_service_of_today() -> None:
    stored = content(replace(PLAIN, status="issued"))
    dearer = replace(AROUND, services={7: ServiceCopy("Glass", "", D("99"), True)})
    longer = replace(PLAIN, status="issued", lines=(*PLAIN.lines, SERVICE))
    made = derive(longer, dearer, stored)
    assert (made.lines[0].unit_price, made.lines[2].unit_price) == (D("12.50"), D("99"))


def test_another_contact_brings_its_own_exemption() -> None:
    stored = content(replace(PLAIN, status="issued", tax_rate_percent=D(10)))
    moved = derive(replace(PLAIN, status="issued", contact_id=2, tax_rate_percent=D(10)), AROUND, stored)
    assert (stored.tax, moved.tax) == (D("3.25"), D("0.00"))


def test_content_handed_in_again_is_the_same() -> None:
    made = content(replace(PLAIN, discount_kind="percent", discount_value=D(10), tax_rate_percent=D("8.25")))
    assert derive(as_data(made), AROUND, made) == made


def test_changes_hold_only_what_differs() -> None:
    old = content()
    new = content(replace(PLAIN, name="Spring", lines=(SERVICE, replace(CUSTOM, quantity=D(3)), CUSTOM)))
    before, after = changes(old, new)
    assert before == {
        "name": "",
        "subtotal": D("32.50"),
        "total": D("32.50"),
        "lines": {"2": {"quantity": D("2.00"), "amount": D("20.00")}, "3": None},
    }
    lines = after["lines"]
    assert isinstance(lines, dict) and lines["2"] == {"quantity": D("3.00"), "amount": D("30.00")}
    assert lines["3"]["kind"] == LineKind.CUSTOM


def test_a_draft_shows_what_a_refresh_would_change() -> None:
    draft = content(replace(PLAIN, tax_rate_percent=D(10)))
    now = Around(30, {7: ServiceCopy("Windows", "inside only", D("15"), False)}, {1: True})
    stale = [(one.position, one.field, one.copied, one.current) for one in differences(draft, now)]
    assert stale == [
        (0, "contact_tax_exempt", False, True),
        (1, "description", "inside and out", "inside only"),
        (1, "unit_price", D("12.50"), D("15")),
    ]
    fresh = refreshed(draft, now)
    assert (fresh.total, fresh.tax, list(differences(fresh, now))) == (D("35.00"), D("0.00"), [])
