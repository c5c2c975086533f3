"""The emulator's own table of US sales tax rates by state: what automated sales tax computes with here.

The rates are plausible, not official: one or two rates a state, so that a tax is sometimes split over two
agencies. States that are not listed have no agency set up, so tax there is 0 (F8.1-5). Real rates depend on the
street address.
"""

from __future__ import annotations

from decimal import Decimal

# State: (name, ((name of the rate, percent), ...))
STATES: dict[str, tuple[str, tuple[tuple[str, Decimal], ...]]] = {
    "CA": ("California", (("California State", Decimal("6")), ("California County", Decimal("1.25")))),
    "AZ": ("Arizona", (("Arizona State", Decimal("5.6")),)),
    "CO": ("Colorado", (("Colorado State", Decimal("2.9")),)),
    "FL": ("Florida", (("Florida State", Decimal("6")),)),
    "IL": ("Illinois", (("Illinois State", Decimal("6.25")),)),
    "NJ": ("New Jersey", (("New Jersey State", Decimal("6.625")),)),
    "NY": ("New York", (("New York State", Decimal("4")), ("New York City", Decimal("4.5")))),
    "TX": ("Texas", (("Texas State", Decimal("6.25")),)),
    "WA": ("Washington", (("Washington State", Decimal("6.5")),)),
}
_BY_NAME = {name.upper(): code for code, (name, _) in STATES.items()}


def state_code(text: str) -> str:
    """The two letters of a state given by letters or name; other texts come back in capitals."""
    upper = text.strip().upper()
    return _BY_NAME.get(upper, upper)
