"""How dates and amounts read within a sentence, the same in every room."""

from datetime import date
from decimal import Decimal


def day_in_words(day: date) -> str:
    """ "Nov 9, 2026"."""
    return f"{day:%b} {day.day}, {day.year}"


def dollars(amount: Decimal) -> str:
    """ "$1,234.50", with a minus in front where it is below zero."""
    return f"{'−' if amount < 0 else ''}${abs(amount):,.2f}"
