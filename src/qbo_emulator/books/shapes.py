"""Shapes that several entities share: addresses, telephones, memos, custom fields, and the properties common to all.

Limits are those of section 7 of the field notes (F7-1 to F7-7).
"""

from __future__ import annotations

from qbo_emulator.books import faults
from qbo_emulator.books.fields import (
    Check,
    Definition,
    Field,
    anything,
    boolean,
    day,
    email,
    ignored,
    items,
    number,
    reference,
    shape,
    text,
)
from qbo_emulator.books.wire import Obj

NAME_FORBIDDEN = ":\t\n"  # F7.1-19

HEAD = ignored("domain", "status", "sparse")
ID_FIELDS = ignored("Id", "SyncToken", "MetaData")
TAIL = ignored("AttachableRef", "IntuitId", "Source", "V4IDPseudonym", "CustomExtensions")

_ADDRESS = Definition(
    "PhysicalAddress",
    (
        *ignored("Id"),
        *(Field(f"Line{n}", text(500)) for n in range(1, 6)),
        Field("City", text(255)),
        Field("Country", text(255)),
        Field("CountryCode", text(255)),
        Field("County", text(255)),
        Field("CountrySubDivisionCode", text(255)),
        Field("PostalCode", text(30)),
        Field("PostalCodeSuffix", text(30)),
        *ignored("Lat", "Long", "Tag"),
        Field("Note", text(1000)),
    ),
)
_PHONE = Definition(
    "TelephoneNumber",
    (
        *ignored("Id", "DeviceType", "CountryCode", "AreaCode", "ExchangeCode", "Extension", "Default", "Tag"),
        Field("FreeFormNumber", text(20)),
    ),
)
_EMAIL = Definition("EmailAddress", (*ignored("Id", "Default", "Tag"), Field("Address", email)))
_EMAILS = Definition("EmailAddress", (*ignored("Id", "Default", "Tag"), Field("Address", text(200))))
_WEB = Definition("WebSiteAddress", (*ignored("Id", "Default", "Tag"), Field("URI", text(1000))))
_CUSTOM = Definition(
    "CustomField",
    (
        Field("DefinitionId", text(10)),
        *ignored("Name", "Type"),
        Field("StringValue", text(31)),
        Field("BooleanValue", boolean),
        Field("DateValue", day),
        Field("NumberValue", number("2100")),
    ),
)
_LINKED = Definition("LinkedTxn", tuple(Field(n, text(50)) for n in ("TxnId", "TxnType", "TxnLineId")))

_flat_address = shape(_ADDRESS)


def address(value: object, name: str) -> Obj | None:
    """A PhysicalAddress; its five lines hold 2,000 characters together (F7-2)."""
    clean: Obj | None = _flat_address(value, name)
    total = sum(len(clean.get(f"Line{n}", "")) for n in range(1, 6)) if clean else 0
    if total > 2000:
        raise faults.bad_length(name, 2000, total)
    return clean


phone = shape(_PHONE)
email_address = shape(_EMAIL)
email_list = shape(_EMAILS)
website = shape(_WEB)
custom_fields = items(shape(_CUSTOM))
linked_transactions = items(shape(_LINKED))


def memo(longest: int) -> Check:
    """{"value": text}, as CustomerMemo has it (F7-6)."""
    held = Definition("MemoRef", (Field("value", text(longest), label="Customer Memo"), *ignored("id")))
    return shape(held)


def refs(*names: str) -> tuple[Field, ...]:
    """Plain references."""
    return tuple(Field(name, reference) for name in names)


def person_names(longest: int = 100) -> tuple[Field, ...]:
    """The parts of a person's name (F7.1-2, F7.1-3)."""
    return (
        Field("Title", text(16)),
        Field("GivenName", text(longest, NAME_FORBIDDEN)),
        Field("MiddleName", text(longest, NAME_FORBIDDEN)),
        Field("FamilyName", text(longest, NAME_FORBIDDEN)),
        Field("Suffix", text(16, NAME_FORBIDDEN)),
    )


def opaque(*names: str) -> tuple[Field, ...]:
    """Properties stored as they come."""
    return tuple(Field(name, anything) for name in names)
