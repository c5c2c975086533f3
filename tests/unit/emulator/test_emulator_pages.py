"""The pages show what is in the books, to this machine only, whatever was written into them."""

import re
import time
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from emulator_books import discount_line, pay, ref, sales_line, void, write
from emulator_http import FRESH, ID, SAMPLE, Emulator

from qbo_emulator.books.company import Company
from qbo_emulator.pages.html import Html, link, tag
from qbo_emulator.pages.paging import SIZE


def text(answer: Any) -> str:
    """The words of a page, without its tags."""
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def books() -> tuple[Emulator, Company]:
    emulator = Emulator()
    return emulator, emulator.world.companies[FRESH]


def item_of(company: Company) -> str:
    return next(row.id for row in company.tables["Item"].rows.values() if row.data["Name"] == "Services")


def invoice(company: Company, customer: dict[str, Any], amount: str = "100.00", **fields: Any) -> dict[str, Any]:
    fields = {"TxnDate": "2026-01-10", "DueDate": "2026-02-09", "DocNumber": "1042", **fields}
    return write(
        company, "Invoice", CustomerRef=ref(customer), Line=[sales_line(item_of(company), amount, "TAX")], **fields
    )


def customer(company: Company, name: str = "Ann Lee") -> dict[str, Any]:
    return write(company, "Customer", DisplayName=name, PrimaryEmailAddr={"Address": "ann@example.com"})


@pytest.mark.parametrize("room", ["sales", "payments", "customers", "items", "apps"])
@pytest.mark.parametrize("realm", [FRESH, SAMPLE])
def test_every_room_has_a_page(room: str, realm: str) -> None:
    emulator, _ = books()
    answer = emulator.call("GET", f"/app/{realm}/{room}")
    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_first_page_lists_the_companies() -> None:
    emulator, company = books()
    customer(company)
    said = text(emulator.call("GET", "/app"))
    assert company.settings.name in said
    assert FRESH in said and SAMPLE in said


def test_many_companies_are_cut_into_pages_and_found_by_name() -> None:
    emulator, _ = books()
    emulator.call("POST", "/_emulator/companies", json={"kind": "fresh", "name": "Branch", "count": 60})
    assert f"1–{SIZE} of 6" in text(emulator.call("GET", "/app"))
    found = text(emulator.call("GET", "/app", params={"q": "branch 59"}))
    assert "Branch 59" in found and "1–1 of 1" in found
    assert "There is no such company." in text(emulator.call("GET", "/app?q=nobody"))


def test_an_invoice_shows_lines_discount_tax_and_payments() -> None:
    emulator, company = books()
    made = write(
        company,
        "Invoice",
        CustomerRef=ref(customer(company)),
        DocNumber="1042",
        TxnDate="2026-01-10",
        PrivateNote="BluePro invoice 1042 (ref 7k3m9q-1)",
        Line=[
            {**sales_line(item_of(company), "200.00", "TAX"), "Description": "Windows outside"},
            {"DetailType": "DescriptionOnly", "Description": "Thank you"},
            discount_line("20.00"),
        ],
        TxnTaxDetail={"TotalTax": Decimal("12.34")},
    )
    pay(company, made, "100.00")
    said = text(emulator.call("GET", f"/app/{FRESH}/sales/{made['Id']}"))
    for words in (
        "Invoice 1042",
        "Ann Lee",
        "Windows outside",
        "Thank you",
        "Subtotal $200.00",
        "Discount −$20.00",
        "Sales tax $12.34",
        "Total $192.34",
        "Paid −$100.00",
        "Balance due $92.34",
        "ref 7k3m9q-1",
    ):
        assert words in said, said


