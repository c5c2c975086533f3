"""Invoices: defaults, lines, numbers, dates, void, delete, the closed period.

Tax and payments have tests of their own.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from emulator_books import (
    delete,
    discount_line,
    fresh,
    pay,
    read,
    ref,
    refused,
    sales_line,
    sample,
    sparse,
    void,
    write,
)

from qbo_emulator.books import operations
from qbo_emulator.books.company import Company
from qbo_emulator.books.operations import Options


def _customer(company: Company, **fields: Any) -> dict[str, Any]:
    return write(company, "Customer", DisplayName="Ada", **fields)


def _invoice(company: Company, *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    customer = company.tables["Customer"].find("DisplayName", ["ada"])
    who = ref(customer[0].id) if customer else ref(_customer(company))
    return write(company, "Invoice", CustomerRef=who, Line=list(lines) or [sales_line("1", "100")], **fields)


def test_f3_6_2_an_invoice_of_two_fields_gets_the_recorded_defaults_in_the_recorded_order() -> None:
    company = sample()
    made = write(company, "Invoice", CustomerRef=ref("1"), Line=[sales_line("1", "100")])
    assert list(made) == [
        *("AllowIPNPayment", "AllowOnlinePayment", "AllowOnlineCreditCardPayment", "AllowOnlineACHPayment"),
        *("domain", "sparse", "Id", "SyncToken", "MetaData", "CustomField", "DocNumber", "TxnDate", "CurrencyRef"),
        *("LinkedTxn", "Line", "TxnTaxDetail", "CustomerRef", "BillAddr", "ShipAddr", "FreeFormAddress", "DueDate"),
        *("TotalAmt", "ApplyTaxAfterDiscount", "PrintStatus", "EmailStatus", "Balance"),
    ]
    assert made["Line"] == [
        {
            "Id": "1",
            "LineNum": 1,
            "Amount": Decimal("100.00"),
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {
                "ItemRef": {"value": "1", "name": "Services"},
                "ItemAccountRef": {"value": "1", "name": "Services"},  # not recorded in 2020, but later (F3.5-4)
                "TaxCodeRef": {"value": "NON"},
            },
        },
        {"Amount": Decimal("100.00"), "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}},
    ]
    assert made["TxnDate"] == "2026-01-20"
    assert made["DueDate"] == "2026-02-19"  # Net 30, the company's term (F3.6-5)
    assert made["TxnTaxDetail"] == {"TotalTax": 0}
    assert made["CustomField"] == [{"DefinitionId": "1", "Name": "Crew #", "Type": "StringType"}]
    assert made["BillAddr"] == read(company, "Customer", "1")["BillAddr"]  # with the customer's address id (F3.6-10)
    assert made["CustomerRef"] == {"value": "1", "name": "Amy's Bird Sanctuary"}
    assert (made["PrintStatus"], made["EmailStatus"], made["LinkedTxn"]) == ("NeedToPrint", "NotSet", [])


def test_lines_keep_quantity_price_text_and_get_a_discount_line_behind_the_subtotal() -> None:
    company = fresh()
    made = _invoice(
        company,
        {**sales_line("1", "50.00", "NON", Qty=Decimal("2.0"), UnitPrice=Decimal("25.00")), "Description": "Glass"},
        {"DetailType": "DescriptionOnly", "Description": "A heading", "Amount": Decimal(7)},
        {"DetailType": "SubTotalLineDetail", "Amount": Decimal(1), "SubTotalLineDetail": {}},
        discount_line(percent="10"),
    )
    assert [line["DetailType"] for line in made["Line"]] == [
        *("SalesItemLineDetail", "DescriptionOnly", "SubTotalLineDetail", "DiscountLineDetail")
    ]
    assert made["Line"][0]["SalesItemLineDetail"]["Qty"] == 2
    assert "Amount" not in made["Line"][1]
    assert made["Line"][3]["Amount"] == Decimal("5.00")
    assert made["Line"][3]["DiscountLineDetail"]["DiscountAccountRef"]["name"] == "Discounts given"
    assert made["TotalAmt"] == Decimal("45.00")


def test_f7_3_21_a_line_without_an_item_is_text_and_its_amount_is_ignored() -> None:
    company = fresh()
    text = {"DetailType": "SalesItemLineDetail", "Amount": Decimal(40), "SalesItemLineDetail": {}, "Description": "x"}
    made = _invoice(company, sales_line("1", "10", "NON"), text)
    assert made["TotalAmt"] == Decimal("10.00")
    assert made["Line"][1]["DetailType"] == "DescriptionOnly"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (sales_line("1", "1861.07", Qty=Decimal("128.350"), UnitPrice=Decimal("14.50")), "6070"),
        (sales_line("1", "10", "5"), "6100"),
        (sales_line("99", "10"), "2500"),
        (sales_line("1", "12345678901234"), "2110"),
        (sales_line("1", "10", Qty=Decimal(10**11)), "2240"),
        (sales_line("1", "10", UnitPrice="abc"), "2100"),
        (sales_line("1", "10", Qty="many"), "2160"),
        (sales_line("1", "10", ServiceDate="2026-02-30"), "2070"),
        (sales_line("1", "10", ClassRef={"value": "4"}), "2500"),
        ({"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}, "2020"),
        ({"Amount": Decimal(1), "SalesItemLineDetail": {}}, "2020"),
        ({"DetailType": "TaxLineDetail"}, "2170"),
        ({"DetailType": "GroupLineDetail"}, "500"),
        ({"DetailType": "DescriptionOnly", "Description": "only text"}, "6000"),
        (sales_line("1", "-10"), "6000"),
        ({**sales_line("1", "1"), "Description": "x" * 4001}, "2050"),
        ({**sales_line("1", "1"), "Quantity": 1}, "2010"),
    ],
)
def test_lines_that_are_refused(line: dict[str, Any], code: str) -> None:
    with refused(code):
        _invoice(fresh(), line)


def test_f9_3_42_the_amount_rule_in_the_recorded_words() -> None:
    with refused("6070") as fault:
        _invoice(fresh(), sales_line("1", "1861.07", Qty=Decimal("128.350"), UnitPrice=Decimal("14.50")))
    assert fault.error.detail == "Amount is not equal to UnitPrice * Qty. Supplied value:1,861.07"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (discount_line(), "6090"),
        (discount_line(amount="-1"), "2290"),
        (discount_line(percent="101"), "2140"),
        (discount_line(amount="101"), "6000"),
    ],
)
def test_discounts_that_are_refused(line: dict[str, Any], code: str) -> None:
    with refused(code):
        _invoice(fresh(), sales_line("1", "100", "NON"), line)


def test_one_discount_and_only_if_the_company_allows_it_and_on_an_income_account() -> None:
    company = fresh()
    with refused("6000"):
        _invoice(company, sales_line("1", "9"), discount_line("1"), discount_line("1"))
    line = discount_line("1")
    line["DiscountLineDetail"]["DiscountAccountRef"] = ref("10")  # Checking
    with refused("6430"):
        _invoice(company, sales_line("1", "9"), line)
    company.settings.allow_discount = False
    with refused("6000"):
        _invoice(company, sales_line("1", "9"), discount_line("1"))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"DocNumber": "x" * 22}, "2050"),
        ({"TxnDate": "20.01.2026"}, "2060"),
        ({"TxnDate": "2026-13-01"}, "2070"),
        ({"EmailStatus": "NeedToSend"}, "6420"),
        ({"Deposit": Decimal(5)}, "6000"),
        ({"LinkedTxn": [{"TxnId": "1", "TxnType": "Estimate"}]}, "500"),
        ({"DepartmentRef": {"value": "1"}}, "2500"),
        ({"CustomField": [{"DefinitionId": "7", "StringValue": "x"}]}, "3000"),
        ({"PrintStatus": "Maybe"}, "2170"),
        ({"BadJson": 1}, "2010"),
        ({"CustomerMemo": {"value": "x" * 1001}}, "2050"),
    ],
)
def test_headers_that_are_refused(fields: dict[str, Any], code: str) -> None:
    with refused(code):
        _invoice(fresh(), **fields)


def test_f9_3_22_the_element_of_a_long_memo_has_a_space() -> None:
    with refused("2050") as fault:
        _invoice(fresh(), CustomerMemo={"value": "x" * 1001})
    assert fault.error.element == "Customer Memo"


@pytest.mark.parametrize("body", [{}, {"CustomerRef": {"value": "1"}}, {"Line": [sales_line("1", "1")]}])
def test_customer_and_lines_are_required(body: dict[str, Any]) -> None:
    company = fresh()
    _customer(company)
    with refused("2020"):
        write(company, "Invoice", **body)


def test_references_to_nothing_and_to_the_inactive() -> None:
    company = fresh()
    with refused("2500") as fault:
        write(company, "Invoice", CustomerRef=ref("583"), Line=[sales_line("1", "1")])
    assert fault.error.detail == "Invalid Reference Id : Names element id 583 not found"
    gone = _customer(company)
    sparse(company, "Customer", gone, Active=False)
    with refused("610"):
        write(company, "Invoice", CustomerRef=ref(gone), Line=[sales_line("1", "1")])


def test_numbers_are_assigned_after_the_last_stored_one() -> None:
    company = sample()
    first = write(company, "Invoice", CustomerRef=ref("3"), Line=[sales_line("1", "1")])
    own = write(company, "Invoice", CustomerRef=ref("3"), Line=[sales_line("1", "1")], DocNumber="App_1000")
    after = write(company, "Invoice", CustomerRef=ref("3"), Line=[sales_line("1", "1")])
    assert [i["DocNumber"] for i in (first, own, after)] == ["1040", "App_1000", "App_1001"]


def test_f7_3_27_with_custom_numbers_none_is_assigned() -> None:
    assert "DocNumber" not in _invoice(fresh())


def test_f9_3_47_a_number_taken_is_refused_and_its_holder_named() -> None:
    company = fresh()
    held = _invoice(company, DocNumber="A-1")
    with refused("6140") as fault:
        _invoice(company, DocNumber="a-1")
    assert fault.error.detail.endswith(f"is assigned to TxnType=Invoice with TxnId={held['Id']}")
    other = _invoice(company, DocNumber="A-2")
    with refused("6140"):
        sparse(company, "Invoice", other, DocNumber="A-1")
    body = {"CustomerRef": ref("1"), "Line": [sales_line("1", "1")], "DocNumber": "A-1"}
    twin = operations.write(company, "Invoice", body, Options(allow_duplicate_number=True))
    assert twin["DocNumber"] == "A-1"


def test_due_date_follows_the_customers_term_and_the_invoices_own() -> None:
    company = fresh()
    write(company, "Customer", DisplayName="Ada", SalesTermRef=ref("2"))
    assert _invoice(company)["DueDate"] == "2026-02-04"
    assert _invoice(company, SalesTermRef=ref("1"))["DueDate"] == "2026-01-20"
    assert _invoice(company, DueDate="2026-03-01")["DueDate"] == "2026-03-01"
    driven = write(company, "Term", Name="15th", DayOfMonthDue=15, DueNextMonthDays=5)
    assert _invoice(company, SalesTermRef=ref(driven))["DueDate"] == "2026-02-15"


def test_f3_2_15_lines_on_update_keep_known_ids_and_get_fresh_ones() -> None:
    company = fresh()
    made = _invoice(company, sales_line("1", "10", "NON"), sales_line("1", "20", "NON"))
    kept = {**sales_line("1", "25", "NON"), "Id": "2"}
    after = sparse(company, "Invoice", made, Line=[sales_line("1", "5", "NON"), kept])
    assert [(line["Id"], line["LineNum"]) for line in after["Line"][:2]] == [("3", 1), ("2", 2)]
    assert after["TotalAmt"] == after["Balance"] == Decimal("30.00")


def test_f3_2_4_a_sparse_update_without_lines_keeps_them_and_the_same_lines_change_nothing() -> None:
    company = fresh()
    made = _invoice(company, sales_line("1", "10", "NON"), discount_line("1"))
    noted = sparse(company, "Invoice", made, PrivateNote="seen")
    assert noted["Line"] == made["Line"]
    assert noted["SyncToken"] == "1"
    assert sparse(company, "Invoice", noted, Line=noted["Line"]) == noted


def test_f3_2_19_void() -> None:
    company = fresh()
    made = _invoice(
        company, sales_line("1", "10", "TAX", Qty=Decimal(2), UnitPrice=Decimal(5)), DocNumber="V1", PrivateNote="n"
    )
    payment = pay(company, made, "4")
    voided = void(company, "Invoice", made)
    assert (voided["TotalAmt"], voided["Balance"], voided["LinkedTxn"]) == (0, 0, [])
    assert voided["TxnTaxDetail"] == {"TotalTax": 0}
    assert voided["PrivateNote"] == "Voided - n"
    assert voided["DocNumber"] == "V1"
    assert [line["Amount"] for line in voided["Line"]] == [0, 0]
    assert voided["Line"][0]["SalesItemLineDetail"]["Qty"] == 0
    assert voided["SyncToken"] == "2"  # one for the payment, one for the void
    given_back = read(company, "Payment", payment["Id"])
    assert (given_back["UnappliedAmt"], given_back["Line"]) == (Decimal("4.00"), [])
    assert void(company, "Invoice", made) == voided
    with refused("6000"):
        pay(company, made, "1")


def test_f3_2_5_delete_leaves_a_stub_and_then_nothing() -> None:
    company = fresh()
    made = _invoice(company)
    assert delete(company, "Invoice", made) == {"domain": "QBO", "status": "Deleted", "Id": made["Id"]}
    with refused("610"):
        read(company, "Invoice", made["Id"])
    with refused("610"):
        sparse(company, "Invoice", made, DocNumber="1")
    assert read(company, "Customer", made["CustomerRef"]["value"])["Balance"] == 0


def test_an_invoice_with_payments_cannot_be_deleted_or_given_to_another() -> None:
    company = fresh()
    made = _invoice(company)
    payment = pay(company, made, "1")
    with refused("6000") as fault:
        delete(company, "Invoice", made)
    assert f"TxnId={payment['Id']}" in fault.error.detail
    other = write(company, "Customer", DisplayName="Grace")
    with refused("6000"):
        sparse(company, "Invoice", read(company, "Invoice", made["Id"]), CustomerRef=ref(other))


def test_f7_3_32_a_total_below_the_paid_amount_leaves_the_payment_partly_unapplied() -> None:
    company = fresh()
    made = _invoice(company, sales_line("1", "100", "NON"))
    payment = pay(company, made, "80")
    after = sparse(company, "Invoice", read(company, "Invoice", made["Id"]), Line=[sales_line("1", "50", "NON")])
    assert after["Balance"] == 0
    assert read(company, "Payment", payment["Id"])["UnappliedAmt"] == Decimal("30.00")


def test_the_latest_payment_gives_back_first_and_no_more_than_it_must() -> None:
    company = fresh()
    made = _invoice(company, sales_line("1", "100", "NON"))
    first, second = pay(company, made, "40"), pay(company, made, "40")
    sparse(company, "Invoice", read(company, "Invoice", made["Id"]), Line=[sales_line("1", "60", "NON")])
    assert read(company, "Payment", first["Id"])["UnappliedAmt"] == 0
    assert read(company, "Payment", second["Id"])["UnappliedAmt"] == Decimal("20.00")
    sparse(company, "Invoice", read(company, "Invoice", made["Id"]), Line=[sales_line("1", "30", "NON")])
    assert read(company, "Payment", first["Id"])["UnappliedAmt"] == Decimal("10.00")
    assert read(company, "Payment", second["Id"])["Line"] == []


def test_f9_3_53_the_closed_period_counts_old_and_new_dates() -> None:
    company = fresh()
    old, new = _invoice(company, TxnDate="2025-12-31"), _invoice(company, TxnDate="2026-01-05")
    company.settings.book_close_date = date(2025, 12, 31)
    with refused("6200"):
        _invoice(company, TxnDate="2025-12-31")
    with refused("6200"):
        sparse(company, "Invoice", old, TxnDate="2026-01-05")
    with refused("6200"):
        sparse(company, "Invoice", new, TxnDate="2025-06-01")
    for end in (void, delete):
        with refused("6200"):
            end(company, "Invoice", old)
    assert pay(company, old, "100")["UnappliedAmt"] == 0  # an open month's payment on a closed month's invoice


def test_lists_cannot_be_deleted_and_tax_codes_not_written() -> None:
    company = fresh()
    with refused("500"):
        delete(company, "Customer", _customer(company))
    with refused("500"):
        write(company, "TaxCode", Name="Mine")
    with refused("500"):
        write(company, "Preferences", SalesFormsPrefs={})
