"""Reads of invoices: balances, shown statuses, pages and search, with a fixed number of queries."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from invoicing_records import TODAY, Business, make_business, open_balances

from bluepro.common.errors import NotFound
from bluepro.invoicing.comments import add_comment
from bluepro.invoicing.queries import get_invoice, list_invoices

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def shop() -> Business:
    return make_business()


def queries(action: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        action()
    return len(seen)


def test_paid_and_open(shop: Business) -> None:
    first, second, draft = shop.issued("100"), shop.issued("50"), shop.draft("70")
    shop.pay((first, "30"), (second, "50"))
    shop.pay((first, "20.50"))
    ids = [first.pk, second.pk, draft.pk]
    assert open_balances(ids) == {first.pk: D("49.50"), second.pk: D("0.00")}


def test_the_list_shows_status_and_balance(shop: Business) -> None:
    sent, paid, partly = shop.issued("100"), shop.issued("100"), shop.issued("100")
    deposit = shop.issued("100", required_deposit_kind="percent", required_deposit_value=D(30))
    late = shop.issued("100", due_date=date(2026, 3, 15))
    draft = shop.draft("100")
    shop.pay((paid, "100"), (partly, "1"), (deposit, "30"))
    views = {view.invoice.pk: view for view in list_invoices(shop.workspace.pk, today=TODAY)}
    shown = {pk: (str(view.status), view.open_balance) for pk, view in views.items()}
    assert shown == {
        sent.pk: ("Sent", D(100)),
        paid.pk: ("Paid", D(0)),
        partly.pk: ("Partially Paid", D(99)),
        deposit.pk: ("Deposit Paid", D(70)),
        late.pk: ("Overdue", D(100)),
        draft.pk: ("Draft", D(0)),
    }


def test_search_and_filters(shop: Business) -> None:
    ann = shop.draft(number="INV-1", name="Spring clean")
    bob = shop.issued(number="INV-2", contact_id=shop.other_contact.pk)

    def found(**asked: object) -> list[int]:
        views = list_invoices(shop.workspace.pk, today=TODAY, **asked)  # type: ignore[arg-type]  # names below
        return [view.invoice.pk for view in views]

    assert found(search="inv") == [bob.pk, ann.pk]
    assert found(search="SPRING ann") == [ann.pk]
    assert found(search="spring bob") == []
    assert found(contact_id=shop.other_contact.pk) == [bob.pk]
    assert found(stored_status="draft") == [ann.pk]


def test_pages_follow_each_other(shop: Business) -> None:
    made = shop.save(*(shop.data(issue_date=date(2026, 3, 1 + at // 2)) for at in range(7)))
    seen, after = list[int](), None
    while page := list_invoices(shop.workspace.pk, today=TODAY, after=after, limit=3):
        seen += [view.invoice.pk for view in page]
        after = (page[-1].invoice.issue_date, page[-1].invoice.pk)
    assert seen == [invoice.pk for invoice in reversed(made)]


def test_one_invoice_comes_with_everything(shop: Business) -> None:
    invoice = shop.issued("10", lines=(shop.custom("4"), shop.custom("6")))
    shop.pay((invoice, "3"))
    add_comment(shop.owner, invoice.pk, "Call first", clock=shop.clock)
    view = get_invoice(shop.workspace.pk, invoice.pk, today=TODAY)
    with CaptureQueriesContext(connection) as seen:
        assert view.invoice.contact.display_name == "Ann Lee"
        assert [line.amount for line in view.invoice.lines.all()] == [D(4), D(6)]
        assert [comment.text for comment in view.invoice.comments.all()] == ["Call first"]
        assert [part.payment.method for part in view.invoice.allocations.all()] == ["Check"]
    assert (len(seen), view.paid, str(view.status)) == (0, D(3), "Partially Paid")


def test_invoices_of_another_workspace_are_not_found(shop: Business) -> None:
    theirs = make_business("Other Panes").draft()
    with pytest.raises(NotFound):
        get_invoice(shop.workspace.pk, theirs.pk, today=TODAY)
    assert list_invoices(shop.workspace.pk, today=TODAY) == []


def test_the_number_of_queries_is_fixed(shop: Business) -> None:
    def look() -> None:
        views = list_invoices(shop.workspace.pk, today=TODAY)
        assert all(view.invoice.contact.display_name for view in views)
        get_invoice(shop.workspace.pk, views[0].invoice.pk, today=TODAY)

    shop.pay((shop.issued(), "1"))
    few = queries(look)
    shop.pay(*((invoice, "1") for invoice in shop.save(*[shop.data(status="issued")] * 20)))
    assert queries(look) == few <= 8