@pytest.mark.parametrize(
    ("due", "paid", "states"),
    [
        ("2026-02-09", "", "Open"),
        ("2026-01-20", "", "Open"),
        ("2026-02-09", "40.00", "Partial"),
        ("2026-02-09", "all", "Paid"),
        ("2026-01-19", "all", "Paid"),
        ("2026-01-19", "", "Overdue"),
        ("2026-01-19", "40.00", "Overdue Partial"),
        ("2026-02-09", "void", "Voided"),
    ],
)
def test_the_filter_finds_an_invoice_under_the_first_of_its_states(due: str, paid: str, states: str) -> None:
    emulator, company = books()
    made = invoice(company, customer(company), DueDate=due)
    if paid == "void":
        void(company, "Invoice", made)
    elif paid:
        pay(company, made, str(made["TotalAmt"]) if paid == "all" else paid)
    for choice in ("Open", "Partial", "Paid", "Overdue", "Voided"):
        said = text(emulator.call("GET", f"/app/{FRESH}/sales", params={"state": choice}))
        fits = choice == states.split()[0]
        assert ("1042 " in said) is fits
        assert f"{choice} {int(fits)} " in said
    assert f" {states} Ann" in text(emulator.call("GET", f"/app/{FRESH}/sales/{made['Id']}"))


def test_lists_are_cut_into_pages_newest_first_and_searched() -> None:
    emulator, company = books()
    ann, bob = customer(company), customer(company, "Bob & <Sons>")
    for number in range(SIZE + 10):
        invoice(company, ann if number else bob, DocNumber=f"N{number}", TxnDate=f"2026-01-{1 + number % 19:02}")
    first = text(emulator.call("GET", f"/app/{FRESH}/sales"))
    second = text(emulator.call("GET", f"/app/{FRESH}/sales?page=2"))
    assert f"1–{SIZE} of {SIZE + 10}" in first
    assert f"{SIZE + 1}–{SIZE + 10} of {SIZE + 10}" in second
    numbers = re.findall(r"N\d+", first) + re.findall(r"N\d+", second)
    assert len(set(numbers)) == SIZE + 10
    found = text(emulator.call("GET", f"/app/{FRESH}/sales", params={"q": "SONS"}))
    assert re.findall(r"N\d+", found) == ["N0"]
    assert "1–1 of 1" in found
    assert "No sale is here." in text(emulator.call("GET", f"/app/{FRESH}/sales?q=nobody"))


@pytest.mark.parametrize("number", ["0", "-1", "x", "999999999", "9" * 400, "²", ""])
def test_a_page_number_that_is_none_shows_the_nearest_page(number: str) -> None:
    emulator, company = books()
    invoice(company, customer(company))
    assert "1042" in text(emulator.call("GET", f"/app/{FRESH}/sales", params={"page": number}))


def test_a_list_follows_the_books_at_once() -> None:
    emulator, company = books()
    address = f"/app/{FRESH}/sales"
    assert "1042" not in text(emulator.call("GET", address))
    made = invoice(company, customer(company))
    assert "1042" in text(emulator.call("GET", address))
    write(company, "Invoice", Id=made["Id"], SyncToken=made["SyncToken"], sparse=True, DocNumber="2001")
    assert "2001" in text(emulator.call("GET", address))


def test_a_customer_shows_balance_sales_and_payments() -> None:
    emulator, company = books()
    ann = customer(company)
    made = invoice(company, ann, "150.00")
    paid = pay(company, made, "50.00")
    said = text(emulator.call("GET", f"/app/{FRESH}/customers/{ann['Id']}"))
    assert "Ann Lee" in said and "ann@example.com" in said and "Sales (1)" in said and "Payments (1)" in said
    left = f"${made['TotalAmt'] - 50:,.2f}"
    assert f"Balance {left}" in said
    assert left in text(emulator.call("GET", f"/app/{FRESH}/customers"))
    said = text(emulator.call("GET", f"/app/{FRESH}/payments/{paid['Id']}"))
    assert "Amount $50.00" in said and "1042" in said


