"""Time as an argument: what the emulator believes the present to be.

Everything that depends on time (token lives, windows of the throttle, dates, MetaData) asks a Clock. A clock that
can be pushed forward lets a test live through a hundred days in a second. No sleeping happens here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol

from qbo_emulator.books.state import State


class Clock(Protocol):
    """Anything that can tell the present."""

    def now(self) -> datetime:
        """The present, timezone-aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is pushed."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """The moment that the clock stands at."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Push the clock forward."""
        self._now += timedelta(seconds=seconds)


class ShiftedClock(State):
    """Another clock, plus what it was pushed forward by (the control API does this)."""

    APART = ("_base", "_held")

    def __init__(self, base: Clock) -> None:
        self._base = base
        self._shift = timedelta()
        self._held: datetime | None = None

    def now(self) -> datetime:
        """The base clock's present plus the shift."""
        return self._held or self._base.now() + self._shift

    @contextmanager
    def held_at(self, moment: datetime) -> Iterator[None]:
        """Meanwhile it is that moment: for what was due then and is done now."""
        self._held = moment
        try:
            yield
        finally:
            self._held = None

    def advance(self, seconds: float) -> None:
        """Push the clock forward; there is no way back, for windows and expiries would break."""
        if seconds < 0:
            raise ValueError("advance_seconds must not be negative")
        self._shift += timedelta(seconds=seconds)
