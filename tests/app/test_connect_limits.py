"""Calls of pages and commands keep the realm's pauses and the monthly budget of reads, as the engine does."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from connect_world import QuickBooksWorld, owner_of
from django.test import override_settings

from bluepro.quickbooks.connect.calls import QuickBooksRefused, SetupCalls, Waiting, calls_of
from bluepro.quickbooks.connect.deployment import SPACING
from bluepro.quickbooks.models import Connection, Request
from bluepro.quickbooks.store import company
from qbo_client import wire
from qbo_emulator.books.kinds import REALMS

pytestmark = pytest.mark.django_db

PREFERENCES = f"/v3/company/{REALMS['fresh']}/preferences"


@pytest.fixture
def qb() -> QuickBooksWorld:
    return QuickBooksWorld()


@pytest.fixture
def connection(qb: QuickBooksWorld) -> Connection:
    return qb.connect(owner_of("Clear View", qb))


def setup(qb: QuickBooksWorld, connection: Connection) -> SetupCalls:
    return calls_of(connection, qb.deployment, run=asyncio.run, **qb.common)


def test_a_429_pauses_the_realm_and_the_next_call_is_not_made(qb: QuickBooksWorld, connection: Connection) -> None:
    qb.transport.answers[PREFERENCES] = httpx2.Response(429, headers={"Retry-After": "30"})
    with pytest.raises(QuickBooksRefused):
        setup(qb, connection).preferences()
    assert company.paused_until(connection.realm_id, qb.clock.now()) == qb.clock.now() + timedelta(seconds=30)
    made = Request.objects.count()
    with pytest.raises(Waiting, match=r"asked BluePro to slow down\. Try again in 30 s"):
        setup(qb, connection).preferences()
    assert Request.objects.count() == made
    del qb.transport.answers[PREFERENCES]
    qb.clock.advance(timedelta(seconds=30))
    assert setup(qb, connection).preferences()


def test_at_the_cap_of_reads_nothing_is_read_and_writes_go_on(qb: QuickBooksWorld, connection: Connection) -> None:
    with override_settings(QBO_READS_A_MONTH=Request.objects.filter(lane="read").count()):
        with pytest.raises(Waiting, match="goes on at 2026-04-01 07:00 UTC"):
            setup(qb, connection).preferences()
        made = setup(qb, connection).create(wire.PaymentMethod(name="Barter"))
        assert made.name == "Barter"
        qb.clock.advance(timedelta(days=30))
        assert setup(qb, connection).preferences()


def test_calls_of_setup_keep_a_distance_that_ten_a_second_allow(qb: QuickBooksWorld, connection: Connection) -> None:
    assert 10 * SPACING > 1
    spaced = replace(qb.deployment, spacing=0.02)
    begun = time.monotonic()
    for _ in range(5):  # each with a client of its own, as one command after another
        assert calls_of(connection, spaced, run=asyncio.run, **qb.common).preferences()
    assert time.monotonic() - begun >= 5 * 0.02
