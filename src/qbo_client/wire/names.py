"""The wire structs of the lists: customers, items, vendors, employees, accounts, terms, payment methods, taxes.

Field limits are QuickBooks' and not checked here: what is cleaned or shortened is decided by whoever fills the struct.
"""

from datetime import date
from decimal import Decimal

from msgspec import UNSET

from qbo_client.wire.base import (
    CustomField,
    EmailAddress,
    EntityBase,
    Maybe,
    PhysicalAddress,
    Ref,
    TelephoneNumber,
    WebSiteAddress,
    WireStruct,
)


class Customer(EntityBase, frozen=True, kw_only=True):
    """A customer (section 7.1). `display_name` is unique over customers, vendors and employees {F7.1-1}."""

    display_name: Maybe[str] = UNSET
    title: Maybe[str] = UNSET
    given_name: Maybe[str] = UNSET
    middle_name: Maybe[str] = UNSET
    family_name: Maybe[str] = UNSET
    suffix: Maybe[str] = UNSET
    company_name: Maybe[str] = UNSET
    print_on_check_name: Maybe[str] = UNSET
    fully_qualified_name: Maybe[str] = UNSET
    level: Maybe[int] = UNSET
    job: Maybe[bool] = UNSET
    parent_ref: Maybe[Ref] = UNSET
    bill_with_parent: Maybe[bool] = UNSET
    is_project: Maybe[bool] = UNSET
    active: Maybe[bool] = UNSET
    primary_email_addr: Maybe[EmailAddress] = UNSET
    primary_phone: Maybe[TelephoneNumber] = UNSET
    alternate_phone: Maybe[TelephoneNumber] = UNSET
    mobile: Maybe[TelephoneNumber] = UNSET
    fax: Maybe[TelephoneNumber] = UNSET
    web_addr: Maybe[WebSiteAddress] = UNSET
    bill_addr: Maybe[PhysicalAddress] = UNSET
    ship_addr: Maybe[PhysicalAddress] = UNSET
    notes: Maybe[str] = UNSET
    taxable: Maybe[bool] = UNSET
    tax_exemption_reason_id: Maybe[str | int] = UNSET
    resale_num: Maybe[str] = UNSET
    default_tax_code_ref: Maybe[Ref] = UNSET
    currency_ref: Maybe[Ref] = UNSET
    sales_term_ref: Maybe[Ref] = UNSET
    payment_method_ref: Maybe[Ref] = UNSET
    preferred_delivery_method: Maybe[str] = UNSET
    customer_type_ref: Maybe[Ref] = UNSET
    balance: Maybe[Decimal] = UNSET
    balance_with_jobs: Maybe[Decimal] = UNSET
    custom_field: Maybe[tuple[CustomField, ...]] = UNSET


class Item(EntityBase, frozen=True, kw_only=True):
    """A service or product (section 7.2). A sync creates `Service` and `NonInventory` only {F7.2-16}."""

    name: Maybe[str] = UNSET
    sku: Maybe[str] = UNSET
    description: Maybe[str] = UNSET
    active: Maybe[bool] = UNSET
    type: Maybe[str] = UNSET
    sub_item: Maybe[bool] = UNSET
    parent_ref: Maybe[Ref] = UNSET
    level: Maybe[int] = UNSET
    fully_qualified_name: Maybe[str] = UNSET
    taxable: Maybe[bool] = UNSET
    sales_tax_included: Maybe[bool] = UNSET
    sales_tax_code_ref: Maybe[Ref] = UNSET
    tax_classification_ref: Maybe[Ref] = UNSET
    unit_price: Maybe[Decimal] = UNSET
    income_account_ref: Maybe[Ref] = UNSET
    expense_account_ref: Maybe[Ref] = UNSET
    asset_account_ref: Maybe[Ref] = UNSET
    purchase_desc: Maybe[str] = UNSET
    purchase_cost: Maybe[Decimal] = UNSET
    pref_vendor_ref: Maybe[Ref] = UNSET
    class_ref: Maybe[Ref] = UNSET
    track_qty_on_hand: Maybe[bool] = UNSET
    qty_on_hand: Maybe[Decimal] = UNSET
    inv_start_date: Maybe[date] = UNSET


