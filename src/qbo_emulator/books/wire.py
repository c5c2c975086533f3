"""Words shared by all rules: what an object on the wire is, and how its numbers look.

Money is Decimal throughout; nothing here knows an entity.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias

# An object as JSON carries it. Its fields are known only to the definition tables, hence Any.
Obj: TypeAlias = dict[str, Any]

ZERO = Decimal(0)
CENT = Decimal("0.01")
_ONE = Decimal(1)


def cents(amount: Decimal) -> Decimal:
    """Round to the cent, halves away from zero; zero stays a bare 0, as recorded (F3.1-6)."""
    return amount.quantize(CENT, ROUND_HALF_UP) if amount else ZERO


def plain(number: Decimal) -> Decimal:
    """A quantity, price or percent without trailing zeros and without an exponent: 75, 22.5 (recorded)."""
    if not number:
        return ZERO
    whole = number.quantize(_ONE)
    return whole if whole == number else number.normalize()


def grouped(number: Decimal | int) -> str:
    """A number with thousands commas, as fault texts show it (F9.3-22)."""
    return f"{number:,}"


def fold(name: str) -> str:
    """The form in which names are compared: outer spaces and case do not count (F7.1-20)."""
    return name.strip().casefold()


def ref_value(value: object) -> str | None:
    """The id that a reference holds, or None when there is no reference."""
    return value.get("value") if isinstance(value, dict) else None


def digits_first(text: str) -> tuple[int, int, str]:
    """What ids are sorted by: those of digits as numbers (F5.1-8), those that are words behind them."""
    return (0, int(text), "") if text.isdigit() and text.isascii() else (1, 0, text)
