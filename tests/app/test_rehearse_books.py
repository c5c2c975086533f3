"""Reading QuickBooks' side of a comparison: all of it, logged as what it is, within the limits."""

import asyncio

import pytest
from connect_world import QuickBooksWorld, owner_of

from bluepro.proof.books import COMPARE, ComparisonJournal, read_books
from bluepro.proof.compare import run_compare
from bluepro.proof.comparing.result import Counts, Verdict
from bluepro.proof.counting import Asked, asked
from bluepro.quickbooks.connect.calls import Logged, calls_of
from bluepro.quickbooks.models import Connection, Request
from bluepro.quickbooks.snapshot import Kind
from bluepro.workspaces.roles import Actor
from qbo_client import wire
from qbo_client.limits import Limiter, Limits

pytestmark = pytest.mark.django_db


@pytest.fixture
def quickbooks() -> QuickBooksWorld:
    return QuickBooksWorld("sample")


@pytest.fixture
def actor(quickbooks: QuickBooksWorld) -> Actor:
    return owner_of("Glass", quickbooks)


@pytest.fixture
def connection(quickbooks: QuickBooksWorld, actor: Actor) -> Connection:
    quickbooks.later(minutes=1)
    return quickbooks.begun(actor)


def test_all_of_quickbooks_is_read_and_logged_apart(quickbooks: QuickBooksWorld, connection: Connection) -> None:
    before = asked(connection.pk)
    theirs = read_books(connection, quickbooks.deployment, **quickbooks.common)
    assert len(theirs.customers) == 29 and theirs.customers["1"].display_name == "Amy's Bird Sanctuary"
    assert {connection.catch_all_item, connection.tax_item} < set(theirs.items)
    assert theirs.invoices and theirs.payments
    logged = Request.objects.filter(connection=connection, purpose=COMPARE)
    assert [(row.lane, row.state, row.status) for row in logged] == [("read", "settled", 200)] * 4
    assert asked(connection.pk) == before != Asked()


def test_what_was_there_before_and_our_own_items_are_no_extras(
    quickbooks: QuickBooksWorld, actor: Actor, connection: Connection
) -> None:
    found = run_compare(actor.workspace_id, quickbooks.deployment, **quickbooks.common)
    assert found.is_equal and set(found.counts.values()) == {Counts()}


def test_what_somebody_makes_in_quickbooks_later_is_an_extra(
    quickbooks: QuickBooksWorld, actor: Actor, connection: Connection
) -> None:
    quickbooks.later(minutes=1)
    calls_of(connection, quickbooks.deployment, **quickbooks.common, run=asyncio.run).create(
        wire.Customer(display_name="New")
    )
    found = run_compare(actor.workspace_id, quickbooks.deployment, **quickbooks.common)
    assert found.counts[Kind.CONTACT] == Counts(quickbooks=1, extra=1)
    assert [(one.verdict, one.label) for one in found.differences] == [(Verdict.EXTRA, "New")]


def test_each_read_waits_for_the_limits(connection: Connection, quickbooks: QuickBooksWorld) -> None:
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    limiter = Limiter(Limits(per_minute=2, minute=60.0))
    journal = ComparisonJournal(connection, limiter, monotonic=lambda: now, sleep=sleep)
    call = wire.query(wire.select(wire.Customer))
    for _ in range(3):
        logged = Logged(quickbooks.ids.uuid(), call, quickbooks.clock.now())
        journal.begin(logged)
        journal.end(logged)
    assert now == pytest.approx(60)
    assert Request.objects.filter(purpose=COMPARE).count() == 3
