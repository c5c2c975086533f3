"""A database restored from yesterday's backup: nothing is doubled; what cannot be known is a problem that says so."""

from collections.abc import Iterator

import pytest
import their_hand
from backup import backup
from engine_time import Timed, once, timed_rig
from rig import CLOCK, IDS, Rig, priced

from bluepro.invoicing.life import delete_invoices
from bluepro.invoicing.models import Invoice
from bluepro.invoicing.services import save_invoices
from bluepro.quickbooks.answers import answer
from bluepro.quickbooks.connect.lifecycle import sync_data
from bluepro.quickbooks.models import Connection, Link
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import restoring, watching

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def timed() -> Iterator[Timed]:
    with timed_rig() as made:
        yield made


@pytest.fixture
def rig(timed: Timed) -> Rig:
    watching.ask(timed.rig.realm, timed.clock.now())
    return timed.rig


def restored(timed: Timed) -> None:
    """As an operator says it, and then all is served."""
    assert restoring.begin(None, timed.clock.now()) == ["Fresh"]
    timed.settle_down()


def total(rig: Rig) -> dict[str, int]:
    return {entity: len(rig.entities(entity)) for entity in ("Customer", "Invoice", "Payment")}


def test_a_paid_invoice_among_it_does_not_hold_the_matching_up(timed: Timed, rig: Rig) -> None:
    made = rig.invoice(rig.contact("Ada"), [priced("Work", "1", "10")], number="1")
    rig.payment((made, "10.00"))
    with backup() as kept:
        timed.settle_down()
        kept.restore()
        timed.push(3600)
        assert restoring.begin(None, timed.clock.now()) == ["Fresh"]
        passed, served = 0.0, timed.serve()
        while Connection.objects.get().restored_from is not None:
            timed.push(served.wait or 0)
            passed, served = passed + (served.wait or 0), timed.serve()
        assert passed < watching.AGAIN.total_seconds() / 2
    timed.settle_down()
    assert rig.problems() == []
    timed.at_rest()


def test_what_was_sent_after_the_backup_is_linked_and_nothing_is_doubled(timed: Timed, rig: Rig) -> None:
    ada = rig.contact("Ada")
    first = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
    timed.settle_down()
    timed.push(60)
    bob = rig.contact("Bob", emails=("bob@example.com",))
    second = rig.invoice(bob, [priced("Work", "2", "10")], number="2")
    paid = [rig.payment((first, "5.00")), rig.payment((first, "5.00"))]
    with backup() as kept:
        timed.settle_down()
        before = total(rig)
        writes = rig.writes()
        kept.restore()
        assert rig.link(Kind.INVOICE, first).entity_id and Connection.objects.get().era == 1
        timed.push(3600)
        restored(timed)
    assert total(rig) == before == {"Customer": 2, "Invoice": 2, "Payment": 2}
    assert rig.problems() == []
    assert rig.link(Kind.INVOICE, second).entity_id and Connection.objects.get().era == 2
    assert len({rig.link(Kind.PAYMENT, one).entity_id for one in paid}) == 2
    assert rig.writes() - writes <= 1  # Bob, linked by name, is sent once more
    timed.at_rest()
    save_invoices(
        rig.actor,
        [rig.invoice_edit(bob, [priced("Work", "3", "10")], number="2", id=second)],
        clock=CLOCK,
        ids=IDS,
    )
    rig.invoice(ada, [priced("Work", "1", "7")], number="3")
    timed.settle_down()
    found = {one["DocNumber"]: (one["TotalAmt"], one["PrivateNote"]) for one in rig.entities("Invoice")}
    assert found["2"][0] == 30 and found["3"][1].endswith("-1.2)")
    timed.at_rest()


def test_nothing_is_sent_before_it_is_matched(timed: Timed, rig: Rig) -> None:
    first = rig.invoice(rig.contact("Ada"), [priced("Work", "1", "10")], number="1")
    timed.settle_down()
    rig.payment((first, "10.00"))
    with backup() as kept:
        timed.settle_down()
        kept.restore()
        restoring.begin(None, timed.clock.now())
        timed.wire.refuse = lambda request: 503 if "/query" in request.url.path else 0
        writes = rig.writes()
        for _ in range(3):
            timed.serve()
            timed.push(400)
        assert rig.writes() == writes
        timed.wire.refuse = lambda _: 0
        timed.settle_down()
    assert total(rig)["Payment"] == 1
    timed.at_rest()


def test_what_differs_is_asked_about_and_either_answer_works(timed: Timed, rig: Rig) -> None:
    ada = rig.contact("Ada")
    timed.settle_down()
    ids = [rig.invoice(ada, [priced("Work", "1", "10")], number=str(n)) for n in (1, 2)]
    with backup() as kept:
        for number, record in enumerate(ids, 1):
            edit = rig.invoice_edit(ada, [priced("Work", "2", "10")], number=str(number), id=record)
            save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)
        timed.settle_down()
        kept.restore()
        restored(timed)
    assert [one["TotalAmt"] for one in rig.entities("Invoice")] == [20, 20]
    first, second = rig.problems()
    assert first.cause == second.cause == "changed_in_quickbooks"
    assert "after the backup" in first.text and "$20.00 there" in first.text
    sync_data(rig.actor, rig.connection, clock=timed.clock)
    timed.settle_down()
    assert [one["TotalAmt"] for one in rig.entities("Invoice")] == [20, 20]
    answer(rig.actor, first.id, "ours", clock=CLOCK)
    answer(rig.actor, second.id, "theirs", clock=CLOCK)
    timed.settle_down()
    assert sorted(one["TotalAmt"] for one in rig.entities("Invoice")) == [10, 20]
    timed.at_rest()


