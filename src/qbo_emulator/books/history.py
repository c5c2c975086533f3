"""Who changed what, and when: the history of every entity, as an auditor reads it.

It is told of every effective write (Company.tell) and keeps the changed properties only, old and new, never whole
entities; of what was deleted it keeps all properties as they were. Balances of customers and accounts that follow from
a transaction are no change of theirs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any  # Any: a value of a property, known to the definitions only

from qbo_emulator.books.wire import Obj

if TYPE_CHECKING:
    from qbo_emulator.books.company import Company, Operation, Written

KEPT = 500_000  # changes of one company; the oldest are forgotten
_SILENT = frozenset({"SyncToken", "MetaData"})  # they move with every change


@dataclass(frozen=True, slots=True)
class Actor:
    """Who writes: an app (its client id) or a person in QuickBooks."""

    name: str
    is_app: bool = False


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A property before and after; None where it was not there."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One effective write of an entity, at seconds since 1970; a Create has no `fields`."""

    table: str
    row_id: str
    at: int
    who: Actor
    operation: Operation
    fields: tuple[FieldChange, ...]


class History:
    """All changes of a company, in their order, and by entity."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._all: deque[Change] = deque()
        self._of: dict[tuple[str, str], list[Change]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def newest(self) -> Sequence[Change]:
        """All changes that are kept, the newest first."""
        return tuple(reversed(self._all))

    def of(self, table: str, row_id: str) -> Sequence[Change]:
        """The changes of one entity, the newest first; also of one that was deleted."""
        return tuple(reversed(self._of.get((table, row_id), ())))

    def watch(self, company: Company, written: Written) -> None:
        """Keep what was written, at the company's present, by whoever acts in it."""
        fields = () if written.before is None else tuple(differences(written.before, written.after or {}))
        change = Change(written.table, written.row_id, company.epoch(), company.actor, written.operation, fields)
        self._all.append(change)
        self._of.setdefault((change.table, change.row_id), []).append(change)
        if len(self._all) > self._kept:
            self._forget(self._all.popleft())

    def _forget(self, oldest: Change) -> None:
        key = (oldest.table, oldest.row_id)
        del self._of[key][0]
        if not self._of[key]:
            del self._of[key]


def differences(before: Obj, after: Obj) -> list[FieldChange]:
    """The properties that differ, in their order; a deleted entity's `after` is {}."""
    names = dict.fromkeys([*before, *after])
    return [
        FieldChange(name, before.get(name), after.get(name))
        for name in names
        if name not in _SILENT and before.get(name) != after.get(name)
    ]
