"""The rows of a table in an order that is kept up: what was written since is moved when somebody asks.

A page out of 100,000 rows then costs no sort. Nothing here knows what the rows are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeAlias  # keys are whatever can be compared


class Identified(Protocol):
    """A row, as far as it matters here."""

    id: str


Key: TypeAlias = Callable[[Any], Any]
_Entry: TypeAlias = tuple[Any, Any, Any]  # key, what ties are broken by, row


class Ordered:
    """Rows ascending by `key`; rows with equal keys by `tie`, which has to be different for every row."""

    def __init__(self, rows: Mapping[str, Identified], key: Key, tie: Key) -> None:
        self._rows = rows
        self._key = key
        self._tie = tie
        self._entries: list[_Entry] = []
        self._places: dict[str, tuple[Any, Any]] = {}  # row id -> key and tie in the entries
        self._moved: dict[str, None] = dict.fromkeys(rows)

    def note(self, row_id: str) -> None:
        """A row was added, changed or removed."""
        self._moved[row_id] = None

    def walk(self, descending: bool) -> Iterator[Any]:
        """All rows, one after another."""
        entries = self._current()
        return (entry[2] for entry in (reversed(entries) if descending else entries))

    def span(self, operator: str, bound: Any) -> range:
        """The places, ascending, of the rows whose key compares so (=, <, <=, >, >=) with a bound."""
        entries = self._current()
        left, right = self._place(bisect_left, bound), self._place(bisect_right, bound)
        match operator:
            case "=":
                return range(left, right)
            case "<" | "<=":
                return range(left if operator == "<" else right)
            case _:
                return range(left if operator == ">=" else right, len(entries))

    def at(self, places: range) -> list[Any]:
        """The rows at places that span just gave."""
        return [entry[2] for entry in self._entries[places.start : places.stop]]

    def _place(self, bisect: Callable[..., int], bound: Any) -> int:
        return bisect(self._entries, bound, key=lambda entry: entry[0])

    def _current(self) -> list[_Entry]:
        if len(self._moved) * 16 > len(self._rows):
            self._sort()
        else:
            for row_id in self._moved:
                self._move(row_id)
        self._moved.clear()
        return self._entries

    def _sort(self) -> None:
        self._entries = sorted((self._key(row), self._tie(row), row) for row in self._rows.values())
        self._places = {row.id: (key, tie) for key, tie, row in self._entries}

    def _move(self, row_id: str) -> None:
        row, place = self._rows.get(row_id), self._places.pop(row_id, None)
        if place is not None:
            del self._entries[bisect_left(self._entries, place)]
        if row is not None:
            entry = (self._key(row), self._tie(row), row)
            insort(self._entries, entry)
            self._places[row_id] = entry[:2]
