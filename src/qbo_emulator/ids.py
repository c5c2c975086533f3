"""Random strings as an argument: tokens, codes, secrets and trace ids.

Entity ids are not made here: QuickBooks counts them up, and so do the books.
"""

from __future__ import annotations

import random
import secrets
from typing import Protocol

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Ids(Protocol):
    """A source of strings that nobody can guess, or, in a test, that everybody can."""

    def token(self, prefix: str, length: int) -> str:
        """A string of `length` letters and digits that opens with `prefix`."""
        ...

    def hex(self, length: int) -> str:
        """`length` hexadecimal digits."""
        ...


class _Drawn:
    """Strings drawn from one source of randomness."""

    def __init__(self, source: random.Random) -> None:
        self._source = source

    def token(self, prefix: str, length: int) -> str:
        """See Ids."""
        return prefix + "".join(self._source.choices(_ALPHABET, k=length - len(prefix)))

    def hex(self, length: int) -> str:
        """See Ids."""
        return f"{self._source.getrandbits(4 * length):0{length}x}"


class RandomIds(_Drawn):
    """Strings from the system's source of randomness."""

    def __init__(self) -> None:
        super().__init__(secrets.SystemRandom())


class SeededIds(_Drawn):
    """The same strings for the same seed."""

    def __init__(self, seed: int) -> None:
        super().__init__(random.Random(seed))
