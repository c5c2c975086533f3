"""Preferences: what it shows of a company's settings, and which of them the API may change (section 7.10).

What is shown but has no effect here (time sheets, purchases, mails) can be written as it is, not changed: a change is
refused as not modelled.
"""

from __future__ import annotations

from typing import Any  # a setting of whatever kind

from qbo_emulator.books import faults, references
from qbo_emulator.books.company import DEFINITIONS, Company
from qbo_emulator.books.wire import Obj

# (section, property): the setting that it shows, which the API may change.
_WRITABLE = {
    ("AccountingInfoPrefs", "TrackDepartments"): "track_departments",
    ("AccountingInfoPrefs", "DepartmentTerminology"): "department_terminology",
    ("AccountingInfoPrefs", "ClassTrackingPerTxn"): "class_tracking_per_txn",
    ("AccountingInfoPrefs", "ClassTrackingPerTxnLine"): "class_tracking_per_txn_line",
    ("AccountingInfoPrefs", "FirstMonthOfFiscalYear"): "first_month_of_fiscal_year",
    ("AccountingInfoPrefs", "TaxYearMonth"): "tax_year_month",
    ("AccountingInfoPrefs", "CustomerTerminology"): "customer_terminology",
    ("SalesFormsPrefs", "CustomTxnNumbers"): "custom_txn_numbers",
    ("SalesFormsPrefs", "AllowDeposit"): "allow_deposit",
    ("SalesFormsPrefs", "AllowDiscount"): "allow_discount",
    ("SalesFormsPrefs", "AllowEstimates"): "allow_estimates",
    ("SalesFormsPrefs", "ETransactionAttachPDF"): "attach_pdf",
    ("SalesFormsPrefs", "ETransactionPaymentEnabled"): "online_payments",
    ("SalesFormsPrefs", "AllowServiceDate"): "allow_service_date",
    ("SalesFormsPrefs", "AllowShipping"): "allow_shipping",
    ("SalesFormsPrefs", "DefaultTerms"): "default_term",
    ("SalesFormsPrefs", "DefaultCustomerMessage"): "default_customer_message",
    ("CurrencyPrefs", "MultiCurrencyEnabled"): "multi_currency",
    ("ReportPrefs", "ReportBasis"): "report_basis",
}
# The same for what only a person changes, inside QuickBooks.
_READ_ONLY = {
    ("AccountingInfoPrefs", "UseAccountNumbers"): "use_account_numbers",
    ("ProductAndServicesPrefs", "QuantityOnHand"): "track_quantity",
    ("SalesFormsPrefs", "DefaultDiscountAccount"): "default_discount_account",
    ("SalesFormsPrefs", "AutoApplyCredit"): "auto_apply_credit",
    ("SalesFormsPrefs", "UsingProgressInvoicing"): "progress_invoicing",
    ("TaxPrefs", "UsingSalesTax"): "using_sales_tax",
}
# Shown as every company of this emulator has it.
_FIXED: dict[str, Obj] = {
    "ProductAndServicesPrefs": {"ForSales": True, "ForPurchase": True, "QuantityWithPriceAndRate": True},
    "SalesFormsPrefs": {
        "ETransactionEnabledStatus": "NotApplicable",
        "IPNSupportEnabled": False,
        "UsingPriceLevels": False,
    },
    "VendorAndPurchasesPrefs": {"TrackingByCustomer": False, "BillableExpenseTracking": False},
    "TimeTrackingPrefs": {
        "UseServices": False,
        "BillCustomers": False,
        "ShowBillRateToAll": False,
        "WorkWeekStartDate": "Monday",
        "MarkTimeEntriesBillable": False,
    },
    "ReportPrefs": {"CalcAgingReportFromTxnDate": False},
}
_FORMS = {"Invoice": "invoice", "Estimate": "estimate", "SalesReceipt": "sales receipt", "Statement": "statement"}


def _custom_fields(use: str, called: str, names: dict[str, str]) -> list[Obj]:
    """Which of the three classic fields are on, then what those are called (F7.10-6)."""
    used = [{"Name": f"{use}{n}", "Type": "BooleanType", "BooleanValue": str(n) in names} for n in (1, 2, 3)]
    named = [{"Name": f"{called}{key}", "Type": "StringType", "StringValue": name} for key, name in names.items()]
    return [{"CustomField": used}] + ([{"CustomField": named}] if named else [])


