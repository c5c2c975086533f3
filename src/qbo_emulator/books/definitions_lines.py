"""Which properties the lines of transactions have, and TxnTaxDetail, in the order of recorded answers (7.3, Lines).

Rules between fields stand in sales_lines.py, payments.py and sales_tax.py.
"""

from __future__ import annotations

from qbo_emulator.books.field_kinds import (
    amount,
    boolean,
    day,
    integer,
    items,
    number,
    one_of,
    percent,
    price,
    quantity,
    reference,
    shape,
    string,
    text,
)
from qbo_emulator.books.fields import ANY, Definition, Field, computed, ignored, unmodelled
from qbo_emulator.books.shapes import custom_fields, linked_transactions, refs

SALES_ITEM = Definition(
    "SalesItemLineDetail",
    (
        Field("ServiceDate", day),
        *refs("ItemRef", "ClassRef"),
        Field("UnitPrice", price),
        Field("Qty", quantity),
        *computed(reference, "ItemAccountRef"),
        *refs("TaxCodeRef"),
        *computed(reference, "TaxClassificationRef"),
        Field("TaxInclusiveAmt", amount),
        *unmodelled("UnitCostPrice", "RatePercent", "PriceLevelRef", "MarkupInfo", "UOMRef", "InventorySiteRef"),
        *unmodelled("DiscountRate", "DiscountAmt", "DeferredRevenue", "RetainageAmount"),
        *unmodelled("SalesItemLineDetailEx"),
    ),
)
DISCOUNT = Definition(
    "DiscountLineDetail",
    (
        Field("PercentBased", boolean),
        Field("DiscountPercent", percent),
        *refs("DiscountAccountRef"),
        *unmodelled("DiscountRef", "ServiceDate", "ClassRef", "TaxCodeRef", "DiscountLineDetailEx"),
    ),
)
DESCRIPTION = Definition(
    "DescriptionLineDetail",
    (Field("ServiceDate", day), *refs("TaxCodeRef"), *unmodelled("DescriptionLineDetailEx")),
)
# QuickBooks makes it itself and reads over a sent one (F7.3-23).
SUBTOTAL = Definition("SubTotalLineDetail", ignored("ItemRef", "ServiceDate"))
TAX_LINE_DETAIL = Definition(
    "TaxLineDetail",
    (
        *refs("TaxRateRef"),
        *computed(boolean, "PercentBased"),
        *computed(number, "TaxPercent"),
        *computed(amount, "NetAmountTaxable", "OverrideDeltaAmount", "TaxInclusiveAmount"),
        *ignored("ServiceDate", "TaxLineDetailEx"),
    ),
)
_DETAIL_TYPES = (
    "SalesItemLineDetail",
    "DiscountLineDetail",
    "SubTotalLineDetail",
    "DescriptionOnly",
    "GroupLineDetail",
)
# Kinds of lines that other transactions have; the schema knows them everywhere.
_FOREIGN_DETAILS = (
    *("PaymentLineDetail", "TaxLineDetail", "ItemBasedExpenseLineDetail", "AccountBasedExpenseLineDetail"),
    *("ReimburseLineDetail", "DepositLineDetail", "PurchaseOrderItemLineDetail", "ItemReceiptLineDetail"),
    *("SalesOrderItemLineDetail", "JournalEntryLineDetail", "TDSLineDetail", "ItemAdjustmentLineDetail"),
)
_NOT_IN = (
    "SalesItemLineDetail",
    "DiscountLineDetail",
    "DescriptionLineDetail",
    "SubTotalLineDetail",
    "GroupLineDetail",
)
_REST = ("Received", "ProjectRef", "CostAmount", "HomeCostAmount", "CustomExtensions")

SALES_LINE = Definition(
    "Line",
    (
        Field("Id", text(20)),
        Field("LineNum", integer(0, 10_000)),
        Field("Description", text(4000)),
        Field("Amount", amount),
        Field("LinkedTxn", linked_transactions),
        Field("DetailType", one_of(*_DETAIL_TYPES)),
        Field("SalesItemLineDetail", shape(SALES_ITEM)),
        Field("DiscountLineDetail", shape(DISCOUNT)),
        Field("DescriptionLineDetail", shape(DESCRIPTION)),
        *computed(shape(SUBTOTAL), "SubTotalLineDetail"),
        *unmodelled("GroupLineDetail"),
        Field("CustomField", custom_fields),
        *unmodelled(*_FOREIGN_DETAILS, *_REST),
        *ignored("LineEx"),
    ),
)

PAYMENT_LINE = Definition(
    "Line",
    (
        Field("Amount", amount),
        Field("LinkedTxn", linked_transactions),
        *computed(ANY, "LineEx"),
        *ignored("Id", "LineNum", "Description", "DetailType", "CustomField"),
        *unmodelled(*_NOT_IN, *_FOREIGN_DETAILS, *_REST),
    ),
)

DEPOSIT_LINE = Definition(
    "Line",
    (
        *computed(string, "Id"),
        *computed(integer(0, 10_000), "LineNum"),
        *computed(amount, "Amount"),
        *computed(linked_transactions, "LinkedTxn"),
        *ignored("Description", "DetailType", "CustomField", "LineEx", *_NOT_IN, *_FOREIGN_DETAILS, *_REST),
    ),
)

TAX_LINE = Definition(
    "Line",
    (
        Field("Amount", amount),
        Field("DetailType", one_of("TaxLineDetail")),
        Field("TaxLineDetail", shape(TAX_LINE_DETAIL)),
        *ignored("Id", "LineNum", "Description", "LinkedTxn", "CustomField", "LineEx", *_NOT_IN),
        *ignored(*(name for name in _FOREIGN_DETAILS if name != "TaxLineDetail"), *_REST),
    ),
)
TAX_DETAIL = Definition(
    "TxnTaxDetail",
    (
        *refs("TxnTaxCodeRef"),
        Field("TotalTax", amount),
        Field("TaxLine", items(shape(TAX_LINE))),
        *ignored("DefaultTaxCodeRef", "TaxReviewStatus", "UseAutomatedSalesTax"),
    ),
)
