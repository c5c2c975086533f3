"""Properties that a preference switches on: discounts have a rule of their own, these do not.

What QuickBooks does with such a property while its preference is off is not known for most of them, so it is a setting:
refused, so that nobody relies on it, or taken as it is.
"""

from __future__ import annotations

from qbo_emulator.books import faults
from qbo_emulator.books.company import Company
from qbo_emulator.books.wire import Obj

# Property of a sales form: the setting that allows it (F7.10-3, F7.10-11).
_HEADER = {
    "ShipDate": "allow_shipping",
    "ShipMethodRef": "allow_shipping",
    "TrackingNum": "allow_shipping",
    "DepartmentRef": "track_departments",
    "ClassRef": "class_tracking_per_txn",
}
_LINE = {"ServiceDate": "allow_service_date", "ClassRef": "class_tracking_per_txn_line"}


def require(company: Company, prop: str, is_on: bool) -> None:
    """6000 for a property whose preference is off, unless the company takes such ones."""
    if not is_on and company.choices.switched_off_fields == "refuse":
        raise faults.business(f"{prop} is switched off in the company's preferences.")


def _check(company: Company, sent: Obj, table: dict[str, str]) -> None:
    for prop in table.keys() & sent.keys():
        if sent[prop]:
            require(company, prop, getattr(company.settings, table[prop]))


def check_header(company: Company, sent: Obj) -> None:
    """The head of a sales form."""
    _check(company, sent, _HEADER)


def check_line(company: Company, detail: Obj) -> None:
    """The detail of a priced line."""
    _check(company, detail, _LINE)
