"""Changed in QuickBooks: its own doing goes on silently, names are BluePro's, the rest is asked about."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import their_hand
from engine_time import Timed, timed_rig
from rig import CLOCK, IDS, Rig, priced

from bluepro.contacts.rules import ContactData
from bluepro.contacts.services import ContactEdit, save_contacts
from bluepro.invoicing.life import delete_invoices
from bluepro.invoicing.models import Invoice
from bluepro.invoicing.services import save_invoices
from bluepro.payments.models import Payment
from bluepro.payments.rules import PaymentData, PaymentEdit
from bluepro.payments.services import delete_payments, save_payments
from bluepro.quickbooks.answers import answer
from bluepro.quickbooks.models import ChangedThere, Connection, Drift
from bluepro.quickbooks.store import watching

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def timed() -> Iterator[Timed]:
    with timed_rig() as made:
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


def say(rig: Rig, invoice: int, message: str) -> None:
    """An edit of the invoice's message here."""
    row = Invoice.objects.get(pk=invoice)
    edit = rig.invoice_edit(row.contact_id, [priced("Work", "1", "10")], number="1", id=invoice, message=message)
    save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)


class TestQuickBooksOwnDoing:
    def test_a_payment_entered_there_moves_only_the_balance_and_nobody_is_asked(
        self, timed: Timed, rig: Rig, invoice: int
    ) -> None:
        (booked,) = rig.entities("Invoice")
        link = {"Amount": 4, "LinkedTxn": [{"TxnId": booked["Id"], "TxnType": "Invoice"}]}
        their_hand.write(rig, "Payment", CustomerRef=booked["CustomerRef"], TotalAmt=4, Line=[link])
        say(rig, invoice, "Thanks")
        timed.settle_down()
        (booked,) = rig.entities("Invoice")
        assert (booked["Balance"], booked["CustomerMemo"]["value"]) == (6, "Thanks")
        assert Drift.objects.count() == 0
        timed.at_rest()

    def test_what_is_not_ours_may_be_changed_there(self, timed: Timed, rig: Rig, invoice: int) -> None:
        their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], PrivateNote="called twice")
        say(rig, invoice, "Thanks")
        timed.settle_down()
        (booked,) = rig.entities("Invoice")
        assert (booked["PrivateNote"], booked["CustomerMemo"]["value"]) == ("called twice", "Thanks")
        timed.at_rest()


class TestWhatOurOwnLoweringDid:
    """An invoice lowered here below its payment has QuickBooks apply less of that one: nobody's doing but ours."""

    @pytest.fixture
    def payment(self, timed: Timed, rig: Rig, invoice: int) -> int:
        made = rig.payment((invoice, "10"))
        timed.settle_down()
        return made

    def lower(self, rig: Rig, invoice: int) -> None:
        row = Invoice.objects.get(pk=invoice)
        edit = rig.invoice_edit(row.contact_id, [priced("Work", "1", "7")], number="1", id=invoice)
        save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)

    def test_a_deleted_payment_goes(self, timed: Timed, rig: Rig, invoice: int, payment: int) -> None:
        delete_payments(rig.actor, [payment], "typed twice", clock=CLOCK)
        self.lower(rig, invoice)
        timed.settle_down()
        assert rig.entities("Payment") == []
        assert [one["Balance"] for one in rig.entities("Invoice")] == [7]
        timed.at_rest()

    @pytest.mark.parametrize("seen", [False, True])
    def test_a_lowered_payment_goes(self, timed: Timed, rig: Rig, invoice: int, payment: int, seen: bool) -> None:
        data = PaymentData(datetime(2026, 3, 9, 15, tzinfo=UTC), "Cash", ((invoice, Decimal(5)),))
        save_payments(rig.actor, [PaymentEdit(data, id=payment)], clock=CLOCK, ids=IDS)
        self.lower(rig, invoice)
        if seen:
            timed.serve()
            watching.ask(rig.realm, timed.clock.now())
        timed.settle_down()
        assert [(one["TotalAmt"], one["UnappliedAmt"]) for one in rig.entities("Payment")] == [(5, 0)]
        assert [one["Balance"] for one in rig.entities("Invoice")] == [2]
        timed.at_rest()

    @pytest.mark.parametrize("edited", [False, True], ids=["seen there", "met by an edit of its own"])
    @pytest.mark.parametrize("goes", [0, 1])
    def test_the_payment_that_stays_is_applied_whole_again(
        self, timed: Timed, rig: Rig, invoice: int, goes: int, edited: bool
    ) -> None:
        """One of two payments goes and the invoice is lowered: which of them gives way is QuickBooks' choice."""
        watching.ask(rig.realm, timed.clock.now())
        both = [rig.payment((invoice, "5")), rig.payment((invoice, "5"))]
        timed.settle_down()
        stays = both[1 - goes]
        delete_payments(rig.actor, [both[goes]], "typed twice", clock=CLOCK)
        self.lower(rig, invoice)
        timed.serve()
        if edited:
            Payment.objects.filter(pk=stays).update(reference="CH-1")
        else:
            watching.ask(rig.realm, timed.clock.now())
        timed.settle_down()
        assert [(one["TotalAmt"], one["UnappliedAmt"]) for one in rig.entities("Payment")] == [(5, 0)]
        assert [one["Balance"] for one in rig.entities("Invoice")] == [2]
        timed.at_rest()

    def test_what_somebody_else_took_off_long_after_is_asked_about(self, timed: Timed, rig: Rig, invoice: int) -> None:
        watching.ask(rig.realm, timed.clock.now())
        rig.payment((invoice, "7"))
        self.lower(rig, invoice)
        timed.settle_down()
        timed.push(600)
        paid = rig.entities("Payment")[0]
        line = {**paid["Line"][0], "Amount": 4}
        their_hand.change(rig, "Payment", paid, CustomerRef=paid["CustomerRef"], TotalAmt=7, Line=[line])
        watching.ask(rig.realm, timed.clock.now())
        timed.settle_down()
        assert [one.cause for one in rig.problems()] == ["changed_in_quickbooks"]

    def test_what_somebody_else_took_off_is_asked_about(
        self, timed: Timed, rig: Rig, invoice: int, payment: int
    ) -> None:
        paid = rig.entities("Payment")[0]
        line = {**paid["Line"][0], "Amount": 4}
        their_hand.change(rig, "Payment", paid, CustomerRef=paid["CustomerRef"], TotalAmt=10, Line=[line])
        Payment.objects.filter(pk=payment).update(reference="CH-1")
        timed.settle_down()
        assert [one.cause for one in rig.problems()] == ["changed_in_quickbooks"]


