"""Money that went on: payments and sales receipts in a bank deposit, matched to a bank line, settled online (F7.4-19).

The levers themselves are tested over HTTP at the end.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from emulator_books import delete, fresh, read, ref, refused, sales_line, sparse, void, write
from emulator_http import FRESH, Caller, Emulator

from qbo_emulator.books import deposits
from qbo_emulator.books.company import Company

BANK, UNDEPOSITED = "10", "7"


@pytest.fixture
def company() -> Company:
    """A fresh company with customer 1."""
    made = fresh()
    write(made, "Customer", DisplayName="Ada")
    return made


def _payment(company: Company, **fields: Any) -> dict[str, Any]:
    return write(company, "Payment", **{"CustomerRef": ref("1"), "TotalAmt": Decimal(60), **fields})


def _receipt(company: Company) -> dict[str, Any]:
    return write(company, "SalesReceipt", CustomerRef=ref("1"), Line=[sales_line("1", "40", "NON")])


def test_a_deposit_moves_the_money_to_the_bank_and_tells_what_is_in_it(company: Company) -> None:
    payment, receipt = _payment(company), _receipt(company)
    made = deposits.deposit(company, [payment["Id"], receipt["Id"]], BANK)
    shown = read(company, "Deposit", made.id)
    assert (shown["TotalAmt"], shown["DepositToAccountRef"]["name"]) == (Decimal("100.00"), "Checking")
    inside = [(line["LinkedTxn"][0]["TxnType"], line["Amount"]) for line in shown["Line"]]
    assert inside == [("Payment", 60), ("SalesReceipt", 40)]
    linked = read(company, "Payment", payment["Id"])
    assert linked["LinkedTxn"] == [{"TxnId": made.id, "TxnType": "Deposit"}]
    assert linked["SyncToken"] == "1"
    assert read(company, "Account", UNDEPOSITED)["CurrentBalance"] == 0
    assert read(company, "Account", BANK)["CurrentBalance"] == Decimal("100.00")


@pytest.mark.parametrize("entity", ["Payment", "SalesReceipt"])
def test_f7_4_19_what_is_deposited_cannot_be_changed_voided_or_deleted(company: Company, entity: str) -> None:
    made = _payment(company) if entity == "Payment" else _receipt(company)
    held = deposits.deposit(company, [made["Id"]], BANK)
    stored = read(company, entity, made["Id"])
    with refused("6540") as fault:
        sparse(company, entity, stored, PrivateNote="late")
    assert fault.error.message == "Deposited Transaction cannot be changed"
    for end in (void, delete):
        with refused("6540"):
            end(company, entity, stored)
    assert read(company, entity, made["Id"]) == stored
    deposits.undo(company, held.id)
    assert sparse(company, entity, read(company, entity, made["Id"]), PrivateNote="late")["PrivateNote"] == "late"


def test_what_cannot_be_deposited(company: Company) -> None:
    payment = _payment(company)
    deposits.deposit(company, [payment["Id"]], BANK)
    for row_ids, account, code in (
        ([payment["Id"]], BANK, "6540"),
        (["99"], BANK, "610"),
        ([], BANK, "2020"),
        ([_payment(company)["Id"]], UNDEPOSITED, "6430"),
        ([_payment(company)["Id"]], "99", "2500"),
        ([_payment(company, DepositToAccountRef=ref(BANK))["Id"]], BANK, "6000"),
        ([_payment(company, TotalAmt=Decimal(0))["Id"]], BANK, "6000"),
    ):
        with refused(code):
            deposits.deposit(company, row_ids, account)
    assert len(company.tables["Deposit"]) == 1


def test_deposits_stay_out_of_the_closed_period(company: Company) -> None:
    made = deposits.deposit(company, [_payment(company)["Id"]], BANK)
    company.settings.book_close_date = date(2026, 1, 31)
    with refused("6200"):
        deposits.undo(company, made.id)
    assert read(company, "Deposit", made.id)["TotalAmt"] == Decimal("60.00")


def test_callers_can_read_deposits_but_neither_make_nor_end_them(company: Company) -> None:
    made = deposits.deposit(company, [_payment(company)["Id"]], BANK)
    stored = read(company, "Deposit", made.id)
    with refused("500"):
        write(company, "Deposit", TotalAmt=Decimal(1))
    with refused("500"):
        delete(company, "Deposit", stored)


def test_f7_4_19_matched_payments_cannot_be_deleted_and_settled_ones_not_voided(company: Company) -> None:
    made = _payment(company)
    row = company.row("Payment", made["Id"])
    row.matched = True
    with refused("6480"):
        delete(company, "Payment", made)
    row.matched, row.settled = False, True
    with refused("6450"):
        void(company, "Payment", made)
    assert sparse(company, "Payment", made, PrivateNote="seen")["PrivateNote"] == "seen"
    assert delete(company, "Payment", made)["status"] == "Deleted"


def test_the_levers_work_over_http() -> None:
    emulator = Emulator()
    caller = Caller(emulator)
    caller.post("customer", {"DisplayName": "Ada"})
    made = caller.post("payment", {"CustomerRef": {"value": "1"}, "TotalAmt": 60})["Payment"]
    base = f"/_emulator/companies/{FRESH}"
    answer = emulator.call("POST", f"{base}/deposits", json={"transactions": [made["Id"]]})
    deposit_id = answer.json()["id"]
    assert answer.status_code == 201
    change = {"Id": made["Id"], "SyncToken": "1", "sparse": True, "PrivateNote": "x"}
    assert caller.code("payment", change) == "6540"
    assert caller.get("query", query="select * from Deposit")["QueryResponse"]["Deposit"][0]["Id"] == deposit_id
    assert emulator.call("DELETE", f"{base}/deposits/{deposit_id}").status_code == 204
    marked = emulator.call("PATCH", f"{base}/transactions/{made['Id']}", json={"matched": True})
    assert marked.json() == {"id": made["Id"], "matched": True, "settled": False}
    assert caller.code("payment", {"Id": made["Id"], "SyncToken": "2"}, operation="delete") == "6480"


@pytest.mark.parametrize(
    ("verb", "path", "body", "status"),
    [
        ("POST", "deposits", {"transactions": []}, 400),
        ("POST", "deposits", {"transactions": ["99"]}, 400),
        ("POST", "deposits", {"transactions": ["99"], "bank": "1"}, 400),
        ("DELETE", "deposits/99", None, 404),
        ("PATCH", "transactions/99", {"matched": True}, 404),
        ("PATCH", "transactions/99", {"matched": "maybe"}, 400),
    ],
)
def test_levers_refuse_with_a_reason(verb: str, path: str, body: object, status: int) -> None:
    answer = Emulator().call(verb, f"/_emulator/companies/{FRESH}/{path}", json=body)
    assert answer.status_code == status
    assert answer.json()["error"]
    unknown = Emulator().call(verb, f"/_emulator/companies/1/{path}", json=body)
    assert unknown.status_code in (400, 404)
