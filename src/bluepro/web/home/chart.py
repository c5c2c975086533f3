"""The chart of two amounts per month, as figures that a template draws. Pure: months in, coordinates out."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bluepro.payments.figures import Month

WIDTH, HEIGHT = 480, 160  # of the drawing; it is stretched to the room that there is
_BAR, _GAP = 14, 2
_STEPS = tuple(Decimal(step) for step in ("1", "1.2", "1.5", "2", "2.5", "3", "4", "5", "6", "8", "10"))


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of the drawing, and the class that colours it."""

    x: int
    y: int
    height: int
    style: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`marks` are the amounts at the top, the middle and the bottom of the scale."""

    bars: tuple[Bar, ...]
    marks: tuple[str, ...]
    width: int = WIDTH
    height: int = HEIGHT
    bar_width: int = _BAR


def chart_of(months: Sequence[Month]) -> Chart:
    """Two bars per month: invoiced, and received beside it. Amounts below zero have no bar."""
    top = nice_top(max((amount for month in months for amount in (month.invoiced, month.received)), default=Decimal(0)))
    step = WIDTH // max(1, len(months))
    bars = list[Bar]()
    for position, month in enumerate(months):
        left = position * step + (step - 2 * _BAR - _GAP) // 2
        bars.append(_bar(left, month.invoiced, top, "bar"))
        bars.append(_bar(left + _BAR + _GAP, month.received, top, "bar-soft"))
    return Chart(tuple(bar for bar in bars if bar.height), (short(top), short(top / 2), short(Decimal(0))))


def _bar(x: int, amount: Decimal, top: Decimal, style: str) -> Bar:
    exact = max(Decimal(0), amount) * HEIGHT / top
    height = max(1, round(exact)) if exact else 0
    return Bar(x, HEIGHT - height, height, style)


def nice_top(highest: Decimal) -> Decimal:
    """The round number at or above `highest` where the scale ends, not much higher; at least 100."""
    unit = Decimal(100)
    while unit * 10 < highest:
        unit *= 10
    return next(unit * step for step in _STEPS if unit * step >= highest)


def short(amount: Decimal) -> str:
    """ "$0", "$50", "$2.5K" or "$1M", for the scale."""
    for unit, letter in ((Decimal(10**6), "M"), (Decimal(1000), "K")):
        if amount >= unit:
            return f"${(amount / unit).normalize():f}{letter}"
    return f"${amount.normalize():f}"
