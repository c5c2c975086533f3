"""A question about what somebody did in QuickBooks ends by an answer, or by what is done there: by nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import their_hand
from engine_steps import Steps
from engine_time import Timed, once, timed_rig
from rig import CLOCK, IDS, Rig, priced

from bluepro.common.errors import Refused
from bluepro.invoicing.models import Invoice
from bluepro.invoicing.services import save_invoices
from bluepro.payments.models import Payment
from bluepro.quickbooks.again import push_again
from bluepro.quickbooks.answers import answer
from bluepro.quickbooks.connect.lifecycle import sync_data
from bluepro.quickbooks.connect.problems import retry
from bluepro.quickbooks.models import Change, Problem
from bluepro.quickbooks.queries import record_sync
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import watching
from bluepro.workspaces.models import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def timed() -> Iterator[Timed]:
    with timed_rig() as made:
        yield made


@pytest.fixture
def rig(timed: Timed) -> Rig:
    """Its changes are watched from the beginning."""
    watching.ask(timed.rig.realm, timed.clock.now())
    return timed.rig


@pytest.fixture
def invoice(timed: Timed, rig: Rig) -> int:
    """An invoice of 10.00 that is in QuickBooks."""
    made = rig.invoice(rig.contact("Ada"), [priced("Work", "1", "10")], number="1")
    timed.settle_down()
    timed.push(60)
    return made


def edit(rig: Rig, invoice: int, price: str = "10", **fields: object) -> None:
    """Saves the invoice anew here."""
    row = Invoice.objects.get(pk=invoice)
    one = rig.invoice_edit(row.contact_id, [priced("Work", "1", price)], number=row.number, id=invoice, **fields)
    save_invoices(rig.actor, [one], clock=CLOCK, ids=IDS)


def look(timed: Timed) -> None:
    """Reads what changed in QuickBooks, and does what follows."""
    sync_data(timed.rig.actor, timed.rig.connection, clock=timed.clock)
    timed.settle_down()


def causes(rig: Rig) -> list[str]:
    return sorted(one.cause for one in rig.problems())


def change_due_date(timed: Timed, rig: Rig, day: str = "2027-01-01") -> None:
    """Somebody's hand in QuickBooks, seen here."""
    their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], DueDate=day)
    look(timed)


def pay(timed: Timed, rig: Rig, invoice: int) -> int:
    """A payment of the whole invoice that is in QuickBooks."""
    payment = rig.payment((invoice, "10"))
    timed.settle_down()
    timed.push(60)
    return payment


class TestAQuestionStaysOpen:
    def test_over_a_change_here_that_sends_nothing(self, timed: Timed, rig: Rig, invoice: int) -> None:
        pay(timed, rig, invoice)
        their_hand.remove(rig, "Payment", rig.entities("Payment")[0])
        look(timed)
        assert causes(rig) == ["gone_in_quickbooks"]
        edit(rig, invoice, issue_date=date(2026, 3, 3))  # the payment's revision moves, its payload does not
        timed.settle_down()
        timed.push(86400 * 2)
        look(timed)
        assert rig.entities("Payment") == []
        assert causes(rig) == ["gone_in_quickbooks"]

    def test_over_an_edit_and_its_undo(self, timed: Timed, rig: Rig, invoice: int) -> None:
        change_due_date(timed, rig)
        edit(rig, invoice, message="x")
        edit(rig, invoice)
        timed.settle_down()
        look(timed)
        assert rig.entities("Invoice")[0]["DueDate"] == "2027-01-01"
        assert causes(rig) == ["changed_in_quickbooks"]

    def test_over_an_edit_that_was_refused_and_its_undo(self, timed: Timed, rig: Rig, invoice: int) -> None:
        their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], DueDate="2027-01-01")
        edit(rig, invoice, message="x")
        timed.settle_down()  # met by the push, before anything was read
        assert causes(rig) == ["changed_in_quickbooks"]
        edit(rig, invoice)
        timed.settle_down()
        assert causes(rig) == ["changed_in_quickbooks"]

    def test_until_it_is_taken_back_there(self, timed: Timed, rig: Rig, invoice: int) -> None:
        due = rig.entities("Invoice")[0]["DueDate"]
        change_due_date(timed, rig)
        timed.push(60)
        edit(rig, invoice, message="Thanks")
        change_due_date(timed, rig, due)
        (booked,) = rig.entities("Invoice")
        assert (booked["DueDate"], booked["CustomerMemo"]["value"]) == (due, "Thanks")
        timed.at_rest()


