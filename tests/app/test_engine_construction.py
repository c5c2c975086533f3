"""The construction itself: leases, write-ahead, snapshots. Each test fails when one of these is taken out."""

import threading
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import connection as database
from django.db import transaction
from engine_steps import Steps, later
from rig import CLOCK, Rig, make_rig, priced

from bluepro.contacts.models import Contact
from bluepro.quickbooks.models import Change, Connection, Request, RequestItem
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.leases import LEASE, LeaseLost

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 5.0  # seconds in which nobody may have to wait for anybody


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = make_rig()
    yield made
    made.close()


PAST_LEASE = LEASE.total_seconds() + 1
PAST_UNKNOWN = 60.0


def test_an_edit_between_load_and_settle_stays_dirty(rig: Rig) -> None:
    ada = rig.contact("Ada")
    steps = Steps(rig, CLOCK.now())
    prepared = steps.engine.prepare(CLOCK.now())
    rig.rename(ada, "Ada King")
    steps.engine.settle(steps.send(prepared, CLOCK.now()), CLOCK.now())
    change = Change.objects.get(kind=int(Kind.CONTACT), record_id=ada)
    assert (change.revision, change.dirty) == (2, True)
    assert rig.link(Kind.CONTACT, ada).pushed_revision == 1
    steps.run(CLOCK.now())
    assert [one["DisplayName"] for one in rig.entities("Customer")] == ["Ada King"]


def test_an_entity_is_remembered_although_its_record_moved_on(rig: Rig) -> None:
    ada = rig.contact("Ada")
    steps = Steps(rig, CLOCK.now())
    prepared = steps.engine.prepare(CLOCK.now())
    rig.rename(ada, "Ada King")
    steps.engine.settle(steps.send(prepared, CLOCK.now()), CLOCK.now())
    assert rig.link(Kind.CONTACT, ada).entity_id == rig.entities("Customer")[0]["Id"]


def test_a_crash_between_commit_and_send_loses_and_doubles_nothing(rig: Rig) -> None:
    ada = rig.contact("Ada")
    rig.sync_until_quiet()
    invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
    Steps(rig, CLOCK.now()).engine.prepare(CLOCK.now())  # and the worker dies here
    assert rig.entities("Invoice") == []
    Steps(rig, later(PAST_LEASE)).run(later(PAST_UNKNOWN))
    (booked,) = rig.entities("Invoice")
    assert rig.link(Kind.INVOICE, invoice).entity_id == booked["Id"]
    assert len({request.id for request in rig.requests() if request.path == "invoice"}) == 1, "sent again as it was"


@pytest.mark.parametrize("count", [1, 5])
def test_a_crash_between_send_and_settle_doubles_nothing(rig: Rig, count: int) -> None:
    ada = rig.contact("Ada")
    rig.sync_until_quiet()
    for number in range(count):
        rig.invoice(ada, [priced("Work", "1", "10")], number=str(number))
    steps = Steps(rig, CLOCK.now())
    steps.send(steps.engine.prepare(CLOCK.now()), CLOCK.now())  # QuickBooks has them; the worker dies here
    assert len(rig.entities("Invoice")) == count
    Steps(rig, later(PAST_LEASE)).run(later(PAST_UNKNOWN))
    assert len(rig.entities("Invoice")) == count
    assert not Change.objects.filter(dirty=True).exists()
    assert not RequestItem.objects.filter(settled=False).exists()


def test_nothing_is_looked_up_while_quickbooks_may_still_be_at_work(rig: Rig) -> None:
    Connection.objects.update(unknown_after=135)
    rig.contact("Ada")
    Steps(rig, CLOCK.now()).engine.prepare(CLOCK.now())
    calls = len(rig.wire.calls)
    Steps(rig, later(PAST_LEASE)).run(later(140))
    assert len(rig.wire.calls) == calls
    Steps(rig, later(140 + PAST_LEASE)).run(later(160))
    assert len(rig.entities("Customer")) == 1


def test_a_request_is_committed_before_its_first_byte(rig: Rig) -> None:
    rig.contact("Ada")
    states: list[str] = []

    def look(_request: object) -> str:
        states.extend(seen_from_outside("SELECT state FROM quickbooks_request"))
        return ""

    rig.wire.fault = look
    rig.sync()
    assert states[:1] == ["open"]


