"""The engine of one company: plain synchronous steps around an asynchronous sender.

    adopt what former owners left -> [ look up | load, plan, commit ] -> send -> judge -> settle -> ...

`prepare` commits what may be sent now, `settle` saves what came of it; between the two nothing is open. Whoever drives
the steps (a worker, a test, a simulation) sends the requests in its own way. Time, ids and limiter are arguments, and
so is what each step does: a simulation puts a crash, or a mistake that it must find, in the place of one.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from bluepro.common.ids import Ids
from bluepro.quickbooks.judge import UNKNOWN, Patience, judge
from bluepro.quickbooks.lookups import RETRY_SECONDS, Rules, entities_seen, judge_look_up, plan_look_up
from bluepro.quickbooks.models import ChangedThere, Connection, NameClash
from bluepro.quickbooks.plan import Capacity, Plan, plan
from bluepro.quickbooks.restoring import compare_all
from bluepro.quickbooks.seen import Changed, follows, held_back, question
from bluepro.quickbooks.seen import read as read_changes
from bluepro.quickbooks.store import brake, company, problems, recover, restoring, watching
from bluepro.quickbooks.store.breaks import BREAKS, despite_a_break
from bluepro.quickbooks.store.commit import Committed, commit, commit_look_up, send_again
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.store.leases import Lease, LeaseLost
from bluepro.quickbooks.store.linked import allocated_here, owners, writes_of_invoices
from bluepro.quickbooks.store.load import load, load_these
from bluepro.quickbooks.store.log import refusals, sent_by_others
from bluepro.quickbooks.store.reads import may_read
from bluepro.quickbooks.store.settle import Settlement, keep_answer, settle
from bluepro.quickbooks.store.walking import Rounds
from bluepro.quickbooks.surprise import guarded
from bluepro.quickbooks.together import BRAKE
from bluepro.quickbooks.work import (
    Item,
    Judgement,
    LookUp,
    Outcome,
    Purpose,
    Sendable,
    SendAgain,
    Silence,
    Trouble,
    Verdict,
    Whole,
    Work,
)
from qbo_client import wire
from qbo_client.limits import Limiter, Refusal

log = logging.getLogger(__name__)

FIRST_BATCH = 10
QUICK = 8_000  # ms: batches grow while answers are quicker
LONG_WAIT = 1_000  # look-ups loaded at once
PATIENT = timedelta(seconds=10)  # for so long what fills no batch waits for an answer that may let more go
LISTEN = timedelta(seconds=1)  # so often the log is asked what others have sent


def _may_send(connection: Connection, now: datetime) -> bool:
    return company.may_write(connection) and not company.is_paused(connection, now)


def lessons(realm_id: str, now: datetime) -> list[Refusal]:
    """What the realm's last refusals teach its limiter."""
    return [Refusal(one.at.timestamp(), one.calls, one.items, one.took) for one in refusals(realm_id, now)]


def _asked(outcome: Outcome) -> int:
    """The seconds that QuickBooks asked to wait; 0 if it named none."""
    return outcome.retry_after or 0 if isinstance(outcome, wire.Reply) else 0


