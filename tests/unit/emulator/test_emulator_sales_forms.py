"""Credit memos, sales receipts and refund receipts: what they share with invoices, and what is their own (7.5, 7.6).

Lines, numbers and headers as such are tested with invoices, tax and links elsewhere.
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
    link,
    read,
    ref,
    refused,
    sales_line,
    sample,
    sparse,
    void,
    write,
)

from qbo_emulator.books import cdc, operations, query
from qbo_emulator.books.company import SALES_FORMS, Company
from qbo_emulator.books.operations import Options

BANK = "10"  # Checking
UNDEPOSITED = "7"


@pytest.fixture
def company() -> Company:
    """A fresh company with customer 1."""
    made = fresh()
    write(made, "Customer", DisplayName="Ada", BillAddr={"Line1": "1 Way", "City": "Napa"})
    return made


def _form(company: Company, entity: str, amount: str = "100", **fields: Any) -> dict[str, Any]:
    """A form on one untaxed line."""
    money = {"DepositToAccountRef": ref(BANK)} if entity == "RefundReceipt" else {}
    lines = [sales_line("1", amount, "NON")]
    return write(company, entity, **{"CustomerRef": ref("1"), "Line": lines, **money, **fields})


@pytest.mark.parametrize("entity", SALES_FORMS)
def test_every_sales_form_is_created_read_changed_found_and_deleted(company: Company, entity: str) -> None:
    made = _form(company, entity, DocNumber="A1", CustomerMemo={"value": "Thanks"}, PrivateNote="n")
    assert made["TotalAmt"] == Decimal("100.00")
    assert [line["DetailType"] for line in made["Line"]] == ["SalesItemLineDetail", "SubTotalLineDetail"]
    assert (made["TxnDate"], made["SyncToken"], made["BillAddr"]["City"]) == ("2026-01-20", "0", "Napa")
    changed = sparse(company, entity, made, Line=[sales_line("1", "70", "NON")])
    assert (changed["TotalAmt"], changed["PrivateNote"], changed["SyncToken"]) == (Decimal("70.00"), "n", "1")
    assert read(company, entity, made["Id"]) == changed
    assert query.run(company, f"select * from {entity} where DocNumber = 'a1'")[entity] == [changed]
    assert cdc.changes(company, entity, "2026-01-20T00:00:00-08:00")["QueryResponse"][0][entity] == [changed]
    assert delete(company, entity, changed) == {"domain": "QBO", "status": "Deleted", "Id": made["Id"]}
    with refused("610"):
        read(company, entity, made["Id"])


@pytest.mark.parametrize("entity", SALES_FORMS)
def test_f3_2_3_a_full_update_keeps_what_the_server_manages_and_clears_the_rest(company: Company, entity: str) -> None:
    made = _form(company, entity, DocNumber="A1", TxnDate="2026-01-03", PrivateNote="n", CustomerMemo={"value": "m"})
    body = {"Id": made["Id"], "SyncToken": "0", "Line": [sales_line("1", "70", "NON")]}
    after = write(company, entity, **body)
    assert (after["DocNumber"], after["TxnDate"], after["CustomerRef"]["value"]) == ("A1", "2026-01-03", "1")
    assert after.get("DepositToAccountRef") == made.get("DepositToAccountRef")
    assert "PrivateNote" not in after
    assert "CustomerMemo" not in after
    assert after["Line"][0]["Id"] == "2"  # rebuilt: a line without an id gets a new one (F3.2-14)


@pytest.mark.parametrize(
    ("entity", "balance"), [("Invoice", "100"), ("CreditMemo", "-100"), ("SalesReceipt", "0"), ("RefundReceipt", "0")]
)
def test_what_a_form_does_to_the_customers_balance(company: Company, entity: str, balance: str) -> None:
    made = _form(company, entity)
    assert read(company, "Customer", "1")["Balance"] == Decimal(balance)
    assert made["Balance"] == (Decimal("100.00") if entity in ("Invoice", "CreditMemo") else 0)
    changed = sparse(company, entity, made, Line=[sales_line("1", "50", "NON")])
    assert read(company, "Customer", "1")["Balance"] == Decimal(balance) / 2
    delete(company, entity, changed)
    assert read(company, "Customer", "1")["Balance"] == 0


def test_a_credit_memo_tells_what_is_left_of_it(company: Company) -> None:
    made = _form(company, "CreditMemo")
    assert made["RemainingCredit"] == made["Balance"] == Decimal("100.00")
    assert "PaymentMethodRef" not in _form(company, "CreditMemo", PaymentMethodRef=ref("2"))  # read-only (7.5)


def test_a_moved_credit_memo_takes_its_balance_along(company: Company) -> None:
    write(company, "Customer", DisplayName="Grace")
    made = _form(company, "CreditMemo")
    sparse(company, "CreditMemo", made, CustomerRef=ref("2"))
    assert [read(company, "Customer", who)["Balance"] for who in "12"] == [0, Decimal("-100.00")]


@pytest.mark.parametrize("entity", ["CreditMemo", "RefundReceipt"])
def test_credit_memos_and_refund_receipts_have_no_void(company: Company, entity: str) -> None:
    with refused("500"):
        void(company, entity, _form(company, entity))


@pytest.mark.parametrize("options", [Options(void=True)])
def test_f3_2_8_a_sales_receipt_is_voided_with_its_number_kept(company: Company, options: Options) -> None:
    made = _form(company, "SalesReceipt", DocNumber="S1", PrivateNote="n")
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    voided = operations.write(company, "SalesReceipt", body, options)
    assert (voided["TotalAmt"], voided["Balance"], voided["PrivateNote"]) == (0, 0, "Voided - n")
    assert (voided["DocNumber"], voided["SyncToken"], voided["TxnTaxDetail"]) == ("S1", "1", {"TotalTax": 0})
    assert void(company, "SalesReceipt", voided) == voided


def test_f7_4_9_a_sales_receipts_money_goes_to_undeposited_funds_unless_told_otherwise(company: Company) -> None:
    assert _form(company, "SalesReceipt")["DepositToAccountRef"]["value"] == UNDEPOSITED
    made = _form(company, "SalesReceipt", DepositToAccountRef=ref(BANK), PaymentMethodRef=ref("2"), PaymentRefNum="77")
    assert made["DepositToAccountRef"] == {"value": BANK, "name": "Checking"}
    assert (made["PaymentMethodRef"]["name"], made["PaymentRefNum"]) == ("Check", "77")


@pytest.mark.parametrize("entity", ["SalesReceipt", "RefundReceipt"])
def test_money_moves_through_bank_or_current_asset_accounts_only(company: Company, entity: str) -> None:
    with refused("6430"):
        _form(company, entity, DepositToAccountRef=ref("1"))
    with refused("2500"):
        _form(company, entity, DepositToAccountRef=ref("99"))
    assert len(company.tables[entity]) == 0


def test_f7_6_1_a_refund_receipt_reverses_lines_and_tax_and_names_its_account(company: Company) -> None:
    with refused("2020") as fault:
        write(company, "RefundReceipt", CustomerRef=ref("1"), Line=[sales_line("1", "1")])
    assert fault.error.element == "DepositToAccountRef"
    lines = [sales_line("1", "100", "TAX"), discount_line(percent="10")]
    tax = {"TotalTax": Decimal("7.25")}
    made = _form(company, "RefundReceipt", Line=lines, TxnTaxDetail=tax, PaymentType="Cash")
    assert (made["TotalAmt"], made["Balance"]) == (Decimal("97.25"), 0)
    assert made["PaymentType"] == "Cash"
    assert read(company, "Customer", "1")["Balance"] == 0


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"PrintStatus": "PrintComplete"}, "2020"),
        ({"PrintStatus": "NeedToPrint", "PaymentRefNum": "12"}, "2600"),
        ({"PaymentRefNum": "x" * 101}, "2050"),
        ({"PaymentType": "Expense"}, "2170"),
        ({"Line": [sales_line("1", "-1", "NON")]}, "6000"),
    ],
)
def test_refund_receipts_that_are_refused(company: Company, fields: dict[str, Any], code: str) -> None:
    with refused(code):
        _form(company, "RefundReceipt", **fields)


def test_a_refunds_number_goes_with_a_printed_cheque(company: Company) -> None:
    assert _form(company, "RefundReceipt")["PrintStatus"] == "NeedToPrint"
    made = _form(company, "RefundReceipt", PaymentRefNum="12")
    assert (made["PrintStatus"], made["PaymentRefNum"]) == ("NotSet", "12")
    assert _form(company, "RefundReceipt", PaymentRefNum="13", PrintStatus="PrintComplete")["PaymentRefNum"] == "13"


def test_receipts_may_have_no_customer_invoices_and_credit_memos_must(company: Company) -> None:
    for entity in ("SalesReceipt", "RefundReceipt"):
        assert "CustomerRef" not in _form(company, entity, CustomerRef=None)
    for entity in ("Invoice", "CreditMemo"):
        with refused("2020"):
            _form(company, entity, CustomerRef=None)


def test_an_anonymous_sale_is_taxed_where_the_company_is(company: Company) -> None:
    made = write(company, "SalesReceipt", Line=[sales_line("1", "100", "TAX")])
    assert made["TotalAmt"] == Decimal("107.25")


@pytest.mark.parametrize("entity", SALES_FORMS)
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"Line": []}, "2020"),
        ({"Line": [{"DetailType": "GroupLineDetail"}]}, "500"),
        ({"DocNumber": "x" * 22}, "2050"),
        ({"PrivateNote": "x" * 4001}, "2050"),
        ({"CustomerMemo": {"value": "x" * 1001}}, "2050"),
        ({"EmailStatus": "NeedToSend"}, "6420"),
        ({"CustomerRef": {"value": "583"}}, "2500"),
        ({"BadJson": 1}, "2010"),
        ({"LinkedTxn": [{"TxnId": "1", "TxnType": "Estimate"}]}, "500"),
        ({"CustomField": [{"DefinitionId": "7", "StringValue": "x"}]}, "3000"),
    ],
)
def test_all_forms_refuse_alike(company: Company, entity: str, fields: dict[str, Any], code: str) -> None:
    with refused(code):
        _form(company, entity, **fields)
    assert len(company.tables[entity]) == 0


def test_numbers_are_one_space_over_all_forms(company: Company) -> None:
    _form(company, "Invoice", DocNumber="7")
    for entity in ("CreditMemo", "SalesReceipt", "RefundReceipt"):
        with refused("6140") as fault:
            _form(company, entity, DocNumber="7")
        assert fault.error.detail.endswith("DocNumber=7 is assigned to TxnType=Invoice with TxnId=1")
    company.settings.custom_txn_numbers = False
    assert [_form(company, entity)["DocNumber"] for entity in SALES_FORMS] == ["8", "9", "10", "11"]


def test_numbers_may_be_a_space_each(company: Company) -> None:
    company.choices.number_space = "separate"
    _form(company, "Invoice", DocNumber="7")
    assert _form(company, "CreditMemo", DocNumber="7")["DocNumber"] == "7"
    company.settings.custom_txn_numbers = False
    assert [_form(company, entity)["DocNumber"] for entity in SALES_FORMS] == ["8", "8", "1001", "1001"]


def test_duplicate_numbers_may_be_allowed_at_large(company: Company) -> None:
    company.choices.duplicate_numbers = "allow"
    assert (
        _form(company, "Invoice", DocNumber="7")["DocNumber"] == _form(company, "Invoice", DocNumber="7")["DocNumber"]
    )


def test_f7_3_30_an_invoice_may_ask_for_a_number_though_numbers_are_custom(company: Company) -> None:
    assert _form(company, "Invoice", AutoDocNumber=True)["DocNumber"] == "1001"
    assert "DocNumber" not in _form(company, "Invoice", AutoDocNumber=False)
    with refused("500"):
        _form(company, "CreditMemo", AutoDocNumber=True)


@pytest.mark.parametrize("entity", SALES_FORMS)
def test_f9_3_53_no_form_moves_in_or_out_of_the_closed_period(company: Company, entity: str) -> None:
    old, new = _form(company, entity, TxnDate="2025-12-31"), _form(company, entity, TxnDate="2026-01-05")
    company.settings.book_close_date = date(2025, 12, 31)
    with refused("6200"):
        _form(company, entity, TxnDate="2025-12-31")
    with refused("6200"):
        sparse(company, entity, old, TxnDate="2026-01-05")
    with refused("6200"):
        sparse(company, entity, new, TxnDate="2025-06-01")
    with refused("6200"):
        delete(company, entity, old)
    company.settings.book_close_password = True
    with refused("6210"):
        delete(company, entity, old)
    assert delete(company, entity, new)["status"] == "Deleted"


@pytest.mark.parametrize("entity", ["Invoice", "SalesReceipt"])
def test_f3_3_3_a_stale_token_stops_deletes_and_voids(company: Company, entity: str) -> None:
    made = _form(company, entity)
    sparse(company, entity, made, PrivateNote="newer")
    stale = {"Id": made["Id"], "SyncToken": "0"}
    for options in (Options(delete=True), Options(void=True)):
        with refused("5010"):
            operations.write(company, entity, stale, options)
        with refused("2020"):
            operations.write(company, entity, {"Id": made["Id"]}, options)
    assert read(company, entity, made["Id"])["TotalAmt"] == Decimal("100.00")


def test_goods_go_out_with_sales_and_come_back_with_returns() -> None:
    company = sample()
    pump = "11"

    def left() -> Decimal:
        return Decimal(read(company, "Item", pump)["QtyOnHand"])

    def line(quantity: int) -> dict[str, Any]:
        return sales_line(pump, str(15 * quantity), "NON", Qty=Decimal(quantity), UnitPrice=Decimal(15))

    before = left()
    sold = write(company, "Invoice", CustomerRef=ref("1"), Line=[line(3)])
    assert left() == before - 3
    sold = sparse(company, "Invoice", sold, Line=[line(5)])
    assert left() == before - 5
    back = write(company, "CreditMemo", CustomerRef=ref("1"), Line=[line(2)])
    assert left() == before - 3
    void(company, "Invoice", sold)
    assert left() == before + 2
    delete(company, "CreditMemo", back)
    assert left() == before


def test_f7_2_16_no_sale_of_an_inventory_item_before_its_stock_was_counted() -> None:
    company = sample()
    line = sales_line("11", "15", "NON", Qty=Decimal(1), UnitPrice=Decimal(15))
    with refused("6270"):
        write(company, "Invoice", CustomerRef=ref("1"), TxnDate="2020-01-01", Line=[line])


def test_a_refused_change_of_customer_leaves_an_applied_credit_alone(company: Company) -> None:
    write(company, "Customer", DisplayName="Grace")
    credit, invoice = _form(company, "CreditMemo"), _form(company, "Invoice")
    lines = [link(invoice, "40"), link(credit, "40", "CreditMemo")]
    write(company, "Payment", CustomerRef=ref("1"), TotalAmt=Decimal(0), Line=lines)
    with refused("6000"):
        sparse(company, "CreditMemo", read(company, "CreditMemo", credit["Id"]), CustomerRef=ref("2"))
    assert read(company, "CreditMemo", credit["Id"])["RemainingCredit"] == Decimal("60.00")
