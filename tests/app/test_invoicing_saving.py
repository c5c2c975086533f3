"""Saving invoices: all or nothing, nothing written without a change, numbers, copies, what payments forbid, roles."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from invoicing_records import TODAY, Business, make_business

from bluepro.common.errors import Conflict, NotAllowed, Refused
from bluepro.invoicing.models import Invoice, InvoiceLine
from bluepro.invoicing.queries import history_of_invoice
from bluepro.invoicing.rules import InvoiceData, InvoiceEdit, LineData
from bluepro.invoicing.services import import_invoices, save_invoices
from bluepro.workspaces.models import HistoryEntry, Role

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def shop() -> Business:
    return make_business()


def refusal(action: Callable[[], object]) -> list[tuple[int, str, str]]:
    with pytest.raises(Refused) as caught:
        action()
    return [(error.record, error.field, error.rule) for error in caught.value.errors]


def rows(invoice: Invoice) -> list[tuple[int, int, str]]:
    return list(InvoiceLine.objects.filter(invoice=invoice).order_by("position").values_list("pk", "position", "name"))


def test_a_new_invoice_is_stored_whole(shop: Business) -> None:
    invoice = shop.draft(
        number="A-1",
        lines=(
            LineData("heading", name="Spring"),
            LineData("service", service_id=shop.service.pk, quantity=D("2.5")),
            LineData("service", service_id=shop.exempt_service.pk),
            shop.custom("19.99"),
        ),
        discount_kind="percent",
        discount_value=D(10),
        tax_rate_percent=D("8.25"),
        message="Thank you 🪟",
    )
    # 31.25 + 12.50 + 19.99 = 63.74; 10 % = 6.37, of which 3.12, 1.25, 2.00; base 31.25 + 19.99 - 5.12 = 46.12
    assert (invoice.subtotal, invoice.discount, invoice.taxable_base) == (D("63.74"), D("6.37"), D("46.12"))
    assert (invoice.tax, invoice.total) == (D("3.80"), D("61.17"))
    assert (invoice.due_date, invoice.tax_rate_name) == (date(2026, 4, 15), "8.25%")
    assert (invoice.version, len(invoice.ref), invoice.created_by_id) == (1, 8, shop.owner.membership_id)
    lines = list(InvoiceLine.objects.filter(invoice=invoice).order_by("position"))
    assert [line.amount for line in lines] == [D(0), D("31.25"), D("12.50"), D("19.99")]
    assert [line.tax_exempt for line in lines] == [False, False, True, False]
    assert lines[1].description == "inside and out"


def test_numbers_go_on_from_the_last(shop: Business) -> None:
    assert [invoice.number for invoice in shop.save(shop.data(), shop.data())] == ["1001", "1002"]
    shop.draft(number="INV-0099")
    shop.draft(number="inv-0101", name="in between")
    assert shop.draft().number == "inv-0102"
    Invoice.objects.filter(number="inv-0102").update(number="Inv-0104")
    assert shop.save(shop.data(), shop.data(number="inv-0105"), shop.data())[2].number == "Inv-0107"


def test_a_taken_number_is_refused_by_name_whatever_its_case(shop: Business) -> None:
    shop.draft(number="Inv-7")
    with pytest.raises(Refused, match='"INV-7"'):
        shop.draft(number="INV-7")
    twice = [shop.data(number="x1"), shop.data(number="X1")]
    assert refusal(lambda: shop.save(*twice)) == [(1, "number", "taken")]
    other = shop.draft(number="8")
    assert refusal(lambda: shop.edit(other, shop.data(number="inv-7"))) == [(0, "number", "taken")]
    assert shop.edit(other, shop.data(number="8")).version == 1


def test_the_same_number_in_another_workspace_is_free(shop: Business) -> None:
    shop.draft(number="7")
    assert make_business("Other Panes").draft(number="7").number == "7"


def test_nothing_is_written_while_one_is_wrong_and_every_error_is_told(shop: Business) -> None:
    wrong = [
        shop.data(),
        shop.data(contact_id=0),
        shop.data(lines=(LineData("service", service_id=0), shop.custom("-1"))),
        shop.data("10", discount_kind="amount", discount_value=D(11)),
        shop.data("-1"),
        shop.data(number="a\x00b"),
    ]
    assert refusal(lambda: shop.save(*wrong)) == [
        (1, "contact", "unknown"),
        (2, "lines[1].service", "unknown"),
        (3, "discount_value", "above_subtotal"),
        (4, "lines", "total_below_zero"),
        (5, "number", "control_character"),
    ]
    assert not Invoice.objects.exists()


def test_records_of_another_workspace_are_unknown(shop: Business) -> None:
    other = make_business("Other Panes")
    theirs = other.draft()
    assert refusal(lambda: shop.draft(contact_id=other.contact.pk)) == [(0, "contact", "unknown")]
    assert refusal(lambda: shop.edit(theirs, shop.data())) == [(0, "invoice", "unknown")]
    line = LineData("service", service_id=other.service.pk)
    assert refusal(lambda: shop.draft(lines=(line,))) == [(0, "lines[1].service", "unknown")]


def test_an_edit_that_changes_nothing_writes_nothing(shop: Business) -> None:
    lines = (LineData("service", service_id=shop.service.pk), shop.custom("5"))
    data = shop.data(number="9", status="issued", lines=lines, tax_rate_percent=D("8.25"))
    invoice = shop.save(data)[0]
    before = HistoryEntry.objects.count()
    edit = InvoiceEdit(data, id=invoice.pk, version=1)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        saved = save_invoices(shop.owner, [edit], clock=shop.clock, ids=shop.ids)
    assert (saved.created, saved.changed, saved.unchanged) == (0, 0, 1)
    assert not [one for one in seen if one["sql"].split()[0] in {"UPDATE", "INSERT", "DELETE"}]
    assert HistoryEntry.objects.count() == before


def test_another_contact_and_another_service_of_a_line_are_stored(shop: Business) -> None:
    invoice = shop.issued()
    line = LineData("service", service_id=shop.service.pk, quantity=D("2"))

    shop.edit(invoice, shop.data(status="issued", contact_id=shop.other_contact.pk, lines=(line,)))

    stored = Invoice.objects.get(pk=invoice.pk)
    assert stored.contact_id == shop.other_contact.pk
    assert [one.service_id for one in stored.lines.all()] == [shop.service.pk]


def test_lines_keep_their_rows_by_position(shop: Business) -> None:
    def named(*names: str) -> InvoiceData:
        return shop.data(number="1", lines=tuple(replace(shop.custom("5"), name=name) for name in names))

    invoice = shop.save(named("a", "b", "c"))[0]
    first = rows(invoice)
    shop.edit(invoice, named("a", "B"))
    second = rows(invoice)
    assert second == [first[0], (first[1][0], 2, "B")]
    shop.edit(invoice, named("a", "B", "d", "e"))
    third = rows(invoice)
    assert third[:2] == second
    assert [name for _, _, name in third] == ["a", "B", "d", "e"]
    assert Invoice.objects.get(pk=invoice.pk).version == 3


def test_a_version_that_is_no_longer_stored_is_a_conflict(shop: Business) -> None:
    invoice = shop.draft(number="1")
    shop.edit(invoice, shop.data(number="1", name="new"))
    edit = InvoiceEdit(shop.data(number="1", name="newer"), id=invoice.pk, version=1)
    with pytest.raises(Conflict, match="changed by someone else"):
        save_invoices(shop.owner, [edit], clock=shop.clock, ids=shop.ids)


def test_external_ids_are_unique_and_stay(shop: Business) -> None:
    edit = InvoiceEdit(shop.data(number="1"), external_id="x-1")
    (pk,) = save_invoices(shop.owner, [edit], clock=shop.clock, ids=shop.ids).ids
    again = [replace(edit, data=shop.data(number="2"))]
    assert refusal(lambda: save_invoices(shop.owner, again, clock=shop.clock, ids=shop.ids)) == [
        (0, "external_id", "taken")
    ]
    shop.edit(Invoice.objects.get(pk=pk), shop.data(number="1", name="new"))
    assert Invoice.objects.get(pk=pk).external_id == "x-1"


def test_issued_invoices_keep_their_copies_and_drafts_take_new_ones(shop: Business) -> None:
    line = (LineData("service", service_id=shop.service.pk),)
    issued = shop.issued(number="1", lines=line, tax_rate_percent=D(10))
    draft = shop.draft(number="2", lines=line, tax_rate_percent=D(10))
    type(shop.service).objects.filter(pk=shop.service.pk).update(unit_price=D(99))
    type(shop.contact).objects.filter(pk=shop.contact.pk).update(tax_exempt=True)
    data = shop.data(lines=line, tax_rate_percent=D(10))
    issued = shop.edit(issued, replace(data, number="1", status="issued", name="renamed"))
    draft = shop.edit(draft, replace(data, number="2", name="renamed"))
    assert (issued.total, issued.contact_tax_exempt) == (D("13.75"), False)
    assert (draft.total, draft.contact_tax_exempt) == (D("99.00"), True)


def test_what_was_paid_limits_an_edit(shop: Business) -> None:
    invoice = shop.issued("100", number="1")
    shop.pay((invoice, "60"))
    lower = shop.data("59.99", number="1", status="issued")
    with pytest.raises(Refused, match="below the 60"):
        shop.edit(invoice, lower)
    moved = shop.data("100", number="1", status="issued", contact_id=shop.other_contact.pk)
    assert refusal(lambda: shop.edit(invoice, moved)) == [(0, "contact", "has_payments")]
    cancelled = shop.data("100", number="1", status="cancelled")
    assert refusal(lambda: shop.edit(invoice, cancelled)) == [(0, "payments", "has_payments")]
    assert shop.edit(invoice, shop.data("60", number="1", status="issued")).total == D("60.00")


@pytest.mark.parametrize(
    ("first", "then", "rule"),
    [
        ("issued", "draft", "no_way_back"),
        ("issued", "scheduled", "no_way_back"),
        ("cancelled", "draft", "cancelled_is_final"),
        ("cancelled", "issued", "cancelled_is_final"),
        ("cancelled", "cancelled", "cancelled_is_final"),
    ],
)
def test_ways_that_do_not_exist(shop: Business, first: str, then: str, rule: str) -> None:
    invoice = shop.issued(number="1")
    if first == "cancelled":
        invoice = shop.edit(invoice, shop.data(number="1", status="cancelled"))
    assert refusal(lambda: shop.edit(invoice, shop.data("50", number="1", status=then))) == [(0, "status", rule)]
    assert Invoice.objects.get(pk=invoice.pk).status == first


def test_nothing_without_a_price_is_issued(shop: Business) -> None:
    text = (LineData("text", description="nothing yet"),)
    assert refusal(lambda: shop.issued(lines=text)) == [(0, "lines", "no_priced_line")]
    assert shop.draft(lines=text).total == 0


def test_an_earlier_month_is_asked_about_in_the_zone_of_the_workspace(shop: Business) -> None:
    earlier = shop.data(status="issued", issue_date=date(2026, 2, 28))
    assert refusal(lambda: shop.save(earlier)) == [(0, "issue_date", "earlier_month")]
    saved = save_invoices(shop.owner, [InvoiceEdit(earlier)], clock=shop.clock, ids=shop.ids, confirm_date=True)
    assert saved.created == 1
    shop.clock.at = shop.clock.at.replace(month=4, day=1, hour=2)  # still March 31 in New York
    assert shop.issued().issue_date == TODAY


def test_an_import_brings_old_and_cancelled_invoices(shop: Business) -> None:
    old = shop.data(issue_date=date(2020, 1, 5))
    edits = [InvoiceEdit(replace(old, status=status)) for status in ("issued", "cancelled", "scheduled", "draft")]
    saved = import_invoices(shop.owner, edits, clock=shop.clock, ids=shop.ids)
    assert saved.created == 4
    again = [replace(edit, id=pk) for edit, pk in zip(edits, saved.ids, strict=True)]
    assert import_invoices(shop.owner, again, clock=shop.clock, ids=shop.ids).unchanged == 4
    assert refusal(lambda: shop.draft(status="cancelled")) == [(0, "status", "not_possible")]


def test_every_change_of_an_issued_invoice_is_kept(shop: Business) -> None:
    invoice = shop.issued("100", number="1")
    shop.edit(invoice, shop.data("120.5", number="1", status="issued", due_date=date(2026, 5, 1)))
    shop.edit(invoice, shop.data("120.5", number="1", status="cancelled", due_date=date(2026, 5, 1)))
    cancelled, changed, issued = history_of_invoice(shop.workspace.pk, invoice.pk)
    assert (issued.action, issued.by, issued.label) == ("issued", "bright@example.com", "1")
    assert changed.old == {
        "due_date": "2026-04-15",
        "subtotal": "100.00",
        "total": "100.00",
        "lines": {"1": {"unit_price": "100.00", "amount": "100.00"}},
    }
    assert changed.new == {
        "due_date": "2026-05-01",
        "subtotal": "120.50",
        "total": "120.50",
        "lines": {"1": {"unit_price": "120.50", "amount": "120.50"}},
    }
    assert (cancelled.action, cancelled.old, cancelled.new) == (
        "cancelled",
        {"status": "issued"},
        {"status": "cancelled"},
    )


def test_drafts_leave_no_history(shop: Business) -> None:
    shop.edit(shop.draft(number="1"), shop.data("5", number="1"))
    assert not HistoryEntry.objects.exists()


def test_a_member_makes_and_issues_only_their_own(shop: Business) -> None:
    member = shop.actor(Role.MEMBER)
    mine = shop.draft(number="1", actor=member)
    shop.edit(mine, shop.data("5", number="1"), actor=member)
    issued = shop.edit(mine, shop.data("5", number="1", status="issued"), actor=member)
    assert issued.status == "issued"
    with pytest.raises(NotAllowed, match="A Member may not change or cancel issued"):
        shop.edit(issued, shop.data("6", number="1", status="issued"), actor=member)
    theirs = shop.draft(number="2")
    with pytest.raises(NotAllowed, match="only invoices that they made"):
        shop.edit(theirs, shop.data("6", number="2"), actor=member)
    with pytest.raises(NotAllowed):
        import_invoices(member, [], clock=shop.clock, ids=shop.ids)


def test_a_bookkeeper_writes_no_invoice(shop: Business) -> None:
    with pytest.raises(NotAllowed, match="A Bookkeeper may not change drafts"):
        shop.draft(actor=shop.actor(Role.BOOKKEEPER))


def test_the_number_of_statements_does_not_grow(shop: Business) -> None:
    def statements(count: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            made = shop_edits(shop, count)
            edits = [InvoiceEdit(shop.data("5", status="issued"), id=pk) for pk in made]
            save_invoices(shop.owner, edits, clock=shop.clock, ids=shop.ids)
        return len(seen)

    assert statements(40) == statements(2)


def shop_edits(shop: Business, count: int) -> tuple[int, ...]:
    edits = [InvoiceEdit(shop.data(status="issued"))] * count
    return save_invoices(shop.owner, edits, clock=shop.clock, ids=shop.ids).ids
