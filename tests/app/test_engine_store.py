"""The engine's database side: nothing waits for ever, nothing is done twice, nobody spins, whatever ends a service."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.db import transaction
from django.test.utils import CaptureQueriesContext
from engine_time import timed_rig
from rig import CLOCK, IDS, Rig, make_rig, priced

from bluepro.quickbooks import serve as serving
from bluepro.quickbooks.connect.lifecycle import pause
from bluepro.quickbooks.connect.tokens import ConnectionLost, TokenUnavailable
from bluepro.quickbooks.engine import Engine, Parts
from bluepro.quickbooks.models import Change, Connection, Link, Request, RequestItem, Run
from bluepro.quickbooks.plan import Capacity, Plan
from bluepro.quickbooks.serve import LOCKED_WAIT, limiter_for, serve
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import company, leases, problems
from bluepro.quickbooks.store.choosing import choose
from bluepro.quickbooks.store.commit import Committed, commit
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.store.groups import Groups, connect
from bluepro.quickbooks.store.leases import LEASE, Lease, LeaseLost
from bluepro.quickbooks.store.prune import prune
from bluepro.quickbooks.store.settle import keep_answer
from bluepro.quickbooks.store.walking import Rounds
from bluepro.quickbooks.work import Outcome, Sendable, Trouble
from qbo_client import wire

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = make_rig()
    yield made
    made.close()


def engine_of(rig: Rig, now: datetime) -> tuple[Lease, Engine]:
    lease = leases.take(rig.connection.id, IDS.uuid(), now)
    assert lease is not None
    return lease, Engine(lease, limiter_for(rig.connection, now), IDS)


def send(rig: Rig, sendables: tuple[Sendable, ...]) -> list[tuple[Sendable, Outcome]]:
    token = rig.tokens.current()
    return [(one, rig.post.submit(one, CLOCK.now(), token, rig.realm).result()) for one in sendables]


def begin_run(rig: Rig) -> None:
    Run.objects.create(connection=rig.connection, started_at=CLOCK.now(), started_by="owner@example.com")


def run_is_finished() -> bool:
    return not Run.objects.filter(finished_at=None).exists()


# Nobody spins: a service that can do nothing does not ask to be served again at once.


@pytest.mark.parametrize("change", ["state", "enabled", "paused_until"])
def test_a_company_that_may_not_write_is_left_alone(rig: Rig, change: str) -> None:
    rig.contact("Ada")
    begin_run(rig)
    # A pause counts from now: the table of cases is made minutes before, when the run begins.
    values = {"state": "paused", "enabled": False, "paused_until": CLOCK.now() + timedelta(minutes=5)}
    Connection.objects.update(**{change: values[change]})
    served = rig.sync()
    assert served.wait is None or served.wait > 60
    assert not run_is_finished(), "what waits is not done"
    assert rig.writes() == 0


def test_what_was_planned_before_a_pause_is_not_committed_after_it(rig: Rig) -> None:
    """Invariant 10: once a person was told that sending is paused, nothing more is committed."""
    rig.contact("Ada")

    def paused_first(lease: Lease, scope: Scope, plan: Plan) -> Committed:
        pause(rig.actor, rig.connection)
        return commit(lease, scope, plan)

    lease = leases.take(rig.connection.id, IDS.uuid(), CLOCK.now())
    assert lease is not None
    parts = Parts(commit=paused_first)
    engine = Engine(lease, limiter_for(rig.connection, CLOCK.now()), IDS, parts=parts)

    assert engine.prepare(CLOCK.now()) == ()
    assert not Request.objects.exists()


class NoTokens:
    """Whoever asks for a token hears of an error."""

    def __init__(self, error: type[Exception]) -> None:
        self._error = error

    def current(self) -> str:
        raise self._error("The sign-in service is away.")

    def renew(self, stale: str) -> str:
        raise self._error("The sign-in service is away.")


@pytest.mark.parametrize("error", [ConnectionLost, TokenUnavailable])
def test_without_a_token_a_company_is_left_to_the_sweep(rig: Rig, error: type[Exception]) -> None:
    rig.contact("Ada")
    served = serve(rig.connection.id, replace(rig.means(), tokens=lambda _: NoTokens(error)))
    assert served.wait is None
    assert rig.writes() == 0


def test_a_sign_in_that_is_not_renewed_is_tried_each_minute_and_told_of_once_it_lasts() -> None:
    with timed_rig() as timed:
        rig, good = timed.rig, timed.tokens
        rig.contact("Ada")
        timed.tokens = lambda _: NoTokens(TokenUnavailable)
        timed.serve()
        assert list(company.with_work(timed.clock.now())) == [] and rig.problems() == []
        for _ in range(3):
            timed.push(61)
            assert list(company.with_work(timed.clock.now())) == [rig.connection.id]
            timed.serve()
        (problem,) = rig.problems()
        assert problem.cause == "sign_in_unavailable"
        assert problem.text.startswith("The sign-in service is away. Nothing is sent meanwhile")
        timed.tokens = good
        timed.push(61)
        timed.settle_down()
        assert [one["DisplayName"] for one in rig.entities("Customer")] == ["Ada"]
        timed.at_rest()


def test_a_row_that_a_person_is_saving_is_looked_at_again_later(rig: Rig) -> None:
    rig.contact("Ada")
    rig.sync_until_quiet()
    Change.objects.update(dirty=True)
    begin_run(rig)
    locked, over = threading.Event(), threading.Event()

    def save() -> None:
        with transaction.atomic():
            list(Change.objects.select_for_update().values_list("revision"))
            locked.set()
            over.wait(20)
        database.close()

    person = threading.Thread(target=save)
    person.start()
    assert locked.wait(5)
    served = rig.sync()
    over.set()
    person.join()
    assert served.wait == LOCKED_WAIT
    assert not run_is_finished()
    assert rig.sync().wait is None
    assert run_is_finished()
    assert not Change.objects.filter(dirty=True).exists()


def test_records_with_nothing_to_send_are_done_with_in_one_service(rig: Rig) -> None:
    for number in range(45):
        rig.contact(f"Contact {number}")
    rig.sync_until_quiet()
    sent = rig.writes()
    Change.objects.update(dirty=True)
    begin_run(rig)
    means = rig.means()
    assert serve(rig.connection.id, means).wait is None
    assert not Change.objects.filter(dirty=True).exists()
    assert run_is_finished()
    assert rig.writes() == sent


def test_a_sign_in_that_is_refused_even_when_new_loses_the_connection(rig: Rig) -> None:
    rig.contact("Ada")
    renewals: list[str] = []

    class Refused:
        def current(self) -> str:
            if Connection.objects.get().state != "connected":
                raise ConnectionLost("lost")
            return renewals[-1] if renewals else "first"

        def renew(self, stale: str) -> str:
            renewals.append(f"token {len(renewals)}")
            return renewals[-1]

    served = serve(rig.connection.id, replace(rig.means(), tokens=lambda _: Refused()))
    assert (len(renewals), rig.writes()) == (1, 2)
    assert Connection.objects.get().state == "lost"
    assert [one.cause for one in rig.problems()] == ["token"]
    assert served.wait is None


def test_calls_refused_together_renew_the_token_once(rig: Rig) -> None:
    contacts = [rig.contact(f"Contact {number}") for number in range(3)]
    rig.sync_until_quiet()
    for number, contact in enumerate(contacts):
        rig.invoice(contact, [priced("Work", "1", "10")], number=str(number))
    good, rig.tokens.token = rig.tokens.token, "expired"
    renewals: list[str] = []

    class Expired:
        def current(self) -> str:
            return good if renewals else "expired"

        def renew(self, stale: str) -> str:
            renewals.append(stale)
            return good

    serve(rig.connection.id, replace(rig.means(), tokens=lambda _: Expired()))
    rig.tokens.token = good
    rig.sync_until_quiet()
    assert renewals == ["expired"]
    assert len(rig.entities("Invoice")) == 3


# Whatever ends a service, what is under way is settled or kept.


class SlowPost:
    """Sends through another post, and lets nothing come back before it is released."""

    def __init__(self, rig: Rig, meanwhile: Callable[[], None] = lambda: None) -> None:
        self._rig, self._meanwhile = rig, meanwhile
        self.released = threading.Event()
        self.threads: list[threading.Thread] = []

    def submit(self, sendable: Sendable, committed_at: datetime, token: str, realm_id: str) -> "Future[Outcome]":
        outcome = self._rig.post.submit(sendable, committed_at, token, realm_id).result()
        self._meanwhile()
        later: Future[Outcome] = Future()

        def answer() -> None:
            self.released.wait(30)
            later.set_result(outcome)

        self.threads.append(threading.Thread(target=answer))
        self.threads[-1].start()
        return later

    def end(self) -> None:
        self.released.set()
        for thread in self.threads:
            thread.join()


def test_what_is_under_way_is_settled_although_the_connection_was_ended(rig: Rig) -> None:
    ada = rig.contact("Ada")
    post = SlowPost(rig)

    class Ended:
        asked = 0

        def current(self) -> str:
            self.asked += 1
            if self.asked > 1:
                post.released.set()
                raise ConnectionLost("disconnected meanwhile")
            return rig.tokens.current()

        def renew(self, stale: str) -> str:
            raise ConnectionLost("disconnected meanwhile")

    tokens = Ended()
    serve(rig.connection.id, replace(rig.means(), post=post, tokens=lambda _: tokens))
    post.end()
    assert rig.link(Kind.CONTACT, ada).entity_id == rig.entities("Customer")[0]["Id"]
    assert not RequestItem.objects.filter(settled=False).exists()


def test_a_stopping_worker_waits_a_few_seconds_and_leaves_the_rest_to_the_next(rig: Rig) -> None:
    ada = rig.contact("Ada")
    stopping = threading.Event()
    post = SlowPost(rig, stopping.set)
    begun = CLOCK.now()
    served = serve(rig.connection.id, replace(rig.means(), post=post, stopping=stopping.is_set))
    assert CLOCK.now() - begun < serving.GRACE + timedelta(seconds=3)
    assert served.wait == 0, "there is more to do"
    post.end()
    assert company.calls_for_service(rig.connection.id, CLOCK.now())
    _, engine = engine_of(rig, CLOCK.now())
    engine.adopt(CLOCK.now())
    later = CLOCK.now() + timedelta(seconds=30)
    engine.settle(send(rig, engine.prepare(later)), later)
    assert rig.link(Kind.CONTACT, ada).entity_id == rig.entities("Customer")[0]["Id"]
    assert len(rig.entities("Customer")) == 1


def test_answers_that_come_after_the_lease_was_lost_are_kept_for_the_new_owner(rig: Rig) -> None:
    ada = rig.contact("Ada")

    def take_over() -> None:
        lease = leases.take(rig.connection.id, IDS.uuid(), CLOCK.now() + LEASE + timedelta(seconds=60))
        assert lease is not None
        leases.release(lease)
        rig.contact("Grace")  # the former owner wants to commit this, and learns that he is none any more
        post.released.set()

    post = SlowPost(rig, take_over)
    served = serve(rig.connection.id, replace(rig.means(), post=post))
    post.end()
    assert served.wait is None
    assert Request.objects.get().state == "answered"
    rig.sync_until_quiet()
    assert rig.link(Kind.CONTACT, ada).entity_id
    assert len(rig.entities("Customer")) == 2


def test_an_answer_to_the_first_time_says_nothing_of_the_second(rig: Rig) -> None:
    ada = rig.contact("Ada")
    rig.sync_until_quiet()
    rig.invoice(ada, [priced("Work", "1", "10")], number="1")
    now = CLOCK.now()
    former, first = engine_of(rig, now)
    (request,) = first.prepare(now)
    then = now + LEASE + timedelta(seconds=30)
    _, second = engine_of(rig, then)
    second.adopt(then)
    step = second.settle(send(rig, second.prepare(then)), then)  # looked up, absent: sent once more
    assert [one.id for one in step.again] == [request.id]
    throttled = wire.Reply(429, b"", "", 1, None, "")
    keep_answer(former, request.id, throttled, then)
    assert Request.objects.get(id=request.id).state == "open", "the owner is still waiting for its own answer"


def test_a_record_that_comes_back_after_it_was_removed_gets_another_entity(rig: Rig) -> None:
    ada = rig.contact("Ada")
    invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
    rig.sync_until_quiet()
    rows = raw_delete(invoice)
    rig.sync_until_quiet()
    assert rig.entities("Invoice") == []
    raw_restore(rows)
    rig.contact("Grace")
    rig.sync_until_quiet()
    assert len(rig.entities("Customer")) == 2, "nothing else is held up"
    (booked,) = rig.entities("Invoice")
    link = rig.link(Kind.INVOICE, invoice)
    assert (link.generation, link.entity_id) == (2, booked["Id"])
    assert "-2)" in booked["PrivateNote"]


def raw_delete(invoice: int) -> dict[str, list[tuple[Any, ...]]]:
    """Takes the rows of an invoice out, as an operator would by SQL."""
    rows = {}
    with database.cursor() as cursor:
        for table, column in (("invoicing_invoiceline", "invoice_id"), ("invoicing_invoice", "id")):
            cursor.execute(f"DELETE FROM {table} WHERE {column} = %s RETURNING {columns_of(table)}", [invoice])
            rows[table] = list(cursor.fetchall())
    return rows


def raw_restore(rows: dict[str, list[tuple[Any, ...]]]) -> None:
    with database.cursor() as cursor:
        for table in ("invoicing_invoice", "invoicing_invoiceline"):
            for row in rows[table]:
                places = ", ".join(["%s"] * len(row))
                cursor.execute(f"INSERT INTO {table} ({columns_of(table)}) VALUES ({places})", row)


def columns_of(table: str) -> str:
    """The columns that can be written; the others the database computes."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)"
            "  FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        (names,) = cursor.fetchone()
    return str(names)


