"""The pages of payments: the list, recording on one or many invoices, changing, deleting with what became of them."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from invoicing_records import NOW, TODAY, make_business
from web_world import World, make_world, text_of

from bluepro.invoicing.models import Invoice, InvoiceComment
from bluepro.payments.listing import SORTS, found_payments
from bluepro.payments.models import Payment
from bluepro.quickbooks.models import Connection, Link
from bluepro.quickbooks.snapshot import Kind
from bluepro.web.payments.forms import moment_of
from bluepro.workspaces.models import HistoryEntry, Role

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def typed(**values: Any) -> dict[str, Any]:
    return {"amount": "100", "paid_on": "2026-03-15", "method": "Check", **values}


def send(world: World, query: str, role: Role = Role.OWNER, **values: Any) -> tuple[int, str]:
    """Sends the form of a new payment; answers the status and the page or where it leads."""
    address = world.address("payment_new") + query
    answer = world.browser(role).post(address, {"once": str(uuid.uuid4()), **values})
    return answer.status_code, answer.headers.get("Location", "") or text_of(answer)


def connect(world: World) -> Connection:
    return Connection.objects.create(
        workspace=world.workspace,
        realm_id="1",
        state="connected",
        enabled=True,
        access_token=b"",
        refresh_token=b"",
        access_expires_at=NOW,
        refresh_expires_at=NOW,
        connected_at=NOW,
    )


def link(world: World, kind: Kind, record_id: int) -> None:
    Link.objects.create(workspace=world.workspace, realm_id="1", kind=int(kind), record_id=record_id, entity_id="9")


def test_recording_is_prefilled_and_takes_two_clicks(world: World) -> None:
    business = world.business
    invoice = business.issued("120.50")
    business.pay((invoice, "20"), actor=world.actor(Role.MANAGER))
    page = text_of(world.get("payment_new", query=f"?invoice={invoice.pk}", role=Role.MANAGER))
    values = dict(re.findall(r'name="(amount|method|paid_on)" value="([^"]*)"', page))
    assert (values["amount"], values["method"]) == ("100.50", "Check")
    status, where = send(world, f"?invoice={invoice.pk}", **values)
    assert (status, where) == (303, world.address("invoice", invoice.pk))
    assert Invoice.objects.get(pk=invoice.pk).balance == 0


def test_impatient_click_records_once(world: World) -> None:
    invoice = world.business.issued("200")
    key = str(uuid.uuid4())
    for _ in range(2):
        status, _ = send(world, f"?invoice={invoice.pk}", **typed(once=key))
        assert status == 303
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"amount": ""}, "Enter the amount."),
        ({"amount": "ten"}, "Enter a number"),
        ({"amount": "0"}, "is not above 0"),
        ({"amount": "-5"}, "is not above 0"),
        ({"amount": "100.01"}, "more than the open balance of $100.00"),
        ({"amount": "1.234"}, "whole cents"),
        ({"amount": "9" * 40}, "whole cents"),
        ({"paid_on": ""}, "Date is missing."),
        ({"paid_on": "1066-10-14"}, "is not between"),
        ({"paid_on": "9999-12-31"}, "is not between"),
        ({"method": ""}, "Method is missing."),
        ({"method": "m" * 51}, "51 characters"),
        ({"reference": "r" * 101}, "101 characters"),
        ({"description": "d" * 501}, "501 characters"),
        ({"once": "again"}, "incomplete"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(world: World, values: dict[str, str], said: str) -> None:
    invoice = world.business.issued("100")
    status, page = send(world, f"?invoice={invoice.pk}", **(typed(reference="kept 42") | values))
    assert status == 422 and said in page and not Payment.objects.exists()
    assert "kept 42" in page or "reference" in values


@pytest.mark.parametrize("amount", ["1,234.50", "$1,234.50", " 1234.5 "])
def test_amounts_as_people_paste_them(world: World, amount: str) -> None:
    invoice = world.business.issued("2000")
    assert send(world, f"?invoice={invoice.pk}", **typed(amount=amount))[0] == 303
    assert Payment.objects.get().amount == D("1234.50")


def test_payment_on_a_draft_issues_it_after_saying_so(world: World) -> None:
    draft = world.business.draft(issue_date=date(2024, 1, 5))
    assert "Recording this payment issues it" in text_of(world.get("payment_new", query=f"?invoice={draft.pk}"))
    status, page = send(world, f"?invoice={draft.pk}", **typed())
    assert status == 422 and "earlier month" in page and "confirm_date" in page
    assert send(world, f"?invoice={draft.pk}", **typed(confirm_date="on"))[0] == 303
    assert Invoice.objects.get(pk=draft.pk).status == "issued"


def test_nothing_open_is_said_instead_of_a_form(world: World) -> None:
    business = world.business
    paid, cancelled = business.issued("10"), business.issued("10")
    business.pay((paid, "10"))
    world.post("invoice_cancel", cancelled.pk)
    assert "Nothing is open" in text_of(world.get("payment_new", query=f"?invoice={paid.pk}"))
    assert "is cancelled" in text_of(world.get("payment_new", query=f"?invoice={cancelled.pk}"))
    query = f"?contact={business.other_contact.pk}"
    assert "no open invoice" in text_of(world.get("payment_new", query=query))


def test_one_check_over_several_invoices_oldest_first(world: World) -> None:
    business = world.business
    new = business.issued("50", number="NEW", issue_date=TODAY + timedelta(days=3))
    old = business.issued("30", number="OLD")
    query = f"?contact={business.contact.pk}"
    page = text_of(world.get("payment_new", query=query))
    assert page.index("OLD") < page.index("NEW") and "$80.00" in page
    status, shown = send(world, query, **typed(amount="45", do="spread"))
    assert status == 200 and not Payment.objects.exists()
    assert f'name="part-{old.pk}" value="30.00"' in shown and f'name="part-{new.pk}" value="15.00"' in shown
    assert send(world, query, **typed(amount="45"))[0] == 303
    parts = {part.invoice_id: part.amount for part in Payment.objects.get().allocations.all()}
    assert parts == {old.pk: D("30.00"), new.pk: D("15.00")}


def test_parts_of_a_check_are_checked(world: World) -> None:
    business = world.business
    one, two = business.issued("50"), business.issued("30")
    query = f"?contact={business.contact.pk}"
    for values, said in (
        ({f"part-{one.pk}": "20", f"part-{two.pk}": "20"}, "add up to 40.00, not to 45.00"),
        ({f"part-{one.pk}": "oops"}, "Enter a number"),
        ({f"part-{one.pk}": "45", "amount": "45"}, ""),
        ({f"part-{two.pk}": "31", "amount": ""}, "more than the open balance of $30.00"),
        ({"amount": "999"}, "more than what is open altogether"),
        ({"amount": ""}, "or what each invoice gets"),
        ({"amount": "", "do": "spread"}, "Enter the amount of the check first"),
        ({"amount": "999", "do": "spread"}, "more than what is open altogether"),
    ):
        status, page = send(world, query, **(typed(amount="45") | values))
        assert (status, said in page) == (422 if said else 303, True), values
    assert Payment.objects.count() == 1


def test_payment_on_the_only_open_invoice_is_its_amount(world: World) -> None:
    invoice = world.business.issued("50")
    pk = world.business.pay((invoice, "20"))
    page = text_of(world.get("payment_edit", pk))
    assert "open without this payment" in page and "$50.00" in page and f"part-{invoice.pk}" not in page
    assert world.post("payment_edit", pk, data=typed(amount="", version="1")).status_code == 422
    assert world.post("payment_edit", pk, data=typed(amount="45", version="1")).status_code == 303
    assert Invoice.objects.get(pk=invoice.pk).balance == D("5.00")


def test_parts_move_to_other_invoices(world: World) -> None:
    business = world.business
    wrong, right = business.issued("50"), business.issued("80")
    pk = business.pay((wrong, "50"))
    page = text_of(world.get("payment_edit", pk))
    assert f'name="part-{wrong.pk}" value="50.00"' in page
    sent = typed(amount="50", version="1", **{f"part-{wrong.pk}": "", f"part-{right.pk}": "50"})
    assert world.post("payment_edit", pk, data=sent).status_code == 303
    assert Invoice.objects.get(pk=wrong.pk).balance == D("50.00")
    assert Invoice.objects.get(pk=right.pk).balance == D("30.00")
    assert "For invoice" in text_of(world.get("payment", pk))


def test_two_people_changing_one_payment(world: World) -> None:
    invoice = world.business.issued("50")
    pk = world.business.pay((invoice, "20"))
    first = typed(amount="25", version="1", **{f"part-{invoice.pk}": "25"})
    assert world.post("payment_edit", pk, data=dict(first)).status_code == 303
    late = world.post("payment_edit", pk, data=first | {"amount": "30", f"part-{invoice.pk}": "30"})
    assert late.status_code == 422 and "Somebody else changed this payment" in text_of(late)
    assert 'value="30"' in text_of(late) and 'name="version" value="2"' in text_of(late)
    assert Payment.objects.get().amount == D("25.00")


def test_time_of_a_payment_stays_when_its_date_does() -> None:
    zone = ZoneInfo("America/New_York")
    late = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)
    assert moment_of(date(2026, 3, 1), NOW, zone, late) == late
    assert moment_of(TODAY, NOW, zone, late) == NOW
    assert moment_of(date(2026, 1, 9), NOW, zone, None) == datetime(2026, 1, 9, 17, tzinfo=UTC)


def test_deleting_asks_what_became_of_the_money(world: World) -> None:
    invoice = world.business.issued("50")
    pk = world.business.pay((invoice, "20"))
    for values, said in (
        ({}, "Say what became of the money."),
        ({"why": "lost"}, "Select a valid choice"),
        ({"why": "bounced"}, "Give the date"),
        ({"why": "bounced", "on": "2026-01-01"}, "cannot be before"),
        ({"why": "given_back", "on": "2199-01-01"}, "in the future"),
        ({"why": "never_arrived", "note": "n" * 401}, "401 characters"),
    ):
        answer = world.post("payment_delete", pk, data=dict(values))
        assert answer.status_code == 422 and said in text_of(answer), values
    assert Payment.objects.exists()


@pytest.mark.parametrize(
    ("why", "reason", "noted"),
    [
        ("never_arrived", "Never arrived. Lost in the mail", False),
        ("bounced", "Bounced on Mar 16, 2001. Lost in the mail", True),
        ("given_back", "Money given back on Mar 16, 2001. Lost in the mail", True),
    ],
)
def test_deleted_payment_leaves_its_reason(world: World, why: str, reason: str, noted: bool) -> None:
    invoice = world.business.issued("50")
    pk = world.business.pay((invoice, "20"), at=datetime(2001, 3, 1, tzinfo=UTC))
    sent: dict[str, object] = {"why": why, "on": "2001-03-16", "note": "Lost in the mail"}
    answer = world.post("payment_delete", pk, data=sent)
    assert answer.headers["Location"] == world.address("invoice", invoice.pk)
    assert HistoryEntry.objects.get(kind="payment", action="deleted").reason == reason
    assert [reason in comment.text for comment in InvoiceComment.objects.all()] == [True] * noted
    gone = world.get("payment", pk)
    assert gone.status_code == 410 and reason in text_of(gone)
    page = text_of(world.get("invoice", invoice.pk))
    assert ('<td class="number card-top"><del>$20.00</del>' in page) == noted
    assert "Payment recorded" in page and "Payment deleted" in page and reason in page
    assert Invoice.objects.get(pk=invoice.pk).balance == D("50.00")


def test_what_happens_in_quickbooks_is_said_beforehand(world: World) -> None:
    invoice = world.business.issued("50")
    pk = world.business.pay((invoice, "20"))
    assert "deleted in QuickBooks" not in text_of(world.get("payment_delete", pk))
    connected = connect(world)
    assert "not in QuickBooks, so nothing changes there" in text_of(world.get("payment_delete", pk))
    link(world, Kind.PAYMENT, pk)
    link(world, Kind.INVOICE, invoice.pk)
    assert "The payment is deleted in QuickBooks too." in text_of(world.get("payment_delete", pk))
    world.post("payment_delete", pk, data={"why": "never_arrived"})
    assert "voided in QuickBooks" in text_of(world.get("invoice_cancel", invoice.pk))
    assert "The invoice is deleted in QuickBooks too." in text_of(world.get("invoice_delete", invoice.pk))
    connected.state = "paused"
    connected.save()
    assert "paused at the moment" in text_of(world.get("invoice_delete", invoice.pk))


def test_list_finds_filters_and_sorts(world: World) -> None:
    business = world.business
    one = business.issued("50", number="ZX-1")
    two = business.issued("70", contact_id=business.other_contact.pk, number="ZX-2")
    first, second = business.pay((one, "20")), business.pay((two, "30"), at=NOW - timedelta(days=3))
    Payment.objects.filter(pk=second).update(method="Cash", reference="CR77")

    def found(query: str) -> list[int]:
        page = text_of(world.get("payments", query=query))
        return [int(pk) for pk in re.findall(r'<th scope="row" class="date"><a href="[^"]+/(\d+)/"', page)]

    assert found("") == [first, second]
    assert found("?sort=amount") == [first, second] and found("?sort=-amount") == [second, first]
    assert found("?method=Cash") == [second] and found("?method=Gold") == [first, second]
    for search, expected in (("zx-1", [first]), ("cr77", [second]), ("bob", [second]), ("bob zx-1", [])):
        assert found(f"?q={search}") == expected, search
    assert found(f"?contact={business.contact.pk}") == [first]
    assert "No payment found" in text_of(world.get("payments", query="?q=nothing"))


@pytest.mark.parametrize("sort", list(SORTS))
def test_every_order_turns_round(world: World, sort: str) -> None:
    invoice = world.business.issued("100")
    for day, amount in enumerate(("5", "9", "7")):
        world.business.pay((invoice, amount), at=NOW - timedelta(days=day))
    up = [row.pk for row in found_payments(world.workspace.pk, sort=sort)]
    assert up[::-1] == [row.pk for row in found_payments(world.workspace.pk, sort=f"-{sort}")]


def test_list_takes_a_constant_number_of_queries(world: World) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert world.get("payments").status_code == 200
        return len(queries)

    invoice = world.business.issued("100")
    world.business.pay((invoice, "1"))
    count()
    few = count()
    for _ in range(6):
        world.business.pay((invoice, "1"), (world.business.issued(), "1"))
    assert count() == few


def test_empty_list_and_customer_search_help(world: World) -> None:
    assert "No payments yet" in text_of(world.get("payments"))
    assert "Ann Lee" in text_of(world.get("payment_new", query="?q=ann"))
    assert "No customer found" in text_of(world.get("payment_new", query="?q=zzz"))


def test_roles(world: World) -> None:
    business = world.business
    invoice = business.issued("50")
    own = business.issued("50", actor=world.actor(Role.MEMBER))
    pk = business.pay((invoice, "20"))
    query = f"?invoice={invoice.pk}"
    assert send(world, query, Role.BOOKKEEPER, **typed(amount="5"))[0] == 403
    assert send(world, query, Role.MEMBER, **typed(amount="5"))[0] == 403
    assert send(world, f"?invoice={own.pk}", Role.MEMBER, **typed(amount="5"))[0] == 303
    for role in (Role.BOOKKEEPER, Role.MEMBER):
        page = text_of(world.get("payment", pk, role=role))
        assert world.address("payment_delete", pk) not in page and world.address("payment_edit", pk) not in page
        assert world.get("payment_edit", pk, role=role).status_code == 403
        assert world.post("payment_delete", pk, role=role, data={"why": "never_arrived"}).status_code == 403


def test_another_workspace_has_no_such_payment(world: World) -> None:
    other = make_business("Other Panes")
    invoice = other.issued()
    pk = other.pay((invoice, "5"))
    for view in ("payment", "payment_edit", "payment_delete"):
        assert world.get(view, pk).status_code == 404
        assert world.get(view, 10**30).status_code == 404
    for query in (f"?invoice={invoice.pk}", f"?contact={other.contact.pk}"):
        assert world.get("payment_new", query=query).status_code == 404
