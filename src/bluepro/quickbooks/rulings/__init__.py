"""What each of QuickBooks' fault codes means for us: family, words, who can fix it, which button (pure).

`table` holds one entry per code, `ruling` the words it is made of, `reading` finds the entry for a fault.
"""

from bluepro.quickbooks.rulings.reading import (
    GATEWAY,
    NAME_LOCK,
    SYSTEM_FAILURE,
    TOO_LARGE,
    found,
    ruling,
    words,
)
from bluepro.quickbooks.rulings.ruling import Button, Family, Ruling, Who
from bluepro.quickbooks.rulings.table import REFUSED, RULINGS

__all__ = [
    "GATEWAY",
    "NAME_LOCK",
    "REFUSED",
    "RULINGS",
    "SYSTEM_FAILURE",
    "TOO_LARGE",
    "Button",
    "Family",
    "Ruling",
    "Who",
    "found",
    "ruling",
    "words",
]
