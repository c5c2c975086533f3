"""The kinds of properties a query can speak of: which operators they take, what a value means, how rows compare.

Everything is compared in one form per kind: texts folded, money as Decimal, moments as seconds since 1970, None for
what is not there. Which property is of which kind stands in query_fields.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from operator import attrgetter
from typing import Any, TypeAlias  # a value of whatever kind a property has

from qbo_emulator.books.pacific import parse_moment
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import digits_first, fold

Read: TypeAlias = Callable[[Row], Any]

_EQUALITY = frozenset({"=", "in"})
_COMPARING = _EQUALITY | {"<", "<=", ">", ">="}
_ALL = _COMPARING | {"like"}


@dataclass(frozen=True, slots=True)
class Kind:
    """`meaning` raises ValueError with what the text should have been. `held` and `order` make readers for a property:
    what a row is compared by (None if it has nothing there), and what it is sorted by (never None). `least` is what a
    row without a value is sorted by, less than any value.
    """

    operators: frozenset[str]
    meaning: Callable[[str], Any]
    held: Callable[[str], Read]
    order: Callable[[str], Read]
    least: Any = None


def _boolean(text: str) -> bool:
    words = {"true": True, "false": False, "1": True, "0": False}
    if text.lower() not in words:
        raise ValueError("a boolean")
    return words[text.lower()]


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("a number") from error
    if not value.is_finite():
        raise ValueError("a number")
    return value


def _day(text: str) -> str:
    """A day; of a moment only the day as written counts."""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError as error:
        raise ValueError("a date") from error


def _moment(text: str) -> int:
    try:
        return parse_moment(text)
    except ValueError as error:
        raise ValueError("a date and time") from error


def _reference(prop: str) -> Read:
    return lambda row: held.get("value") if (held := row.data.get(prop)) else None


def _plain(prop: str) -> Read:
    return lambda row: row.data.get(prop)


def _text(prop: str) -> Read:
    return lambda row: fold(held) if (held := row.data.get(prop)) else None


def _email(prop: str) -> Read:
    return lambda row: fold(held["Address"]) if (held := row.data.get(prop)) and held.get("Address") else None


def _time(prop: str) -> Read:
    return attrgetter("created_at" if prop == "MetaData.CreateTime" else "changed_at")


def _attached_to(prop: str) -> Read:
    """Type or id of the first object that a file or note is attached to."""
    key = prop.rpartition(".")[2].lower()

    def held(row: Row) -> str | None:
        for link in row.data.get("AttachableRef") or ():
            entity = link.get("EntityRef") or {}
            return fold(entity[key]) if entity.get(key) else None
        return None

    return held


def _by_id(_prop: str) -> Read:
    return lambda row: digits_first(row.id)


def _by_reference(prop: str) -> Read:
    read = _reference(prop)
    return lambda row: digits_first(read(row) or "")


def _by_bytes(prop: str) -> Read:
    """Names sort in byte order, upper case first (F5.1-8)."""
    return lambda row: str(row.data.get(prop) or "")


def _kind(operators: frozenset[str], meaning: Callable[[str], Any], held: Callable[[str], Read], least: Any) -> Kind:
    """A kind whose rows are sorted by what they are compared by; what is absent comes first."""

    def order(prop: str) -> Read:
        read = held(prop)
        return lambda row: least if (value := read(row)) is None else value

    return Kind(operators, meaning, held, order, least)


ID = Kind(_EQUALITY, str.upper, lambda _prop: attrgetter("id"), _by_id)  # F5.1-3
REFERENCE = Kind(_EQUALITY, str, _reference, _by_reference)
BOOLEAN = _kind(_EQUALITY, _boolean, _plain, -1)
NUMBER = _kind(_COMPARING, _decimal, _plain, Decimal("-Infinity"))
DAY = _kind(_COMPARING, _day, _plain, "")
MOMENT = Kind(_COMPARING, _moment, _time, _time, -1)
TEXT = Kind(_ALL, fold, _text, _by_bytes)
EMAIL = _kind(_ALL, fold, _email, "")
ATTACHED = _kind(_EQUALITY, fold, _attached_to, "")
