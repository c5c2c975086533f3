"""The invoice editor: what is typed, refused, kept and saved, with and without JavaScript."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from invoicing_records import make_business
from web_world import World, make_world, text_of

from bluepro.invoicing.models import Invoice
from bluepro.web.invoicing.editor_form import rate_label
from bluepro.web.invoicing.editor_lines import TypedLine, move, plain_number, plain_price
from bluepro.workspaces.models import Role, TaxRate

D = Decimal
pytestmark = pytest.mark.django_db
FUTURE = "2199-03-01"


@pytest.fixture
def world() -> World:
    return make_world()


def typed(world: World, *lines: dict[str, str], **values: Any) -> dict[str, object]:
    """A filled form: one custom line of $100 unless lines are given."""
    lines = lines or ({"kind": "custom", "name": "Work", "quantity": "1", "unit_price": "100", "tax_exempt": "0"},)
    sent: dict[str, object] = {"contact": world.business.contact.pk, "issue_date": FUTURE, "do": "save"}
    sent["line"] = [str(at) for at, _ in enumerate(lines, 1)]
    for at, line in enumerate(lines, 1):
        sent |= {f"{name}-{at}": value for name, value in line.items()}
    return sent | values


def custom(price: str = "100", quantity: str = "1", name: str = "Work", **more: str) -> dict[str, str]:
    return {"kind": "custom", "name": name, "quantity": quantity, "unit_price": price, **more}


def test_new_invoice_is_prefilled(world: World) -> None:
    world.business.issued(number="INV-0099")
    page = text_of(world.get("invoice_new", query=f"?contact={world.business.contact.pk}"))
    assert 'value="INV-0100"' in page and "Ann Lee" in page and "30 days after" in page


def test_every_kind_of_line_is_saved_in_order(world: World) -> None:
    rate = TaxRate.objects.create(workspace=world.workspace, name="County", percent=D("8.25"))
    lines = (
        {"kind": "heading", "name": "Front"},
        {"kind": "service", "service": str(world.business.service.pk), "quantity": "2", "unit_price": "$1,234.50"},
        custom("(5)", name="Rebate", tax_exempt="1"),
        {"kind": "text", "description": "Weather dry"},
    )
    values = {"discount_kind": "percent", "discount_value": "10", "tax_rate": str(rate.pk), "message": "Hi\nthere"}
    answer = world.post("invoice_new", data=typed(world, *lines, **values))
    assert answer.status_code == 303
    invoice = Invoice.objects.get()
    assert [line.kind for line in invoice.lines.order_by("position")] == ["heading", "service", "custom", "text"]
    assert (invoice.subtotal, invoice.discount, invoice.status) == (D("2464.00"), D("246.40"), "draft")
    assert (invoice.tax_rate_name, invoice.tax_rate_percent) == ("County", D("8.25"))
    assert invoice.due_date == date(2199, 3, 31)


def test_double_click_saves_once(world: World) -> None:
    sent = typed(world, once=str(uuid.uuid4()))
    first, second = (world.post("invoice_new", data=dict(sent)) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Invoice.objects.count() == 1


def test_form_without_key_is_refused(world: World) -> None:
    answer = world.post("invoice_new", data=typed(world, once="nonsense"))
    assert answer.status_code == 422 and "incomplete" in text_of(answer) and not Invoice.objects.exists()


def test_an_untouched_number_moves_on_when_somebody_took_it(world: World) -> None:
    world.business.draft(number="1001")
    assert world.post("invoice_new", data=typed(world, number="1001", suggested="1001")).status_code == 303
    assert Invoice.objects.latest("pk").number == "1002"
    taken = world.post("invoice_new", data=typed(world, number="1001"))
    assert taken.status_code == 422 and "Another invoice has the number" in text_of(taken)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (custom("abc"), "Enter a number, such as 1,234.50."),
        (custom("1,23.4"), "Enter a number, such as 1,234.50."),
        (custom(quantity="-1"), "A quantity cannot be below 0"),
        (custom(quantity=""), "A custom line needs its quantity"),
        (custom(name=""), "This may not be empty"),
        (custom("1.123456"), "more than 5 decimals"),
        (custom("9" * 30), "too large"),
        (custom(name="x" * 501), "501 characters"),
        ({"kind": "service", "service": "999999"}, "There is no service"),
        ({"kind": "service", "service": ""}, "needs its service"),
        ({"kind": "heading", "name": ""}, "This may not be empty"),
        ({"kind": "nonsense", "name": "x"}, "is not one of"),
    ],
)
def test_what_is_wrong_with_a_line_stands_beside_it(world: World, line: dict[str, str], said: str) -> None:
    answer = world.post("invoice_new", data=typed(world, custom("77.70"), line))
    page = text_of(answer)
    assert answer.status_code == 422 and not Invoice.objects.exists()
    _, _, second = page.partition('id="error-2"')
    assert said in second and "77.70" in page
    for value in line.values():
        assert value[:40] in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"contact": ""}, "Choose the customer."),
        ({"contact": "999999"}, "There is no contact"),
        ({"contact": "x"}, "Choose the customer again."),
        ({"issue_date": ""}, "Issue date is missing."),
        ({"issue_date": "2026-02-30"}, "Enter a valid date."),
        ({"issue_date": "1066-10-14"}, "is not between"),
        ({"due_date": "9999-01-01"}, "is not between"),
        ({"discount_kind": "amount", "discount_value": "101"}, "exceeds the subtotal"),
        ({"discount_kind": "percent", "discount_value": "101"}, "not between 0 and 100"),
        ({"discount_kind": "percent"}, "give the discount too"),
        ({"discount_value": "5"}, "Say whether the discount"),
        ({"required_deposit_kind": "amount", "required_deposit_value": "x"}, "Enter a number"),
        ({"number": "N" * 31}, "31 characters"),
        ({"name": "x" * 201}, "201 characters"),
        ({"tax_rate": "999999"}, "Select a valid choice"),
        ({"service_address": "999999"}, "Select a valid choice"),
        ({"message": "a\x07b"}, "control character"),
    ],
)
def test_what_is_wrong_with_the_head_stands_beside_it(world: World, values: dict[str, str], said: str) -> None:
    answer = world.post("invoice_new", data=typed(world, custom("77.70"), **values))
    assert answer.status_code == 422 and not Invoice.objects.exists()
    assert said in text_of(answer) and "77.70" in text_of(answer)


def test_everything_wrong_is_said_at_once(world: World) -> None:
    sent = typed(world, custom("oops", name=""), number="N" * 31, discount_kind="percent", discount_value="120")
    page = text_of(world.post("invoice_new", data=sent))
    for said in ("Enter a number", "This may not be empty", "31 characters", "not between 0 and 100"):
        assert said in page


def test_records_of_another_workspace_are_unknown(world: World) -> None:
    other = make_business("Other Panes")
    theirs = world.post("invoice_new", data=typed(world, contact=other.contact.pk))
    assert theirs.status_code == 422 and "There is no contact" in text_of(theirs)
    line = {"kind": "service", "service": str(other.service.pk), "quantity": "1"}
    assert "There is no service" in text_of(world.post("invoice_new", data=typed(world, line)))
    assert world.get("invoice_editor_line", query=f"?add={other.service.pk}").status_code == 404
    assert world.get("invoice_editor_customer", query=f"?contact={other.contact.pk}").status_code == 404
    found = text_of(world.get("invoice_editor_customers", query="?find_customer=Ann"))
    assert f"pick:{other.contact.pk}" not in found and f"pick:{world.business.contact.pk}" in found


def test_buttons_work_without_javascript(world: World) -> None:
    lines = (custom("1", name="First"), custom("2", name="Second"))

    def press(do: str, **more: Any) -> str:
        answer = world.post("invoice_new", data=typed(world, *lines, do=do, **more))
        assert answer.status_code == 200 and not Invoice.objects.exists()
        return text_of(answer)

    moved = press("down:1")
    assert moved.index('value="Second"') < moved.index('value="First"')
    assert 'value="Second"' not in press("remove:2")
    assert 'class="line line-heading"' in press("add:heading")
    assert 'value="Windows"' in press(f"add:{world.business.service.pk}")
    assert "Gutters" in press("find_service", find_service="gutt")
    assert f"pick:{world.business.other_contact.pk}" in press("find_customer", find_customer="bob")
    assert "Bob Ray" in press(f"pick:{world.business.other_contact.pk}", contact="")
    assert "$3.00" in press("totals")
    for nonsense in ("up:9", "add:999999", "add:x", "pick:x", "what", "remove:"):
        assert 'value="First"' in press(nonsense)


def test_totals_while_typing_are_the_servers(world: World) -> None:
    TaxRate.objects.create(workspace=world.workspace, name="County", percent=D("8.25"))
    rate = TaxRate.objects.get()
    lines = (custom("10.005", quantity="3"), custom("oops"))
    found = world.post("invoice_editor_totals", data=typed(world, *lines, tax_rate=str(rate.pk))).json()
    assert found["amounts"] == {"1": "30.02", "2": "0.00"}
    assert "$32.50" in found["totals"]
    too_much = {"discount_kind": "amount", "discount_value": "99"}
    assert (
        "exceeds the subtotal"
        in world.post("invoice_editor_totals", data=typed(world, *lines, **too_much)).json()["totals"]
    )
    assert world.post("invoice_editor_totals", data={"invoice": "999999"}).status_code == 404
    assert world.post("invoice_editor_totals", data={}).status_code == 200


def test_issue_from_the_editor_asks_for_an_old_date(world: World) -> None:
    sent = typed(world, issue_date="2024-02-03", do="issue")
    asked = world.post("invoice_new", data=dict(sent))
    assert asked.status_code == 422 and "earlier month" in text_of(asked) and "confirm_date" in text_of(asked)
    assert world.post("invoice_new", data=sent | {"confirm_date": "on"}).status_code == 303
    assert Invoice.objects.get().status == "issued"


def test_two_people_editing_keep_what_both_typed(world: World) -> None:
    draft = world.business.draft()
    stale = typed(world, custom("55"), version="1", number=draft.number)
    world.business.edit(draft, world.business.data("66"))
    answer = world.post("invoice_edit", draft.pk, data=dict(stale))
    page = text_of(answer)
    assert answer.status_code == 422 and "Somebody else changed this invoice" in page
    assert 'value="55"' in page and 'name="version" value="2"' in page
    assert Invoice.objects.get(pk=draft.pk).total == D("66.00")
    assert world.post("invoice_edit", draft.pk, data=stale | {"version": "2"}).status_code == 303
    assert Invoice.objects.get(pk=draft.pk).total == D("55.00")
    assert world.post("invoice_edit", draft.pk, data=typed(world)).status_code == 422


def test_editing_keeps_rate_address_and_copies_that_are_offered_no_more(world: World) -> None:
    business = world.business
    service = business.custom("1").__class__("service", service_id=business.service.pk)
    values: dict[str, Any] = {
        "tax_rate_percent": D("7"),
        "tax_rate_name": "Old rate",
        "service_street": "1 Elm",
        "service_city": "Rye",
    }
    invoice = business.issued("1", lines=(service,), **values)
    page = text_of(world.get("invoice_edit", invoice.pk))
    assert "Old rate" in page and "1 Elm, Rye (as on this invoice)" in page
    line = {"kind": "service", "service": str(business.service.pk), "name": "Windows", "quantity": "2"}
    line |= {"unit_price": "12.50", "description": "inside and out", "tax_exempt": "0"}
    sent = {"version": "1", "number": invoice.number, "tax_rate": "keep", "service_address": "keep"}
    assert world.post("invoice_edit", invoice.pk, data=typed(world, line, **sent)).status_code == 303
    invoice.refresh_from_db()
    assert (invoice.tax_rate_name, invoice.service_street, invoice.total) == ("Old rate", "1 Elm", D("26.75"))


def test_what_payments_forbid_is_said(world: World) -> None:
    invoice = world.business.issued("100")
    world.business.pay((invoice, "80"))
    sent = typed(world, custom("70"), version="1", number=invoice.number)
    low = world.post("invoice_edit", invoice.pk, data=sent)
    assert low.status_code == 422 and "below the 80.00 that was paid" in text_of(low)
    other = world.post("invoice_edit", invoice.pk, data=sent | {"contact": world.business.other_contact.pk})
    assert "The customer is fixed once a payment exists" in text_of(other)


def test_740_lines_are_the_most(world: World) -> None:
    many = [custom("1") for _ in range(741)]
    over = world.post("invoice_new", data=typed(world, *many))
    assert over.status_code == 422 and "at most 740" in text_of(over)
    assert world.post("invoice_new", data=typed(world, *many[:740])).status_code == 303
    assert Invoice.objects.get().total == D("740.00")


def test_bookkeeper_may_not_write_invoices(world: World) -> None:
    invoice = world.business.draft()
    assert world.get("invoice_new", role=Role.BOOKKEEPER).status_code == 403
    assert world.get("invoice_edit", invoice.pk, role=Role.BOOKKEEPER).status_code == 403
    assert world.post("invoice_new", role=Role.BOOKKEEPER, data=typed(world)).status_code == 403


def test_cancelled_invoices_are_not_edited(world: World) -> None:
    invoice = world.business.issued()
    world.post("invoice_cancel", invoice.pk)
    assert world.get("invoice_edit", invoice.pk).status_code == 403


def test_moving_stops_at_the_ends() -> None:
    lines = [TypedLine("a"), TypedLine("b"), TypedLine("c")]
    for key, by, order in (("a", -1, "abc"), ("c", 1, "abc"), ("a", 1, "bac"), ("c", -1, "bca"), ("z", 1, "bca")):
        move(lines, key, by)
        assert "".join(line.key for line in lines) == order


@pytest.mark.parametrize(
    ("value", "number", "price"),
    [
        ("2.00000", "2", "2.00"),
        ("0.12345", "0.12345", "0.12345"),
        ("1E+3", "1000", "1000.00"),
        ("12.5", "12.5", "12.50"),
    ],
)
def test_numbers_to_edit(value: str, number: str, price: str) -> None:
    assert (plain_number(D(value)), plain_price(D(value))) == (number, price)


@pytest.mark.parametrize(
    ("name", "percent", "said"),
    [
        ("8.375 %", "8.375", "8.375 %"),
        ("County 8.25%", "8.25000", "County 8.25%"),
        ("County", "8.25", "County (8.25%)"),
        ("County 18.25 %", "8.25", "County 18.25 % (8.25%)"),
    ],
)
def test_a_rate_says_its_percentage_once(name: str, percent: str, said: str) -> None:
    assert rate_label(name, D(percent)) == said


def test_a_new_invoice_takes_the_rate_that_the_customer_had_last(world: World) -> None:
    business = world.business
    rate = TaxRate.objects.create(workspace=world.workspace, name="County", percent=D("8.25"))
    chosen = f'<option value="{rate.pk}" selected>'
    query = f"?contact={business.contact.pk}"
    assert chosen not in text_of(world.get("invoice_new", query=query))
    business.issued(tax_rate_percent=rate.percent, tax_rate_name=rate.name)
    business.issued()
    assert chosen in text_of(world.get("invoice_new", query=query))
    assert f'data-rate-used="{rate.pk}"' in text_of(world.get("invoice_editor_customer", query=query))
    picked = typed(world, contact="", do=f"pick:{business.contact.pk}")
    assert chosen in text_of(world.post("invoice_new", data=picked))


def test_taxed_lines_without_a_rate_are_warned_of_and_not_refused(world: World) -> None:
    said = "No sales tax is chosen"
    assert said not in world.post("invoice_editor_totals", data=typed(world)).json()["totals"]
    rate = TaxRate.objects.create(workspace=world.workspace, name="County", percent=D("8.25"))
    assert said in world.post("invoice_editor_totals", data=typed(world)).json()["totals"]
    for quiet in (typed(world, tax_rate=str(rate.pk)), typed(world, custom(tax_exempt="1")), typed(world, contact="")):
        assert said not in world.post("invoice_editor_totals", data=quiet).json()["totals"]
    assert world.post("invoice_new", data=typed(world)).status_code == 303
