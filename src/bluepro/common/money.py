"""Money as exact decimals: US dollars with cents. Rounds half away from zero; knows nothing of taxes or invoices."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def cents(amount: Decimal) -> Decimal:
    """`amount` rounded to whole cents, halves away from zero (2.345 -> 2.35, -2.345 -> -2.35)."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum of `amounts`; 0.00 for none."""
    return sum(amounts, ZERO)
