"""One condition of a query, understood: what it means for a row, and which rows an index gives for it (section 5.1)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
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


def narrowed(table: Table, filters: Iterable[Filter]) -> list[Row] | None:
    """The rows that the best index gives for one of the filters; None if it is quicker to look at all of them."""
    found = min((ways for one in filters if (ways := _indexed(table, one))), key=lambda ways: ways[0], default=None)
    if found is None or found[0] * 8 > len(table) + 1000:
        return None
    return found[1]()


def _indexed(table: Table, one: Filter) -> tuple[int, Callable[[], list[Row]]] | None:
    """How many rows an index gives, and how to get them; None if there is no index for the filter."""
    if one.prop.kind is ID:
        ids = [text for text in dict.fromkeys(one.wanted) if text is not None]
        return len(ids), lambda: [row for row_id in ids if (row := table.get(row_id)) is not None]
    if one.operator in ("=", "in") and table.indexed(one.prop.name):
        keys = [None if wanted is None else fold(wanted) for wanted in one.wanted]
        return table.count(one.prop.name, keys), lambda: table.find(one.prop.name, keys)
    if one.prop.kind in (DAY, MOMENT) and one.operator not in ("in", "like") and one.wanted[0] is not None:
        order = table.ordered((one.prop.name,), one.prop.kind.order(one.prop.name))
        places = order.span(one.operator, (True, one.wanted[0]))
        return len(places), lambda: order.at(places)
    return None
