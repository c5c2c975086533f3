"""People change the books on the pages as they would inside QuickBooks: by the same rules as apps, and seen by apps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from emulator_books import NOW, discount_line, pay, read, ref, sales_line, sparse, write
from emulator_forms import fill, read_form, send
from emulator_http import FRESH, UK, Caller, Emulator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qbo_emulator.books import deposits
from qbo_emulator.books.company import Company
from qbo_emulator.books.history import Actor
from qbo_emulator.pages.line_figures import Figures, settled


class Books:
    """A company with one of everything that can be edited."""

    def __init__(self) -> None:
        self.emulator = Emulator()
        self.company: Company = self.emulator.world.companies[FRESH]
        self.ann = write(
            self.company,
            "Customer",
            DisplayName="Ann Lee",
            PrimaryEmailAddr={"Address": "ann@example.com"},
            ShipAddr={"Line1": "1 Main St", "City": "Oakland", "CountrySubDivisionCode": "CA"},
        )
        self.item = write(self.company, "Item", Name="Window", UnitPrice=Decimal(25), IncomeAccountRef=ref("1"))
        line = sales_line(self.item, "100.00", "TAX", Qty=Decimal(4), UnitPrice=Decimal(25))
        text = {"DetailType": "DescriptionOnly", "Description": "Thank you"}
        self.lines = [line, text, discount_line("10.00")]
        self.invoice = self.sale("Invoice", DocNumber="1042", DueDate="2026-02-09")
        self.payment = pay(self.company, self.invoice, "40.00")

    def sale(self, entity: str, **fields: Any) -> dict[str, Any]:
        return write(self.company, entity, CustomerRef=ref(self.ann), Line=self.lines, **fields)

    def form(self, room: str, stored: dict[str, Any], way: str = "edit") -> str:
        return f"/app/{FRESH}/{room}/{stored['Id']}/{way}"

    def now(self, entity: str, stored: dict[str, Any]) -> dict[str, Any]:
        return read(self.company, entity, stored["Id"])


NEW = {"new1.item": "Window", "new1.amount": "10", "new1.tax": "TAX"}


@pytest.fixture
def books() -> Books:
    return Books()


def places(books: Books) -> list[tuple[str, str, dict[str, Any]]]:
    """Room, entity and stored object of everything that can be edited."""
    bank = ref(str(books.company.settings.default_deposit_account))
    return [
        ("customers", "Customer", books.ann),
        ("items", "Item", books.item),
        ("sales", "Invoice", books.invoice),
        ("sales", "CreditMemo", books.sale("CreditMemo")),
        ("sales", "SalesReceipt", books.sale("SalesReceipt")),
        ("sales", "RefundReceipt", books.sale("RefundReceipt", DepositToAccountRef=bank)),
        ("payments", "Payment", books.payment),
    ]


def test_a_form_that_is_sent_as_it_is_changes_nothing(books: Books) -> None:
    for room, entity, stored in places(books):
        before = books.now(entity, stored)
        answer = fill(books.emulator, books.form(room, stored))
        assert (answer.status_code, answer.headers["location"]) == (303, f"/app/{FRESH}/{room}/{stored['Id']}")
        assert books.now(entity, stored) is before, entity


def test_a_customer_gets_new_name_ways_and_places(books: Books) -> None:
    fill(
        books.emulator,
        books.form("customers", books.ann),
        DisplayName="Ann Lee-Smith",
        email="",
        phone="(555) 010-0001",
        Notes="Ring twice\r\nThe dog is friendly",
        Taxable=None,
        more={"BillAddr.Line1": "9 Elm St", "ShipAddr.City": "Berkeley"},
    )
    now = books.now("Customer", books.ann)
    assert now["DisplayName"] == now["FullyQualifiedName"] == "Ann Lee-Smith"
    assert "PrimaryEmailAddr" not in now
    assert now["PrimaryPhone"] == {"FreeFormNumber": "(555) 010-0001"}
    assert now["Notes"] == "Ring twice\nThe dog is friendly"
    assert now["Taxable"] is False
    assert now["BillAddr"]["Line1"] == "9 Elm St"
    assert (now["ShipAddr"]["Line1"], now["ShipAddr"]["City"]) == ("1 Main St", "Berkeley")
    assert now["SyncToken"] == "1"
    assert books.now("Invoice", books.invoice)["CustomerRef"]["name"] == "Ann Lee-Smith"


def test_an_item_gets_a_new_price_and_becomes_inactive(books: Books) -> None:
    fill(books.emulator, books.form("items", books.item), UnitPrice="$1,250.50", Active=None)
    now = books.now("Item", books.item)
    assert (now["UnitPrice"], now["Active"], now["Name"]) == (Decimal("1250.5"), False, "Window (deleted)")


def test_an_invoice_gets_number_dates_message_and_other_lines(books: Books) -> None:
    fill(
        books.emulator,
        books.form("sales", books.invoice),
        DocNumber="1042-B",
        TxnDate="2026-01-05",
        DueDate="2026-03-01",
        CustomerMemo="See you in spring",
        more={"1.quantity": "6", "2.text": "Thank you!", "new1.item": "window", "new1.rate": "30", "new3.text": "Bye"},
    )
    now = books.now("Invoice", books.invoice)
    assert (now["DocNumber"], now["TxnDate"], now["DueDate"]) == ("1042-B", "2026-01-05", "2026-03-01")
    assert now["CustomerMemo"] == {"value": "See you in spring"}
    priced, text, new, bye, subtotal, discount = now["Line"]
    assert (priced["Id"], priced["Amount"], priced["SalesItemLineDetail"]["Qty"]) == ("1", Decimal(150), 6)
    assert (text["Id"], text["Description"]) == ("2", "Thank you!")
    assert (new["Amount"], new["SalesItemLineDetail"]["ItemRef"]["value"]) == (Decimal(30), books.item["Id"])
    assert (bye["DetailType"], bye["Description"]) == ("DescriptionOnly", "Bye")
    assert (subtotal["Amount"], discount["Amount"]) == (Decimal(180), Decimal(10))
    assert now["Balance"] == now["TotalAmt"] - 40


def test_a_line_gets_another_tax_and_so_does_the_total(books: Books) -> None:
    assert books.now("Invoice", books.invoice)["TxnTaxDetail"]["TotalTax"] > 0
    fill(books.emulator, books.form("sales", books.invoice), more={"1.tax": "NON"} | NEW)
    now = books.now("Invoice", books.invoice)
    assert [line["SalesItemLineDetail"]["TaxCodeRef"]["value"] for line in now["Line"][::2][:2]] == ["NON", "TAX"]
    assert now["TotalAmt"] == 110 - 10 + now["TxnTaxDetail"]["TotalTax"]
    fill(books.emulator, books.form("sales", books.invoice), more={"3.tax": "NON"})
    assert books.now("Invoice", books.invoice)["TxnTaxDetail"]["TotalTax"] == 0


def test_outside_the_us_a_line_has_one_of_the_companys_codes_also_one_that_is_not_chosen_any_more() -> None:
    emulator = Emulator()
    company = emulator.world.companies[UK]
    codes = {row.data["Name"]: row for row in company.tables["TaxCode"].rows.values()}
    item = write(company, "Item", Name="Window", IncomeAccountRef=ref("1"))
    line = sales_line(item, "100.00", codes["Standard 20%"].id)
    made = write(company, "Invoice", CustomerRef=ref(write(company, "Customer", DisplayName="Ann")), Line=[line])
    company.rewrite("TaxCode", codes["Standard 20%"], Active=False)
    address = f"/app/{UK}/sales/{made['Id']}/edit"
    assert fill(emulator, address).status_code == 303
    assert read(company, "Invoice", made["Id"]) is company.row("Invoice", made["Id"]).data
    assert read(company, "Invoice", made["Id"])["SyncToken"] == "0"
    fill(emulator, address, more={"1.tax": codes["Zero rated 0%"].id})
    now = read(company, "Invoice", made["Id"])
    assert (now["TotalAmt"], now["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"]["value"]) == (
        100,
        codes["Zero rated 0%"].id,
    )


@pytest.mark.parametrize(
    ("typed", "amount", "percent"), [("25", "25.00", None), ("$10.50", "10.50", None), ("12.5%", "12.50", "12.5")]
)
def test_a_discount_is_an_amount_or_a_percent(books: Books, typed: str, amount: str, percent: str | None) -> None:
    before = books.now("Invoice", books.invoice)["Line"][-1]["DiscountLineDetail"]["DiscountAccountRef"]
    fill(books.emulator, books.form("sales", books.invoice), discount=typed)
    line = books.now("Invoice", books.invoice)["Line"][-1]
    detail = line["DiscountLineDetail"]
    assert (line["Amount"], detail["DiscountAccountRef"]) == (Decimal(amount), before)
    assert (detail["PercentBased"], detail.get("DiscountPercent")) == (
        percent is not None,
        percent and Decimal(percent),
    )
    answer = books.emulator.call("GET", books.form("sales", books.invoice))
    assert read_form(answer)["discount"] == (f"{percent}%" if percent else amount)


def test_a_discount_is_removed_and_comes_back(books: Books) -> None:
    fill(books.emulator, books.form("sales", books.invoice), discount="")
    kinds = [line["DetailType"] for line in books.now("Invoice", books.invoice)["Line"]]
    assert kinds == ["SalesItemLineDetail", "DescriptionOnly", "SubTotalLineDetail"]
    fill(books.emulator, books.form("sales", books.invoice), discount="5")
    assert books.now("Invoice", books.invoice)["Line"][-1]["Amount"] == 5


def test_without_sales_tax_and_discounts_there_is_nothing_to_type_about_them(books: Books) -> None:
    fill(books.emulator, books.form("sales", books.invoice), discount="")
    books.company.settings.using_sales_tax = books.company.settings.allow_discount = False
    values = read_form(books.emulator.call("GET", books.form("sales", books.invoice)))
    assert not [name for name in values if name == "discount" or name.endswith(".tax")]
    before = books.now("Invoice", books.invoice)
    fill(books.emulator, books.form("sales", books.invoice))
    assert books.now("Invoice", books.invoice) is before


def test_a_line_is_removed(books: Books) -> None:
    fill(books.emulator, books.form("sales", books.invoice), more={"2.gone": "yes"})
    assert [line["DetailType"] for line in books.now("Invoice", books.invoice)["Line"]] == [
        *("SalesItemLineDetail", "SubTotalLineDetail", "DiscountLineDetail")
    ]


def test_what_does_not_touch_lines_keeps_a_sent_tax(books: Books) -> None:
    made = books.sale("Invoice", DocNumber="7", TxnTaxDetail={"TotalTax": Decimal("3.33")})
    fill(books.emulator, books.form("sales", made), DueDate="2026-03-01")
    now = books.now("Invoice", made)
    assert (now["DueDate"], now["TxnTaxDetail"]["TotalTax"]) == ("2026-03-01", Decimal("3.33"))


def test_a_payment_gets_another_day_amount_reference_and_invoice(books: Books) -> None:
    other = books.sale("Invoice", DocNumber="1043")
    fill(
        books.emulator,
        books.form("payments", books.payment),
        TxnDate="2026-01-02",
        TotalAmt="60",
        PaymentRefNum="CHK 7",
        PaymentMethodRef="2",
        more={f"Invoice.{books.invoice['Id']}": "", f"Invoice.{other['Id']}": "55.00"},
    )
    now = books.now("Payment", books.payment)
    assert (now["TxnDate"], now["TotalAmt"], now["UnappliedAmt"]) == ("2026-01-02", Decimal(60), Decimal(5))
    assert (now["PaymentRefNum"], now["PaymentMethodRef"]["value"]) == ("CHK 7", "2")
    assert books.now("Invoice", books.invoice)["LinkedTxn"] == []
    assert books.now("Invoice", other)["Balance"] == other["TotalAmt"] - 55


def test_a_payment_is_received_on_an_invoice(books: Books) -> None:
    address = f"/app/{FRESH}/payments/new?invoice={books.invoice['Id']}"
    left = books.now("Invoice", books.invoice)["Balance"]
    answer = fill(books.emulator, address, PaymentRefNum="cash box")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/app/{FRESH}/sales/{books.invoice['Id']}")
    assert books.now("Invoice", books.invoice)["Balance"] == 0
    made = list(books.company.tables["Payment"].rows.values())[-1].data
    assert (made["TotalAmt"], made["TxnDate"], made["PaymentRefNum"]) == (left, "2026-01-20", "cash box")


@pytest.mark.parametrize("address", ["payments/new", "payments/new?invoice=999", "payments/new?invoice=x"])
def test_a_payment_on_nothing_is_not_there(books: Books, address: str) -> None:
    assert books.emulator.call("GET", f"/app/{FRESH}/{address}").status_code == 404


@pytest.mark.parametrize(
    ("way", "room", "entity"),
    [
        ("void", "sales", "Invoice"),
        ("delete", "sales", "Invoice"),
        ("void", "payments", "Payment"),
        ("delete", "payments", "Payment"),
    ],
)
def test_a_transaction_ends_after_a_question(books: Books, way: str, room: str, entity: str) -> None:
    stored = books.sale("Invoice", DocNumber="7") if entity == "Invoice" else books.payment
    address = books.form(room, stored, way)
    question = books.emulator.call("GET", address)
    assert f"{way.capitalize()} " in question.text
    assert books.now(entity, stored)["TotalAmt"] > 0, "asking changes nothing"
    answer = send(books.emulator, address, read_form(question))
    assert answer.status_code == 303
    row = books.company.tables[entity].get(stored["Id"])
    assert (row is None) is (way == "delete")
    assert row is None or row.voided
    assert books.emulator.call("GET", answer.headers["location"]).status_code == 200
    change = books.company.history.of(entity, stored["Id"])[0]
    assert (change.operation, change.who) == (way.capitalize(), Actor(books.company.settings.user))


def test_what_quickbooks_cannot_void_is_not_offered(books: Books) -> None:
    made = books.sale("CreditMemo")
    assert books.emulator.call("GET", books.form("sales", made, "void")).status_code == 404
    assert "Void" not in books.emulator.call("GET", f"/app/{FRESH}/sales/{made['Id']}").text


def test_apps_see_what_people_change(books: Books) -> None:
    caller = Caller(books.emulator)
    books.emulator.clock.advance(60)
    since = books.emulator.clock.now().isoformat()
    fill(books.emulator, books.form("sales", books.invoice), DueDate="2026-03-01")
    gone = books.sale("Invoice", DocNumber="7")
    address = books.form("sales", gone, "delete")
    send(books.emulator, address, read_form(books.emulator.call("GET", address)))
    answer = caller.get("cdc", entities="Invoice", changedSince=since)["CDCResponse"][0]["QueryResponse"][0]["Invoice"]
    assert {one["Id"]: one.get("status") for one in answer} == {gone["Id"]: "Deleted", books.invoice["Id"]: None}
    stale = {**books.invoice, "PrivateNote": "x", "sparse": True, "SyncToken": "0"}
    assert (
        caller.code("invoice", {name: stale[name] for name in ("Id", "SyncToken", "sparse", "PrivateNote")}) == "5010"
    )


LONG = "x" * 101


@pytest.mark.parametrize(
    ("room", "what", "changes", "beside", "said"),
    [
        ("customers", "ann", {"DisplayName": LONG}, "DisplayName", "(2050)"),
        ("customers", "ann", {"DisplayName": "a:b"}, "DisplayName", "(2040)"),
        ("customers", "ann", {"DisplayName": "Bob"}, "", "(6240)"),
        ("customers", "ann", {"email": "nobody"}, "email", "(2210)"),
        ("customers", "ann", {"phone": LONG}, "phone", "(2050)"),
        ("customers", "ann", {"Active": None}, "", "(6220)"),
        ("items", "item", {"UnitPrice": "ten"}, "UnitPrice", "(2100)"),
        ("items", "item", {"Name": ""}, "", "(2020)"),
        ("sales", "invoice", {"TxnDate": "2026-02-30"}, "TxnDate", "(2070)"),
        ("sales", "invoice", {"DueDate": "soon"}, "DueDate", "(2060)"),
        ("sales", "invoice", {"DocNumber": LONG}, "DocNumber", "(2050)"),
        ("sales", "invoice", {"DocNumber": "77"}, "", "(6140)"),
        ("sales", "invoice", {"1.quantity": "two"}, "1.quantity", "must be a number"),
        ("sales", "invoice", {"1.amount": "NaN"}, "1.amount", "must be a number"),
        ("sales", "invoice", {"1.quantity": "1E30"}, "1.quantity", "must be a number"),
        ("sales", "invoice", {"1.rate": "."}, "1.rate", "must be a number"),
        ("sales", "invoice", {"1.item": "Roof"}, "1.item", "no product or service called Roof"),
        ("sales", "invoice", {"new2.item": "Window"}, "new2.amount", "needs an amount"),
        ("sales", "invoice", {"new2.amount": "5"}, "new2.item", "needs a product or service"),
        ("sales", "invoice", {"1.quantity": "3", "1.amount": "7"}, "", "(6070)"),
        ("sales", "invoice", {"1.gone": "yes"}, "", "(6000)"),
        ("sales", "invoice", {"1.tax": "GST"}, "", "(6100)"),
        ("sales", "invoice", {"discount": "a lot"}, "discount", "must be a number"),
        ("sales", "invoice", {"discount": "101%"}, "", "(2140)"),
        ("sales", "invoice", {"discount": "-1"}, "", "(2290)"),
        ("sales", "invoice", {"token": "9", "PrivateNote": "x"}, "", "(5010)"),
        ("payments", "payment", {"TotalAmt": "30"}, "", "(6000)"),
        ("payments", "payment", {"TotalAmt": "-1"}, "TotalAmt", "(2240)"),
        ("payments", "payment", {"TotalAmt": ""}, "TotalAmt", "(2020)"),
        ("payments", "payment", {"TotalAmt": "a lot"}, "TotalAmt", "must be a number"),
        ("payments", "payment", {"PaymentRefNum": "x" * 22}, "PaymentRefNum", "(2050)"),
    ],
)
def test_what_is_refused_stays_typed_and_is_said_beside_it(
    books: Books, room: str, what: str, changes: dict[str, str], beside: str, said: str
) -> None:
    write(books.company, "Customer", DisplayName="Bob")
    books.sale("Invoice", DocNumber="77")
    before = {name: {i: row.data for i, row in table.rows.items()} for name, table in books.company.tables.items()}
    answer = fill(books.emulator, books.form(room, getattr(books, what)), more=changes)
    assert answer.status_code == 400
    assert said in answer.text
    typed = read_form(answer)
    assert {name: typed.get(name) for name in changes} == changes
    assert f'aria-describedby="{beside}-wrong"' in answer.text if beside else 'class="problem"' in answer.text
    after = {name: {i: row.data for i, row in table.rows.items()} for name, table in books.company.tables.items()}
    assert after == before


def test_a_deposited_payment_and_a_closed_month_hold_fast(books: Books) -> None:
    bank = next(row.id for row in books.company.tables["Account"].rows.values() if row.data["AccountType"] == "Bank")
    deposits.deposit(books.company, [books.payment["Id"]], bank)
    assert "(6540)" in fill(books.emulator, books.form("payments", books.payment), PaymentRefNum="7").text
    books.company.settings.book_close_date = NOW.date()
    answer = fill(books.emulator, books.form("sales", books.invoice), PrivateNote="late")
    assert (answer.status_code, "(6200)" in answer.text) == (400, True)
    address = books.form("sales", books.invoice, "void")
    answer = send(books.emulator, address, read_form(books.emulator.call("GET", address)))
    assert (answer.status_code, "(6200)" in answer.text) == (400, True)


def test_forms_of_other_sites_are_refused(books: Books) -> None:
    for room, entity, stored in places(books):
        for way in ("edit", "void", "delete"):
            for origin in ("http://evil.example", "null", "http://quickbooks.test:81"):
                values = {"token": books.now(entity, stored)["SyncToken"], "DisplayName": "Eve", "DocNumber": "666"}
                answer = send(books.emulator, books.form(room, stored, way), values, origin)
                assert answer.status_code in (403, 404), (room, way)
        assert books.now(entity, stored)["SyncToken"] == stored["SyncToken"] or entity == "Invoice"
    assert books.now("Invoice", books.invoice)["DocNumber"] == "1042"


texts = st.text(max_size=40) | st.sampled_from(["", "0", "-1", "1e400", "NaN", "9" * 400, "²", "\x00", "x" * 100_000])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_that_can_be_typed_breaks_a_form(data: st.DataObject) -> None:
    books = Books()
    room, _, stored = data.draw(st.sampled_from(places(books)))
    address = books.form(room, stored)
    values = read_form(books.emulator.call("GET", address))
    for name in data.draw(st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=3)):
        values[name] = data.draw(texts)
    answer = send(books.emulator, address, values)
    assert answer.status_code in (303, 400), answer.text
    assert books.emulator.call("GET", f"/app/{FRESH}/{room}/{stored['Id']}").status_code == 200


def figures(*values: str | None) -> Figures:
    return Figures(*(None if value is None else Decimal(value) for value in values))


@pytest.mark.parametrize(
    ("before", "typed", "then"),
    [
        (("4", "25", "100"), ("4", "25", "100"), ("4", "25", "100")),
        (("4", "25", "100"), ("6", "25", "100"), ("6", "25", "150")),
        (("4", "25", "100"), ("4", "20.005", "100"), ("4", "20.005", "80.02")),
        (("4", "25", "100"), ("4", "25", "90"), ("4", "22.5", "90")),
        (("3", "25", "75"), ("3", "25", "100"), ("3", "33.3333333", "100")),
        (("4", "25", "100"), ("5", "25", "90"), ("5", "25", "90")),
        (("4", "25", "100"), (None, "25", "100"), (None, "25", "25")),
        ((None, None, "19.99"), (None, None, "5"), (None, None, "5")),
        (("4", "25", "100"), ("4", "25", None), ("4", "25", "100.00")),
        ((None, None, None), ("2", "30", None), ("2", "30", "60.00")),
        ((None, None, None), (None, None, None), (None, None, None)),
        (("0", "25", "0"), ("0", "25", "7"), ("0", "25", "7")),
    ],
)
def test_the_figures_of_a_line_follow_each_other(before: Any, typed: Any, then: Any) -> None:
    assert settled(figures(*before), figures(*typed)) == figures(*then)


def test_a_rate_made_from_an_amount_is_taken_by_the_books(books: Books) -> None:
    fill(books.emulator, books.form("sales", books.invoice), more={"1.quantity": "3", "1.amount": ""})
    stored = books.now("Invoice", books.invoice)
    fill(books.emulator, books.form("sales", stored), more={"1.amount": "100.01"})
    line = books.now("Invoice", stored)["Line"][0]
    assert (line["Amount"], line["SalesItemLineDetail"]["UnitPrice"]) == (Decimal("100.01"), Decimal("33.3366667"))


def test_a_stale_form_cannot_undo_what_an_app_wrote_meanwhile(books: Books) -> None:
    address = books.form("customers", books.ann)
    values = read_form(books.emulator.call("GET", address))
    sparse(books.company, "Customer", books.ann, Notes="By the app")
    answer = send(books.emulator, address, {**values, "Notes": "By the person"})
    assert (answer.status_code, "(5010)" in answer.text) == (400, True)
    assert books.now("Customer", books.ann)["Notes"] == "By the app"


def test_a_customer_is_merged_into_another_by_name(books: Books) -> None:
    bob = write(books.company, "Customer", DisplayName="Bob")
    address = books.form("customers", books.ann, "merge")
    for name, said in (("", "Say which one stays."), ("Eve", "Nothing here is called Eve."), ("ann lee", "(6000)")):
        answer = fill(books.emulator, address, into=name)
        assert (answer.status_code, said in answer.text) == (400, True), name
    answer = fill(books.emulator, address, into="bob")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/app/{FRESH}/customers")
    assert books.now("Invoice", books.invoice)["CustomerRef"] == {"value": bob["Id"], "name": "Bob"}
    assert books.company.tables["Customer"].get(books.ann["Id"]) is None
    change = books.company.history.of("Customer", books.ann["Id"])[0]
    assert (change.operation, change.who.name) == ("Merge", books.company.settings.user)


def test_an_item_is_merged_into_another(books: Books) -> None:
    fill(books.emulator, books.form("items", books.item, "merge"), into="Services")
    line = books.now("Invoice", books.invoice)["Line"][0]["SalesItemLineDetail"]
    assert line["ItemRef"] == {"value": "1", "name": "Services"}


def test_payments_go_to_the_bank_together_and_come_back(books: Books) -> None:
    receipt = books.sale("SalesReceipt")
    address = f"/app/{FRESH}/payments/deposit"
    bank = next(row.id for row in books.company.tables["Account"].rows.values() if row.data["AccountType"] == "Bank")
    answer = fill(books.emulator, address, account=bank)
    assert (answer.status_code, "Choose what goes to the bank." in answer.text) == (400, True)
    fill(books.emulator, address, account=bank, more={books.payment["Id"]: "yes", receipt["Id"]: "yes"})
    (made,) = books.company.tables["Deposit"].rows.values()
    assert made.data["TotalAmt"] == 40 + receipt["TotalAmt"]
    assert read(books.company, "Account", bank)["CurrentBalance"] == made.data["TotalAmt"]
    assert "Nothing lies in Undeposited Funds." in books.emulator.call("GET", address).text
    assert "(6540)" in fill(books.emulator, books.form("payments", books.payment), PaymentRefNum="7").text
    undo = f"/app/{FRESH}/payments/{made.id}/undo"
    assert "Undo bank deposit" in books.emulator.call("GET", undo).text
    assert send(books.emulator, undo, {}).status_code == 303
    assert read(books.company, "Account", bank)["CurrentBalance"] == 0
    assert fill(books.emulator, books.form("payments", books.payment), PaymentRefNum="7").status_code == 303


def test_a_deposit_refuses_an_account_that_is_no_bank(books: Books) -> None:
    chosen = {books.payment["Id"]: "yes", "account": "1"}
    answer = send(books.emulator, f"/app/{FRESH}/payments/deposit", chosen)
    assert (answer.status_code, "(6430)" in answer.text) == (400, True)
