"""The base of all wire structs, the shapes that many entities share, and the JSON codec.

Wire names are QuickBooks' own; attributes are snake_case.
Everything defaults to UNSET: a struct holds what is sent. This module knows no entity and makes no calls.
"""

import re
from collections.abc import Hashable
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias, TypeVar, cast

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

T = TypeVar("T")
D = TypeVar("D")

Maybe: TypeAlias = T | UnsetType
"""A field that may be left out. A text field is cleared by sending `""`: a belief of ours, [I]."""


class WireStruct(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="pascal"):
    """What every wire struct is: immutable, keyword only, unknown incoming fields ignored, UNSET fields not sent."""


S = TypeVar("S", bound=WireStruct)


class Ref(WireStruct, frozen=True, kw_only=True):
    """A reference to another object by its id, `value`; `name` is filled in by QuickBooks, ignored on input {F7-1}."""

    value: str = field(name="value")
    name: Maybe[str] = field(default=UNSET, name="name")
    type: Maybe[str] = field(default=UNSET, name="type")


class PhysicalAddress(WireStruct, frozen=True, kw_only=True):
    """A postal address {F7-2}. Inside a transaction QuickBooks may flatten it: never compare it field by field."""

    id: Maybe[str] = UNSET
    line1: Maybe[str] = UNSET
    line2: Maybe[str] = UNSET
    line3: Maybe[str] = UNSET
    line4: Maybe[str] = UNSET
    line5: Maybe[str] = UNSET
    city: Maybe[str] = UNSET
    country: Maybe[str] = UNSET
    country_code: Maybe[str] = UNSET
    country_sub_division_code: Maybe[str] = UNSET
    postal_code: Maybe[str] = UNSET
    postal_code_suffix: Maybe[str] = UNSET
    note: Maybe[str] = UNSET
    lat: Maybe[str] = UNSET
    long: Maybe[str] = UNSET


class EmailAddress(WireStruct, frozen=True, kw_only=True):
    """One or more e-mail addresses, separated by commas, in `address` (100 characters) {F7-3}."""

    address: Maybe[str] = UNSET


class TelephoneNumber(WireStruct, frozen=True, kw_only=True):
    """A telephone number as free text; 20 characters are safe {F7-4}."""

    free_form_number: Maybe[str] = UNSET


class WebSiteAddress(WireStruct, frozen=True, kw_only=True):
    """A web address (1,000 characters) {F7-5}."""

    uri: Maybe[str] = field(default=UNSET, name="URI")


class MemoRef(WireStruct, frozen=True, kw_only=True):
    """A text in a box of its own, such as CustomerMemo (1,000 characters) {F7-6}."""

    value: Maybe[str] = field(default=UNSET, name="value")


class CustomField(WireStruct, frozen=True, kw_only=True):
    """A classic custom field; `name` is read-only {F7-7}."""

    definition_id: Maybe[str] = UNSET
    name: Maybe[str] = UNSET
    type: Maybe[str] = UNSET
    string_value: Maybe[str] = UNSET
    boolean_value: Maybe[bool] = UNSET
    number_value: Maybe[Decimal] = UNSET
    date_value: Maybe[str] = UNSET


class NameValue(WireStruct, frozen=True, kw_only=True):
    """A name with a value, both text, as in `OtherPrefs` and `CompanyInfo` {F7.10-12}."""

    name: Maybe[str] = UNSET
    value: Maybe[str] = UNSET


class MetaData(WireStruct, frozen=True, kw_only=True):
    """When QuickBooks made and last changed an object; aware datetimes without milliseconds {F3.1-8}."""

    create_time: Maybe[datetime] = UNSET
    last_updated_time: Maybe[datetime] = UNSET


class LinkedTxn(WireStruct, frozen=True, kw_only=True):
    """A link between transactions: `txn_type` is such as `Invoice` or `Payment` {F7.3-31, F7.4-4}."""

    txn_id: Maybe[str] = UNSET
    txn_type: Maybe[str] = UNSET
    txn_line_id: Maybe[str] = UNSET


