"""Payments: amounts from allocations, what is refused, dates fixed when saved, history, roles, reads."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from invoicing_records import NOW, TODAY, Business, make_business, open_balances

from bluepro.common.errors import Conflict, NotAllowed, NotFound, Refused
from bluepro.invoicing.models import Invoice
from bluepro.payments import queries
from bluepro.payments.allocation import spread
from bluepro.payments.models import Allocation, Payment
from bluepro.payments.rules import PaymentData, PaymentEdit
from bluepro.payments.services import delete_payments, save_payments
from bluepro.workspaces.models import Role, Workspace
from bluepro.workspaces.roles import Actor

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def shop() -> Business:
    return make_business()


def refusal(action: Callable[[], object]) -> list[tuple[int, str, str]]:
    with pytest.raises(Refused) as caught:
        action()
    return [(error.record, error.field, error.rule) for error in caught.value.errors]


def save(shop: Business, *edits: PaymentEdit, actor: Actor | None = None) -> tuple[int, ...]:
    return save_payments(actor or shop.owner, edits, clock=shop.clock, ids=shop.ids).ids


def parts(payment_id: int) -> dict[int, Decimal]:
    return dict(Allocation.objects.filter(payment_id=payment_id).values_list("invoice_id", "amount"))


def test_one_payment_over_several_invoices(shop: Business) -> None:
    first, second = shop.issued("100"), shop.issued("50")
    payment = Payment.objects.get(pk=shop.pay((second, "50"), (first, "25.5")))
    assert (payment.amount, payment.contact_id, payment.method) == (D("75.50"), shop.contact.pk, "Check")
    assert (payment.version, len(payment.ref), payment.created_by_id) == (1, 8, shop.owner.membership_id)
    assert parts(payment.pk) == {first.pk: D("25.50"), second.pk: D("50.00")}


def test_the_day_is_that_of_the_workspace_and_stays(shop: Business) -> None:
    invoice = shop.issued()
    late = datetime(2026, 3, 17, 3, 30, tzinfo=UTC)  # 23:30 on the 16th in New York
    pk = shop.pay((invoice, "10"), at=late)
    assert Payment.objects.get(pk=pk).paid_on == TODAY
    Workspace.objects.filter(pk=shop.workspace.pk).update(time_zone="UTC")
    save(shop, PaymentEdit(replace(shop.payment((invoice, "10"), at=late), method="Cash"), id=pk))
    assert Payment.objects.get(pk=pk).paid_on == TODAY
    save(shop, PaymentEdit(shop.payment((invoice, "10"), at=late.replace(minute=31)), id=pk))
    assert Payment.objects.get(pk=pk).paid_on == date(2026, 3, 17)


def test_every_refusal_is_told_and_nothing_is_written(shop: Business) -> None:
    invoice, draft, other = shop.issued("100"), shop.draft(), shop.issued(contact_id=shop.other_contact.pk)
    wrong = [
        shop.payment((invoice, "100.01")),
        shop.payment((draft, "1")),
        shop.payment((invoice, "1"), (other, "1")),
        replace(shop.payment((invoice, "1")), method=" ", paid_at=datetime(2026, 3, 1)),  # noqa: DTZ001
        PaymentData(NOW, "Cash", ((0, D(5)),)),
        PaymentData(NOW, "Cash", ()),
        shop.payment((invoice, "1")),
    ]
    edits = [PaymentEdit(data) for data in wrong]
    assert sorted(refusal(lambda: save(shop, *edits))) == [
        (0, "allocations[1].amount", "above_open_balance"),
        (1, "allocations[1].invoice", "not_issued"),
        (2, "allocations", "several_contacts"),
        (3, "method", "required"),
        (3, "paid_at", "no_time_zone"),
        (4, "allocations[1].invoice", "unknown"),
        (5, "allocations", "required"),
    ]
    assert not Payment.objects.exists()


def test_payments_of_one_call_are_checked_together(shop: Business) -> None:
    invoice = shop.issued("100")
    sixty = PaymentEdit(shop.payment((invoice, "60")))
    with pytest.raises(Refused, match=r"\$60\.00 is more than the open balance of \$40\.00 of invoice 1001"):
        save(shop, sixty, sixty)
    save(shop, sixty, PaymentEdit(shop.payment((invoice, "40"))))
    assert open_balances([invoice.pk]) == {invoice.pk: D(0)}


def test_a_change_frees_what_it_held(shop: Business) -> None:
    first, second = shop.issued("100"), shop.issued("50")
    pk = shop.pay((first, "100"))
    save(shop, PaymentEdit(shop.payment((first, "60"), (second, "50")), id=pk))
    assert (parts(pk), Payment.objects.get(pk=pk).amount) == ({first.pk: D(60), second.pk: D(50)}, D(110))
    save(shop, PaymentEdit(shop.payment((second, "50")), id=pk), PaymentEdit(shop.payment((first, "100"))))
    assert parts(pk) == {second.pk: D(50)}
    assert open_balances([first.pk, second.pk]) == {first.pk: D(0), second.pk: D(0)}


def test_a_payment_moved_to_another_contacts_invoice_is_that_contacts(shop: Business) -> None:
    first, others = shop.issued("100"), shop.issued("80", contact_id=shop.other_contact.pk)
    payment = shop.pay((first, "40"))

    save(shop, PaymentEdit(shop.payment((others, "40")), id=payment))

    assert Payment.objects.get(pk=payment).contact_id == shop.other_contact.pk


def test_a_change_keeps_the_rows_of_its_allocations(shop: Business) -> None:
    first, second = shop.issued("100"), shop.issued("50")
    pk = shop.pay((first, "10"), (second, "10"))
    before = dict(Allocation.objects.values_list("invoice_id", "pk"))
    save(shop, PaymentEdit(shop.payment((first, "20"), (second, "10")), id=pk))
    assert dict(Allocation.objects.values_list("invoice_id", "pk")) == before


def test_an_edit_that_changes_nothing_writes_nothing(shop: Business) -> None:
    invoice = shop.issued()
    edit = PaymentEdit(shop.payment((invoice, "10")), external_id="p-1")
    (pk,) = save(shop, edit)
    with CaptureQueriesContext(connection) as seen:
        saved = save_payments(shop.owner, [replace(edit, id=pk, version=1)], clock=shop.clock, ids=shop.ids)
    assert (saved.created, saved.changed, saved.unchanged) == (0, 0, 1)
    assert not [one for one in seen if one["sql"].split()[0] in {"UPDATE", "INSERT", "DELETE"}]
    assert refusal(lambda: save(shop, edit)) == [(0, "external_id", "taken")]
    save(shop, PaymentEdit(shop.payment((invoice, "11")), id=pk))
    with pytest.raises(Conflict):
        save(shop, replace(edit, id=pk, version=1))


def test_a_draft_is_issued_only_when_said(shop: Business) -> None:
    draft = shop.draft()
    old = shop.draft(issue_date=date(2026, 2, 1))
    edits = [PaymentEdit(shop.payment((draft, "10")))]
    save_payments(shop.owner, edits, clock=shop.clock, ids=shop.ids, issue_draft=True)
    assert Invoice.objects.get(pk=draft.pk).status == "issued"
    edits = [PaymentEdit(shop.payment((old, "10")))]
    sound = PaymentEdit(shop.payment((draft, "10")))
    assert refusal(
        lambda: save_payments(shop.owner, [sound, *edits], clock=shop.clock, ids=shop.ids, issue_draft=True)
    ) == [(1, "issue_date", "earlier_month")]
    edits = [PaymentEdit(shop.payment((old, "1000")))]
    with pytest.raises(Refused, match="open balance"):
        save_payments(shop.owner, edits, clock=shop.clock, ids=shop.ids, issue_draft=True, confirm_date=True)
    assert Invoice.objects.get(pk=old.pk).status == "draft"


def test_everything_that_happens_to_a_payment_is_kept(shop: Business) -> None:
    invoice = shop.issued("100", number="A-1")
    pk = shop.pay((invoice, "10"))
    save(shop, PaymentEdit(shop.payment((invoice, "12.5")), id=pk))
    assert delete_payments(shop.owner, [pk], "Bounced", clock=shop.clock) == 1
    deleted, changed, recorded = queries.history_of_payment(shop.workspace.pk, pk)
    assert (recorded.action, recorded.label) == ("recorded", "10.00 on 2026-03-16")
    assert recorded.new is not None and recorded.new["paid_at"] == "2026-03-16T15:00:00+00:00"
    assert (changed.action, changed.old) == ("changed", {"amount": "10.00", "allocations": {"A-1": "10.00"}})
    assert changed.new == {"amount": "12.50", "allocations": {"A-1": "12.50"}}
    assert (deleted.action, deleted.reason, deleted.new) == ("deleted", "Bounced", None)
    assert deleted.old is not None and deleted.old["amount"] == "12.50"
    assert not Allocation.objects.exists()


def test_deleting_needs_a_reason_and_frees_the_invoice(shop: Business) -> None:
    invoice = shop.issued("100")
    pk = shop.pay((invoice, "100"))
    assert refusal(lambda: delete_payments(shop.owner, [pk], "  ", clock=shop.clock)) == [(0, "reason", "required")]
    delete_payments(shop.owner, [pk], "Entered twice", clock=shop.clock)
    assert open_balances([invoice.pk]) == {invoice.pk: D(100)}
    with pytest.raises(NotFound, match=str(pk)):
        delete_payments(shop.owner, [pk], "Again", clock=shop.clock)


def test_payments_of_another_workspace_are_out_of_reach(shop: Business) -> None:
    other = make_business("Other Panes")
    theirs = other.issued()
    paid = other.pay((theirs, "1"))
    assert refusal(lambda: shop.pay((theirs, "1"))) == [(0, "allocations[1].invoice", "unknown")]
    mine = PaymentEdit(shop.payment((shop.issued(), "1")), id=paid)
    assert refusal(lambda: save(shop, mine)) == [(0, "payment", "unknown")]
    with pytest.raises(NotFound):
        delete_payments(shop.owner, [paid], "Mine", clock=shop.clock)
    with pytest.raises(NotFound):
        queries.get_payment(shop.workspace.pk, paid)


def test_a_member_records_on_own_invoices_only(shop: Business) -> None:
    member = shop.actor(Role.MEMBER)
    mine, theirs = shop.issued(actor=member), shop.issued()
    pk = shop.pay((mine, "1"), actor=member)
    with pytest.raises(NotAllowed, match="on invoices that they made"):
        shop.pay((theirs, "1"), actor=member)
    with pytest.raises(NotAllowed):
        save(shop, PaymentEdit(shop.payment((mine, "2")), id=pk), actor=member)
    with pytest.raises(NotAllowed):
        delete_payments(member, [pk], "Mine", clock=shop.clock)


@pytest.mark.parametrize(("role", "allowed"), [(Role.ADMIN, True), (Role.MANAGER, True), (Role.BOOKKEEPER, False)])
def test_the_roles_table(shop: Business, role: Role, allowed: bool) -> None:
    invoice, actor = shop.issued(), shop.actor(role)
    if not allowed:
        with pytest.raises(NotAllowed, match="A Bookkeeper may not issue invoices and record payments"):
            shop.pay((invoice, "1"), actor=actor)
        return
    pk = shop.pay((invoice, "1"), actor=actor)
    assert delete_payments(actor, [pk], "Wrong", clock=shop.clock) == 1


def test_one_check_over_what_is_open_oldest_first(shop: Business) -> None:
    young = shop.issued("50", issue_date=date(2026, 3, 9))
    old = shop.issued("50", issue_date=date(2026, 3, 2))
    shop.issued("50", contact_id=shop.other_contact.pk)
    shop.pay((old, "20"))
    open_now = queries.open_invoices(shop.workspace.pk, shop.contact.pk)
    assert [(one.id, one.open_balance) for one in open_now] == [(old.pk, D(30)), (young.pk, D(50))]
    save(shop, PaymentEdit(PaymentData(NOW, "Check", spread(D(60), open_now))))
    assert open_balances([old.pk, young.pk]) == {old.pk: D(0), young.pk: D(20)}


def test_lists_search_and_pages(shop: Business) -> None:
    first, second = shop.issued("100"), shop.issued("100", contact_id=shop.other_contact.pk)
    ids = [shop.pay((invoice, "1"), at=NOW.replace(day=day)) for invoice in (first, second) for day in (2, 3)]

    def found(**asked: object) -> list[int]:
        return [one.pk for one in queries.list_payments(shop.workspace.pk, **asked)]  # type: ignore[arg-type]  # below

    assert found() == [ids[3], ids[1], ids[2], ids[0]]
    assert found(search="check bob") == [ids[3], ids[2]]
    assert found(contact_id=shop.contact.pk, limit=1) == [ids[1]]
    assert found(after=(date(2026, 3, 3), ids[1])) == [ids[2], ids[0]]
    assert [part.payment_id for part in queries.payments_of_invoice(shop.workspace.pk, first.pk)] == ids[:2]


def test_the_number_of_queries_is_fixed(shop: Business) -> None:
    def look() -> int:
        with CaptureQueriesContext(connection) as seen:
            page = queries.list_payments(shop.workspace.pk)
            payment = queries.get_payment(shop.workspace.pk, page[0].pk)
            assert payment.contact.display_name
            assert all(part.invoice.number for one in page for part in one.allocations.all())
        return len(seen)

    def record(count: int) -> int:
        invoices = shop.save(*[shop.data(status="issued")] * count)
        edits = [PaymentEdit(shop.payment((invoice, "1"))) for invoice in invoices]
        with CaptureQueriesContext(connection) as seen:
            made = save(shop, *edits)
            save(
                shop,
                *(
                    replace(edit, data=replace(edit.data, method="Cash"), id=pk)
                    for edit, pk in zip(edits, made, strict=True)
                ),
            )
        return len(seen)

    few = record(2), look()
    assert (record(30), look()) == few
