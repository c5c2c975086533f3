"""Changed in QuickBooks: its own doing goes on silently, names are BluePro's, the rest is asked about."""

from collections.abc import Iterator
from typing import Any

import pytest
import their_hand
from engine_time import Timed, timed_rig
from rig import CLOCK, IDS, Rig, priced

from bluepro.contacts.rules import ContactData
from bluepro.contacts.services import ContactEdit, save_contacts
from bluepro.invoicing.life import cancel_invoices, delete_invoices
from bluepro.invoicing.models import Invoice
from bluepro.invoicing.services import save_invoices
from bluepro.quickbooks.answers import answer
from bluepro.quickbooks.models import ChangedThere, Connection, Drift

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


class TestRemovalOfWhatWasCancelled:
    @pytest.fixture
    def voided(self, timed: Timed, rig: Rig, invoice: int) -> dict[str, Any]:  # Any: JSON
        """Cancelled here and voided there; its lines are at 0 by our own hand."""
        cancel_invoices(rig.actor, [invoice], clock=CLOCK, reason="not wanted")
        timed.settle_down()
        (row,) = rig.entities("Invoice")
        return row

    def test_a_note_of_somebody_does_not_stop_it(
        self, timed: Timed, rig: Rig, invoice: int, voided: dict[str, Any]
    ) -> None:
        their_hand.change(rig, "Invoice", voided, PrivateNote="seen")
        delete_invoices(rig.actor, [invoice], clock=CLOCK, reason="typed twice")
        timed.settle_down()
        assert rig.entities("Invoice") == []
        timed.at_rest()

    def test_what_somebody_filled_again_is_asked_about(
        self, timed: Timed, rig: Rig, invoice: int, voided: dict[str, Any]
    ) -> None:
        line = voided["Line"][0]
        detail = {"ItemRef": line["SalesItemLineDetail"]["ItemRef"]}
        their_hand.change(
            rig,
            "Invoice",
            voided,
            CustomerRef=voided["CustomerRef"],
            Line=[{**line, "Amount": 9, "SalesItemLineDetail": detail}],
        )
        delete_invoices(rig.actor, [invoice], clock=CLOCK, reason="typed twice")
        timed.settle_down()
        assert [one.cause for one in rig.problems()] == ["changed_before_removal"]
        assert len(rig.entities("Invoice")) == 1


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
