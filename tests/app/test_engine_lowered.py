"""An invoice lowered here below what pays it: QuickBooks applies less of a payment by itself. Nobody did that but
ours. What somebody took off there is asked about."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import their_hand
from engine_time import Timed, once, timed_rig
from rig import CLOCK, IDS, Rig, priced

from bluepro.invoicing.models import Invoice
from bluepro.invoicing.services import save_invoices
from bluepro.payments.models import Payment
from bluepro.payments.rules import PaymentData, PaymentEdit
from bluepro.payments.services import delete_payments, save_payments
from bluepro.quickbooks.connect.lifecycle import sync_data
from bluepro.quickbooks.models import ChangedThere, Connection
from bluepro.quickbooks.store import watching

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def timed() -> Iterator[Timed]:
    with timed_rig() as made:
        watching.ask(made.rig.realm, made.clock.now())
        yield made


@pytest.fixture
def rig(timed: Timed) -> Rig:
    return timed.rig


@pytest.fixture
def invoice(timed: Timed, rig: Rig) -> int:
    """An invoice of 10.00 that is in QuickBooks."""
    made = rig.invoice(rig.contact("Ada"), [priced("Work", "1", "10")], number="1")
    timed.settle_down()
    return made


@pytest.fixture
def payment(timed: Timed, rig: Rig, invoice: int) -> int:
    made = rig.payment((invoice, "10"))
    timed.settle_down()
    return made


def edit(rig: Rig, invoice: int, amount: str, number: str = "1", message: str = "") -> None:
    row = Invoice.objects.get(pk=invoice)
    lines = [priced("Work", "1", amount)]
    made = rig.invoice_edit(row.contact_id, lines, number=number, id=invoice, message=message)
    save_invoices(rig.actor, [made], clock=CLOCK, ids=IDS)


def lower(rig: Rig, invoice: int) -> None:
    edit(rig, invoice, "7")


def take_off(rig: Rig, amount: int) -> None:
    """Somebody applies just so much of the newest payment there."""
    paid = max(rig.entities("Payment"), key=lambda one: int(one["Id"]))
    line = {**paid["Line"][0], "Amount": str(amount)}
    customer = paid["CustomerRef"]
    their_hand.change(rig, "Payment", paid, CustomerRef=customer, TotalAmt=str(paid["TotalAmt"]), Line=[line])


def asked(timed: Timed) -> list[str]:
    """The causes of the problems, once what changed there is read."""
    watching.ask(timed.rig.realm, timed.clock.now())
    timed.settle_down()
    return [one.cause for one in timed.rig.problems()]


def test_a_deleted_payment_goes(timed: Timed, rig: Rig, invoice: int, payment: int) -> None:
    delete_payments(rig.actor, [payment], "typed twice", clock=CLOCK)
    lower(rig, invoice)
    timed.settle_down()
    assert rig.entities("Payment") == []
    assert [one["Balance"] for one in rig.entities("Invoice")] == [7]
    timed.at_rest()


@pytest.mark.parametrize("seen", [False, True])
def test_a_lowered_payment_goes(timed: Timed, rig: Rig, invoice: int, payment: int, seen: bool) -> None:
    data = PaymentData(datetime(2026, 3, 9, 15, tzinfo=UTC), "Cash", ((invoice, Decimal(5)),))
    save_payments(rig.actor, [PaymentEdit(data, id=payment)], clock=CLOCK, ids=IDS)
    lower(rig, invoice)
    if seen:
        timed.serve()
        watching.ask(rig.realm, timed.clock.now())
    timed.settle_down()
    assert [(one["TotalAmt"], one["UnappliedAmt"]) for one in rig.entities("Payment")] == [(5, 0)]
    assert [one["Balance"] for one in rig.entities("Invoice")] == [2]
    timed.at_rest()


@pytest.mark.parametrize("edited", [False, True], ids=["looked for by itself", "met by an edit of its own"])
@pytest.mark.parametrize("goes", [0, 1])
def test_the_payment_that_stays_is_applied_whole_again(
    timed: Timed, rig: Rig, invoice: int, goes: int, edited: bool
) -> None:
    """One of two payments goes and the invoice is lowered: which of them gives way is QuickBooks' choice."""
    both = [rig.payment((invoice, "5")), rig.payment((invoice, "5"))]
    timed.settle_down()
    stays = both[1 - goes]
    delete_payments(rig.actor, [both[goes]], "typed twice", clock=CLOCK)
    lower(rig, invoice)
    timed.serve()
    if edited:
        Payment.objects.filter(pk=stays).update(reference="CH-1")
    timed.settle_down()
    assert [(one["TotalAmt"], one["UnappliedAmt"]) for one in rig.entities("Payment")] == [(5, 0)]
    assert [one["Balance"] for one in rig.entities("Invoice")] == [2]
    timed.at_rest()