def _mail(words: str) -> Obj:
    """What a mailed form would open with; nothing is mailed here."""
    return {"Subject": f"Your {words}", "Message": f"Please find your {words} attached."}


def _tax(company: Company) -> Obj:
    """PartnerTaxEnabled is absent in the older model (F7.10-8); the default code shows while tax is on (F7.10-9)."""
    settings = company.settings
    shown: Obj = {"PartnerTaxEnabled": settings.using_sales_tax} if settings.automated_sales_tax else {}
    if settings.using_sales_tax and settings.default_tax_code:
        shown["TaxGroupCodeRef"] = {"value": settings.default_tax_code}
    return shown


def _computed(company: Company) -> dict[str, Obj]:
    """What does not stand in one setting as it is shown."""
    settings = company.settings
    closed = settings.book_close_date
    sales = _custom_fields(
        "SalesFormsPrefs.UseSalesCustom", "SalesFormsPrefs.SalesCustomName", settings.custom_field_names
    )
    orders = _custom_fields(
        "PurchasePrefs.UsePurchaseCustom", "PurchasePrefs.PurchaseCustomName", settings.purchase_field_names
    )
    other = [{"Name": name, "Value": value} for name, value in settings.other_prefs.items()]
    return {
        "AccountingInfoPrefs": {"BookCloseDate": closed.isoformat()} if closed else {},
        "SalesFormsPrefs": {"CustomField": sales},
        "EmailMessagesPrefs": {f"{form}Message": _mail(words) for form, words in _FORMS.items()},
        "VendorAndPurchasesPrefs": {"POCustomField": orders},
        "TaxPrefs": _tax(company),
        "CurrencyPrefs": {"HomeCurrency": {"value": settings.home_currency}},
        "OtherPrefs": {"NameValue": other},
    }


def _setting(company: Company, prop: str, attribute: str) -> Any:
    value = getattr(company.settings, attribute)
    return {"value": value} if prop == "DefaultTerms" and value else value


def render(company: Company) -> Obj:
    """All sections as the settings have them; a setting without a value is left out (F3.1-9)."""
    sections = {name: dict(values) for name, values in _FIXED.items()}
    for name, values in _computed(company).items():
        sections.setdefault(name, {}).update(values)
    for (name, prop), attribute in (*_WRITABLE.items(), *_READ_ONLY.items()):
        value = _setting(company, prop, attribute)
        if value is not None:
            sections.setdefault(name, {})[prop] = value
    if not company.settings.using_sales_tax:
        sections["TaxPrefs"]["UsingSalesTax"] = False
    if not company.settings.allow_discount:
        sections["SalesFormsPrefs"].pop("DefaultDiscountAccount", None)
    return {name: _arranged(name, values) for name, values in sections.items()}


def _arranged(section: str, values: Obj) -> Obj:
    nested = DEFINITIONS["Preferences"].by_name[section].kind.nested
    return nested.arrange(values) if nested else values


def _value_of(company: Company, prop: str, value: Any) -> Any:
    """What a sent value makes of its setting; 2500 or 610 for a term that cannot be used."""
    return references.target(company, "Term", value).id if prop == "DefaultTerms" else value


def apply(company: Company, sent: Obj) -> None:
    """Change the settings that `sent` names; nothing changes if any of it is refused."""
    shown = render(company)
    changes: dict[str, Any] = {}
    for section, values in sent.items():
        for prop, value in (values or {}).items():
            attribute = _WRITABLE.get((section, prop))
            if attribute:
                changes[attribute] = _value_of(company, prop, value)
            elif value != shown[section].get(prop):
                raise faults.not_modelled(f"A change of {section}.{prop}")
    if company.settings.multi_currency and changes.get("multi_currency") is False:
        raise faults.business("Several currencies cannot be switched off again.")  # F7.10-10
    for attribute, value in changes.items():
        setattr(company.settings, attribute, value)
