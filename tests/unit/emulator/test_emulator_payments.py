"""Payments: links, balances, voids, deletes, accounts.

Random sequences of them are in test_emulator_ledger.py.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from emulator_books import TODAY, delete, fresh, pay, read, ref, refused, sales_line, sparse, void, write

from qbo_emulator.books import query
from qbo_emulator.books.company import Company


@pytest.fixture
def company() -> Company:
    """A fresh company with customer 1 and an invoice of 100 each for him and his job 2."""
    made = fresh()
    write(made, "Customer", DisplayName="Ada")
    write(made, "Customer", DisplayName="Engine", Job=True, ParentRef=ref("1"))
    for who in ("1", "2"):
        write(made, "Invoice", CustomerRef=ref(who), Line=[sales_line("1", "100", "NON")])
    return made


def _line(amount: object, invoice_id: str = "1", kind: str = "Invoice") -> dict[str, Any]:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": invoice_id, "TxnType": kind}]}


def _payment(company: Company, *lines: dict[str, Any], total: object = Decimal(100), **fields: Any) -> dict[str, Any]:
    return write(company, "Payment", CustomerRef=ref("1"), TotalAmt=total, Line=list(lines), **fields)


def test_f7_3_31_a_payment_shows_on_both_sides(company: Company) -> None:
    made = _payment(company, _line(Decimal("60")), PaymentMethodRef=ref("2"), PaymentRefNum="1001")
    assert made["UnappliedAmt"] == Decimal("40.00")
    assert made["DepositToAccountRef"]["name"] == "Undeposited Funds"
    assert made["PaymentMethodRef"] == {"value": "2", "name": "Check"}
    invoice = read(company, "Invoice", "1")
    assert invoice["Balance"] == Decimal("40.00")
    assert invoice["LinkedTxn"] == [{"TxnId": made["Id"], "TxnType": "Payment"}]
    assert invoice["SyncToken"] == "1"  # F3.3-1
    assert read(company, "Customer", "1")["Balance"] == 0  # 40 open, 40 unapplied


def test_a_parent_may_pay_for_its_job_but_nobody_for_a_stranger(company: Company) -> None:
    assert _payment(company, _line(Decimal(100), "2"))["UnappliedAmt"] == 0
    write(company, "Customer", DisplayName="Grace")
    with refused("6000"):
        write(company, "Payment", CustomerRef=ref("3"), TotalAmt=Decimal(5), Line=[_line(Decimal(5))])


def test_f7_4_18_without_lines_everything_is_unapplied(company: Company) -> None:
    assert _payment(company)["UnappliedAmt"] == Decimal("100.00")


def test_one_payment_on_two_invoices(company: Company) -> None:
    made = _payment(company, _line(Decimal(30)), _line(Decimal(70), "2"))
    assert made["UnappliedAmt"] == 0
    assert [read(company, "Invoice", i)["Balance"] for i in ("1", "2")] == [Decimal("70.00"), Decimal("30.00")]


@pytest.mark.parametrize(
    ("lines", "fields", "code"),
    [
        ([_line(Decimal("-44.94"))], {}, "2240"),
        ([_line(Decimal("100.01"))], {"total": Decimal(200)}, "6000"),
        ([_line(Decimal(60)), _line(Decimal(60))], {"total": Decimal(200)}, "6000"),
        ([_line(Decimal(60)), _line(Decimal(60), "2")], {}, "6000"),
        ([_line(Decimal(1), "99")], {}, "6000"),
        ([_line(Decimal(1), "1", "CreditMemo")], {}, "6000"),
        ([_line(Decimal(1), "1", "JournalEntry")], {}, "500"),
        ([_line(Decimal(1), "1", "Bill")], {}, "2170"),
        ([{"Amount": Decimal(1)}], {}, "2020"),
        ([{"LinkedTxn": [{"TxnId": "1", "TxnType": "Invoice"}]}], {}, "2020"),
        ([], {"total": None}, "2020"),
        ([], {"total": Decimal(-1)}, "2240"),
        ([], {"DepositToAccountRef": {"value": "1"}}, "6430"),
        ([], {"DepositToAccountRef": {"value": "99"}}, "2500"),
        ([], {"ARAccountRef": {"value": "10"}}, "6430"),
        ([], {"PaymentMethodRef": {"value": "99"}}, "2500"),
        ([], {"PaymentRefNum": "x" * 22}, "2050"),
        ([], {"total": "12,50"}, "2110"),
        ([], {"total": True}, "2110"),
    ],
)
def test_payments_that_are_refused(
    company: Company, lines: list[dict[str, Any]], fields: dict[str, Any], code: str
) -> None:
    with refused(code):
        _payment(company, *lines, **fields)
    assert len(company.tables["Payment"]) == 0


def test_f9_3_30_a_negative_line_in_the_recorded_words(company: Company) -> None:
    with refused("2240") as fault:
        _payment(company, _line(Decimal("-44.94")))
    assert fault.error.detail == "Number out of range. Min:0 Max:999,999,999. Supplied value:-44.94"


def test_links_follow_an_update(company: Company) -> None:
    made = _payment(company, _line(Decimal(100)))
    moved = sparse(company, "Payment", made, Line=[_line(Decimal(80), "2")])
    assert moved["UnappliedAmt"] == Decimal("20.00")
    assert read(company, "Invoice", "1")["LinkedTxn"] == []
    assert read(company, "Invoice", "2")["Balance"] == Decimal("20.00")
    with refused("6000"):
        sparse(company, "Payment", moved, TotalAmt=Decimal(79))


def test_f3_2_16_the_same_payment_again_moves_nothing(company: Company) -> None:
    made = _payment(company, _line(Decimal(100)))
    assert sparse(company, "Payment", made, Line=made["Line"], TotalAmt=Decimal("100.00")) == made
    assert read(company, "Invoice", "1")["SyncToken"] == "1"


def test_f3_2_20_void_opens_the_invoice_again(company: Company) -> None:
    made = _payment(company, _line(Decimal(60)))
    voided = void(company, "Payment", made)
    assert (voided["TotalAmt"], voided["UnappliedAmt"], voided["Line"]) == (0, 0, [])
    assert voided["PrivateNote"] == "Voided"
    assert read(company, "Invoice", "1")["Balance"] == Decimal("100.00")
    assert read(company, "Customer", "1")["BalanceWithJobs"] == Decimal("200.00")
    assert void(company, "Payment", made) == voided


def test_f3_2_22_delete_releases_the_links(company: Company) -> None:
    made = _payment(company, _line(Decimal(60)))
    assert delete(company, "Payment", made)["status"] == "Deleted"
    assert read(company, "Invoice", "1")["Balance"] == Decimal("100.00")
    assert read(company, "Invoice", "1")["LinkedTxn"] == []


def test_a_deleted_invoice_cannot_be_linked(company: Company) -> None:
    invoice = read(company, "Invoice", "1")
    delete(company, "Invoice", invoice)
    with refused("6000"):
        pay(company, invoice, "1")


def test_payments_in_the_closed_period(company: Company) -> None:
    made = _payment(company, TxnDate="2025-12-31")
    company.settings.book_close_date = date(2025, 12, 31)
    with refused("6200"):
        _payment(company, TxnDate="2025-12-01")
    for change in (void, delete):
        with refused("6200"):
            change(company, "Payment", made)


def test_an_inactive_deposit_account_is_refused(company: Company) -> None:
    sparse(company, "Account", read(company, "Account", "10"), Active=False)
    with refused("610"):
        _payment(company, DepositToAccountRef=ref("10"))


def test_f7_4_2_a_payment_may_be_of_nothing_but_not_negative(company: Company) -> None:
    assert _payment(company, total=Decimal(0))["TotalAmt"] == 0
    with refused("2240"):
        _payment(company, total=Decimal("-0.01"))


def test_f7_4_5_and_15_unapplied_is_the_total_less_the_lines_whatever_is_sent(company: Company) -> None:
    made = _payment(company, _line(Decimal("33.33")), UnappliedAmt=Decimal(1))
    assert made["UnappliedAmt"] == Decimal("66.67")


def test_f7_4_6_and_11_a_payment_is_dated_today_unless_told_otherwise(company: Company) -> None:
    assert _payment(company)["TxnDate"] == TODAY
    made = _payment(company, TxnDate="2026-01-02", PrivateNote="x" * 4000)
    assert (made["TxnDate"], len(made["PrivateNote"])) == ("2026-01-02", 4000)
    with refused("2050"):
        _payment(company, PrivateNote="x" * 4001)


def test_f7_4_7_the_method_is_optional_and_named(company: Company) -> None:
    assert "PaymentMethodRef" not in _payment(company)
    assert _payment(company, PaymentMethodRef=ref("1"))["PaymentMethodRef"]["name"] == "Cash"


def test_f7_4_8_and_22_the_reference_holds_21_characters_and_finds_the_payment(company: Company) -> None:
    made = _payment(company, PaymentRefNum="R" * 21)
    found = query.run(company, f"select * from Payment where PaymentRefNum = '{'r' * 21}'")
    assert [one["Id"] for one in found["Payment"]] == [made["Id"]]
    with refused("4001"):
        query.run(company, "select * from Payment where PrivateNote = 'x'")


def test_f7_4_10_receivables_are_the_companys_unless_another_account_is_named(company: Company) -> None:
    other = write(company, "Account", Name="Other receivables", AccountType="Accounts Receivable")
    made = _payment(company, ARAccountRef=ref(other))
    assert made["ARAccountRef"] == {"value": other["Id"], "name": "Other receivables"}
    assert read(company, "Account", other["Id"])["CurrentBalance"] == Decimal("-100.00")
    _payment(company)
    assert read(company, "Account", str(company.settings.receivables_account))["CurrentBalance"] == Decimal("100.00")


def test_f7_4_12_only_the_home_currency_is_modelled(company: Company) -> None:
    assert _payment(company, CurrencyRef=ref("USD"))["CurrencyRef"]["value"] == "USD"
    with refused("2220"):
        _payment(company, CurrencyRef=ref("EUR"))


def test_f7_4_13_no_card_is_charged(company: Company) -> None:
    assert _payment(company)["ProcessPayment"] is False
    with refused("500"):
        _payment(company, ProcessPayment=True)
    with refused("500"):
        _payment(company, CreditCardPayment={"CreditChargeInfo": {"Number": "4111"}})


def test_f7_6_3_an_invoice_in_a_closed_period_is_cancelled_by_credit_in_the_open_one(company: Company) -> None:
    old = write(company, "Invoice", CustomerRef=ref("1"), TxnDate="2025-12-15", Line=[sales_line("1", "80", "NON")])
    company.settings.book_close_date = date(2025, 12, 31)
    with refused("6200"):
        void(company, "Invoice", old)
    credit = write(company, "CreditMemo", CustomerRef=ref("1"), Line=[sales_line("1", "80", "NON")])
    lines = [_line(Decimal(80), old["Id"]), _line(Decimal(80), credit["Id"], "CreditMemo")]
    assert _payment(company, *lines, total=Decimal(0))["UnappliedAmt"] == 0
    assert read(company, "Invoice", old["Id"])["Balance"] == 0


def test_f7_4_20_a_voided_or_deleted_credit_memo_or_invoice_cannot_be_linked(company: Company) -> None:
    void(company, "Invoice", read(company, "Invoice", "1"))
    with refused("6000") as fault:
        _payment(company, _line(Decimal(1)))
    assert "entity to link does not exist" in fault.error.detail


def test_f1_1_10_a_payment_holds_ten_thousand_lines(company: Company) -> None:
    with refused("6000"):
        _payment(company, *[_line(Decimal("0.01"))] * 10_001)