def test_what_was_raised_there_and_paid_is_lowered_again_and_people_soon_hear_of_the_payment(
    timed: Timed, rig: Rig, invoice: int
) -> None:
    """By the setting BluePro's invoice wins; of the payments on it, one of which is theirs, ours gives way."""
    Connection.objects.update(changed_there=ChangedThere.OVERWRITE)
    row = rig.entities("Invoice")[0]
    detail = {"ItemRef": row["Line"][0]["SalesItemLineDetail"]["ItemRef"]}
    line = {**row["Line"][0], "Amount": 20, "SalesItemLineDetail": detail}
    raised = their_hand.change(rig, "Invoice", row, CustomerRef=row["CustomerRef"], Line=[line])
    paid = {"Amount": 10, "LinkedTxn": [{"TxnId": raised["Id"], "TxnType": "Invoice"}]}
    their_hand.write(rig, "Payment", CustomerRef=row["CustomerRef"], TotalAmt="10", Line=[paid])
    rig.payment((invoice, "10"))
    timed.settle_down()
    sync_data(rig.actor, rig.connection, clock=timed.clock)
    timed.serve()
    assert [one["TotalAmt"] for one in rig.entities("Invoice")] == [10]
    assert timed.settle_down() <= 2 * watching.AGAIN.total_seconds()
    assert [one.cause for one in rig.problems()] == ["larger_than_open"]


def test_it_is_known_while_that_payment_waits_for_something_else(timed: Timed, rig: Rig, invoice: int) -> None:
    gone, stays = rig.payment((invoice, "5")), rig.payment((invoice, "5"))
    timed.settle_down()
    delete_payments(rig.actor, [gone], "typed twice", clock=CLOCK)
    lower(rig, invoice)
    timed.serve()
    edit(rig, invoice, "7", number="1" * 22)
    for reference in ("CH-1", ""):
        Payment.objects.filter(pk=stays).update(reference=reference)
    assert asked(timed) == ["number_too_long"]
    edit(rig, invoice, "7")
    timed.settle_down()
    assert [(one["TotalAmt"], one["UnappliedAmt"]) for one in rig.entities("Payment")] == [(5, 0)]
    timed.at_rest()


class TestWhatSomebodyTookOff:
    def test_before_an_edit_of_its_own(self, timed: Timed, rig: Rig, invoice: int, payment: int) -> None:
        take_off(rig, 4)
        Payment.objects.filter(pk=payment).update(reference="CH-1")
        timed.settle_down()
        assert [one.cause for one in rig.problems()] == ["changed_in_quickbooks"]

    def test_long_after_our_lowering(self, timed: Timed, rig: Rig, invoice: int) -> None:
        rig.payment((invoice, "7"))
        lower(rig, invoice)
        timed.settle_down()
        timed.push(600)
        take_off(rig, 4)
        assert asked(timed) == ["changed_in_quickbooks"]

    def test_long_before_a_write_of_ours_that_is_under_way(self, timed: Timed, rig: Rig, invoice: int) -> None:
        rig.payment((invoice, "7"))
        timed.settle_down()
        take_off(rig, 4)
        timed.push(600)
        edit(rig, invoice, "10", message="Thanks")
        rig.wire.fault = once("lost_after", "/invoice")
        watching.ask(rig.realm, timed.clock.now())
        timed.serve()
        assert asked(timed) == ["changed_in_quickbooks"]

    def test_before_it_was_known_that_our_lowering_arrived(self, timed: Timed, rig: Rig, invoice: int) -> None:
        rig.payment((invoice, "7"))
        timed.settle_down()
        lower(rig, invoice)
        rig.wire.fault = once("lost_after", "/invoice")
        timed.serve()
        take_off(rig, 4)
        timed.settle_down()
        assert asked(timed) == ["changed_in_quickbooks"]

    def test_before_our_lowering_took_off_more(self, timed: Timed, rig: Rig, invoice: int) -> None:
        gone, _ = rig.payment((invoice, "5")), rig.payment((invoice, "5"))
        timed.settle_down()
        take_off(rig, 3)
        timed.push(600)
        delete_payments(rig.actor, [gone], "typed twice", clock=CLOCK)
        lower(rig, invoice)
        timed.serve()
        assert asked(timed) == ["changed_in_quickbooks"]
        assert [one["UnappliedAmt"] for one in rig.entities("Payment")] == [3]
