"""The wire structs of sales: invoices with their lines and tax, and payments.

Amounts are Decimal dollars. Line details carry the sub-fields that we do not own (class, service date, ...), so
that an update of the whole list of lines hands them back unharmed. Nothing is computed here.
"""

from datetime import date
from decimal import Decimal

from msgspec import UNSET, field

from qbo_client.wire.base import (
    CustomField,
    EmailAddress,
    EntityBase,
    LinkedTxn,
    Maybe,
    MemoRef,
    PhysicalAddress,
    Ref,
    WireStruct,
)


class MarkupInfo(WireStruct, frozen=True, kw_only=True):
    """The mark-up of a billable expense on a line."""

    percent_based: Maybe[bool] = UNSET
    value: Maybe[Decimal] = UNSET
    percent: Maybe[Decimal] = UNSET
    price_level_ref: Maybe[Ref] = UNSET
    mark_up_income_account_ref: Maybe[Ref] = UNSET


class SalesItemLineDetail(WireStruct, frozen=True, kw_only=True):
    """An item line. If `qty` and `unit_price` are both sent, their product must be the amount (code 6070)."""

    item_ref: Maybe[Ref] = UNSET
    qty: Maybe[Decimal] = UNSET
    unit_price: Maybe[Decimal] = UNSET
    tax_code_ref: Maybe[Ref] = UNSET
    service_date: Maybe[date] = UNSET
    class_ref: Maybe[Ref] = UNSET
    tax_inclusive_amt: Maybe[Decimal] = UNSET
    tax_classification_ref: Maybe[Ref] = UNSET
    item_account_ref: Maybe[Ref] = UNSET
    markup_info: Maybe[MarkupInfo] = UNSET
    price_level_ref: Maybe[Ref] = UNSET
    rate_percent: Maybe[Decimal] = UNSET
    discount_rate: Maybe[Decimal] = UNSET
    discount_amt: Maybe[Decimal] = UNSET
    deferred_revenue: Maybe[bool] = UNSET
    inventory_site_ref: Maybe[Ref] = UNSET


class DiscountLineDetail(WireStruct, frozen=True, kw_only=True):
    """The one discount of a transaction: `discount_percent`, or the line's (positive) amount {F7.3-22}."""

    percent_based: Maybe[bool] = UNSET
    discount_percent: Maybe[Decimal] = UNSET
    discount_account_ref: Maybe[Ref] = UNSET
    discount_ref: Maybe[Ref] = UNSET
    tax_code_ref: Maybe[Ref] = UNSET
    class_ref: Maybe[Ref] = UNSET
    service_date: Maybe[date] = UNSET


class DescriptionLineDetail(WireStruct, frozen=True, kw_only=True):
    """The detail of a text-only line; its DetailType is `DescriptionOnly` {F7.3-24}."""

    service_date: Maybe[date] = UNSET
    tax_code_ref: Maybe[Ref] = UNSET


class SubTotalLineDetail(WireStruct, frozen=True, kw_only=True):
    """The line that QuickBooks adds after the item lines, without an id; ignored when sent {F7.3-23}."""

    item_ref: Maybe[Ref] = UNSET
    service_date: Maybe[date] = UNSET


class TaxLineDetail(WireStruct, frozen=True, kw_only=True):
    """How much of which rate was charged on what; `tax_percent` in per cent {F7.9-5}."""

    tax_rate_ref: Maybe[Ref] = UNSET
    percent_based: Maybe[bool] = UNSET
    tax_percent: Maybe[Decimal] = UNSET
    net_amount_taxable: Maybe[Decimal] = UNSET
    tax_inclusive_amount: Maybe[Decimal] = UNSET
    override_delta_amount: Maybe[Decimal] = UNSET


class GroupLineDetail(WireStruct, frozen=True, kw_only=True):
    """A bundle with its nested lines, which somebody put in by hand {F7.3-25}; carried over only."""

    group_item_ref: Maybe[Ref] = UNSET
    quantity: Maybe[Decimal] = UNSET
    service_date: Maybe[date] = UNSET
    line: Maybe[tuple["Line", ...]] = UNSET


class Line(WireStruct, frozen=True, kw_only=True):
    """A line of an invoice. With a known line's id it updates that; lines not sent are removed {F3.2-15}."""

    id: Maybe[str] = UNSET
    line_num: Maybe[int] = UNSET
    description: Maybe[str] = UNSET
    amount: Maybe[Decimal] = UNSET
    detail_type: Maybe[str] = UNSET
    sales_item_line_detail: Maybe[SalesItemLineDetail] = UNSET
    discount_line_detail: Maybe[DiscountLineDetail] = UNSET
    description_line_detail: Maybe[DescriptionLineDetail] = UNSET
    sub_total_line_detail: Maybe[SubTotalLineDetail] = UNSET
    group_line_detail: Maybe[GroupLineDetail] = UNSET
    linked_txn: Maybe[tuple[LinkedTxn, ...]] = UNSET
    custom_field: Maybe[tuple[CustomField, ...]] = UNSET


