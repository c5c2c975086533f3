"""Which properties items, accounts, terms, payment methods and the tax lists have (sections 7.2 and 7.7 to 7.9).

Rules between fields stand in items.py, accounts.py, lists.py and taxes.py.
"""

from __future__ import annotations

from qbo_emulator.books.fields import (
    Definition,
    Field,
    boolean,
    day,
    ignored,
    integer,
    one_of,
    percent,
    price,
    quantity,
    reference,
    text,
)
from qbo_emulator.books.shapes import HEAD, ID_FIELDS, NAME_FORBIDDEN, TAIL, refs

_ACTIVE = Field("Active", boolean, kept=True)

ITEM = Definition(
    "Item",
    (
        Field("Name", text(100, NAME_FORBIDDEN), kept=True),
        Field("Sku", text(100)),
        Field("Description", text(4000)),
        _ACTIVE,
        Field("SubItem", boolean, kept=True),
        Field("ParentRef", reference, kept=True),
        *ignored("Level", "FullyQualifiedName"),
        Field("Taxable", boolean, kept=True),
        Field("UnitPrice", price, kept=True),
        Field("Type", one_of("Service", "NonInventory", "Inventory", "Category", "Group"), kept=True),
        *refs("IncomeAccountRef"),
        Field("PurchaseDesc", text(1000)),
        Field("PurchaseCost", price, kept=True),
        *refs("ExpenseAccountRef", "AssetAccountRef", "PrefVendorRef"),
        Field("TrackQtyOnHand", boolean, kept=True),
        Field("QtyOnHand", quantity, kept=True),
        Field("InvStartDate", day, kept=True),
        Field("ReorderPoint", quantity),
        *HEAD,
        *ID_FIELDS,
        *refs("ClassRef", "TaxClassificationRef"),
        *ignored("SalesTaxIncluded", "PercentBased", "RatePercent", "PaymentMethodRef", "UOMSetRef"),
        *ignored("PurchaseTaxIncluded", "COGSAccountRef", "AvgCost", "QtyOnPurchaseOrder", "QtyOnSalesOrder"),
        *ignored("ManPartNum", "DepositToAccountRef", "SalesTaxCodeRef", "PurchaseTaxCodeRef", "BuildPoint"),
        *ignored("PrintGroupedItems", "SpecialItem", "SpecialItemType", "ItemGroupDetail"),
        *ignored("ItemAssemblyDetail", "AbatementRate", "ReverseChargeRate", "ServiceType"),
        *ignored("ItemCategoryType", "ItemEx", "UQCDisplayText", "UQCId", "DeferredRevenue", "CustomField"),
        *TAIL,
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
        *ignored("SubAccount"),
        Field("ParentRef", reference, kept=True),
        Field("Description", text(100)),
        *ignored("FullyQualifiedName"),
        _ACTIVE,
        *ignored("Classification"),
        Field("AccountType", one_of(*ACCOUNT_TYPES), kept=True),
        Field("AccountSubType", text(100), kept=True),
        Field("AcctNum", text(7, ":")),
        *ignored("CurrentBalance", "CurrentBalanceWithSubAccounts"),
        Field("CurrencyRef", reference, kept=True),
        *HEAD,
        *ID_FIELDS,
        *ignored("AccountAlias", "TxnLocationType", "AccountPurposes", "AcctNumExtn", "BankNum"),
        *ignored("OpeningBalance", "OpeningBalanceDate", "TaxAccount", "TaxCodeRef", "OnlineBankingEnabled"),
        *ignored("FIName", "JournalCodeRef", "AccountEx", "CustomField"),
        *TAIL,
    ),
)

PAYMENT_METHOD = Definition(
    "PaymentMethod",
    (
        Field("Name", text(31), kept=True),
        _ACTIVE,
        Field("Type", one_of("CREDIT_CARD", "NON_CREDIT_CARD"), kept=True),
        *HEAD,
        *ID_FIELDS,
        *ignored("PaymentMethodEx", "CustomField"),
        *TAIL,
    ),
)

TERM = Definition(
    "Term",
    (
        Field("Name", text(31), kept=True),
        _ACTIVE,
        *ignored("Type"),
        Field("DiscountPercent", percent),
        Field("DueDays", integer(0, 999)),
        Field("DiscountDays", integer(0, 999)),
        Field("DayOfMonthDue", integer(1, 31)),
        Field("DueNextMonthDays", integer(0, 31)),
        Field("DiscountDayOfMonth", integer(0, 31)),
        *HEAD,
        *ID_FIELDS,
        *ignored("SalesTermEx", "CustomField"),
        *TAIL,
    ),
)


def _listed(schema: str, *names: str) -> Definition:
    return Definition(schema, (*ignored(*names), *HEAD, *ID_FIELDS))


# These are written by the tax service and the books only, so every property is read-only.
TAX_CODE = _listed(
    "TaxCode",
    *("Name", "Description", "Active", "Hidden", "Taxable", "TaxGroup", "SalesTaxRateList"),
    *("PurchaseTaxRateList", "TaxCodeConfigType"),
)
TAX_RATE = _listed(
    "TaxRate",
    *("Name", "Description", "Active", "RateValue", "AgencyRef", "EffectiveTaxRate", "SpecialTaxType"),
    "DisplayType",
)
TAX_AGENCY = _listed("TaxAgency", "DisplayName", "TaxTrackedOnSales", "TaxTrackedOnPurchases")
