"""The arithmetic of a sales form, pure: line amounts, subtotal, discount and its spread, the taxable base, shares
of tax.

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


def taxable_base(amounts: Sequence[Decimal], taxed: Sequence[bool], discount: Decimal, after_discount: bool) -> Decimal:
    """What tax is computed on: the taxed lines, less their part of the discount if it comes off before tax (F8.1-8).

    The discount is spread over lines above 0 only.
    """
    base = sum((amount for amount, is_taxed in zip(amounts, taxed, strict=True) if is_taxed), ZERO)
    if not after_discount or not discount:
        return base
    shares = spread(discount, [max(amount, ZERO) for amount in amounts])
    return base - sum((share for share, is_taxed in zip(shares, taxed, strict=True) if is_taxed), ZERO)