class BatchSize:
    """How many items a batch holds: begins at 10, grows while answers stay quick, halves when they do not."""

    def __init__(self, first: int = FIRST_BATCH) -> None:
        self.items = first

    def learn(self, held: int, outcome: Outcome) -> None:
        """Takes the outcome of one batch that held so many items into account."""
        if isinstance(outcome, wire.Reply) and outcome.status == 200:
            if outcome.elapsed_ms >= QUICK:
                self.items = max(self.items // 2, 2)
            elif held >= self.items:
                self.items = min(self.items + FIRST_BATCH, wire.MAX_BATCH_ITEMS)
        elif isinstance(outcome, Silence) or outcome.status in (413, 500, 502, 503, 504):
            self.items = max(self.items // 2, 2)


@dataclass(frozen=True, slots=True)
class Parts:
    """What each of the engine's steps does: the real thing, unless another one is given."""

    adopt: Callable[[Lease, float, datetime], tuple[tuple[Sendable, Outcome], ...]] = recover.adopt
    load: Callable[[int, datetime, Capacity, Rounds], Work] = load
    commit: Callable[[Lease, Scope, Plan], Committed] = commit
    judge: Callable[[Sequence[Item], Outcome, Patience], Judgement] = judge
    judge_look_up: Callable[[Sequence[Item], wire.Reply, Rules], tuple[Verdict, ...] | wire.Fault | wire.Unreadable] = (
        judge_look_up
    )
    settle: Callable[[Lease, Scope, Sequence[Settlement]], None] = settle


THE_REAL_THING = Parts()


@dataclass(frozen=True, slots=True)
class Step:
    """What settling asks of the driver: requests to send once more, and those whose access token was refused.

    With each of the latter what people are told if a new token is refused too.
    """

    again: tuple[Sendable, ...] = ()
    token_refused: Mapping[UUID, Trouble] = field(default_factory=dict)


class Engine:
    """One company's steps, for as long as the lease holds. Not for several threads at once."""

    def __init__(
        self, lease: Lease, limiter: Limiter, ids: Ids, sizes: BatchSize | None = None, parts: Parts = THE_REAL_THING
    ) -> None:
        self._lease = lease
        self._limiter = limiter
        self._ids = ids
        self._sizes = sizes or BatchSize()
        self._parts = parts
        self._rounds = Rounds()
        self._looking: set[int] = set()
        self._pushed_at: dict[UUID, datetime] = {}
        self._listened_at: datetime | None = None
        self._fresh_waits = False
        self._moved_on = False
        self._watched: watching.Watched | None = None
        self._watched_at: datetime | None = None
        self._watching = False
        self._asked_at: datetime | None = None  # what the reading under way answers; not known of another worker's
        self._ungathered = True

    @property
    def moved_on(self) -> bool:
        """Whether the last `prepare` was done with records that needed no request, or has not seen all that waits:
        another one is worth it at once."""
        return self._moved_on

    @property
    def fresh_waits(self) -> bool:
        """Whether the last `prepare` left an edit of a person waiting."""
        return self._fresh_waits

    def adopt(self, now: datetime) -> Step:
        """Settles what a former owner got answered, and turns what it left open into look-ups. Raises LeaseLost."""
        connection = company.read(self._lease.connection_id)
        answered = self._parts.adopt(self._lease, connection.unknown_after, now)
        return self._save(answered, connection, now)

    def prepare(self, now: datetime) -> tuple[Sendable, ...]:
        """Commits what may be sent at this moment, and returns it. Raises LeaseLost."""
        self._moved_on = False
        connection = company.read(self._lease.connection_id)
        if not _may_send(connection, now):
            return ()
        scope = Scope(connection.workspace_id, connection.realm_id, now)
        self._listen(now)
        if connection.restored_from is not None:
            return tuple(self._watch(connection, now))
        return (*self._watch(connection, now), *self._look_ups(scope), *self._pushes(scope))

    def settle(self, outcomes: Sequence[tuple[Sendable, Outcome]], now: datetime) -> Step:
        """Saves what came of requests in one transaction. If the lease is lost, keeps the raw answers and raises."""
        for sendable, outcome in outcomes:
            self._finished(sendable, outcome, now)
        connection = despite_a_break(lambda: company.read(self._lease.connection_id))
        try:
            return self._save(outcomes, connection, now)
        except LeaseLost:
            self.keep(outcomes, now)
            raise

    def keep(self, outcomes: Iterable[tuple[Sendable, Outcome]], now: datetime) -> None:
        """Writes raw answers down without settling them: for whoever owns the company by now."""
        for sendable, outcome in outcomes:
            keep_answer(self._lease, sendable.id, outcome, now)

    def wait(self, now: datetime) -> float:
        """Seconds until the limiter lets the next call go; infinity: after the next answer."""
        if self._fresh_waits:
            return self._limiter.wait_for(wire.Lane.SINGLE, now.timestamp())
        return self._limiter.wait_for(wire.Lane.BATCH, now.timestamp(), self._sizes.items)

    def _listen(self, now: datetime) -> None:
        """Counts what others have sent to the realm: pages, commands, a comparison."""
        if self._listened_at is None:
            self._listened_at = now  # what was sent before, the limiter knows
        if now - self._listened_at >= LISTEN:
            for sent in sent_by_others(self._lease, self._listened_at):
                self._limiter.count(wire.Lane(sent.lane), sent.at.timestamp(), sent.size)
            self._listened_at = now

    def _watch(self, connection: Connection, now: datetime) -> Iterator[Sendable]:
        """Asks what changed in QuickBooks, if that is due: by the time, or because an answer will soon be full."""
        if self._watching or (self._watched_at is not None and now - self._watched_at < LISTEN):
            return
        just_read = self._watched_at is None
        if just_read:
            self._watched = watching.watched(connection)
        self._watched_at = now
        many = self._watched is not None and self._watched.own_changes >= watching.OWN_CHANGES and may_read(now)
        if not (many or watching.is_due(connection.realm_id, now)) or not self._room(wire.Lane.READ, now):
            return
        if not just_read:
            self._watched = watching.watched(connection)
        if self._watched is not None:
            call = question(self._watched.place, now)
            self._asked_at = self._watched.answers(now)
            self._start(call, now)
            self._watching = True
            scope = Scope(connection.workspace_id, connection.realm_id, now)
            yield commit_look_up(self._lease, scope, Sendable(self._ids.uuid(), Purpose.CHANGES, call, ()))

    def _see(self, sendable: Sendable, outcome: Outcome, connection: Connection, scope: Scope) -> None:
        """Saves what follows from an answer about changes; one that cannot be read is asked for again in a while."""
        self._watched_at = None
        seen = guarded(
            "what changed",
            lambda: self._seen(sendable, outcome, connection, scope),
            through=(LeaseLost, *BREAKS),
        )
        if seen is not True:
            watching.put_off(connection.realm_id, scope.now)

    def _seen(self, sendable: Sendable, outcome: Outcome, connection: Connection, scope: Scope) -> bool:
        """Whether the answer could be read."""
        watched = watching.watched(connection)
        if watched is None or not isinstance(outcome, wire.Reply):
            return False
        found = read_changes(watched.place, sendable.call, outcome, scope.now)
        if found is None:
            return False
        entities, place = found
        if connection.restored_from is not None:
            self._match(sendable, outcome, entities, scope, connection.restored_from)
            if place.kind is None:
                restoring.end(connection)
        elif restoring.is_suspected(connection, scope, entities):
            log.warning("restored", extra={"action": "restored", "connection": connection.pk})
            restoring.begin_for(connection, watched.place.through, scope.now)
            return True
        known = watching.known(scope, entities)
        then = list(follows(entities, known, overwrite=connection.changed_there == ChangedThere.OVERWRITE))
        reached = held_back(place, watched.place, entities, known)
        again = reached != place and reached.kind is None
        watching.settle(self._lease, scope, then, reached, asked_at=self._asked_at, again=again)
        if connection.restored_from is not None and place.kind is None:
            watching.ask(connection.realm_id, scope.now)  # the lists showed no deletions
        return True

    def _match(
        self,
        sendable: Sendable,
        outcome: Outcome,
        entities: Sequence[Changed],
        scope: Scope,
        since: datetime,
    ) -> None:
        """Links what was sent after a backup to its records, and compares the two."""
        matches = restoring.adopt(self._lease, scope, since, entities)
        if not matches:
            return
        work = load_these(self._lease.connection_id, scope.now, [(one.kind, one.record_id) for one in matches])
        pairs = list(compare_all(work, matches))
        matched = replace(sendable, items=tuple(item for item, _ in pairs))
        found = Settlement(matched, outcome, tuple(verdict for _, verdict in pairs))
        self._parts.settle(self._lease, scope, [found])
        restoring.remember(pairs, [one.entity for one in matches])

    def _look_ups(self, scope: Scope) -> Iterator[Sendable]:
        items = recover.look_ups_due(self._lease.connection_id, scope.now, LONG_WAIT)
        waiting = [item for item in items if item.item_id not in self._looking]
        if waiting and not may_read(scope.now):
            return
        while waiting and self._room(wire.Lane.BATCH, scope.now, wire.MAX_BATCH_ITEMS):
            sendable, taken = plan_look_up(waiting, self._ids)
            waiting = waiting[taken:]
            self._looking |= {item.item_id for item in sendable.items}
            self._start(sendable.call, scope.now)
            yield commit_look_up(self._lease, scope, sendable)

    def _pushes(self, scope: Scope) -> tuple[Sendable, ...]:
        capacity = self._capacity(scope.now)
        if not capacity.singles and not capacity.batches:
            return ()
        work = self._parts.load(self._lease.connection_id, scope.now, capacity, self._rounds)
        self._fresh_waits = work.fresh_waits
        planned = plan(work, capacity, self._ids)
        if not planned:
            self._moved_on = (work.more and not self._pushed_at) or self._gather(scope, all_seen=not work.more)
            return ()
        self._ungathered = True
        committed = self._parts.commit(self._lease, scope, planned)
        for request in committed.requests:
            self._start(request.call, scope.now)
        self._rounds.begin()
        self._count_own(committed.requests)
        self._pushed_at |= dict.fromkeys((request.id for request in committed.requests), scope.now)
        self._moved_on = bool(committed.done)
        return committed.requests

    def _count_own(self, requests: Sequence[Sendable]) -> None:
        if self._watched is not None:
            more = sum(watching.moved_by(item.carried) for request in requests for item in request.items)
            self._watched = replace(self._watched, own_changes=self._watched.own_changes + more)

    def _gather(self, scope: Scope, *, all_seen: bool) -> bool:
        """Nothing more goes now: what many records wait for is told as one problem, if that may have changed.

        Whether the brake held little, and lets it go, shows once all was seen and answered.
        """
        if not self._ungathered:
            return False
        rest = all_seen and not self._pushed_at
        if rest and brake.let_few_go(company.read(self._lease.connection_id), scope):
            return True
        problems.gather(self._lease, scope.now, but="" if rest else BRAKE)
        self._ungathered = not rest
        return False

    def _capacity(self, now: datetime) -> Capacity:
        size = self._sizes.items
        singles, batches = self._room(wire.Lane.SINGLE, now), self._room(wire.Lane.BATCH, now, size)
        return Capacity(singles, batches, size, any(now - at < PATIENT for at in self._pushed_at.values()))

    def _room(self, lane: wire.Lane, now: datetime, items: int = 1) -> int:
        return self._limiter.room(lane, now.timestamp(), items)

    def _start(self, call: wire.Call, now: datetime) -> None:
        self._limiter.start(call.lane, now.timestamp(), call.size)

    def _finished(self, sendable: Sendable, outcome: Outcome, now: datetime) -> None:
        lost = isinstance(outcome, Silence) and outcome.maybe_done
        self._limiter.finish(sendable.call.lane, now.timestamp(), lost=lost)
        self._pushed_at.pop(sendable.id, None)
        if sendable.call.lane is wire.Lane.BATCH and sendable.purpose is Purpose.PUSH:
            self._sizes.learn(len(sendable.items), outcome)
        if sendable.purpose is Purpose.CHANGES:
            self._watching = False
        if sendable.purpose is Purpose.LOOK_UP:
            self._looking -= {item.item_id for item in sendable.items}

    def _save(self, outcomes: Sequence[tuple[Sendable, Outcome]], connection: Connection, now: datetime) -> Step:
        if not outcomes:
            return Step()
        self._ungathered = True
        scope = Scope(connection.workspace_id, connection.realm_id, now)
        judged = [(sendable, outcome, self._judge(sendable, outcome, connection)) for sendable, outcome in outcomes]
        settlements = [Settlement(sent, outcome, found.verdicts) for sent, outcome, found in judged]
        if isinstance(self._try_to_save(scope, settlements), Trouble):
            self._save_one_by_one(scope, settlements)
        self._rounds.begin()
        for sendable, outcome, found in judged:
            if sendable.purpose is Purpose.CHANGES and found.whole is Whole.FINE:
                self._see(sendable, outcome, connection, scope)
            self._heed(found, sendable, outcome, connection, now)
        return Step(
            tuple(self._again(scope, [(sendable, found) for sendable, _, found in judged])),
            {one.id: found.trouble for one, _, found in judged if found.whole is Whole.TOKEN and found.trouble},
        )

    def _try_to_save(self, scope: Scope, settlements: Sequence[Settlement]) -> Trouble | None:
        names = ", ".join(item.carried.label for one in settlements for item in one.sendable.items[:1])
        return guarded(names, lambda: self._parts.settle(self._lease, scope, settlements), through=(LeaseLost, *BREAKS))

    def _save_one_by_one(self, scope: Scope, settlements: Sequence[Settlement]) -> None:
        """Together failed: each alone, so that no answer holds up another. What fails alone is looked up later."""
        for one in settlements:
            if isinstance(self._try_to_save(scope, [one]), Trouble):
                for item, verdict in zip(one.sendable.items, one.verdicts, strict=True):
                    self._save_item(
                        scope, replace(one, sendable=replace(one.sendable, items=(item,)), verdicts=(verdict,))
                    )

    def _save_item(self, scope: Scope, one: Settlement) -> None:
        trouble = self._try_to_save(scope, [one])
        if trouble is not None:
            later = LookUp(UNKNOWN, RETRY_SECONDS, trouble=trouble)
            self._parts.settle(self._lease, scope, [replace(one, verdicts=(later,))])

    def _judge(self, sendable: Sendable, outcome: Outcome, connection: Connection) -> Judgement:
        patience = Patience(connection.unknown_after)
        if sendable.purpose in (Purpose.PUSH, Purpose.CHANGES):
            return self._parts.judge(sendable.items, outcome, patience)
        if isinstance(outcome, wire.Reply):
            seen = entities_seen(sendable.items, outcome)
            suffix = connection.name_clash == NameClash.SUFFIX
            overwrite = connection.changed_there == ChangedThere.OVERWRITE
            linked, allocated = owners(connection.realm_id, seen), allocated_here(connection.realm_id, seen)
            rules = Rules(
                connection.era, suffix, overwrite, linked, allocated, writes_of_invoices(connection.realm_id, seen)
            )
            found = self._parts.judge_look_up(sendable.items, outcome, rules)
            if isinstance(found, tuple):
                return Judgement(found)
        return self._look_later(sendable.items, self._parts.judge(sendable.items, outcome, patience))

    def _look_later(self, items: Sequence[Item], whole: Judgement) -> Judgement:
        """A look-up that failed settles nothing; what its answer says of the connection counts all the same."""
        return replace(whole, verdicts=tuple(LookUp(item.code, RETRY_SECONDS) for item in items))

    def _heed(
        self, found: Judgement, sendable: Sendable, outcome: Outcome, connection: Connection, now: datetime
    ) -> None:
        """What an answer says of the whole connection."""
        if found.whole is Whole.LOST and found.trouble is not None:
            company.lose(connection, found.trouble, now)
        if found.whole is Whole.FINE and isinstance(outcome, wire.Reply) and connection.paused_until is not None:
            company.end_pause(connection, now)
        if found.whole is Whole.WAIT:
            self._pause(connection, now + timedelta(seconds=max(found.pause, _asked(outcome))))
            if found.trouble is not None:
                company.tell(connection, found.trouble, now)
        if found.whole is Whole.THROTTLED and (sendable.purpose is Purpose.PUSH or may_read(now)):
            self._pause(connection, now + timedelta(seconds=_asked(outcome) or found.pause))
            self._limiter.learn(lessons(connection.realm_id, now), now.timestamp())

    def _pause(self, connection: Connection, until: datetime) -> None:
        self._limiter.pause(until.timestamp())
        company.pause_until(connection.realm_id, until)

    def _again(self, scope: Scope, judged: Sequence[tuple[Sendable, Judgement]]) -> Iterator[Sendable]:
        """What goes out once more as it was; if nothing may be sent now, the next owner looks it up anew."""
        pairs = [pair for sendable, found in judged for pair in zip(sendable.items, found.verdicts, strict=True)]
        items = [item for item, verdict in pairs if isinstance(verdict, SendAgain)]
        if not items or not _may_send(company.read(self._lease.connection_id), scope.now):
            return
        for item in items:
            if item.request_id is not None:
                call = send_again(self._lease, scope, item.request_id)
                if call is None:
                    return
                self._start(call, scope.now)
                fresh = replace(item, committed_at=scope.now, code="")
                yield Sendable(item.request_id, Purpose.PUSH, call, (fresh,))