class TestPushAgainIsNoAnswer:
    def test_to_what_was_changed(self, timed: Timed, rig: Rig, invoice: int) -> None:
        change_due_date(timed, rig)
        manager = replace(rig.actor, role=Role.MANAGER)
        with pytest.raises(Refused, match="chooses under Problems what counts"):
            push_again(manager, Kind.INVOICE, invoice)
        with pytest.raises(Refused, match="chooses under Problems what counts"):
            retry(manager, rig.problems()[0].id)
        timed.settle_down()
        assert rig.entities("Invoice")[0]["DueDate"] == "2027-01-01"
        assert causes(rig) == ["changed_in_quickbooks"]

    def test_to_what_nobody_has_seen_yet(self, timed: Timed, rig: Rig, invoice: int) -> None:
        their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], DueDate="2027-01-01")
        push_again(rig.actor, Kind.INVOICE, invoice)
        timed.settle_down()
        assert rig.entities("Invoice")[0]["DueDate"] == "2027-01-01"
        assert causes(rig) == ["changed_in_quickbooks"]

    def test_and_what_was_left_void_is_asked_about_once_more(self, timed: Timed, rig: Rig, invoice: int) -> None:
        their_hand.void(rig, rig.entities("Invoice")[0])
        look(timed)
        answer(rig.actor, rig.problems()[0].id, "leave", clock=timed.clock)
        timed.settle_down()
        assert rig.problems() == []
        push_again(rig.actor, Kind.INVOICE, invoice)
        timed.settle_down()
        assert rig.entities("Invoice")[0]["TotalAmt"] == 0
        assert causes(rig) == ["voided_in_quickbooks"]

    def test_nor_does_ours_bring_back_what_was_voided_since(self, timed: Timed, rig: Rig, invoice: int) -> None:
        change_due_date(timed, rig)
        their_hand.void(rig, rig.entities("Invoice")[0])
        answer(rig.actor, rig.problems()[0].id, "ours", clock=timed.clock)
        timed.settle_down()
        assert rig.entities("Invoice")[0]["TotalAmt"] == 0
        assert "voided_in_quickbooks" in causes(rig)


class TestTheAnswer:
    def test_ours_counts_once(self, timed: Timed, rig: Rig, invoice: int) -> None:
        change_due_date(timed, rig)
        answer(rig.actor, rig.problems()[0].id, "ours", clock=timed.clock)
        timed.settle_down()
        timed.at_rest()
        timed.push(60)
        change_due_date(timed, rig, "2027-02-02")
        edit(rig, invoice, message="Thanks")
        timed.settle_down()
        assert rig.entities("Invoice")[0]["DueDate"] == "2027-02-02"
        assert causes(rig) == ["changed_in_quickbooks"]

    def test_theirs_lets_go_what_else_was_changed_here(self, timed: Timed, rig: Rig, invoice: int) -> None:
        change_due_date(timed, rig)
        edit(rig, invoice, price="150")
        timed.settle_down()
        answer(rig.actor, rig.problems()[0].id, "theirs", clock=timed.clock)
        timed.settle_down()
        (booked,) = rig.entities("Invoice")
        assert (booked["TotalAmt"], booked["DueDate"]) == (150, "2027-01-01")
        timed.at_rest()

    def test_theirs_counts_for_what_was_changed_on_both_sides(self, timed: Timed, rig: Rig, invoice: int) -> None:
        change_due_date(timed, rig)
        edit(rig, invoice, due_date=date(2026, 6, 6))
        timed.settle_down()
        (asked,) = rig.problems()
        assert "due date (2026-06-06 here, 2027-01-01 there)" in asked.text
        answer(rig.actor, asked.id, "theirs", clock=timed.clock)
        timed.settle_down()
        timed.at_rest()
        push_again(rig.actor, Kind.INVOICE, invoice)  # what a person left as it is there is not for this button
        edit(rig, invoice, due_date=date(2026, 6, 6), issue_date=date(2026, 3, 3))  # a due date goes along with a date
        timed.settle_down()
        (booked,) = rig.entities("Invoice")
        assert (booked["DueDate"], booked["TxnDate"]) == ("2027-01-01", "2026-03-03")
        edit(rig, invoice, due_date=date(2026, 7, 7), issue_date=date(2026, 3, 3))
        timed.settle_down()
        assert rig.entities("Invoice")[0]["DueDate"] == "2026-07-07"
        timed.at_rest()

    def test_the_same_holder_of_a_name_is_linked_in_one_step(self, timed: Timed, rig: Rig) -> None:
        their_hand.write(rig, "Customer", DisplayName="Bob", Notes="theirs")
        bob = rig.contact("Bob", emails=("bob@example.com",))
        timed.settle_down()
        answer(rig.actor, rig.problems()[0].id, "same", clock=timed.clock)
        assert not Change.objects.filter(kind=int(Kind.CONTACT), record_id=bob, dirty=True).exists()
        sent = rig.writes()
        timed.settle_down()
        assert rig.writes() == sent


