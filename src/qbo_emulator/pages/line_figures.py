"""What quantity, rate and amount of a line become when a person changes some of them, as on a QuickBooks form. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from qbo_emulator.books import amounts

_RATE_STEP = Decimal("0.0000001")


@dataclass(frozen=True, slots=True)
class Figures:
    """A line's figures; None where there is none."""

    quantity: Decimal | None
    rate: Decimal | None
    amount: Decimal | None


def settled(before: Figures, typed: Figures) -> Figures:
    """What is typed, with the figure that follows from the others: a new quantity or rate makes the amount, a new
    amount alone makes the rate. Where all were changed, nothing is made up.
    """
    moved = (typed.quantity, typed.rate) != (before.quantity, before.rate)
    if typed.amount is None or (moved and typed.amount == before.amount):
        return replace(typed, amount=_amount(typed))
    if typed.amount != before.amount and not moved and typed.rate is not None and typed.quantity:
        rate = (typed.amount / typed.quantity).quantize(_RATE_STEP, ROUND_HALF_UP)
        return replace(typed, rate=rate)
    return typed


def _amount(typed: Figures) -> Decimal | None:
    """Quantity times rate; without a quantity it is one."""
    if typed.rate is None:
        return typed.amount
    return amounts.line_amount(Decimal(1) if typed.quantity is None else typed.quantity, typed.rate)
