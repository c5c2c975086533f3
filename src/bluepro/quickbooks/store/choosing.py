"""Which due records are loaded: of each group of invoices and payments that is not in flight, enough to send one write.

What a person has just edited comes first. Whole groups are stepped over, so that thousands of due records that must
wait for each other hold up no others. Inside the snapshot transaction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bluepro.quickbooks.plan import NAMES, Capacity
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.due import DueRow, Scope, due_among, stale_kinds
from bluepro.quickbooks.store.fresh import fresh_first
from bluepro.quickbooks.store.groups import Groups, connect, in_flight, names_under_way
from bluepro.quickbooks.store.walking import Rounds, walk
from bluepro.quickbooks.work import RecordKey
from qbo_client.wire import MAX_BATCH_ITEMS

PAGES = 10  # so often one look for due sales steps over groups that it has met
ONE = Capacity(singles=1, batches=1, batch_size=1)

Find = Callable[[Kind, int, Sequence[int]], list[DueRow]]
"""The due rows of a kind, at most so many, besides these records."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Due rows in dependency order, the number of the group that each sale is in, and what goes before a backlog.

    `more`: not everything has been looked at yet.
    """

    rows: tuple[DueRow, ...]
    groups: dict[RecordKey, int]
    names_busy: bool
    fresh: frozenset[RecordKey] = frozenset()
    more: bool = False


@dataclass(slots=True)
class _Sales:
    """Groups as far as they are known, and the records of those that need not be looked at any more."""

    groups: Groups = field(default_factory=Groups)
    closed: set[RecordKey] = field(default_factory=set)

    def besides(self, kind: Kind) -> list[int]:
        return [record_id for other, record_id in self.closed if other is kind]

    def close(self, scope: Scope, keys: Sequence[RecordKey]) -> int:
        """Closes the groups of `keys`; answers how many these are."""
        self.closed |= connect(scope, keys, self.groups)
        return len({self.groups.root(key) for key in keys})


def choose(scope: Scope, capacity: Capacity, rounds: Rounds) -> Chosen:
    """What could go now. Names take at most one batch's places: more cannot go at once."""
    rounds.begin_look(stale_kinds(scope), under_way=capacity.under_way)
    fresh = fresh_first(scope)
    busy = in_flight(scope)
    names_busy = any(kind in NAMES for kind, _ in busy) and names_under_way(scope)
    sales = _Sales()
    sales.close(scope, [key for key in busy if key[0] not in NAMES])
    edited = _edited(scope, sales, fresh, capacity.fresh_records, names_busy)
    names_taken = names_busy or any(row.kind in NAMES for row in edited)
    backlog = _backlog(scope, sales, fresh, capacity, names_taken, rounds)
    rows = [*edited, *backlog]
    keys = [(row.kind, row.record_id) for row in rows if row.kind not in NAMES]
    more = capacity.batches > 0 and not rounds.done
    return Chosen(tuple(rows), sales.groups.numbers(keys), names_busy, fresh, more)


def anything_due(scope: Scope) -> bool:
    """Whether there would be something to load now: for the sweep, and before a company is given back."""
    rounds = Rounds()
    while not (chosen := choose(scope, ONE, rounds)).rows:
        if not chosen.more:
            return False
    return True


def _edited(scope: Scope, sales: _Sales, fresh: frozenset[RecordKey], limit: int, names_busy: bool) -> list[DueRow]:
    """What of `fresh` is due."""
    find = _among(scope, {kind: _of(fresh, kind) for kind in Kind})
    names = [] if names_busy else _due_names(find, limit)
    return [*names, *_due_sales(scope, find, sales, limit)]


def _backlog(
    scope: Scope,
    sales: _Sales,
    fresh: frozenset[RecordKey],
    capacity: Capacity,
    names_busy: bool,
    rounds: Rounds,
) -> list[DueRow]:
    """What else is due, as far as it can go now."""

    edits = {kind: _of(fresh, kind) for kind in Kind}  # these were looked at just now

    def find(kind: Kind, most: int, besides: Sequence[int]) -> list[DueRow]:
        return walk(scope, kind, most, [*besides, *edits[kind]], rounds)

    limit = capacity.records
    names = [] if names_busy else _due_names(find, limit)
    others = _due_sales(scope, find, sales, limit - len(names))
    if not capacity.takes(len(names) + len(others), whole=rounds.done):
        return []
    return [*names, *others] if capacity.takes_sales(len(others)) else names


def _among(scope: Scope, ids: Mapping[Kind, Sequence[int]]) -> Find:
    """Finds due ones among these records."""

    def find(kind: Kind, most: int, besides: Sequence[int]) -> list[DueRow]:
        return due_among(scope, kind, ids.get(kind, ()), most, besides)

    return find


def _of(keys: Iterable[RecordKey], kind: Kind) -> list[int]:
    return [record_id for other, record_id in keys if other is kind]


def _due_names(find: Find, limit: int) -> list[DueRow]:
    found: list[DueRow] = []
    left = min(limit, MAX_BATCH_ITEMS)
    for kind in sorted(NAMES):
        if left > len(found):
            found += find(kind, left - len(found), [])
    return found


def _due_sales(scope: Scope, find: Find, sales: _Sales, left: int) -> list[DueRow]:
    found: list[DueRow] = []
    for kind in (Kind.INVOICE, Kind.PAYMENT):
        for _ in range(PAGES):
            if left <= 0:
                return found
            page = find(kind, left, sales.besides(kind))
            found += page
            full = len(page) == left
            left -= sales.close(scope, [(row.kind, row.record_id) for row in page])
            if not full:
                break
    return found
