"""Numbers as QuickBooks can hold them: exact, and within its ranges. No rounding, no sums."""

from decimal import Decimal

LARGEST_AMOUNT = Decimal("9999999999.99")  # section 7.3: 15 digits, ten of them before the point
LARGEST_QUANTITY = Decimal("9999999999.99999")  # the same form [I]: no range is documented for quantities
LARGEST_PRICE = Decimal("99999999999")  # F7.2-6
LARGEST_PAYMENT = Decimal("999999999")  # F7.4-16

_PLACES = 5


def exact(number: Decimal) -> Decimal:
    """`number` with the same value and no trailing zeros: 12.00000 is written as 12, 1E+2 as 100."""
    bare = number.normalize() + 0
    places = bare.as_tuple().exponent
    return bare.quantize(Decimal(1)) if isinstance(places, int) and places > 0 else bare


def fits(number: Decimal, largest: Decimal) -> bool:
    """Whether `number` is finite, at most `largest` in size, and has no more than 5 decimals."""
    if not number.is_finite() or not -largest <= number <= largest:
        return False
    return _places(number) <= _PLACES or _places(exact(number)) <= _PLACES


def _places(number: Decimal) -> int:
    """How many decimals a finite number is written with."""
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
