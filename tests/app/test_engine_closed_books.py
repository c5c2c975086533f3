"""Locked books: what would change a closed month waits as one problem, and goes as a person answers it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import their_hand
from rig import CLOCK, IDS, Rig, make_rig, priced

from bluepro.common.errors import Refused
from bluepro.invoicing.life import cancel_invoices
from bluepro.invoicing.services import save_invoices
from bluepro.payments.services import delete_payments
from bluepro.quickbooks.answers import answer
from bluepro.quickbooks.choices import seen_as
from bluepro.quickbooks.connect.members import lock_books
from bluepro.quickbooks.connect.problems import dismiss, open_problems, retry
from bluepro.quickbooks.connect.readiness import Readiness
from bluepro.quickbooks.models import Connection, Problem
from bluepro.quickbooks.queries import members, sync_states
from bluepro.quickbooks.snapshot import Kind

pytestmark = pytest.mark.django_db(transaction=True)

MARCH_31, APRIL_1 = date(2026, 3, 31), "2026-04-01"
WORK = [priced("Work", "1", "100")]


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = make_rig()
    yield made
    made.close()


@pytest.fixture
def locked(rig: Rig) -> Rig:
    lock_books(rig.actor, MARCH_31, clock=CLOCK)
    return rig


def asked(rig: Rig) -> Problem:
    """The one question that is open."""
    (problem,) = open_problems(rig.actor)
    assert (problem.cause, problem.kind) == ("closed_books", None)
    return problem


def days(rig: Rig, entity: str = "Invoice") -> list[str]:
    return sorted(one["TxnDate"] for one in rig.entities(entity))


def choose(rig: Rig, choice: str) -> None:
    problem = asked(rig)
    answer(rig.actor, problem.pk, choice, clock=CLOCK, seen=seen_as(problem.text))
    rig.sync_until_quiet()


def test_many_held_records_are_one_problem_with_count_sum_and_days(locked: Rig) -> None:
    ada = locked.contact("Ada")
    first = locked.invoice(ada, WORK, number="1", issue_date=date(2026, 2, 10))
    locked.invoice(ada, WORK, number="2", issue_date=MARCH_31)
    locked.payment((first, "40.00"))
    locked.invoice(ada, WORK, number="3", issue_date=date(2026, 4, 1))
    locked.sync_until_quiet()
    assert days(locked) == [APRIL_1]
    problem = asked(locked)
    assert "2 records of together $200.00, dated Feb 10, 2026 to Mar 31, 2026" in problem.text
    assert [one.label for one in members(problem, 10)] == ["Invoice 1", "Invoice 2"]
    state = sync_states(locked.actor.workspace_id, "invoice", [first], now=CLOCK.now())[first]
    assert state.where == "Needs you" and "closed through Mar 31, 2026" in state.reason


def test_left_out_they_stay_out_until_they_change(locked: Rig) -> None:
    ada = locked.contact("Ada")
    invoice = locked.invoice(ada, WORK, number="1")
    locked.sync_until_quiet()
    choose(locked, "leave")
    assert days(locked) == [] and open_problems(locked.actor) == []
    state = sync_states(locked.actor.workspace_id, "invoice", [invoice], now=CLOCK.now())[invoice]
    assert state.where == "Not in QuickBooks" and "left out by owner@example.com" in state.reason
    change(locked, ada, invoice, "2")
    locked.sync_until_quiet()
    assert "1 record of $200.00" in asked(locked).text


def test_sent_anyway_they_go_under_their_own_dates(locked: Rig) -> None:
    ada = locked.contact("Ada")
    invoice = locked.invoice(ada, WORK, number="1")
    locked.payment((invoice, "100.00"))
    locked.sync_until_quiet()
    choose(locked, "send")
    assert days(locked) == ["2026-03-02"]
    choose(locked, "send")  # its payment is asked about once the invoice is there
    assert days(locked, "Payment") == ["2026-03-09"] and open_problems(locked.actor) == []
    change(locked, ada, invoice, "3")  # consent was for what was asked about, not for ever
    locked.sync_until_quiet()
    assert asked(locked).detail["choices"] == ["leave", "send"]


def test_booked_later_they_stand_on_the_first_open_day_and_keep_theirs_here(locked: Rig) -> None:
    ada = locked.contact("Ada")
    invoice = locked.invoice(ada, WORK, number="1")
    locked.payment((invoice, "100.00"), paid_at=datetime(2026, 4, 9, 15, tzinfo=UTC))
    locked.sync_until_quiet()
    choose(locked, "redate")
    assert days(locked) == [APRIL_1] and days(locked, "Payment") == ["2026-04-09"]
    assert open_problems(locked.actor) == []
    state = sync_states(locked.actor.workspace_id, "invoice", [invoice], now=CLOCK.now())[invoice]
    assert "booked there on Apr 1, 2026" in state.reason
    change(locked, ada, invoice, "3")
    locked.sync_until_quiet()
    assert days(locked) == [APRIL_1] and open_problems(locked.actor) == []


def test_a_dismissed_question_is_not_asked_again(locked: Rig) -> None:
    locked.invoice(locked.contact("Ada"), WORK, number="1")
    locked.sync_until_quiet()
    dismiss(locked.actor, asked(locked).pk, "Not now.", clock=CLOCK)
    locked.sync_until_quiet()
    assert open_problems(locked.actor) == [] and days(locked) == []


def test_opened_books_let_them_go_without_an_answer(locked: Rig) -> None:
    locked.invoice(locked.contact("Ada"), WORK, number="1")
    locked.sync_until_quiet()
    assert asked(locked)
    lock_books(locked.actor, None, clock=CLOCK)
    locked.sync_until_quiet()
    assert days(locked) == ["2026-03-02"] and open_problems(locked.actor) == []
    assert not Problem.objects.filter(closed_at=None).exists()


class TestWhatIsThereAlready:
    @pytest.fixture
    def paid(self, rig: Rig) -> tuple[int, int, int]:
        """A contact, an invoice and a payment of March in QuickBooks, whose books were closed afterwards."""
        ada = rig.contact("Ada")
        invoice = rig.invoice(ada, WORK, number="1")
        payment = rig.payment((invoice, "40.00"))
        rig.sync_until_quiet()
        lock_books(rig.actor, MARCH_31, clock=CLOCK)
        return ada, invoice, payment

    def test_text_passes_and_figures_wait(self, rig: Rig, paid: tuple[int, int, int]) -> None:
        ada, invoice, _ = paid
        rig.rename(ada, "Ada King")
        change(rig, ada, invoice, "1", message="Thank you")
        rig.sync_until_quiet()
        assert rig.entities("Invoice")[0]["CustomerMemo"] == {"value": "Thank you"}
        assert open_problems(rig.actor) == []
        change(rig, ada, invoice, "2")
        rig.sync_until_quiet()
        assert "1 record of $200.00" in asked(rig).text and "stand in QuickBooks already" in asked(rig).text

    def test_the_old_date_counts_as_the_new_one_does(self, rig: Rig, paid: tuple[int, int, int]) -> None:
        ada, invoice, payment = paid
        change(rig, ada, invoice, "1", issue_date=date(2026, 5, 1))
        delete_payments(rig.actor, [payment], reason="wrong", clock=CLOCK)
        rig.sync_until_quiet()
        assert "2 records of together $140.00, dated Mar 9, 2026 to May 1, 2026" in asked(rig).text
        assert days(rig) == ["2026-03-02"] and days(rig, "Payment") == ["2026-03-09"]
        choose(rig, "send")
        assert days(rig) == ["2026-05-01"] and days(rig, "Payment") == []

    def test_a_payment_of_an_open_month_passes_while_a_change_of_its_invoice_waits(
        self, rig: Rig, paid: tuple[int, int, int]
    ) -> None:
        ada, invoice, _ = paid
        change(rig, ada, invoice, "2")
        rig.payment((invoice, "60.00"), paid_at=datetime(2026, 4, 9, 15, tzinfo=UTC))
        rig.sync_until_quiet()
        assert days(rig, "Payment") == ["2026-03-09", "2026-04-09"]
        assert rig.entities("Invoice")[0]["TotalAmt"] == Decimal(100)
        assert asked(rig)

    def test_a_cancelled_invoice_waits(self, rig: Rig) -> None:
        invoice = rig.invoice(rig.contact("Ada"), WORK, number="1")
        rig.sync_until_quiet()
        lock_books(rig.actor, MARCH_31, clock=CLOCK)
        cancel_invoices(rig.actor, [invoice], clock=CLOCK)
        rig.sync_until_quiet()
        assert rig.entities("Invoice")[0]["TotalAmt"] == Decimal(100)
        assert "1 record of $0.00" not in asked(rig).text


def test_what_quickbooks_refuses_for_its_own_closing_date_joins_the_question(rig: Rig) -> None:
    rig.connection.readiness = Readiness(allow_discount=True).to_json()
    rig.connection.save()
    answered = rig.control.patch(f"/_emulator/companies/{rig.realm}", json={"book_close_date": "2026-03-31"})
    assert answered.status_code == 200, answered.text
    rig.invoice(rig.contact("Ada"), WORK, number="1")
    rig.sync_until_quiet()
    assert "1 record of $100.00, dated Mar 2, 2026" in asked(rig).text


def change(rig: Rig, contact: int, invoice: int, quantity: str, **fields: object) -> None:
    edit = rig.invoice_edit(contact, [priced("Work", quantity, "100")], number="1", id=invoice, **fields)
    save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)


def test_kinds_are_told_apart_by_their_labels(locked: Rig) -> None:
    invoice = locked.invoice(locked.contact("Ada"), WORK, number="1", issue_date=date(2026, 4, 2))
    locked.payment((invoice, "40.00"))
    locked.sync_until_quiet()
    (member,) = members(asked(locked), 10)
    assert (member.kind, member.label) == (int(Kind.PAYMENT), "Payment of $40.00 on Mar 9, 2026")


def test_an_answer_is_about_what_was_shown_and_nothing_that_joined_it(locked: Rig) -> None:
    ada = locked.contact("Ada")
    locked.invoice(ada, WORK, number="1")
    locked.sync_until_quiet()
    shown = asked(locked)
    for number in range(2, 6):
        locked.invoice(ada, [priced("Work", "1", "1000")], number=str(number), issue_date=date(2025, 12, 1))
    with pytest.raises(Refused, match="changed since it was shown"):
        answer(locked.actor, shown.pk, "send", clock=CLOCK)
    locked.sync_until_quiet()
    with pytest.raises(Refused, match="changed since it was shown"):
        answer(locked.actor, shown.pk, "send", clock=CLOCK, seen=seen_as(shown.text))
    assert locked.entities("Invoice") == []
    choose(locked, "send")
    assert len(locked.entities("Invoice")) == 5


def test_what_closed_books_once_held_makes_no_payment_pass_later(rig: Rig) -> None:
    invoice = rig.invoice(rig.contact("Ada"), WORK, number="1")
    rig.sync_until_quiet()
    lock_books(rig.actor, MARCH_31, clock=CLOCK)
    save_invoices(rig.actor, [rig.invoice_edit(rig.contact("Ben"), WORK, number="1", id=invoice)], clock=CLOCK, ids=IDS)
    rig.sync_until_quiet()
    assert asked(rig)
    lock_books(rig.actor, None, clock=CLOCK)
    their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], DueDate="2027-01-01")
    rig.sync_until_quiet()
    assert "changed_in_quickbooks" in [one.cause for one in open_problems(rig.actor)]
    rig.payment((invoice, "100"))
    rig.sync_until_quiet()
    assert rig.entities("Payment") == []


def test_pushing_the_held_records_again_ends_no_pause_of_quickbooks(locked: Rig) -> None:
    locked.invoice(locked.contact("Ada"), WORK, number="1")
    locked.sync_until_quiet()
    until = CLOCK.now() + timedelta(minutes=1)
    Connection.objects.update(paused_until=until)
    retry(locked.actor, asked(locked).pk)
    assert Connection.objects.get().paused_until == until
