"""Pages of the ledger and of history, and all kinds of sales: what a bookkeeper finds there, and in how many clicks."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import urljoin

import httpx2
import pytest
from emulator_books import delete, discount_line, pay, ref, sales_line, sparse, void, write
from emulator_http import FRESH, ID, SAMPLE, Caller, Emulator

from qbo_emulator.books import deposits
from qbo_emulator.books.company import Company
from qbo_emulator.pages.changes import said
from qbo_emulator.pages.routes import routes


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


@pytest.fixture
def company(emulator: Emulator) -> Company:
    return emulator.world.companies[FRESH]


def text(answer: httpx2.Response) -> str:
    """The words of a page, without its tags."""
    assert answer.status_code == 200, answer.text
    body = answer.text.partition("</head>")[2]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def look(emulator: Emulator, address: str, **query: str) -> str:
    return text(emulator.call("GET", f"/app/{FRESH}/{address}", params=query))


def sale(company: Company, entity: str = "Invoice", amount: str = "100.00", **fields: Any) -> dict[str, Any]:
    found = company.tables["Customer"].find("DisplayName", ["ann lee"])
    who = ref(found[0].id) if found else ref(write(company, "Customer", DisplayName="Ann Lee"))
    fields = {"TxnDate": "2026-01-10", "Line": [sales_line("1", amount, "TAX")], **fields}
    return write(company, entity, CustomerRef=who, **fields)


def account_id(company: Company, name: str) -> str:
    return company.tables["Account"].find("FullyQualifiedName", [name.casefold()])[0].id


def follow(emulator: Emulator, page: httpx2.Response, words: str) -> httpx2.Response:
    """Click the link with these words."""
    found = re.search(rf'<a href="([^"]+)"[^>]*>{re.escape(words)}</a>', page.text)
    assert found, f"no link {words}"
    return emulator.call("GET", urljoin(str(page.url), unescape(found[1])))


def test_an_invoices_tax_and_what_paid_it_are_two_clicks_away(emulator: Emulator, company: Company) -> None:
    """From the company's first page to the invoice, and on to the payment."""
    made = sale(company, DocNumber="1042")
    sparse(company, "Payment", pay(company, made, "50.00"), PaymentRefNum="CHK 7")
    first = follow(emulator, emulator.call("GET", "/app"), company.settings.name)
    invoice = follow(emulator, first, "1042")
    words = text(invoice)
    assert "Sales tax $7.25" in words
    assert "California State California Department of Revenue 6% $100.00 $6.00" in words
    assert "Payments Payment Date Method Applied here CHK 7" in words
    payment = text(follow(emulator, invoice, "CHK 7"))
    assert "What it settles" in payment and "Invoice 1042" in payment


def test_tax_that_the_app_set_is_said_to_be_set(emulator: Emulator, company: Company) -> None:
    """Otherwise amounts that are not what the rates give look like a mistake (F8.2-2)."""
    sale(company, DocNumber="1043", TxnTaxDetail={"TotalTax": Decimal("8.38")})
    sale(company, DocNumber="1044")
    first = follow(emulator, emulator.call("GET", "/app"), company.settings.name)
    words = "The app that made this sale set its tax. The rates of the place would give $7.25"
    assert words in text(follow(emulator, first, "1043"))
    assert "set its tax" not in text(follow(emulator, first, "1044"))


def test_all_kinds_of_sales_stand_in_one_list(emulator: Emulator, company: Company) -> None:
    bank = ref(account_id(company, "Checking"))
    sale(company, DocNumber="N1")
    sale(company, "CreditMemo", "10.00", DocNumber="N2")
    sale(company, "SalesReceipt", "20.00", DocNumber="N3")
    sale(company, "RefundReceipt", "30.00", DocNumber="N4", DepositToAccountRef=bank)
    words = look(emulator, "sales")
    assert "Invoices 1 Credit memos 1 Sales receipts 1 Refund receipts 1" in words
    assert "N2 Credit memo Jan 10, 2026 Ann Lee Open −$10.73 −$10.73" in words
    assert "N3 Sales receipt Jan 10, 2026 Ann Lee Paid $0.00 $21.45" in words
    assert re.findall(r"N\d", look(emulator, "sales", kind="RefundReceipt")) == ["N4"]
    assert re.findall(r"N\d", look(emulator, "sales", kind="CreditMemo", state="Paid")) == []
    assert len(re.findall(r"N\d", look(emulator, "sales", kind="nonsense"))) == 4


