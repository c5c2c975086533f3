"""The faults of the Accounting API as exceptions. Their texts stand in error_codes.py, each in one place.

What several rules raise has a function here that names what has to be said; `of` makes any other. Making JSON of them
is the routes' work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from qbo_emulator.books.error_codes import ERROR_CODES, VALIDATION
from qbo_emulator.books.state import value
from qbo_emulator.books.wire import grouped

_LONGEST_LIST = 1000


@value
@dataclass(frozen=True, slots=True)
class Error:
    """One entry of a fault; `element` None means that the key is absent (F9.1-1)."""

    code: str
    message: str
    detail: str
    element: str | None = ""

    def as_json(self) -> dict[str, str]:
        """The entry with its keys in the recorded order."""
        entry = {"Message": self.message, "Detail": self.detail, "code": self.code}
        if self.element is not None:
            entry["element"] = self.element
        return entry


class Fault(Exception):
    """A refusal. `timed` False leaves `time` out of the envelope, as recorded for 2030 (F9.3-20)."""

    def __init__(self, *errors: Error, kind: str = VALIDATION, status: int = 400, timed: bool = True) -> None:
        super().__init__("; ".join(f"{e.code} {e.detail}" for e in errors))
        self.errors = errors
        self.kind = kind
        self.status = status
        self.timed = timed

    def as_json(self) -> dict[str, object]:
        """What stands under the key `Fault`."""
        return {"Error": [error.as_json() for error in self.errors], "type": self.kind}


def of(code: str, **places: object) -> Fault:
    """The fault with this code, the places of its texts filled in. A place without a value is a KeyError."""
    known = ERROR_CODES[code]
    detail = known.detail.format(**places)
    element = known.element and known.element.format(**places)
    return Fault(Error(code, known.message, detail, element), kind=known.kind, status=known.status, timed=known.timed)


def example(code: str) -> Fault:
    """The fault with this code in the words of its example, for answers on demand. KeyError for an unknown code."""
    return of(code, **ERROR_CODES[code].example)


def unsupported(what: str) -> Fault:
    """500: no such operation or path, or one that is not modelled (F9.3-8)."""
    return of("500", what=what)


def not_modelled(what: str) -> Fault:
    """500 with the emulator's own text: real QuickBooks has this, the emulator does not and will not pretend."""
    return Fault(Error("500", ERROR_CODES["500"].message, f"{what} is not modelled by this emulator.", None))


def object_not_found(customers: str = "customers") -> Fault:
    """610: gone, never there, or inactive (F3.2-23, F9.3-10); `customers` is the company's word for them (F9.3-74)."""
    return of("610", customers=customers)


def stale(user: str) -> Fault:
    """5010: the SyncToken is not the current one (F3.3-2)."""
    return of("5010", user=user)


def batch_too_large(most: int) -> Fault:
    """1040: more items than a batch may hold (F4-8)."""
    return of("1040", most=most)


def bad_json(text: str) -> Fault:
    """2010 for a body that is not the JSON object it should be."""
    return of("2010", text=text)


def _listed(known: Sequence[str]) -> str:
    """The properties that there are, cut behind the one that goes beyond 1,000 characters, as recorded."""
    text = f" ({len(known)} known properties: "
    for name in known:
        text += f'"{name}"'
        if len(text) > _LONGEST_LIST:
            return f"{text} [truncated]])"
        text += ", "
    return text.removesuffix(", ") + "])"


def unknown_property(name: str, schema: str, known: Sequence[str]) -> Fault:
    """2010: a property that the entity does not have (F9.3-18)."""
    text = (
        f'Property Name:Unrecognized field "{name}" (class com.intuit.schema.finance.v3.{schema}), '
        f"not marked as ignorable{_listed(known)}\n specified is unsupported or invalid"
    )
    return of("2010", text=text)


def missing(name: str) -> Fault:
    """2020: a required parameter is not there (F9.3-19)."""
    return of("2020", name=name)


def bad_id(supplied: str) -> Fault:
    """2030: an id that is not a whole number; this fault has no `time` (F9.3-20)."""
    return of("2030", supplied=supplied)


def bad_characters(name: str) -> Fault:
    """2040: colon, tab or newline in a name (F9.3-21)."""
    return of("2040", name=name)


def bad_length(name: str, longest: int, supplied: int) -> Fault:
    """2050: too long (F9.3-22)."""
    return of("2050", name=name, longest=grouped(longest), supplied=grouped(supplied))


def bad_format(code: str, name: str, supplied: object) -> Fault:
    """2060 to 2290: a value of the wrong form for its kind (F9.3-23 to F9.3-31)."""
    return of(code, name=name, supplied=supplied)


def out_of_range(name: str, low: int, high: int, supplied: Decimal) -> Fault:
    """2240: a number beyond what the field holds (F9.3-30)."""
    return of("2240", name=name, low=grouped(low), high=grouped(high), supplied=supplied)


def bad_reference(what: str, supplied: str) -> Fault:
    """2500: a reference to nothing (F9.3-32); `what` is Names, Items, Accounts, Klasses and so on."""
    return of("2500", what=what, supplied=supplied)


def unparsable(text: str) -> Fault:
    """4000: the query cannot be read (F9.3-35)."""
    return of("4000", text=text)


def senseless(text: str) -> Fault:
    """4001: the query can be read but asks for what there is not (F9.3-35)."""
    return of("4001", text=text)


def business(text: str) -> Fault:
    """6000: a rule of business, in free text (F9.3-40)."""
    return of("6000", text=text)


def period_closed() -> Fault:
    """6200: the transaction's old or new date is on or before the closing date (F9.3-53)."""
    return of("6200")
