"""Shapes that several entities share: addresses, telephones, memos, custom fields, and the properties common to all.

Limits are those of section 7 of the field notes (F7-1 to F7-7).
"""

from __future__ import annotations

from qbo_emulator.books import faults
from qbo_emulator.books.field_kinds import (
    boolean,
    date_time,
    day,
    email,
    items,
    number,
    one_of,
    reference,
    shape,
    string,
    text,
)
from qbo_emulator.books.fields import Definition, Field, Kind, computed, ignored
from qbo_emulator.books.wire import Obj

NAME_FORBIDDEN = ":\t\n"  # F7.1-19

META_DATA = Definition(
    "ModificationMetaData",
    (
        *computed(date_time, "CreateTime", "LastUpdatedTime"),
        *ignored("CreatedByRef", "LastModifiedByRef", "LastChangedInQB", "Synchronized"),
    ),
)
# The properties that every entity has; `status` shows in the stub of a deleted one only.
COMMON = (
    *computed(string, "domain"),
    *computed(one_of("Deleted"), "status"),
    *computed(boolean, "sparse"),
    *computed(string, "Id", "SyncToken"),
    *computed(shape(META_DATA), "MetaData"),
)

ADDRESS = Definition(
    "PhysicalAddress",
    (
        *computed(string, "Id"),
        *(Field(f"Line{n}", text(500)) for n in range(1, 6)),
        Field("City", text(255)),
        Field("Country", text(255)),
        Field("CountryCode", text(255)),
        Field("County", text(255)),
        Field("CountrySubDivisionCode", text(255)),
        Field("PostalCode", text(30)),
        Field("PostalCodeSuffix", text(30)),
        *computed(string, "Lat", "Long"),
        *ignored("Tag"),
        Field("Note", text(1000)),
    ),
)
PHONE = Definition(
    "TelephoneNumber",
    (
        *ignored("Id", "DeviceType", "CountryCode", "AreaCode", "ExchangeCode", "Extension", "Default", "Tag"),
        Field("FreeFormNumber", text(20)),  # 30 on another page; the narrower one is refused here (section 12)
    ),
)
EMAIL = Definition("EmailAddress", (*ignored("Id", "Default", "Tag"), Field("Address", email)))
_EMAILS = Definition("EmailAddress", (*ignored("Id", "Default", "Tag"), Field("Address", text(200))))
WEB = Definition("WebSiteAddress", (*ignored("Id", "Default", "Tag"), Field("URI", text(1000))))
CUSTOM_FIELD = Definition(
    "CustomField",
    (
        Field("DefinitionId", text(10)),
        *computed(string, "Name"),
        *computed(one_of("StringType", "BooleanType", "NumberType", "DateType"), "Type"),
        Field("StringValue", text(31)),
        Field("BooleanValue", boolean),
        Field("DateValue", day),
        Field("NumberValue", number),
    ),
)
LINKED = Definition("LinkedTxn", tuple(Field(n, text(50)) for n in ("TxnId", "TxnType", "TxnLineId")))
_flat_address = shape(ADDRESS)


def _address(value: object, name: str) -> Obj | None:
    """A PhysicalAddress; its five lines hold 2,000 characters together (F7-2)."""
    clean: Obj | None = _flat_address.check(value, name)
    total = sum(len(clean.get(f"Line{n}", "")) for n in range(1, 6)) if clean else 0
    if total > 2000:
        raise faults.bad_length(name, 2000, total)
    return clean


address = Kind("PhysicalAddress", _address, nested=ADDRESS)
phone = shape(PHONE)
email_address = shape(EMAIL)
email_list = shape(_EMAILS)  # several addresses in one text
website = shape(WEB)
custom_fields = items(shape(CUSTOM_FIELD))
linked_transactions = items(shape(LINKED))


def memo(longest: int) -> Kind:
    """{"value": text}, as CustomerMemo has it (F7-6)."""
    return shape(Definition("MemoRef", (Field("value", text(longest), label="Customer Memo"), *ignored("id"))))


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