def test_a_broken_database_connection_is_replaced_and_the_answer_saved(rig: Rig) -> None:
    ada = rig.contact("Ada")
    _, engine = engine_of(rig, CLOCK.now())
    answers = send(rig, engine.prepare(CLOCK.now()))
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (own,) = cursor.fetchone()
    kill_backend(own)
    engine.settle(answers, CLOCK.now())
    assert rig.link(Kind.CONTACT, ada).entity_id == rig.entities("Customer")[0]["Id"]
    assert rig.problems() == []


def kill_backend(number: int) -> None:
    def kill() -> None:
        with database.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
        database.close()

    thread = threading.Thread(target=kill)
    thread.start()
    thread.join()


def test_a_lease_lost_in_mid_step_neither_commits_nor_sends(rig: Rig) -> None:
    rig.contact("Ada")
    _, engine = engine_of(rig, CLOCK.now())
    engine_of(rig, CLOCK.now() + LEASE + timedelta(seconds=1))
    with pytest.raises(LeaseLost):
        engine.prepare(CLOCK.now())
    assert not Request.objects.exists()
    assert not Link.objects.exists()


# One busy group holds up no other.


def test_many_payments_of_one_invoice_hold_up_no_others(rig: Rig) -> None:
    ada = rig.contact("Ada")
    big = rig.invoice(ada, [priced("Work", "1", "1000")], number="big")
    others = [rig.invoice(ada, [priced("Work", "1", "10")], number=str(number)) for number in range(4)]
    rig.sync_until_quiet()
    crowd = {rig.payment((big, "1.00")) for _ in range(12)}
    single = {rig.payment((invoice, "10.00")) for invoice in others}
    scope = Scope(rig.connection.workspace_id, rig.realm, CLOCK.now())

    chosen = choose(scope, Capacity(0, 1, 3), Rounds())
    assert len(set(chosen.groups.values())) >= 3, "other groups are reached behind the crowd"

    first = min(crowd)
    Link.objects.create(
        workspace=rig.connection.workspace, realm_id=rig.realm, kind=4, record_id=first, open_request=IDS.uuid()
    )
    rows = choose(scope, Capacity(0, 1, 3), Rounds()).rows
    assert {row.record_id for row in rows} <= single, "the crowd's group is in flight"
    assert len(rows) >= 3


