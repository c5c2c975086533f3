"""Plays a story: builds its world, lets every entry happen, lets it come to rest, and judges the end."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.apps import apps
from django.db import connection as database
from sim_bookkeeper import Bookkeeper
from sim_broken import Broken
from sim_business import Business
from sim_checks import Checks
from sim_clock import SimClock
from sim_end import Verdict, judge_the_end
from sim_story import PHASES, Entry, Story
from sim_wire import Wire
from sim_workers import Crash, Tokens, Worker

from bluepro.common.ids import SeededIds
from bluepro.quickbooks.connect import secrets
from bluepro.quickbooks.engine import Parts
from bluepro.quickbooks.models import Connection, Lease, Link, Problem
from bluepro.quickbooks.plan import Plan
from bluepro.quickbooks.store import company, leases, watching
from bluepro.quickbooks.store.commit import Committed
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.store.settle import Settlement
from bluepro.workspaces.queries import owner_actor
from bluepro.workspaces.services import create_workspace
from qbo_emulator.company_changes import CompanyPatch, NewCompany, apply
from qbo_emulator.ids import SeededIds as TheirIds
from qbo_emulator.settings import Settings
from qbo_emulator.world import World

UNKNOWN_AFTER = 135
LONG_REST = 500  # turns within which everything must have come to rest; of 200 times none took more than 50
AN_HOUR_OR_SO = 3_000.0  # seconds: so seldom is tried what people have long been told about
SLOW_TRIES = 3  # after so many of them what waits for another payment counts as at rest
SKEWS = (0.0, 1.0, -1.0)  # seconds by which the clocks of machines are off
OURS = ("workspaces", "contacts", "catalogue", "invoicing", "payments", "quickbooks")

# Tables that hold, or held, rows: those of a size, and those whose ids have been counted.
_WRITTEN = """
SELECT relation.relname FROM pg_class relation
 WHERE relation.relname = ANY(%s::text[]) AND relation.relkind = 'r'
   AND (pg_relation_size(relation.oid) > 0
        OR EXISTS (SELECT 1 FROM pg_depend owned JOIN pg_class sequence ON sequence.oid = owned.objid
                    WHERE owned.refobjid = relation.oid AND owned.deptype IN ('a', 'i')
                      AND CASE WHEN sequence.relkind = 'S' THEN pg_sequence_last_value(sequence.oid) > 0 END))
 ORDER BY relation.relname
"""

Make = Callable[[Worker, Parts], Parts]
"""Puts a mistake into a worker's steps."""


