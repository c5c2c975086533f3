"""Which properties items, accounts, classes, departments, terms, payment methods and attachables have (7.2, 7.7, 7.8).

Rules between fields stand in items.py, accounts.py, tracking.py, lists.py and attachables.py.
"""

from __future__ import annotations

from qbo_emulator.books.field_kinds import (
    amount,
    boolean,
    day,
    entity_reference,
    integer,
    items,
    one_of,
    percent,
    price,
    quantity,
    reference,
    shape,
    string,
    text,
)
from qbo_emulator.books.fields import Definition, Field, computed, ignored, unmodelled
from qbo_emulator.books.shapes import COMMON, NAME_FORBIDDEN, refs

_ACTIVE = Field("Active", boolean, kept=True)
_NOT_HERE = ignored("AttachableRef", "CustomField")

ITEM = Definition(
    "Item",
    (
        Field("Name", text(100, NAME_FORBIDDEN + '"'), kept=True),  # F7.2-17
        Field("Sku", text(100)),
        Field("Description", text(4000)),
        _ACTIVE,
        Field("SubItem", boolean, kept=True),
        Field("ParentRef", reference, kept=True),
        *computed(integer(0, 4), "Level"),
        *computed(string, "FullyQualifiedName"),
        Field("Taxable", boolean, kept=True),
        Field("SalesTaxIncluded", boolean, kept=True),
        Field("UnitPrice", price, kept=True),
        Field("Type", one_of("Service", "NonInventory", "Inventory", "Category", "Group"), kept=True),
        *refs("IncomeAccountRef"),
        Field("PurchaseDesc", text(1000)),
        Field("PurchaseTaxIncluded", boolean, kept=True),
        Field("PurchaseCost", price, kept=True),
        *refs("ExpenseAccountRef", "AssetAccountRef", "PrefVendorRef"),
        Field("TrackQtyOnHand", boolean, kept=True),
        Field("QtyOnHand", quantity, kept=True, once=True),
        *refs("SalesTaxCodeRef", "PurchaseTaxCodeRef"),
        Field("InvStartDate", day, kept=True),
        Field("ReorderPoint", quantity),
        *COMMON,
        *refs("ClassRef", "TaxClassificationRef"),
        *_NOT_HERE,
        *ignored("AvgCost", "QtyOnPurchaseOrder", "QtyOnSalesOrder", "PrintGroupedItems", "SpecialItem"),
        *ignored("SpecialItemType", "Source"),
        *unmodelled("PercentBased", "RatePercent", "PaymentMethodRef", "UOMSetRef", "COGSAccountRef", "ManPartNum"),
        *unmodelled("DepositToAccountRef", "BuildPoint", "ItemGroupDetail", "ItemAssemblyDetail", "AbatementRate"),
        *unmodelled("ReverseChargeRate", "ServiceType", "ItemCategoryType", "ItemEx", "UQCDisplayText", "UQCId"),
        *unmodelled("DeferredRevenue", "CustomExtensions"),
    ),
)

ACCOUNT_TYPES = {
    "Bank": "Asset",
    "Accounts Receivable": "Asset",
    "Other Current Asset": "Asset",
    "Fixed Asset": "Asset",
    "Other Asset": "Asset",
    "Accounts Payable": "Liability",
    "Credit Card": "Liability",
    "Other Current Liability": "Liability",
    "Long Term Liability": "Liability",
    "Equity": "Equity",
    "Income": "Revenue",
    "Other Income": "Revenue",
    "Cost of Goods Sold": "Expense",
    "Expense": "Expense",
    "Other Expense": "Expense",
}

ACCOUNT = Definition(
    "Account",
    (
        Field("Name", text(100, '":'), kept=True),
        *computed(boolean, "SubAccount"),
        Field("ParentRef", reference, kept=True),
        Field("Description", text(100)),
        *computed(string, "FullyQualifiedName"),
        _ACTIVE,
        *computed(one_of(*dict.fromkeys(ACCOUNT_TYPES.values())), "Classification"),
        Field("AccountType", one_of(*ACCOUNT_TYPES), kept=True),
        Field("AccountSubType", text(100), kept=True),
        Field("AcctNum", text(20, ":")),  # 7 in the US: accounts.py knows the country
        *computed(amount, "CurrentBalance", "CurrentBalanceWithSubAccounts"),
        Field("CurrencyRef", reference, kept=True),
        *COMMON,
        *_NOT_HERE,
        *ignored("AccountAlias", "BankNum", "FIName", "OnlineBankingEnabled", "TaxAccount"),
        *unmodelled("TxnLocationType", "AccountPurposes", "AcctNumExtn", "OpeningBalance", "OpeningBalanceDate"),
        *unmodelled("TaxCodeRef", "JournalCodeRef", "AccountEx"),
    ),
)

CLASS = Definition(
    "Class",
    (
        Field("Name", text(100, NAME_FORBIDDEN), kept=True),
        *computed(boolean, "SubClass"),
        Field("ParentRef", reference, kept=True),
        *computed(string, "FullyQualifiedName"),
        _ACTIVE,
        *COMMON,
        *_NOT_HERE,
        *unmodelled("ClassEx"),
    ),
)

DEPARTMENT = Definition(
    "Department",
    (
        Field("Name", text(100, NAME_FORBIDDEN), kept=True),
        *computed(boolean, "SubDepartment"),
        Field("ParentRef", reference, kept=True),
        *computed(string, "FullyQualifiedName"),
        _ACTIVE,
        *COMMON,
        *_NOT_HERE,
        *unmodelled("DepartmentEx", "Address"),
    ),
)

PAYMENT_METHOD = Definition(
    "PaymentMethod",
    (
        Field("Name", text(31), kept=True),
        _ACTIVE,
        Field("Type", one_of("CREDIT_CARD", "NON_CREDIT_CARD"), kept=True),
        *COMMON,
        *_NOT_HERE,
        *unmodelled("PaymentMethodEx"),
    ),
)

TERM = Definition(
    "Term",
    (
        Field("Name", text(31), kept=True),
        _ACTIVE,
        *computed(string, "Type"),
        Field("DiscountPercent", percent),
        Field("DueDays", integer(0, 999)),
        Field("DiscountDays", integer(0, 999)),
        Field("DayOfMonthDue", integer(1, 31)),
        Field("DueNextMonthDays", integer(0, 31)),
        Field("DiscountDayOfMonth", integer(0, 31)),
        *COMMON,
        *_NOT_HERE,
        *unmodelled("SalesTermEx"),
    ),
)

ATTACHABLE_REF = Definition(
    "AttachableRef",
    (
        Field("EntityRef", entity_reference),
        Field("LineInfo", text(100)),
        Field("IncludeOnSend", boolean),
        *unmodelled("CustomField", "AttachableRefEx"),
    ),
)

# Limits of the entity's page in Intuit's reference; the sheet has none.
ATTACHABLE = Definition(
    "Attachable",
    (
        Field("AttachableRef", items(shape(ATTACHABLE_REF))),
        Field("FileName", text(1000)),
        Field("ContentType", text(100)),
        Field("Category", one_of("Contact Photo", "Document", "Image", "Receipt", "Signature", "Sound", "Other")),
        Field("Lat", text(100)),
        Field("Long", text(100)),
        Field("PlaceName", text(2000)),
        Field("Note", text(2000)),
        Field("Tag", text(2000)),
        *COMMON,
        *ignored("CustomField", "FileAccessUri", "TempDownloadUri", "Size", "ThumbnailFileAccessUri"),
        *ignored("ThumbnailTempDownloadUri", "documentId"),
        *unmodelled("AttachableEx"),
    ),
)
