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
    """One round over a kind's changed records, by id: it began after `origin`, has come to `at`, and is `done` when it
    has passed the last one and come to the origin again."""

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


@dataclass(slots=True)
class Rounds:
    """The rounds of one company, kept between looks.

    `accepted`: what has come to be since the last look. `likely`: what refers to such, and may be due.
    """

    accepted: set[RecordKey] = field(default_factory=set)
    likely: dict[Kind, set[int]] = field(default_factory=lambda: {kind: set() for kind in Kind})
    _rounds: dict[Kind, Round] = field(default_factory=dict)
    _walked: set[Kind] = field(default_factory=set)
    _rest_until: datetime | None = None
    _settled: bool = False

    def begin_look(self) -> None:
        """Another look begins, which may walk over some kinds only."""
        self._walked.clear()

    def settled(self, accepted: Collection[RecordKey], others: bool) -> None:
        """These stand in QuickBooks now; `others`: what else was settled. Only what waits for a customer, an item or an
        invoice is found as likely: after all else it is walked on at once."""
        self.accepted |= set(accepted)
        self._settled = True
        if others or any(kind is Kind.PAYMENT for kind, _ in accepted):
            self._rest_until = None

    def resting(self, now: datetime) -> bool:
        """Whether a round over what has changed was in vain just now."""
        return self._rest_until is not None and now < self._rest_until

    def found(self, count: int, now: datetime) -> None:
        """So many records were found by walking."""
        self._settled = False
        self._rest_until = now + REST if self.done and not count else None

    def wake(self) -> bool:
        """Ends a rest before the company is given back; whether anything was settled since the walk before it."""
        woken = self._rest_until is not None and self._settled
        self._rest_until = None
        return woken

    def of(self, kind: Kind) -> Round:
        self._walked.add(kind)
        return self._rounds.setdefault(kind, Round())

    @property
    def done(self) -> bool:
        """Whether this look has seen all that it had to."""
        return all(self._rounds[kind].done for kind in self._walked)


def note_referring(scope: Scope, rounds: Rounds) -> None:
    """Takes down which changed records refer to what has come to be since the last look, due or not."""
    ids = {kind: [record_id for other, record_id in rounds.accepted if other is kind] for kind in Kind}
    rounds.accepted.clear()
    values = {
        **scope.values(),
        "contacts": sql.array(ids[Kind.CONTACT]),
        "services": sql.array(ids[Kind.SERVICE]),
        "invoices": sql.array(ids[Kind.INVOICE]),
    }
    asked = [Kind.INVOICE] if ids[Kind.CONTACT] or ids[Kind.SERVICE] else []
    asked += [Kind.PAYMENT] if ids[Kind.INVOICE] else []
    for kind in asked:
        rounds.likely[kind] |= {record_id for (record_id,) in sql.rows(_REFERRING[kind], values)}


def likely(scope: Scope, kind: Kind, limit: int, besides: Collection[int], rounds: Rounds) -> list[DueRow]:
    """Due records of a kind among the likely ones, at most `limit`; those that are not due are forgotten."""
    ids = rounds.likely[kind]
    found = due_among(scope, kind, ids, limit, besides)
    reached = found[-1].record_id if len(found) == limit else max(ids, default=0)
    rounds.likely[kind] = {one for one in ids if one > reached} | {row.record_id for row in found}
    return found


def walk(scope: Scope, kind: Kind, limit: int, besides: Collection[int], rounds: Rounds) -> list[DueRow]:
    """Due records of a kind, at most `limit`, from where the last look ended; those of `besides` are left out."""
    found: list[DueRow] = []
    round_ = rounds.of(kind)
    round_.begin()
    for _ in range(WINDOWS):
        ids = round_.move(changed(scope, kind, round_.at, WINDOW))
        found += due_among(scope, kind, ids, limit - len(found), besides)
        if len(found) == limit:
            round_.found_enough(found[-1].record_id)
            return found
        if round_.done:
            return found + due_stale(scope, kind, limit - len(found), besides)
    return found
