"""Which properties invoices, credit memos, refund receipts, sales receipts and payments have (7.3 to 7.6, 3.6).

The four sales forms share one list of properties, in the order of recorded answers; each says what differs on it.
Lines stand in definitions_lines.py, rules between fields in the transactions' own modules.
"""

from __future__ import annotations

from qbo_emulator.books.definitions_lines import DEPOSIT_LINE, PAYMENT_LINE, SALES_LINE, TAX_DETAIL
from qbo_emulator.books.field_kinds import (
    amount,
    boolean,
    date_time,
    day,
    items,
    one_of,
    price,
    reference,
    shape,
    string,
    text,
)
from qbo_emulator.books.fields import Definition, Field, computed, ignored, unmodelled
from qbo_emulator.books.shapes import (
    COMMON,
    address,
    custom_fields,
    email_address,
    email_list,
    linked_transactions,
    memo,
    refs,
)

DELIVERY_INFO = Definition(
    "TransactionDeliveryInfo",
    (
        *computed(one_of("Email", "Tradeshift"), "DeliveryType"),
        *computed(date_time, "DeliveryTime"),
        *ignored("DeliveryErrorType"),
    ),
)

# The heads of transactions: what they are, when, and in which currency.
_TRANSACTION = (
    *COMMON,
    Field("CustomField", custom_fields),
    Field("DocNumber", text(21), kept=True),
    Field("TxnDate", day, kept=True),
    *unmodelled("TxnSubType"),
    *refs("DepartmentRef"),
    Field("CurrencyRef", reference, kept=True),
    Field("ExchangeRate", price),
    Field("PrivateNote", text(4000)),
    *unmodelled("TxnStatus"),
    Field("LinkedTxn", linked_transactions, kept=True),
    Field("Line", items(shape(SALES_LINE))),
    Field("TxnTaxDetail", shape(TAX_DETAIL), kept=True),
    *unmodelled("TxnSource", "TaxFormType", "TaxFormNum", "TransactionLocationType", "Tag", "TxnApprovalInfo"),
    *ignored("RecurDataRef"),
    *unmodelled("RecurringInfo"),
    *refs("ProjectRef"),
    *unmodelled("TotalCostAmount", "HomeTotalCostAmount"),
)
_SALE = (
    *_TRANSACTION,
    *unmodelled("AutoDocNumber"),
    Field("CustomerRef", reference, kept=True),
    Field("CustomerMemo", memo(1000)),
    Field("BillAddr", address, kept=True),
    Field("ShipAddr", address, kept=True),
    *computed(boolean, "FreeFormAddress"),
    Field("ShipFromAddr", address),
    *ignored("RemitToRef"),
    *refs("ClassRef", "SalesTermRef"),
    Field("DueDate", day, kept=True),
    *ignored("SalesRepRef"),
    Field("PONumber", text(100)),
    *unmodelled("FOB"),
    *refs("ShipMethodRef"),
    Field("ShipDate", day),
    Field("TrackingNum", text(31)),
    Field("GlobalTaxCalculation", one_of("TaxExcluded", "TaxInclusive", "NotApplicable")),
    *computed(amount, "TotalAmt", "HomeTotalAmt"),
    Field("ApplyTaxAfterDiscount", boolean, kept=True),
    *unmodelled("ShippingTaxIncludedInTotalTax"),
    *ignored("TemplateRef"),
    Field("PrintStatus", one_of("NotSet", "NeedToPrint", "PrintComplete"), kept=True),
    Field("EmailStatus", one_of("NotSet", "NeedToSend", "EmailSent"), kept=True),
    Field("BillEmail", email_address),
    Field("BillEmailCc", email_list),
    Field("BillEmailBcc", email_list),
    *ignored("ARAccountRef"),
    *computed(amount, "Balance", "HomeBalance"),
    *unmodelled("FinanceCharge"),
    *refs("PaymentMethodRef"),
    Field("PaymentRefNum", text(100)),
    Field("PaymentType", one_of("Cash", "Check", "CreditCard", "Other")),
    *unmodelled("CheckPayment", "CreditCardPayment"),
    Field("DepositToAccountRef", reference, kept=True),
    *computed(shape(DELIVERY_INFO), "DeliveryInfo"),
    *unmodelled("DiscountRate", "DiscountAmt", "GovtTxnRefIdentifier"),
    *ignored("TaxExemptionRef"),
)


def _form(schema: str, differing: tuple[Field, ...], first: tuple[Field, ...] = ()) -> Definition:
    """A sales form: `first`, then the common properties, each as `differing` has it if it is there, then the rest."""
    own = {field.name: field for field in differing}
    shared = tuple(own.pop(field.name, field) for field in _SALE)
    return Definition(schema, (*first, *shared, *own.values(), *ignored("AttachableRef")))


