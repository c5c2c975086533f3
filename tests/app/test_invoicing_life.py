"""The life of an invoice: issue, schedule, cancel, delete, copy, refresh, comments; who may, and the way out."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from invoicing_records import TODAY, Business, make_business

from bluepro.catalogue.models import Service
from bluepro.common.errors import NotAllowed, NotFound, Refused
from bluepro.contacts.models import Contact
from bluepro.invoicing import life
from bluepro.invoicing.comments import add_comment, delete_comment
from bluepro.invoicing.loading import stale_copies
from bluepro.invoicing.models import Invoice, InvoiceComment, InvoiceLine
from bluepro.invoicing.queries import history_of_invoice
from bluepro.invoicing.rules import LineData
from bluepro.workspaces.models import Role
from bluepro.workspaces.roles import Actor

pytestmark = pytest.mark.django_db
D = Decimal
FEBRUARY = date(2026, 2, 20)


@pytest.fixture
def shop() -> Business:
    return make_business()


def refusal(action: Callable[[], object]) -> list[tuple[int, str, str]]:
    with pytest.raises(Refused) as caught:
        action()
    return [(error.record, error.field, error.rule) for error in caught.value.errors]


def status(invoice: Invoice) -> str:
    return Invoice.objects.get(pk=invoice.pk).status


def test_issuing_freezes_and_is_kept(shop: Business) -> None:
    invoice, issued = shop.draft(), shop.issued()
    assert life.issue_invoices(shop.owner, [invoice.pk, issued.pk], clock=shop.clock) == 1
    stored = Invoice.objects.get(pk=invoice.pk)
    assert (stored.status, stored.issued_at, stored.version) == ("issued", shop.clock.now(), 2)
    assert [entry.action for entry in history_of_invoice(shop.workspace.pk, invoice.pk)] == ["issued"]
    assert Invoice.objects.get(pk=issued.pk).version == 1


def test_a_draft_of_an_earlier_month_needs_a_word(shop: Business) -> None:
    first, second = shop.draft(issue_date=FEBRUARY), shop.draft(issue_date=FEBRUARY)
    assert refusal(lambda: life.issue_invoices(shop.owner, [first.pk], clock=shop.clock)) == [
        (0, "issue_date", "earlier_month")
    ]
    life.issue_invoices(shop.owner, [first.pk], clock=shop.clock, confirm_date=True)
    life.issue_invoices(shop.owner, [second.pk], clock=shop.clock, issue_date=TODAY)
    stored = Invoice.objects.get(pk=second.pk)
    assert (status(first), stored.issue_date, stored.due_date) == ("issued", TODAY, TODAY + timedelta(days=30))


def test_one_that_cannot_be_issued_holds_back_all(shop: Business) -> None:
    good, empty = shop.draft(), shop.draft(lines=())
    assert refusal(lambda: life.issue_invoices(shop.owner, [empty.pk, good.pk], clock=shop.clock)) == [
        (1, "lines", "no_priced_line")
    ]
    assert status(good) == "draft"


def test_scheduling_and_back(shop: Business) -> None:
    invoice = shop.draft()
    assert life.schedule_invoices(shop.owner, [invoice.pk], clock=shop.clock) == 1
    assert status(invoice) == "scheduled"
    assert life.unschedule_invoices(shop.owner, [invoice.pk], clock=shop.clock) == 1
    issued = shop.issued()
    assert refusal(lambda: life.unschedule_invoices(shop.owner, [issued.pk], clock=shop.clock)) == [
        (0, "status", "no_way_back")
    ]


def test_cancelling_is_final_and_needs_no_payments(shop: Business) -> None:
    invoice, paid = shop.issued(), shop.issued()
    shop.pay((paid, "1"))
    with pytest.raises(Refused, match=r"1\.00 was paid .* Move or delete its payments first"):
        life.cancel_invoices(shop.owner, [invoice.pk, paid.pk], clock=shop.clock)
    assert life.cancel_invoices(shop.owner, [invoice.pk], clock=shop.clock, reason="Twice") == 1
    assert life.cancel_invoices(shop.owner, [invoice.pk], clock=shop.clock) == 0
    entry = history_of_invoice(shop.workspace.pk, invoice.pk)[0]
    assert (entry.action, entry.reason) == ("cancelled", "Twice")
    assert refusal(lambda: life.issue_invoices(shop.owner, [invoice.pk], clock=shop.clock)) == [
        (0, "status", "cancelled_is_final")
    ]


def test_deleting_keeps_the_history_and_never_gives_the_number_again(shop: Business) -> None:
    invoice = shop.issued("75")
    assert invoice.number == "1001"
    assert refusal(lambda: life.delete_invoices(shop.owner, [invoice.pk], clock=shop.clock, reason=" ")) == [
        (0, "reason", "required")
    ]
    assert life.delete_invoices(shop.owner, [invoice.pk], clock=shop.clock, reason="A test") == 1
    assert not InvoiceLine.objects.filter(invoice_id=invoice.pk).exists()
    entry = history_of_invoice(shop.workspace.pk, invoice.pk)[0]
    assert (entry.action, entry.label, entry.reason) == ("deleted", "1001", "A test")
    assert entry.old is not None and entry.old["total"] == "75.00"
    assert shop.draft().number == "1002"


def test_an_invoice_with_payments_is_not_deleted(shop: Business) -> None:
    invoice = shop.issued()
    shop.pay((invoice, "100"))
    assert refusal(lambda: life.delete_invoices(shop.owner, [invoice.pk], clock=shop.clock, reason="No")) == [
        (0, "payments", "has_payments")
    ]


def test_a_copy_is_a_draft_of_today_with_a_new_number(shop: Business) -> None:
    lines = (LineData("service", service_id=shop.service.pk, unit_price=D(40)), LineData("text", name="Hi"))
    source = shop.issued(lines=lines, discount_kind="amount", discount_value=D(4), tax_rate_percent=D(10))
    life.cancel_invoices(shop.owner, [source.pk], clock=shop.clock)
    shop.clock.advance(timedelta(days=40))
    copy = Invoice.objects.get(pk=life.copy_invoice(shop.owner, source.pk, clock=shop.clock, ids=shop.ids))
    assert (copy.status, copy.number, copy.external_id, copy.issued_at) == ("draft", "1002", None, None)
    assert (copy.issue_date, copy.due_date) == (TODAY + timedelta(days=40), TODAY + timedelta(days=70))
    assert (copy.total, copy.ref != source.ref) == (D("39.60"), True)
    assert list(copy.lines.order_by("position").values_list("name", flat=True)) == ["Windows", "Hi"]


def test_a_draft_is_refreshed_only_when_asked(shop: Business) -> None:
    invoice = shop.draft(lines=(LineData("service", service_id=shop.service.pk),), tax_rate_percent=D(10))
    assert stale_copies(shop.workspace, invoice.pk) == []
    Service.objects.filter(pk=shop.service.pk).update(unit_price=D(20))
    Contact.objects.filter(pk=shop.contact.pk).update(tax_exempt=True)
    stale = [(one.position, one.field) for one in stale_copies(shop.workspace, invoice.pk)]
    assert stale == [(0, "contact_tax_exempt"), (1, "unit_price")]
    assert Invoice.objects.get(pk=invoice.pk).total == D("13.75")
    assert life.refresh_from_catalogue(shop.owner, invoice.pk, clock=shop.clock) is True
    assert Invoice.objects.get(pk=invoice.pk).total == D("20.00")
    assert life.refresh_from_catalogue(shop.owner, invoice.pk, clock=shop.clock) is False
    life.issue_invoices(shop.owner, [invoice.pk], clock=shop.clock)
    Service.objects.filter(pk=shop.service.pk).update(unit_price=D(30))
    assert stale_copies(shop.workspace, invoice.pk) == []
    assert refusal(lambda: life.refresh_from_catalogue(shop.owner, invoice.pk, clock=shop.clock)) == [
        (0, "status", "frozen")
    ]


def test_a_refresh_that_does_not_work_out_is_refused(shop: Business) -> None:
    line = (LineData("service", service_id=shop.service.pk),)
    invoice = shop.draft(lines=line, discount_kind="amount", discount_value=D(12))
    Service.objects.filter(pk=shop.service.pk).update(unit_price=D(5))
    assert refusal(lambda: life.refresh_from_catalogue(shop.owner, invoice.pk, clock=shop.clock)) == [
        (0, "discount_value", "above_subtotal")
    ]


Act = Callable[[Business, Actor, int], object]
ACTIONS: dict[str, Act] = {
    "issue": lambda shop, actor, pk: life.issue_invoices(actor, [pk], clock=shop.clock),
    "schedule": lambda shop, actor, pk: life.schedule_invoices(actor, [pk], clock=shop.clock),
    "cancel": lambda shop, actor, pk: life.cancel_invoices(actor, [pk], clock=shop.clock),
    "delete": lambda shop, actor, pk: life.delete_invoices(actor, [pk], clock=shop.clock),
    "copy": lambda shop, actor, pk: life.copy_invoice(actor, pk, clock=shop.clock, ids=shop.ids),
    "refresh": lambda shop, actor, pk: life.refresh_from_catalogue(actor, pk, clock=shop.clock),
}
OFFICE = (Role.OWNER, Role.ADMIN, Role.MANAGER)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OWNER])
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("own", [True, False])
def test_the_roles_table(shop: Business, action: str, role: Role, own: bool) -> None:
    actor = shop.actor(role)
    invoice = shop.draft()
    if own:
        Invoice.objects.filter(pk=invoice.pk).update(created_by_id=actor.membership_id)
    allowed = role in OFFICE or (role == Role.MEMBER and action != "cancel" and (own or action == "copy"))
    if allowed:
        ACTIONS[action](shop, actor, invoice.pk)
        return
    with pytest.raises(NotAllowed, match="may"):
        ACTIONS[action](shop, actor, invoice.pk)
    assert status(invoice) == "draft"


@pytest.mark.parametrize("action", ACTIONS)
def test_invoices_of_another_workspace_do_not_exist(shop: Business, action: str) -> None:
    theirs = make_business("Other Panes").draft()
    with pytest.raises(NotFound, match=str(theirs.pk)):
        ACTIONS[action](shop, shop.owner, theirs.pk)


def test_a_member_cannot_delete_what_was_issued(shop: Business) -> None:
    member = shop.actor(Role.MEMBER)
    invoice = shop.issued(actor=member)
    with pytest.raises(NotAllowed):
        life.delete_invoices(member, [invoice.pk], clock=shop.clock, reason="Mine")


def test_comments_belong_to_their_author(shop: Business) -> None:
    invoice, member, bookkeeper = shop.draft(), shop.actor(Role.MEMBER), shop.actor(Role.BOOKKEEPER)
    comment = add_comment(member, invoice.pk, " Ring twice\r\nat the back ", clock=shop.clock)
    assert InvoiceComment.objects.get(pk=comment).text == "Ring twice\nat the back"
    assert refusal(lambda: delete_comment(bookkeeper, comment)) == [(0, "comment", "not_own")]
    assert refusal(lambda: add_comment(member, invoice.pk, "  ", clock=shop.clock)) == [(0, "text", "required")]
    with pytest.raises(NotFound):
        add_comment(make_business("Other Panes").owner, invoice.pk, "Hello", clock=shop.clock)
    delete_comment(member, comment)
    assert not InvoiceComment.objects.exists()
