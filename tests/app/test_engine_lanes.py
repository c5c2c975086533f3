"""Edits of people go before a backlog, a backlog goes in batches, and both stay within the realm's limits."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection as database
from engine_steps import Steps
from rig import CLOCK, Rig, make_rig, of_service, priced

from bluepro.contacts.rules import ContactData
from bluepro.contacts.services import ContactEdit, save_contacts
from bluepro.quickbooks.connect.lifecycle import pause, resume, sync_data
from bluepro.quickbooks.models import Change, Connection, Link, Request
from bluepro.quickbooks.plan import Capacity
from bluepro.quickbooks.serve import limiter_for
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.choosing import anything_due, choose
from bluepro.quickbooks.store.company import calls_for_edits
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.store.fresh import fresh_first
from bluepro.quickbooks.store.walking import Rounds
from bluepro.quickbooks.triggers import FEW
from qbo_client import wire
from qbo_client.limits import DOCUMENTED, Limiter

pytestmark = pytest.mark.django_db(transaction=True)

FAR = datetime(2026, 3, 9, 12, tzinfo=CLOCK.now().tzinfo)


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = make_rig()
    yield made
    made.close()


def backlog(rig: Rig, count: int) -> list[int]:
    """So many contacts saved at once."""
    edits = [ContactEdit(ContactData("person", f"Backlog {number}")) for number in range(count)]
    return list(save_contacts(rig.actor, edits, clock=CLOCK).ids)


def scope(rig: Rig) -> Scope:
    return Scope(rig.connection.workspace_id, rig.realm, CLOCK.now())


def fresh() -> set[tuple[Kind, int]]:
    rows = Change.objects.filter(dirty=True, fresh=True).values_list("kind", "record_id")
    return {(Kind(kind), record_id) for kind, record_id in rows}


# What is fresh.


def test_what_touches_few_records_is_an_edit_and_what_touches_many_a_backlog(rig: Rig) -> None:
    backlog(rig, FEW + 1)
    assert fresh() == set()
    ada = rig.contact("Ada")
    invoice = rig.invoice(ada, [priced("Work", "1", "10")] * 20, number="1")
    assert fresh() == {(Kind.CONTACT, ada), (Kind.INVOICE, invoice)}


def test_an_edit_stays_one_although_a_bulk_change_comes_after_it_until_it_is_pushed(rig: Rig) -> None:
    ids = backlog(rig, FEW + 1)
    rig.rename(ids[0], "Ada")
    assert fresh() == {(Kind.CONTACT, ids[0])}
    touch_all()
    assert fresh() == {(Kind.CONTACT, ids[0])}
    rig.sync_until_quiet()
    touch_all()
    assert fresh() == set()


def touch_all() -> None:
    with database.cursor() as cursor:
        cursor.execute("UPDATE contacts_contact SET billing_city = billing_city || '.'")


def test_what_was_edited_before_sending_begins_or_goes_on_is_a_backlog(rig: Rig) -> None:
    Connection.objects.update(synced_since=None, seen_at=CLOCK.now(), catch_all_item="1")
    rig.contact("Ada")
    sync_data(rig.actor, rig.connection, clock=CLOCK)
    assert fresh() == set()
    grace = rig.contact("Grace")
    sync_data(rig.actor, rig.connection, clock=CLOCK)
    assert fresh() == {(Kind.CONTACT, grace)}
    pause(rig.actor, rig.connection)
    resume(rig.actor, rig.connection)
    assert fresh() == set()


def test_with_an_edit_goes_what_it_waits_for(rig: Rig) -> None:
    ids = backlog(rig, FEW + 1)
    wash, dry = rig.service("Wash"), rig.service("Dry")
    invoice = rig.invoice(ids[3], [of_service(wash), priced("Ladder", "1", "5")], number="1")
    payment = rig.payment((invoice, "5.00"))
    Change.objects.exclude(kind=int(Kind.PAYMENT)).update(fresh=False)
    wanted = {(Kind.PAYMENT, payment), (Kind.INVOICE, invoice), (Kind.SERVICE, wash), (Kind.CONTACT, ids[3])}
    assert fresh_first(scope(rig)) == wanted
    assert (Kind.SERVICE, dry) not in wanted
    rig.sync_until_quiet()
    rig.invoice(ids[4], [of_service(wash)], number="2")
    touch_all()
    assert {kind for kind, _ in fresh_first(scope(rig))} == {Kind.INVOICE}, "its customer has changed, but is there"


def test_an_edit_that_waits_for_a_person_or_a_time_holds_up_no_backlog(rig: Rig) -> None:
    bad = rig.contact("Ada")
    with database.cursor() as cursor:
        cursor.execute("UPDATE contacts_contact SET display_name = '***' WHERE id = %s", [bad])
    rig.sync_until_quiet()
    assert fresh() == {(Kind.CONTACT, bad)}
    assert fresh_first(scope(rig)) == frozenset()


# Which goes when.


def test_while_the_batch_window_is_full_a_backlog_waits_and_an_edit_goes(rig: Rig) -> None:
    limiter = Limiter(DOCUMENTED)
    steps = Steps(rig, FAR, limiter)
    backlog(rig, 60)
    for _ in range(40):
        limiter.count(wire.Lane.BATCH, FAR.timestamp() - 20)
    assert steps.round(FAR) == []
    ada = rig.contact("Ada")
    assert steps.round(FAR) == [1]
    assert rig.link(Kind.CONTACT, ada).entity_id
    assert steps.round(FAR) == []
    assert steps.engine.wait(FAR) == pytest.approx(42.0, abs=0.1)
    steps = Steps(rig, FAR + timedelta(seconds=43), limiter)
    assert steps.round(FAR + timedelta(seconds=43)) == [10], "batches begin at 10"


def test_a_company_that_waits_for_the_limits_is_not_served_again_at_once_but_for_an_edit(rig: Rig) -> None:
    Connection.objects.update(unlimited_rates=False)
    now = CLOCK.now()
    Request.objects.bulk_create(
        Request(
            id=f"00000000-0000-4000-8000-{number:012}",
            connection=rig.connection,
            lease_number=0,
            purpose="push",
            lane="batch",
            size=1,
            method="POST",
            path="batch",
            state="settled",
            committed_at=now - timedelta(seconds=5),
        )
        for number in range(40)
    )
    backlog(rig, 60)
    wait = rig.sync().wait
    assert wait is not None
    assert 40 < wait < 58, "until the minute of the 40 batches is over"
    assert not calls_for_edits(rig.connection.pk, now)
    ada = rig.contact("Ada")
    assert calls_for_edits(rig.connection.pk, now)
    rig.sync()
    assert rig.link(Kind.CONTACT, ada).entity_id
    assert not calls_for_edits(rig.connection.pk, now)


def test_a_backlog_goes_in_full_batches_but_waits_for_no_answer_that_may_never_come(rig: Rig) -> None:
    """40 requests for 1,000 records leave no room for many that are not full."""
    customers = backlog(rig, 30)
    now = CLOCK.now()
    steps = Steps(rig, now)
    steps.run(now)
    due_invoices(rig, customers[0], 95)
    first = steps.engine.prepare(now)
    assert [len(one.items) for one in first] == [30, 30, 30, 5], "nothing is under way that could let more go"
    due_invoices(rig, customers[1], 20)
    assert steps.engine.prepare(now) == ()
    steps.engine.settle(steps.send(first[:3], now), now)
    assert steps.engine.prepare(now + timedelta(seconds=9)) == (), "one answer is waited for"
    assert steps.round(now + timedelta(seconds=10)) == [20], "but not for long"


def due_invoices(rig: Rig, customer: int, count: int) -> None:
    """So many invoices of a backlog."""
    for number in range(count):
        rig.invoice(customer, [priced("Work", "1", "10")], number=f"{customer}-{number}")
    Change.objects.update(fresh=False)


def test_nothing_of_a_backlog_is_left_when_a_service_ends(rig: Rig) -> None:
    """Customers, invoices, and several payments of one group: each waits for another one, in one service."""
    customers = backlog(rig, 12)
    wash = rig.service("Wash")
    for number in range(40):
        invoice = rig.invoice(customers[number % 12], [of_service(wash, "3", "10")], number=str(number))
        if number % 2:
            rig.payment((invoice, "1.00"))
        if number % 10 == 1:
            rig.payment((invoice, "2.00"))
    Change.objects.update(fresh=False)
    assert rig.sync().wait is None
    assert not Change.objects.filter(dirty=True).exists()
    assert len(rig.entities("Payment")) == 24


def held(rig: Rig, kind: Kind, ids: range) -> None:
    """So many changed records that wait for a person."""
    values = [rig.connection.workspace_id, int(kind), ids.start, ids.stop - 1]
    with database.cursor() as cursor:
        cursor.execute(
            "INSERT INTO quickbooks_change (workspace_id, kind, record_id, revision, dirty, fresh)"
            " SELECT %s, %s, id, 1, true, false FROM generate_series(%s, %s) AS id",
            values,
        )
        cursor.execute(
            "INSERT INTO quickbooks_link (workspace_id, realm_id, kind, record_id, generation, sync_token, name,"
            " name_key, wanted, fingerprint, pushed_revision, owned, lines, refers_to, voided, amount_only, stale,"
            " attempts, held_revision)"
            " SELECT %s, %s, %s, id, 1, '', '', '', '', '', 0, '{}', '[]', '{}', false, false, false, 0, 1"
            "   FROM generate_series(%s, %s) AS id",
            [values[0], rig.realm, *values[1:]],
        )


def serve_out(rig: Rig) -> None:
    """Serves until the company is given back with nothing to wait for: a time slice is real time and may end before."""
    served = next((served for _ in range(5) if (served := rig.sync()).wait is None), None)
    assert served is not None


def test_thousands_that_wait_for_a_person_hold_up_nothing(rig: Rig) -> None:
    """More than one look goes through, of two kinds, before what is due and behind it."""
    with database.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('invoicing_invoice', 'id'), 1000000)")
    held(rig, Kind.CONTACT, range(500_000, 501_100))
    held(rig, Kind.INVOICE, range(900_000, 902_300))
    held(rig, Kind.INVOICE, range(1_100_000, 1_101_000))
    assert not anything_due(scope(rig))
    due_invoices(rig, rig.contact("Ada"), 12)
    payment = rig.payment(
        (Change.objects.filter(kind=3, record_id__gt=1_000_000).order_by("record_id")[5].record_id, "1")
    )
    Change.objects.update(fresh=False)
    assert anything_due(scope(rig))
    serve_out(rig)
    assert not anything_due(scope(rig))
    assert len(rig.entities("Invoice")) == 12
    assert rig.link(Kind.PAYMENT, payment).entity_id
    Link.objects.filter(kind=4, record_id=payment).update(stale=True)
    serve_out(rig)
    assert not Link.objects.filter(stale=True).exists()


def test_edits_are_found_before_a_backlog_however_long_it_is(rig: Rig) -> None:
    backlog(rig, 40)
    ada = rig.contact("Ada")
    chosen = choose(scope(rig), Capacity(3, 1, 10), Rounds())
    assert [(row.kind, row.record_id) for row in chosen.rows] == [(Kind.CONTACT, ada)]
    assert chosen.fresh == {(Kind.CONTACT, ada)}


# The budget of the realm is one, whoever uses it.


def test_what_others_send_counts(rig: Rig) -> None:
    now = CLOCK.now()
    limiter = Limiter(DOCUMENTED)
    steps = Steps(rig, now, limiter)
    steps.engine.prepare(now)
    Request.objects.bulk_create(
        Request(
            id=f"00000000-0000-4000-8000-{number:012}",
            connection=rig.connection,
            lease_number=0,
            purpose="compare",
            lane="read",
            method="GET",
            path="query",
            state="settled",
            committed_at=now + timedelta(seconds=1),
        )
        for number in range(5)
    )
    steps.engine.prepare(now + timedelta(seconds=1.5))
    assert limiter.room(wire.Lane.SINGLE, now.timestamp() + 1.5) == 0
    assert limiter.room(wire.Lane.SINGLE, now.timestamp() + 2.1) == 5


def test_a_new_owner_knows_what_was_sent_with_how_many_items(rig: Rig) -> None:
    Connection.objects.update(unlimited_rates=False)
    backlog(rig, 25)
    now = CLOCK.now()
    steps = Steps(rig, now)
    assert steps.round(now) == [10]
    assert Request.objects.get().size == 10
    connection = Connection.objects.get()
    assert limiter_for(connection, now).room(wire.Lane.BATCH, now.timestamp()) == 1
