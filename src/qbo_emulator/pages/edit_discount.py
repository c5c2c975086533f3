"""The discount of a sales form as one input: an amount, or a percent."""

from __future__ import annotations

from collections.abc import Sequence

from qbo_emulator.books.company import Company
from qbo_emulator.books.wire import Obj
from qbo_emulator.pages.editing import Input, Typed, changed, number_of, text_of

DISCOUNT = Input("discount", "Discount", hint="An amount, or a percent such as 10%. Empty: none.")
_KIND = "DiscountLineDetail"


def is_discount(line: Obj) -> bool:
    """Whether a stored line is the discount."""
    return bool(line["DetailType"] == _KIND)


def discount_inputs(company: Company, lines: Sequence[Obj]) -> tuple[Input, ...]:
    """The input, unless the company has no discounts and the form none either."""
    return (DISCOUNT,) if company.settings.allow_discount or any(map(is_discount, lines)) else ()


def stored_discount(lines: Sequence[Obj]) -> dict[str, str]:
    """The input as stored."""
    for line in filter(is_discount, lines):
        detail = line[_KIND]
        return {DISCOUNT.name: f"{detail['DiscountPercent']}%" if detail["PercentBased"] else str(line["Amount"])}
    return {}


def discount_changed(stored: Typed, typed: Typed) -> bool:
    """Whether another discount was typed, or it was cleared."""
    return changed(stored, typed, DISCOUNT.name)


def typed_discount(lines: Sequence[Obj], typed: Typed) -> list[Obj]:
    """The discount's line to send, none if nothing was typed. Its account stays. Raises Wrong."""
    text = text_of(typed, DISCOUNT.name)
    value = number_of({DISCOUNT.name: text.removesuffix("%")}, DISCOUNT.name, "The discount")
    if value is None:
        return []
    held: Obj = next((line[_KIND] for line in lines if is_discount(line)), {})
    kept = {name: held[name] for name in ("DiscountAccountRef",) if name in held}
    if text.endswith("%"):
        return [{"DetailType": _KIND, _KIND: {**kept, "PercentBased": True, "DiscountPercent": value}}]
    return [{"Amount": value, "DetailType": _KIND, _KIND: {**kept, "PercentBased": False}}]