class TestNamesAreBluePros:
    def test_a_name_changed_on_both_sides_is_ours_and_both_are_kept(self, timed: Timed, rig: Rig) -> None:
        ada = rig.contact("Ada", emails=("ada@example.com",))
        timed.settle_down()
        row = rig.entities("Customer")[0]
        their_hand.change(rig, "Customer", row, PrimaryEmailAddr={"Address": "theirs@example.com"}, Notes="by hand")
        data = ContactData("person", "Ada King", emails=("ada@example.com",))
        save_contacts(rig.actor, [ContactEdit(data, id=ada)], clock=CLOCK)
        timed.settle_down()
        (customer,) = rig.entities("Customer")
        assert (customer["DisplayName"], customer["Notes"]) == ("Ada King", "by hand")
        assert customer["PrimaryEmailAddr"]["Address"] == "ada@example.com"
        (drift,) = Drift.objects.all()
        ours, theirs = drift.fields["PrimaryEmailAddr"]
        assert (ours["Address"], theirs["Address"]) == ("ada@example.com", "theirs@example.com")
        timed.at_rest()


class TestAsked:
    @pytest.fixture
    def asked(self, timed: Timed, rig: Rig, invoice: int) -> int:
        """The question about an invoice whose date was changed there, and whose message was changed here."""
        their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], TxnDate="2026-03-05")
        say(rig, invoice, "Thanks")
        timed.settle_down()
        (problem,) = rig.problems()
        assert problem.cause == "changed_in_quickbooks"
        assert "date (2026-03-02 here, 2026-03-05 there)" in problem.text
        return problem.id

    def test_bluepros_values_are_written_over_it(self, timed: Timed, rig: Rig, asked: int) -> None:
        answer(rig.actor, asked, "ours", clock=CLOCK)
        timed.settle_down()
        (booked,) = rig.entities("Invoice")
        assert (booked["TxnDate"], booked["CustomerMemo"]["value"]) == ("2026-03-02", "Thanks")
        timed.at_rest()

    def test_it_is_left_as_it_is_there_until_it_is_changed_here_again(
        self, timed: Timed, rig: Rig, invoice: int, asked: int
    ) -> None:
        answer(rig.actor, asked, "theirs", clock=CLOCK)
        timed.settle_down()
        (booked,) = rig.entities("Invoice")
        assert (booked["TxnDate"], booked["CustomerMemo"]["value"]) == ("2026-03-05", "Thanks")
        timed.at_rest()
        say(rig, invoice, "Many thanks")
        timed.settle_down()
        (booked,) = rig.entities("Invoice")
        assert (booked["TxnDate"], booked["CustomerMemo"]["value"]) == ("2026-03-05", "Many thanks")
        timed.at_rest()

    def test_what_was_left_is_not_asked_about_again_when_only_the_balance_moves(
        self, timed: Timed, rig: Rig, invoice: int, asked: int
    ) -> None:
        answer(rig.actor, asked, "theirs", clock=CLOCK)
        timed.settle_down()
        their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], PrivateNote="called twice")
        say(rig, invoice, "Many thanks")
        timed.settle_down()
        (booked,) = rig.entities("Invoice")
        assert (booked["TxnDate"], booked["CustomerMemo"]["value"]) == ("2026-03-05", "Many thanks")
        timed.at_rest()

    def test_a_second_change_there_is_a_second_question(self, timed: Timed, rig: Rig, invoice: int, asked: int) -> None:
        answer(rig.actor, asked, "theirs", clock=CLOCK)
        timed.settle_down()
        their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], DocNumber="77")
        say(rig, invoice, "Many thanks")
        timed.settle_down()
        assert [one.cause for one in rig.problems()] == ["changed_in_quickbooks"]

    def test_with_the_setting_bluepro_wins_unasked_and_both_are_kept(
        self, timed: Timed, rig: Rig, invoice: int
    ) -> None:
        Connection.objects.update(changed_there=ChangedThere.OVERWRITE)
        their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], TxnDate="2026-03-05")
        say(rig, invoice, "Thanks")
        timed.settle_down()
        (booked,) = rig.entities("Invoice")
        assert (booked["TxnDate"], booked["CustomerMemo"]["value"]) == ("2026-03-02", "Thanks")
        assert Drift.objects.get().fields == {"TxnDate": ["2026-03-02", "2026-03-05"]}
        timed.at_rest()

    def test_other_lines_are_named_with_what_they_come_to(self, timed: Timed, rig: Rig, invoice: int) -> None:
        (booked,) = rig.entities("Invoice")
        line = booked["Line"][0]
        detail = {**line["SalesItemLineDetail"], "UnitPrice": 9, "Qty": 1}
        their_hand.change(rig, "Invoice", booked, Line=[{**line, "Amount": 9, "SalesItemLineDetail": detail}])
        say(rig, invoice, "Thanks")
        timed.settle_down()
        (problem,) = rig.problems()
        assert "lines (it comes to $9.00 there)" in problem.text
        answer(rig.actor, problem.id, "ours", clock=CLOCK)
        timed.settle_down()
        assert rig.entities("Invoice")[0]["TotalAmt"] == 10
        timed.at_rest()


