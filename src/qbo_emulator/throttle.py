"""Intuit's documented limits by the clock: sliding windows per realm, and per realm and app (section 1.1).

500 calls a minute per realm; 10 a second, 10 in flight and 40 batches a minute per realm and app; 120 batches a
minute per realm. A batch is one call and its items are not counted (F4-11). Refused calls use nothing up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from qbo_emulator.clock import Clock

MINUTE, SECOND = timedelta(seconds=60), timedelta(seconds=1)
CALLS_A_MINUTE = 500  # F1.1-1
CALLS_A_SECOND = 10  # F1.1-2
IN_FLIGHT = 10  # F1.1-3
BATCHES_A_MINUTE_APP = 40  # F1.1-4
BATCHES_A_MINUTE_REALM = 120  # F1.1-5


class Throttled(Exception):
    """The call is refused; `limit` says by which limit, for the emulator's own log."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


class Window:
    """At most `most` events in any span of time."""

    def __init__(self, most: int, span: timedelta) -> None:
        self._most = most
        self._span = span
        self._events: deque[datetime] = deque()

    def full(self, now: datetime) -> bool:
        """Whether one more would be too many."""
        while self._events and now - self._events[0] >= self._span:
            self._events.popleft()
        return len(self._events) >= self._most

    def add(self, now: datetime) -> None:
        """Count one."""
        self._events.append(now)


class Throttle:
    """All windows of all realms and apps."""

    def __init__(self, clock: Clock, enabled: bool) -> None:
        self._clock = clock
        self._enabled = enabled
        self._windows: dict[tuple[str, ...], Window] = {}
        self._in_flight: dict[tuple[str, str], int] = {}

    @contextmanager
    def call(self, realm_id: str, client_id: str, is_batch: bool) -> Iterator[None]:
        """Holds a place for one call while it lasts; raises Throttled if there is none."""
        if not self._enabled:
            yield
            return
        key = (realm_id, client_id)
        self._admit(key, is_batch)
        self._in_flight[key] = self._in_flight.get(key, 0) + 1
        try:
            yield
        finally:
            self._in_flight[key] -= 1

    def _admit(self, key: tuple[str, str], is_batch: bool) -> None:
        now = self._clock.now()
        windows = self._windows_of(key, is_batch)
        for name, window in windows.items():
            if window.full(now):
                raise Throttled(name)
        if self._in_flight.get(key, 0) >= IN_FLIGHT:
            raise Throttled("10 in flight")
        for window in windows.values():
            window.add(now)

    def _windows_of(self, key: tuple[str, str], is_batch: bool) -> dict[str, Window]:
        realm_id, client_id = key
        wanted = {
            "500 calls a minute": ((realm_id,), CALLS_A_MINUTE, MINUTE),
            "10 calls a second": ((realm_id, client_id), CALLS_A_SECOND, SECOND),
        }
        if is_batch:
            wanted |= {
                "40 batches a minute": ((realm_id, client_id), BATCHES_A_MINUTE_APP, MINUTE),
                "120 batches a minute": ((realm_id,), BATCHES_A_MINUTE_REALM, MINUTE),
            }
        return {
            name: self._windows.setdefault((name, *owner), Window(most, span))
            for name, (owner, most, span) in wanted.items()
        }