def test_a_credit_memo_says_what_used_it_and_an_invoice_that_it_was_a_credit(
    emulator: Emulator, company: Company
) -> None:
    made = sale(company, DocNumber="1042")
    memo = sale(company, "CreditMemo", "40.00", DocNumber="CM-1")
    lines = [
        {"Amount": Decimal(40), "LinkedTxn": [{"TxnId": one["Id"], "TxnType": kind}]}
        for kind, one in (("Invoice", made), ("CreditMemo", memo))
    ]
    write(company, "Payment", CustomerRef=made["CustomerRef"], TotalAmt=Decimal(0), Line=lines)
    words = look(emulator, f"sales/{memo['Id']}")
    assert "Credit memo CM-1" in words
    assert "Used −$40.00 Credit left $2.90" in words
    assert "Used for Payment Date Method Applied here" in words
    assert "Credit $40.00" in look(emulator, f"sales/{made['Id']}")


def test_a_sale_shows_what_it_posts(emulator: Emulator, company: Company) -> None:
    line = [sales_line("1", "100.00", "NON"), discount_line("10.00")]
    words = look(emulator, f"sales/{sale(company, Line=line)['Id']}")
    assert "Accounts Receivable (A/R) $90.00 Services $100.00 Discounts given $10.00" in words
    gone = sale(company)
    void(company, "Invoice", gone)
    assert "Nothing is posted" in look(emulator, f"sales/{gone['Id']}")


def test_the_chart_of_accounts_shows_balances_as_bookkeepers_read_them(emulator: Emulator, company: Company) -> None:
    sale(company)
    words = look(emulator, "accounts")
    assert "Accounts Receivable (A/R) Accounts Receivable AccountsReceivable $107.25" in words
    assert "California Department of Revenue Payable Other Current Liability GlobalTaxPayable $7.25" in words
    assert "Services Income ServiceFeeIncome $100.00" in words
    assert words.index("Checking") < words.index("Accounts Receivable (A/R)") < words.index("Retained Earnings")
    assert "Checking" not in look(emulator, "accounts", q="income")


def test_a_register_lists_what_was_posted_with_the_balance_after_it(emulator: Emulator, company: Company) -> None:
    made = sale(company, DocNumber="1042")
    sparse(company, "Payment", pay(company, made, "50.00"), PaymentRefNum="CHK 7")
    words = look(emulator, f"accounts/{account_id(company, 'Accounts Receivable (A/R)')}")
    assert "Payment CHK 7 Jan 20, 2026 Ann Lee $50.00 $57.25 Invoice 1042 Jan 10, 2026 Ann Lee $107.25 $107.25" in words
    assert "Invoice 1042 Jan 10, 2026 Ann Lee $100.00 $100.00" in look(emulator, "accounts/1")
    assert "Nothing is posted here." in look(emulator, f"accounts/{account_id(company, 'Savings')}")


def test_profit_and_loss_of_a_period(emulator: Emulator, company: Company) -> None:
    sale(company, Line=[sales_line("1", "100.00", "NON"), discount_line("10.00")])
    sale(company, amount="7.00", TxnDate="2025-12-31")
    assert "Services $100.00 Discounts given −$10.00 Total income $90.00" in look(emulator, "reports/profit-and-loss")
    asked = {"from": "2025-12-01", "to": "2025-12-31"}
    assert "Net income $7.00" in look(emulator, "reports/profit-and-loss", **asked)
    assert "Nothing was posted" in look(
        emulator, "reports/profit-and-loss", **{"from": "2020-01-01", "to": "2020-02-01"}
    )


@pytest.mark.parametrize(
    ("page", "query", "said"),
    [
        ("profit-and-loss", {"from": "soon"}, "must be dates"),
        ("profit-and-loss", {"from": "2026-02-01", "to": "2026-01-01"}, "must not be later"),
        ("profit-and-loss", {"to": "2026-02-30"}, "must be dates"),
        ("aging", {"on": "9" * 400}, "must be a date"),
    ],
)
def test_reports_say_what_is_wrong_with_a_date(emulator: Emulator, page: str, query: dict[str, str], said: str) -> None:
    assert said in look(emulator, f"reports/{page}", **query)


def test_aging_by_customer_and_day(emulator: Emulator, company: Company) -> None:
    made = sale(company, DueDate="2026-01-15")
    pay(company, made, "7.25")
    header = "Customer Current 1–30 31–60 61–90 Over 90 Total"
    assert f"{header} Ann Lee $100.00 $100.00 Total" in look(emulator, "reports/aging")
    assert "Ann Lee $107.25 $107.25" in look(emulator, "reports/aging", on="2026-01-15")
    assert "Nobody owed anything" in look(emulator, "reports/aging", on="2026-01-01")


