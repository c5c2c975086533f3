"""The kinds of values: texts, numbers, dates, words of a list, references, nested objects, lists; each with its check.

A check answers the value in normal form or raises a Fault that names the property. Checks run for every property of
every call, so they are plain functions made once.
"""

from __future__ import annotations

from datetime import date
from decimal import Context, Decimal, InvalidOperation
from typing import Any  # a value from JSON, before and after its check

from qbo_emulator.books import faults
from qbo_emulator.books.fields import Check, Definition, Kind, check_object, computed
from qbo_emulator.books.wire import Obj, cents, plain

AMOUNT_LIMIT = Decimal(10) ** 13  # 15 digits, two of them decimals (the sheet's 7.3, Lines)
NUMBER_LIMIT = 99_999_999_999  # F7.2-6
_DIGITS = Context(prec=24, traps=[])  # more digits than any number here may have are rounded away by it


def _as_text(value: object, name: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    raise faults.bad_format("2120", name, type(value).__name__)


def text(longest: int, forbidden: str = "") -> Kind:
    """A string of at most `longest` characters, none of them in `forbidden`; outer spaces go."""

    def check(value: object, name: str) -> str | None:
        words = _as_text(value, name).strip()
        if len(words) > longest:
            raise faults.bad_length(name, longest, len(words))
        if forbidden and any(c in words for c in forbidden):
            raise faults.bad_characters(name)
        return words or None

    return Kind("string", check, longest=longest)


def _email(value: object, name: str) -> str:
    address = _as_text(value, name).strip()
    if len(address) > 100:
        raise faults.bad_length(name, 100, len(address))
    local, _, domain = address.rpartition("@")
    if not local or "." not in domain or " " in address:
        raise faults.bad_format("2210", name, address)
    return address


def _boolean(value: object, name: str) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "false": False}
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    raise faults.bad_format("2230", name, value)


def _number(code: str) -> Check:
    """A finite number as Decimal; anything else is a fault with `code`."""

    def check(value: object, name: str) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
            raise faults.bad_format(code, name, value)
        try:
            result = Decimal(value)
        except InvalidOperation as error:
            raise faults.bad_format(code, name, value) from error
        # A number of absurd size or precision could not even be rounded.
        if not result.is_finite() or abs(result.adjusted()) > 24 or _DIGITS.plus(result) != result:
            raise faults.bad_format(code, name, value)
        return result

    return check


_as_decimal, _as_amount = _number("2100"), _number("2110")
_as_quantity, _as_percent, _as_integer = _number("2160"), _number("2140"), _number("2080")


def _amount(value: object, name: str) -> Decimal:
    money = _as_amount(value, name)
    if abs(money) >= AMOUNT_LIMIT:
        raise faults.bad_format("2110", name, money)
    return cents(money)


def _bounded(check: Check) -> Check:
    def bounded(value: object, name: str) -> Decimal:
        result: Decimal = check(value, name)
        if abs(result) > NUMBER_LIMIT:
            raise faults.out_of_range(name, -NUMBER_LIMIT, NUMBER_LIMIT, result)
        return plain(result)

    return bounded


def _percent(value: object, name: str) -> Decimal:
    share: Decimal = _as_percent(value, name)
    if not 0 <= share <= 100:
        raise faults.bad_format("2140", name, share)
    return plain(share)


def integer(low: int, high: int) -> Kind:
    """A whole number between two bounds."""

    def check(value: object, name: str) -> int:
        result: Decimal = _as_integer(value, name)
        if result != result.to_integral_value():
            raise faults.bad_format("2080", name, value)
        if not low <= result <= high:
            raise faults.out_of_range(name, low, high, result)
        return int(result)

    return Kind("integer", check)


def _day(value: object, name: str) -> str:
    words = _as_text(value, name)
    head = words[:10]
    if len(head) != 10 or head[4] != "-" or head[7] != "-" or not head.replace("-", "").isdigit():
        raise faults.bad_format("2060", name, words)
    try:
        return date.fromisoformat(head).isoformat()
    except ValueError as error:
        raise faults.bad_format("2070", name, words) from error


def one_of(*values: str) -> Kind:
    """One word of a list."""

    def check(value: object, name: str) -> str:
        if not isinstance(value, str) or value not in values:
            raise faults.bad_format("2170", name, value)
        return value

    return Kind("enum", check, words=values)


def _reference(value: object, name: str) -> Obj | None:
    """{"value": id}; a sent name is ignored (F7-1). Without a value there is no reference."""
    if not isinstance(value, dict):
        raise faults.bad_format("2120", name, type(value).__name__)
    for key in value:
        if key not in REFERENCE.by_name:
            raise faults.unknown_property(key, REFERENCE.schema, REFERENCE.order)
    target = value.get("value")
    return {"value": _as_text(target, name)} if target not in (None, "") else None


def _entity_reference(value: object, name: str) -> Obj | None:
    """{"type": entity, "value": id}: the one kind of reference whose list is not told by the property."""
    plain_reference = _reference(value, name)
    kind = value.get("type") if isinstance(value, dict) else None
    return plain_reference and {"value": plain_reference["value"], "type": _as_text(kind or "", name)}


def shape(definition: Definition) -> Kind:
    """A nested object; cleared sub-fields vanish, and an empty one counts as cleared."""

    def check(value: object, _name: str) -> Obj | None:
        clean = check_object(definition, value)
        ranked = sorted(clean, key=definition.rank.__getitem__)
        return {key: held for key in ranked if (held := clean[key]) is not None} or None

    return Kind(definition.schema, check, nested=definition)


def items(kind: Kind) -> Kind:
    """A list; every entry passes the same check."""

    def check(value: object, name: str) -> list[Any]:
        if not isinstance(value, list):
            raise faults.bad_format("2120", name, type(value).__name__)
        return [checked for one in value if (checked := kind.check(one, name)) is not None]

    return Kind(kind.name, check, kind.nested, many=True, words=kind.words)


string = text(4000)  # of no particular length: what the books themselves write
email = Kind("string", _email, longest=100)  # at most 100 characters, with @ and a full stop (F7-3)
boolean = Kind("boolean", _boolean)  # true or false, also as words
amount = Kind("decimal", _amount)  # money of at most 15 digits, rounded to the cent
number = Kind("decimal", _as_decimal)
price = Kind("decimal", _bounded(_as_decimal))
quantity = Kind("decimal", _bounded(_as_quantity))
percent = Kind("decimal", _percent)  # 0 to 100; 8.5 means 8.5 % (F7.3-22)
day = Kind("date", _day)  # YYYY-MM-DD; a time or offset after it is cut off
REFERENCE = Definition("ReferenceType", computed(string, "value", "name", "type"))
reference = Kind("Ref", _reference, nested=REFERENCE)
entity_reference = Kind("Ref", _entity_reference, nested=REFERENCE)
date_time = Kind("dateTime", _as_text)