INVOICE = _form(
    "Invoice",
    (
        Field("AutoDocNumber", boolean),
        *unmodelled("PaymentMethodRef", "PaymentRefNum", "PaymentType"),
        Field("Deposit", amount),
        *unmodelled("AllowOnlinePayPalPayment", "EInvoiceStatus", "ECloudStatusTimeStamp", "CfdiUse"),
        *unmodelled("Exportation", "GlobalInfo", "invoiceStatus", "callToAction", "invoiceStatusLog", "InvoiceEx"),
        *unmodelled("LessCIS"),
        *computed(string, "InvoiceLink"),
        *unmodelled("PaymentDetailsMessage", "ConvenienceFeeDetail", "EnabledSurchargeInfo"),
        *unmodelled("InvoiceLinkSecurityCode", "InvoiceLinkExpiryDate", "AutoPayEligible", "SchedulePayEligible"),
        *unmodelled("ScheduledPaymentId", "GratuityEnabled", "FinancingProductType"),
        *unmodelled("SubscriptionPaymentsSetting", "TxnRetainageDetail"),
    ),
    first=(
        *computed(boolean, "AllowIPNPayment", "AllowOnlinePayment"),  # obsolete (F7.3-18)
        Field("AllowOnlineCreditCardPayment", boolean, kept=True),
        Field("AllowOnlineACHPayment", boolean, kept=True),
        Field("AllowOnlineAffirmPayment", boolean, kept=True),
    ),
)

# How the customer paid is told by what the credit came from, so it is read-only here (section 7.5).
CREDIT_MEMO = _form(
    "CreditMemo",
    (
        *computed(reference, "PaymentMethodRef"),
        *unmodelled("PaymentRefNum", "PaymentType", "DepositToAccountRef", "DueDate"),
        *ignored("ShipMethodRef", "ShipDate", "TrackingNum"),
        *computed(amount, "RemainingCredit"),
        *unmodelled("InvoiceRef", "CreditMemoEx"),
    ),
)

REFUND_RECEIPT = _form(
    "RefundReceipt",
    (
        *unmodelled("DueDate", "SalesTermRef"),
        *ignored("ShipMethodRef", "ShipDate", "TrackingNum"),
        *ignored("RemainingCredit"),
        *unmodelled("RefundReceiptEx"),
    ),
)

SALES_RECEIPT = _form(
    "SalesReceipt",
    (
        *unmodelled("SalesTermRef", "DueDate"),
        Field("PaymentRefNum", text(21)),
        *unmodelled("SalesReceiptEx", "LessCIS"),
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
        *computed(amount, "UnappliedAmt"),
        Field("ProcessPayment", boolean, kept=True),
        *COMMON,
        Field("TxnDate", day, kept=True),
        Field("CurrencyRef", reference, kept=True),
        Field("ExchangeRate", price),
        Field("PrivateNote", text(4000)),
        *computed(linked_transactions, "LinkedTxn"),
        Field("Line", items(shape(PAYMENT_LINE))),
        *ignored("RecurDataRef", "AttachableRef"),
        *unmodelled("CustomField", "DocNumber", "TxnSubType", "DepartmentRef", "TxnStatus", "TxnTaxDetail"),
        *unmodelled("TxnSource", "TaxFormType", "TaxFormNum", "TransactionLocationType", "Tag"),
        *unmodelled("TxnApprovalInfo", "RecurringInfo", "ProjectRef", "TotalCostAmount", "HomeTotalCostAmount"),
        *unmodelled("RemitToRef", "PaymentType", "CheckPayment", "CreditCardPayment", "PaymentExtendedType"),
        *unmodelled("PaymentEx"),
    ),
)

# Made by the control API alone (a bookkeeper's bank deposit), so every property is read-only.
DEPOSIT = Definition(
    "Deposit",
    (
        *computed(reference, "DepositToAccountRef"),
        *computed(amount, "TotalAmt"),
        *COMMON,
        *computed(day, "TxnDate"),
        *computed(reference, "CurrencyRef"),
        *computed(items(shape(DEPOSIT_LINE)), "Line"),
        *ignored("CashBack", "GlobalTaxCalculation", "HomeTotalAmt", "CustomField", "DocNumber", "TxnSubType"),
        *ignored("DepartmentRef", "ExchangeRate", "PrivateNote", "TxnStatus", "LinkedTxn", "TxnTaxDetail"),
        *ignored("TxnSource", "TaxFormType", "TaxFormNum", "TransactionLocationType", "Tag", "TxnApprovalInfo"),
        *ignored("RecurDataRef", "RecurringInfo", "ProjectRef", "TotalCostAmount", "HomeTotalCostAmount"),
        *ignored("AttachableRef", "DepositEx"),
    ),
)
