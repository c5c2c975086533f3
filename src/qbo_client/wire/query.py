"""Query text: literals with correct escaping, and a builder for the grammar of section 5.1 of the sheet.

It builds text only; which attributes can be filtered is QuickBooks' to say {F5.1-6}.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, TypeAlias

from qbo_client.wire.entities import name_of

MAX_PAGE: Final = 1_000
"""The largest page of a query {F1.1-8}."""

Scalar: TypeAlias = str | bool | int | Decimal | date | datetime
Value: TypeAlias = Scalar | Sequence[Scalar]
Condition: TypeAlias = tuple[str, str, Value]

_PROPERTY = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*")
_ORDER = re.compile(_PROPERTY.pattern + r"( (ASC|DESC))?")
_OPERATORS = frozenset({"=", "<", ">", "<=", ">=", "LIKE", "IN"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def quote(value: str) -> str:
    r"""Return `value` as a query literal in single quotes; a quote becomes `\'` {F5.1-4}.

    A backslash becomes `\\`: without that, one at the end would swallow the closing quote (belief of ours, [I]).
    Raises ValueError for control characters, which no value that can be queried holds.
    """
    if _CONTROL.search(value):
        raise ValueError(f"a query value must not hold control characters: {value!r}")
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def select(
    kind: type,
    where: Sequence[Condition] = (),
    order_by: str = "Id",
    start: int = 1,
    limit: int = MAX_PAGE,
) -> str:
    """Return `SELECT * FROM ...` for one page: `start` counts from 1 {F5.1-9}, `limit` is at most 1,000.

    `where` holds (property, operator, value) joined by AND; the operators are = < > <= >= LIKE IN {F5.1-2}. Inactive
    list entities are left out unless `Active` is in a condition {F5.1-7}. Always ordered, since the default order of
    transactions is not known {F5.1-8}. Raises ValueError for what the grammar does not have.
    """
    if start < 1:
        raise ValueError(f"start must be 1 or more, not {start}")
    if not 1 <= limit <= MAX_PAGE:
        raise ValueError(f"limit must be 1 to {MAX_PAGE}, not {limit}")
    if not _ORDER.fullmatch(order_by):
        raise ValueError(f"order_by must be a property, with ASC or DESC: {order_by!r}")
    found = f"SELECT * FROM {name_of(kind)}{_where(where)}"
    return f"{found} ORDERBY {order_by} STARTPOSITION {start} MAXRESULTS {limit}"


def select_count(kind: type, where: Sequence[Condition] = ()) -> str:
    """Return `SELECT COUNT(*) FROM ...`; the answer holds only a total count {F5.1-12}."""
    return f"SELECT COUNT(*) FROM {name_of(kind)}{_where(where)}"


def _where(conditions: Sequence[Condition]) -> str:
    return " WHERE " + " AND ".join(map(_condition, conditions)) if conditions else ""


def _condition(condition: Condition) -> str:
    name, operator, value = condition
    if not _PROPERTY.fullmatch(name):
        raise ValueError(f"not a property name: {name!r}")
    if operator not in _OPERATORS:
        raise ValueError(f"not a query operator: {operator!r}")
    listed = not isinstance(value, str | bool | int | Decimal | date)
    if listed != (operator == "IN"):
        raise ValueError(f"{name}: IN takes a list of values, {operator} was given {value!r}")
    return f"{name} {operator} {_value(value)}"


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, Decimal):
        return f"'{value:f}'"
    if isinstance(value, int):
        return f"'{value}'"
    if isinstance(value, datetime):
        return f"'{timestamp(value)}'"
    if isinstance(value, date):
        return f"'{value.isoformat()}'"
    if not value:
        raise ValueError("IN needs at least one value")
    return "(" + ", ".join(map(_value, value)) + ")"


def timestamp(moment: datetime) -> str:
    """Return an aware datetime as QuickBooks writes it, in whole seconds. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a time sent to QuickBooks must have a time zone")
    return moment.isoformat(timespec="seconds")
