"""The first page: figures that are right, totals for those who may see them, the sync in one sentence, first steps."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from invoicing_records import Business, D, make_business
from web_world import World, make_world, text_of

from bluepro.invoicing.life import delete_invoices
from bluepro.invoicing.models import Invoice
from bluepro.payments.figures import Month, Owed, months, owed
from bluepro.payments.services import delete_payments
from bluepro.quickbooks.models import Change, Connection, ConnectionState, Problem
from bluepro.quickbooks.snapshot import Kind
from bluepro.web.home.activity import activity
from bluepro.web.home.chart import HEIGHT, chart_of, nice_top, short
from bluepro.web.home.health import health
from bluepro.web.present import CLOCK
from bluepro.workspaces.models import Role
from bluepro.workspaces.queries import today

TODAY = date(2026, 3, 16)


@pytest.fixture
def world() -> World:
    return make_world()


def connected(world: World, **values: object) -> Connection:
    now = CLOCK.now()
    plain: dict[str, object] = {
        "workspace": world.workspace,
        "realm_id": "4620816365",
        "state": ConnectionState.CONNECTED,
        "enabled": True,
        "company_name": "Bright Books",
        "access_token": b"",
        "refresh_token": b"",
        "access_expires_at": now,
        "refresh_expires_at": now,
        "synced_since": now,
        "connected_at": now,
    }
    return Connection.objects.create(**{**plain, **values})


def issued_on(business: Business, day: date, price: str) -> Invoice:
    """An invoice issued on a day, when that was today."""
    business.clock.at = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
    return business.issued(price, issue_date=day)


@pytest.mark.django_db
def test_what_is_owed_counts_issued_invoices_less_what_was_paid() -> None:
    here, other = make_business(), make_business("Other Company")
    first = here.issued("100", due_date=date(2026, 3, 15))
    second = here.issued("50.25", due_date=TODAY)
    paid = issued_on(here, date(2026, 2, 1), "10")
    here.draft("999")
    other.issued("777")
    here.pay((first, "30"), (second, "0.25"))
    here.pay((paid, "10"))
    assert owed(here.workspace.pk, TODAY) == Owed(D("120.00"), 2, D("70.00"), 1)


@pytest.mark.django_db
def test_months_hold_what_was_invoiced_and_received_in_them() -> None:
    here = make_business()
    early = issued_on(here, date(2025, 4, 1), "70")
    issued_on(here, date(2025, 3, 31), "5")
    issued_on(here, TODAY, "30")
    here.draft("999")
    here.pay((early, "20"), at=datetime(2026, 3, 1, 4, tzinfo=UTC))  # February 28 in New York
    found = months(here.workspace.pk, TODAY)
    assert (found[0], found[-1]) == (
        Month(date(2025, 4, 1), D("70.00"), D("0.00")),
        Month(date(2026, 3, 1), D("30.00"), D("0.00")),
    )
    assert found[-2].received == D("20.00")
    assert [month.first.month for month in found] == [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3]


@pytest.mark.django_db
def test_months_at_the_turn_of_the_year() -> None:
    here = make_business()
    assert [month.first for month in months(here.workspace.pk, date(2026, 1, 31), 2)] == [
        date(2025, 12, 1),
        date(2026, 1, 1),
    ]
    assert months(here.workspace.pk, date(2026, 12, 31), 1)[0].first == date(2026, 12, 1)


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_the_scale_ends_at_a_round_number_not_far_above(highest: Decimal) -> None:
    top = nice_top(highest)
    assert highest <= top <= max(Decimal(100), highest * Decimal("1.34"))


@given(st.lists(st.decimals(min_value=-1000, max_value=10**9, places=2), min_size=12, max_size=12))
def test_bars_stay_within_the_drawing(amounts: list[Decimal]) -> None:
    chart = chart_of([Month(TODAY, amount, -amount) for amount in amounts])
    assert all(bar.y >= 0 and bar.y + bar.height == HEIGHT and bar.x >= 0 for bar in chart.bars)
    assert len(chart.bars) == sum(1 for amount in amounts if amount)


@pytest.mark.parametrize(
    ("amount", "shown"), [("0", "$0"), ("50", "$50"), ("1000", "$1K"), ("2500", "$2.5K"), ("2000000", "$2M")]
)
def test_amounts_of_the_scale(amount: str, shown: str) -> None:
    assert short(Decimal(amount)) == shown


@pytest.mark.django_db
def test_a_new_company_is_shown_the_first_steps(world: World) -> None:
    page = text_of(world.get("home"))
    assert [text in page for text in ("Add your services", "Make an invoice", "Connect QuickBooks")] == [True] * 3
    assert "Money owed" not in page
    assert "An Owner or Admin does this" in text_of(world.get("home", role=Role.MEMBER))


@pytest.mark.django_db
def test_totals_are_shown_to_those_who_may_see_them(world: World) -> None:
    day = today(world.workspace, CLOCK)
    business = world.business
    invoice = business.issued("1234.50", issue_date=day, due_date=day - timedelta(days=1))
    business.pay((invoice, "200"), at=CLOCK.now())
    for role in Role:
        page = text_of(world.get("home", role=role))
        sees = role is not Role.MEMBER
        assert [text in page for text in ("$1,034.50", "$200.00</span></strong>", "Show as a table")] == [sees] * 3
        assert ("New invoice" in page) is (role is not Role.BOOKKEEPER)
        assert f"Invoice {invoice.number}" in page


@pytest.mark.django_db
def test_activity_tells_what_happened_to_what_and_links_what_is_there(world: World) -> None:
    business = world.business
    invoice = business.issued("100")
    payment = business.pay((invoice, "12"))
    page = text_of(world.get("home"))
    assert f'<a href="{world.address("invoice", invoice.pk)}">Invoice {invoice.number}</a> issued' in page
    assert f'<a href="{world.address("payment", payment)}">Payment of $12.00</a> recorded' in page
    assert "by command" in page


@pytest.mark.django_db
def test_activity_names_the_customer_also_of_what_is_gone(world: World) -> None:
    business = world.business
    bob = business.other_contact.pk
    invoice = business.issued("100")
    payment = business.pay((business.issued("50", contact_id=bob), "12"))
    business.issued("10")
    delete_payments(business.owner, [payment], "Never arrived", clock=business.clock)
    delete_invoices(business.owner, [invoice.pk], clock=business.clock, reason="Twice")
    lines = [(line.what, line.subject, line.customer) for line in activity(world.workspace.pk)]
    assert lines[:2] == [
        ("deleted", f"Invoice {invoice.number}", "Ann Lee"),
        ("deleted", "Payment of $12.00", "Bob Ray"),
    ]
    assert [customer for _, _, customer in lines] == ["Ann Lee", "Bob Ray", "Ann Lee", "Bob Ray", "Bob Ray", "Ann Lee"]
    assert text_of(world.get("home")).count("<span>Bob Ray</span>") == 3


@pytest.mark.django_db
def test_the_page_makes_as_many_queries_for_many_records_as_for_few(world: World) -> None:
    business = world.business
    business.issued("100")
    connected(world)
    world.get("home")
    with CaptureQueriesContext(connection) as few:
        world.get("home")
    for _ in range(12):
        invoice = business.issued("10")
        business.pay((invoice, "5"))
    with CaptureQueriesContext(connection) as many:
        world.get("home")
    assert len(few) == len(many) <= 14


@pytest.mark.django_db
def test_the_company_of_others_does_not_exist(world: World) -> None:
    other = make_world("Other Company")
    assert world.browser().get(other.address("home")).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "word", "part"),
    [
        ({"state": ConnectionState.DISCONNECTED}, "Not connected", "not connected"),
        ({"state": ConnectionState.LOST}, "Lost", "connected again"),
        ({"state": ConnectionState.PAUSED}, "Paused", "Sending is paused"),
        ({"enabled": False}, "Not finished", "nothing is sent yet"),
        ({"synced_since": None}, "Not finished", "nothing is sent yet"),
        ({}, "In QuickBooks", "Everything is in QuickBooks (Bright Books)."),
    ],
)
def test_the_sync_in_one_sentence(world: World, values: dict[str, object], word: str, part: str) -> None:
    assert health(world.workspace.pk).word == "Not connected"
    Change.objects.all().delete()
    connected(world, **values)
    found = health(world.workspace.pk)
    assert (found.word, part in found.sentence) == (word, True)
    assert found.sentence in text_of(world.get("home")).replace("&#x27;", "'") or word == "Not connected"


@pytest.mark.django_db
def test_waiting_changes_and_problems_are_counted(world: World) -> None:
    connection_row = connected(world)
    Change.objects.all().delete()
    world.business.issued("100")
    waiting = Change.objects.filter(dirty=True).count()
    assert waiting
    noun = "change" if waiting == 1 else "changes"
    assert health(world.workspace.pk).sentence == f"{waiting} {noun} waiting to be sent."
    Problem.objects.create(
        connection=connection_row, kind=int(Kind.INVOICE), record_id=1, cause="x", text="", opened_at=CLOCK.now()
    )
    assert health(world.workspace.pk).sentence == f"1 problem needs you. {waiting} {noun} waiting."
    Change.objects.update(dirty=False)
    assert health(world.workspace.pk).sentence == "1 problem needs you. Everything else is in QuickBooks."