def test_what_a_payment_was_applied_to_counts_as_connected_until_it_is_pushed_anew(rig: Rig) -> None:
    ada = rig.contact("Ada")
    old, new = (rig.invoice(ada, [priced("Work", "1", "10")], number=number) for number in ("old", "new"))
    payment = rig.payment((old, "10.00"))
    rig.sync_until_quiet()
    with database.cursor() as cursor:
        cursor.execute("UPDATE payments_allocation SET invoice_id = %s WHERE payment_id = %s", [new, payment])
    scope = Scope(rig.connection.workspace_id, rig.realm, CLOCK.now())
    members = connect(scope, [(Kind.INVOICE, old)], Groups())
    assert members == {(Kind.INVOICE, old), (Kind.INVOICE, new), (Kind.PAYMENT, payment)}


def test_a_name_like_another_is_found_whatever_it_looks_like(rig: Rig) -> None:
    for name in ("100% Clean_Windows", "Émile Zola", "O'Neil & Sons", "日本 Clean"):
        rig.contact(name)
    rig.sync_until_quiet()
    for name in ("100% clean_windows", "émile zola", "O'NEIL & SONS", "日本 clean", "100 Clean Windows"):
        rig.contact(name)
    rig.sync_until_quiet()
    names = [one["DisplayName"] for one in rig.entities("Customer")]
    assert len({name.casefold() for name in names}) == 9
    assert sum(name.endswith(" (2)") for name in names) == 4
    assert rig.problems() == []


