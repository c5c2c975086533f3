"""The wire structs of a company: CompanyInfo and the parts of Preferences that decide how sales are written.

Both are only ever read; BluePro changes nothing in a company's settings.
"""

from datetime import date

from msgspec import UNSET, field

from qbo_client.wire.base import (
    CustomField,
    EmailAddress,
    EntityBase,
    Maybe,
    NameValue,
    PhysicalAddress,
    Ref,
    TelephoneNumber,
    WebSiteAddress,
    WireStruct,
)


class CompanyInfo(EntityBase, frozen=True, kw_only=True):
    """Who the company is (section 7.11): name, addresses, country and, in `name_value`, its plan."""

    company_name: Maybe[str] = UNSET
    legal_name: Maybe[str] = UNSET
    company_addr: Maybe[PhysicalAddress] = UNSET
    legal_addr: Maybe[PhysicalAddress] = UNSET
    customer_communication_addr: Maybe[PhysicalAddress] = UNSET
    primary_phone: Maybe[TelephoneNumber] = UNSET
    email: Maybe[EmailAddress] = UNSET
    web_addr: Maybe[WebSiteAddress] = UNSET
    company_start_date: Maybe[str] = UNSET
    fiscal_year_start_month: Maybe[str] = UNSET
    country: Maybe[str] = UNSET
    supported_languages: Maybe[str] = UNSET
    name_value: Maybe[tuple[NameValue, ...]] = UNSET


class CustomFieldDefinition(WireStruct, frozen=True, kw_only=True):
    """A group of custom field switches or names {F7.10-6}."""

    custom_field: Maybe[tuple[CustomField, ...]] = UNSET


class SalesFormsPrefs(WireStruct, frozen=True, kw_only=True):
    """Settings of sales forms. `default_discount_account` is an account id as text, or a boolean {F7.10-2}."""

    custom_txn_numbers: Maybe[bool] = UNSET
    allow_discount: Maybe[bool] = UNSET
    default_discount_account: Maybe[str | bool] = UNSET
    allow_deposit: Maybe[bool] = UNSET
    allow_shipping: Maybe[bool] = UNSET
    allow_service_date: Maybe[bool] = UNSET
    allow_estimates: Maybe[bool] = UNSET
    default_terms: Maybe[Ref] = UNSET
    auto_apply_credit: Maybe[bool] = UNSET
    auto_apply_payments: Maybe[bool] = UNSET
    default_customer_message: Maybe[str] = UNSET
    using_progress_invoicing: Maybe[bool] = UNSET
    etransaction_payment_enabled: Maybe[bool] = field(default=UNSET, name="ETransactionPaymentEnabled")
    custom_field: Maybe[tuple[CustomFieldDefinition, ...]] = UNSET


class TaxPrefs(WireStruct, frozen=True, kw_only=True):
    """Sales tax settings. `partner_tax_enabled` absent means the older tax model {F7.10-8}."""

    using_sales_tax: Maybe[bool] = UNSET
    partner_tax_enabled: Maybe[bool] = UNSET
    tax_group_code_ref: Maybe[Ref] = UNSET


class CurrencyPrefs(WireStruct, frozen=True, kw_only=True):
    """The home currency, and whether there are others {F7.10-10}."""

    multi_currency_enabled: Maybe[bool] = UNSET
    home_currency: Maybe[Ref] = UNSET


class AccountingInfoPrefs(WireStruct, frozen=True, kw_only=True):
    """Bookkeeping settings; `book_close_date` is the last day of the closed books {F7.10-11}."""

    book_close_date: Maybe[date] = UNSET
    use_account_numbers: Maybe[bool] = UNSET
    first_month_of_fiscal_year: Maybe[str] = UNSET
    class_tracking_per_txn: Maybe[bool] = UNSET
    class_tracking_per_txn_line: Maybe[bool] = UNSET
    track_departments: Maybe[bool] = UNSET
    customer_terminology: Maybe[str] = UNSET


class OtherPrefs(WireStruct, frozen=True, kw_only=True):
    """Further settings by name, all text {F7.10-12}."""

    name_value: Maybe[tuple[NameValue, ...]] = UNSET


class Preferences(EntityBase, frozen=True, kw_only=True):
    """The company's settings, as far as a sync needs them (section 7.10)."""

    accounting_info_prefs: Maybe[AccountingInfoPrefs] = UNSET
    sales_forms_prefs: Maybe[SalesFormsPrefs] = UNSET
    tax_prefs: Maybe[TaxPrefs] = UNSET
    currency_prefs: Maybe[CurrencyPrefs] = UNSET
    other_prefs: Maybe[OtherPrefs] = UNSET
