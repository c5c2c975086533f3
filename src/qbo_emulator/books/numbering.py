"""Document numbers: the next one, pure.

The last number stored is the seed, whoever chose it, and its prefix and width are kept (F7.3-26).
"""

from __future__ import annotations

import re
from collections.abc import Callable

FIRST = "1001"
_TAIL = re.compile(r"^(.*?)(\d+)$", re.DOTALL)


def following(number: str) -> str:
    """One more: 1042 gives 1043, App_099 gives App_100; a number without digits at its end gets a 1."""
    found = _TAIL.match(number)
    if not found:
        return f"{number}1"
    prefix, digits = found.groups()
    return f"{prefix}{int(digits) + 1:0{len(digits)}d}"


def next_free(last: str | None, in_use: Callable[[str], bool]) -> str:
    """The first free number after `last`; 1001 in a new company."""
    number = FIRST if last is None else following(last)
    while in_use(number):
        number = following(number)
    return number
