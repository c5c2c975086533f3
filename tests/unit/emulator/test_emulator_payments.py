"""Payments: links, balances, voids, deletes, accounts.

Random sequences of them are in test_emulator_ledger.py.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from emulator_books import delete, fresh, pay, read, ref, refused, sales_line, sparse, void, write

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
