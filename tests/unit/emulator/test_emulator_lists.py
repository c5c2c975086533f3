"""Items, accounts, terms, payment methods, Preferences, CompanyInfo, and what the two companies begin with.

What is sold and paid has tests of its own.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from emulator_books import fresh, read, ref, refused, sample, sparse, write
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.books import company_info, preferences
from qbo_emulator.books.lists import due_date


def test_an_item_of_two_fields_is_a_service_not_taxable_without_a_price() -> None:
    made = write(fresh(), "Item", Name="Gutters", IncomeAccountRef=ref("1"))
    assert (made["Type"], made["Taxable"], made["UnitPrice"], made["Active"]) == ("Service", False, 0, True)
    assert made["IncomeAccountRef"] == {"value": "1", "name": "Services"}
    assert made["FullyQualifiedName"] == "Gutters"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"Name": None}, "2020"),
        ({"IncomeAccountRef": None}, "2020"),
        ({"Name": "services"}, "6240"),
        ({"Name": "a:b"}, "2040"),
        ({"Name": "x" * 101}, "2050"),
        ({"Sku": "x" * 101}, "2050"),
        ({"Type": "Inventory"}, "2020"),  # and with what it needs, see the facts of section 7.2
        ({"Type": "Group"}, "6000"),
        ({"Type": "Thing"}, "2170"),
        ({"IncomeAccountRef": {"value": "10"}}, "6430"),  # a bank account
        ({"IncomeAccountRef": {"value": "99"}}, "2500"),
        ({"ExpenseAccountRef": {"value": "1"}}, "6430"),
        ({"UnitPrice": 10**11}, "2240"),
        ({"SubItem": True}, "6150"),
        ({"ParentRef": {"value": "99"}, "SubItem": True}, "700"),
    ],
)
def test_items_that_are_refused(fields: dict[str, Any], code: str) -> None:
    with refused(code):
        write(fresh(), "Item", **{"Name": "Gutters", "IncomeAccountRef": ref("1"), **fields})


def test_f7_2_3_a_service_may_point_at_a_liability() -> None:
    company = fresh()
    made = write(company, "Item", Name="Sales tax", IncomeAccountRef=ref("14"))
    assert made["IncomeAccountRef"]["name"] == "Sales Tax Payable"


def test_items_form_a_tree_and_follow_a_new_name() -> None:
    company = fresh()
    parent = write(company, "Item", Name="Outside", Type="Category")
    child = write(company, "Item", Name="Gutters", SubItem=True, ParentRef=ref(parent), IncomeAccountRef=ref("1"))
    assert child["FullyQualifiedName"] == "Outside:Gutters"
    sparse(company, "Item", parent, Name="Exterior")
    assert read(company, "Item", child["Id"])["FullyQualifiedName"] == "Exterior:Gutters"


def test_f7_2_14_a_deactivated_item_frees_its_name() -> None:
    company = fresh()
    gone = sparse(company, "Item", read(company, "Item", "2"), Active=False)
    assert gone["Name"] == "Hours (deleted)"
    assert write(company, "Item", Name="Hours", IncomeAccountRef=ref("1"))["Name"] == "Hours"


def test_accounts_know_type_sub_type_and_classification() -> None:
    company = fresh()
    by_type = write(company, "Account", Name="Tips", AccountType="Income")
    assert (by_type["Classification"], by_type["AccountSubType"]) == ("Revenue", "OtherPrimaryIncome")
    by_sub_type = write(company, "Account", Name="Till", AccountSubType="CashOnHand")
    assert by_sub_type["AccountType"] == "Bank"
    child = write(company, "Account", Name="Box", AccountType="Bank", ParentRef=ref(by_sub_type))
    assert (child["SubAccount"], child["FullyQualifiedName"]) == (True, "Till:Box")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"AccountType": None}, "6010"),
        ({"Name": None}, "2020"),
        ({"Name": "checking"}, "6240"),
        ({"Name": 'a"b'}, "2040"),
        ({"AccountType": "Cash"}, "2170"),
        ({"AcctNum": "1" * 21}, "2050"),
    ],
)
def test_accounts_that_are_refused(fields: dict[str, Any], code: str) -> None:
    with refused(code):
        write(fresh(), "Account", **{"Name": "Tips", "AccountType": "Income", **fields})


def test_f3_2_16_deactivating_an_inactive_account_changes_nothing() -> None:
    company = sample()
    gone = sparse(company, "Account", read(company, "Account", "5"), Active=False)
    assert list(gone) == [
        *("Name", "SubAccount", "FullyQualifiedName", "Active", "Classification", "AccountType", "AccountSubType"),
        *("CurrentBalance", "CurrentBalanceWithSubAccounts", "CurrencyRef", "domain", "sparse", "Id", "SyncToken"),
        "MetaData",
    ]
    assert gone["Name"] == gone["FullyQualifiedName"] == "Fees Billed (deleted)"
    assert sparse(company, "Account", gone, Active=False) == gone


def test_payment_methods_and_terms() -> None:
    company = fresh()
    made = write(company, "PaymentMethod", Name="Venmo")
    assert made["Type"] == "NON_CREDIT_CARD"
    with refused("6240"):
        write(company, "PaymentMethod", Name="visa")
    with refused("2050"):
        write(company, "PaymentMethod", Name="x" * 32)
    assert write(company, "Term", Name="Net 7", DueDays=7)["Type"] == "STANDARD"
    with refused("2020"):
        write(company, "Term", Name="Whenever")
    with refused("2600"):
        write(company, "Term", Name="Both", DueDays=1, DayOfMonthDue=1)
    with refused("2240"):
        write(company, "Term", Name="Long", DueDays=1000)


@pytest.mark.parametrize(
    ("start", "term", "due"),
    [
        (date(2026, 1, 20), {"DueDays": 30}, date(2026, 2, 19)),
        (date(2026, 1, 10), {"DayOfMonthDue": 15}, date(2026, 1, 15)),
        (date(2026, 1, 20), {"DayOfMonthDue": 15}, date(2026, 2, 15)),
        (date(2026, 1, 12), {"DayOfMonthDue": 15, "DueNextMonthDays": 5}, date(2026, 2, 15)),
        (date(2026, 12, 31), {"DayOfMonthDue": 1}, date(2027, 1, 1)),
        (date(2026, 1, 31), {"DayOfMonthDue": 31, "DueNextMonthDays": 3}, date(2026, 2, 28)),
    ],
)
def test_due_dates(start: date, term: dict[str, int], due: date) -> None:
    assert due_date(start, term) == due


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 31), st.integers(0, 31))
def test_a_due_date_is_never_before_the_start(start: date, day: int, next_month_days: int) -> None:
    assert due_date(start, {"DayOfMonthDue": day, "DueNextMonthDays": next_month_days}) >= start


def test_preferences_of_both_companies() -> None:
    new, old = preferences.render(fresh()), preferences.render(sample())
    assert new["TaxPrefs"]["PartnerTaxEnabled"] is True
    assert "PartnerTaxEnabled" not in old["TaxPrefs"]  # F7.10-8
    assert old["TaxPrefs"]["TaxGroupCodeRef"] == {"value": "2"}
    assert (new["SalesFormsPrefs"]["CustomTxnNumbers"], old["SalesFormsPrefs"]["CustomTxnNumbers"]) == (True, False)
    assert old["SalesFormsPrefs"]["DefaultDiscountAccount"] == "86"  # an id as a string (F7.10-2)
    assert old["SalesFormsPrefs"]["DefaultTerms"] == {"value": "3"}
    assert "BookCloseDate" not in new["AccountingInfoPrefs"]


def test_preferences_follow_the_settings() -> None:
    company = fresh()
    company.settings.book_close_date = date(2025, 12, 31)
    company.settings.allow_discount = company.settings.using_sales_tax = False
    shown = preferences.render(company)
    assert shown["AccountingInfoPrefs"]["BookCloseDate"] == "2025-12-31"
    assert "DefaultDiscountAccount" not in shown["SalesFormsPrefs"]
    assert shown["TaxPrefs"] == {"UsingSalesTax": False, "PartnerTaxEnabled": False}


def test_company_info_and_the_subscription() -> None:
    company = fresh()
    assert company_info.render(company)["Country"] == "US"
    assert company_info.render(company)["CompanyAddr"]["Country"] == "USA"  # F3.5-5
    company_info.check_subscription(company)
    company.settings.subscription_active = False
    with refused("6190"):
        company_info.check_subscription(company)


def test_fresh_begins_without_customers_or_sales() -> None:
    tables = fresh().tables
    assert [len(tables[name]) for name in ("Customer", "Vendor", "Invoice", "Payment")] == [0, 0, 0, 0]
    assert [row.data["Name"] for row in tables["Item"].rows.values()] == ["Services", "Hours"]


# Section 10.3 of the sheet: (customer, balance with jobs).
BALANCES = {
    "1": "639.00",
    "2": "85.00",
    "7": "85.00",
    "9": "85.00",
    "10": "629.10",
    "12": "81.00",
    "13": "450.00",
    "16": "75.00",
    "17": "314.28",
    "18": "954.75",
    "20": "226.00",
    "21": "78.60",
    "22": "274.50",
    "23": "274.50",
    "24": "362.07",
    "25": "160.00",
    "26": "414.72",
    "29": "375.00",
}


def test_section_10_the_samples_balances_come_from_real_invoices() -> None:
    company = sample()
    owed = {row.id: row.data["BalanceWithJobs"] for row in company.tables["Customer"].rows.values()}
    assert {who: held for who, held in owed.items() if held} == {k: Decimal(v) for k, v in BALANCES.items()}
    first = company.tables["Invoice"].find("DocNumber", ["1001"])
    assert len(first) == 1


@pytest.mark.parametrize(
    ("table", "row_id", "name"),
    [
        ("Account", "1", "Services"),
        ("Account", "4", "Undeposited Funds"),
        ("Account", "48", "Landscaping Services:Job Materials:Fountains and Garden Lighting"),
        ("Account", "66", "Job Expenses:Job Materials:Plants and Soil"),
        ("Account", "79", "Sales of Product Income"),
        ("Account", "84", "Accounts Receivable (A/R)"),
        ("Account", "86", "Discounts given"),
        ("Account", "90", "Board of Equalization Payable"),
        ("Item", "18", "Trimming"),
        ("Vendor", "30", "Books by Bessie"),
        ("Vendor", "53", "United States Treasury (deleted)"),
        ("Employee", "55", "Emily Platt"),
        ("Vendor", "57", "Squeaky Kleen Car Wash"),
        ("TaxCode", "3", "Tucson"),
        ("TaxRate", "3", "California"),
        ("Term", "3", "Net 30"),
        ("PaymentMethod", "7", "Diners Club"),
    ],
)
def test_section_10_the_sample_has_the_sandboxs_ids(table: str, row_id: str, name: str) -> None:
    data = read(sample(), table, row_id)
    assert name in (data.get("FullyQualifiedName"), data.get("DisplayName"), data.get("Name"))


@pytest.mark.parametrize(
    ("held", "wanted"),
    [("Accounts Receivable", "Income"), ("Income", "Accounts Receivable"), ("Bank", "Accounts Payable")],
)
def test_what_is_owed_is_booked_by_type_so_accounts_neither_become_nor_leave_it(held: str, wanted: str) -> None:
    company = fresh()
    row = next(row for row in company.tables["Account"].rows.values() if row.data["AccountType"] == held)
    with refused("6000"):
        sparse(company, "Account", row.data, AccountType=wanted)