def test_a_deleted_invoice_waits_until_its_payment_is_gone_in_quickbooks(rig: Rig) -> None:
    ada = rig.contact("Ada")
    invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
    payment = rig.payment((invoice, "10.00"))
    rig.sync_until_quiet()
    with database.cursor() as cursor:
        cursor.execute("DELETE FROM payments_allocation WHERE payment_id = %s", [payment])
        cursor.execute("DELETE FROM payments_payment WHERE id = %s", [payment])
    raw_delete(invoice)
    scope = Scope(rig.connection.workspace_id, rig.realm, CLOCK.now())
    assert [(row.kind, row.record_id) for row in choose(scope, Capacity(0, 1, 10), Rounds()).rows] == [
        (Kind.PAYMENT, payment)
    ]
    rig.sync_until_quiet()
    assert rig.entities("Invoice") == rig.entities("Payment") == []
    assert not Change.objects.filter(dirty=True).exists()


# Problems.


def test_a_problem_is_opened_once_keeps_its_date_and_gets_the_newest_words(rig: Rig) -> None:
    first, then = CLOCK.now() - timedelta(days=1), CLOCK.now()

    def found(text: str, record: int | None = 7) -> problems.Found:
        kind = Kind.INVOICE if record else None
        return problems.Found(kind, record, "Invoice 7", Trouble("refused", text, "Do.", {"words": "a\x00b"}))

    problems.open_all(rig.connection.id, [found("one"), found("one", None)], first)
    problems.open_all(rig.connection.id, [found("two\x00"), found("three", None), found("three\x00")], then)
    rows = [(one.record_id, one.text, one.opened_at, one.detail) for one in rig.problems()]
    assert rows == [(7, "three", first, {"words": "ab"}), (None, "three", first, {"words": "ab"})]


