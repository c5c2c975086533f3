"""A 429, however it is written, pauses the realm once and lowers its rate; the monthly cap holds up reads only."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import override_settings
from engine_steps import Steps
from rig import CLOCK, Rig, make_rig, priced

from bluepro.quickbooks.engine import lessons
from bluepro.quickbooks.models import Change, Connection, Request, RequestItem
from bluepro.quickbooks.serve import limiter_for
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import company
from bluepro.quickbooks.store.log import refusals
from bluepro.quickbooks.store.reads import ASK_AGAIN, may_read, reads
from bluepro.quickbooks.work import Outcome, Sendable, Silence
from qbo_client import wire

pytestmark = pytest.mark.django_db(transaction=True)

SAYS = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
XML = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<IntuitResponse time="2026-11-22T10:00:00.000-08:00" xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE">
<Error code="3001"><Message>{SAYS}</Message><Detail>The request limit was reached.</Detail></Error></Fault>
</IntuitResponse>"""
JSON = '{"fault":{"type":"SERVICE","error":[{"code":"3001","message":"' + SAYS + '"}]}}'
NOTHING = ""


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = make_rig()
    yield made
    made.close()


def throttled(body: str = XML, status: int = 429, retry_after: int | None = None) -> wire.Reply:
    return wire.Reply(status, body.encode(), "tid", 30, retry_after, "text/plain")


@pytest.mark.parametrize("body", [XML, JSON, NOTHING])
@pytest.mark.parametrize(("retry_after", "pause"), [(None, 60.0), (7, 7.0), (300, 300.0)])
def test_a_429_pauses_the_realm_as_long_as_it_says_else_for_a_minute(
    rig: Rig, body: str, retry_after: int | None, pause: float
) -> None:
    ada, now = rig.contact("Ada"), CLOCK.now()
    steps = Steps(rig, now)
    prepared = steps.engine.prepare(now)
    steps.engine.settle([(one, throttled(body, retry_after=retry_after)) for one in prepared], now)
    assert company.paused_until(rig.realm, now) == now + timedelta(seconds=pause)
    rig.contact("Grace")
    assert steps.engine.prepare(now + timedelta(seconds=pause - 0.1)) == ()
    assert steps.engine.wait(now) == pytest.approx(pause, abs=0.1)
    steps.run(now + timedelta(seconds=pause))
    assert rig.link(Kind.CONTACT, ada).entity_id
    assert len(rig.entities("Customer")) == 2
    assert rig.problems() == []


def test_the_403_of_old_with_code_3001_is_one_too(rig: Rig) -> None:
    rig.contact("Ada")
    now = CLOCK.now()
    steps = Steps(rig, now)
    steps.engine.settle([(one, throttled(XML, 403)) for one in steps.engine.prepare(now)], now)
    assert company.paused_until(rig.realm, now) is not None
    assert Connection.objects.get().state == "connected"
    assert len(refusals(rig.realm, now)) == 1


def test_calls_refused_together_make_one_pause_and_one_lesson(rig: Rig) -> None:
    ada = rig.contact("Ada")
    rig.sync_until_quiet()
    for number in range(3):
        rig.invoice(ada, [priced("Work", "1", "10")], number=str(number))
    now = CLOCK.now()
    steps = Steps(rig, now)
    prepared = steps.engine.prepare(now)
    assert len(prepared) == 3
    for seconds, one in enumerate(prepared):
        steps.engine.settle([(one, throttled())], now + timedelta(seconds=seconds))
    assert company.paused_until(rig.realm, now) == now + timedelta(seconds=62)
    assert len(refusals(rig.realm, now + timedelta(seconds=3))) == 1


def test_a_new_owner_pauses_and_slows_as_the_one_who_was_refused(rig: Rig) -> None:
    Connection.objects.update(unlimited_rates=False)
    rig.contact("Ada")
    now = CLOCK.now()
    steps = Steps(rig, now)
    assert steps.limiter.room(wire.Lane.SINGLE, now.timestamp() - 1) == 5
    steps.engine.settle([(one, throttled()) for one in steps.engine.prepare(now)], now)
    limiter = limiter_for(Connection.objects.get(), now + timedelta(seconds=1))
    assert limiter.wait_for(wire.Lane.SINGLE, now.timestamp() + 1) == pytest.approx(59.0)
    assert limiter.room(wire.Lane.SINGLE, now.timestamp() + 61) == 4
    after = now + timedelta(minutes=11)
    assert limiter_for(Connection.objects.get(), after).room(wire.Lane.SINGLE, after.timestamp()) == 5


def test_what_was_sent_in_the_minute_before_tells_why(rig: Rig) -> None:
    now = CLOCK.now()
    sizes = [(30, 200)] * 16 + [(30, 429), (30, 429)]
    Request.objects.bulk_create(
        row(rig, number, now - timedelta(seconds=18 - number), lane="batch", size=size, status=status)
        for number, (size, status) in enumerate(sizes)
    )
    row(rig, 50, now - timedelta(seconds=90), lane="batch", size=30, status=200).save(force_insert=True)
    (refusal,) = lessons(rig.realm, now)
    assert (refusal.calls, refusal.items, refusal.took) == (17, 510, 480)
    assert refusal.counts_items


