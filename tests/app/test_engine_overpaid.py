"""A payment larger than what is open in QuickBooks: people are asked whether it is the money that was applied there."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import their_hand
from engine_time import timed_rig, times
from rig import CLOCK, IDS, Rig, make_rig, priced

from bluepro.common.errors import Refused
from bluepro.invoicing.services import save_invoices
from bluepro.payments.rules import PaymentData, PaymentEdit
from bluepro.payments.services import delete_payments, save_payments
from bluepro.quickbooks.answers import answer
from bluepro.quickbooks.models import Change, ChangedThere, Connection, Problem
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import watching

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = make_rig()
    yield made
    made.close()


@pytest.fixture
def invoice(rig: Rig) -> int:
    """An invoice of $100 in QuickBooks."""
    found = rig.invoice(rig.contact("Ada"), [priced("Work", "1", "100")], number="1")
    rig.sync_until_quiet()
    return found


def received(rig: Rig, amount: str, day: str = "2026-03-03") -> str:
    """A payment on the invoice that somebody enters in QuickBooks; its id."""
    (booked,) = rig.entities("Invoice")
    body = {
        "CustomerRef": booked["CustomerRef"],
        "TotalAmt": amount,
        "TxnDate": day,
        "Line": [{"Amount": amount, "LinkedTxn": [{"TxnId": booked["Id"], "TxnType": "Invoice"}]}],
    }
    answered = rig.control.post(
        f"/v3/company/{rig.realm}/payment",
        json=body,
        headers={"Authorization": f"Bearer {rig.tokens.current()}", "Accept": "application/json"},
    )
    assert answered.status_code == 200, answered.text
    found: str = answered.json()["Payment"]["Id"]
    return found


def asked(rig: Rig) -> Problem:
    (problem,) = rig.problems()
    assert problem.cause == "larger_than_open"
    return problem


def payments(rig: Rig) -> list[tuple[Decimal, Decimal]]:
    """Amount and what is unapplied of each payment there."""
    return sorted((one["TotalAmt"], one.get("UnappliedAmt", Decimal(0))) for one in rig.entities("Payment"))


def choose(rig: Rig, choice: str) -> None:
    answer(rig.actor, asked(rig).pk, choice, clock=CLOCK)
    rig.sync_until_quiet()


def test_the_same_payment_is_linked_and_nothing_is_written(rig: Rig, invoice: int) -> None:
    there = received(rig, "100.00")
    payment = rig.payment((invoice, "100.00"))
    rig.sync_until_quiet()
    problem = asked(rig)
    assert "QuickBooks already shows $100.00 received on Mar 3, 2026." in problem.text
    assert problem.detail["choices"] == ["same", "credit", "leave"]
    writes = rig.writes()
    choose(rig, "same")
    assert rig.writes() == writes and rig.problems() == []
    assert rig.link(Kind.PAYMENT, payment).entity_id == there
    assert not Change.objects.filter(dirty=True).exists()


def test_a_second_payment_keeps_the_rest_as_credit(rig: Rig, invoice: int) -> None:
    received(rig, "70.00")
    rig.payment((invoice, "100.00"))
    rig.sync_until_quiet()
    assert asked(rig).detail["choices"] == ["credit", "leave"]
    choose(rig, "credit")
    assert payments(rig) == [(Decimal(70), Decimal(0)), (Decimal(100), Decimal(70))]
    assert rig.problems() == [] and rig.entities("Invoice")[0]["Balance"] == 0
    rig.sync_until_quiet()
    assert payments(rig) == [(Decimal(70), Decimal(0)), (Decimal(100), Decimal(70))]


def test_where_nothing_is_open_all_of_it_is_credit(rig: Rig, invoice: int) -> None:
    received(rig, "100.00")
    rig.payment((invoice, "60.00"))
    rig.sync_until_quiet()
    choose(rig, "credit")
    assert payments(rig) == [(Decimal(60), Decimal(60)), (Decimal(100), Decimal(0))]
    assert rig.problems() == []


def test_left_out_it_stays_out(rig: Rig, invoice: int) -> None:
    received(rig, "100.00")
    rig.payment((invoice, "100.00"))
    rig.sync_until_quiet()
    choose(rig, "leave")
    assert len(rig.entities("Payment")) == 1 and rig.problems() == []


def test_what_ours_has_applied_already_is_open_for_it(rig: Rig, invoice: int) -> None:
    payment = rig.payment((invoice, "40.00"))
    rig.sync_until_quiet()
    received(rig, "50.00")
    change(rig, payment, invoice, "50.00")
    rig.sync_until_quiet()
    assert rig.problems() == [] and payments(rig) == [(Decimal(50), Decimal(0))] * 2
    change(rig, payment, invoice, "60.00")
    rig.sync_until_quiet()
    assert "$50.00 received on Mar 3, 2026" in asked(rig).text
    with pytest.raises(Refused):
        answer(rig.actor, asked(rig).pk, "same", clock=CLOCK)
    choose(rig, "credit")
    assert payments(rig) == [(Decimal(50), Decimal(0)), (Decimal(60), Decimal(10))]


def test_what_somebody_took_off_the_invoice_there_is_not_open_for_it() -> None:
    """Ours was unlinked there and other money applied: writing over it asks, and is not tried again without an end."""
    with timed_rig() as timed:
        rig = timed.rig
        watching.ask(rig.realm, timed.clock.now())
        Connection.objects.update(changed_there=ChangedThere.OVERWRITE)
        invoice = rig.invoice(rig.contact("Ada"), [priced("Work", "1", "100")], number="1")
        timed.settle_down()
        rig.payment((invoice, "100.00"))
        timed.settle_down()
        their_hand.change(rig, "Payment", rig.entities("Payment")[0], Line=[])
        received(rig, "100.00")
        timed.push(60)
        watching.ask(rig.realm, timed.clock.now())
        timed.settle_down()
        assert "$100.00 received on Mar 3, 2026" in asked(rig).text
        answer(rig.actor, asked(rig).pk, "credit", clock=timed.clock)
        timed.settle_down()
        assert payments(rig) == [(Decimal(100), Decimal(0)), (Decimal(100), Decimal(100))] and rig.problems() == []


def change(rig: Rig, payment: int, invoice: int, amount: str) -> None:
    at = datetime(2026, 3, 9, 15, tzinfo=UTC)
    data = PaymentData(paid_at=at, method="Cash", allocations=((invoice, Decimal(amount)),))
    save_payments(rig.actor, [PaymentEdit(data, id=payment)], clock=CLOCK, ids=IDS)


class TestOurOwnInTheWay:
    """A payment that stands on the invoice in QuickBooks, and is about to go or to pay another one."""

    def test_nobody_is_asked_while_the_other_one_cannot_move_yet(self) -> None:
        with timed_rig() as timed:
            rig = timed.rig
            ada = rig.contact("Ada")
            invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
            moved = rig.payment((invoice, "10"))
            timed.settle_down()
            other = rig.invoice(ada, [priced("Work", "1", "10")], number="2")
            data = PaymentData(datetime(2026, 3, 9, 15, tzinfo=UTC), "Cash", ((other, Decimal(10)),))
            save_payments(rig.actor, [PaymentEdit(data, id=moved)], clock=CLOCK, ids=IDS)
            second = rig.payment((invoice, "10"), method="Check")
            rig.wire.fault = times(3, "lost_before", "/invoice", b'"DocNumber":"2"')
            timed.settle_down()
            assert rig.link(Kind.PAYMENT, second).entity_id
            assert [(one["Balance"], one["DocNumber"]) for one in rig.entities("Invoice")] == [(0, "2"), (0, "1")]
            assert Problem.objects.count() == 0
            timed.at_rest()

    def test_while_it_waits_for_an_answer_people_hear_which_one_it_is(self) -> None:
        with timed_rig() as timed:
            rig = timed.rig
            ada = rig.contact("Ada")
            invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
            other = rig.invoice(ada, [priced("Work", "1", "10")], number="2")
            moved = rig.payment((invoice, "10"))
            timed.settle_down()
            (booked,) = [one for one in rig.entities("Invoice") if one["DocNumber"] == "2"]
            their_hand.change(rig, "Invoice", booked, TxnDate="2026-03-01")
            edit = rig.invoice_edit(ada, [priced("Work", "1", "10")], number="2", id=other, message="Thanks")
            save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)
            data = PaymentData(datetime(2026, 3, 9, 15, tzinfo=UTC), "Cash", ((other, Decimal(10)),))
            save_payments(rig.actor, [PaymentEdit(data, id=moved)], clock=CLOCK, ids=IDS)
            second = rig.payment((invoice, "10"), method="Check")
            while len(rig.problems()) < 2:
                timed.push(timed.serve().wait or 0)
            held, waiting = rig.problems()
            assert (held.cause, waiting.cause, waiting.record_id) == (
                "changed_in_quickbooks",
                "waits_for_payment",
                second,
            )
            assert waiting.text.endswith("still stands on it there: $10.00 received on Mar 9, 2026.")
            answer(rig.actor, held.pk, "ours", clock=timed.clock)
            timed.settle_down()
            assert rig.link(Kind.PAYMENT, second).entity_id
            timed.at_rest()

    def test_the_removal_of_the_other_one_may_wait_for_an_answer_itself(self) -> None:
        with timed_rig() as timed:
            rig = timed.rig
            invoice = rig.invoice(rig.contact("Ada"), [priced("Work", "1", "10")], number="1")
            gone = rig.payment((invoice, "10"))
            timed.settle_down()
            their_hand.change(rig, "Payment", rig.entities("Payment")[0], TxnDate="2026-03-01")
            delete_payments(rig.actor, [gone], "a mistake", clock=CLOCK)
            timed.settle_down()
            second = rig.payment((invoice, "10"), method="Check")
            while len(rig.problems()) < 2:
                timed.push(timed.serve().wait or 0)
            held, _ = rig.problems()
            assert [one.cause for one in rig.problems()] == ["changed_before_removal", "waits_for_payment"]
            answer(rig.actor, held.pk, "remove", clock=timed.clock)
            timed.settle_down()
            assert rig.link(Kind.PAYMENT, second).entity_id
            timed.at_rest()

    def test_two_that_are_raised_beside_somebody_elses_money_do_not_wait_for_each_other(self, rig: Rig) -> None:
        invoice = rig.invoice(rig.contact("Ada"), [priced("Work", "1", "10")], number="1")
        both = [rig.payment((invoice, "3")), rig.payment((invoice, "3"))]
        rig.sync_until_quiet()
        received(rig, "4.00")
        for payment in both:
            change(rig, payment, invoice, "5.00")
        rig.sync_until_quiet()
        assert [one.cause for one in rig.problems()] == ["larger_than_open"] * 2