class Vendor(EntityBase, frozen=True, kw_only=True):
    """A vendor: read only to see which names are taken {F7.1-1}."""

    display_name: Maybe[str] = UNSET
    fully_qualified_name: Maybe[str] = UNSET
    given_name: Maybe[str] = UNSET
    family_name: Maybe[str] = UNSET
    company_name: Maybe[str] = UNSET
    active: Maybe[bool] = UNSET


class Employee(EntityBase, frozen=True, kw_only=True):
    """An employee: read only to see which names are taken {F7.1-1}."""

    display_name: Maybe[str] = UNSET
    fully_qualified_name: Maybe[str] = UNSET
    given_name: Maybe[str] = UNSET
    family_name: Maybe[str] = UNSET
    active: Maybe[bool] = UNSET


class Account(EntityBase, frozen=True, kw_only=True):
    """An account (section 7.7). Find one by `account_sub_type`, never by its name, which people change."""

    name: Maybe[str] = UNSET
    fully_qualified_name: Maybe[str] = UNSET
    acct_num: Maybe[str] = UNSET
    description: Maybe[str] = UNSET
    active: Maybe[bool] = UNSET
    classification: Maybe[str] = UNSET
    account_type: Maybe[str] = UNSET
    account_sub_type: Maybe[str] = UNSET
    sub_account: Maybe[bool] = UNSET
    parent_ref: Maybe[Ref] = UNSET
    currency_ref: Maybe[Ref] = UNSET
    current_balance: Maybe[Decimal] = UNSET
    current_balance_with_sub_accounts: Maybe[Decimal] = UNSET


class PaymentMethod(EntityBase, frozen=True, kw_only=True):
    """A payment method; `type` is `CREDIT_CARD` or `NON_CREDIT_CARD` {F7.8-1}."""

    name: Maybe[str] = UNSET
    type: Maybe[str] = UNSET
    active: Maybe[bool] = UNSET


class Term(EntityBase, frozen=True, kw_only=True):
    """Payment terms; `due_days` for the `STANDARD` type {F7.8-2}."""

    name: Maybe[str] = UNSET
    type: Maybe[str] = UNSET
    active: Maybe[bool] = UNSET
    due_days: Maybe[int] = UNSET
    discount_percent: Maybe[Decimal] = UNSET
    discount_days: Maybe[int] = UNSET
    day_of_month_due: Maybe[int] = UNSET
    due_next_month_days: Maybe[int] = UNSET


class TaxRateDetail(WireStruct, frozen=True, kw_only=True):
    """One rate inside a tax code {F7.9-1}."""

    tax_rate_ref: Maybe[Ref] = UNSET
    tax_type_applicable: Maybe[str] = UNSET
    tax_order: Maybe[int] = UNSET


class TaxRateList(WireStruct, frozen=True, kw_only=True):
    """The rates of a tax code {F7.9-1}."""

    tax_rate_detail: Maybe[tuple[TaxRateDetail, ...]] = UNSET


class TaxCode(EntityBase, frozen=True, kw_only=True):
    """A tax code: its id is a number, or the pseudo codes `TAX` and `NON` of US companies {F7.9-1}."""

    name: Maybe[str] = UNSET
    description: Maybe[str] = UNSET
    active: Maybe[bool] = UNSET
    hidden: Maybe[bool] = UNSET
    taxable: Maybe[bool] = UNSET
    tax_group: Maybe[bool] = UNSET
    tax_code_config_type: Maybe[str] = UNSET
    sales_tax_rate_list: Maybe[TaxRateList] = UNSET
    purchase_tax_rate_list: Maybe[TaxRateList] = UNSET


class EffectiveTaxRate(WireStruct, frozen=True, kw_only=True):
    """A rate in per cent with the time it holds for, as QuickBooks writes it {F7.9-3}."""

    rate_value: Maybe[Decimal] = UNSET
    effective_date: Maybe[str] = UNSET
    end_date: Maybe[str] = UNSET


class TaxRate(EntityBase, frozen=True, kw_only=True):
    """A tax rate; `rate_value` in per cent {F7.9-3}."""

    name: Maybe[str] = UNSET
    description: Maybe[str] = UNSET
    active: Maybe[bool] = UNSET
    rate_value: Maybe[Decimal] = UNSET
    agency_ref: Maybe[Ref] = UNSET
    effective_tax_rate: Maybe[tuple[EffectiveTaxRate, ...]] = UNSET
    special_tax_type: Maybe[str] = UNSET
    display_type: Maybe[str] = UNSET
