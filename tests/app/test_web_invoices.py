"""The pages of invoices: the list, one invoice, and what is done to it as a whole."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from invoicing_records import TODAY, make_business, paid_by_invoice
from web_world import World, make_world, text_of

from bluepro.invoicing.listing import SORTS, found_invoices, shown, with_status
from bluepro.invoicing.models import Invoice, InvoiceComment
from bluepro.invoicing.queries import views
from bluepro.invoicing.status import ShownStatus
from bluepro.payments.services import delete_payments
from bluepro.workspaces.models import HistoryEntry, Role, TaxRate

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def numbers(page: str) -> list[str]:
    return re.findall(r'<th scope="row" class="nowrap"><a href="[^"]+">([^<]+)</a></th>', page)


class TestShownStatusInSql(TestCase):
    """What the list filters by is what each invoice shows, whatever was paid and asked for."""

    @settings(max_examples=40, deadline=None)
    @given(
        status=st.sampled_from(["draft", "scheduled", "issued", "cancelled"]),
        paid=st.sampled_from(["0", "10.00", "33.33", "33.34", "66.67", "100.00"]),
        deposit=st.sampled_from([("", "0"), ("percent", "33.335"), ("amount", "33.34"), ("amount", "10")]),
        due=st.integers(-1, 1),
    )
    def test_filter_and_page_agree(self, status: str, paid: str, deposit: tuple[str, str], due: int) -> None:
        business = make_business()
        invoice = business.issued("100", due_date=TODAY)
        if D(paid):
            business.pay((invoice, paid))
        Invoice.objects.filter(pk=invoice.pk).update(
            status=status,
            due_date=TODAY + timedelta(days=due),
            required_deposit_kind=deposit[0],
            required_deposit_value=D(deposit[1]),
        )
        everything = Invoice.objects.filter(workspace=business.workspace)
        (view,) = views(everything, TODAY)
        found = [one for one in ShownStatus if with_status(everything, one, TODAY).exists()]
        assert found == [view.status]
        assert shown(list(everything), TODAY) == [view]


def test_what_is_paid_is_kept_through_every_change(world: World) -> None:
    business = world.business
    first, second = business.issued("100"), business.issued("50")
    one = business.pay((first, "30"), (second, "20"))
    business.pay((first, "5.50"))
    rows = Invoice.objects.filter(pk__in=[first.pk, second.pk])
    assert dict(rows.values_list("pk", "paid")) == paid_by_invoice([first.pk, second.pk])
    assert dict(rows.values_list("pk", "balance")) == {first.pk: D("64.50"), second.pk: D("30.00")}
    delete_payments(business.owner, [one], "Never arrived", clock=business.clock)
    assert dict(rows.values_list("pk", "paid")) == {first.pk: D("5.50"), second.pk: D("0.00")}


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{sort}" for sort in SORTS)])
def test_every_order(world: World, sort: str) -> None:
    business = world.business
    for price, number in (("30", "9"), ("10", "10"), ("20", "A1")):
        business.issued(price, number=number, issue_date=TODAY + timedelta(days=int(price)))
    found = list(found_invoices(world.workspace.pk, today=TODAY, sort=sort))
    name = sort.removeprefix("-")
    keys = {
        "number": lambda row: (len(row.number), row.number.lower()),
        "date": lambda row: row.issue_date,
        "due": lambda row: row.due_date,
        "total": lambda row: row.total,
        "balance": lambda row: row.balance,
    }
    assert found == sorted(found, key=keys[name], reverse=sort.startswith("-"))


def test_list_finds_by_number_customer_and_name(world: World) -> None:
    business = world.business
    business.issued(number="A-77", name="Spring cleaning")
    business.issued(number="B-88", contact_id=business.other_contact.pk)
    for query, found in (("a-7", ["A-77"]), ("bob", ["B-88"]), ("SPRING clean", ["A-77"]), ("ann bob", [])):
        assert numbers(text_of(world.get("invoices", query=f"?q={query}"))) == found
    assert numbers(text_of(world.get("invoices", query=f"?contact={business.other_contact.pk}"))) == ["B-88"]


def test_list_filters_by_shown_status(world: World) -> None:
    business = world.business
    paid, _ = business.issued(number="P"), business.draft(number="D")
    business.pay((paid, "100"))
    assert numbers(text_of(world.get("invoices", query="?status=Paid"))) == ["P"]
    assert numbers(text_of(world.get("invoices", query="?status=Draft"))) == ["D"]
    assert set(numbers(text_of(world.get("invoices", query="?status=Nonsense&sort=nonsense&page=x")))) == {"P", "D"}


def test_list_says_whether_there_is_nothing_or_nothing_found(world: World) -> None:
    assert "No invoices yet" in text_of(world.get("invoices"))
    assert "No invoice found" in text_of(world.get("invoices", query="?q=x"))
    assert "New invoice" not in text_of(world.get("invoices", role=Role.BOOKKEEPER))


def test_list_needs_the_same_number_of_queries_for_any_number_of_rows(world: World) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert world.get("invoices").status_code == 200
        return len(queries)

    world.business.issued()
    count()
    few = count()
    for _ in range(8):
        world.business.pay((world.business.issued(), "1"))
    assert count() == few


def test_list_alone_is_sent_to_a_search_while_typing(world: World) -> None:
    part = world.browser().get(world.address("invoices"), headers={"HX-Request": "true"})
    assert "<html" not in text_of(part)
    again = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in text_of(world.browser().get(world.address("invoices"), headers=again))


def test_detail_shows_facts_lines_totals_payments_and_history(world: World) -> None:
    business = world.business
    invoice = business.issued("100", name="Roof", due_date=date(2001, 1, 1), tax_rate_percent=D("8.25"))
    business.pay((invoice, "58.25"))
    changed: dict[str, Any] = {
        "status": "issued",
        "name": "Roof",
        "due_date": date(2001, 1, 1),
        "tax_rate_percent": D("8.25"),
    }
    business.edit(invoice, business.data("120", **changed))
    page = text_of(world.get("invoice", invoice.pk))
    for said in ("Ann Lee", "Roof", "$129.90", "$58.25", "Overdue", "Check", "Invoice changed", "$100.00"):
        assert said in page
    assert "Line 1, unit price" in page and "bright@example.com" in page


def test_detail_takes_a_constant_number_of_queries(world: World) -> None:
    def count(pk: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert world.get("invoice", pk).status_code == 200
        return len(queries)

    business = world.business
    small = business.issued("100")
    business.pay((small, "1"))
    large = business.issued("1", lines=tuple(business.custom("10") for _ in range(30)))
    for _ in range(5):
        business.pay((large, "1"))
    count(small.pk)
    assert count(small.pk) == count(large.pk)


def test_another_workspace_has_no_such_invoice(world: World) -> None:
    other = make_business("Other Panes")
    theirs = other.issued()
    for view in ("invoice", "invoice_edit", "invoice_issue", "invoice_cancel", "invoice_delete", "invoice_as_client"):
        assert world.get(view, theirs.pk).status_code == 404, view
    for view in ("invoice_copy", "invoice_schedule", "invoice_refresh", "invoice_link"):
        assert world.post(view, theirs.pk).status_code == 404, view
    assert world.get("invoice", 10**30).status_code == 404


def test_draft_is_issued_with_one_click(world: World) -> None:
    draft = world.business.draft(issue_date=date(2199, 1, 1))
    answer = world.post("invoice_issue", draft.pk)
    assert (answer.status_code, answer.headers["Location"]) == (303, world.address("invoice", draft.pk))
    draft.refresh_from_db()
    assert draft.status == "issued"


def test_issuing_in_an_earlier_month_asks_for_the_date(world: World) -> None:
    draft = world.business.draft(issue_date=date(2024, 2, 3))
    asked = world.post("invoice_issue", draft.pk)
    assert asked.status_code == 422 and "earlier month" in text_of(asked) and 'value="2024-02-03"' in text_of(asked)
    assert world.post("invoice_issue", draft.pk, data={"issue_date": "2024-13-99"}).status_code == 422
    meant = world.post("invoice_issue", draft.pk, data={"issue_date": "2024-02-03", "confirm_date": "on"})
    assert meant.status_code == 303
    draft.refresh_from_db()
    assert (draft.status, draft.issue_date) == ("issued", date(2024, 2, 3))


def test_issuing_without_a_line_says_what_is_missing(world: World) -> None:
    draft = world.business.draft(lines=(), issue_date=date(2199, 1, 1))
    answer = world.post("invoice_issue", draft.pk)
    assert answer.status_code == 422 and "at least one line" in text_of(answer)


def test_schedule_and_back(world: World) -> None:
    draft = world.business.draft()
    world.post("invoice_schedule", draft.pk)
    assert Invoice.objects.get(pk=draft.pk).status == "scheduled"
    world.post("invoice_unschedule", draft.pk)
    assert Invoice.objects.get(pk=draft.pk).status == "draft"


def test_cancel_and_delete_are_refused_with_the_way_out_while_something_is_paid(world: World) -> None:
    invoice = world.business.issued()
    payment = world.business.pay((invoice, "40"))
    for view in ("invoice_cancel", "invoice_delete"):
        page = text_of(world.get(view, invoice.pk))
        assert "move or delete them first" in page and world.address("payment", payment) in page
        answer = world.post(view, invoice.pk, data={"reason": "wrong"})
        assert answer.status_code == 422 and "40.00 was paid" in text_of(answer)
    assert Invoice.objects.get(pk=invoice.pk).status == "issued"


def test_cancel_is_final_and_says_so(world: World) -> None:
    invoice = world.business.issued()
    assert "final" in text_of(world.get("invoice_cancel", invoice.pk))
    assert world.post("invoice_cancel", invoice.pk, data={"reason": "Called off"}).status_code == 303
    assert Invoice.objects.get(pk=invoice.pk).status == "cancelled"
    again = world.post("invoice_schedule", invoice.pk)
    assert again.status_code == 303
    assert "Copy to new invoice" in text_of(world.get("invoice", invoice.pk))


def test_deleting_an_issued_invoice_needs_a_reason_that_is_kept(world: World) -> None:
    invoice = world.business.issued()
    assert world.post("invoice_delete", invoice.pk, data={"reason": " "}).status_code == 422
    assert world.post("invoice_delete", invoice.pk, data={"reason": "x" * 501}).status_code == 422
    done = world.post("invoice_delete", invoice.pk, data={"reason": "Written twice"})
    assert done.headers["Location"] == world.address("invoices")
    assert HistoryEntry.objects.get(action="deleted").reason == "Written twice"
    gone = world.get("invoice", invoice.pk)
    assert gone.status_code == 410 and "Written twice" in text_of(gone)


def test_copy_makes_one_draft_however_often_it_is_sent(world: World) -> None:
    invoice = world.business.issued(number="77")
    key = {"once": "9b2b3b0e-6a52-4a39-9d75-0d1f2f6a7a11"}
    first, second = (world.post("invoice_copy", invoice.pk, data=dict(key)) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Invoice.objects.filter(status="draft").count() == 1


def test_comments_are_kept_and_deleted_by_who_may(world: World) -> None:
    invoice = world.business.issued()
    long = world.post("invoice_comment", invoice.pk, data={"text": "x" * 10_001})
    assert long.status_code == 422 and "10,001 characters" in text_of(long) and "xxx" in text_of(long)
    assert world.post("invoice_comment", invoice.pk, data={"text": ""}).status_code == 422
    world.post("invoice_comment", invoice.pk, data={"text": "Ring twice <b>"})
    comment = InvoiceComment.objects.get()
    assert "Ring twice &lt;b&gt;" in text_of(world.get("invoice", invoice.pk))
    world.post("invoice_comment_delete", invoice.pk, comment.pk, role=Role.MEMBER)
    assert InvoiceComment.objects.exists()
    world.post("invoice_comment_delete", invoice.pk, comment.pk)
    assert not InvoiceComment.objects.exists()


@pytest.mark.parametrize(("role", "allowed"), [(Role.MANAGER, True), (Role.BOOKKEEPER, False), (Role.MEMBER, False)])
def test_buttons_are_seen_only_by_those_who_may(world: World, role: Role, allowed: bool) -> None:
    invoice = world.business.issued()
    page = text_of(world.get("invoice", invoice.pk, role=role))
    for view in ("invoice_edit", "invoice_cancel", "invoice_delete"):
        assert (world.address(view, invoice.pk) in page) == allowed, view
        assert (world.get(view, invoice.pk, role=role).status_code == 200) == allowed or view == "invoice_delete"
    assert (f"{world.address('payment_new')}?invoice={invoice.pk}" in page) == allowed
    gone = world.post("invoice_delete", invoice.pk, role=role, data={"reason": "wrong"}).status_code
    assert gone == (303 if allowed else 403)


def test_member_works_on_own_drafts_only(world: World) -> None:
    business = world.business
    own = business.draft(actor=world.actor(Role.MEMBER))
    theirs = business.draft()
    assert world.get("invoice_edit", own.pk, role=Role.MEMBER).status_code == 200
    assert world.get("invoice_edit", theirs.pk, role=Role.MEMBER).status_code == 403
    assert world.post("invoice_schedule", theirs.pk, role=Role.MEMBER).status_code == 403
    assert world.post("invoice_issue", theirs.pk, role=Role.MEMBER).status_code == 403


def test_a_stale_draft_offers_to_refresh(world: World) -> None:
    business = world.business
    line = business.custom("1")
    draft = business.draft(
        lines=(line.__class__("service", service_id=business.service.pk),), contact_id=business.contact.pk
    )
    business.service.unit_price = D("20")
    business.service.save()
    for view in ("invoice", "invoice_edit"):
        page = text_of(world.get(view, draft.pk))
        assert "$12.50" in page and "$20.00" in page and "Refresh the draft" in page
    assert "Refresh the draft" not in text_of(world.get("invoice_edit", draft.pk, query="?keep=1"))
    world.post("invoice_refresh", draft.pk)
    assert Invoice.objects.get(pk=draft.pk).total == D("20.00")


def test_a_draft_with_a_changed_rate_offers_to_refresh(world: World) -> None:
    rate = TaxRate.objects.create(workspace=world.workspace, name="County", percent=D("8"))
    named: dict[str, Any] = {"tax_rate_percent": D("8"), "tax_rate_name": "County"}
    draft, issued = world.business.draft("100", **named), world.business.issued("100", **named)
    rate.percent = D("8.25")
    rate.save()
    page = text_of(world.get("invoice", draft.pk))
    assert "8%" in page and "8.25%" in page and "Refresh the draft" in page
    world.post("invoice_refresh", draft.pk)
    assert Invoice.objects.get(pk=draft.pk).total == D("108.25")
    assert "Refresh the draft" not in text_of(world.get("invoice", draft.pk))
    assert "Refresh the draft" not in text_of(world.get("invoice", issued.pk))
    rate.active = False
    rate.save()
    assert "Refresh the draft" not in text_of(world.get("invoice", draft.pk))