def no_mistake(_: Worker, parts: Parts) -> Parts:
    return parts


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a story. `injected` counts faults by name, `happened` all else that was done to it."""

    operations: int
    calls: int
    injected: Counter[str]
    happened: Counter[str]
    verdicts: tuple[Verdict, ...] = ()
    broken: Broken | None = None
    told: tuple[str, ...] = ()


@dataclass
class _Company:
    """A business, its books, and who works on it."""

    business: Business
    bookkeeper: Bookkeeper
    checks: Checks
    workers: list[Worker] = field(default_factory=list)
    armed: list[Entry] = field(default_factory=list)
    raced: bool = False


class Play:
    """One story being played. `make` puts a mistake into the engine's steps."""

    def __init__(self, story: Story, make: Make = no_mistake) -> None:
        self._story = story
        self._make = make
        self._told: list[str] = []
        self._happened: Counter[str] = Counter()
        _empty_tables()
        self._clock = SimClock()
        self._ids = SeededIds(story.seed)
        self._world = _world(story, self._clock)
        self._wire = Wire(self._world, self._clock, self._world.settings.client_id)
        if story.options.lag:
            self._wire.lag(story.options.lag)
        self._companies = [self._company(position) for position in range(story.options.companies)]

    def run(self) -> Result:
        """Plays it to its end, or to where a promise is broken."""
        broken: Broken | None = None
        verdicts: tuple[Verdict, ...] = ()
        try:
            for number, entry in enumerate(self._story.entries):
                self._clock.advance(0.2 + entry.dice[-1])
                self._tell(number, entry)
            self._come_to_rest()
            verdicts = tuple(
                judge_the_end(one.business, one.checks.books, one.bookkeeper, one.checks) for one in self._companies
            )
        except Broken as found:
            broken = found
        except Exception as error:
            logging.getLogger(__name__).exception("an error of the engine's own")
            broken = Broken("error", f"{type(error).__name__}: {error}")
        self._wire.count()
        return Result(
            self._story.operations,
            self._wire.calls,
            self._wire.injected,
            self._happened,
            verdicts,
            broken,
            tuple(self._told),
        )

    # What happens

    def _tell(self, number: int, entry: Entry) -> None:
        one = self._companies[entry.company % len(self._companies)]
        armed = entry.phase or entry.what in ("crash inside", "overtaken inside")
        said = f"armed: {entry.what}" if armed else self._happen(one, entry)
        if armed:
            one.armed.append(entry)
        if said:
            self._told.append(f"{self._clock.now():%d %H:%M:%S} {number:4} {entry.who} {one.business.position}: {said}")

    def _happen(self, one: _Company, entry: Entry) -> str:
        match entry.who:
            case "person":
                return one.business.act(entry.what, entry.dice)
            case "bookkeeper":
                self._world.catch_up()
                return one.bookkeeper.act(entry.what, entry.dice)
            case "fault":
                self._wire.arm(entry.what, one.business.realm)
                return f"armed: {entry.what}"
            case "clock":
                return self._pass(entry)
        return self._work(one, entry)

    def _pass(self, entry: Entry) -> str:
        longest = {"seconds": 10, "half a minute": 40, "minutes": 200, "a quarter": 1000, "hours": 10_000}[entry.what]
        self._clock.advance(entry.dice[0] * longest)
        self._happened["clock jumps"] += longest > 40
        return f"{entry.dice[0] * longest:.0f} s pass"

    def _work(self, one: _Company, entry: Entry) -> str:
        worker = one.workers[entry.worker % len(one.workers)]
        match entry.what:
            case "turn":
                calls = self._wire.calls
                worker.turn()
                return f"{worker.name} takes a turn, {self._wire.calls - calls} calls" if worker.engine else ""
            case "sends later":
                worker.sends_later = True
            case "crash":
                self._happened["crashes between steps"] += worker.engine is not None
                worker.crash()
            case "freeze":
                self._happened["frozen workers"] += worker.engine is not None
                worker.frozen = True
            case "wake":
                worker.frozen = False
        return f"{worker.name}: {entry.what}"

    def _reach(self, one: _Company, worker: Worker, phase: str) -> None:
        """A worker is in the middle of a step: what was armed for this happens now."""
        due = [entry for entry in one.armed if _phase_of(entry) == phase]
        one.armed = [entry for entry in one.armed if _phase_of(entry) != phase]
        for entry in due:
            one.raced = True
            said = entry.what
            if entry.what == "crash inside":
                self._happened[f"crashes {phase}"] += 1
                self._told.append(f"     {worker.name} crashes {phase}")
                raise Crash
            if entry.what == "overtaken inside":
                self._overtake(one, worker)
            else:
                self._happened[f"acts {phase}"] += 1
                said = self._happen(one, entry)
            self._told.append(f"     {phase}: {said}")

    def _overtake(self, one: _Company, worker: Worker) -> None:
        """The worker's machine stands still for so long that others take the company over and work."""
        self._happened["overtaken inside a step"] += 1
        self._clock.advance(leases.LEASE.total_seconds() + 3)
        others = [other for other in one.workers if other is not worker]
        for _ in range(4):
            for other in others:
                other.frozen = False
                other.turn()
            self._clock.advance(2)

    # The steps that workers give to the engine

    def _parts(self, one: _Company, worker: Worker) -> Parts:
        real = self._make(worker, Parts())

        def commit(lease: leases.Lease, scope: Scope, plan: Plan) -> Committed:
            one.raced = False
            self._reach(one, worker, PHASES[0])
            committed = real.commit(lease, scope, plan)
            one.checks.committed(committed.requests, raced=one.raced)
            self._reach(one, worker, PHASES[1])
            return committed

        def settle(lease: leases.Lease, scope: Scope, settlements: Sequence[Settlement]) -> None:
            self._reach(one, worker, PHASES[2])
            real.settle(lease, scope, settlements)
            one.checks.settled([item.carried.link_id for each in settlements for item in each.sendable.items])
            self._reach(one, worker, PHASES[3])

        return Parts(real.adopt, real.load, commit, real.judge, real.judge_look_up, settle)

    # The end

    def _come_to_rest(self) -> None:
        """Faults stop, everybody is awake and connected, Sync Data is pressed; then all is done with, or waits."""
        self._told.append("     faults stop")
        self._wire.calm()
        for one in self._companies:
            one.armed.clear()
            for worker in one.workers:
                worker.crash()
        self._clock.advance(200)
        self._world.catch_up()
        for one in self._companies:
            one.bookkeeper.wake_everything()
            _connect_again(one.business)
            one.business.resume(())
            self._rest(one)
            one.business.press_sync(())
            self._rest(one)
            while one.business.let_go():
                self._rest(one)
            self._stays_quiet(one)

    def _rest(self, one: _Company) -> None:
        """Like a real worker it looks again when an answer has come, and before that only if there is more to do."""
        worker, slow = one.workers[0], 0
        for _ in range(LONG_REST):
            moved = worker.turn()
            if moved and not (worker.flying and worker.has_looked):
                continue
            wait = self._wait(one, worker)
            slow += wait is not None and wait > AN_HOUR_OR_SO
            if wait is None or (slow > SLOW_TRIES and _only_waits_for_payments(one, worker.now())):
                return
            self._clock.advance(max(wait, 0.05))
        raise Broken("rest", f"company {one.business.position} does not come to rest")

    def _wait(self, one: _Company, worker: Worker) -> float | None:
        """Seconds until something happens by itself; None if nothing will."""
        now = worker.now()
        if worker.flying:
            return (min(arrival.at for arrival in worker.flying) - now).total_seconds()
        connection = company.read(one.business.connection.pk)
        if company.is_paused(connection, now) and connection.paused_until is not None:
            return (connection.paused_until - now).total_seconds() + 0.05
        due = company.next_try(connection, now)
        if (due is None or not connection.unlimited_rates) and company.has_work(connection, now):
            return 1.0
        return None if due is None else (due - now).total_seconds() + 0.05

    def _stays_quiet(self, one: _Company) -> None:
        """Sync Data with nothing changed writes nothing (invariant 14)."""
        if Problem.objects.filter(connection=one.business.connection, closed_at=None).exists():
            return
        pushes = self._wire.pushes
        one.business.press_sync(())
        self._rest(one)
        if self._wire.pushes != pushes:
            raise Broken("rule", f"Sync Data with nothing changed writes {self._wire.pushes - pushes} times")

    # The world

    def _company(self, position: int) -> _Company:
        realm = sorted(self._world.companies)[0] if position == 0 else self._added_realm()
        business = _business(self._story, position, realm, self._clock, self._ids, self._world)
        books = self._world.companies[realm]
        bookkeeper = Bookkeeper(books)
        one = _Company(business, bookkeeper, Checks(business, books, bookkeeper.did))
        tokens = Tokens(self._wire, realm)
        for number in range(self._story.options.workers):
            name = f"worker {'ABC'[number]}"
            worker = Worker(
                name, business, self._wire, tokens, self._ids, Parts(), one.checks.sent, SKEWS[number % len(SKEWS)]
            )
            worker.parts = self._parts(one, worker)
            one.workers.append(worker)
        return one

    def _added_realm(self) -> str:
        return self._world.add_companies(NewCompany(kind="fresh"))[0].realm_id


