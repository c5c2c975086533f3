"""Walks over what has changed, some hundred records at a time, and remembers how far it came.

So a look costs the same however long a backlog is that still waits for something, and nothing is passed over: every
round reaches each record. What refers to entities that have just come to be is looked at first: it has waited for them.
Inside the snapshot transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import sql
from bluepro.quickbooks.store.due import DueRow, Scope, changed, due_among, due_stale
from bluepro.quickbooks.work import RecordKey

WINDOW = 300  # changed records looked at in one go
WINDOWS = 3  # so often at the most in one look
REST = timedelta(seconds=2)  # after a round that found nothing; what then becomes due is found as referring, or so late
REFERRING = 1_000  # records looked at because of what has just come to be; a popular item has more, which a walk finds

# What waits for a customer or an item are invoices, what waits for an invoice are its payments.
_REFERRING = {
    Kind.INVOICE: f"""
SELECT c.record_id FROM (
    SELECT id FROM invoicing_invoice WHERE contact_id = ANY(%(contacts)s::bigint[])
     UNION SELECT invoice_id FROM invoicing_invoiceline WHERE service_id = ANY(%(services)s::bigint[])) AS r (id)
  JOIN quickbooks_change c ON c.workspace_id = %(workspace)s AND c.kind = 3 AND c.record_id = r.id AND c.dirty
 ORDER BY c.record_id LIMIT {REFERRING}
""",
    Kind.PAYMENT: f"""
SELECT DISTINCT c.record_id FROM payments_allocation a
  JOIN quickbooks_change c ON c.workspace_id = %(workspace)s AND c.kind = 4 AND c.record_id = a.payment_id AND c.dirty
 WHERE a.invoice_id = ANY(%(invoices)s::bigint[])
 ORDER BY c.record_id LIMIT {REFERRING}
""",
}


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
    """The rounds of one company, kept between looks. `accepted`: what has come to be since the last one."""

    accepted: set[RecordKey] = field(default_factory=set)
    _rounds: dict[Kind, Round] = field(default_factory=dict)
    _walked: set[Kind] = field(default_factory=set)
    _rest_until: datetime | None = None

    def begin_look(self) -> None:
        """Another look begins, which may walk over some kinds only."""
        self._walked.clear()

    def resting(self, now: datetime) -> bool:
        """Whether a round over what has changed was in vain just now."""
        return self._rest_until is not None and now < self._rest_until

    def found(self, count: int, now: datetime) -> None:
        """So many records were found by walking."""
        self._rest_until = now + REST if self.done and not count else None

    def of(self, kind: Kind) -> Round:
        self._walked.add(kind)
        return self._rounds.setdefault(kind, Round())

    @property
    def done(self) -> bool:
        """Whether this look has seen all that it had to."""
        return all(self._rounds[kind].done for kind in self._walked)


def referring(scope: Scope, accepted: Collection[RecordKey]) -> dict[Kind, list[int]]:
    """The changed records that refer to what has just come to be, due or not."""
    ids = {kind: [record_id for other, record_id in accepted if other is kind] for kind in Kind}
    values = {
        **scope.values(),
        "contacts": sql.array(ids[Kind.CONTACT]),
        "services": sql.array(ids[Kind.SERVICE]),
        "invoices": sql.array(ids[Kind.INVOICE]),
    }
    asked = [Kind.INVOICE] if ids[Kind.CONTACT] or ids[Kind.SERVICE] else []
    asked += [Kind.PAYMENT] if ids[Kind.INVOICE] else []
    return {kind: [record_id for (record_id,) in sql.rows(_REFERRING[kind], values)] for kind in asked}


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
