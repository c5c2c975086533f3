"""The arithmetic of a sales form, pure: line amounts, subtotal, discount and its spread, shares of tax.

Everything is Decimal and to the cent, halves away from zero. It knows neither entities nor companies.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from qbo_emulator.books.wire import CENT, ZERO, cents

_HUNDRED = Decimal(100)


def line_amount(qty: Decimal, unit_price: Decimal) -> Decimal:
    """What Amount must be when both are sent: the exact product, rounded half up (the sheet's amount rule, 7.3)."""
    return cents(qty * unit_price)


def percent_of(amount: Decimal, percent: Decimal) -> Decimal:
    """A percentage, rounded half up to the cent."""
    return cents(amount * percent / _HUNDRED)


def spread(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Divide a total >= 0 in proportion to weights >= 0, to the cent and without loss.

    Shares are floored; the cents left over go to the largest remainders, ties to the earlier one. With no weight
    at all every share is 0.
    """
    whole = sum(weights, ZERO)
    if not whole:
        return [ZERO for _ in weights]
    exact = [total * weight / whole for weight in weights]
    shares = [share.quantize(CENT, ROUND_FLOOR) for share in exact]
    left = int((total - sum(shares, ZERO)) / CENT)
    by_remainder = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], i))
    for index in by_remainder[:left]:
        shares[index] += CENT
    return shares


def after_discount(amounts: Sequence[Decimal], discount: Decimal) -> list[Decimal]:
    """What is left of each line's amount when the discount is spread over the lines above 0 (F8.1-8)."""
    if not discount:
        return list(amounts)
    shares = spread(discount, [max(amount, ZERO) for amount in amounts])
    return [amount - share for amount, share in zip(amounts, shares, strict=True)]