def _phase_of(entry: Entry) -> str:
    return entry.phase or PHASES[int(entry.dice[0] * len(PHASES))]


def _only_waits_for_payments(one: _Company, now: datetime) -> bool:
    """Whether people are told of all that is still tried by itself, and that it waits for what they have to answer.

    What may be tried since a while and cannot go waits for something else: the end judges that.
    """
    connection = one.business.connection
    links = Link.objects.filter(realm_id=connection.realm_id, removed_at=None, held_revision=None, open_request=None)
    tried = set(links.filter(retry_at__gt=now).values_list("kind", "record_id"))
    told = Problem.objects.filter(connection=connection, closed_at=None, cause="waits_for_payment")
    return tried == set(told.values_list("kind", "record_id"))


def _world(story: Story, clock: SimClock) -> World:
    options = story.options
    chosen: tuple[tuple[str, object], ...] = (
        ("request_ids", options.request_ids),
        ("batch_items", options.batch_items),
        ("throttle_answer", options.throttle_answer),
        ("latency", options.latency),
        ("monthly_reads", 0),
    )
    settings = Settings(
        limits="documented" if options.limits == "documented" else "none",
        latency="documented" if options.latency == "documented" else "off",
        request_log=False,
        options=chosen,
        fault_seed=story.seed,
    )
    return World(settings, clock, TheirIds(story.seed))


