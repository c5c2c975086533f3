"""What QuickBooks says has changed: one call finds what others did, what is ours costs nothing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import unquote_plus

import httpx2
import pytest
import their_hand
from engine_time import Timed, once, timed_rig
from rig import CLOCK, IDS, Rig, priced

from bluepro.contacts.rules import ContactData
from bluepro.contacts.services import ContactEdit, archive_contacts, save_contacts
from bluepro.invoicing.models import Invoice
from bluepro.invoicing.services import save_invoices
from bluepro.quickbooks.answers import answer
from bluepro.quickbooks.connect.lifecycle import sync_data
from bluepro.quickbooks.models import ChangedThere, Connection, Drift, Run, Watch
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import reads, watching

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def timed() -> Iterator[Timed]:
    with timed_rig() as made:
        yield made


@pytest.fixture
def rig(timed: Timed) -> Rig:
    watching.ask(timed.rig.realm, timed.clock.now())
    return timed.rig


@pytest.fixture
def invoice(timed: Timed, rig: Rig) -> int:
    """An invoice of 10.00 for Ada that is in QuickBooks; a minute has passed."""
    made = rig.invoice(rig.contact("Ada", emails=("ada@example.com",)), [priced("Work", "1", "10")], number="1")
    timed.settle_down()
    timed.push(60)
    return made


def contact_of(invoice: int) -> int:
    return Invoice.objects.get(pk=invoice).contact_id


def look(timed: Timed) -> list[str]:
    """Presses Sync Data; answers the addresses of the calls that followed, in words."""
    before = len(timed.rig.wire.calls)
    sync_data(timed.rig.actor, timed.rig.connection, clock=timed.clock)
    timed.settle_down()
    return [unquote_plus(url.split("/company/")[1]) for _, url, _ in timed.rig.wire.calls[before:]]


def asked(calls: list[str]) -> int:
    """How many of the calls asked what changed."""
    return sum("/cdc?" in url for url in calls)


class TestOneCall:
    def test_nothing_changed_is_one_request_and_the_run_ends(self, timed: Timed, invoice: int) -> None:
        calls = look(timed)
        assert len(calls) == 1 and asked(calls) == 1
        assert "entities=Customer,Item,Invoice,Payment" in calls[0]
        assert Run.objects.filter(finished_at=None).count() == 0
        used = reads.reads(timed.clock.now()).used
        look(timed)
        assert reads.reads(timed.clock.now()).used == used + 1

    def test_a_day_later_it_is_asked_by_itself(self, timed: Timed, rig: Rig, invoice: int) -> None:
        their_hand.remove(rig, "Invoice", rig.entities("Invoice")[0])
        timed.settle_down()
        assert rig.problems() == []
        timed.push(timedelta(days=1).total_seconds())
        timed.settle_down()
        assert [one.cause for one in rig.problems()] == ["gone_in_quickbooks"]

    def test_before_an_answer_could_be_full_of_our_own_writes_it_is_asked(self, timed: Timed, rig: Rig) -> None:
        def make(count: int) -> int:
            """Pushes so many customers; how often it was asked what changed meanwhile."""
            before = len(rig.wire.calls)
            names = [ContactEdit(ContactData("person", f"Customer {before} {number}")) for number in range(count)]
            save_contacts(rig.actor, names, clock=CLOCK)
            timed.settle_down()
            return asked([url for _, url, _ in rig.wire.calls[before:]])

        assert make(watching.OWN_CHANGES - 1) == 0
        assert make(1) == 0
        assert make(1) == 1
        assert make(1) == 0
        timed.at_rest()

    def test_what_moves_with_a_write_counts_too_so_that_no_answer_is_full_of_it(
        self, timed: Timed, rig: Rig, invoice: int
    ) -> None:
        look(timed)
        rig.payment((invoice, "4.00"))
        timed.settle_down()
        now = timed.clock.now()
        query = {"entities": "Customer,Item,Invoice,Payment", "changedSince": (now - timedelta(seconds=1)).isoformat()}
        told = rig.control.get(
            f"/v3/company/{rig.realm}/cdc",
            params=query,
            headers={"Authorization": f"Bearer {rig.tokens.current()}", "Accept": "application/json"},
        ).json()
        objects = sum(
            len(rows)
            for one in told["CDCResponse"][0]["QueryResponse"]
            for rows in one.values()
            if isinstance(rows, list)
        )
        place = watching.watched(rig.connection)
        assert place is not None and 0 < objects <= place.own_changes == 3

    def test_what_was_being_written_meanwhile_is_read_again_soon_and_no_run_waits_for_that(
        self, timed: Timed, rig: Rig, invoice: int
    ) -> None:
        before = len(rig.wire.calls)
        rig.wire.fault = once("lost_after", "/customer")
        save_contacts(rig.actor, [ContactEdit(ContactData("person", "Ada King"), id=contact_of(invoice))], clock=CLOCK)
        sync_data(rig.actor, rig.connection, clock=timed.clock)
        timed.serve()
        timed.push(200)
        timed.serve()
        assert Run.objects.filter(finished_at=None).count() == 0
        assert asked([url for _, url, _ in rig.wire.calls[before:]]) == 1
        timed.settle_down()
        assert asked([url for _, url, _ in rig.wire.calls[before:]]) == 2
        timed.at_rest()

    def test_it_is_read_again_after_a_change_of_a_paid_invoice_only(self, timed: Timed, rig: Rig, invoice: int) -> None:
        def say(message: str) -> int:
            before, lines = len(rig.wire.calls), [priced("Work", "1", "10")]
            edit = rig.invoice_edit(contact_of(invoice), lines, number="1", id=invoice, message=message)
            save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)
            timed.settle_down()
            return asked([url for _, url, _ in rig.wire.calls[before:]])

        assert say("Thanks") == 0
        rig.payment((invoice, "10"))
        timed.settle_down()
        assert say("Many thanks") == 1
        timed.at_rest()

    def test_what_is_asked_for_later_stays_asked_when_an_earlier_reading_ends(
        self, timed: Timed, rig: Rig, invoice: int
    ) -> None:
        watching.ask_again(rig.realm, timed.clock.now())
        later = Watch.objects.get().ask_at
        Watch.objects.update(read_at=timed.clock.now() - watching.EVERY)
        before = len(rig.wire.calls)
        timed.serve()
        assert asked([url for _, url, _ in rig.wire.calls[before:]]) == 1
        assert Watch.objects.get().ask_at == later

    def test_at_the_cap_of_reads_it_waits_and_writes_go_on(
        self, timed: Timed, rig: Rig, invoice: int, settings: Any
    ) -> None:
        settings.QBO_READS_A_MONTH = 0
        rig.contact("Bob")
        assert asked(look(timed)) == 0
        assert len(rig.entities("Customer")) == 2
        assert Run.objects.filter(finished_at=None).count() == 0
        settings.QBO_READS_A_MONTH = 500_000
        before = len(rig.wire.calls)
        timed.settle_down()
        assert ["/cdc?" in url for _, url, _ in rig.wire.calls[before:]] == [True]

    def test_a_refused_or_garbled_answer_is_asked_for_again_later(self, timed: Timed, rig: Rig, invoice: int) -> None:
        their_hand.remove(rig, "Invoice", rig.entities("Invoice")[0])

        def garbled(request: httpx2.Request, found: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
            return {"CDCResponse": "what?"} if request.url.path.endswith("/cdc") else found

        timed.wire.tamper = garbled
        sync_data(rig.actor, rig.connection, clock=timed.clock)
        assert timed.serve().wait is not None
        assert rig.problems() == []
        timed.wire.tamper = lambda _, found: found
        timed.push(watching.AGAIN.total_seconds())
        timed.settle_down()
        assert [one.cause for one in rig.problems()] == ["gone_in_quickbooks"]


class TestOurs:
    def test_what_we_wrote_ourselves_and_balances_that_moved_by_it_need_nobody(
        self, timed: Timed, rig: Rig, invoice: int
    ) -> None:
        rig.payment((invoice, "10.00"))
        timed.settle_down()
        look(timed)
        assert rig.problems() == [] and Drift.objects.count() == 0
        (booked,) = rig.entities("Invoice")
        assert rig.link(Kind.INVOICE, invoice).sync_token == booked["SyncToken"]
        timed.at_rest()

    def test_a_customer_of_theirs_is_nothing_to_us(self, timed: Timed, rig: Rig, invoice: int) -> None:
        their_hand.write(rig, "Customer", DisplayName="Theirs")
        assert len(look(timed)) == 1
        timed.at_rest()


class TestTheirs:
    def test_contact_details_changed_there_are_written_over_and_both_are_kept(
        self, timed: Timed, rig: Rig, invoice: int
    ) -> None:
        row = rig.entities("Customer")[0]
        their_hand.change(rig, "Customer", row, PrimaryEmailAddr={"Address": "theirs@example.com"}, Notes="by hand")
        look(timed)
        (customer,) = rig.entities("Customer")
        assert (customer["PrimaryEmailAddr"]["Address"], customer["Notes"]) == ("ada@example.com", "by hand")
        assert Drift.objects.get().fields["PrimaryEmailAddr"][1]["Address"] == "theirs@example.com"
        assert asked(look(timed)) == 1
        assert Drift.objects.count() == 1
        timed.at_rest()

    def test_a_date_changed_there_is_asked_about_once_and_payments_wait(
        self, timed: Timed, rig: Rig, invoice: int
    ) -> None:
        their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], TxnDate="2026-03-05")
        look(timed)
        (problem,) = rig.problems()
        assert problem.cause == "changed_in_quickbooks"
        rig.payment((invoice, "10.00"))
        look(timed)
        assert rig.entities("Payment") == []
        answer(rig.actor, problem.id, "theirs", clock=CLOCK)
        timed.settle_down()
        look(timed)
        assert rig.problems() == [] and len(rig.entities("Payment")) == 1
        assert rig.entities("Invoice")[0]["TxnDate"] == "2026-03-05"
        timed.push(60)
        their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], PrivateNote="called")
        look(timed)
        timed.at_rest()

    def test_with_the_setting_bluepro_wins(self, timed: Timed, rig: Rig, invoice: int) -> None:
        Connection.objects.update(changed_there=ChangedThere.OVERWRITE)
        their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], TxnDate="2026-03-05")
        look(timed)
        assert rig.entities("Invoice")[0]["TxnDate"] == "2026-03-02"
        timed.at_rest()

    @pytest.mark.parametrize("answered", ["leave", "make_anew"])
    def test_a_deleted_invoice_is_asked_about_once(self, timed: Timed, rig: Rig, invoice: int, answered: str) -> None:
        their_hand.remove(rig, "Invoice", rig.entities("Invoice")[0])
        look(timed)
        (problem,) = rig.problems()
        assert (problem.cause, problem.label) == ("gone_in_quickbooks", "Invoice 1")
        answer(rig.actor, problem.id, answered, clock=CLOCK)
        look(timed)
        assert rig.problems() == []
        assert len(rig.entities("Invoice")) == (answered == "make_anew")

    def test_a_voided_invoice_is_asked_about_once(self, timed: Timed, rig: Rig, invoice: int) -> None:
        their_hand.void(rig, rig.entities("Invoice")[0])
        look(timed)
        (problem,) = rig.problems()
        assert problem.cause == "voided_in_quickbooks"
        answer(rig.actor, problem.id, "leave", clock=CLOCK)
        look(timed)
        assert rig.problems() == []

    def test_an_inactive_customer_is_asked_about_unless_archived_here(self, timed: Timed, rig: Rig) -> None:
        rig.contact("Ada")
        bob = rig.contact("Bob")
        timed.settle_down()
        timed.push(60)
        archive_contacts(rig.actor, [bob], clock=CLOCK)
        for row in rig.entities("Customer"):
            their_hand.change(rig, "Customer", row, Active=False)
        look(timed)
        (problem,) = rig.problems()
        assert (problem.cause, problem.label) == ("inactive_in_quickbooks", "Ada")
        row = rig.entities("Customer", "Active = false AND DisplayName LIKE 'Ada%'")[0]
        their_hand.change(rig, "Customer", row, Active=True)
        answer(rig.actor, problem.id, "active", clock=CLOCK)
        look(timed)
        timed.at_rest()

    def test_a_merged_customer_is_a_problem_with_choices(self, timed: Timed, rig: Rig, invoice: int) -> None:
        kept = their_hand.write(rig, "Customer", DisplayName="Ada Lovelace")
        gone = rig.entities("Customer", "DisplayName = 'Ada'")[0]
        their_hand.merge(rig, "Customer", gone["Id"], kept["Id"])
        look(timed)
        assert rig.problems()[0].cause in ("gone_in_quickbooks", "inactive_in_quickbooks")


class TestIncomplete:
    def test_a_full_answer_falls_back_to_lists_and_nothing_is_lost(self, timed: Timed, rig: Rig, invoice: int) -> None:
        their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], TxnDate="2026-03-05")

        def full(request: httpx2.Request, found: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
            if request.url.path.endswith("/cdc"):
                (part,) = found["CDCResponse"]
                part["QueryResponse"] = [{"Customer": [{"Id": str(9000 + n), "SyncToken": "0"} for n in range(1000)]}]
            return found

        timed.wire.tamper = full
        calls = look(timed)
        assert asked(calls) == 1 and sum("/query?" in url for url in calls) == 4
        assert [one.cause for one in rig.problems()] == ["changed_in_quickbooks"]
        timed.wire.tamper = lambda _, found: found
        timed.push(60)
        assert len(look(timed)) == 1

    def test_a_gap_of_more_than_30_days_is_read_from_lists_page_by_page(
        self, timed: Timed, rig: Rig, invoice: int
    ) -> None:
        for number in range(5):
            rig.contact(f"Customer {number}")
        timed.settle_down()
        their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], TxnDate="2026-03-05")
        Watch.objects.update(through=timed.clock.now() - timedelta(days=40))
        calls = look(timed)
        assert asked(calls) == 0 and sum("/query?" in url for url in calls) == 4
        assert all("MetaData.LastUpdatedTime >= " in url for url in calls if "/query?" in url)
        assert [one.cause for one in rig.problems()] == ["changed_in_quickbooks"]
        assert asked(look(timed)) == 1
