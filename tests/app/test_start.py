"""Send from: nothing is written before a person has chosen; what is older stays out, and what pays it asks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from connect_world import QuickBooksWorld, owner_of
from rig import CLOCK, IDS, Rig, make_rig, priced

from bluepro.common.errors import NotAllowed, Refused
from bluepro.invoicing.services import save_invoices
from bluepro.quickbooks.answers import answer
from bluepro.quickbooks.connect import lifecycle
from bluepro.quickbooks.connect.start import Year, choose_start, in_words, years
from bluepro.quickbooks.models import Change, Connection
from bluepro.quickbooks.queries import sync_states
from bluepro.quickbooks.snapshot import Kind
from bluepro.workspaces.models import Role
from bluepro.workspaces.roles import Actor

pytestmark = pytest.mark.django_db(transaction=True)

START = date(2026, 3, 1)
OLD, NEW = date(2026, 2, 10), date(2026, 3, 2)


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = make_rig()
    Connection.objects.update(start_date=START)
    yield made
    made.close()


@pytest.fixture
def qb() -> QuickBooksWorld:
    return QuickBooksWorld()


@pytest.fixture
def owner(qb: QuickBooksWorld) -> Actor:
    return owner_of("Clear View", qb)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 15, tzinfo=UTC)


def numbers(rig: Rig) -> set[str]:
    return {one["DocNumber"] for one in rig.entities("Invoice")}


def waiting() -> int:
    return Change.objects.filter(dirty=True).count()


class TestChoosing:
    def test_nothing_is_chosen_beforehand_and_nothing_is_written_before(
        self, qb: QuickBooksWorld, owner: Actor
    ) -> None:
        connection = qb.connect(owner)
        assert connection.start_chosen_at is None
        with pytest.raises(Refused, match="bluepro start"):
            lifecycle.sync_data(owner, connection, clock=qb.clock)
        assert not [path for path in qb.transport.asked if path.endswith("/item")]
        chosen = choose_start(owner, connection, START, qb.deployment, **qb.common)
        assert (chosen.start_date, chosen.start_chosen_by) == (START, owner.email)
        assert in_words(chosen) == "those dated Mar 1, 2026 or later"

    def test_a_mapping_saved_before_the_choice_makes_its_items_after_it(
        self, qb: QuickBooksWorld, owner: Actor
    ) -> None:
        connection = qb.connect(owner)
        mapped = qb.mapped(owner, connection)
        assert (mapped.enabled, mapped.catch_all_item) == (True, "")
        assert not [path for path in qb.transport.asked if path.endswith("/item")]
        chosen = choose_start(owner, mapped, None, qb.deployment, **qb.common)
        assert chosen.catch_all_item and chosen.start_date is None
        assert lifecycle.sync_data(owner, chosen, clock=qb.clock).pk

    def test_it_stays_once_sync_data_was_pressed(self, qb: QuickBooksWorld, owner: Actor) -> None:
        connection = qb.enabled(owner)
        connection = choose_start(owner, connection, START, qb.deployment, **qb.common)
        lifecycle.sync_data(owner, connection, clock=qb.clock)
        with pytest.raises(Refused, match="dated Mar 1, 2026 or later"):
            choose_start(owner, connection, None, qb.deployment, **qb.common)

    def test_an_impossible_day_is_refused(self, qb: QuickBooksWorld, owner: Actor) -> None:
        with pytest.raises(Refused, match="Choose everything"):
            choose_start(owner, qb.connect(owner), date(1202, 3, 1), qb.deployment, **qb.common)

    @pytest.mark.parametrize("role", [Role.MANAGER, Role.BOOKKEEPER, Role.MEMBER])
    def test_owner_and_admin_choose(self, qb: QuickBooksWorld, owner: Actor, role: Role) -> None:
        connection = qb.connect(owner)
        actor = Actor(owner.workspace_id, owner.membership_id, role, owner.email)
        with pytest.raises(NotAllowed):
            choose_start(actor, connection, None, qb.deployment, **qb.common)

    def test_totals_per_year_are_shown_for_the_choice(self, rig: Rig) -> None:
        ada = rig.contact("Ada")
        rig.invoice(
            ada, [priced("Work", "1", "10")], number="1", issue_date=date(2024, 5, 1), due_date=date(2024, 6, 1)
        )
        rig.invoice(ada, [priced("Work", "1", "99")], number="2", status="draft")
        new = rig.invoice(ada, [priced("Work", "1", "30")], number="3", issue_date=NEW)
        rig.payment((new, "12.50"), paid_at=at(NEW))
        assert years(rig.actor.workspace_id) == (
            Year(2024, 1, Decimal("10.00")),
            Year(2026, 1, Decimal("30.00"), 1, Decimal("12.50")),
        )


class TestWhatIsSent:
    def test_older_invoices_with_their_payments_stay_out_silently(self, rig: Rig) -> None:
        ada = rig.contact("Ada")
        old = rig.invoice(ada, [priced("Work", "1", "10")], number="OLD", issue_date=OLD, due_date=OLD)
        paid = rig.payment((old, "10.00"), paid_at=at(OLD))
        rig.invoice(ada, [priced("Work", "1", "20")], number="NEW", issue_date=START)
        rig.sync_until_quiet()
        assert numbers(rig) == {"NEW"}
        assert rig.entities("Payment") == []
        assert (rig.problems(), waiting()) == ([], 0)
        for kind, record in (("invoice", old), ("payment", paid)):
            state = sync_states(rig.actor.workspace_id, kind, [record], now=CLOCK.now())[record]
            assert "before Mar 1, 2026" in state.reason

    def test_a_later_payment_on_an_older_invoice_asks(self, rig: Rig) -> None:
        ada = rig.contact("Ada")
        old = rig.invoice(ada, [priced("Work", "1", "10")], number="OLD", issue_date=OLD, due_date=OLD)
        rig.payment((old, "10.00"), paid_at=at(NEW))
        rig.sync_until_quiet()
        (problem,) = rig.problems()
        assert (problem.cause, problem.kind) == ("older_invoice", Kind.PAYMENT)
        assert "before Mar 1, 2026" in problem.text
        assert (numbers(rig), rig.entities("Payment")) == (set(), [])
        answer(rig.actor, problem.pk, "send_invoice", clock=CLOCK)
        rig.sync_until_quiet()
        (booked,) = rig.entities("Invoice")
        assert (booked["DocNumber"], booked["TxnDate"], booked["Balance"]) == ("OLD", OLD.isoformat(), Decimal(0))
        assert (rig.problems(), waiting()) == ([], 0)

    def test_an_earlier_payment_on_an_invoice_that_is_sent_asks(self, rig: Rig) -> None:
        ada = rig.contact("Ada")
        new = rig.invoice(ada, [priced("Work", "1", "10")], number="NEW", issue_date=NEW)
        rig.payment((new, "10.00"), paid_at=at(OLD))
        rig.sync_until_quiet()
        assert [one.cause for one in rig.problems()] == ["before_start"]
        assert (numbers(rig), rig.entities("Payment")) == ({"NEW"}, [])
        answer(rig.actor, rig.problems()[0].pk, "send", clock=CLOCK)
        rig.sync_until_quiet()
        (paid,) = rig.entities("Payment")
        assert (paid["TxnDate"], paid["TotalAmt"]) == (OLD.isoformat(), Decimal(10))
        assert rig.problems() == []

    def test_what_is_left_out_stays_out_until_it_changes(self, rig: Rig) -> None:
        ada = rig.contact("Ada")
        old = rig.invoice(ada, [priced("Work", "1", "10")], number="OLD", issue_date=OLD, due_date=OLD)
        rig.payment((old, "10.00"), paid_at=at(NEW))
        rig.sync_until_quiet()
        answer(rig.actor, rig.problems()[0].pk, "leave", clock=CLOCK)
        rig.sync_until_quiet()
        assert (numbers(rig), rig.entities("Payment"), rig.problems()) == (set(), [], [])

    def test_an_older_invoice_dated_later_is_sent_with_its_payment(self, rig: Rig) -> None:
        ada = rig.contact("Ada")
        old = rig.invoice(ada, [priced("Work", "1", "10")], number="OLD", issue_date=OLD, due_date=OLD)
        rig.payment((old, "10.00"), paid_at=at(NEW))
        rig.sync_until_quiet()
        edit = rig.invoice_edit(ada, [priced("Work", "1", "10")], number="OLD", id=old, issue_date=NEW, due_date=NEW)
        save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)
        rig.sync_until_quiet()
        (booked,) = rig.entities("Invoice")
        assert (booked["DocNumber"], booked["Balance"]) == ("OLD", Decimal(0))
        assert rig.problems() == []

    def test_contacts_and_services_have_no_date_and_go(self, rig: Rig) -> None:
        rig.contact("Ada")
        rig.service("Gutters")
        rig.sync_until_quiet()
        assert {one["DisplayName"] for one in rig.entities("Customer")} == {"Ada"}
        assert "Gutters" in {one["Name"] for one in rig.entities("Item")}
