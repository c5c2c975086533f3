"""Groups of invoices and payments connected by allocations: of each, at most one write may be open (invariant 11).

Follows allocations, and what payments referred to at their last push, to the end; inside the snapshot transaction.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection as database

from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.work import RecordKey

# One part per index: an OR over two columns would read every link.
_PUSHED = """
SELECT l.record_id, ref FROM quickbooks_link l, unnest(l.refers_to) AS ref
 WHERE l.workspace_id = %(workspace)s AND l.realm_id = %(realm)s AND l.kind = 4 AND l.removed_at IS NULL
"""
_EDGES = f"""
SELECT payment_id, invoice_id FROM payments_allocation WHERE payment_id = ANY(%(payments)s)
UNION
SELECT payment_id, invoice_id FROM payments_allocation WHERE invoice_id = ANY(%(invoices)s)
UNION
{_PUSHED} AND l.record_id = ANY(%(payments)s)
UNION
{_PUSHED} AND l.refers_to && %(invoices)s::bigint[]
"""

_BUSY = """
SELECT kind, record_id FROM quickbooks_link
 WHERE open_request IS NOT NULL AND workspace_id = %(workspace)s AND realm_id = %(realm)s AND removed_at IS NULL
"""


class Groups:
    """A union-find over records: `root` names the group."""

    def __init__(self) -> None:
        self._parent: dict[RecordKey, RecordKey] = {}

    def root(self, key: RecordKey) -> RecordKey:
        while (parent := self._parent.setdefault(key, key)) != key:
            self._parent[key] = self._parent[parent]
            key = self._parent[parent]
        return key

    def join(self, one: RecordKey, other: RecordKey) -> None:
        self._parent[self.root(one)] = self.root(other)

    def numbers(self, keys: Iterable[RecordKey]) -> dict[RecordKey, int]:
        """A number per group, from 1, the same for all records of one group."""
        roots: dict[RecordKey, int] = {}
        return {key: roots.setdefault(self.root(key), len(roots) + 1) for key in keys}


def connect(scope: Scope, keys: Iterable[RecordKey], groups: Groups) -> set[RecordKey]:
    """Joins in `groups` what is connected with `keys`; answers all records of the groups that `keys` are in."""
    seen = set(keys)
    fresh = set(seen)
    while fresh:
        found: set[RecordKey] = set()
        for payment, invoice in _edges(scope, fresh):
            groups.join((Kind.PAYMENT, payment), (Kind.INVOICE, invoice))
            found |= {(Kind.PAYMENT, payment), (Kind.INVOICE, invoice)}
        fresh = found - seen
        seen |= found
    return seen


def in_flight(scope: Scope) -> set[RecordKey]:
    """The records of the company that an unsettled request carries."""
    with database.cursor() as cursor:
        cursor.execute(_BUSY, scope.values())
        return {(Kind(kind), record_id) for kind, record_id in cursor.fetchall()}


def _edges(scope: Scope, keys: Iterable[RecordKey]) -> list[tuple[int, int]]:
    keys = list(keys)
    values: dict[str, Any] = {
        **scope.values(),
        "payments": [record_id for kind, record_id in keys if kind is Kind.PAYMENT],
        "invoices": [record_id for kind, record_id in keys if kind is Kind.INVOICE],
    }
    with database.cursor() as cursor:
        cursor.execute(_EDGES, values)
        return list(cursor.fetchall())
