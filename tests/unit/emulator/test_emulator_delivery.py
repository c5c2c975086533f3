"""A form on its way to the customer: mail, print, and the address of its page (F3.2-9, F3.2-10, F3.2-12)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from emulator_books import NOW, discount_line, fresh, read, ref, refused, sales_line, sample, write
from emulator_http import FRESH, SAMPLE, Caller, Emulator
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.books import mailing, pdf, printing
from qbo_emulator.books.company import SALES_FORMS
from qbo_emulator.books.pdf import Text
from qbo_emulator.clock import ManualClock

_ITEM = {"DetailType": "SalesItemLineDetail", "Amount": 10, "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}


def _caller(realm: str = FRESH, **settings: Any) -> Caller:
    emulator = Emulator()
    emulator.call("PATCH", f"/_emulator/companies/{realm}", json=settings)
    return Caller(emulator, realm)


def _invoice(caller: Caller, **fields: Any) -> dict[str, Any]:
    who = caller.post("customer", {"DisplayName": "Zoe"})["Customer"]["Id"]
    body = {"CustomerRef": {"value": who}, "Line": [_ITEM], **fields}
    made: dict[str, Any] = caller.post("invoice", body)["Invoice"]
    return made


def test_f3_2_9_send_marks_the_invoice_as_sent_and_answers_it() -> None:
    caller = _caller()
    made = _invoice(caller, BillEmail={"Address": "zoe@example.com"})
    sent = caller.post(f"invoice/{made['Id']}/send", None)["Invoice"]
    assert (sent["EmailStatus"], sent["BillEmail"]) == ("EmailSent", {"Address": "zoe@example.com"})
    assert sent["DeliveryInfo"] == {"DeliveryType": "Email", "DeliveryTime": "2026-01-20T10:00:00-08:00"}
    assert sent["SyncToken"] == "1"
    again = caller.post(f"invoice/{made['Id']}/send", None, sendTo="other@example.com")["Invoice"]
    assert again["BillEmail"] == {"Address": "other@example.com"}


def test_f3_2_9_a_send_needs_an_address_that_is_one() -> None:
    caller = _caller()
    made = _invoice(caller)
    assert caller.code(f"invoice/{made['Id']}/send", None) == "6420"
    assert caller.code(f"invoice/{made['Id']}/send", None, sendTo="nobody") == "2210"
    assert caller.code("invoice/99/send", None, sendTo="a@b.example") == "610"
    assert caller.code("invoice/x/send", None, sendTo="a@b.example") == "2030"
    assert caller.code("payment/1/send", None, sendTo="a@b.example") == "500"


@pytest.mark.parametrize("entity", SALES_FORMS)
def test_f3_2_9_every_sales_form_can_be_sent_and_printed(entity: str) -> None:
    company = fresh()
    write(company, "Customer", DisplayName="Ada")
    form = {"CustomerRef": ref("1"), "Line": [sales_line("1", "10")], "DepositToAccountRef": ref("10")}
    if entity in ("Invoice", "CreditMemo"):
        del form["DepositToAccountRef"]
    made = write(company, entity, **form)
    assert mailing.send(company, entity, made["Id"], "a@b.example")["EmailStatus"] == "EmailSent"
    assert printing.printed(company, entity, made["Id"]).startswith(b"%PDF-")


def test_f1_1_13_a_sandbox_mails_forty_forms_a_day() -> None:
    clock = ManualClock(NOW)
    company = sample(clock)
    made = write(company, "Invoice", CustomerRef=ref("1"), Line=[sales_line("1", "10")])
    for _ in range(40):
        mailing.send(company, "Invoice", made["Id"], "a@b.example")
    before = read(company, "Invoice", made["Id"])
    with refused("6000"):
        mailing.send(company, "Invoice", made["Id"], "a@b.example")
    assert read(company, "Invoice", made["Id"]) == before
    clock.advance(24 * 3600)
    later = mailing.send(company, "Invoice", made["Id"], "a@b.example")
    assert later["DeliveryInfo"]["DeliveryTime"] == "2026-01-21T10:00:00-08:00"
    company.settings.sandbox = False
    for _ in range(41):
        mailing.send(company, "Invoice", made["Id"], "a@b.example")


def test_f3_2_10_an_invoice_is_printed_with_its_lines_and_sums() -> None:
    caller = _caller(SAMPLE)
    made = caller.get("query", query="select * from Invoice maxresults 1")["QueryResponse"]["Invoice"][0]
    answer = caller.send("GET", f"invoice/{made['Id']}/pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    shown = answer.content.decode("cp1252")
    assert f"(Invoice {made['DocNumber']})" in shown
    assert f"({made['TotalAmt']:,.2f})" in shown
    assert caller.send("GET", "invoice/9999/pdf").json()["Fault"]["Error"][0]["code"] == "610"
    assert caller.send("GET", "customer/1/pdf").json()["Fault"]["Error"][0]["code"] == "500"


def test_a_long_invoice_goes_over_several_pages() -> None:
    company = fresh()
    write(company, "Customer", DisplayName="Ada")
    lines = [{**sales_line("1", "10", "NON"), "Description": f"Part {n}"} for n in range(100)]
    made = write(company, "Invoice", CustomerRef=ref("1"), Line=[*lines, discount_line(percent="10")])
    printed = printing.printed(company, "Invoice", made["Id"])
    assert printed.count(b"/Type /Page ") == 3
    assert all(f"(Part {n})".encode() in printed for n in range(100))
    assert b"(900.00)" in printed


def _objects_are_where_the_table_says(document: bytes) -> bool:
    table = document[int(document.split(b"startxref\n")[1].split(b"\n")[0]) :]
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", table)]
    return all(document[place:].startswith(f"{n} 0 obj\n".encode()) for n, place in enumerate(places, 1))


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_a_pdf_holds_any_text_without_breaking(words: list[str]) -> None:
    document = pdf.document([[Text(10, 10, one, right=True)] for one in words])
    assert _objects_are_where_the_table_says(document)
    assert document.endswith(b"%%EOF\n")
    assert f"/Count {len(words)}".encode() in document


def test_a_pdf_escapes_what_would_end_its_strings() -> None:
    document = pdf.document([[Text(10, 10, r"5 (five) \ à €")]])
    assert rb"(5 \(five\) \\ " + "à €".encode("cp1252") + b") Tj" in document


def test_f3_2_12_the_link_is_there_with_online_payment_and_an_address_only() -> None:
    caller = _caller(online_payments=True)
    made = _invoice(caller, BillEmail={"Address": "zoe@example.com"}, AllowOnlineACHPayment=True)
    shown = caller.get(f"invoice/{made['Id']}", include="invoiceLink")["Invoice"]
    assert shown["InvoiceLink"] == f"http://quickbooks.test/app/invoice?txnId={made['Id']}&companyId={FRESH}"
    assert "InvoiceLink" not in caller.get(f"invoice/{made['Id']}")["Invoice"]
    without_address = caller.post(
        "invoice", {"CustomerRef": made["CustomerRef"], "Line": [_ITEM], "AllowOnlineACHPayment": True}
    )["Invoice"]
    assert "InvoiceLink" not in caller.get(f"invoice/{without_address['Id']}", include="invoiceLink")["Invoice"]
    caller.emulator.call("PATCH", f"/_emulator/companies/{FRESH}", json={"online_payments": False})
    assert "InvoiceLink" not in caller.get(f"invoice/{made['Id']}", include="invoiceLink")["Invoice"]


def test_the_mailed_form_is_told_as_such() -> None:
    company = fresh()
    told: list[str] = []
    company.watchers.append(lambda written: told.append(written.operation))
    write(company, "Customer", DisplayName="Ada")
    made = write(company, "Invoice", CustomerRef=ref("1"), Line=[sales_line("1", "10")])
    mailing.send(company, "Invoice", made["Id"], "a@b.example")
    assert told[-1] == "Emailed"