def test_what_was_changed_after_the_backup_is_asked_about(timed: Timed, rig: Rig) -> None:
    ada = rig.contact("Ada")
    record = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
    timed.settle_down()
    with backup() as kept:
        edit = rig.invoice_edit(ada, [priced("Work", "2", "10")], number="1", id=record)
        save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)
        timed.settle_down()
        kept.restore()
        restored(timed)
    assert [one["TotalAmt"] for one in rig.entities("Invoice")] == [20]
    assert [one.cause for one in rig.problems()] == ["changed_in_quickbooks"]


def test_what_was_made_after_the_backup_is_told_once(timed: Timed, rig: Rig) -> None:
    ada = rig.contact("Ada")
    timed.settle_down()
    with backup() as kept:
        made = rig.invoice(ada, [priced("Work", "1", "10")], number="77")
        rig.payment((made, "10.00"))
        timed.settle_down()
        kept.restore()
        assert not Invoice.objects.exists()
        timed.push(60)
        restored(timed)
    (problem,) = rig.problems()
    assert problem.cause == "unknown_after_restore"
    assert "invoice 77 of" in problem.text and "a payment of" in problem.text and "$10.00" in problem.text
    assert total(rig) == {"Customer": 1, "Invoice": 1, "Payment": 1}
    their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], DueDate="2026-12-31")
    timed.push(60)
    sync_data(rig.actor, rig.connection, clock=timed.clock)
    timed.settle_down()
    assert len(rig.problems()) == 1 and Connection.objects.get().era == 2


def test_what_was_deleted_after_the_backup_is_asked_about_and_not_made_again(timed: Timed, rig: Rig) -> None:
    record = rig.invoice(rig.contact("Ada"), [priced("Work", "1", "10")], number="1")
    timed.settle_down()
    with backup() as kept:
        delete_invoices(rig.actor, [record], clock=CLOCK, reason="typed twice")
        timed.settle_down()
        kept.restore()
        restored(timed)
    assert rig.entities("Invoice") == []
    assert [one.cause for one in rig.problems()] == ["gone_in_quickbooks"]


@pytest.mark.parametrize("fault", ["lost_before", "lost_after"])
def test_what_was_under_way_when_the_backup_was_made_arrives_once(timed: Timed, rig: Rig, fault: str) -> None:
    first = rig.invoice(rig.contact("Ada"), [priced("Work", "1", "10")], number="1")
    timed.settle_down()
    rig.payment((first, "10.00"))
    rig.wire.fault = once(fault, "/payment")
    timed.serve()
    with backup() as kept:
        timed.settle_down()
        kept.restore()
        restored(timed)
    assert total(rig)["Payment"] == 1
    timed.at_rest()


def test_a_marker_that_the_database_should_know_begins_it_by_itself(timed: Timed, rig: Rig) -> None:
    first = rig.invoice(rig.contact("Ada"), [priced("Work", "1", "10")], number="1")
    timed.settle_down()
    paid = rig.payment((first, "10.00"))
    with backup() as kept:
        timed.settle_down()
        kept.restore()
        timed.push(60)
        sync_data(rig.actor, rig.connection, clock=timed.clock)
        Link.objects.filter(kind=int(Kind.INVOICE)).update(held_revision=1)  # the payment waits, and is not sent first
        timed.settle_down()
    assert Connection.objects.get().era == 2
    assert total(rig)["Payment"] == 1 and rig.link(Kind.PAYMENT, paid).entity_id


def test_a_copy_that_somebody_makes_in_quickbooks_is_no_sign_of_it(timed: Timed, rig: Rig) -> None:
    rig.invoice(rig.contact("Ada"), [priced("Work", "1", "10")], number="1")
    timed.settle_down()
    (booked,) = rig.entities("Invoice")
    line = {name: booked["Line"][0][name] for name in ("Amount", "DetailType", "SalesItemLineDetail")}
    their_hand.write(
        rig,
        "Invoice",
        CustomerRef=booked["CustomerRef"],
        PrivateNote=booked["PrivateNote"],
        DocNumber="copy",
        Line=[{**line, "Amount": 10, "SalesItemLineDetail": {"ItemRef": line["SalesItemLineDetail"]["ItemRef"]}}],
    )
    timed.push(60)
    sync_data(rig.actor, rig.connection, clock=timed.clock)
    timed.settle_down()
    assert Connection.objects.get().era == 1 and rig.problems() == []
    timed.at_rest()


def test_a_record_deleted_while_it_was_being_made_is_no_sign_of_it(timed: Timed, rig: Rig) -> None:
    """Its create arrived, but not the answer; what changed in QuickBooks shows it before the look-up does."""
    ada = rig.contact("Ada")
    timed.settle_down()
    record = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
    rig.wire.fault = once("lost_after", "/invoice")
    timed.serve()
    delete_invoices(rig.actor, [record], clock=CLOCK, reason="typed twice")
    assert len(rig.entities("Invoice")) == 1
    watching.ask(rig.realm, timed.clock.now())
    timed.serve()
    assert Connection.objects.get().restored_from is None
    timed.settle_down()
    assert rig.entities("Invoice") == [] and rig.problems() == []
    assert Connection.objects.get().era == 1
    timed.at_rest()
