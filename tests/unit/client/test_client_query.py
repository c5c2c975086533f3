"""Query text: escaping that cannot be broken out of, and the grammar's limits."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_client import wire


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("Ada", "'Ada'"),
        ("", "''"),
        ("Amy's Bird Sanctuary", r"'Amy\'s Bird Sanctuary'"),
        ("back\\slash", r"'back\\slash'"),
        ("ends with \\", r"'ends with \\'"),
        ("A & B + C # 100% é ☃", "'A & B + C # 100% é ☃'"),
        ("' OR '1' = '1", r"'\' OR \'1\' = \'1'"),
    ],
)
def test_quote(value: str, literal: str) -> None:
    assert wire.quote(value) == literal


def read_literal(text: str) -> tuple[str, str]:
    """Read one literal as the grammar does; return its value and what follows."""
    assert text[0] == "'"
    value, position = [], 1
    while text[position] != "'":
        position += text[position] == "\\"
        value.append(text[position])
        position += 1
    return "".join(value), text[position + 1 :]


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_no_value_breaks_out_of_its_quotes(value: str) -> None:
    assert read_literal(wire.quote(value) + " AND x") == (value, " AND x")


@pytest.mark.parametrize("value", ["a\nb", "\t", "\x00", "\x7f"])
def test_control_characters_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match="control characters"):
        wire.quote(value)


def test_select_is_always_ordered_and_paged() -> None:
    assert wire.select(wire.Item) == "SELECT * FROM Item ORDERBY Id STARTPOSITION 1 MAXRESULTS 1000"


def test_select_with_every_kind_of_value() -> None:
    text = wire.select(
        wire.Invoice,
        [
            ("CustomerRef", "=", "7"),
            ("TxnDate", ">=", date(2026, 1, 31)),
            ("Balance", "<", Decimal("1E+2")),
            ("Active", "IN", (True, False)),
            ("DocNumber", "LIKE", "O'%"),
            ("MetaData.LastUpdatedTime", ">", datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)),
            ("DueDays", "=", 30),
        ],
        order_by="MetaData.LastUpdatedTime DESC",
        start=11,
        limit=10,
    )
    assert text == (
        "SELECT * FROM Invoice WHERE CustomerRef = '7' AND TxnDate >= '2026-01-31' AND Balance < '100' "
        r"AND Active IN (true, false) AND DocNumber LIKE 'O\'%' "
        "AND MetaData.LastUpdatedTime > '2026-01-02T03:04:05+00:00' AND DueDays = '30' "
        "ORDERBY MetaData.LastUpdatedTime DESC STARTPOSITION 11 MAXRESULTS 10"
    )


def test_count() -> None:
    assert wire.select_count(wire.Customer, [("Active", "=", True)]) == (
        "SELECT COUNT(*) FROM Customer WHERE Active = true"
    )


@pytest.mark.parametrize(
    ("rule", "build"),
    [
        ("start must be 1", lambda: wire.select(wire.Item, start=0)),
        ("limit must be 1 to 1000", lambda: wire.select(wire.Item, limit=1001)),
        ("limit must be 1 to 1000", lambda: wire.select(wire.Item, limit=0)),
        ("order_by", lambda: wire.select(wire.Item, order_by="Id; DROP")),
        ("property name", lambda: wire.select(wire.Item, [("Id = 1 AND", "=", "1")])),
        ("operator", lambda: wire.select(wire.Item, [("Id", "!=", "1")])),
        ("IN takes a list", lambda: wire.select(wire.Item, [("Id", "IN", "1")])),
        ("IN takes a list", lambda: wire.select(wire.Item, [("Id", "=", ["1"])])),
        ("at least one", lambda: wire.select(wire.Item, [("Id", "IN", [])])),
        ("no QuickBooks entity", lambda: wire.select(wire.Line)),
    ],
)
def test_what_the_grammar_does_not_have_is_refused(rule: str, build: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=rule):
        build()
