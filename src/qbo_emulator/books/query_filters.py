"""One condition of a query, understood: what it means for a row, and which rows an index gives for it (section 5.1)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias  # a value of whatever kind a property has

from qbo_emulator.books import faults
from qbo_emulator.books.query_fields import Property
from qbo_emulator.books.query_kinds import DAY, ID, MOMENT
from qbo_emulator.books.query_syntax import Condition, Value
from qbo_emulator.books.table import Row, Table
from qbo_emulator.books.wire import fold

Test: TypeAlias = Callable[[Row], bool]

_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Filter:
    """A property, an operator, and what it is compared with; None among `wanted` is nothing at all (F5.1-4)."""

    prop: Property
    operator: str
    wanted: tuple[Any, ...]

    def test(self) -> Test:
        """Whether a row fits. Nothing compares with nothing but by = and IN."""
        read, first = self.prop.kind.held(self.prop.name), self.wanted[0]
        if self.operator == "=":
            return lambda row: bool(read(row) == first)
        if self.operator == "in":
            wanted = frozenset(self.wanted)
            return lambda row: read(row) in wanted
        compare = like(first or "") if self.operator == "like" else _bound(_SIGNS[self.operator], first)
        return lambda row: (held := read(row)) is not None and compare(held)


def _bound(compare: Callable[[Any, Any], bool], bound: Any) -> Callable[[Any], bool]:
    return lambda held: bound is not None and compare(held, bound)


def like(pattern: str) -> Callable[[str], bool]:
    """LIKE knows only %, which stands for anything (F5.1-3). Both sides are in their folded form."""
    head, *middle = pattern.split("%")
    if not middle:
        return lambda text: text == pattern
    tail = middle.pop()
    if not tail and not middle:
        return lambda text: text.startswith(head)

    def matches(text: str) -> bool:
        if len(text) < len(head) + len(tail) or not (text.startswith(head) and text.endswith(tail)):
            return False
        at, end = len(head), len(text) - len(tail)
        for part in middle:
            found = text.find(part, at, end)
            if found < 0:
                return False
            at = found + len(part)
        return True

    return matches


def understand(condition: Condition, prop: Property, today: date) -> Filter:
    """The condition as a filter. Fault 4001: the property does not take the operator, or the value is none of its."""
    if condition.operator not in prop.kind.operators:
        raise faults.senseless(f"operator {condition.operator.upper()} is not supported for property {prop.name}")
    if condition.operator == "like":
        return Filter(prop, "like", (condition.values[0].text.casefold(),))
    return Filter(prop, condition.operator, tuple(_meaning(prop, value, today) for value in condition.values))


def _meaning(prop: Property, value: Value, today: date) -> Any:
    """What a written value means. Spaces alone are nothing at all (F5.1-4)."""
    text = today.isoformat() if value.current_date else value.text.strip()
    if not text:
        return None
    try:
        return prop.kind.meaning(text)
    except ValueError as error:
        raise faults.senseless(f"value {text} of property {prop.name} is not {error}") from error


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The rows that an index gives, None for all of them, and the filters that they have still to pass."""

    rows: list[Row] | None
    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """An index settles some filters: how many rows are left, and how to get them."""

    filters: tuple[Filter, ...]
    count: int
    rows: Callable[[], list[Row]]


def narrowed(table: Table, filters: tuple[Filter, ...]) -> Narrowed:
    """What the best index leaves to be looked at; where one says that every row fits, nothing is left to be tested."""
    ways = [*_spans(table, filters), *(way for one in filters if (way := _looked_up(table, one)))]
    settled = [one for way in ways if way.count == len(table) for one in way.filters]
    best = min((way for way in ways if way.count < len(table)), key=lambda way: way.count, default=None)
    settled += best.filters if best else ()
    return Narrowed(best.rows() if best else None, tuple(one for one in filters if one not in settled))


def _looked_up(table: Table, one: Filter) -> _Way | None:
    """By id, or by an indexed value; None if there is no index for the filter."""
    if one.prop.kind is ID:
        rows = [row for row_id in dict.fromkeys(one.wanted) if row_id and (row := table.get(row_id)) is not None]
        return _Way((one,), len(rows), lambda: rows)
    if one.operator not in ("=", "in", "like") or not table.indexed(one.prop.name):
        return None
    keys = _like_keys(table, one) if one.operator == "like" else [w if w is None else fold(w) for w in one.wanted]
    return _Way((one,), table.count(one.prop.name, keys), lambda: table.find(one.prop.name, keys))


def _like_keys(table: Table, one: Filter) -> list[object]:
    """The values that fit: looking at each of them is quicker than looking at each row."""
    fits = like(one.wanted[0] or "")
    return [key for key in table.keys(one.prop.name) if isinstance(key, str) and fits(key)]


def _spans(table: Table, filters: tuple[Filter, ...]) -> list[_Way]:
    """Per day or moment that is compared: the stretch of its order between all its bounds."""
    bounds: dict[Property, list[Filter]] = {}
    for one in filters:
        if one.prop.kind in (DAY, MOMENT) and one.operator not in ("in", "like") and one.wanted[0] is not None:
            bounds.setdefault(one.prop, []).append(one)
    return [_span(table, prop, tuple(ones)) for prop, ones in bounds.items()]


def _span(table: Table, prop: Property, filters: tuple[Filter, ...]) -> _Way:
    order = table.ordered((prop.name,), prop.kind.order(prop.name))
    spans = [order.span(">", prop.kind.least), *(order.span(one.operator, one.wanted[0]) for one in filters)]
    first, last = max(span.start for span in spans), min(span.stop for span in spans)
    places = range(first, max(first, last))
    return _Way(filters, len(places), lambda: order.at(places))
