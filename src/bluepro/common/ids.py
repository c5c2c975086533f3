"""Randomness as an argument: short references that people can read, and UUIDs. Nothing else draws random values."""

import random
import secrets
import uuid
from typing import Protocol

REFERENCE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0/o, 1/i/l: people read these aloud
REFERENCE_LENGTH = 8


class Ids(Protocol):
    """Source of new identifiers."""

    def reference(self) -> str: ...

    def uuid(self) -> uuid.UUID: ...


class RandomIds:
    """Unpredictable identifiers from the system."""

    def reference(self) -> str:
        return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))

    def uuid(self) -> uuid.UUID:
        return uuid.uuid4()


class SeededIds:
    """Repeatable identifiers: one seed replays a whole run."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def reference(self) -> str:
        return "".join(self._random.choices(REFERENCE_ALPHABET, k=REFERENCE_LENGTH))

    def uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self._random.getrandbits(128), version=4)
