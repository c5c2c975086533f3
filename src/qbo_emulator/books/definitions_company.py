"""Which properties CompanyInfo and Preferences have, in the order of recorded answers (sections 7.10 and 7.11).

A `Field` can be changed over the API, what is `computed` only inside QuickBooks. What each one shows is profile.py's
work.
"""

from __future__ import annotations

from qbo_emulator.books.field_kinds import boolean, day, items, one_of, reference, shape, string, text
from qbo_emulator.books.fields import Definition, Field, Kind, computed, ignored, unmodelled
from qbo_emulator.books.shapes import COMMON, CUSTOM_FIELD, address, email_address, phone, website

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)
_month = one_of(*MONTHS)
_weekday = one_of("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")

NAME_VALUE = Definition("NameValue", (Field("Name", text(100)), Field("Value", text(4000))))
_name_values = items(shape(NAME_VALUE))

COMPANY_INFO = Definition(
    "CompanyInfo",
    (
        Field("CompanyName", text(1024)),
        Field("LegalName", text(1024), kept=True),
        Field("CompanyAddr", address),
        Field("CustomerCommunicationAddr", address, kept=True),
        Field("LegalAddr", address, kept=True),
        Field("CustomerCommunicationEmailAddr", email_address, kept=True),
        Field("PrimaryPhone", phone, kept=True),
        *computed(day, "CompanyStartDate"),
        Field("EmployerId", text(100), kept=True),
        Field("FiscalYearStartMonth", _month, kept=True),
        *computed(string, "Country"),
        Field("Email", email_address, kept=True),
        Field("WebAddr", website, kept=True),
        *computed(string, "SupportedLanguages"),
        *computed(_name_values, "NameValue"),
        *COMMON,
        *ignored("CustomField", "AttachableRef", "OtherContactInfo", "CompanyFileName", "FlavorStratum", "SampleFile"),
        *ignored("CompanyUserId", "CompanyUserAdminEmail", "LastSyncTime", "LastImportedTime", "DefaultTimeZone"),
        *ignored("MultiByteCharsSupported", "FifoCalculationStatus", "QBVersion"),
        *unmodelled("CompanyEmailAddr", "CompanyURL", "TaxYearStartMonth", "ShipAddr", "OtherAddr", "Mobile", "Fax"),
        *unmodelled("CompanyInfoEx"),
    ),
)

ACCOUNTING_PREFS = Definition(
    "CompanyAccountingPrefs",
    (
        *computed(boolean, "UseAccountNumbers"),
        Field("TrackDepartments", boolean),
        Field("DepartmentTerminology", text(100)),
        Field("ClassTrackingPerTxn", boolean),
        Field("ClassTrackingPerTxnLine", boolean),
        Field("FirstMonthOfFiscalYear", _month),
        Field("TaxYearMonth", _month),
        *computed(day, "BookCloseDate"),
        Field("CustomerTerminology", text(100)),
        *ignored("OtherContactInfo"),
        *unmodelled("DefaultARAccount", "DefaultAPAccount", "RequiresAccounts", "AutoJournalEntryNumber", "TaxForm"),
    ),
)
PRODUCT_PREFS = Definition(
    "ProductAndServicesPrefs",
    (
        *(Field(n, boolean) for n in ("ForSales", "ForPurchase", "QuantityWithPriceAndRate", "QuantityOnHand")),
        *unmodelled("InventoryAndPurchaseOrder", "UOM", "RevenueRecognition", "RevenueRecognitionFrequency"),
    ),
)
# Which custom fields are on and what they are called stands in a list in a list (F7.10-6).
CUSTOM_FIELDS = Definition(
    "CustomFieldDefinition",
    (
        *computed(items(shape(CUSTOM_FIELD)), "CustomField"),
        *ignored("Id", "SyncToken", "MetaData", "AttachableRef", "domain", "status", "sparse"),
        *ignored("EntityType", "Name", "Hidden", "Required", "AppId"),
    ),
)
_custom_fields = items(shape(CUSTOM_FIELDS))