def test_history_says_who_when_old_and_new(emulator: Emulator, company: Company) -> None:
    made = Caller(emulator).post("customer", {"DisplayName": "Ann Lee"})["Customer"]
    sparse(company, "Customer", made, Notes="Ring twice", DisplayName="Ann Smith")
    words = look(emulator, f"history/Customer/{made['Id']}")
    assert "History of Ann Smith" in words
    assert "Jan 20, 2026, 10:00 AM Pacific time Robin Keeper Changed" in words
    assert "Notes Ring twice" in words
    assert "Display name Ann Lee → Ann Smith" in words
    assert f"App {ID} Created" in words
    assert "History" in look(emulator, f"customers/{made['Id']}")


def test_the_history_of_what_was_deleted_stays(emulator: Emulator, company: Company) -> None:
    made = sale(company, DocNumber="1042")
    delete(company, "Invoice", made)
    assert f"Invoice {made['Id']} (deleted)" in look(emulator, "history")
    words = look(emulator, f"history/Invoice/{made['Id']}")
    assert "Deleted" in words and "Number 1042 → nothing" in words


@pytest.mark.parametrize("address", ["history/Invoice/99", "history/Nothing/1", "accounts/999", "items/999"])
def test_what_never_was_has_no_page(emulator: Emulator, address: str) -> None:
    assert emulator.call("GET", f"/app/{FRESH}/{address}").status_code == 404


def test_changed_lines_are_told_by_their_id(company: Company) -> None:
    made = sale(company, Line=[sales_line("1", "100.00", "NON"), sales_line("1", "5.00", "NON")])
    lines = [{**made["Line"][0], "Amount": Decimal(90)}, sales_line("1", "3.00", "NON")]
    sparse(company, "Invoice", made, Line=lines)
    found = {(one.name, one.old, one.new) for one in said(company.history.of("Invoice", made["Id"])[0])}
    assert ("Line 1, Amount", "100.00", "90.00") in found
    assert ("Line 2", "Services · 5.00", "") in found
    assert ("Line 3", "", "Services · 3.00") in found
    assert ("Total", "105.00", "93.00") in found


def test_links_and_references_are_told_in_words(company: Company) -> None:
    made = sale(company)
    paid = pay(company, made, "50.00")
    (balance, linked) = said(company.history.of("Invoice", made["Id"])[0])[::-1]
    assert (linked.name, linked.old, linked.new) == (f"Linked payment {paid['Id']}", "", "linked")
    assert (balance.name, balance.old, balance.new) == ("Balance", "107.25", "57.25")
    sparse(company, "Payment", paid, PaymentMethodRef=ref("2"))
    (method,) = said(company.history.of("Payment", paid["Id"])[0])
    assert (method.name, method.old, method.new) == ("Payment method", "", "Check")


def test_a_deposit_says_what_it_holds(emulator: Emulator, company: Company) -> None:
    paid = pay(company, sale(company), "50.00")
    made = deposits.deposit(company, [paid["Id"]], account_id(company, "Checking"))
    assert f"In deposit Bank deposit {made.id}" in look(emulator, f"payments/{paid['Id']}")
    words = look(emulator, f"payments/{made.id}")
    assert f"Payment {paid['Id']} Jan 20, 2026 Ann Lee $50.00" in words
    assert "Checking $50.00 Undeposited Funds $50.00" in words


def test_an_item_has_a_page(emulator: Emulator, company: Company) -> None:
    item = write(company, "Item", Name="Window", UnitPrice=Decimal("25.5"), IncomeAccountRef=ref("1"), Taxable=True)
    words = look(emulator, f"items/{item['Id']}")
    assert "Price $25.50" in words and "Taxable" in words and "Income account Services" in words


def test_every_page_is_for_this_machine_only_and_well_made(emulator: Emulator) -> None:
    company = emulator.world.companies[SAMPLE]
    ids = {"sales": "Invoice", "payments": "Payment", "customers": "Customer", "items": "Item", "accounts": "Account"}
    stranger = Emulator(peer="192.0.2.7")
    for route in routes(emulator.world):
        address = route.path.replace("{realm}", SAMPLE).replace("{entity}", "Invoice")
        room = address.split("/")[3] if address.count("/") > 3 else ""
        known = next(iter(company.tables[ids.get(room, "Invoice")].rows))
        address = address.replace("{id}", known)
        for verb in sorted(route.methods or ()):
            assert stranger.call(verb, address).status_code == 403, address
        answer = emulator.call("GET", address)
        if answer.status_code == 200 and "html" in answer.headers["content-type"]:
            assert answer.text.count("<h1>") == 1, address
            assert "<script" not in answer.text and "style=" not in answer.text, address
            assert "default-src 'none'" in answer.headers["content-security-policy"], address