def test_what_apps_write_stays_text() -> None:
    emulator, company = books()
    nasty = '<img src=x onerror="alert(1)"> & "friends"'
    made = customer(company, nasty)
    for address in ("customers", f"customers/{made['Id']}"):
        page = emulator.call("GET", f"/app/{FRESH}/{address}").text
        assert "<img" not in page
        assert "&lt;img src=x" in page
    page = emulator.call("GET", f"/app/{FRESH}/sales", params={"q": '"><b>', "state": "<i>", "x": '"'}).text
    assert "<b>" not in page and "<i>" not in page


@pytest.mark.parametrize(
    "address",
    [f"/app/{FRESH}/sales/99", "/app/1/sales", f"/app/{FRESH}/nothing", "/app/", f"/app/{FRESH}/apps/x/disconnect"],
)
def test_what_is_not_there_is_404_in_words(address: str) -> None:
    answer = Emulator().call("GET", address)
    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.text


def test_other_machines_are_refused_and_nothing_is_logged() -> None:
    assert Emulator(peer="192.0.2.7").call("GET", f"/app/{FRESH}/sales").status_code == 403
    emulator, _ = books()
    emulator.call("GET", f"/app/{FRESH}/sales")
    assert emulator.call("GET", "/_emulator/requests").json() == []


def test_an_app_is_disconnected_after_a_question() -> None:
    emulator, _ = books()
    emulator.token()
    emulator.token(SAMPLE)
    assert ID in text(emulator.call("GET", f"/app/{FRESH}/apps"))
    address = f"/app/{FRESH}/apps/{ID}/disconnect"
    assert "Disconnect this app?" in text(emulator.call("GET", address))
    forged = emulator.call("POST", address, headers={"Origin": "http://evil.example"})
    assert forged.status_code == 403
    assert ID in text(emulator.call("GET", f"/app/{FRESH}/apps"))
    done = emulator.call("POST", address, headers={"Origin": "http://quickbooks.test"})
    assert (done.status_code, done.headers["location"]) == (303, f"/app/{FRESH}/apps")
    assert "No app is connected" in text(emulator.call("GET", f"/app/{FRESH}/apps"))
    assert ID in text(emulator.call("GET", f"/app/{SAMPLE}/apps"))


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        (f"invoice?txnId=7&companyId={SAMPLE}", f"{SAMPLE}/sales/7"),
        (f"recvpayment?txnId=8&companyId={FRESH}", f"{FRESH}/payments/8"),
        ("customerdetail?nameId=9", f"{FRESH}/customers/9"),
        (f"items?itemId=5&companyId={SAMPLE}", f"{SAMPLE}/items/5"),
        (f"items?companyId={SAMPLE}", f"{SAMPLE}/items"),
        ("invoice", f"{FRESH}/sales"),
    ],
)
def test_addresses_as_apps_write_them_lead_to_the_page(address: str, leads_to: str) -> None:
    answer = Emulator().call("GET", f"/app/{address}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/app/{leads_to}")
    assert Emulator().call("GET", "/app/invoice?companyId=1").status_code == 404


def test_attributes_and_content_are_escaped() -> None:
    assert tag("p", "a < b", Html("<b>c</b>"), ["d", None], class_="x", aria_label='"') == (
        '<p class="x" aria-label="&quot;">a &lt; b<b>c</b>d</p>'
    )
    assert tag("input", checked=True, disabled=False, value=None) == "<input checked>"
    assert link("/a?b&c", "go", current=True) == '<a href="/a?b&amp;c" aria-current="page">go</a>'


def test_the_list_of_50_000_invoices_is_quick() -> None:
    emulator, company = books()
    ann = customer(company)
    first = invoice(company, ann)
    row = company.row("Invoice", first["Id"])
    for number in range(50_000):
        company.insert("Invoice", {**row.data, "DocNumber": f"M{number}"})
    emulator.call("GET", f"/app/{FRESH}/sales")
    took = []
    for address in ("sales", "sales?page=900", "sales?state=Open", "sales?q=M49999"):
        begun = time.perf_counter()
        assert emulator.call("GET", f"/app/{FRESH}/{address}").status_code == 200
        took.append(time.perf_counter() - begun)
    assert sorted(took)[len(took) // 2] < 1.0, took
