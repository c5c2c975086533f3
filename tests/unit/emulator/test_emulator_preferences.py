"""Preferences and CompanyInfo: what they show, who may change what, how that moves them (sections 7.10 and 7.11)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from emulator_books import NOW, delete, fresh, read, ref, refused, sales_line, sample, sparse, write
from emulator_http import FRESH, Caller, Emulator

from qbo_emulator.books import query
from qbo_emulator.books.company import Company
from qbo_emulator.clock import ManualClock


@pytest.fixture
def company() -> Company:
    return fresh()


def _shown(company: Company, section: str) -> dict[str, Any]:
    held: dict[str, Any] = read(company, "Preferences", "1")[section]
    return held


def _change(company: Company, **sections: Any) -> dict[str, Any]:
    return sparse(company, "Preferences", read(company, "Preferences", "1"), **sections)


# (number of the fact, setting, value, section, what it then shows)
_SHOWS: list[tuple[int, str, Any, str, dict[str, Any]]] = [
    (1, "custom_txn_numbers", False, "SalesFormsPrefs", {"CustomTxnNumbers": False}),
    (2, "default_discount_account", "6", "SalesFormsPrefs", {"AllowDiscount": True, "DefaultDiscountAccount": "6"}),
    (3, "allow_deposit", True, "SalesFormsPrefs", {"AllowDeposit": True}),
    (3, "allow_shipping", True, "SalesFormsPrefs", {"AllowShipping": True}),
    (3, "allow_service_date", True, "SalesFormsPrefs", {"AllowServiceDate": True}),
    (3, "allow_estimates", False, "SalesFormsPrefs", {"AllowEstimates": False}),
    (4, "default_term", "2", "SalesFormsPrefs", {"DefaultTerms": {"value": "2"}}),
    (5, "auto_apply_credit", True, "SalesFormsPrefs", {"AutoApplyCredit": True}),
    (5, "default_customer_message", "Thanks", "SalesFormsPrefs", {"DefaultCustomerMessage": "Thanks"}),
    (5, "online_payments", True, "SalesFormsPrefs", {"ETransactionPaymentEnabled": True}),
    (5, "progress_invoicing", True, "SalesFormsPrefs", {"UsingProgressInvoicing": True}),
    (7, "using_sales_tax", False, "TaxPrefs", {"UsingSalesTax": False}),
    (9, "default_tax_code", "4", "TaxPrefs", {"TaxGroupCodeRef": {"value": "4"}}),
    (10, "multi_currency", True, "CurrencyPrefs", {"MultiCurrencyEnabled": True, "HomeCurrency": {"value": "USD"}}),
    (11, "book_close_date", date(2025, 12, 31), "AccountingInfoPrefs", {"BookCloseDate": "2025-12-31"}),
    (11, "use_account_numbers", True, "AccountingInfoPrefs", {"UseAccountNumbers": True}),
    (11, "first_month_of_fiscal_year", "July", "AccountingInfoPrefs", {"FirstMonthOfFiscalYear": "July"}),
    (11, "class_tracking_per_txn", True, "AccountingInfoPrefs", {"ClassTrackingPerTxn": True}),
    (11, "class_tracking_per_txn_line", True, "AccountingInfoPrefs", {"ClassTrackingPerTxnLine": True}),
    (11, "track_departments", True, "AccountingInfoPrefs", {"TrackDepartments": True}),
    (11, "customer_terminology", "Donors", "AccountingInfoPrefs", {"CustomerTerminology": "Donors"}),
]


@pytest.mark.parametrize(
    ("setting", "value", "section", "shown"),
    [line[1:] for line in _SHOWS],
    ids=[f"F7.10-{line[0]}-{line[1]}" for line in _SHOWS],
)
def test_f7_10_preferences_show_what_is_set(
    company: Company, setting: str, value: Any, section: str, shown: dict[str, Any]
) -> None:
    before = read(company, "Preferences", "1")
    assert {prop: before[section].get(prop) for prop in shown} != shown
    setattr(company.settings, setting, value)
    after = read(company, "Preferences", "1")
    assert {prop: after[section][prop] for prop in shown} == shown
    assert (before["SyncToken"], after["SyncToken"]) == ("0", "1")


def test_f7_10_6_custom_fields_are_on_and_named(company: Company) -> None:
    company.settings.custom_field_names = {"2": "Crew #"}
    used, named = (one["CustomField"] for one in _shown(company, "SalesFormsPrefs")["CustomField"])
    assert [(one["Name"], one["BooleanValue"]) for one in used] == [
        (f"SalesFormsPrefs.UseSalesCustom{number}", number == 2) for number in (1, 2, 3)
    ]
    assert named == [{"Name": "SalesFormsPrefs.SalesCustomName2", "Type": "StringType", "StringValue": "Crew #"}]


def test_f7_10_8_automated_tax_is_set_up_not_set_up_or_the_older_model(company: Company) -> None:
    assert _shown(company, "TaxPrefs")["PartnerTaxEnabled"] is True
    company.settings.using_sales_tax = False
    assert _shown(company, "TaxPrefs")["PartnerTaxEnabled"] is False
    assert "PartnerTaxEnabled" not in _shown(sample(), "TaxPrefs")


def test_f7_10_10_several_currencies_cannot_be_switched_off_again(company: Company) -> None:
    changed = _change(company, CurrencyPrefs={"MultiCurrencyEnabled": True})
    assert changed["CurrencyPrefs"]["MultiCurrencyEnabled"] is True
    with refused("6000"):
        _change(company, CurrencyPrefs={"MultiCurrencyEnabled": False})
    emulator = Emulator()
    address = f"/_emulator/companies/{FRESH}"
    assert emulator.call("PATCH", address, json={"multi_currency": True}).status_code == 200
    answer = emulator.call("PATCH", address, json={"multi_currency": False})
    assert (answer.status_code, "multi_currency" in answer.json()["error"]) == (400, True)


def test_f7_10_12_other_preferences_are_names_and_values(company: Company) -> None:
    company.settings.other_prefs["SalesFormsPrefs.AllowGratuity"] = "true"
    assert _shown(company, "OtherPrefs")["NameValue"] == [
        {"Name": "SalesFormsPrefs.DefaultItem", "Value": "1"},
        {"Name": "SalesFormsPrefs.AllowGratuity", "Value": "true"},
    ]


def test_f7_10_3_a_property_whose_preference_is_off_is_refused_or_taken(company: Company) -> None:
    customer = ref(write(company, "Customer", DisplayName="Ada"))
    sold = {"CustomerRef": customer, "Line": [sales_line("1", "1", ServiceDate="2026-01-02")], "TrackingNum": "1Z"}
    with refused("6000") as fault:
        write(company, "Invoice", **sold)
    assert "switched off in the company's preferences" in fault.error.detail
    company.choices.switched_off_fields = "accept"
    assert write(company, "Invoice", **sold)["TrackingNum"] == "1Z"
    company.choices.switched_off_fields = "refuse"
    company.settings.allow_service_date = company.settings.allow_shipping = True
    assert write(company, "Invoice", **sold)["TrackingNum"] == "1Z"


def test_preferences_change_over_the_api_where_they_may(company: Company) -> None:
    after = _change(
        company,
        SalesFormsPrefs={"AllowDeposit": True, "DefaultTerms": {"value": "2"}},
        AccountingInfoPrefs={"CustomerTerminology": "Tenants", "FirstMonthOfFiscalYear": "April"},
    )
    assert (after["SyncToken"], after["SalesFormsPrefs"]["AllowDeposit"]) == ("1", True)
    settings = company.settings
    assert (settings.allow_deposit, settings.default_term) == (True, "2")
    assert (settings.customer_terminology, settings.first_month_of_fiscal_year) == ("Tenants", "April")
    assert read(company, "CompanyInfo", "1")["FiscalYearStartMonth"] == "April"
    echoed = {key: value for key, value in after.items() if key not in ("sparse", "MetaData")}
    assert write(company, "Preferences", **echoed) == after


@pytest.mark.parametrize(
    ("section", "sent"),
    [
        ("SalesFormsPrefs", {"AutoApplyCredit": True}),
        ("SalesFormsPrefs", {"DefaultDiscountAccount": "7"}),
        ("TaxPrefs", {"UsingSalesTax": False, "PartnerTaxEnabled": False, "TaxGroupCodeRef": {"value": "9"}}),
        ("AccountingInfoPrefs", {"BookCloseDate": "2025-12-31", "UseAccountNumbers": True}),
        ("CurrencyPrefs", {"HomeCurrency": {"value": "EUR"}}),
    ],
)
def test_f7_10_read_only_preferences_are_read_over(company: Company, section: str, sent: dict[str, Any]) -> None:
    before = read(company, "Preferences", "1")
    assert _change(company, **{section: sent}) == before


@pytest.mark.parametrize(
    ("section", "sent", "code"),
    [
        ("ProductAndServicesPrefs", {"ForSales": False}, "500"),
        ("EmailMessagesPrefs", {"InvoiceMessage": {"Subject": "x"}}, "500"),
        ("OtherPrefs", {"NameValue": [{"Name": "a", "Value": "b"}]}, "500"),
        ("SalesFormsPrefs", {"DefaultMarkup": 5}, "500"),
        ("SalesFormsPrefs", {"DefaultTerms": {"value": "99"}}, "2500"),
        ("SalesFormsPrefs", {"AllowDeposit": "perhaps"}, "2230"),
        ("SalesFormsPrefs", {"AllowTips": True}, "2010"),
        ("AccountingInfoPrefs", {"FirstMonthOfFiscalYear": "Brumaire"}, "2170"),
    ],
)
def test_preferences_that_are_refused_leave_all_as_it_was(
    company: Company, section: str, sent: dict[str, Any], code: str
) -> None:
    before = read(company, "Preferences", "1")
    sections: dict[str, Any] = {"SalesFormsPrefs": {"AllowShipping": True}}
    with refused(code):
        _change(company, **{**sections, section: {**sections.get(section, {}), **sent}})
    assert read(company, "Preferences", "1") == before


def test_company_info_shows_who_the_company_is(company: Company) -> None:
    shown = read(company, "CompanyInfo", "1")
    assert (shown["Id"], shown["CompanyName"], shown["LegalName"]) == (
        "1",
        "Fresh Start Services",
        "Fresh Start Services",
    )
    assert (shown["Country"], shown["CompanyAddr"]["Country"], "Lat" in shown["CompanyAddr"]) == ("US", "USA", False)
    pairs = {one["Name"]: one["Value"] for one in shown["NameValue"]}
    assert (pairs["SubscriptionStatus"], pairs["OfferingSku"]) == ("PAID", "QuickBooks Online Plus")
    assert {"IndustryType", "CompanyType", "NeoEnabled", "PayrollFeature", "AccountantFeature"} <= pairs.keys()
    company.settings.subscription_active = False
    ended = {one["Name"]: one["Value"] for one in read(company, "CompanyInfo", "1")["NameValue"]}
    assert ended["SubscriptionStatus"] != "PAID"


def test_company_info_is_changed_sparsely() -> None:
    clock = ManualClock(NOW)
    company = fresh(clock)
    before = read(company, "CompanyInfo", "1")
    clock.advance(60)
    after = sparse(company, "CompanyInfo", before, LegalName="View Ltd", Email={"Address": "a@b.com"})
    assert (after["LegalName"], after["Email"], after["CompanyName"]) == (
        "View Ltd",
        {"Address": "a@b.com"},
        before["CompanyName"],
    )
    assert (after["SyncToken"], after["MetaData"]["CreateTime"]) == ("1", before["MetaData"]["CreateTime"])
    assert after["MetaData"]["LastUpdatedTime"] > before["MetaData"]["LastUpdatedTime"]
    moved = sparse(company, "CompanyInfo", after, CompanyAddr={"Line1": "1 Elm St", "CountrySubDivisionCode": "NY"})
    assert (moved["CompanyAddr"]["Line1"], moved["CompanyAddr"]["Country"]) == ("1 Elm St", "USA")
    assert sparse(company, "CompanyInfo", moved, Country="FR", NameValue=[], SupportedLanguages="fr") == moved
    assert query.run(company, "select * from CompanyInfo")["CompanyInfo"] == [moved]


def test_company_info_needs_a_name_and_an_address(company: Company) -> None:
    stored = read(company, "CompanyInfo", "1")
    head = {"Id": "1", "SyncToken": stored["SyncToken"]}
    for body in ({"CompanyName": "A"}, {"CompanyAddr": {"Line1": "x"}}, {"CompanyName": None, "sparse": True}):
        with refused("2020"):
            write(company, "CompanyInfo", **head, **body)
    with refused("2050"):
        sparse(company, "CompanyInfo", stored, CompanyName="x" * 1025)
    full = write(company, "CompanyInfo", **head, CompanyName="A", CompanyAddr={"Line1": "x"})
    assert (full["CompanyName"], full["Email"]) == ("A", stored["Email"])


@pytest.mark.parametrize("entity", ["Preferences", "CompanyInfo"])
def test_there_is_one_of_each_and_its_token_counts(company: Company, entity: str) -> None:
    stored = read(company, entity, "1")
    with refused("5010"):
        sparse(company, entity, {**stored, "SyncToken": "9"})
    with refused("500"):
        write(company, entity)
    with refused("500"):
        delete(company, entity, stored)
    assert sparse(company, entity, stored) == stored


def test_company_info_over_http_and_a_name_that_moves_it() -> None:
    emulator = Emulator()
    caller = Caller(emulator)
    assert emulator.call("PATCH", f"/_emulator/companies/{FRESH}", json={"name": "Other"}).status_code == 200
    shown = caller.get(f"companyinfo/{FRESH}")["CompanyInfo"]
    assert (shown["CompanyName"], shown["SyncToken"]) == ("Other", "1")
    body = {"Id": "1", "SyncToken": "1", "sparse": True, "LegalName": "Other Ltd"}
    assert caller.post("companyinfo", body)["CompanyInfo"]["LegalName"] == "Other Ltd"