def seen_from_outside(sql: str) -> list[str]:
    """What another connection sees: only what is committed."""
    found: list[str] = []

    def ask() -> None:
        with database.cursor() as cursor:
            cursor.execute(sql)
            found.extend(row[0] for row in cursor.fetchall())
        database.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return found


def test_too_old_a_request_is_not_sent(rig: Rig) -> None:
    rig.contact("Ada")
    steps = Steps(rig, CLOCK.now())
    (prepared,) = steps.engine.prepare(CLOCK.now())
    outcome = rig.post.submit(prepared, later(-11), rig.tokens.current(), rig.realm).result()
    assert rig.writes() == 0
    steps.engine.settle([(prepared, outcome)], CLOCK.now())
    steps.run(later(10))
    assert len(rig.entities("Customer")) == 1


def test_two_workers_on_one_company_push_everything_once(rig: Rig) -> None:
    contacts = [rig.contact(f"Contact {number}") for number in range(12)]
    for number, contact in enumerate(contacts):
        rig.invoice(contact, [priced("Work", "1", "10")], number=str(number))
    finished: list[bool] = []

    def work() -> None:
        for _ in range(6):
            rig.sync()
        database.close()
        finished.append(True)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    rig.sync_until_quiet()
    assert finished == [True, True]
    assert len(rig.entities("Customer")) == 12
    assert len(rig.entities("Invoice")) == 12
    assert rig.problems() == []


def test_a_former_owner_can_neither_commit_nor_settle(rig: Rig) -> None:
    rig.contact("Ada")
    first = Steps(rig, CLOCK.now())
    prepared = first.engine.prepare(CLOCK.now())
    second = Steps(rig, later(PAST_LEASE))
    answers = first.send(prepared, CLOCK.now())
    with pytest.raises(LeaseLost):
        first.engine.settle(answers, CLOCK.now())
    assert Request.objects.get(id=prepared[0].id).state == "answered", "the raw answer is a fact and is kept"
    second.run(later(PAST_LEASE))
    rig.contact("Grace")
    with pytest.raises(LeaseLost):
        first.engine.prepare(CLOCK.now())
    second.run(later(PAST_LEASE))
    assert sorted(one["DisplayName"] for one in rig.entities("Customer")) == ["Ada", "Grace"]
    assert not RequestItem.objects.filter(settled=False).exists()


def test_a_persons_open_save_does_not_hold_up_the_engine(rig: Rig) -> None:
    ada = rig.contact("Ada")
    rig.contact("Grace")
    done = threading.Event()

    def push() -> None:
        rig.sync()
        database.close()
        done.set()

    with transaction.atomic():
        Contact.objects.filter(id=ada).update(display_name="Ada King")
        worker = threading.Thread(target=push)
        worker.start()
        assert done.wait(SOON), "the engine waits for a person's open save"
    worker.join()
    assert len(rig.entities("Customer")) == 2
    rig.sync_until_quiet()
    assert "Ada King" in {one["DisplayName"] for one in rig.entities("Customer")}


def test_the_engine_in_mid_push_does_not_hold_up_a_person(rig: Rig) -> None:
    ada = rig.contact("Ada")
    steps = Steps(rig, CLOCK.now())
    prepared = steps.engine.prepare(CLOCK.now())
    saved = threading.Event()

    def save() -> None:
        rig.rename(ada, "Ada King")
        database.close()
        saved.set()

    worker = threading.Thread(target=save)
    worker.start()
    assert saved.wait(SOON), "a person's save waits for the engine"
    worker.join()
    steps.engine.settle(steps.send(prepared, CLOCK.now()), CLOCK.now())


def test_no_batch_and_no_moment_carries_two_of_one_group(rig: Rig) -> None:
    ada = rig.contact("Ada")
    invoices = [rig.invoice(ada, [priced("Work", "1", "30")], number=str(number)) for number in range(6)]
    rig.sync_until_quiet()
    for invoice in invoices:
        rig.payment((invoice, "10.00"))
        rig.payment((invoice, "20.00"))
    steps = Steps(rig, CLOCK.now())
    prepared = steps.engine.prepare(CLOCK.now())
    assert sum(len(request.items) for request in prepared) == 6
    assert steps.engine.prepare(CLOCK.now()) == ()
    steps.engine.settle(steps.send(prepared, CLOCK.now()), CLOCK.now())
    steps.run(CLOCK.now())
    assert {one["Balance"] for one in rig.entities("Invoice")} == {Decimal(0)}
    assert len(rig.entities("Payment")) == 12
