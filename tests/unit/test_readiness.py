"""Readiness: what is read becomes a snapshot, accounts are offered by use, checks name what is in the way."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluepro.quickbooks.connect.checks import Check, Choices, MethodChoice, check, check_company, choice_errors
from bluepro.quickbooks.connect.readiness import (
    Account,
    Named,
    Readiness,
    TaxCode,
    Use,
    accounts_for,
    codes_by_rate,
    from_json,
    of_answers,
    tax_modes,
)
from bluepro.quickbooks.snapshot import TaxMode
from qbo_client import wire

ACCOUNTS = (
    Account("1", "Services", "Services", "Income", "ServiceFeeIncome"),
    Account("2", "Products", "Products", "Income", "SalesOfProductIncome"),
    Account("3", "Discounts given", "Discounts given", "Income", "DiscountsRefundsGiven"),
    Account("4", "Unapplied", "Unapplied", "Income", "UnappliedCashPaymentIncome"),
    Account("5", "Undeposited Funds", "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    Account("6", "Checking", "Checking", "Bank", "Checking"),
    Account("7", "Clearing", "Clearing", "Other Current Asset", "OtherCurrentAssets"),
    Account("8", "Gift cards", "Gift cards", "Other Current Liability", "OtherCurrentLiabilities"),
    Account("9", "Old bank (deleted)", "Old bank (deleted)", "Bank", "Checking", active=False),
    Account("10", "Rent", "Rent", "Expense", "RentOrLeaseOfBuildings"),
    Account("11", "Visa", "Visa", "Credit Card", "CreditCard"),
)
CHOSEN = Choices("1", "3", "5")
CODES = (
    TaxCode("2", "California", percent=Decimal(8)),
    TaxCode("3", "Tucson", percent=Decimal("9.1")),
    TaxCode("4", "Berkeley", percent=Decimal(8)),
    TaxCode("TAX", "TAX", percent=Decimal(5)),
    TaxCode("5", "Old", active=False, percent=Decimal(5)),
)


def snapshot(**changes: Any) -> Readiness:
    values: dict[str, Any] = {
        "company_name": "Clear Books",
        "country": "US",
        "home_currency": "USD",
        "using_sales_tax": True,
        "automated_tax": True,
        "tax_code": "2",
        "allow_discount": True,
        "custom_txn_numbers": True,
        "accounts": ACCOUNTS,
        "payment_methods": (Named("1", "Cash"), Named("2", "Old card (deleted)", active=False)),
    }
    return Readiness(**(values | changes))


def failed(found: tuple[Check, ...]) -> set[tuple[str, bool]]:
    return {(one.code, one.blocking) for one in found if not one.ok}


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        (Use.INCOME, ["1", "2"]),
        (Use.DISCOUNT, ["3", "2", "1", "4"]),
        (Use.DEPOSIT, ["5", "6", "7"]),
    ],
)
def test_accounts_are_offered_by_use_best_first(use: Use, expected: list[str]) -> None:
    assert [account.id for account in accounts_for(snapshot(), use)] == expected


def test_everything_is_ready() -> None:
    assert failed(check(snapshot(), CHOSEN)) == set()


@pytest.mark.parametrize(
    ("changes", "choices", "expected"),
    [
        ({"country": "CA"}, CHOSEN, ("country", True)),
        ({"country": ""}, CHOSEN, ("country", True)),
        ({"home_currency": "CAD"}, CHOSEN, ("currency", True)),
        ({}, Choices("", "3", "5"), ("income_account", True)),
        ({}, Choices("10", "3", "5"), ("income_account", True)),
        ({}, Choices("1", "6", "5"), ("discount_account", True)),
        ({}, Choices("1", "3", "8"), ("deposit_account", True)),
        ({}, Choices("1", "3", "9"), ("deposit_account", True)),
        ({}, Choices("1", "3", "5", (MethodChoice("card", "2"),)), ("methods", True)),
        ({"using_sales_tax": False, "automated_tax": None}, CHOSEN, ("tax", True)),
        ({"automated_tax": None}, CHOSEN, ("tax", True)),
        ({"automated_tax": False}, CHOSEN, ("tax", True)),
        ({"allow_discount": False}, CHOSEN, ("discounts", False)),
        ({"custom_txn_numbers": False}, CHOSEN, ("numbers", False)),
    ],
)
def test_what_is_in_the_way_is_named_with_a_remedy(
    changes: dict[str, Any], choices: Choices, expected: tuple[str, bool]
) -> None:
    found = check(snapshot(**changes), choices)
    assert failed(found) == {expected}
    assert all(one.text and one.remedy for one in found if not one.ok)


def test_closed_books_are_told() -> None:
    found = check(snapshot(book_close_date=date(2026, 1, 31)), CHOSEN)
    assert "Jan 31, 2026" in next(one.text for one in found if one.code == "closed_books")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (TaxMode.AUTOMATED, TaxMode.LINE)),
        ({"using_sales_tax": False, "automated_tax": False}, (TaxMode.LINE,)),
        ({"using_sales_tax": False, "automated_tax": None}, (TaxMode.LINE,)),
        ({"automated_tax": None}, (TaxMode.LINE,)),
        ({"automated_tax": None, "tax_codes": CODES}, (TaxMode.CODES, TaxMode.LINE)),
        ({"automated_tax": None, "tax_codes": CODES[-2:]}, (TaxMode.LINE,)),
        ({"automated_tax": None, "tax_codes": CODES, "using_sales_tax": False}, (TaxMode.LINE,)),
    ],
)
def test_tax_modes(changes: dict[str, Any], expected: tuple[TaxMode, ...]) -> None:
    assert tax_modes(snapshot(**changes)) == expected


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"using_sales_tax": False, "automated_tax": None}, "switched off"),
        ({"automated_tax": None}, "older sales tax"),
        ({"automated_tax": False}, "not set up"),
    ],
)
def test_why_automated_tax_is_refused(changes: dict[str, Any], words: str) -> None:
    errors = choice_errors(snapshot(**changes), Choices(tax_mode="automated"))
    assert [(one.field, one.rule) for one in errors] == [("tax_mode", "not_available")]
    assert words in errors[0].message


def test_a_liability_for_deposits_is_explained() -> None:
    errors = choice_errors(snapshot(), Choices(deposit="8"))
    assert "Liabilities are not offered" in errors[0].message


def test_nothing_chosen_is_not_wrong() -> None:
    assert choice_errors(snapshot(), Choices()) == []


def test_the_country_is_checked_before_anything_is_stored() -> None:
    assert failed(check_company(snapshot(country="IN", home_currency="INR"))) == {("country", True), ("currency", True)}


def test_answers_become_a_snapshot() -> None:
    found = of_answers(
        wire.CompanyInfo(company_name="Clear Books", country="US"),
        wire.Preferences(
            accounting_info_prefs=wire.AccountingInfoPrefs(book_close_date=date(2026, 1, 31)),
            sales_forms_prefs=wire.SalesFormsPrefs(custom_txn_numbers=True, allow_discount=True),
            tax_prefs=wire.TaxPrefs(
                using_sales_tax=True, partner_tax_enabled=True, tax_group_code_ref=wire.Ref(value="7")
            ),
            currency_prefs=wire.CurrencyPrefs(multi_currency_enabled=False, home_currency=wire.Ref(value="USD")),
        ),
        [wire.Account(id="1", name="Labor", fully_qualified_name="Services:Labor", account_type="Income")],
        [wire.TaxCode(id="TAX", name="TAX")],
        [wire.Term(id="3", name="Net 30", active=True)],
        [wire.PaymentMethod(id="1", name="Cash", active=False)],
    )
    assert (found.country, found.home_currency, found.tax_code) == ("US", "USD", "7")
    assert found.book_close_date == date(2026, 1, 31)
    assert found.accounts == (Account("1", "Labor", "Services:Labor", "Income", ""),)
    assert found.payment_methods == (Named("1", "Cash", active=False),)


def test_what_quickbooks_leaves_out_counts_as_off() -> None:
    found = of_answers(wire.CompanyInfo(), wire.Preferences(), [], [], [], [])
    assert found == Readiness()
    assert found.automated_tax is None


@pytest.mark.parametrize(
    ("codes", "expected"),
    [(["TAX", "NON", "CustomSalesTax"], ""), (["TAX", "NON", "CustomSalesTax", "4", "5"], "4"), ([], "")],
)
def test_an_override_takes_a_real_tax_code(codes: list[str], expected: str) -> None:
    listed = [wire.TaxCode(id=code, name=code) for code in codes]
    assert of_answers(wire.CompanyInfo(), wire.Preferences(), [], listed, [], []).tax_code == expected


names = st.text(max_size=8)
accounts = st.builds(Account, names, names, names, names, names, names, st.booleans())
tax_codes = st.builds(TaxCode, names, names, st.booleans(), st.none() | st.decimals(0, 99))
listed = st.lists(st.builds(Named, names, names, st.booleans()), max_size=3).map(tuple)


@given(
    st.builds(
        Readiness,
        company_name=names,
        automated_tax=st.none() | st.booleans(),
        book_close_date=st.none() | st.dates(),
        accounts=st.lists(accounts, max_size=3).map(tuple),
        payment_methods=listed,
        terms=listed,
        tax_codes=st.lists(
            st.builds(TaxCode, names, names, st.booleans(), st.none() | st.decimals(0, 99)), max_size=3
        ).map(tuple),
    )
)
def test_a_snapshot_survives_being_stored(found: Readiness) -> None:
    assert from_json(found.to_json()) == found


def test_an_empty_store_is_an_empty_snapshot() -> None:
    assert from_json({}) == Readiness()


OLDER = {"automated_tax": None, "tax_codes": CODES}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, {Decimal("9.1"): "3"}),
        ({Decimal(8): "4"}, {Decimal("9.1"): "3", Decimal(8): "4"}),
        ({Decimal(8): "3", Decimal(5): "5"}, {Decimal("9.1"): "3"}),  # other rates, or inactive by now
    ],
)
def test_a_rate_has_the_code_that_was_chosen_or_the_only_one(
    chosen: dict[Decimal, str], expected: dict[Decimal, str]
) -> None:
    assert codes_by_rate(snapshot(**OLDER), chosen) == expected


@pytest.mark.parametrize(
    ("choices", "rates", "expected", "words"),
    [
        (CHOSEN, [Decimal("9.1")], None, "9.1% by Tucson"),
        (
            CHOSEN,
            [Decimal(8)],
            ("tax", True),
            "charge 8%: California (2), Berkeley (4).",
        ),
        (CHOSEN, [Decimal(5)], ("tax", True), "No tax code of QuickBooks charges 5%."),
        (replace(CHOSEN, tax_mode="codes"), [Decimal(5)], ("tax", False), "No tax code of QuickBooks charges 5%."),
        (replace(CHOSEN, tax_codes={Decimal(8): "2"}), [Decimal(8)], None, "8% by California"),
        (replace(CHOSEN, tax_mode="line"), [Decimal(5)], None, "as a last line"),
    ],
)
def test_every_rate_needs_a_tax_code_in_the_older_model(
    choices: Choices, rates: list[Decimal], expected: tuple[str, bool] | None, words: str
) -> None:
    found = check(snapshot(**OLDER), choices, rates)
    assert failed(found) == ({expected} if expected else set())
    assert words in next(one.text for one in found if one.code == "tax")


@pytest.mark.parametrize(
    ("changes", "chosen", "rule"),
    [
        (OLDER, {Decimal(8): "3"}, ("tax rate 8%", "rate_differs")),
        (OLDER, {Decimal(8): "5"}, ("tax rate 8%", "unknown")),
        (OLDER, {Decimal(8): "4"}, None),
    ],
)
def test_a_tax_code_must_charge_the_rate(
    changes: dict[str, Any], chosen: dict[Decimal, str], rule: tuple[str, str] | None
) -> None:
    found = choice_errors(snapshot(**changes), replace(CHOSEN, tax_codes=chosen))
    assert [(one.field, one.rule) for one in found] == ([rule] if rule else [])


def test_tax_codes_are_not_offered_where_quickbooks_computes_by_place() -> None:
    found = choice_errors(snapshot(tax_codes=CODES), replace(CHOSEN, tax_mode="codes"))
    assert [(one.field, one.rule) for one in found] == [("tax_mode", "not_available")]
    assert "computes tax by itself" in found[0].message


def test_the_rates_of_a_code_are_added_up() -> None:
    def code(id: str, *parts: tuple[str, str]) -> wire.TaxCode:
        details = tuple(
            wire.TaxRateDetail(tax_rate_ref=wire.Ref(value=rate), tax_type_applicable=kind) for rate, kind in parts
        )
        return wire.TaxCode(id=id, name=id, sales_tax_rate_list=wire.TaxRateList(tax_rate_detail=details))

    on_amount, on_tax = "TaxOnAmount", "TaxOnTax"
    codes = [
        code("3", ("1", on_amount), ("2", on_amount)),
        code("4", ("1", on_amount), ("2", on_tax)),
        code("5", ("1", on_amount), ("9", on_amount)),
        code("6"),
    ]
    rates = [wire.TaxRate(id="1", rate_value=Decimal("7.1")), wire.TaxRate(id="2", rate_value=Decimal(2))]
    found = of_answers(wire.CompanyInfo(), wire.Preferences(), [], codes, [], [], rates)
    assert {one.id: one.percent for one in found.tax_codes} == {"3": Decimal("9.1"), "4": None, "5": None, "6": None}
    assert from_json(found.to_json()) == found
