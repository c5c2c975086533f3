"""The sandbox's lists as the company `sample` has them: accounts, items, terms, taxes, preferences (section 10).

One row of each table is one fact; the numbers of the facts are in the ids of the tests. Customers and balances are
looked at in test_emulator_lists.py.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from emulator_books import read, ref, sales_line, sample, write

from qbo_emulator.books.company import Company

# (number of the fact, ids, full names, type, sub-type if the sheet has one)
_JOB, _LAND, _LEGAL, _REPAIR = (
    "Job Expenses",
    "Landscaping Services",
    "Legal & Professional Fees",
    "Maintenance and Repair",
)
ACCOUNTS: list[tuple[int, list[int], list[str], str, str | None]] = [
    (1, [1], ["Services"], "Income", "ServiceFeeIncome"),
    (2, [2], ["Retained Earnings"], "Equity", "RetainedEarnings"),
    (3, [3], ["Prepaid Expenses"], "Other Current Asset", "PrepaidExpenses"),
    (4, [4], ["Undeposited Funds"], "Other Current Asset", "UndepositedFunds"),
    (5, [5], ["Fees Billed"], "Income", "ServiceFeeIncome"),
    (6, [6], ["Refunds-Allowances"], "Income", "DiscountsRefundsGiven"),
    (7, [7], ["Advertising"], "Expense", None),
    (8, [8], ["Bank Charges"], "Expense", "BankCharges"),
    (9, [9, 10], ["Commissions & fees", "Dues & Subscriptions"], "Expense", None),
    (9, [11, 12, 13], ["Insurance", _LEGAL, "Meals and Entertainment"], "Expense", None),
    (10, [14], ["Miscellaneous"], "Other Expense", None),
    (11, [15, 16, 17], ["Office Expenses", "Promotional", "Rent or Lease"], "Expense", None),
    (11, [19, 20, 21], ["Stationery & Printing", "Supplies", "Taxes & Licenses"], "Expense", None),
    (11, [22, 23, 24], ["Travel", "Travel Meals", "Utilities"], "Expense", None),
    (12, [25, 26], ["Interest Earned", "Other Portfolio Income"], "Other Income", None),
    (13, [27], ["Penalties & Settlements"], "Other Expense", None),
    (14, [28, 29], ["Disposal Fees", "Equipment Rental"], "Expense", None),
    (15, [30], ["Uncategorized Income"], "Income", None),
    (15, [31], ["Uncategorized Expense"], "Expense", None),
    (15, [32], ["Uncategorized Asset"], "Other Current Asset", None),
    (16, [33], ["Accounts Payable (A/P)"], "Accounts Payable", None),
    (17, [34], ["Opening Balance Equity"], "Equity", None),
    (18, [35, 36], ["Checking", "Savings"], "Bank", None),
    (19, [37, 38, 39], ["Truck", "Truck:Original Cost", "Truck:Depreciation"], "Fixed Asset", None),
    (20, [40], ["Depreciation"], "Other Expense", None),
    (21, [41, 42], ["Mastercard", "Visa"], "Credit Card", None),
    (22, [43], ["Loan Payable"], "Other Current Liability", None),
    (23, [44], ["Notes Payable"], "Long Term Liability", None),
    (24, [45], [_LAND], "Income", "OtherPrimaryIncome"),
    (25, [46], [f"{_LAND}:Job Materials"], "Income", None),
    (25, [47], [f"{_LAND}:Job Materials:Decks and Patios"], "Income", None),
    (25, [48], [f"{_LAND}:Job Materials:Fountains and Garden Lighting"], "Income", None),
    (25, [49], [f"{_LAND}:Job Materials:Plants and Soil"], "Income", None),
    (25, [50], [f"{_LAND}:Job Materials:Sprinklers and Drip Systems"], "Income", None),
    (26, [51, 52], [f"{_LAND}:Labor", f"{_LAND}:Labor:Installation"], "Income", None),
    (26, [53], [f"{_LAND}:Labor:Maintenance and Repair"], "Income", None),
    (27, [54], ["Pest Control Services"], "Income", None),
    (28, [55, 56], ["Automobile", "Automobile:Fuel"], "Expense", None),
    (29, [57], ["Insurance:Workers Compensation"], "Expense", None),
    (30, [58, 66], [_JOB, f"{_JOB}:Job Materials:Plants and Soil"], "Expense", None),
    (31, [69, 70], [f"{_LEGAL}:Accounting", f"{_LEGAL}:Bookkeeper"], "Expense", None),
    (31, [71], [f"{_LEGAL}:Lawyer"], "Expense", None),
    (31, [72, 73], [_REPAIR, f"{_REPAIR}:Building Repairs"], "Expense", None),
    (31, [74, 75], [f"{_REPAIR}:Computer Repairs", f"{_REPAIR}:Equipment Repairs"], "Expense", None),
    (31, [76, 77], ["Utilities:Gas and Electric", "Utilities:Telephone"], "Expense", None),
    (32, [78], ["Purchases"], "Expense", None),
    (33, [79], ["Sales of Product Income"], "Income", "SalesOfProductIncome"),
    (34, [80], ["Cost of Goods Sold"], "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    (35, [81], ["Inventory Asset"], "Other Current Asset", "Inventory"),
    (36, [82], ["Design income"], "Income", None),
    (37, [83], ["Other Income"], "Income", None),
    (38, [84], ["Accounts Receivable (A/R)"], "Accounts Receivable", None),
    (39, [85], ["Billable Expense Income"], "Income", None),
    (40, [86], ["Discounts given"], "Income", "DiscountsRefundsGiven"),
    (41, [87], ["Unapplied Cash Payment Income"], "Income", None),
    (42, [88], ["Unapplied Cash Bill Payment Expense"], "Expense", None),
    (43, [89], ["Arizona Dept. of Revenue Payable"], "Other Current Liability", "GlobalTaxPayable"),
    (43, [90], ["Board of Equalization Payable"], "Other Current Liability", "GlobalTaxPayable"),
]
# (number of the fact and id, name, type, price, taxable, income account, what is bought)
ITEMS: list[tuple[int, str, str, str, bool, str, dict[str, Any]]] = [
    (1, "Services", "Service", "0", False, "1", {}),
    (2, "Hours", "Service", "0", False, "1", {}),
    (3, "Concrete", "Service", "0", True, "48", {}),
    (4, "Design", "Service", "75", False, "82", {}),
    (5, "Rock Fountain", "Inventory", "275", True, "79", {"PurchaseCost": Decimal(125), "QtyOnHand": Decimal(2)}),
    (6, "Gardening", "Service", "0", False, "45", {}),
    (7, "Installation", "Service", "50", False, "52", {}),
    (8, "Lighting", "Service", "0", True, "48", {}),
    (9, "Maintenance & Repair", "Service", "0", False, "53", {}),
    (10, "Pest Control", "Service", "35", False, "54", {}),
    (11, "Pump", "Inventory", "15", True, "79", {"PurchaseCost": Decimal(10), "QtyOnHand": Decimal(25)}),
    (12, "Refunds & Allowances", "Service", "0", False, "83", {}),
    (13, "Rocks", "Service", "0", True, "48", {}),
    (14, "Sod", "Service", "0", True, "49", {}),
    (15, "Soil", "Service", "10", True, "49", {"PurchaseCost": Decimal("6.5")}),
    (16, "Sprinkler Heads", "Inventory", "2", True, "79", {"PurchaseCost": Decimal("0.75")}),
    (17, "Sprinkler Pipes", "Inventory", "4", True, "79", {"PurchaseCost": Decimal("2.5")}),
    (18, "Trimming", "Service", "35", False, "45", {}),
]


@pytest.fixture(scope="module")
def company() -> Company:
    """The sandbox; the tests here only read, or write at the end of the lists."""
    return sample()


@pytest.mark.parametrize(
    ("ids", "names", "kind", "sub_type"),
    [line[1:] for line in ACCOUNTS],
    ids=[f"F10.1-{line[0]}-{line[1][0]}" for line in ACCOUNTS],
)
def test_f10_1_the_sandboxs_accounts(
    company: Company, ids: list[int], names: list[str], kind: str, sub_type: str | None
) -> None:
    for row_id, name in zip(ids, names, strict=True):
        held = read(company, "Account", str(row_id))
        assert (held["FullyQualifiedName"], held["AccountType"]) == (name, kind)
        assert sub_type in (None, held["AccountSubType"])


def test_f10_1_there_are_no_other_accounts(company: Company) -> None:
    known = {row_id for line in ACCOUNTS for row_id in line[1]}
    job_expenses = set(range(58, 69))  # the children of Job Expenses are named as a whole
    assert {int(row_id) for row_id in company.tables["Account"].rows} == known | job_expenses
    assert all(
        read(company, "Account", str(row_id))["FullyQualifiedName"].startswith(_JOB) for row_id in sorted(job_expenses)
    )


@pytest.mark.parametrize("line", ITEMS, ids=[f"F10.2-{line[0]}" for line in ITEMS])
def test_f10_2_the_sandboxs_items(company: Company, line: tuple[int, str, str, str, bool, str, dict[str, Any]]) -> None:
    row_id, name, kind, price, taxable, income, bought = line
    held = read(company, "Item", str(row_id))
    assert (held["Name"], held["Type"], held["Taxable"]) == (name, kind, taxable)
    assert (held["UnitPrice"], held["IncomeAccountRef"]["value"]) == (Decimal(price), income)
    assert {prop: held[prop] for prop in bought} == bought
    if kind == "Inventory":
        assert (held["ExpenseAccountRef"]["value"], held["AssetAccountRef"]["value"]) == ("80", "81")


def test_f10_2_15_soil_is_bought_too(company: Company) -> None:
    assert read(company, "Item", "15")["ExpenseAccountRef"]["value"] == "66"


@pytest.mark.parametrize(
    ("row_id", "name", "days"),
    [("1", "Due on receipt", 0), ("2", "Net 15", 15), ("3", "Net 30", 30), ("4", "Net 60", 60), ("5", "Net 10", 10)],
)
def test_f10_4_2_the_sandboxs_terms(company: Company, row_id: str, name: str, days: int) -> None:
    held = read(company, "Term", row_id)
    assert (held["Name"], held["DueDays"], company.settings.default_term) == (name, days, "3")


def test_f10_4_3_the_sandboxs_taxes(company: Company) -> None:
    codes = [row.data["Name"] for row in company.tables["TaxCode"].rows.values()]
    rates = [(row.data["Name"], row.data["RateValue"]) for row in company.tables["TaxRate"].rows.values()]
    agencies = [row.data["DisplayName"] for row in company.tables["TaxAgency"].rows.values()]
    assert (codes, list(company.tables["TaxCode"].rows)) == (
        ["TAX", "NON", "California", "Tucson"],
        ["TAX", "NON", "2", "3"],
    )
    assert rates == [("AZ State tax", Decimal("7.1")), ("Tucson City", 2), ("California", 8)]
    assert agencies == ["Arizona Dept. of Revenue", "Board of Equalization"]
    assert read(company, "Preferences", "1")["TaxPrefs"] == {"UsingSalesTax": True, "TaxGroupCodeRef": {"value": "2"}}


def test_f10_4_4_the_sandboxs_preferences(company: Company) -> None:
    shown = read(company, "Preferences", "1")
    sales = shown["SalesFormsPrefs"]
    off = ("CustomTxnNumbers", "AllowDeposit", "AllowShipping", "AllowServiceDate", "ETransactionPaymentEnabled")
    assert [sales[name] for name in off] == [False] * len(off)
    assert (sales["AllowDiscount"], sales["AllowEstimates"]) == (True, True)
    assert (sales["DefaultDiscountAccount"], sales["DefaultTerms"]) == ("86", {"value": "3"})
    used, named = (one["CustomField"] for one in sales["CustomField"])
    assert [one["BooleanValue"] for one in used] == [True, False, False]
    assert [(one["Name"], one["StringValue"]) for one in named] == [("SalesFormsPrefs.SalesCustomName1", "Crew #")]
    assert shown["CurrencyPrefs"] == {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}}
    assert shown["ReportPrefs"]["ReportBasis"] == "Accrual"
    assert shown["AccountingInfoPrefs"]["CustomerTerminology"] == "Customers"


def test_f10_4_5_the_sandboxs_numbers_and_ids() -> None:
    company = sample()
    rows = company.tables["Invoice"].rows.values()
    numbers = sorted(int(row.data["DocNumber"]) for row in rows)
    ids = sorted(int(row.id) for row in rows)
    assert (numbers[0], numbers[-1] // 10) == (1001, 103)
    assert ids[0] < 10
    assert 130 < ids[-1] < 160
    after = write(company, "Invoice", CustomerRef=ref("1"), Line=[sales_line("1", "10")])
    assert int(after["DocNumber"]) == numbers[-1] + 1