class TaxLine(WireStruct, frozen=True, kw_only=True):
    """A line of tax, one per rate {F7.9-5}."""

    amount: Maybe[Decimal] = UNSET
    detail_type: Maybe[str] = UNSET
    tax_line_detail: Maybe[TaxLineDetail] = UNSET


class TxnTaxDetail(WireStruct, frozen=True, kw_only=True):
    """The tax of a transaction; `total_tax` sent under automated tax is an override {F8.2-1}."""

    txn_tax_code_ref: Maybe[Ref] = UNSET
    total_tax: Maybe[Decimal] = UNSET
    tax_line: Maybe[tuple[TaxLine, ...]] = UNSET


class DeliveryInfo(WireStruct, frozen=True, kw_only=True):
    """How and when an invoice was sent by QuickBooks (read-only)."""

    delivery_type: Maybe[str] = UNSET
    delivery_time: Maybe[str] = UNSET


class Invoice(EntityBase, frozen=True, kw_only=True):
    """An invoice (section 7.3); totals and balance are read-only {F7.3-20}."""

    doc_number: Maybe[str] = UNSET
    txn_date: Maybe[date] = UNSET
    due_date: Maybe[date] = UNSET
    customer_ref: Maybe[Ref] = UNSET
    line: Maybe[tuple[Line, ...]] = UNSET
    txn_tax_detail: Maybe[TxnTaxDetail] = UNSET
    apply_tax_after_discount: Maybe[bool] = UNSET
    global_tax_calculation: Maybe[str] = UNSET
    customer_memo: Maybe[MemoRef] = UNSET
    private_note: Maybe[str] = UNSET
    bill_addr: Maybe[PhysicalAddress] = UNSET
    ship_addr: Maybe[PhysicalAddress] = UNSET
    ship_from_addr: Maybe[PhysicalAddress] = UNSET
    free_form_address: Maybe[bool] = UNSET
    bill_email: Maybe[EmailAddress] = UNSET
    bill_email_cc: Maybe[EmailAddress] = UNSET
    bill_email_bcc: Maybe[EmailAddress] = UNSET
    email_status: Maybe[str] = UNSET
    print_status: Maybe[str] = UNSET
    delivery_info: Maybe[DeliveryInfo] = UNSET
    sales_term_ref: Maybe[Ref] = UNSET
    currency_ref: Maybe[Ref] = UNSET
    exchange_rate: Maybe[Decimal] = UNSET
    class_ref: Maybe[Ref] = UNSET
    department_ref: Maybe[Ref] = UNSET
    project_ref: Maybe[Ref] = UNSET
    linked_txn: Maybe[tuple[LinkedTxn, ...]] = UNSET
    custom_field: Maybe[tuple[CustomField, ...]] = UNSET
    deposit: Maybe[Decimal] = UNSET
    deposit_to_account_ref: Maybe[Ref] = UNSET
    allow_online_credit_card_payment: Maybe[bool] = UNSET
    allow_online_ach_payment: Maybe[bool] = field(default=UNSET, name="AllowOnlineACHPayment")
    tax_exemption_ref: Maybe[Ref] = UNSET
    total_amt: Maybe[Decimal] = UNSET
    balance: Maybe[Decimal] = UNSET


class PaymentLine(WireStruct, frozen=True, kw_only=True):
    """What a payment pays: an amount, never negative {F7.4-16}, and where it goes {F7.4-3}."""

    amount: Maybe[Decimal] = UNSET
    linked_txn: Maybe[tuple[LinkedTxn, ...]] = UNSET


class Payment(EntityBase, frozen=True, kw_only=True):
    """A customer's payment (section 7.4); `unapplied_amt` (read-only) is the total less what is applied {F7.4-5}."""

    customer_ref: Maybe[Ref] = UNSET
    total_amt: Maybe[Decimal] = UNSET
    unapplied_amt: Maybe[Decimal] = UNSET
    txn_date: Maybe[date] = UNSET
    line: Maybe[tuple[PaymentLine, ...]] = UNSET
    payment_method_ref: Maybe[Ref] = UNSET
    payment_ref_num: Maybe[str] = UNSET
    deposit_to_account_ref: Maybe[Ref] = UNSET
    ar_account_ref: Maybe[Ref] = field(default=UNSET, name="ARAccountRef")
    private_note: Maybe[str] = UNSET
    currency_ref: Maybe[Ref] = UNSET
    exchange_rate: Maybe[Decimal] = UNSET
    process_payment: Maybe[bool] = UNSET
    linked_txn: Maybe[tuple[LinkedTxn, ...]] = UNSET