class TestMadeAnew:
    @pytest.mark.parametrize("fault", ["", "lost_before", "lost_after"])
    def test_beside_a_void_one_with_the_same_number(self, timed: Timed, rig: Rig, invoice: int, fault: str) -> None:
        their_hand.void(rig, rig.entities("Invoice")[0])
        look(timed)
        answer(rig.actor, rig.problems()[0].id, "make_anew", clock=timed.clock)
        rig.wire.fault = once(fault, "/invoice")
        timed.settle_down()
        booked = [(one["DocNumber"], one["TotalAmt"]) for one in rig.entities("Invoice")]
        assert sorted(booked) == [("1", 0), ("1", 10)]
        edit(rig, invoice, message="Thanks")
        timed.settle_down()
        timed.at_rest()

    def test_never_while_something_of_it_is_under_way(self, timed: Timed, rig: Rig, invoice: int) -> None:
        payment = pay(timed, rig, invoice)
        their_hand.remove(rig, "Payment", rig.entities("Payment")[0])
        look(timed)
        (gone,) = rig.problems()
        Payment.objects.filter(pk=payment).update(reference="CH-1")
        now = timed.clock.now()
        steps = Steps(rig, now)
        steps.engine.adopt(now)
        sent = steps.engine.prepare(now)
        assert len(sent) == 1
        with pytest.raises(Refused, match="is being sent"):
            answer(rig.actor, gone.pk, "make_anew", clock=timed.clock)
        steps.engine.settle(steps.send(sent, now), now)
        for n in range(1, 5):
            steps.round(now + timedelta(seconds=n))
        (gone,) = rig.problems()
        answer(rig.actor, gone.pk, "make_anew", clock=timed.clock)
        for n in range(5, 10):
            steps.round(now + timedelta(seconds=n))
        assert len(rig.entities("Payment")) == 1
        assert rig.problems() == []

    def test_only_what_the_question_was_about(self, timed: Timed, rig: Rig, invoice: int) -> None:
        their_hand.remove(rig, "Invoice", rig.entities("Invoice")[0])
        look(timed)
        (gone,) = rig.problems()
        assert gone.detail["entity_id"]
        answer(rig.actor, gone.pk, "make_anew", clock=timed.clock)
        timed.settle_down()
        Problem.objects.filter(pk=gone.pk).update(closed_at=None)  # as an answer that came late would have left it
        with pytest.raises(Refused, match="made anew already"):
            answer(rig.actor, gone.pk, "make_anew", clock=timed.clock)
        assert len(rig.entities("Invoice")) == 1


class TestLeftVoid:
    @pytest.fixture
    def payment(self, timed: Timed, rig: Rig, invoice: int) -> int:
        """A payment of an invoice that somebody voided in QuickBooks, and somebody here left so."""
        their_hand.void(rig, rig.entities("Invoice")[0])
        look(timed)
        answer(rig.actor, rig.problems()[0].id, "leave", clock=timed.clock)
        payment = rig.payment((invoice, "10"))
        timed.settle_down()
        return payment

    def test_who_pays_it_hears_of_it(self, timed: Timed, rig: Rig, payment: int) -> None:
        assert causes(rig) == ["invoice_left_out"]
        assert rig.entities("Payment") == []
        assert not record_sync(rig.actor.workspace_id, "payment", payment, now=timed.clock.now()).state.moving

    def test_the_payment_goes_once_the_invoice_is_made_anew(
        self, timed: Timed, rig: Rig, invoice: int, payment: int
    ) -> None:
        edit(rig, invoice, message="Thanks")
        timed.settle_down()
        (asked,) = [one for one in rig.problems() if one.cause == "voided_in_quickbooks"]
        answer(rig.actor, asked.id, "make_anew", clock=timed.clock)
        timed.settle_down()
        assert [one["TotalAmt"] for one in rig.entities("Payment")] == [10]
        timed.at_rest()
