"""Outcomes that nobody knows: whatever is lost, before or after the books took it, nothing doubles or is lost."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import httpx2
import pytest
import their_hand
from engine_time import Timed, as_it_came, once, timed_rig, times
from rig import CLOCK, IDS, Rig, priced

from bluepro.invoicing.life import cancel_invoices, delete_invoices
from bluepro.invoicing.services import save_invoices
from bluepro.payments.services import delete_payments
from bluepro.quickbooks.answers import answer
from bluepro.quickbooks.models import ChangedThere, Connection, Drift, NameClash
from bluepro.quickbooks.snapshot import Kind

pytestmark = pytest.mark.django_db(transaction=True)

DUE = "2026-04-01"
LOST = pytest.mark.parametrize("fault", ["lost_before", "lost_after", "html"])


@pytest.fixture
def timed() -> Iterator[Timed]:
    with timed_rig() as made:
        yield made


@pytest.fixture
def rig(timed: Timed) -> Rig:
    return timed.rig


def names(rig: Rig) -> list[str]:
    return sorted(one["DisplayName"] for one in rig.entities("Customer"))


def numbers(rig: Rig) -> list[str]:
    return sorted(one["DocNumber"] for one in rig.entities("Invoice"))


def business(rig: Rig, invoices: int = 0) -> tuple[int, list[int]]:
    """A contact and some invoices over 10.00 that differ in their numbers only."""
    ada = rig.contact("Ada")
    return ada, [rig.invoice(ada, [priced("Work", "1", "10")], number=str(number)) for number in range(invoices)]


class TestSingles:
    @LOST
    def test_a_contact_arrives_once(self, timed: Timed, rig: Rig, fault: str) -> None:
        rig.contact("Ada", emails=("ada@example.com",), phones=("+1 (415) 555-0101",))
        rig.wire.fault = once(fault, "/customer")
        timed.settle_down()
        assert names(rig) == ["Ada"]
        timed.at_rest()

    @LOST
    def test_invoices_and_payments_alike_are_told_apart_by_their_marker(
        self, timed: Timed, rig: Rig, fault: str
    ) -> None:
        ada, invoices = business(rig, 1)
        timed.settle_down()
        second = rig.invoice(ada, [priced("Work", "1", "10")], number="second")
        third = rig.invoice(ada, [priced("Work", "1", "10")], number="third")
        rig.wire.fault = times(2, fault, "/invoice")
        timed.settle_down()
        assert numbers(rig) == ["0", "second", "third"]
        for invoice in (*invoices, second, third):
            rig.payment((invoice, "10.00"))
        rig.wire.fault = times(2, fault, "/payment")
        timed.settle_down()
        assert [one["TotalAmt"] for one in rig.entities("Payment")] == [Decimal(10)] * 3
        assert {one["Balance"] for one in rig.entities("Invoice")} == {Decimal(0)}
        timed.at_rest()

    @LOST
    def test_an_edit_a_void_and_deletions_are_done_once(self, timed: Timed, rig: Rig, fault: str) -> None:
        ada, (edited, cancelled, deleted) = business(rig, 3)
        paid = rig.payment((deleted, "10.00"))
        timed.settle_down()
        rig.wire.fault = times(2, fault, "/customer")
        rig.rename(ada, "Ada King")
        timed.settle_down()
        assert names(rig) == ["Ada King"]
        rig.wire.fault = once(fault, "/payment")
        delete_payments(rig.actor, [paid], "bounced", clock=CLOCK)
        timed.settle_down()
        rig.wire.fault = times(3, fault, "/invoice")
        edit = rig.invoice_edit(ada, [priced("Work", "3", "10")], number="0", id=edited)
        save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)
        cancel_invoices(rig.actor, [cancelled], clock=CLOCK, reason="not wanted")
        delete_invoices(rig.actor, [deleted], clock=CLOCK, reason="typed twice")
        timed.settle_down()
        assert {one["DocNumber"]: one["TotalAmt"] for one in rig.entities("Invoice")} == {"0": 30, "1": 0}
        assert rig.entities("Payment") == []
        timed.at_rest()

    def test_what_is_lost_again_and_again_neither_doubles_nor_holds_up_other_names_for_good(
        self, timed: Timed, rig: Rig
    ) -> None:
        rig.contact("Poison")
        rig.wire.fault = times(10_000, "lost_before", "", b'"DisplayName":"Poison"')
        timed.serve()
        others = [rig.contact(f"Fine {number}") for number in range(12)]
        waited = self.serve_until(timed, lambda: len(names(rig)) == len(others))
        assert waited < 120
        self.serve_until(timed, lambda: bool(rig.problems()))
        (problem,) = rig.problems()
        assert (problem.cause, problem.label) == ("no_answer", "Poison")
        rig.wire.fault = lambda _: ""
        timed.settle_down()
        assert len(names(rig)) == len(others) + 1
        timed.at_rest()

    def serve_until(self, timed: Timed, reached: Callable[[], bool]) -> float:
        """Serves as the engine asks until `reached`; answers how many seconds that took."""
        passed = 0.0
        for _ in range(200):
            if reached():
                return passed
            wait = timed.serve().wait or 15.0
            passed += wait
            timed.push(wait)
        raise AssertionError("never reached")


class TestBatches:
    @LOST
    def test_a_lost_batch_arrives_once(self, timed: Timed, rig: Rig, fault: str) -> None:
        rig.wire.fault = times(2, fault, "/batch", b"BatchItemRequest")
        for number in range(7):
            rig.contact(f"Contact {number}", emails=(f"c{number}@example.com",))
        timed.settle_down()
        assert names(rig) == [f"Contact {number}" for number in range(7)]
        rig.wire.fault = once(fault, "/batch")
        business(rig, 9)
        timed.settle_down()
        assert numbers(rig) == [str(number) for number in range(9)]
        timed.at_rest()

    @pytest.mark.parametrize("how", ["missing", "doubled", "swapped", "other type", "none"])
    def test_a_garbled_answer_settles_only_what_it_tells_of(self, timed: Timed, rig: Rig, how: str) -> None:
        garbled: list[int] = []

        def tamper(request: httpx2.Request, answer: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
            items = answer.get("BatchItemResponse", [])
            if len(garbled) == 2 or not items or "QueryResponse" in items[0]:
                return answer
            garbled.append(len(items))
            first, second = items[0], items[1]
            match how:
                case "missing":
                    items.remove(first)
                case "doubled":
                    items.append({**second, "bId": first["bId"]})
                case "swapped":
                    first["bId"], second["bId"] = second["bId"], first["bId"]
                case "other type":
                    first["Payment"] = first.pop(next(name for name in first if name != "bId"))
                case "none":
                    return {"time": "2026-03-09T12:00:00Z"}
            return answer

        timed.wire.tamper = tamper
        for number in range(5):
            rig.contact(f"Contact {number}")
        timed.settle_down()
        business(rig, 5)
        timed.settle_down()
        assert len(garbled) == 2
        assert names(rig) == ["Ada", *(f"Contact {number}" for number in range(5))]
        assert numbers(rig) == [str(number) for number in range(5)]
        assert len({one["Id"] for one in rig.entities("Invoice")}) == 5
        timed.at_rest()

    def test_a_batch_refused_as_a_whole_for_one_record_holds_only_that_one(self, timed: Timed, rig: Rig) -> None:
        ada, _ = business(rig, 1)
        timed.settle_down()
        for number in range(9):
            rig.invoice(ada, [priced("Work", "1", "10")], number=f"fine {number}")
        bad = rig.invoice(ada, [priced("POISON", "1", "10")], number="bad")

        timed.wire.refuse = lambda request: 413 if b"POISON" in request.content else 0
        timed.settle_down()
        assert len(numbers(rig)) == 10 and "bad" not in numbers(rig)
        (problem,) = rig.problems()
        assert (problem.record_id, problem.cause) == (bad, "too_large")


class TestLookUps:
    @pytest.mark.parametrize("trouble", ["html", "lost_before", "lost_after", "refused"])
    def test_a_look_up_that_fails_is_asked_again(self, timed: Timed, rig: Rig, trouble: str) -> None:
        ada, _ = business(rig)
        timed.settle_down()
        rig.invoice(ada, [priced("Work", "1", "10")], number="7")
        create, look_up = once("lost_after", "/invoice"), times(2, trouble, "/batch", b"Query")
        rig.wire.fault = lambda request: create(request) or look_up(request)
        timed.settle_down()
        assert numbers(rig) == ["7"]
        timed.at_rest()

    def test_a_look_up_with_a_cut_answer_is_asked_again(self, timed: Timed, rig: Rig) -> None:
        cut: list[bool] = []

        def tamper(request: httpx2.Request, answer: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
            items = answer.get("BatchItemResponse", [])
            if cut or not items or "QueryResponse" not in items[0]:
                return answer
            cut.append(True)
            return {"BatchItemResponse": items[1:]}

        timed.wire.tamper = tamper
        rig.contact("Ada")
        rig.wire.fault = once("lost_after", "/customer")
        timed.settle_down()
        assert cut == [True] and names(rig) == ["Ada"]
        timed.wire.tamper = as_it_came
        timed.at_rest()


class TestMeanwhile:
    @LOST
    def test_a_record_deleted_while_its_create_is_unknown_is_not_there_in_the_end(
        self, timed: Timed, rig: Rig, fault: str
    ) -> None:
        _, (kept,) = business(rig, 1)
        timed.settle_down()
        gone = rig.invoice(rig.contact("Bob"), [priced("Work", "1", "10")], number="gone")
        rig.wire.fault = once(fault, "/invoice")
        timed.serve()
        delete_invoices(rig.actor, [gone], clock=CLOCK, reason="typed twice")
        timed.settle_down()
        assert numbers(rig) == ["0"]
        assert rig.link(Kind.INVOICE, kept).entity_id
        timed.at_rest()

    @LOST
    def test_an_invoice_cancelled_while_its_create_is_unknown_is_void_or_never_there(
        self, timed: Timed, rig: Rig, fault: str
    ) -> None:
        ada, _ = business(rig)
        timed.settle_down()
        invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="7")
        rig.wire.fault = once(fault, "/invoice")
        timed.serve()
        cancel_invoices(rig.actor, [invoice], clock=CLOCK, reason="not wanted")
        timed.settle_down()
        assert {one["TotalAmt"] for one in rig.entities("Invoice")} <= {Decimal(0)}
        assert len(rig.entities("Invoice")) <= 1
        timed.at_rest()

    @LOST
    def test_a_contact_renamed_while_in_flight_has_its_new_name_and_is_one(
        self, timed: Timed, rig: Rig, fault: str
    ) -> None:
        ada = rig.contact("Ada")
        rig.wire.fault = once(fault, "/customer")
        timed.serve()
        rig.rename(ada, "Ada King")
        timed.settle_down()
        assert names(rig) == ["Ada King"]
        timed.at_rest()

    def test_an_invoice_moved_to_another_day_while_unknown_is_found_on_its_old_day(
        self, timed: Timed, rig: Rig
    ) -> None:
        ada, _ = business(rig)
        timed.settle_down()
        invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="7")
        rig.wire.fault = once("lost_after", "/invoice")
        timed.serve()
        edit = rig.invoice_edit(ada, [priced("Work", "1", "10")], number="7", id=invoice, issue_date=date(2026, 3, 20))
        save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)
        timed.settle_down()
        assert [one["TxnDate"] for one in rig.entities("Invoice")] == ["2026-03-20"]
        timed.at_rest()

    def test_disconnected_or_disabled_meanwhile_nothing_more_is_sent(self, timed: Timed, rig: Rig) -> None:
        rig.contact("Ada")
        rig.wire.fault = once("lost_before", "/customer")
        timed.serve()
        Connection.objects.filter(id=rig.connection.id).update(enabled=False)
        timed.push(600)
        sent = len(rig.wire.calls)
        timed.serve()
        assert len(rig.wire.calls) == sent
        Connection.objects.filter(id=rig.connection.id).update(enabled=True)
        timed.settle_down()
        assert names(rig) == ["Ada"]
        timed.at_rest()


class TestNames:
    def make_customer(self, rig: Rig, **fields: Any) -> str:
        answer = rig.control.post(
            f"/v3/company/{rig.realm}/customer",
            json=fields,
            headers={"Authorization": f"Bearer {rig.tokens.current()}", "Accept": "application/json"},
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["Customer"]["Id"])

    @LOST
    def test_lost_and_meanwhile_taken_by_a_person_is_never_taken_for_ours(
        self, timed: Timed, rig: Rig, fault: str
    ) -> None:
        Connection.objects.filter(id=rig.connection.id).update(name_clash=NameClash.SUFFIX)
        self.make_customer(rig, DisplayName="Ada", Notes="a person's own")
        timed.push(3600)
        ada = rig.contact("Ada", emails=("ada@example.com",))
        rig.wire.fault = once(fault, "/customer")
        timed.settle_down()
        assert names(rig) == ["Ada", "Ada (2)"]
        assert rig.link(Kind.CONTACT, ada).name == "Ada (2)"
        timed.at_rest()

    def test_an_entity_that_another_record_has_is_never_adopted_nor_asked_about(self, timed: Timed, rig: Rig) -> None:
        first = rig.contact("Ada")
        timed.settle_down()
        link = rig.link(Kind.CONTACT, first)
        self.make_customer(rig, Id=link.entity_id, SyncToken=link.sync_token, sparse=True, DisplayName="Bob")
        bob = rig.contact("Bob")
        timed.settle_down()
        assert rig.problems() == []
        assert rig.link(Kind.CONTACT, first).entity_id != rig.link(Kind.CONTACT, bob).entity_id
        assert names(rig) == ["Bob", "Bob (2)"]

    def test_an_answer_with_the_id_of_another_record_crashes_nothing_and_holds_up_nobody(
        self, timed: Timed, rig: Rig
    ) -> None:
        first = rig.contact("Ada")
        timed.settle_down()
        taken = rig.link(Kind.CONTACT, first).entity_id
        told: list[str] = []

        def tamper(request: httpx2.Request, answer: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
            items = answer.get("BatchItemResponse", [])
            if not told and items and "Customer" in items[0]:
                told.append(items[0]["Customer"]["Id"])
                items[0]["Customer"]["Id"] = taken
            return answer

        timed.wire.tamper = tamper
        others = [rig.contact(f"Contact {number}") for number in range(5)]
        timed.serve()
        assert sorted(bool(rig.link(Kind.CONTACT, other).entity_id) for other in others) == [False, *[True] * 4]
        (problem,) = rig.problems()
        assert problem.cause == "bug" and problem.remedy
        timed.settle_down()
        assert rig.link(Kind.CONTACT, others[0]).entity_id == told[0]
        assert len(names(rig)) == 6
        timed.at_rest()

    def test_held_by_a_person_asks_and_holds_only_that_contact(self, timed: Timed, rig: Rig) -> None:
        self.make_customer(rig, DisplayName="Ada")
        ada = rig.contact("Ada")
        rig.invoice(ada, [priced("Work", "1", "10")], number="1")
        rig.invoice(rig.contact("Bob"), [priced("Work", "1", "10")], number="2")
        timed.settle_down()
        (problem,) = rig.problems()
        assert (problem.cause, problem.record_id) == ("name_held", ada)
        assert names(rig) == ["Ada", "Bob"] and numbers(rig) == ["2"]


class TestChangedBeforeItWasFound:
    """A create whose answer was lost, and somebody who worked on it in QuickBooks before the look-up."""

    def lose(self, timed: Timed, rig: Rig) -> dict[str, Any]:  # Any: JSON
        """An invoice of 10.00 in QuickBooks that we do not know of yet."""
        ada, _ = business(rig)
        timed.settle_down()
        rig.invoice(ada, [priced("Work", "1", "10")], number="1")
        rig.wire.fault = once("lost_after", "/invoice")
        timed.serve()
        return rig.entities("Invoice")[0]

    def test_what_is_ours_to_own_is_asked_about(self, timed: Timed, rig: Rig) -> None:
        their_hand.change(rig, "Invoice", self.lose(timed, rig), DueDate="2026-12-24")
        timed.settle_down()
        (problem,) = rig.problems()
        assert (problem.cause, problem.text) == (
            "changed_in_quickbooks",
            f"Invoice 1 was changed in QuickBooks: due date ({DUE} here, 2026-12-24 there).",
        )
        answer(rig.actor, problem.id, "ours", clock=CLOCK)
        timed.settle_down()
        (booked,) = rig.entities("Invoice")
        assert booked["DueDate"] == DUE
        timed.at_rest()

    def test_it_is_written_over_where_that_was_chosen(self, timed: Timed, rig: Rig) -> None:
        Connection.objects.update(changed_there=ChangedThere.OVERWRITE)
        their_hand.change(rig, "Invoice", self.lose(timed, rig), DueDate="2026-12-24")
        timed.settle_down()
        (booked,) = rig.entities("Invoice")
        assert booked["DueDate"] == DUE
        assert [one.fields["DueDate"] for one in Drift.objects.all()] == [[DUE, "2026-12-24"]]
        timed.at_rest()

    def test_a_voided_one_is_not_made_again(self, timed: Timed, rig: Rig) -> None:
        their_hand.void(rig, self.lose(timed, rig))
        timed.settle_down()
        assert [one.cause for one in rig.problems()] == ["voided_in_quickbooks"]
        assert len(rig.entities("Invoice")) == 1

    def test_a_note_beside_the_marker_is_nothing_to_ask_about(self, timed: Timed, rig: Rig) -> None:
        row = self.lose(timed, rig)
        their_hand.change(rig, "Invoice", row, PrivateNote=f"called\n{row['PrivateNote']}")
        timed.settle_down()
        timed.at_rest()

    def test_another_day_and_amount_hide_no_payment(self, timed: Timed, rig: Rig) -> None:
        _, (invoice,) = business(rig, 1)
        timed.settle_down()
        rig.payment((invoice, "10.00"))
        rig.wire.fault = once("lost_after", "/payment")
        timed.serve()
        (paid,) = rig.entities("Payment")
        their_hand.change(
            rig, "Payment", paid, TxnDate="2026-03-11", CustomerRef=paid["CustomerRef"], TotalAmt=8, Line=[]
        )
        timed.settle_down()
        assert [one.cause for one in rig.problems()] == ["changed_in_quickbooks"]
        answer(rig.actor, rig.problems()[0].id, "ours", clock=CLOCK)
        timed.settle_down()
        assert [(one["TxnDate"], one["TotalAmt"]) for one in rig.entities("Payment")] == [("2026-03-09", 10)]
        timed.at_rest()