class TestRemoval:
    @pytest.fixture
    def asked(self, timed: Timed, rig: Rig, invoice: int) -> int:
        their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], DocNumber="theirs")
        delete_invoices(rig.actor, [invoice], clock=CLOCK, reason="typed twice")
        timed.settle_down()
        (problem,) = rig.problems()
        assert problem.cause == "changed_before_removal" and "number (1 here, theirs there)" in problem.text
        return problem.id

    def test_it_is_removed_all_the_same(self, timed: Timed, rig: Rig, asked: int) -> None:
        answer(rig.actor, asked, "remove", clock=CLOCK)
        timed.settle_down()
        assert rig.entities("Invoice") == []
        timed.at_rest()

    def test_it_is_kept_there_and_no_longer_ours(self, timed: Timed, rig: Rig, asked: int) -> None:
        answer(rig.actor, asked, "keep", clock=CLOCK)
        timed.settle_down()
        assert len(rig.entities("Invoice")) == 1
        timed.at_rest()


class TestGoneThere:
    def test_a_deleted_invoice_is_left_out_until_it_is_changed_here(self, timed: Timed, rig: Rig, invoice: int) -> None:
        their_hand.remove(rig, "Invoice", rig.entities("Invoice")[0])
        say(rig, invoice, "Thanks")
        timed.settle_down()
        (problem,) = rig.problems()
        assert problem.cause == "gone_in_quickbooks"
        answer(rig.actor, problem.id, "leave", clock=CLOCK)
        timed.settle_down()
        assert rig.problems() == [] and rig.entities("Invoice") == []
        say(rig, invoice, "Many thanks")
        timed.settle_down()
        assert [one.cause for one in rig.problems()] == ["gone_in_quickbooks"]
        assert rig.entities("Invoice") == []
