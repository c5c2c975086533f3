"""Which properties of which entity can be filtered and sorted (F5.1-6), and how lists are sorted by default (F5.1-8).

Invoices, payments and terms as documented; names, items and the rest by the schema's own notes and by inference. A
property that the entity has but that is not here is refused, as the real service does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from qbo_emulator.books import faults
from qbo_emulator.books.query_kinds import (
    ATTACHED,
    BOOLEAN,
    DAY,
    EMAIL,
    ID,
    MOMENT,
    NUMBER,
    REFERENCE,
    TEXT,
    Kind,
)

_BASE = {"Id": ID, "MetaData.CreateTime": MOMENT, "MetaData.LastUpdatedTime": MOMENT}
_LIST = {**_BASE, "Name": TEXT, "Active": BOOLEAN}
_TREE = {**_LIST, "FullyQualifiedName": TEXT}
_PERSON = {
    **_BASE,
    "Active": BOOLEAN,
    **dict.fromkeys(("DisplayName", "GivenName", "MiddleName", "FamilyName", "Suffix", "CompanyName"), TEXT),
    "PrintOnCheckName": TEXT,
    "PrimaryEmailAddr": EMAIL,
}
_TRANSACTION = {**_BASE, "TxnDate": DAY, "CustomerRef": REFERENCE}
_SALE = {**_TRANSACTION, "DocNumber": TEXT, "Balance": NUMBER}

FIELDS: Mapping[str, Mapping[str, Kind]] = {
    "Customer": {**_PERSON, "FullyQualifiedName": TEXT, "Balance": NUMBER, "BalanceWithJobs": NUMBER},
    "Vendor": {**_PERSON, "Balance": NUMBER},
    "Employee": _PERSON,
    "Item": {**_TREE, "Sku": TEXT, "Type": TEXT, "Description": TEXT},
    "Account": {**_TREE, "AccountType": TEXT, "AccountSubType": TEXT, "Classification": TEXT},
    "Class": _TREE,
    "Department": _TREE,
    "PaymentMethod": {**_LIST, "Type": TEXT},
    "Term": _LIST,
    "TaxCode": {**_LIST, "Hidden": BOOLEAN},
    "TaxRate": _LIST,
    "TaxAgency": {**_BASE, "DisplayName": TEXT},
    "Invoice": {**_SALE, "DueDate": DAY, "SalesTermRef": REFERENCE, "ProjectRef": REFERENCE},
    "CreditMemo": _SALE,
    "SalesReceipt": _SALE,
    "RefundReceipt": _SALE,
    "Payment": {**_TRANSACTION, "TotalAmt": NUMBER, "PaymentRefNum": TEXT, "PaymentMethodRef": REFERENCE},
    "Deposit": {**_BASE, "TxnDate": DAY, "DocNumber": TEXT},
    "Attachable": {
        **_BASE,
        **dict.fromkeys(("FileName", "Note", "Category", "ContentType", "PlaceName", "Tag"), TEXT),
        "AttachableRef.EntityRef.Type": ATTACHED,
        "AttachableRef.EntityRef.value": ATTACHED,
    },
    "Preferences": _BASE,
    "CompanyInfo": _BASE,
}

_EXACT = {entity: {name.lower(): (name, kind) for name, kind in fields.items()} for entity, fields in FIELDS.items()}


class Property(NamedTuple):
    """A property that can be asked for, by its exact name."""

    name: str
    kind: Kind


BY_ID = Property("Id", ID)


def find(entity: str, name: str, known: tuple[str, ...]) -> Property:
    """The property by its name in any case (F5.1-5). Fault 4001: the entity has none, or none to be asked for.

    `known` are all the properties of the entity.
    """
    found = _EXACT[entity].get(name.lower())
    if found is not None:
        return Property(*found)
    require_known(entity, name, known)
    raise faults.senseless(f"property '{name}' is not queryable")


def require_known(entity: str, name: str, known: tuple[str, ...]) -> None:
    """Fault 4001 if the entity has no such property; of a dotted name the first part counts."""
    head = name.partition(".")[0].lower()
    if not any(own.lower() == head for own in known):
        raise faults.senseless(f"Property {name} not found for Entity {entity}")


def default_order(entity: str, transactions: str) -> tuple[tuple[str, bool], ...]:
    """What a list without ORDERBY is sorted by, True for descending. `transactions` is "newest" or "id"."""
    fields = FIELDS[entity]
    if "TxnDate" in fields and transactions == "newest":
        return (("TxnDate", True), ("Id", True))
    for name in ("FullyQualifiedName", "DisplayName", "Name"):
        if name in fields:
            return ((name, False),)
    return (("Id", False),)