def test_many_records_that_a_person_must_see_to_do_not_stop_the_others(rig: Rig) -> None:
    ids = [rig.contact(f"Name {number}") for number in range(60)]
    execute = "UPDATE contacts_contact SET display_name = '***' WHERE id = ANY(%s)"
    with database.cursor() as cursor:
        cursor.execute(execute, [ids[:50]])
    begin_run(rig)
    with CaptureQueriesContext(database) as queries:
        rig.sync()
    assert len(rig.entities("Customer")) == 10
    assert {(one.cause, one.record_id) for one in rig.problems()} == {("name_empty", one) for one in ids[:50]}
    assert len(queries) < 250
    assert run_is_finished()


def test_what_was_said_is_forgotten_after_30_days_but_never_what_is_not_settled(rig: Rig) -> None:
    rig.contact("Ada")
    rig.sync_until_quiet()
    rig.contact("Grace")
    engine_of(rig, CLOCK.now())[1].prepare(CLOCK.now())
    settled = Request.objects.get(state="settled")
    assert prune(CLOCK.now() + timedelta(days=29)) == 0
    assert prune(CLOCK.now() + timedelta(days=31)) == 2
    assert Request.objects.filter(body=None).get() == settled
    assert RequestItem.objects.filter(carried=None).get().request == settled
    assert prune(CLOCK.now() + timedelta(days=31)) == 0


def test_a_name_that_can_never_be_looked_up_holds_up_no_other_and_keeps_its_name(rig: Rig) -> None:
    lost = rig.contact("Ada")
    now = CLOCK.now()
    engine_of(rig, now)[1].prepare(now)  # and the worker dies here
    rig.contact("Grace")
    rig.contact("ada")
    then = now + LEASE + timedelta(seconds=30)
    RequestItem.objects.update(look_at=then + timedelta(days=1))
    Request.objects.update(state="unknown")
    _, engine = engine_of(rig, then)
    for _ in range(2):
        engine.settle(send(rig, engine.prepare(then)), then)
    assert sorted(one["DisplayName"] for one in rig.entities("Customer")) == ["Grace", "ada (2)"]
    assert rig.link(Kind.CONTACT, lost).entity_id is None
