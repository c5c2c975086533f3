"""Who changed what, and when: the history of every entity, as an auditor reads it.

It is told of every effective write (Company.tell) and keeps the changed properties only, old and new, never whole
entities; of what was deleted it keeps all properties as they were. Balances of customers and accounts that follow from
a transaction are no change of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any  # Any: a value of a property, known to the definitions only

from qbo_emulator.books.state import State, value
from qbo_emulator.books.wire import Obj

if TYPE_CHECKING:
    from qbo_emulator.books.company import Company, Operation, Written

KEPT = 500_000  # changes of one company; the oldest are forgotten
_SILENT = frozenset({"SyncToken", "MetaData"})  # they move with every change


@value
@dataclass(frozen=True, slots=True)
class Actor:
    """Who writes: an app (its client id) or a person in QuickBooks."""

    name: str
    is_app: bool = False


@value
@dataclass(frozen=True, slots=True)
class FieldChange:
    """A property before and after; None where it was not there."""

    name: str
    old: Any
    new: Any


@value
@dataclass(frozen=True, slots=True)
class Change:
    """One effective write of an entity, at seconds since 1970; a Create has no `fields`."""

    table: str
    row_id: str
    at: int
    who: Actor
    operation: Operation
    fields: tuple[FieldChange, ...]


class History(State):
    """All changes of a company in their order; the newest `kept` of them."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._all: list[Change] = []

    def newest(self) -> Iterator[Change]:
        """All changes that are kept, the newest first."""
        return islice(reversed(self._all), self._kept)

    def of(self, table: str, row_id: str) -> list[Change]:
        """The changes of one entity, the newest first; also of one that was deleted."""
        return [change for change in self.newest() if (change.row_id, change.table) == (row_id, table)]

    def watch(self, company: Company, written: Written) -> None:
        """Keep what was written, at the company's present, by whoever acts in it."""
        fields = () if written.before is None else tuple(differences(written.before, written.after or {}))
        at = company.epoch()
        self._all.append(Change(written.table, written.row_id, at, company.actor, written.operation, fields))
        if len(self._all) > self._kept + self._kept // 10:  # seldom, for it moves the whole list
            del self._all[: -self._kept]


def differences(before: Obj, after: Obj) -> list[FieldChange]:
    """The properties that differ, in their order; a deleted entity's `after` is {}."""
    names = dict.fromkeys([*before, *after])
    return [
        FieldChange(name, before.get(name), after.get(name))
        for name in names
        if name not in _SILENT and before.get(name) != after.get(name)
    ]
