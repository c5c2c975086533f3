"""Which due records are loaded: of each group of invoices and payments that is not in flight, enough to send one write.

Whole groups are stepped over, so that thousands of due records that must wait for each other hold up no others. Inside
the snapshot transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bluepro.quickbooks.plan import NAMES
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.due import DueRow, Scope, due
from bluepro.quickbooks.store.groups import Groups, connect, in_flight, names_under_way
from bluepro.quickbooks.work import RecordKey
from qbo_client.wire import MAX_BATCH_ITEMS

PAGES = 10  # so often one look for due sales steps over groups that it has met


@dataclass(frozen=True, slots=True)
class Chosen:
    """Due rows in dependency order, and the number of the group that each sale is in."""

    rows: tuple[DueRow, ...]
    groups: dict[RecordKey, int]
    names_busy: bool


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


def choose(scope: Scope, limit: int) -> Chosen:
    """What could fill `limit` places in requests. Names take at most one batch's places: more cannot go at once."""
    busy = in_flight(scope)
    names_busy = names_under_way(scope)
    names = [] if names_busy else [row for kind in sorted(NAMES) for row in due(scope, kind, limit)][:limit]
    sales = _Sales()
    sales.close(scope, [key for key in busy if key[0] not in NAMES])
    rows = [*names, *_due_sales(scope, sales, limit - min(len(names), MAX_BATCH_ITEMS))]
    keys = [(row.kind, row.record_id) for row in rows if row.kind not in NAMES]
    return Chosen(tuple(rows), sales.groups.numbers(keys), names_busy)


def anything_due(scope: Scope) -> bool:
    """Whether there would be something to load now: for the sweep, and before a company is given back."""
    return bool(choose(scope, 1).rows)


def _due_sales(scope: Scope, sales: _Sales, left: int) -> list[DueRow]:
    found: list[DueRow] = []
    for kind in (Kind.INVOICE, Kind.PAYMENT):
        for _ in range(PAGES):
            if left <= 0:
                return found
            page = due(scope, kind, left, sales.besides(kind))
            found += page
            full = len(page) == left
            left -= sales.close(scope, [(row.kind, row.record_id) for row in page])
            if not full:
                break
    return found