class EntityBase(WireStruct, frozen=True, kw_only=True):
    """What all entities share: `id` (digits), `sync_token` (grows with each change, starts at "0") {F3.3-1}."""

    id: Maybe[str] = UNSET
    sync_token: Maybe[str] = UNSET
    meta_data: Maybe[MetaData] = UNSET
    domain: Maybe[str] = field(default=UNSET, name="domain")
    sparse: Maybe[bool] = field(default=UNSET, name="sparse")
    status: Maybe[str] = field(default=UNSET, name="status")


def given(value: T | UnsetType, default: D) -> T | D:
    """Return `value`, or `default` where QuickBooks (or we) left the field out."""
    return default if isinstance(value, UnsetType) else value


_MOST_ZEROS = 50  # written out, 1E+999999999 would fill the memory
_encoder = msgspec.json.Encoder(decimal_format="number")
_canonical_encoder = msgspec.json.Encoder(order="sorted")
# A key of ours ends in a letter or digit, and in a JSON text every quote follows a backslash: this finds numbers only.
_ODD_NUMBER = re.compile(rb'(?<=[A-Za-z0-9]":)-?(?:[0-9.]+[eE][-+]?[0-9]+|(?:s?NaN|Infinity)[0-9]*)')


_SIGNS_OF_ODD_NUMBERS = (b"E+", b"E-", b"NaN", b"Infinity")  # looking for these is much quicker than the pattern


def encode(value: object) -> bytes:
    """Return `value` as JSON, with each Decimal as a plain number of the same digits: `Decimal("100.00")` -> `100.00`.

    Raises ValueError for a Decimal that is no finite number.
    """
    text = _encoder.encode(value)
    return _ODD_NUMBER.sub(_plain_number, text) if any(sign in text for sign in _SIGNS_OF_ODD_NUMBERS) else text


def replace(struct: S, **fields: Any) -> S:
    """Return a copy of `struct` with other values in some fields, named by attribute."""
    return msgspec.structs.replace(struct, **fields)


def attributes(struct: WireStruct) -> dict[str, Any]:
    """Return the values of all fields by attribute, those left out too."""
    return msgspec.structs.asdict(struct)


def plain(struct: WireStruct) -> dict[str, Any]:
    """Return `struct` as JSON values by wire name, each number as a string of its digits."""
    shown: dict[str, Any] = {name: _with_lists(value) for name, value in msgspec.to_builtins(struct).items()}
    return shown


def _with_lists(value: Any) -> Any:  # Any: JSON
    """A tuple is no JSON value: stored and read again it is a list, and must be equal to itself."""
    if isinstance(value, list | tuple):
        return [_with_lists(one) for one in value]
    if isinstance(value, dict):
        return {name: _with_lists(one) for name, one in value.items()}
    return value


def canonical(value: object) -> bytes:
    """Return JSON values as text that is the same for equal values: the order of keys does not count."""
    return _canonical_encoder.encode(value)


def _plain_number(match: re.Match[bytes]) -> bytes:
    number = Decimal(match.group().decode())
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > _MOST_ZEROS:
        raise ValueError(f"{number} cannot be sent: an amount must be a finite number of sensible size")
    return format(number, "f").encode()


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:  # Any: a cache cannot carry the type from argument to answer
    return msgspec.json.Decoder(kind)


_loose_decoder = msgspec.json.Decoder(float_hook=Decimal)


def decode(body: bytes | msgspec.Raw, kind: type[T]) -> T:
    """Return `body` as a `kind`, numbers exact; `null` counts as left out, as QuickBooks leaves fields out {F3.1-9}.

    Raises msgspec.DecodeError if the body is no JSON, is cut, or has a field of another type.
    """
    try:
        found: T = _decoder(cast(Hashable, kind)).decode(body)
    except msgspec.ValidationError:
        loose = _without_nulls(_loose_decoder.decode(body))
        found = msgspec.convert(loose, kind, strict=False)
    except (RecursionError, UnicodeDecodeError) as error:
        raise msgspec.DecodeError("nested too deeply, or no UTF-8") from error
    return found


def _without_nulls(value: Any) -> Any:  # Any: this is JSON of no known shape
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value if item is not None]
    return value
