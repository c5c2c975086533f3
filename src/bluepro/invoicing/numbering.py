"""Invoice numbers: which comes next, and when two are the same. Pure; which numbers are taken is asked elsewhere."""

import re
from collections.abc import Container, Iterator

MAX_LENGTH = 30

_ENDS_IN_DIGITS = re.compile(r"(?P<prefix>.*?)(?P<digits>[0-9]+)", re.DOTALL)


def key(number: str) -> str:
    """What makes two numbers the same: upper and lower case do not count."""
    return number.lower()


def following(last: str) -> str:
    """The number after `last`: its last digits plus one, as wide as they were; "-1" is added where it ends in none.

    `INV-0099` gives `INV-0100`, `A9` gives `A10`, `SPRING` gives `SPRING-1`. A number that would grow beyond 30
    characters starts again as `1`.
    """
    match = _ENDS_IN_DIGITS.fullmatch(last)
    if match is None:
        grown = f"{last}-1"
    else:
        digits = match["digits"]
        grown = f"{match['prefix']}{int(digits) + 1:0{len(digits)}d}"
    return grown if len(grown) <= MAX_LENGTH else "1"


def series(first: str, taken: Container[str]) -> Iterator[str]:
    """`first` and the numbers after it without end, those left out whose `key` is in `taken`."""
    number = first
    while True:
        if key(number) not in taken:
            yield number
        number = following(number)
