"""What QuickBooks answered against what was meant, and what it holds of our lines."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from translate_records import BOOKS, CONTACT, INVOICE, PAYMENT, REFS, answer_to, pushed, wire_json

from bluepro.quickbooks.snapshot import Kind, TaxMode
from bluepro.quickbooks.translate import (
    Difference,
    Expected,
    Payload,
    changed_fields,
    differences,
    pushed_lines,
    same_owned,
    translate_contact,
    translate_invoice,
    translate_payment,
)
from qbo_client import wire


def sent(outcome: Any) -> Payload[Any]:
    assert isinstance(outcome, Payload)
    return outcome


INVOICED = sent(translate_invoice(INVOICE, BOOKS, None, refs=REFS))
AS_LINE = sent(translate_invoice(INVOICE, replace(BOOKS, tax_mode=TaxMode.LINE), None, refs=REFS))
PAID = sent(translate_payment(PAYMENT, BOOKS, None, refs=REFS))
CUSTOMER = sent(translate_contact(CONTACT, None, name="Harbor Windows"))


def answer(payload: Payload[Any], **changes: Any) -> wire.Invoice:
    """The invoice as QuickBooks answers it when it agrees, with `changes` by wire name."""
    assert payload.expect is not None
    shown = wire_json(answer_to(payload.entity, {})) | {"TotalAmt": str(payload.expect.total)} | changes
    return wire.decode(wire.encode(shown), wire.Invoice)


def tax(total: str, *bases: str) -> dict[str, object]:
    lines = [{"Amount": "1.00", "TaxLineDetail": {"NetAmountTaxable": base}} for base in bases]
    return {"TotalTax": total, "TaxLine": lines}


def test_the_right_answer_has_no_differences() -> None:
    assert INVOICED.expect and AS_LINE.expect and PAID.expect
    assert differences(answer(INVOICED, TxnTaxDetail=tax("7.43", "90.00", "90.00")), INVOICED.expect) == ()
    assert differences(answer(INVOICED), INVOICED.expect) == ()
    assert differences(answer(AS_LINE), AS_LINE.expect) == ()
    paid = wire.Payment(total_amt=Decimal("75.00"), unapplied_amt=Decimal("0.00"))
    assert differences(paid, PAID.expect) == ()
    assert differences(wire.Payment(total_amt=Decimal("75")), PAID.expect) == ()


@pytest.mark.parametrize(
    ("changes", "difference"),
    [
        ({"TotalAmt": "133.42"}, Difference("total", Decimal("133.43"), Decimal("133.42"))),
        ({"TxnTaxDetail": tax("7.44")}, Difference("tax", Decimal("7.43"), Decimal("7.44"))),
        ({"TxnTaxDetail": None}, Difference("tax", Decimal("7.43"), Decimal("0.00"))),
        (
            {"TxnTaxDetail": tax("7.43", "90.00", "90.01")},
            Difference("taxable base", Decimal("90.00"), Decimal("90.01")),
        ),
        ({"DocNumber": "1043"}, Difference("number", "1042", "1043")),
    ],
)
def test_a_wrong_figure_is_named_with_both_values(changes: dict[str, Any], difference: Difference) -> None:
    assert INVOICED.expect
    assert differences(answer(INVOICED, **changes), INVOICED.expect) == (difference,)


def test_the_tax_line_counts_as_the_tax() -> None:
    assert AS_LINE.expect
    without = [line for line in wire_json(answer(AS_LINE))["Line"] if line.get("Description") != "Sales tax"]
    assert differences(answer(AS_LINE, Line=without), AS_LINE.expect) == (
        Difference("tax", Decimal("7.43"), Decimal("0.00")),
    )
    both = answer(AS_LINE, TxnTaxDetail=tax("1.00"))
    assert differences(both, AS_LINE.expect) == (Difference("tax", Decimal("7.43"), Decimal("8.43")),)


def test_a_payment_that_is_not_all_applied_differs() -> None:
    paid = wire.Payment(total_amt=Decimal("75.00"), unapplied_amt=Decimal("25.00"))
    expect = Expected(total=Decimal("75.00"), unapplied=Decimal("0.00"))
    assert differences(paid, expect) == (Difference("unapplied amount", Decimal("0.00"), Decimal("25.00")),)


@pytest.mark.parametrize("payload", [INVOICED, AS_LINE])
def test_an_invoice_read_back_is_the_same(payload: Payload[Any]) -> None:
    assert same_owned(answer(payload), payload)


@pytest.mark.parametrize("payload", [PAID, CUSTOMER])
def test_others_read_back_are_the_same(payload: Payload[Any]) -> None:
    assert same_owned(payload.entity, payload)


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({"CustomerRef": {"value": "58", "name": "Harbor Windows"}}, ()),
        ({"CustomerRef": {"value": "59"}}, ("CustomerRef",)),
        ({"DueDate": "2026-04-02"}, ("DueDate",)),
        ({"TxnTaxDetail": {"TotalTax": 7.43, "TxnTaxCodeRef": {"value": "9"}}}, ()),
        ({"TxnTaxDetail": {"TotalTax": 7.44}}, ("TxnTaxDetail",)),
        ({"CustomerMemo": None}, ("CustomerMemo",)),
        ({"ShipAddr": {"Line1": "Harbor", "Line2": "12 Ocean Dr.", "Line3": "Half Moon Bay, CA  94213 USA"}}, ()),
        ({"ShipAddr": {"Line1": "13 Ocean Dr.", "City": "Half Moon Bay"}}, ("ShipAddr",)),
        ({"ApplyTaxAfterDiscount": False}, ("ApplyTaxAfterDiscount",)),
        ({"PrivateNote": "changed by the bookkeeper"}, ()),
    ],
)
def test_which_owned_fields_say_something_else(changes: dict[str, Any], changed: tuple[str, ...]) -> None:
    assert changed_fields(wire_json(answer(INVOICED)) | changes, INVOICED.owned) == changed


@pytest.mark.parametrize(
    ("position", "changes", "is_changed"),
    [
        (1, {"Amount": 100}, False),
        (1, {"Amount": 100.01}, True),
        (1, {"Description": "Other"}, True),
        (1, {"LineNum": 9, "LinkedTxn": []}, False),
        (4, {"Amount": "13.00"}, True),
    ],
)
def test_which_lines_say_something_else(position: int, changes: dict[str, Any], is_changed: bool) -> None:
    shown = wire_json(answer(INVOICED))
    shown["Line"][position] |= changes
    assert changed_fields(shown, INVOICED.owned) == (("Line",) if is_changed else ())


def test_a_line_more_or_less_is_a_change() -> None:
    shown = wire_json(answer(INVOICED))
    assert changed_fields(shown | {"Line": shown["Line"][1:]}, INVOICED.owned) == ("Line",)
    assert changed_fields(shown | {"Line": [*shown["Line"], shown["Line"][1]]}, INVOICED.owned) == ("Line",)
    assert changed_fields(shown | {"Line": None}, INVOICED.owned) == ("Line",)


def test_lines_are_remembered_with_their_keys() -> None:
    lines = pushed_lines(answer(INVOICED), INVOICED.line_keys)
    assert [(line.key, line.line_id) for line in lines] == [
        ("line:1", "1"),
        ("line:2", "2"),
        ("line:3", "3"),
        ("discount", ""),
    ]
    assert lines[1].body["Amount"] == "100.00"


def test_a_discount_is_found_wherever_it_stands() -> None:
    shown = wire_json(answer(INVOICED))
    moved = answer(INVOICED, Line=[shown["Line"][-1], *shown["Line"][:-1]])
    assert pushed_lines(moved, INVOICED.line_keys)[-1].body["DetailType"] == "DiscountLineDetail"


def test_lines_that_cannot_be_told_apart_are_not_remembered() -> None:
    assert pushed_lines(answer(INVOICED), INVOICED.line_keys[1:]) == ()
    assert pushed(Kind.PAYMENT, PAID).lines == ()
