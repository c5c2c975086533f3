"""The names of currencies, as references to them show. A few of the many: a code that is not here is no currency."""

from __future__ import annotations

from qbo_emulator.books.wire import Obj

NAMES = {
    "USD": "United States Dollar",
    "CAD": "Canadian Dollar",
    "GBP": "British Pound Sterling",
    "EUR": "Euro",
    "JPY": "Japanese Yen",
    "CHF": "Swiss Franc",
    "NZD": "New Zealand Dollar",
    "INR": "Indian Rupee",
    "AUD": "Australian Dollar",
    "MXN": "Mexican Peso",
}


def currency_reference(code: str) -> Obj:
    """A currency as a reference: its code and its name."""
    return {"value": code, "name": NAMES.get(code, code)}
