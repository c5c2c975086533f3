"""The line in a private note by which a payment or an invoice of ours is found again. Nothing is looked up here.

The form is `BluePro invoice 1042 (ref 7k3m9q-1)`: kind, the number that people know (left out if there is none), the
record's random reference and its generation; after a restored backup the era follows: `(ref 7k3m9q-1.2)`. An era of 1
is not shown.
"""

import re
from dataclasses import dataclass
from typing import Literal

from bluepro.quickbooks.translate.text import LINE_TEXT, clean_block, clean_line, length, shorten

MarkerKind = Literal["invoice", "payment"]

_NUMBER = 40
_BRACKETS = str.maketrans("()", "[]")
_MARKER = re.compile(
    r"BluePro\s+(?P<kind>invoice|payment)\s+(?:(?P<number>[^()\n]*?)\s+)?"
    r"\(ref\s+(?P<ref>[0-9a-z]+)-(?P<generation>[1-9][0-9]*)(?:\.(?P<era>[1-9][0-9]*))?\)"
)


@dataclass(frozen=True, slots=True)
class Marker:
    """What a marker says; `number` as shown, "" if none."""

    kind: str
    number: str
    ref: str
    generation: int
    era: int


def marker(kind: MarkerKind, number: str, ref: str, generation: int, era: int) -> str:
    """The marker of the record `ref`. Brackets in `number` become square ones: the only round pair is the marker's."""
    shown = clean_line(number.translate(_BRACKETS), _NUMBER)
    suffix = f".{era}" if era > 1 else ""
    return " ".join(filter(None, ("BluePro", kind, shown, f"(ref {ref}-{generation}{suffix})")))


def read_marker(note: str) -> Marker | None:
    """The last marker in `note`, whatever people or QuickBooks ("Voided") wrote around it; None if there is none."""
    found = list(_MARKER.finditer(note))
    if not found:
        return None
    last = found[-1]
    return Marker(last["kind"], last["number"] or "", last["ref"], int(last["generation"]), int(last["era"] or 1))


def find_marker(note: str, ref: str, generation: int, era: int) -> bool:
    """Whether `note` is marked as the entity of this very record and generation, in this era or one before.

    What was under way when a backup was made still has the marker of its own time.
    """
    found = read_marker(note)
    return found is not None and (found.ref, found.generation) == (ref, generation) and found.era <= era


def with_marker(text: str, mark: str) -> str:
    """A private note: `text`, shortened if need be, and `mark` on the line below."""
    room = LINE_TEXT - length(mark) - 1
    return "\n".join(filter(None, (shorten(clean_block(text, room), room), mark)))