SALES_PREFS = Definition(
    "SalesFormsPrefs",
    (
        *computed(_custom_fields, "CustomField"),
        Field("CustomTxnNumbers", boolean),
        Field("AllowDeposit", boolean),
        Field("AllowDiscount", boolean),
        *computed(string, "DefaultDiscountAccount"),  # an account's id, as recorded (F7.10-2)
        Field("AllowEstimates", boolean),
        *computed(one_of("Enabled", "NotApplicable"), "ETransactionEnabledStatus"),
        Field("ETransactionAttachPDF", boolean),
        Field("ETransactionPaymentEnabled", boolean),
        *computed(boolean, "IPNSupportEnabled"),
        Field("AllowServiceDate", boolean),
        Field("AllowShipping", boolean),
        Field("DefaultTerms", reference),
        *computed(boolean, "AutoApplyCredit", "UsingPriceLevels", "UsingProgressInvoicing"),
        Field("DefaultCustomerMessage", text(4000)),
        *unmodelled("DelayedCharges", "SalesEmailCc", "SalesEmailBcc", "EmailCopyToCompany", "EstimateMessage"),
        *unmodelled("InvoiceMessage", "DefaultShippingAccount", "DefaultItem", "DefaultDeliveryMethod"),
        *unmodelled("AutoApplyPayments", "PrintItemWithZeroAmount", "DefaultShipMethodRef", "DefaultMarkup"),
        *unmodelled("TrackReimbursableExpensesAsIncome", "UsingSalesOrders", "DefaultFOB"),
    ),
)

_EMAIL_MESSAGE = Definition("EmailMessage", (Field("Subject", text(1000)), Field("Message", text(4000))))
_MAILS = ("InvoiceMessage", "EstimateMessage", "SalesReceiptMessage", "StatementMessage")
EMAIL_PREFS = Definition(
    "EmailMessagesPrefs",
    (*(Field(name, shape(_EMAIL_MESSAGE)) for name in _MAILS), *unmodelled("NameValue")),
)
VENDOR_PREFS = Definition(
    "VendorAndPurchasesPrefs",
    (
        Field("TrackingByCustomer", boolean),
        Field("BillableExpenseTracking", boolean),
        *computed(_custom_fields, "POCustomField"),
        *unmodelled("EnableBills", "DefaultTerms", "DefaultMarkup", "DefaultMarkupAccount", "AutomaticBillPayment"),
        *unmodelled("TPAREnabled", "MsgToVendors", "UsingInventory", "UsingMultiLocationInventory"),
        *unmodelled("DaysBillsAreDue", "DiscountAccountRef"),
    ),
)
TIME_PREFS = Definition(
    "TimeTrackingPrefs",
    (
        *(Field(n, boolean) for n in ("UseServices", "BillCustomers", "ShowBillRateToAll")),
        Field("WorkWeekStartDate", _weekday),
        Field("MarkTimeEntriesBillable", boolean),
        *unmodelled("DefaultTimeItem", "TimeTrackingEnabled", "MarkExpensesAsBillable"),
    ),
)
TAX_PREFS = Definition(
    "TaxPrefs",
    (
        *computed(boolean, "UsingSalesTax", "PartnerTaxEnabled"),
        *computed(reference, "TaxGroupCodeRef"),
        *ignored("TaxRateRef", "PaySalesTax", "NonTaxableSalesTaxCodeRef", "TaxableSalesTaxCodeRef"),
        *ignored("HideTaxManagement"),
    ),
)
CURRENCY_PREFS = Definition(
    "CurrencyPrefs",
    (Field("MultiCurrencyEnabled", boolean), *computed(reference, "HomeCurrency")),
)
REPORT_PREFS = Definition(
    "ReportPrefs",
    (Field("ReportBasis", one_of("Accrual", "Cash")), Field("CalcAgingReportFromTxnDate", boolean)),
)
OTHER_PREFS = Definition("OtherPrefs", (Field("NameValue", _name_values),))


def _section(name: str, definition: Definition) -> Field:
    kind: Kind = shape(definition)
    return Field(name, kind, kept=True)


PREFERENCES = Definition(
    "Preferences",
    (
        _section("AccountingInfoPrefs", ACCOUNTING_PREFS),
        _section("ProductAndServicesPrefs", PRODUCT_PREFS),
        _section("SalesFormsPrefs", SALES_PREFS),
        _section("EmailMessagesPrefs", EMAIL_PREFS),
        _section("VendorAndPurchasesPrefs", VENDOR_PREFS),
        _section("TimeTrackingPrefs", TIME_PREFS),
        _section("TaxPrefs", TAX_PREFS),
        _section("CurrencyPrefs", CURRENCY_PREFS),
        _section("ReportPrefs", REPORT_PREFS),
        _section("OtherPrefs", OTHER_PREFS),
        *COMMON,
        *ignored("CustomField", "AttachableRef"),
        *unmodelled("AdvancedInventoryPrefs", "PrintDocumentPrefs", "FinanceChargesPrefs"),
    ),
)
