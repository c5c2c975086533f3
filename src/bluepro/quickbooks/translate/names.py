"""The Names rules: what a name looks like in QuickBooks, when two names are the same there, and which one is free.

The rules are listed for people in docs/quickbooks-owned-fields.md. They are ours, on the safe side of what is known:
colon, tab and newline are refused (F7.1-19, F7.2-17), other punctuation is kept only if a published allow-list has it.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from itertools import chain, count

from bluepro.quickbooks.snapshot import ContactRecord, ServiceRecord
from bluepro.quickbooks.translate.outcome import Held
from bluepro.quickbooks.translate.text import length, shorten

LIMIT = 100  # section 12: the reference says 500 for customers, the UI and other integrations 100
OTHER_LIST_SUFFIX = " (Customer)"

_KEPT_PUNCTUATION = frozenset(",.?@&!#'~*_-;+()")
_REPLACED = {
    ":": " - ",
    **dict.fromkeys('"`´‘’‚‛“”„‟«»‹›′″', "'"),
    **dict.fromkeys("‐‑‒–—―−/\\|⁄", "-"),
    **dict.fromkeys("[{<", "("),
    **dict.fromkeys("]}>", ")"),
    "…": "...",
    "%": " percent ",
}
_RUNS = re.compile(r" {2,}")


def clean_name(text: str, limit: int = LIMIT) -> str:
    """`text` as a name for a customer or an item: one line, allowed characters only, at most `limit` long.

    Cleaning twice changes nothing. The result is "" if nothing is left; `wanted_name` turns that into a Held.
    """
    composed = unicodedata.normalize("NFC", text)
    kept: list[str] = []
    for char in composed:
        kept.append(_kept(char, kept[-1][-1:] if kept else ""))
        if not kept[-1]:
            kept.pop()
    name = shorten(unicodedata.normalize("NFC", _RUNS.sub(" ", "".join(kept)).strip()), limit)
    return name if any(char.isalnum() for char in name) else ""


def _kept(char: str, before: str) -> str:
    """What stands for `char` after the character `before`: itself, a replacement, a space, or nothing."""
    if char in _KEPT_PUNCTUATION:
        return char
    if char in _REPLACED:
        return _REPLACED[char]
    category = unicodedata.category(char)
    if category[0] in "LN":
        return char
    if category in ("Mn", "Mc"):
        return char if _carries_marks(before) and not _selects_a_variant(char) else ""
    return "" if category in ("Cf", "Cs", "Me", "Mn") else " "


def _carries_marks(char: str) -> bool:
    return bool(char) and unicodedata.category(char)[0] in "LMN"


def _selects_a_variant(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def wanted_name(record: ContactRecord | ServiceRecord) -> str | Held:
    """The name that `record` asks for, not yet checked against other names; Held if nothing of it can be written."""
    is_contact = isinstance(record, ContactRecord)
    original = record.display_name if isinstance(record, ContactRecord) else record.name
    name = clean_name(original)
    if name:
        return name
    what = "contact" if is_contact else "service"
    shown = shorten(original.strip(), 40)
    message = f"The name of this {what} ({shown!r}) has no letter or digit that QuickBooks takes. Give it another name."
    return Held("name_empty", "display name" if is_contact else "name", message)


def key(name: str) -> str:
    """Equal for names that QuickBooks holds for the same: case and outer spaces do not count {F7.1-20}."""
    return unicodedata.normalize("NFC", name.strip().casefold())


def with_suffix(name: str, suffix: str, limit: int = LIMIT) -> str:
    """`name` with `suffix` behind it, the name shortened so that both fit into `limit`."""
    return shorten(name, limit - length(suffix)) + suffix


def free_name(
    wanted: str,
    taken: Callable[[str], bool] | Collection[str],
    held_by_other_list: bool = False,
    limit: int = LIMIT,
) -> str:
    """The first free one of `wanted`, `wanted (2)`, `wanted (3)`, ...; with " (Customer)" first if a vendor has it.

    `taken` knows the keys (see `key`) of all names in use, those of vendors and employees included for customers:
    a set of them, or a function of a key that is False in the end. `held_by_other_list` says that a vendor or an
    employee has the name.
    """
    is_taken = taken if callable(taken) else taken.__contains__
    suffix = OTHER_LIST_SUFFIX if held_by_other_list else ""
    numbers = chain([""], (f" ({number})" for number in count(2)))
    names = (with_suffix(wanted, suffix + number, limit) for number in numbers)
    return next(name for name in names if not is_taken(key(name)))
