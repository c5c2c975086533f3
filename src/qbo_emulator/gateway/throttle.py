"""Intuit's documented limits by the clock: sliding windows per realm, and per realm and app (section 1.1).

500 calls a minute per realm; 10 a second, 10 in flight and 40 batches a minute per realm and app; 120 batches a
minute per realm. Refused calls use nothing up. Asking costs the same however much was called, and a realm at its
limits holds a few kilobytes.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MINUTE, SECOND = 60_000_000, 1_000_000  # all times here are whole microseconds since 1970
IN_FLIGHT = 10  # F1.1-3

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = -(2**62)


class Throttled(Exception):
    """The call is refused; `limit` says by which limit, for the emulator's own log."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


def microseconds(moment: datetime) -> int:
    """A moment as a whole number."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


class Window:
    """At most `most` events in any span of time: a ring of the latest, whose oldest ones say if there is room."""

    def __init__(self, most: int, span: int) -> None:
        self._ring = array("q", [_NEVER]) * most
        self._span = span
        self._oldest = 0

    def room(self, now: int, events: int = 1) -> bool:
        """Whether so many more fit in."""
        most = len(self._ring)
        return events <= most and now - self._ring[(self._oldest + events - 1) % most] >= self._span

    def add(self, now: int, events: int = 1) -> None:
        """Count some."""
        for _ in range(min(events, len(self._ring))):
            self._ring[self._oldest] = now
            self._oldest = (self._oldest + 1) % len(self._ring)


@dataclass(frozen=True, slots=True)
class Load:
    """Who calls, and how many of the calls a minute it takes."""

    realm_id: str
    client_id: str
    is_batch: bool = False
    events: int = 1


@dataclass(frozen=True, slots=True)
class _Limit:
    """One documented limit. `per_app` False counts all apps of a realm together."""

    name: str
    most: int
    span: int
    per_app: bool
    batches_only: bool


CALLS = _Limit("500 calls a minute", 500, MINUTE, per_app=False, batches_only=False)  # F1.1-1
BURST = _Limit("10 calls a second", 10, SECOND, per_app=True, batches_only=False)  # F1.1-2
BATCHES_OF_APP = _Limit("40 batches a minute", 40, MINUTE, per_app=True, batches_only=True)  # F1.1-4
BATCHES = _Limit("120 batches a minute", 120, MINUTE, per_app=False, batches_only=True)  # F1.1-5
_LIMITS = (CALLS, BURST, BATCHES_OF_APP, BATCHES)


class Throttle:
    """All windows of all realms and apps."""

    def __init__(self) -> None:
        self._windows: dict[tuple[str, ...], Window] = {}
        self._ends: dict[tuple[str, str], list[int]] = {}

    def admit(self, load: Load, moment: datetime) -> None:
        """Count a call, or raise Throttled and count nothing."""
        now = microseconds(moment)
        taken = []
        for limit in _LIMITS:
            if limit.batches_only and not load.is_batch:
                continue
            window, events = self._window(limit, load), load.events if limit is CALLS else 1
            if not window.room(now, events):
                raise Throttled(limit.name)
            taken.append((window, events))
        if self._in_flight(load, now) >= IN_FLIGHT:
            raise Throttled(f"{IN_FLIGHT} in flight")
        for window, events in taken:
            window.add(now, events)

    def hold(self, load: Load, moment: datetime, seconds: float) -> None:
        """An admitted call stays in flight for so long."""
        end = microseconds(moment) + round(seconds * SECOND)
        self._ends.setdefault((load.realm_id, load.client_id), []).append(end)

    def _in_flight(self, load: Load, now: int) -> int:
        key = (load.realm_id, load.client_id)
        self._ends[key] = [end for end in self._ends.get(key, ()) if end > now]
        return len(self._ends[key])

    def use_up(self, realm_id: str, calls: int, batches: int, moment: datetime) -> None:
        """Another app calls the same realm: what counts for all apps together fills up (F1.1-17)."""
        now, load = microseconds(moment), Load(realm_id, "")
        self._window(CALLS, load).add(now, calls)
        self._window(BATCHES, load).add(now, batches)

    def _window(self, limit: _Limit, load: Load) -> Window:
        owner = (load.realm_id, load.client_id) if limit.per_app else (load.realm_id,)
        key = (limit.name, *owner)
        if key not in self._windows:
            self._windows[key] = Window(limit.most, limit.span)
        return self._windows[key]