def row(rig: Rig, number: int, at: datetime, status: int | None, **fields: object) -> Request:
    """A call in the log."""
    known: dict[str, object] = {"lane": "single", "purpose": "push", "size": 1, **fields}
    return Request(
        id=UUID(int=number + 1),
        connection=rig.connection,
        lease_number=0,
        method="POST",
        path="query",
        state="settled",
        committed_at=at,
        answered_at=at,
        status=status,
        **known,
    )


# The monthly budget of reads.


def lost_create(rig: Rig, now: datetime) -> tuple[Steps, datetime]:
    """A create whose outcome is unknown, and the moment at which it may be looked up."""
    rig.contact("Ada")
    steps = Steps(rig, now)
    steps.engine.settle([(one, Silence("lost", maybe_done=True)) for one in steps.engine.prepare(now)], now)
    return steps, now + timedelta(seconds=11)


def read_rows(rig: Rig, first: int, *seen: tuple[datetime, int]) -> None:
    """Answered reads in the log."""
    rows = (row(rig, first + number, at, status, lane="read") for number, (at, status) in enumerate(seen))
    Request.objects.bulk_create(rows)


def test_reads_of_all_companies_count_each_query_and_no_failure(rig: Rig) -> None:
    now = datetime(2026, 3, 9, 12, tzinfo=UTC)
    read_rows(rig, 0, (now, 200), (now, 200), (now, 400), (datetime(2026, 3, 1, 7, 59, tzinfo=UTC), 200))
    look_up = row(rig, 10, now, 200, lane="batch", purpose="look_up", size=12)
    write = row(rig, 11, now, 200, lane="batch", size=30)
    Request.objects.bulk_create([look_up, write])
    found = reads(now)
    assert (found.used, found.budget, found.free_at) == (14, 500_000, None)


@override_settings(QBO_READS_A_MONTH=2)
def test_at_the_cap_look_ups_wait_for_the_next_month_and_writes_go_on(rig: Rig) -> None:
    now = datetime(2026, 3, 9, 12, tzinfo=UTC)
    april = datetime(2026, 4, 1, 7, tzinfo=UTC)
    steps, due = lost_create(rig, now)
    read_rows(rig, 100, (now, 200), (now, 200))
    assert (reads(due).free_at, may_read(april)) == (april, True)
    rig.service("Wash")
    steps.run(due)
    assert len(rig.entities("Item", "Name = 'Wash'")) == 1
    assert rig.entities("Customer") == []
    connection = Connection.objects.get()
    assert not company.has_work(connection, due)
    assert company.next_try(connection, due) == april
    steps.run(april)
    assert len(rig.entities("Customer")) == 1
    assert not Change.objects.filter(dirty=True).exists()
    assert not RequestItem.objects.filter(settled=False).exists()


def test_reads_refused_over_minutes_while_writes_go_on_are_the_cap(rig: Rig) -> None:
    now = datetime(2026, 3, 9, 12, tzinfo=UTC)

    def after(*seconds: float) -> list[tuple[datetime, int]]:
        return [(now + timedelta(seconds=one), 429) for one in seconds]

    read_rows(rig, 0, *after(0, 61, 122))
    then = now + timedelta(seconds=123)
    assert may_read(then), "writes may be refused as well"
    row(rig, 50, now + timedelta(seconds=62), 200).save(force_insert=True)
    assert reads(then).free_at == now + timedelta(seconds=122) + ASK_AGAIN
    again = now + timedelta(seconds=122) + ASK_AGAIN
    assert may_read(again), "asked once more"
    read_rows(rig, 60, (again, 429))
    assert not may_read(again + timedelta(minutes=59))
    assert may_read(datetime(2026, 4, 1, 7, tzinfo=UTC)), "the month is over"
    read_rows(rig, 70, (again + ASK_AGAIN, 200))
    assert may_read(again + ASK_AGAIN)


def test_a_429_to_a_read_at_the_cap_pauses_nothing(rig: Rig) -> None:
    now = datetime(2026, 3, 9, 12, tzinfo=UTC)
    steps, due = lost_create(rig, now)
    row(rig, 50, due + timedelta(seconds=62), 200).save(force_insert=True)
    for times in range(3):
        at = due + timedelta(seconds=61 * times)
        prepared = steps.engine.prepare(at)
        assert len(prepared) == 1, "a read is tried"
        Connection.objects.update(paused_until=None)
        refuse(steps, prepared, at)
        RequestItem.objects.update(look_at=at)
    assert company.paused_until(rig.realm, at) is None
    assert steps.engine.prepare(at + timedelta(seconds=61)) == ()
    rig.service("Wash")
    assert steps.round(at + timedelta(seconds=61)) == [1]


def refuse(steps: Steps, prepared: tuple[Sendable, ...], at: datetime) -> None:
    answers: list[tuple[Sendable, Outcome]] = [(one, throttled()) for one in prepared]
    steps.engine.settle(answers, at)
