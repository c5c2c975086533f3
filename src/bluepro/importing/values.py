"""From the text of a cell to a value, and back: numbers, dates, date-times, true and false. Pure and strict.

Whether the value makes sense (a price too high, a date in the past) is decided by the rooms.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_MOST_DIGITS = 40
EARLIEST, LATEST = 1900, 2199
D = TypeVar("D", bound=date)
FLAGS = {"true": True, "false": False}


class BadValue(Exception):
    """A cell that cannot be read; the message is a sentence for people."""


def parse_number(text: str) -> Decimal:
    """A decimal number with a point; no exponent, thousands separator, currency sign or "NaN"."""
    if not _NUMBER.fullmatch(text):
        raise BadValue(f"{shown(text)} is not a number: use digits and a point, such as 1234.50.")
    if len(text) > _MOST_DIGITS:
        raise BadValue(f"{shown(text)} has too many digits.")
    return Decimal(text)


def parse_position(text: str) -> int:
    """A whole number from 1."""
    if not _WHOLE.fullmatch(text) or int(text) < 1:
        raise BadValue(f"{shown(text)} is not a position: use whole numbers from 1.")
    return int(text)


def parse_flag(text: str) -> bool:
    """`true` or `false`, upper and lower case alike."""
    try:
        return FLAGS[text.lower()]
    except KeyError:
        raise BadValue(f"{shown(text)} is neither true nor false.") from None


def parse_date(text: str) -> date:
    """An ISO date (2026-11-22) that the calendar has, from 1900 to 2199."""
    if not _DATE.fullmatch(text):
        raise BadValue(f"{shown(text)} is not a date: use the form 2026-11-22.")
    return _in_range(_existing(date.fromisoformat, text), text)


def parse_date_time(text: str, zone: ZoneInfo) -> datetime:
    """An ISO date-time, aware; without an offset it is in `zone`, a date alone is its midnight there."""
    if not _DATE_TIME.fullmatch(text):
        raise BadValue(f"{shown(text)} is not a date and time: use the form 2026-11-22T14:30:00-05:00.")
    moment = _in_range(_existing(datetime.fromisoformat, text), text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _existing(parse: Callable[[str], D], text: str) -> D:
    try:
        return parse(text)
    except ValueError:
        raise BadValue(f"{shown(text)} does not exist in the calendar.") from None


def _in_range(day: D, text: str) -> D:
    if not EARLIEST <= day.year <= LATEST:
        raise BadValue(f"{shown(text)} is not between the years {EARLIEST} and {LATEST}.")
    return day


def shown(text: str, most: int = 60) -> str:
    """The text in quotes for a message, cut where it is long."""
    return repr(text if len(text) <= most else f"{text[:most]}...")


def number_text(number: Decimal) -> str:
    """The number as the files hold it: no exponent, no needless zeros ("12.5", "0", "100")."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_text(amount: Decimal) -> str:
    """Dollars with two decimals."""
    return format(amount, ".2f")


def flag_text(flag: bool) -> str:
    return "true" if flag else "false"
