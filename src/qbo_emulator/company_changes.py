"""What may be set of a company from outside, and what a new one is asked for: checked bodies of the control API.

What each setting does is for the books.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from qbo_emulator.books import profile
from qbo_emulator.books.company import Company, Written
from qbo_emulator.books.kinds import CompanyKind

MOST_AT_ONCE = 10_000


class CompanyPatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What can be changed of a company; what is left out stays."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | UnsetType = UNSET
    book_close_date: date | UnsetType | None = UNSET
    book_close_password: bool | UnsetType = UNSET
    using_sales_tax: bool | UnsetType = UNSET
    automated_sales_tax: bool | UnsetType = UNSET
    allow_discount: bool | UnsetType = UNSET
    allow_deposit: bool | UnsetType = UNSET
    allow_shipping: bool | UnsetType = UNSET
    auto_apply_credit: bool | UnsetType = UNSET
    auto_apply_payments: bool | UnsetType = UNSET
    online_payments: bool | UnsetType = UNSET
    sandbox: bool | UnsetType = UNSET
    custom_txn_numbers: bool | UnsetType = UNSET
    country: Annotated[str, msgspec.Meta(min_length=2, max_length=2)] | UnsetType = UNSET
    home_currency: Annotated[str, msgspec.Meta(min_length=3, max_length=3)] | UnsetType = UNSET
    subscription_active: bool | UnsetType = UNSET
    user_is_admin: bool | UnsetType = UNSET
    duplicate_name_detail: Literal["null", "id", "text"] | UnsetType = UNSET


class NewCompany(CompanyPatch, kw_only=True):
    """Companies to add: `count` of a kind, with these settings. Several of one name are numbered."""

    kind: CompanyKind
    count: Annotated[int, msgspec.Meta(ge=1, le=MOST_AT_ONCE)] = 1


SETTINGS = CompanyPatch.__struct_fields__


def apply(company: Company, patch: CompanyPatch) -> None:
    """Set what the patch names; watchers are told if that changes Preferences (F6-13)."""
    before = profile.preferences(company)
    for name in SETTINGS:
        value = getattr(patch, name)
        if value is not UNSET:
            setattr(company.settings, name, value)
    after = profile.preferences(company)
    if after != before:
        company.tell(Written("Preferences", after["Id"], "Update", before, after))


def parse(text: str) -> NewCompany:
    """What the command line says: a kind, or the JSON body that the control API takes. ValueError with the reason."""
    body = text if text.lstrip().startswith("{") else msgspec.json.encode({"kind": text})
    try:
        return msgspec.json.decode(body, type=NewCompany)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{text!r}: {error}") from error
