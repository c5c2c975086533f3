"""Groups of invoices and payments connected by allocations: of each, at most one write may be open (invariant 11).

Follows allocations, and what payments referred to at their last push, to the end; inside the snapshot transaction.
"""

from collections.abc import Iterable
from typing import Any

from bluepro.quickbooks.judge import SEND_WITHIN
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import sql
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.work import RecordKey

# One part per index: an OR over two columns would read every link.
_PUSHED = """
SELECT l.record_id, ref FROM quickbooks_link l, unnest(l.refers_to) AS ref
 WHERE l.workspace_id = %(workspace)s AND l.realm_id = %(realm)s AND l.kind = 4 AND l.removed_at IS NULL
"""
_EDGES = f"""
SELECT payment_id, invoice_id FROM payments_allocation WHERE payment_id = ANY(%(payments)s::bigint[])
UNION
SELECT payment_id, invoice_id FROM payments_allocation WHERE invoice_id = ANY(%(invoices)s::bigint[])
UNION
{_PUSHED} AND l.record_id = ANY(%(payments)s::bigint[])
UNION
{_PUSHED} AND l.refers_to && %(invoices)s::bigint[]
"""

_BUSY = """
SELECT kind, record_id FROM quickbooks_link
 WHERE open_request IS NOT NULL AND workspace_id = %(workspace)s AND realm_id = %(realm)s AND removed_at IS NULL
"""


_NAMES = """
SELECT 1 FROM quickbooks_link l
  JOIN quickbooks_requestitem item ON item.link_id = l.id AND NOT item.settled
  JOIN quickbooks_request request ON request.id = item.request_id
  JOIN quickbooks_connection own ON own.id = request.connection_id
 WHERE l.open_request IS NOT NULL AND l.workspace_id = %(workspace)s AND l.realm_id = %(realm)s AND l.kind IN (1, 2)
   AND l.removed_at IS NULL
   AND (request.state = 'open'
        OR request.committed_at + make_interval(secs => %(send_within)s + own.unknown_after) > %(now)s)
 LIMIT 1
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
    return {(Kind(kind), record_id) for kind, record_id in sql.rows(_BUSY, scope.values())}


def names_under_way(scope: Scope) -> bool:
    """Whether QuickBooks may be at work on a request with names, so that its lists may be locked {F7.1-25}.

    A name whose outcome is still unknown after that waits for its look-up alone, and holds up no other.
    """
    return bool(sql.rows(_NAMES, {**scope.values(), "send_within": SEND_WITHIN}))


def _edges(scope: Scope, keys: Iterable[RecordKey]) -> list[tuple[int, int]]:
    keys = list(keys)
    values: dict[str, Any] = {
        **scope.values(),
        "payments": sql.array([record_id for kind, record_id in keys if kind is Kind.PAYMENT]),
        "invoices": sql.array([record_id for kind, record_id in keys if kind is Kind.INVOICE]),
    }
    return [(payment, invoice) for payment, invoice in sql.rows(_EDGES, values)]
