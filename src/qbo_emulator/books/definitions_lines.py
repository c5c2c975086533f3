"""Which properties the lines of transactions have, and TxnTaxDetail, in the order of recorded answers (7.3, Lines).

Rules between fields stand in sales_lines.py, payments.py and sales_tax.py.
"""

from __future__ import annotations

from qbo_emulator.books.fields import (
    Definition,
    Field,
    amount,
    anything,
    boolean,
    day,
    ignored,
    integer,
    items,
    one_of,
    percent,
    price,
    quantity,
    shape,
    text,
)
from qbo_emulator.books.shapes import custom_fields, linked_transactions, refs

_SALES_ITEM = Definition(
    "SalesItemLineDetail",
    (
        Field("ServiceDate", day),
        *refs("ItemRef", "ClassRef"),
        Field("UnitPrice", price),
        Field("Qty", quantity),
        *ignored("ItemAccountRef"),
        *refs("TaxCodeRef"),
        *ignored("TaxClassificationRef", "UnitCostPrice", "RatePercent", "PriceLevelRef", "MarkupInfo"),
        *ignored("UOMRef", "InventorySiteRef"),
        Field("TaxInclusiveAmt", amount),
        *ignored("DiscountRate", "DiscountAmt"),
        *ignored("DeferredRevenue", "RetainageAmount", "SalesItemLineDetailEx"),
    ),
)
_DISCOUNT = Definition(
    "DiscountLineDetail",
    (
        Field("PercentBased", boolean),
        Field("DiscountPercent", percent),
        *refs("DiscountAccountRef"),
        *ignored("DiscountRef", "ServiceDate", "ClassRef", "TaxCodeRef", "DiscountLineDetailEx"),
    ),
)
_DESCRIPTION = Definition(
    "DescriptionLineDetail",
    (Field("ServiceDate", day), *refs("TaxCodeRef"), *ignored("DescriptionLineDetailEx")),
)
_DETAIL_TYPES = (
    "SalesItemLineDetail",
    "DiscountLineDetail",
    "SubTotalLineDetail",
    "DescriptionOnly",
    "GroupLineDetail",
)
# Kinds of lines that other transactions have; the schema knows them everywhere.
_FOREIGN_DETAILS = ignored(
    *("PaymentLineDetail", "TaxLineDetail", "ItemBasedExpenseLineDetail", "AccountBasedExpenseLineDetail"),
    *("ReimburseLineDetail", "DepositLineDetail", "PurchaseOrderItemLineDetail", "ItemReceiptLineDetail"),
    *("SalesOrderItemLineDetail", "JournalEntryLineDetail", "TDSLineDetail", "ItemAdjustmentLineDetail"),
)
_LINE_REST = ignored("Received", "LineEx", "ProjectRef", "CostAmount", "HomeCostAmount", "CustomExtensions")

SALES_LINE = Definition(
    "Line",
    (
        Field("Id", text(20)),
        Field("LineNum", integer(0, 10_000)),
        Field("Description", text(4000)),
        Field("Amount", amount),
        Field("LinkedTxn", linked_transactions),
        Field("DetailType", one_of(*_DETAIL_TYPES)),
        Field("SalesItemLineDetail", shape(_SALES_ITEM)),
        Field("DiscountLineDetail", shape(_DISCOUNT)),
        Field("DescriptionLineDetail", shape(_DESCRIPTION)),
        *ignored("SubTotalLineDetail"),
        Field("GroupLineDetail", anything),
        Field("CustomField", custom_fields),
        *_FOREIGN_DETAILS,
        *_LINE_REST,
    ),
)

PAYMENT_LINE = Definition(
    "Line",
    (
        Field("Amount", amount),
        Field("LinkedTxn", linked_transactions),
        *ignored("Id", "LineNum", "Description", "DetailType", "CustomField"),
        *ignored("SalesItemLineDetail", "DiscountLineDetail", "DescriptionLineDetail"),
        *ignored("SubTotalLineDetail", "GroupLineDetail"),
        *_FOREIGN_DETAILS,
        *_LINE_REST,
    ),
)

_TAX_LINE_DETAIL = Definition(
    "TaxLineDetail",
    (
        *refs("TaxRateRef"),
        *ignored("PercentBased", "TaxPercent", "NetAmountTaxable", "TaxInclusiveAmount", "OverrideDeltaAmount"),
        *ignored("ServiceDate", "TaxLineDetailEx"),
    ),
)
_TAX_LINE = Definition(
    "Line",
    (
        Field("Amount", amount),
        Field("DetailType", one_of("TaxLineDetail")),
        Field("TaxLineDetail", shape(_TAX_LINE_DETAIL)),
        *ignored("Id", "LineNum", "Description", "LinkedTxn", "CustomField"),
        *(field for field in _FOREIGN_DETAILS if field.name != "TaxLineDetail"),
        *ignored("SalesItemLineDetail", "DiscountLineDetail", "DescriptionLineDetail"),
        *ignored("SubTotalLineDetail", "GroupLineDetail"),
        *_LINE_REST,
    ),
)

TAX_DETAIL = Definition(
    "TxnTaxDetail",
    (
        *refs("TxnTaxCodeRef"),
        Field("TotalTax", amount),
        Field("TaxLine", items(shape(_TAX_LINE))),
        *ignored("DefaultTaxCodeRef", "TaxReviewStatus", "UseAutomatedSalesTax"),
    ),
)
