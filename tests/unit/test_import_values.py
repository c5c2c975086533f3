"""Cells: what is a number, a date, a date-time, true or false, and that every number survives being written."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluepro.importing.values import (
    BadValue,
    flag_text,
    money_text,
    number_text,
    parse_date,
    parse_date_time,
    parse_flag,
    parse_number,
    parse_position,
    shown,
)

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", "1"), ("-1.50", "-1.5"), ("+.5", "0.5"), ("5.", "5"), ("007", "7"), ("-0", "0"), ("9" * 20, "9" * 20)],
)
def test_numbers(text: str, number: str) -> None:
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    ["", ".", "-", "1e3", "1E3", "NaN", "inf", "1,000", "1 000", "1.000,00", "1_000", "$1", "1%", "0x10", "١", "--1"],
)
def test_no_numbers(text: str) -> None:
    with pytest.raises(BadValue, match="not a number"):
        parse_number(text)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=5))
def test_a_written_number_is_read_as_it_was(number: Decimal) -> None:
    text = number_text(number)
    assert parse_number(text) == number
    assert not text.endswith(".") and not ("." in text and text.endswith("0"))


def test_how_values_are_written() -> None:
    assert (number_text(Decimal("1E+3")), number_text(Decimal("0E-5")), number_text(Decimal("12.50"))) == (
        "1000",
        "0",
        "12.5",
    )
    assert (money_text(Decimal("7")), flag_text(True), flag_text(False)) == ("7.00", "true", "false")


@pytest.mark.parametrize(("text", "flag"), [("true", True), ("FALSE", False), ("True", True)])
def test_flags(text: str, flag: bool) -> None:
    assert parse_flag(text) is flag


@pytest.mark.parametrize("text", ["yes", "1", "0", "t", ""])
def test_no_flags(text: str) -> None:
    with pytest.raises(BadValue):
        parse_flag(text)


@pytest.mark.parametrize("text", ["0", "-1", "1.0", "one", "1" * 10, "٢"])
def test_no_positions(text: str) -> None:
    with pytest.raises(BadValue):
        parse_position(text)
    assert parse_position("02") == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-02-29", "does not exist"),
        ("2026-13-01", "does not exist"),
        ("2026-00-10", "does not exist"),
        ("26-01-01", "not a date"),
        ("2026/01/01", "not a date"),
        ("20260101", "not a date"),
        ("2026-W01-1", "not a date"),
        ("2026-01-01T00:00", "not a date"),
        ("1899-12-31", "not between"),
        ("2200-01-01", "not between"),
    ],
)
def test_no_dates(text: str, reason: str) -> None:
    with pytest.raises(BadValue, match=reason):
        parse_date(text)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_dates(day: date) -> None:
    assert parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T10:20:30Z", datetime(2026, 1, 31, 10, 20, 30, tzinfo=UTC)),
        ("2026-01-31 10:20+05:30", datetime(2026, 1, 31, 4, 50, tzinfo=UTC)),
        ("2026-01-31T10:20:30.000001-0500", datetime(2026, 1, 31, 15, 20, 30, 1, tzinfo=UTC)),
        ("2026-01-31T10:20:30", datetime(2026, 1, 31, 15, 20, 30, tzinfo=UTC)),
        ("2026-07-31", datetime(2026, 7, 31, 4, tzinfo=UTC)),
    ],
)
def test_date_times(text: str, moment: datetime) -> None:
    assert parse_date_time(text, NEW_YORK) == moment


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-01-31T25:00", "does not exist"),
        ("2026-02-30T10:00:00Z", "does not exist"),
        ("2026-01-31T10:00:00+99:00", "does not exist"),
        ("2026-01-31T10", "not a date and time"),
        ("10:00", "not a date and time"),
        ("0001-01-01T00:00:00+14:00", "not between"),
        ("9999-12-31T23:59:59-14:00", "not between"),
    ],
)
def test_no_date_times(text: str, reason: str) -> None:
    with pytest.raises(BadValue, match=reason):
        parse_date_time(text, NEW_YORK)


@given(
    st.integers(-2_000_000_000, 7_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.integers(-14 * 60, 14 * 60),
)
def test_date_times_with_offsets(moment: datetime, minutes: int) -> None:
    there = moment.astimezone(timezone(timedelta(minutes=minutes)))
    assert parse_date_time(there.isoformat(), NEW_YORK) == moment


def test_long_values_are_cut_in_messages() -> None:
    assert shown("x" * 100) == repr("x" * 60 + "...")
