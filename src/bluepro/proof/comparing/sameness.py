"""When two values mean the same: text by its words, names by the Names rules, addresses by what they say.

Deliberately apart from what makes payloads: only the cleaning of names is shared, since the rules define it.
"""

import re
import unicodedata
from decimal import Decimal

from bluepro.quickbooks.translate.names import clean_name, with_suffix
from qbo_client import wire

LONG_TEXT = 900  # QuickBooks' shortest limit for texts that people write at length is 1,000
NAME_SUFFIX = re.compile(r"(?: \(Customer\))?(?: \([1-9][0-9]*\))?$")
_SEPARATORS = frozenset({"Cc", "Zl", "Zp", "Zs", "Cs"})


def words(text: str) -> str:
    """`text` composed (NFC), with every run of white space and control characters as one space."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(" " if unicodedata.category(char) in _SEPARATORS else char for char in composed).split())


def same_text(ours: str, theirs: str) -> bool:
    """Whether `theirs` says what `ours` does; a long text may have been cut at its end."""
    mine, other = words(ours), words(theirs)
    return mine == other or (len(other) >= LONG_TEXT and mine.startswith(other))


def same_short(ours: str, theirs: str, limit: int) -> bool:
    """Like `same_text`, for a field that QuickBooks limits to `limit` characters."""
    mine, other = words(ours), words(theirs)
    return mine == other or (len(mine) > limit >= len(other) >= limit // 2 and mine.startswith(other))


def same_name(ours: str, theirs: str) -> bool:
    """Whether `theirs` is what the Names rules make of `ours`: cleaned, shortened, perhaps with a suffix."""
    wanted = clean_name(ours)
    suffix = NAME_SUFFIX.search(theirs)
    return bool(wanted) and (theirs == wanted or (suffix is not None and theirs == with_suffix(wanted, suffix.group())))


def same_part_of_name(ours: str, theirs: str) -> bool:
    """Whether a company's, first or last name is what the Names rules make of ours."""
    return clean_name(ours) == theirs


def same_phone(ours: str, theirs: str) -> bool:
    """Whether the digits agree; a number too long for QuickBooks may be missing there."""
    mine, other = _dialled(ours), _dialled(theirs)
    return mine == other or (not other and len(re.sub(r"[\s().\-/]", "", ours)) > 20)


def _dialled(number: str) -> str:
    return "".join(char for char in number if char.isalnum() or char == "+").casefold()


def says_address(ours: str, theirs: wire.Maybe[wire.PhysicalAddress]) -> bool:
    """Whether every word of our address is in theirs, in whatever line: QuickBooks regroups lines."""
    found = set(_address_words(_spelled(theirs)))
    return all(word in found for word in _address_words(ours))


def _spelled(address: wire.Maybe[wire.PhysicalAddress]) -> str:
    if isinstance(address, wire.UnsetType):
        return ""
    parts = (
        *(address.line1, address.line2, address.line3, address.line4, address.line5),
        *(address.city, address.country_sub_division_code, address.postal_code, address.country),
    )
    return " ".join(wire.given(part, "") for part in parts)


def _address_words(text: str) -> list[str]:
    return words(text).casefold().replace(",", " ").split()


def may_be_email(address: str) -> bool:
    """Whether QuickBooks can be expected to take this e-mail address {F7-3}: plain ASCII, one @, a dotted domain."""
    local, _, domain = address.partition("@")
    plain = address.isascii() and len(address) <= 100 and not re.search(r"[\s\"(),:;<>@\[\\\]]", local + domain)
    dots = ".." not in address and not local.startswith(".") and not local.endswith(".")
    return plain and dots and bool(local) and re.fullmatch(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}", domain) is not None


def same_email(ours: tuple[str, ...], theirs: str) -> bool:
    """Whether `theirs` is the first of ours that QuickBooks takes; none there if it takes none."""
    wanted = next((address.strip() for address in ours if may_be_email(address.strip())), "")
    return wanted.casefold() == theirs.casefold()


def shown(amount: Decimal | None) -> str:
    """An amount as people read it."""
    return "nothing" if amount is None else f"{amount:,f}"
