"""What a property may hold: kinds of fields, and the check of a sent object against a definition.

Unknown properties are refused, read-only ones dropped, null and the empty string mean "clear". Rules between fields are
the entities' own affair. Checks run for every property of every call, so they are plain functions made once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any  # a value from JSON, before and after its check

from qbo_emulator.books import faults
from qbo_emulator.books.wire import Obj, cents, plain

Check = Callable[[Any, str], Any]

AMOUNT_LIMIT = Decimal(10) ** 13  # 15 digits, two of them decimals (the sheet's 7.3, Lines)
NUMBER_LIMIT = 99_999_999_999  # F7.2-6


@dataclass(frozen=True, slots=True)
class Field:
    """One property. `read_only`: sent values are ignored. `kept`: a full update that omits it keeps it (F3.2-14)."""

    name: str
    check: Check
    read_only: bool = False
    kept: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """The properties of one entity or nested shape, in the order in which answers show them."""

    schema: str
    fields: tuple[Field, ...]
    by_name: Mapping[str, Field] = field(init=False)
    order: tuple[str, ...] = field(init=False)
    rank: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {f.name: f for f in self.fields})
        object.__setattr__(self, "order", tuple(f.name for f in self.fields))
        object.__setattr__(self, "rank", {name: place for place, name in enumerate(self.order)})

    def arrange(self, data: Obj) -> Obj:
        """The same object with its keys in the order of the definition."""
        return {name: data[name] for name in sorted(data, key=self.rank.__getitem__)}


def check_object(definition: Definition, body: object) -> Obj:
    """The writable properties of `body` in normal form; a cleared one is None.

    Raises Fault 2010 for an unknown property or a body that is no object, else one Fault with all faults of single
    values (F9.1-1: several may come together).
    """
    if not isinstance(body, dict):
        raise faults.bad_json(f"An object is expected for {definition.schema}.")
    clean: Obj = {}
    errors: list[faults.Error] = []
    for name, value in body.items():
        known = definition.by_name.get(name)
        if known is None:
            raise faults.unknown_property(name, definition.schema, definition.order)
        if known.read_only:
            continue
        if value is None or value == "":
            clean[name] = None
            continue
        try:
            clean[name] = known.check(value, known.label or name)
        except faults.Fault as fault:
            if any(error.code == "2010" for error in fault.errors):
                raise
            errors.extend(fault.errors)
    if errors:
        raise faults.Fault(*errors)
    return clean


def _as_text(value: object, name: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    raise faults.bad_format("2120", name, type(value).__name__)


def text(longest: int, forbidden: str = "") -> Check:
    """A string of at most `longest` characters, none of them in `forbidden`; outer spaces go."""

    def check(value: object, name: str) -> str | None:
        words = _as_text(value, name).strip()
        if len(words) > longest:
            raise faults.bad_length(name, longest, len(words))
        if forbidden and any(c in words for c in forbidden):
            raise faults.bad_characters(name)
        return words or None

    return check


def email(value: object, name: str) -> str:
    """An address of at most 100 characters with @ and a full stop (F7-3)."""
    address = _as_text(value, name).strip()
    if len(address) > 100:
        raise faults.bad_length(name, 100, len(address))
    local, _, domain = address.rpartition("@")
    if not local or "." not in domain or " " in address:
        raise faults.bad_format("2210", name, address)
    return address


def boolean(value: object, name: str) -> bool:
    """true or false, also as words."""
    if isinstance(value, bool):
        return value
    words = {"true": True, "false": False}
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    raise faults.bad_format("2230", name, value)


def number(code: str) -> Check:
    """A finite number as Decimal; anything else is a fault with `code`."""

    def check(value: object, name: str) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
            raise faults.bad_format(code, name, value)
        try:
            result = Decimal(value)
        except InvalidOperation as error:
            raise faults.bad_format(code, name, value) from error
        # A number of absurd size or precision could not even be rounded.
        if not result.is_finite() or len(result.as_tuple().digits) > 24 or abs(result.adjusted()) > 24:
            raise faults.bad_format(code, name, value)
        return result

    return check


_decimal, _amount = number("2100"), number("2110")
_quantity, _percent, _integer = number("2160"), number("2140"), number("2080")


def amount(value: object, name: str) -> Decimal:
    """Money of at most 15 digits, rounded to the cent."""
    money = _amount(value, name)
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


price = _bounded(_decimal)
quantity = _bounded(_quantity)


def percent(value: object, name: str) -> Decimal:
    """0 to 100; 8.5 means 8.5 % (F7.3-22)."""
    share: Decimal = _percent(value, name)
    if not 0 <= share <= 100:
        raise faults.bad_format("2140", name, share)
    return plain(share)


def integer(low: int, high: int) -> Check:
    """A whole number between two bounds."""

    def check(value: object, name: str) -> int:
        result: Decimal = _integer(value, name)
        if result != result.to_integral_value():
            raise faults.bad_format("2080", name, value)
        if not low <= result <= high:
            raise faults.out_of_range(name, low, high, result)
        return int(result)

    return check


def day(value: object, name: str) -> str:
    """A calendar date, YYYY-MM-DD; a time or offset after it is cut off."""
    words = _as_text(value, name)
    head = words[:10]
    if len(head) != 10 or head[4] != "-" or head[7] != "-" or not head.replace("-", "").isdigit():
        raise faults.bad_format("2060", name, words)
    try:
        return date.fromisoformat(head).isoformat()
    except ValueError as error:
        raise faults.bad_format("2070", name, words) from error


def one_of(*values: str) -> Check:
    """One word of a list."""

    def check(value: object, name: str) -> str:
        if not isinstance(value, str) or value not in values:
            raise faults.bad_format("2170", name, value)
        return value

    return check


def reference(value: object, name: str) -> Obj | None:
    """{"value": id}; a sent name is ignored (F7-1). Without a value there is no reference."""
    if not isinstance(value, dict):
        raise faults.bad_format("2120", name, type(value).__name__)
    for key in value:
        if key not in ("value", "name", "type"):
            raise faults.unknown_property(key, "ReferenceType", ("value", "name", "type"))
    target = value.get("value")
    return {"value": _as_text(target, name)} if target not in (None, "") else None


def shape(definition: Definition) -> Check:
    """A nested object; cleared sub-fields vanish, and an empty one counts as cleared."""

    def check(value: object, _name: str) -> Obj | None:
        clean = check_object(definition, value)
        return definition.arrange({key: held for key, held in clean.items() if held is not None}) or None

    return check


def items(check_one: Check) -> Check:
    """A list; every entry passes the same check."""

    def check(value: object, name: str) -> list[Any]:
        if not isinstance(value, list):
            raise faults.bad_format("2120", name, type(value).__name__)
        return [checked for one in value if (checked := check_one(one, name)) is not None]

    return check


def anything(value: object, _name: str) -> object:
    """No check: the property is accepted and its holder decides."""
    return value


def ignored(*names: str) -> tuple[Field, ...]:
    """Properties that the schema knows and that the emulator reads over, as read-only ones."""
    return tuple(Field(name, anything, read_only=True) for name in names)


def _refuse(value: object, name: str) -> None:
    """500 in the emulator's own words; a value that asks for nothing (false, 0, empty) is let through."""
    if value:
        raise faults.not_modelled(f"The property {name}")


def unmodelled(*names: str) -> tuple[Field, ...]:
    """Properties that QuickBooks would store and that the emulator cannot: refused, never dropped in silence."""
    return tuple(Field(name, _refuse) for name in names)
