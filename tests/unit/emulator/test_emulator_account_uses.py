"""Which kinds of accounts serve which purpose: each sub-type implies its type, and the books take the account there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from emulator_books import discount_line, fresh, ref, sales_line, sample, write

from qbo_emulator.books.company import Company


def account(company: Company, sub_type: str) -> dict[str, Any]:
    """A new account that is made by its sub-type alone."""
    return write(company, "Account", Name=f"Our {sub_type}", AccountSubType=sub_type)


def sold_with(company: Company, item: dict[str, Any] | str, *more: dict[str, Any]) -> dict[str, Any]:
    ada = write(company, "Customer", DisplayName=f"Ada {len(company.tables['Customer'])}")
    return write(company, "Invoice", CustomerRef=ref(ada), Line=[sales_line(item, "10.00", "NON"), *more])


def posted(company: Company, entity: str, stored: dict[str, Any]) -> dict[str, Decimal]:
    return {one.account: one.amount for one in company.ledger.entries[entity, stored["Id"]]}


@pytest.mark.parametrize("sub_type", ["SalesOfProductIncome", "ServiceFeeIncome", "OtherPrimaryIncome"])
def test_f7_7_1_sales_income_has_three_sub_types(sub_type: str) -> None:
    company = fresh()
    made = account(company, sub_type)
    assert (made["AccountType"], made["Classification"]) == ("Income", "Revenue")
    item = write(company, "Item", Name="Window", IncomeAccountRef=ref(made))
    assert posted(company, "Invoice", sold_with(company, item))[made["Id"]] == -10


def test_f7_7_2_discounts_given_are_income() -> None:
    company = fresh()
    made = account(company, "DiscountsRefundsGiven")
    assert made["AccountType"] == "Income"
    line = discount_line("2.00")
    line["DiscountLineDetail"]["DiscountAccountRef"] = ref(made)
    assert posted(company, "Invoice", sold_with(company, "1", line))[made["Id"]] == 2


@pytest.mark.parametrize("build", [fresh, sample])
def test_f7_7_3_undeposited_funds_are_a_current_asset(build: Any) -> None:
    company = build()
    held = company.row("Account", company.settings.default_deposit_account).data
    assert (held["AccountType"], held["AccountSubType"]) == ("Other Current Asset", "UndepositedFunds")


@pytest.mark.parametrize("sub_type", ["Checking", "Savings", "CashOnHand"])
def test_f7_7_4_money_goes_to_bank_accounts_of_three_sub_types(sub_type: str) -> None:
    company = fresh()
    made = account(company, sub_type)
    assert made["AccountType"] == "Bank"
    ada = write(company, "Customer", DisplayName="Ada")
    paid = write(company, "Payment", CustomerRef=ref(ada), TotalAmt=Decimal(5), DepositToAccountRef=ref(made))
    assert posted(company, "Payment", paid)[made["Id"]] == 5


@pytest.mark.parametrize("build", [fresh, sample])
def test_f7_7_5_invoices_are_owed_on_accounts_receivable(build: Any) -> None:
    company = build()
    held = company.row("Account", company.settings.receivables_account).data
    assert (held["AccountType"], held["AccountSubType"]) == ("Accounts Receivable", "AccountsReceivable")
    assert posted(company, "Invoice", sold_with(company, "1"))[held["Id"]] == 10


def test_f7_7_6_tax_is_due_on_current_liabilities_of_two_sub_types() -> None:
    company = fresh()
    assert account(company, "SalesTaxPayable")["AccountType"] == "Other Current Liability"
    for held in company.tax_accounts.values():
        data = company.row("Account", held).data
        assert (data["AccountType"], data["AccountSubType"]) == ("Other Current Liability", "GlobalTaxPayable")


def test_f7_7_7_customers_deposits_are_a_current_liability_that_items_may_point_at() -> None:
    company = fresh()
    made = account(company, "OtherCurrentLiabilities")
    assert made["AccountType"] == "Other Current Liability"
    item = write(company, "Item", Name="Gift card", IncomeAccountRef=ref(made))
    sold_with(company, item)
    assert company.row("Account", made["Id"]).data["CurrentBalance"] == -10


@pytest.mark.parametrize("sub_type", ["BankCharges", "OfficeGeneralAdministrativeExpenses"])
def test_f7_7_8_fees_are_expenses(sub_type: str) -> None:
    made = account(fresh(), sub_type)
    assert (made["AccountType"], made["Classification"]) == ("Expense", "Expense")
