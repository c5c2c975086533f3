"""What may be set of a company from outside, and what a new one is asked for: checked bodies of the control API.

What each setting does is for the books.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from qbo_emulator.books import profile
from qbo_emulator.books.company import Company
from qbo_emulator.books.company_settings import NameDetail
from qbo_emulator.books.definitions_company import MONTHS
from qbo_emulator.books.kinds import CompanyKind

MOST_AT_ONCE = 10_000
Word: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Month: TypeAlias = Annotated[str, msgspec.Meta(pattern=f"^({'|'.join(MONTHS)})$")]
CustomFields: TypeAlias = dict[Literal["1", "2", "3"], Word]


class CompanyPatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What can be changed of a company; what is left out stays."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=1024)] | UnsetType = UNSET
    book_close_date: date | UnsetType | None = UNSET
    book_close_password: bool | UnsetType = UNSET
    using_sales_tax: bool | UnsetType = UNSET
    automated_sales_tax: bool | UnsetType = UNSET
    first_month_of_fiscal_year: Month | UnsetType = UNSET
    tax_year_month: Month | UnsetType = UNSET
    use_account_numbers: bool | UnsetType = UNSET
    track_quantity: bool | UnsetType = UNSET
    track_departments: bool | UnsetType = UNSET
    department_terminology: Word | UnsetType = UNSET
    class_tracking_per_txn: bool | UnsetType = UNSET
    class_tracking_per_txn_line: bool | UnsetType = UNSET
    customer_terminology: Word | UnsetType = UNSET
    custom_txn_numbers: bool | UnsetType = UNSET
    custom_field_names: CustomFields | UnsetType = UNSET
    purchase_field_names: CustomFields | UnsetType = UNSET
    allow_deposit: bool | UnsetType = UNSET
    allow_discount: bool | UnsetType = UNSET
    allow_estimates: bool | UnsetType = UNSET
    allow_service_date: bool | UnsetType = UNSET
    allow_shipping: bool | UnsetType = UNSET
    auto_apply_credit: bool | UnsetType = UNSET
    auto_apply_payments: bool | UnsetType = UNSET
    sandbox: bool | UnsetType = UNSET
    progress_invoicing: bool | UnsetType = UNSET
    online_payments: bool | UnsetType = UNSET
    default_customer_message: str | UnsetType | None = UNSET
    report_basis: Literal["Accrual", "Cash"] | UnsetType = UNSET
    multi_currency: bool | UnsetType = UNSET
    other_prefs: dict[str, str] | UnsetType = UNSET
    offering: Word | UnsetType = UNSET
    country: Annotated[str, msgspec.Meta(min_length=2, max_length=2)] | UnsetType = UNSET
    home_currency: Annotated[str, msgspec.Meta(min_length=3, max_length=3)] | UnsetType = UNSET
    subscription_active: bool | UnsetType = UNSET
    user_is_admin: bool | UnsetType = UNSET
    duplicate_name_detail: NameDetail | UnsetType = UNSET


class NewCompany(CompanyPatch, kw_only=True):
    """Companies to add: `count` of a kind, with these settings. Several of one name are numbered."""

    kind: CompanyKind
    count: Annotated[int, msgspec.Meta(ge=1, le=MOST_AT_ONCE)] = 1


SETTINGS = CompanyPatch.__struct_fields__


def apply(company: Company, patch: CompanyPatch) -> None:
    """Set what the patch names; Preferences and CompanyInfo follow. ValidationError for what cannot be taken back."""
    if patch.multi_currency is False and company.settings.multi_currency:
        raise msgspec.ValidationError("multi_currency cannot be switched off again")  # F7.10-10
    for name in SETTINGS:
        value = getattr(patch, name)
        if value is not UNSET:
            setattr(company.settings, name, value)
    profile.refresh(company)


def parse(text: str) -> NewCompany:
    """What the command line says: a kind, or the JSON body that the control API takes. ValueError with the reason."""
    body = text if text.lstrip().startswith("{") else msgspec.json.encode({"kind": text})
    try:
        return msgspec.json.decode(body, type=NewCompany)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{text!r}: {error}") from error
