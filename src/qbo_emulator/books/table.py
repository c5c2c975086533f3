"""The rows of one entity in memory, with the indexes that look-ups and queries use.

A row's data is never changed in place but replaced, so that an answer made a moment ago stays what it was. Nothing
here knows a rule of QuickBooks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TypeAlias

from qbo_emulator.books.ordered import Key, Ordered
from qbo_emulator.books.state import BadState, Parts, State, require_names
from qbo_emulator.books.wire import Obj, digits_first, fold

_MOST_ORDERS = 8  # of one table; each holds two lists


@dataclass(slots=True)
class Row:
    """One entity. Times are seconds since 1970.

    The last five are used by transactions only: the tax that was sent and is in force, the state that goods go to,
    whether it is void, matched to a bank line, settled online.
    """

    id: str
    data: Obj
    created_at: int
    changed_at: int
    sent_tax: Obj | None = None
    place: str | None = None
    voided: bool = False
    matched: bool = False
    settled: bool = False


_ROW_FIELDS = tuple(field.name for field in fields(Row))
_values = attrgetter(*_ROW_FIELDS)


def index_key(value: object) -> object:
    """What a value is filed under: the id of a reference, the folded form of a text."""
    if isinstance(value, dict):
        value = value.get("value")
    return fold(value) if isinstance(value, str) else value


# Told of every change of a row: its id, its data (None: removed), the time of change (None: as it was).
Follower: TypeAlias = Callable[[str, Obj | None, int | None], None]


class Table(State):
    """All rows of one entity by id, in the order of creation."""

    def __init__(self, name: str, indexed: tuple[str, ...]) -> None:
        self.name = name
        self.rows: dict[str, Row] = {}
        self.deleted: dict[str, int] = {}
        self._newest = ""
        self._rising = True  # whether rows stand in the order of their ids; what was made late may have an older id
        self.version = 0
        self._orders: dict[tuple[str, ...], Ordered] = {}
        self.followers: list[Follower] = []
        self._recent: dict[str, None] = {}
        self._indexes: dict[str, dict[object, dict[str, None]]] = {prop: {} for prop in indexed}

    def __len__(self) -> int:
        return len(self.rows)

    def get(self, row_id: str) -> Row | None:
        """The row with this id, inactive ones too; None if it never was or was deleted."""
        return self.rows.get(row_id)

    def insert(self, row: Row) -> None:
        """Add a new row."""
        self._note(row.id)
        self._place(row.id)
        self.rows[row.id] = row
        self._file(row.id, row.data)
        self._mark(row.id)
        self._tell(row.id, row.data, row.changed_at)

    def replace(self, row: Row, data: Obj, at: int | None) -> None:
        """Give a row new data; `at` None leaves its time of change as it is."""
        self._note(row.id)
        for prop, index in self._indexes.items():
            old, new = row.data.get(prop), data.get(prop)
            if old is new:  # most writes leave most values as they are
                continue
            before, after = index_key(old), index_key(new)
            if before != after:
                index[before].pop(row.id, None)
                index.setdefault(after, {})[row.id] = None
        row.data = data
        self.version += 1
        if at is not None:
            row.changed_at = at
            self._mark(row.id)
        self._tell(row.id, data, at)

    def remove(self, row: Row, at: int) -> None:
        """Delete a row; its id and the moment are remembered."""
        self._note(row.id)
        del self.rows[row.id]
        for prop, index in self._indexes.items():
            index[index_key(row.data.get(prop))].pop(row.id, None)
        self.deleted[row.id] = at
        self._mark(row.id)
        self._tell(row.id, None, at)

    def put(self, row_id: str, data: Obj | None, at: int | None) -> None:
        """Do what another table told its followers."""
        row = self.rows.get(row_id)
        if row is not None:
            self.replace(row, data, at) if data is not None else self.remove(row, at or row.changed_at)
        elif data is not None:
            self.insert(Row(row_id, data, at or 0, at or 0))

    def indexed(self, prop: str) -> bool:
        """Whether there is an index on this property."""
        return prop in self._indexes

    def find(self, prop: str, keys: Iterable[object]) -> list[Row]:
        """Rows whose indexed property equals one of the keys (already folded), in order of creation."""
        index = self._indexes[prop]
        ids = [row_id for key in dict.fromkeys(keys) for row_id in index.get(key, ())]
        return [self.rows[row_id] for row_id in ids]

    def count(self, prop: str, keys: Iterable[object]) -> int:
        """How many rows find would give."""
        index = self._indexes[prop]
        return sum(len(index.get(key, ())) for key in dict.fromkeys(keys))

    def keys(self, prop: str) -> Iterable[object]:
        """What find can be asked for: the folded values of an indexed property, some of which no row has any more."""
        return self._indexes[prop]

    def ordered(self, name: tuple[str, ...], key: Key) -> Ordered:
        """All rows ascending by `key`, then by id; `name` tells orders apart. The last few are kept up."""
        order = self._orders.pop(name, None) or Ordered(self.rows, self._by_id, key, digits_first)
        self._orders[name] = order
        if len(self._orders) > _MOST_ORDERS:
            del self._orders[next(iter(self._orders))]
        return order

    def changed_since(self, since: int) -> Iterator[str]:
        """Ids of rows changed or deleted at or after `since`, latest first."""
        for row_id in reversed(self._recent):
            row = self.rows.get(row_id)
            if (row.changed_at if row else self.deleted[row_id]) < since:
                return
            yield row_id

    def dump(self) -> Parts:
        """All rows and what was deleted, in their orders, those of the indexes too."""
        indexes = {prop: [list(ids) for ids in index.values() if ids] for prop, index in self._indexes.items()}
        return Parts(
            fields=list(_ROW_FIELDS),
            rows=[list(_values(row)) for row in self.rows.values()],
            deleted=dict(self.deleted),
            recent=list(self._recent),
            indexes=Parts(indexes),
        )

    def copied(self) -> Table:
        """A table of its own with the same rows, whose data is shared."""
        made = Table(self.name, tuple(self._indexes))
        made.load(self.dump())
        return made

    def load(self, state: Obj) -> None:
        """Become what was dumped."""
        require_names(self.name, state, ("fields", "rows", "deleted", "recent", "indexes"))
        if state["fields"] != list(_ROW_FIELDS):
            raise BadState(f"{self.name}: rows with the fields {state['fields']}")
        require_names(f"indexes of {self.name}", state["indexes"], self._indexes)
        self.rows = {values[0]: Row(*values) for values in state["rows"]}
        self._newest, self._rising = "", True
        for row_id in self.rows:
            self._place(row_id)
        self.deleted = dict(state["deleted"])
        self._recent = dict.fromkeys(state["recent"])
        self._indexes = {prop: self._index(prop, lists) for prop, lists in state["indexes"].items()}
        self.version += 1
        self._orders.clear()

    def _index(self, prop: str, lists: list[list[str]]) -> dict[object, dict[str, None]]:
        return {index_key(self.rows[ids[0]].data.get(prop)): dict.fromkeys(ids) for ids in lists}

    def _place(self, row_id: str) -> None:
        """A row comes behind all others."""
        self._rising = self._rising and digits_first(self._newest or "0") < digits_first(row_id)
        self._newest = row_id

    def _by_id(self) -> list[Row]:
        rows = list(self.rows.values())
        return rows if self._rising else sorted(rows, key=lambda row: digits_first(row.id))

    def _note(self, row_id: str) -> None:
        for order in self._orders.values():
            order.note(row_id)

    def _file(self, row_id: str, data: Obj) -> None:
        for prop, index in self._indexes.items():
            index.setdefault(index_key(data.get(prop)), {})[row_id] = None

    def _tell(self, row_id: str, data: Obj | None, at: int | None) -> None:
        for follower in self.followers:
            follower(row_id, data, at)

    def _mark(self, row_id: str) -> None:
        self._recent.pop(row_id, None)
        self._recent[row_id] = None
        self.version += 1
