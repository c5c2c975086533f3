"""Profit and loss, the age of receivables and registers say what was posted, to the cent and to the day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from emulator_books import delete, discount_line, fresh, pay, ref, sales_line, sample, void, write
from emulator_ledger import balance_of
from hypothesis import given, settings
from hypothesis import strategies as st

from qbo_emulator.books import reports
from qbo_emulator.books.company import Company


def customer(company: Company, name: str = "Ada") -> dict[str, Any]:
    return write(company, "Customer", DisplayName=name, Taxable=False)


def invoice(company: Company, who: dict[str, Any], amount: str, **fields: Any) -> dict[str, Any]:
    return write(company, "Invoice", CustomerRef=ref(who), Line=[sales_line("1", amount, "NON")], **fields)


def credit(company: Company, who: dict[str, Any], amount: str, **fields: Any) -> dict[str, Any]:
    return write(company, "CreditMemo", CustomerRef=ref(who), Line=[sales_line("1", amount, "NON")], **fields)


def income(company: Company, start: str, end: str) -> dict[str, Decimal]:
    found = reports.profit_and_loss(company, date.fromisoformat(start), date.fromisoformat(end))
    return {row.data["Name"]: amount for row, amount in found[reports.INCOME]}


def test_profit_and_loss_counts_sales_on_their_own_date_both_ends_included() -> None:
    company = fresh()
    ada = customer(company)
    lines = [sales_line("1", "100.00", "NON"), discount_line("10.00")]
    write(company, "Invoice", CustomerRef=ref(ada), TxnDate="2026-01-01", Line=lines)
    invoice(company, ada, "5.00", TxnDate="2026-01-31")
    credit(company, ada, "2.00", TxnDate="2026-01-31")
    invoice(company, ada, "70.00", TxnDate="2026-02-01")
    assert income(company, "2026-01-01", "2026-01-31") == {"Services": Decimal(103), "Discounts given": Decimal(-10)}
    assert income(company, "2026-02-01", "2026-02-01") == {"Services": Decimal(70)}
    assert income(company, "2025-01-01", "2025-12-31") == {}


def test_what_was_voided_or_deleted_is_no_income() -> None:
    company = fresh()
    ada = customer(company)
    void(company, "Invoice", invoice(company, ada, "100.00"))
    delete(company, "Invoice", invoice(company, ada, "100.00"))
    assert income(company, "2025-01-01", "2027-01-01") == {}


def ages(company: Company, day: str) -> dict[str, list[int]]:
    return {
        company.row("Customer", aged.customer_id).data["DisplayName"]: [int(amount) for amount in aged.buckets]
        for aged in reports.aging(company, date.fromisoformat(day))
    }


@pytest.mark.parametrize(
    ("day", "bucket"),
    [
        ("2026-01-05", 0),
        ("2026-02-01", 0),
        ("2026-02-02", 1),
        ("2026-03-03", 1),
        ("2026-03-04", 2),
        ("2026-04-02", 2),
        ("2026-04-03", 3),
        ("2026-05-02", 3),
        ("2026-05-03", 4),
    ],
)
def test_an_invoice_ages_from_its_due_date(day: str, bucket: int) -> None:
    company = fresh()
    invoice(company, customer(company), "100.00", TxnDate="2026-01-05", DueDate="2026-02-01")
    buckets = [0] * 5
    buckets[bucket] = 100
    assert ages(company, day) == {"Ada": buckets}


def test_nobody_owes_before_the_invoice_or_after_all_is_paid() -> None:
    company = fresh()
    made = invoice(company, customer(company), "100.00", TxnDate="2026-01-05")
    pay(company, made, "100.00")  # today, 2026-01-20
    assert ages(company, "2026-01-04") == {}
    assert ages(company, "2026-01-19") == {"Ada": [100, 0, 0, 0, 0]}
    assert ages(company, "2026-01-20") == {}


def test_money_and_credits_that_are_not_applied_count_below_zero_from_their_own_date() -> None:
    company = fresh()
    ada = customer(company)
    credit(company, ada, "30.00", TxnDate="2025-12-01")
    write(company, "Payment", CustomerRef=ref(ada), TotalAmt=Decimal(20), TxnDate="2026-01-20")
    assert ages(company, "2026-01-20") == {"Ada": [-20, 0, -30, 0, 0]}


def test_the_age_of_receivables_comes_to_their_balance() -> None:
    company = sample()
    total = sum(sum(aged.buckets) for aged in reports.aging(company, company.today()))
    assert total == balance_of(company, "AccountsReceivable")


days = st.integers(0, 60).map(lambda n: (date(2026, 1, 1) + timedelta(days=n)).isoformat())
cents = st.integers(1, 5000).map(lambda n: Decimal(n) / 100)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_on_any_day_the_age_of_receivables_is_what_the_register_says(data: st.DataObject) -> None:
    company = fresh()
    ada = customer(company)
    for _ in range(data.draw(st.integers(1, 4))):
        made = invoice(company, ada, str(data.draw(cents)), TxnDate=data.draw(days))
        lines = [_line("Invoice", made["Id"], data.draw(st.decimals("0.01", made["Balance"], places=2)))]
        paid = lines[0]["Amount"]
        if data.draw(st.booleans()):
            memo = credit(company, ada, str(paid), TxnDate=data.draw(days))
            lines.append(_line("CreditMemo", memo["Id"], paid))
            paid = Decimal(0)
        write(company, "Payment", CustomerRef=ref(ada), TotalAmt=paid, TxnDate=data.draw(days), Line=lines)
    day = data.draw(days)
    register = reports.register(company, str(company.settings.receivables_account))
    posted = [one for one in register if reports.transaction(company, one.key).data["TxnDate"] <= day]
    aged = reports.aging(company, date.fromisoformat(day))
    assert sum(sum(one.buckets) for one in aged) == (posted[-1].balance if posted else 0)


def _line(kind: str, row_id: str, amount: Decimal) -> dict[str, Any]:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": row_id, "TxnType": kind}]}


def test_a_register_runs_by_date_and_ends_at_the_balance() -> None:
    company = fresh()
    ada = customer(company)
    late = invoice(company, ada, "100.00", TxnDate="2026-01-10")
    early = invoice(company, ada, "40.00", TxnDate="2026-01-05")
    pay(company, late, "60.00")
    account = str(company.settings.receivables_account)
    lines = reports.register(company, account)
    assert [(one.key[1], one.amount, one.balance) for one in lines[:2]] == [
        (early["Id"], Decimal(40), Decimal(40)),
        (late["Id"], Decimal(100), Decimal(140)),
    ]
    assert lines[-1].balance == company.ledger.balance(account) == 80
