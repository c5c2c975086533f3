"""Walks over what has changed, some hundred records at a time, so that a look costs the same however long a backlog is.

What is remembered between looks only says where to go on: whoever begins anew finds everything, and every round reaches
each record. Inside the snapshot transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.due import DueRow, Scope, changed, due_among, due_stale

WINDOW = 300  # changed records looked at in one go
WINDOWS = 3  # so often at the most in one look; once while answers are waited for, each of which brings another look


@dataclass(slots=True)
class Round:
    """One round over a kind's changed records, by id: it began after `origin`, has come to `at`, and is `done` when it
    has passed the last one and come to the origin again."""

    origin: int = 0
    at: int = 0
    wrapped: bool = False
    done: bool = False

    def begin(self) -> None:
        """Begins anew, where it is."""
        self.origin, self.wrapped, self.done = self.at, False, False

    def move(self, ids: list[int]) -> list[int]:
        """Of the ids that come next, at most a window, those that belong to this round."""
        mine = [one for one in ids if one <= self.origin] if self.wrapped else ids
        if len(mine) == WINDOW:
            self.at = mine[-1]
        elif self.wrapped or self.origin == 0:
            self.at, self.done = self.origin, True
        else:
            self.at, self.wrapped = 0, True
        return mine

    def stop(self, at: int) -> None:
        """As much as was looked for was found up to here: what follows is looked at next time."""
        self.at, self.done = at, False
        self.wrapped = self.wrapped and at <= self.origin


@dataclass(slots=True)
class Rounds:
    """A round over each kind, kept between the looks of one owner.

    A kind that has been gone through rests until all that were asked for have been, or until something was written,
    which may let others go. What one look has found the next one looks at first, for it may not have been taken.
    """

    windows: int = WINDOWS
    stale: frozenset[Kind] = frozenset()
    _rounds: dict[Kind, Round] = field(default_factory=lambda: {kind: Round() for kind in Kind})
    _asked: set[Kind] = field(default_factory=set)
    _found: dict[Kind, set[int]] = field(default_factory=dict)
    _earlier: dict[Kind, set[int]] = field(default_factory=dict)
    _windows: dict[Kind, list[int]] = field(default_factory=dict)

    def begin_look(self, stale: frozenset[Kind] = frozenset(), *, under_way: bool = False) -> None:
        """Another look begins, which may ask for some kinds only. `stale` are those that have stale links."""
        self.windows = 1 if under_way else WINDOWS
        self.stale = stale
        if self.done:
            self.begin()
        self._asked.clear()
        self._windows.clear()
        for kind, ids in self._found.items():
            self._earlier.setdefault(kind, set()).update(ids)
        self._found.clear()

    def begin(self) -> None:
        """All is looked at anew, for something was written."""
        for round_ in self._rounds.values():
            round_.begin()

    @property
    def done(self) -> bool:
        """Whether all that this look asked for has been gone through."""
        return all(self._rounds[kind].done for kind in self._asked)

    def of(self, kind: Kind) -> Round:
        self._asked.add(kind)
        return self._rounds[kind]

    def window(self, scope: Scope, kind: Kind) -> list[int]:
        """The changed records that come next; the first time in a look those of all kinds are read together."""
        if kind not in self._windows:
            unfinished = {one: round_.at for one, round_ in self._rounds.items() if not round_.done}
            wanted = {kind: self._rounds[kind].at} if self._windows else unfinished
            self._windows |= changed(scope, wanted, WINDOW)
        return self._windows.pop(kind)

    def earlier(self, kind: Kind) -> set[int]:
        """What the last look found, the first time that it is asked for."""
        return self._earlier.pop(kind, set())

    def found(self, kind: Kind, rows: Collection[DueRow]) -> None:
        self._found.setdefault(kind, set()).update(row.record_id for row in rows)


def walk(scope: Scope, kind: Kind, limit: int, besides: Collection[int], rounds: Rounds) -> list[DueRow]:
    """Due records of a kind, at most `limit`, from where the last look ended; those of `besides` are left out."""
    found = due_among(scope, kind, rounds.earlier(kind), limit, besides)
    found += _walk(scope, kind, limit - len(found), {*besides, *(row.record_id for row in found)}, rounds)
    if len(found) < limit and kind in rounds.stale:
        found += due_stale(scope, kind, limit - len(found), besides)
    rounds.found(kind, found)
    return found


def _walk(scope: Scope, kind: Kind, limit: int, besides: Collection[int], rounds: Rounds) -> list[DueRow]:
    found: list[DueRow] = []
    round_ = rounds.of(kind)
    for _ in range(rounds.windows):
        if round_.done or len(found) == limit:
            break
        ids = round_.move(rounds.window(scope, kind))
        found += due_among(scope, kind, ids, limit - len(found), besides)
        if len(found) == limit:
            round_.stop(found[-1].record_id)
    return found
