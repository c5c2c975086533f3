"""Text as QuickBooks takes it: cleaned of control characters and shortened by fixed rules. Names have their own rules.

Lengths count UTF-16 units, as Java does, so that a text which fits here also fits for whoever counts characters.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

from bluepro.quickbooks.translate.outcome import Held

LINE_TEXT = 4000  # F7.2-7 and section 7.3: an item's description, a line's description, a private note
MEMO = 1000  # F7-6
NUMBER = 21  # F7.3-3: longer document numbers are refused with 2050
PAYMENT_REFERENCE = 21  # F7.4-8: no documented maximum; 21 is what integrations keep to
PHONE = 20  # F7-4: one page says 30, another 20
EMAIL = 100  # F7-3
CERTIFICATE = 16  # F7.1-11

REMEMBERED = 1_000  # texts: a catalogue's, which most lines of invoices repeat

_BLANKS = re.compile(r"[^\S\n]+")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
_PHONE_FILLING = re.compile(r"[\s().\-/]")


def length(text: str) -> int:
    """How long `text` is in UTF-16 units."""
    return len(text) if text.isascii() else len(text) + sum(char > "\uffff" for char in text)


def shorten(text: str, limit: int) -> str:
    """`text` cut to `limit` units, at a space if one is near, never within a combined character, no trailing space."""
    if length(text) <= limit:
        return text
    cut = _cut(text, limit)
    space = max(cut.rfind(" "), cut.rfind("\n"))
    keeps_most = space >= len(cut) * 3 // 4
    return (cut[:space] if keeps_most and not text[len(cut)].isspace() else cut).rstrip()


def _cut(text: str, limit: int) -> str:
    end = bisect_right(list(accumulate(map(length, text[: limit + 1]))), limit)
    while end > 0 and unicodedata.combining(text[end]):
        end -= 1
    return text[:end]


@lru_cache(maxsize=REMEMBERED)
def clean_block(text: str, limit: int) -> str:
    """`text` on as many lines as it has: NFC, line ends "\\n", control characters and runs of blanks one space."""
    return shorten(_cleaned(text), limit)


@lru_cache(maxsize=REMEMBERED)
def clean_line(text: str, limit: int) -> str:
    """`text` on a single line, otherwise like `clean_block`."""
    return shorten(" ".join(_cleaned(text).split()), limit)


def _cleaned(text: str) -> str:
    if text.isascii() and text.isprintable():
        return " ".join(text.split())  # the same, and quick for nearly all text
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    lines = ("".join(map(_plain, line)) for line in composed.split("\n"))
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in lines).strip()


def _plain(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cs":
        return ""  # half a character: no UTF-8 exists for it
    return " " if category == "Cc" or char in "\u2028\u2029" else char


def document_number(number: str, field: str = "number") -> str | Held:
    """An invoice's number, never altered: too long (21), blank or with odd blanks is for a person to change."""
    if not number.strip():
        return Held("number_missing", field, "The invoice has no number. Give it one.")
    if length(number) > NUMBER:
        message = f"The number {number} has {length(number)} characters; QuickBooks takes at most {NUMBER}. Shorten it."
        return Held("number_too_long", field, message)
    if clean_line(number, NUMBER) != number:
        message = f"The number {number!r} holds blanks at an end, double blanks or control characters. Type it again."
        return Held("number_characters", field, message)
    return number


def is_email(address: str) -> bool:
    """Whether QuickBooks takes `address`: RFC 822, `@` and a dotted domain, 100 characters {F7-3}."""
    local = address.partition("@")[0]
    dots_are_fine = not (local.startswith(".") or local.endswith(".") or ".." in local)
    return len(address) <= EMAIL and dots_are_fine and _EMAIL.fullmatch(address) is not None


def phone(number: str) -> str:
    """A telephone number within 20 characters, if need be without punctuation; "" if that is too long {F7-4}."""
    whole = clean_line(number, 200)
    if length(whole) <= PHONE:
        return whole
    bare = _PHONE_FILLING.sub("", whole)
    return bare if length(bare) <= PHONE else ""
