"""Walks over what has changed, some hundred records at a time, and remembers how far it came.

So a look costs the same however long a backlog is that still waits for something, and nothing is passed over: every
round reaches each record. Inside the snapshot transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.due import DueRow, Scope, changed, due_among, due_stale

WINDOW = 300  # changed records looked at in one go
WINDOWS = 10  # so often at the most in one look


@dataclass(slots=True)
class Round:
    """One round over a kind's changed records, by id: it began after `origin` and has come to `at`."""

    origin: int = 0
    at: int = 0
    wrapped: bool = False
    done: bool = False

    def begin(self) -> None:
        """Goes on where it is; a round that is done begins anew there."""
        if self.done:
            self.origin, self.wrapped, self.done = self.at, False, False

    def found_enough(self, at: int) -> None:
        """There was as much as was looked for: what follows is looked at next time, in a new round."""
        self.at, self.done = at, True

    def move(self, ids: list[int]) -> None:
        """These have been looked at; fewer than a window were the last ones."""
        self.at = ids[-1] if len(ids) == WINDOW else 0
        if self.at == 0:
            self.done = self.wrapped or self.origin == 0
            self.wrapped = True
        elif self.wrapped:
            self.done = self.at >= self.origin


@dataclass(slots=True)
class Rounds:
    """The rounds of one company, kept between looks."""

    _rounds: dict[Kind, Round] = field(default_factory=dict)
    _walked: set[Kind] = field(default_factory=set)

    def begin_look(self) -> None:
        """Another look begins, which may walk over some kinds only."""
        self._walked.clear()

    def of(self, kind: Kind) -> Round:
        self._walked.add(kind)
        return self._rounds.setdefault(kind, Round())

    @property
    def done(self) -> bool:
        """Whether this look has seen all that it had to."""
        return all(self._rounds[kind].done for kind in self._walked)


def walk(scope: Scope, kind: Kind, limit: int, besides: Collection[int], rounds: Rounds) -> list[DueRow]:
    """Due records of a kind, at most `limit`, from where the last look ended; those of `besides` are left out."""
    found: list[DueRow] = []
    round_ = rounds.of(kind)
    round_.begin()
    for _ in range(WINDOWS):
        ids = changed(scope, kind, round_.at, WINDOW)
        found += due_among(scope, kind, ids, limit - len(found), besides)
        if len(found) == limit:
            round_.found_enough(found[-1].record_id)
            return found
        round_.move(ids)
        if round_.done:
            return found + due_stale(scope, kind, limit - len(found), besides)
    return found
