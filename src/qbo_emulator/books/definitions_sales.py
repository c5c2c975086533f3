"""Which properties invoices and payments and their lines have, in the order of recorded answers (7.3, 7.4, 3.6).

Rules between fields stand in invoices.py, invoice_lines.py and payments.py.
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
    reference,
    shape,
    text,
)
from qbo_emulator.books.shapes import (
    HEAD,
    ID_FIELDS,
    TAIL,
    address,
    custom_fields,
    email_address,
    email_list,
    linked_transactions,
    memo,
    refs,
)

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
        *ignored("UOMRef", "InventorySiteRef", "TaxInclusiveAmt", "DiscountRate", "DiscountAmt"),
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

INVOICE_LINE = Definition(
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

_TAX_DETAIL = Definition(
    "TxnTaxDetail",
    (
        *refs("TxnTaxCodeRef"),
        Field("TotalTax", amount),
        *ignored("TaxLine", "DefaultTaxCodeRef", "TaxReviewStatus", "UseAutomatedSalesTax"),
    ),
)

INVOICE = Definition(
    "Invoice",
    (
        *ignored("AllowIPNPayment", "AllowOnlinePayment"),
        Field("AllowOnlineCreditCardPayment", boolean, kept=True),
        Field("AllowOnlineACHPayment", boolean, kept=True),
        Field("AllowOnlineAffirmPayment", boolean, kept=True),
        *HEAD,
        *ID_FIELDS,
        Field("CustomField", custom_fields),
        Field("DocNumber", text(21), kept=True),
        Field("TxnDate", day, kept=True),
        *refs("DepartmentRef"),
        Field("CurrencyRef", reference, kept=True),
        Field("ExchangeRate", price),
        Field("PrivateNote", text(4000)),
        Field("LinkedTxn", linked_transactions, kept=True),
        Field("Line", items(shape(INVOICE_LINE))),
        Field("TxnTaxDetail", shape(_TAX_DETAIL), kept=True),
        Field("CustomerRef", reference, kept=True),
        Field("CustomerMemo", memo(1000)),
        Field("BillAddr", address, kept=True),
        Field("ShipAddr", address, kept=True),
        Field("ShipFromAddr", address),
        *ignored("FreeFormAddress"),
        *refs("ProjectRef", "ClassRef", "SalesTermRef"),
        Field("DueDate", day, kept=True),
        Field("ShipDate", day),
        *refs("ShipMethodRef"),
        Field("TrackingNum", text(31)),
        *ignored("TotalAmt"),
        Field("ApplyTaxAfterDiscount", boolean, kept=True),
        Field("PrintStatus", one_of("NotSet", "NeedToPrint", "PrintComplete"), kept=True),
        Field("EmailStatus", one_of("NotSet", "NeedToSend", "EmailSent"), kept=True),
        Field("BillEmail", email_address),
        Field("BillEmailCc", email_list),
        Field("BillEmailBcc", email_list),
        *ignored("Balance"),
        Field("Deposit", amount),
        Field("GlobalTaxCalculation", one_of("TaxExcluded", "TaxInclusive", "NotApplicable")),
        Field("PONumber", text(100)),
        *ignored("HomeTotalAmt", "HomeBalance", "TaxExemptionRef", "InvoiceLink", "RecurDataRef", "DeliveryInfo"),
        *ignored("TxnSubType", "TxnStatus", "TxnSource", "TaxFormType", "TaxFormNum", "TransactionLocationType"),
        *ignored("Tag", "TxnApprovalInfo", "RecurringInfo", "TotalCostAmount", "HomeTotalCostAmount"),
        *ignored("AutoDocNumber", "RemitToRef", "SalesRepRef", "FOB", "ShippingTaxIncludedInTotalTax"),
        *ignored("TemplateRef", "ARAccountRef", "FinanceCharge", "PaymentMethodRef", "PaymentRefNum"),
        *ignored("PaymentType", "CheckPayment", "CreditCardPayment", "DepositToAccountRef", "DiscountRate"),
        *ignored("DiscountAmt", "GovtTxnRefIdentifier", "AllowOnlinePayPalPayment", "EInvoiceStatus"),
        *ignored("ECloudStatusTimeStamp", "CfdiUse", "Exportation", "GlobalInfo", "invoiceStatus"),
        *ignored("callToAction", "invoiceStatusLog", "InvoiceEx", "LessCIS", "PaymentDetailsMessage"),
        *ignored("ConvenienceFeeDetail", "EnabledSurchargeInfo", "InvoiceLinkSecurityCode"),
        *ignored("InvoiceLinkExpiryDate", "AutoPayEligible", "SchedulePayEligible", "ScheduledPaymentId"),
        *ignored("GratuityEnabled", "FinancingProductType", "SubscriptionPaymentsSetting"),
        *ignored("TxnRetainageDetail"),
        *TAIL,
    ),
)

PAYMENT = Definition(
    "Payment",
    (
        Field("CustomerRef", reference, kept=True),
        *refs("ARAccountRef"),
        Field("DepositToAccountRef", reference, kept=True),
        *refs("PaymentMethodRef"),
        Field("PaymentRefNum", text(21)),
        Field("TotalAmt", amount, kept=True),
        *ignored("UnappliedAmt"),
        Field("ProcessPayment", boolean, kept=True),
        *HEAD,
        *ID_FIELDS,
        Field("TxnDate", day, kept=True),
        Field("CurrencyRef", reference, kept=True),
        Field("ExchangeRate", price),
        Field("PrivateNote", text(4000)),
        *ignored("LinkedTxn"),
        Field("Line", items(shape(PAYMENT_LINE))),
        *ignored("DocNumber", "TxnSubType", "DepartmentRef", "TxnStatus", "TxnTaxDetail", "TxnSource"),
        *ignored("TaxFormType", "TaxFormNum", "TransactionLocationType", "Tag", "TxnApprovalInfo"),
        *ignored("RecurDataRef", "RecurringInfo", "ProjectRef", "TotalCostAmount", "HomeTotalCostAmount"),
        *ignored("RemitToRef", "PaymentType", "CheckPayment", "CreditCardPayment", "PaymentExtendedType"),
        *ignored("PaymentEx", "CustomField"),
        *TAIL,
    ),
)
