"""Postal addresses: ours as QuickBooks writes them, and whether one read back still says the same."""

import unicodedata
from collections.abc import Mapping

from bluepro.quickbooks.snapshot import Address
from bluepro.quickbooks.translate.text import clean_block, clean_line
from qbo_client import wire

STREET_LINES = 5  # F7-2: Line1 to Line5


def physical_address(address: Address) -> wire.Maybe[wire.PhysicalAddress]:
    """`address` within the limits of F7-2; UNSET if there is none. Street lines beyond the fifth join the fifth."""
    if not address:
        return wire.UNSET
    lines = [line for line in clean_block(address.street, 500).split("\n") if line]
    lines[STREET_LINES - 1 :] = [", ".join(lines[STREET_LINES - 1 :])] if len(lines) >= STREET_LINES else []
    street = [clean_line(line, 500) for line in lines] + [""] * STREET_LINES
    shown = wire.PhysicalAddress(
        line1=street[0] or wire.UNSET,
        line2=street[1] or wire.UNSET,
        line3=street[2] or wire.UNSET,
        line4=street[3] or wire.UNSET,
        line5=street[4] or wire.UNSET,
        city=clean_line(address.city, 255) or wire.UNSET,
        country_sub_division_code=clean_line(address.region, 255) or wire.UNSET,
        postal_code=clean_line(address.postal_code, 30) or wire.UNSET,
        country=clean_line(address.country, 255) or wire.UNSET,
    )
    return shown if shown != wire.PhysicalAddress() else wire.UNSET


def says_the_same(theirs: Mapping[str, object], ours: Mapping[str, object]) -> bool:
    """Whether all that `ours` says is found in `theirs`, in whatever line.

    QuickBooks turns a transaction's address into free lines when it is changed, with names on top (section 7).
    """
    text = _words(theirs)
    return all(word in text for word in _words(ours))


def _words(address: Mapping[str, object]) -> list[str]:
    whole = " ".join(value for name, value in address.items() if isinstance(value, str) and name not in _NOT_POSTAL)
    return unicodedata.normalize("NFC", whole).casefold().replace(",", " ").split()


_NOT_POSTAL = frozenset({"Id", "Lat", "Long"})
