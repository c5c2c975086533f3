"""The rows of a table in an order that is kept up: what was written since is moved when somebody asks.

A page out of 100,000 rows then costs no sort. Nothing here knows what the rows are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeAlias  # keys are whatever can be compared


class Identified(Protocol):
    """A row, as far as it matters here."""

    id: str


Key: TypeAlias = Callable[[Any], Any]
Tie: TypeAlias = Callable[[str], Any]


class Ordered:
    """Rows ascending by `key`; rows with equal keys by the `tie` of their ids, which has to be different for each."""

    def __init__(self, rows: Mapping[str, Identified], in_ties: Callable[[], list[Any]], key: Key, tie: Tie) -> None:
        """`in_ties` gives all rows in the order of their ties."""
        self._rows = rows
        self._in_ties = in_ties
        self._key = key
        self._tie = tie
        self._order: list[Any] = []
        self._keys: list[Any] = []  # at the same places
        self._sorted = False
        self._moved: dict[str, tuple[Any, ...]] = {}  # row id -> the key that it stood at, nothing if it did not stand

    def note(self, row_id: str) -> None:
        """A row is about to be added, changed or removed."""
        if self._sorted and row_id not in self._moved:
            row = self._rows.get(row_id)
            self._moved[row_id] = () if row is None else (self._key(row),)

    def walk(self, descending: bool) -> Iterator[Any]:
        """All rows, one after another."""
        self._keep_up()
        return reversed(self._order) if descending else iter(self._order)

    def span(self, operator: str, bound: Any) -> range:
        """The places, ascending, of the rows whose key compares so (=, <, <=, >, >=) with a bound."""
        self._keep_up()
        left, right = bisect_left(self._keys, bound), bisect_right(self._keys, bound)
        match operator:
            case "=":
                return range(left, right)
            case "<" | "<=":
                return range(left if operator == "<" else right)
            case _:
                return range(left if operator == ">=" else right, len(self._keys))

    def at(self, places: range) -> list[Any]:
        """The rows at places that span just gave."""
        return self._order[places.start : places.stop]

    def _keep_up(self) -> None:
        if not self._sorted or len(self._moved) * 16 > len(self._rows):
            self._sort()
        else:
            for row_id, stood in self._moved.items():
                self._move(row_id, stood)
        self._moved.clear()

    def _sort(self) -> None:
        """Rows of equal keys are gathered first: most orders have far fewer keys than rows."""
        gathered: dict[Any, list[Any]] = {}
        for row in self._in_ties():
            gathered.setdefault(self._key(row), []).append(row)
        keys = sorted(gathered)
        self._order = [row for key in keys for row in gathered[key]]
        self._keys = [key for key in keys for _ in gathered[key]]
        self._sorted = True

    def _move(self, row_id: str, stood: tuple[Any, ...]) -> None:
        if stood:
            place = self._place(stood[0], row_id)
            del self._order[place], self._keys[place]
        row = self._rows.get(row_id)
        if row is not None:
            key = self._key(row)
            place = self._place(key, row_id)
            self._order.insert(place, row)
            self._keys.insert(place, key)

    def _place(self, key: Any, row_id: str) -> int:
        """Where a row stands, or has to stand: among those of its key by the tie."""
        first, behind = bisect_left(self._keys, key), bisect_right(self._keys, key)
        return bisect_left(self._order, self._tie(row_id), first, behind, key=lambda row: self._tie(row.id))
