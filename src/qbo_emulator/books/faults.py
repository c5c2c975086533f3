"""The faults of the Accounting API as exceptions: code, message, detail, element (section 9 of the field notes).

One function per code, so that every wording stands in one place. Wordings marked R in the sheet are as recorded;
the rest are our own. Making JSON of them is the routes' work.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from qbo_emulator.books.wire import grouped

VALIDATION = "ValidationFault"


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


def unsupported(what: str) -> Fault:
    """500: no such operation or path, or one that is not modelled (F9.3-8)."""
    return Fault(Error("500", "Unsupported Operation", f"Operation {what} is not supported.", None))


def not_modelled(what: str) -> Fault:
    """500 with the emulator's own text: real QuickBooks has this, the emulator does not and will not pretend."""
    return Fault(Error("500", "Unsupported Operation", f"{what} is not modelled by this emulator.", None))


def object_not_found() -> Fault:
    """610: gone, never there, or inactive (F3.2-23, F9.3-10)."""
    detail = (
        "Object Not Found : Something you're trying to use has been made inactive. "
        "Check the fields with accounts, customers, items, vendors or employees."
    )
    return Fault(Error("610", "Object Not Found", detail))


def stale(user: str) -> Fault:
    """5010: the SyncToken is not the current one (F3.3-2)."""
    detail = (
        f"Stale Object Error : You and {user} were working on this at the same time. "
        f"{user} finished before you did, so your work was not saved."
    )
    return Fault(Error("5010", "Stale Object Error", detail))


def batch_too_large() -> Fault:
    """1040: more than 30 items (F4-8)."""
    return Fault(Error("1040", "Batch size exceeds allowed limit", "A batch holds at most 30 items.", None))


def bad_json(text: str) -> Fault:
    """2010 for a body that is not the JSON object it should be."""
    return Fault(Error("2010", "Request has invalid or unsupported property", text, None))


def unknown_property(name: str, schema: str, known: tuple[str, ...]) -> Fault:
    """2010: a property that the entity does not have (F9.3-18)."""
    listed = ", ".join(f'"{k}"' for k in known[:60]) + (" [truncated]" if len(known) > 60 else "")
    detail = (
        f'Property Name:Unrecognized field "{name}" (class com.intuit.schema.finance.v3.{schema}), '
        f"not marked as ignorable ({len(known)} known properties: {listed}])\n specified is unsupported or invalid"
    )
    return Fault(Error("2010", "Request has invalid or unsupported property", detail, None))


def missing(name: str) -> Fault:
    """2020: a required parameter is not there (F9.3-19)."""
    message = "Required param missing, need to supply the required value for the API"
    return Fault(Error("2020", message, f"Required parameter {name} is missing in the request", name))


def bad_id(supplied: str) -> Fault:
    """2030: an id that is not a whole number; this fault has no `time` (F9.3-20)."""
    detail = f"Id should be a valid number. Supplied value:{supplied}"
    return Fault(Error("2030", "Invalid ID", detail, "Id"), timed=False)


def bad_characters(name: str) -> Fault:
    """2040: colon, tab or newline in a name (F9.3-21)."""
    return Fault(Error("2040", "Invalid String", f"{name} holds characters that are not allowed.", name))


def bad_length(name: str, longest: int, supplied: int) -> Fault:
    """2050: too long (F9.3-22)."""
    message = "String length is either shorter or longer than supported by specification"
    detail = (
        "String length specified does not match the supported length. "
        f"Min:0 Max:{grouped(longest)} supported. Supplied length:{grouped(supplied)}"
    )
    return Fault(Error("2050", message, detail, name))


_FORMATS = {
    "2060": "Invalid Date format",
    "2070": "Invalid Date value",
    "2080": "Invalid Number format",
    "2090": "Invalid Number",
    "2100": "Invalid Decimal",
    "2110": "Invalid Amount",
    "2120": "Invalid Type",
    "2130": "Invalid Request Id Format",
    "2140": "Invalid Percent",
    "2160": "Invalid Quantity",
    "2170": "Invalid Enumeration",
    "2210": "Invalid Email Address format",
    "2220": "Invalid Currency",
    "2230": "Invalid Boolean",
    "2290": "Negative amount",
}


def bad_format(code: str, name: str, supplied: object) -> Fault:
    """2060 to 2290: a value of the wrong form for its kind (F9.3-23 to F9.3-31)."""
    message = _FORMATS[code]
    return Fault(Error(code, message, f"{message} : {name}. Supplied value:{supplied}", name))


def out_of_range(name: str, low: int, high: int, supplied: Decimal) -> Fault:
    """2240: a number beyond what the field holds (F9.3-30)."""
    detail = f"Number out of range. Min:{grouped(low)} Max:{grouped(high)}. Supplied value:{supplied}"
    return Fault(Error("2240", "Number out of range", detail, name))


def bad_reference(what: str, supplied: str) -> Fault:
    """2500: a reference to nothing (F9.3-32); `what` is Names, Items, Accounts, Klasses and so on."""
    detail = f"Invalid Reference Id : {what} element id {supplied} not found"
    return Fault(Error("2500", "Invalid Reference Id", detail))


def bad_query(code: str, detail: str) -> Fault:
    """4000 (cannot be parsed) and 4001 (makes no sense) (F9.3-35)."""
    message = "Error parsing query" if code == "4000" else "Invalid query"
    return Fault(Error(code, message, detail, None))


def business(text: str) -> Fault:
    """6000: a rule of business, in free text (F9.3-40)."""
    message = "A business validation error has occurred while processing your request"
    return Fault(Error("6000", message, f"Business Validation Error: {text}"))


def coded(code: str, message: str, detail: str, element: str | None = "") -> Fault:
    """Any other validation fault that only one rule raises."""
    return Fault(Error(code, message, detail, element))


def period_closed() -> Fault:
    """6200: the transaction's old or new date is on or before the closing date (F9.3-53)."""
    detail = (
        "Account Period Closed : The account period has closed and the account books cannot be updated through "
        "the QBO Services API. Please use the QBO website to make these changes."
    )
    return Fault(Error("6200", "Account Period Closed", detail))