def _business(story: Story, position: int, realm: str, clock: SimClock, ids: SeededIds, world: World) -> Business:
    books = world.companies[realm]
    apply(books, CompanyPatch(custom_txn_numbers=story.options.custom_numbers))
    owner = f"owner{position}@example.com"
    workspace = create_workspace(f"Business {position}", owner, "America/New_York", clock=clock)
    accounts = {row.data.get("AccountSubType"): row.id for row in books.tables["Account"].rows.values()}
    connection = Connection.objects.create(
        workspace=workspace,
        realm_id=realm,
        state="connected",
        enabled=True,
        company_name=f"Company {position}",
        access_token=secrets.seal(b"-"),
        refresh_token=secrets.seal(b"-"),
        access_expires_at=clock.now(),
        refresh_expires_at=clock.now(),
        tax_mode="automated",
        unknown_after=UNKNOWN_AFTER,
        unlimited_rates=story.options.limits == "none",
        name_clash=story.options.name_clash,
        changed_there=story.options.changed_there,
        start_chosen_at=clock.now(),
        synced_since=clock.now(),
        connected_at=clock.now(),
        income_account=accounts["SalesOfProductIncome"],
        discount_account=accounts["DiscountsRefundsGiven"],
        deposit_account=accounts["UndepositedFunds"],
        catch_all_item=next(row.id for row in books.tables["Item"].rows.values() if row.data["Name"] == "Services"),
    )
    Lease.objects.create(connection=connection)
    watching.ask(realm, clock.now())
    clock.advance(1)
    return Business(owner_actor(workspace), connection, clock, ids, realm, position, synced=True)


def _connect_again(business: Business) -> None:
    """A lost connection is made again by a person, as signing in does."""
    Connection.objects.filter(pk=business.connection.pk, state="lost").update(state="connected", state_reason="")
    Problem.objects.filter(connection=business.connection, kind=None, closed_at=None).update(
        closed_at=business.clock.now(), closed_by=business.actor.email
    )


def _empty_tables() -> None:
    """All tables as they were at the start, ids counted from 1: so that a story is the same each time.

    One that nothing was written to is left alone: emptying it costs as much as any other.
    """
    tables = {model._meta.db_table for model in apps.get_models() if model._meta.app_label in OURS}
    with database.cursor() as cursor:
        cursor.execute(_WRITTEN, [sorted(tables)])
        written = [name for (name,) in cursor.fetchall()]
        if written:
            cursor.execute(f"TRUNCATE {', '.join(written)} RESTART IDENTITY CASCADE")
