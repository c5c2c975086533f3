"""Preferences and CompanyInfo: the two objects that every company has once, made from its settings (7.10, 7.11).

They are read-only over the API here; a person changes them inside QuickBooks, which the control API plays.
"""

from __future__ import annotations

from qbo_emulator.books import faults
from qbo_emulator.books.company import Company
from qbo_emulator.books.pacific import stamp
from qbo_emulator.books.wire import Obj

_ALPHA_3 = {"US": "USA", "GB": "GBR", "CA": "CAN", "AU": "AUS", "FR": "FRA", "IN": "IND"}


def _head(company: Company) -> Obj:
    at = stamp(company.created_at)
    meta = {"CreateTime": at, "LastUpdatedTime": at}
    return {"domain": "QBO", "sparse": False, "Id": "1", "SyncToken": "0", "MetaData": meta}


def _sales_forms(company: Company) -> Obj:
    """F7.10-1 to F7.10-6."""
    settings = company.settings
    prefs: Obj = {
        "CustomField": _custom_fields(settings.custom_field_names),
        "CustomTxnNumbers": settings.custom_txn_numbers,
        "AllowDeposit": settings.allow_deposit,
        "AllowDiscount": settings.allow_discount,
        "AllowEstimates": True,
        "ETransactionEnabledStatus": "NotApplicable",
        "ETransactionAttachPDF": False,
        "ETransactionPaymentEnabled": settings.online_payments,
        "IPNSupportEnabled": False,
        "AllowServiceDate": False,
        "AllowShipping": settings.allow_shipping,
        "AutoApplyCredit": settings.auto_apply_credit,
        "UsingPriceLevels": False,
        "UsingProgressInvoicing": False,
    }
    if settings.allow_discount and settings.default_discount_account:
        prefs["DefaultDiscountAccount"] = settings.default_discount_account
    if settings.default_term:
        prefs["DefaultTerms"] = {"value": settings.default_term}
    return prefs


def _custom_fields(names: dict[str, str]) -> list[Obj]:
    used = [
        {"Name": f"SalesFormsPrefs.UseSalesCustom{n}", "Type": "BooleanType", "BooleanValue": str(n) in names}
        for n in (1, 2, 3)
    ]
    named = [
        {"Name": f"SalesFormsPrefs.SalesCustomName{key}", "Type": "StringType", "StringValue": name}
        for key, name in names.items()
    ]
    return [{"CustomField": used}] + ([{"CustomField": named}] if named else [])


def _tax(company: Company) -> Obj:
    """F7.10-7 to F7.10-9: PartnerTaxEnabled is absent in the older model."""
    settings = company.settings
    prefs: Obj = {"UsingSalesTax": settings.using_sales_tax}
    if settings.automated_sales_tax:
        prefs["PartnerTaxEnabled"] = settings.using_sales_tax
    if settings.using_sales_tax and settings.default_tax_code:
        prefs["TaxGroupCodeRef"] = {"value": settings.default_tax_code}
    return prefs


def preferences(company: Company) -> Obj:
    """The Preferences object."""
    settings = company.settings
    accounting: Obj = {
        "UseAccountNumbers": False,
        "TrackDepartments": False,
        "ClassTrackingPerTxn": False,
        "ClassTrackingPerTxnLine": False,
        "FirstMonthOfFiscalYear": "January",
        "TaxYearMonth": "January",
        "CustomerTerminology": "Customers",
    }
    if settings.book_close_date:
        accounting["BookCloseDate"] = settings.book_close_date.isoformat()
    return {
        "AccountingInfoPrefs": accounting,
        "ProductAndServicesPrefs": {
            "ForSales": True,
            "ForPurchase": True,
            "QuantityWithPriceAndRate": True,
            "QuantityOnHand": settings.kind == "sample",
        },
        "SalesFormsPrefs": _sales_forms(company),
        "TaxPrefs": _tax(company),
        "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": settings.home_currency}},
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
        "OtherPrefs": {"NameValue": [{"Name": "SalesFormsPrefs.DefaultItem", "Value": "1"}]},
        **_head(company),
    }


def company_info(company: Company) -> Obj:
    """The CompanyInfo object; the country inside an address has three letters (F3.5-5)."""
    settings = company.settings
    address = {"Id": "1", **settings.address, "Country": _ALPHA_3.get(settings.country, settings.country)}
    status = "PAID" if settings.subscription_active else "EXPIRED"
    return {
        "CompanyName": settings.name,
        "LegalName": settings.name,
        "CompanyAddr": address,
        "CustomerCommunicationAddr": address,
        "LegalAddr": address,
        "CompanyStartDate": stamp(company.created_at)[:10],
        "FiscalYearStartMonth": "January",
        "Country": settings.country,
        "Email": {"Address": "books@example.com"},
        "WebAddr": {},
        "SupportedLanguages": "en",
        "NameValue": [
            {"Name": "NeoEnabled", "Value": "true"},
            {"Name": "SubscriptionStatus", "Value": status},
            {"Name": "OfferingSku", "Value": "QuickBooks Online Plus"},
            {"Name": "PayrollFeature", "Value": "false"},
            {"Name": "AccountantFeature", "Value": "false"},
        ],
        **_head(company),
    }


def check_subscription(company: Company) -> None:
    """6190 for every call once the subscription has ended (F9.3-52)."""
    if not company.settings.subscription_active:
        text = (
            "Subscription period has ended or been canceled, or there was a billing problem : "
            "You can't access the company's data until it is resolved."
        )
        raise faults.coded("6190", "Invalid Company Status", text)
