"""Text that people typed: cleaned the same way everywhere, checked for length and control characters.

Emoji and any printable character are welcome. What QuickBooks cannot hold is the bridge's concern.
"""

import unicodedata
from collections.abc import Iterator

from bluepro.common.errors import FieldError

_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_BREAKS = frozenset({"Zl", "Zp"})


def clean_text(text: str) -> str:
    """`text` in Unicode's composed form (NFC), line ends as one line feed, no white space around it."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text).strip()


def check_text(
    field: str, text: str, *, limit: int | None = None, required: bool = False, lines: bool = False
) -> Iterator[FieldError]:
    """What is wrong with an already cleaned `text`: empty though required, longer than `limit` characters, or
    with control characters (`lines` allows line feeds and tabs)."""
    if required and is_blank(text):
        yield FieldError(field, "required", "This may not be empty or only spaces.")
    if limit is not None and len(text) > limit:
        message = f"This has {len(text):,} characters; at most {limit:,} are allowed."
        yield FieldError(field, "too_long", message)
    bad = first_control(text, lines=lines)
    if bad:
        message = f"This contains the control character U+{ord(bad):04X}; remove it."
        yield FieldError(field, "control_character", message)


def is_blank(text: str) -> bool:
    """True if nobody would see anything of `text`: empty, spaces, zero-width characters."""
    return all(unicodedata.category(char) in _INVISIBLE for char in text)


def first_control(text: str, *, lines: bool) -> str:
    """The first character of `text` that may not be stored, or an empty string."""
    if text.isprintable():
        return ""
    return next((char for char in text if _is_control(char, lines=lines)), "")


def _is_control(char: str, *, lines: bool) -> bool:
    category = unicodedata.category(char)
    if category == "Cc":
        return not (lines and char in "\n\t")
    return category == "Cs" or (category in _BREAKS and not lines)
