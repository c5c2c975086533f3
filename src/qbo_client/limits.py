"""The limiter: says when the next call to one realm may start, so that QuickBooks never has to say no.

Plain and synchronous: time comes in as seconds of one clock, nothing sleeps here. It counts starts over sliding windows
and calls in flight, and leaves single calls a share that batches never take. Which call goes next, and what a 429 means
for the calls that got it, is decided elsewhere; what it means for the rate is in `learned`.
"""

import math
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final

from qbo_client.wire.calls import Lane

LOST_CALL_SECONDS: Final = 120.0
"""How long QuickBooks may still work on a call that nobody waits for any more {F1.1-12}."""

REALM_PER_MINUTE: Final = 500
"""Calls of all apps together to one realm within a minute {F1.1-1}."""

SLOWED_SECONDS: Final = 600.0
SLOWED_TO: Final = 0.75
SLOWEST: Final = 0.25
"""After a 429 that our own calls do not explain the rate is three quarters for ten minutes, and a quarter at least."""

ITEMS_COUNT_SECONDS: Final = 3600.0
"""How long it is believed that the items of batches are counted one by one, once a 429 has looked like it."""

_NO_TIME = 1e-6  # less than this is no wait: now + (then - now) may fall short of then by rounding
_ITEMS_SEEN = 30  # items by which a count of them may miss 500: a batch


@dataclass(frozen=True, slots=True)
class Spare:
    """What batches leave free for single calls: places within a minute, within a second, and in flight."""

    minute: int = 0
    second: int = 0
    in_flight: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """How many calls may start within a window, and be in flight; None switches a rate off.

    QuickBooks counts when a call arrives, we when it leaves, and the ways of two calls may differ: so the windows
    (`minute`, `second`, in seconds) are to be longer, or the counts smaller, than QuickBooks' own. A batch counts as a
    call too, since nothing says that it does not; with `items_count` each of its items does {F4-11}.
    """

    per_minute: int | None = REALM_PER_MINUTE
    per_second: int | None = 10  # {F1.1-2}
    in_flight: int = 10  # {F1.1-3}
    batches_per_minute: int | None = 40  # {F1.1-4}
    minute: float = 60.0
    second: float = 1.0
    items_count: bool = False
    spare: Spare = Spare()

    def __post_init__(self) -> None:
        counts = (self.per_minute, self.per_second, self.batches_per_minute, self.in_flight)
        if any(count is not None and count < 1 for count in counts):
            raise ValueError("limits: each count must be 1 or more, or None")
        if self.minute <= 0 or self.second <= 0:
            raise ValueError("limits: windows must be longer than 0 s")
        shares = (
            (self.spare.minute, self.per_minute),
            (self.spare.second, self.per_second),
            (self.spare.in_flight, self.in_flight),
        )
        if any(count is not None and spared >= count for spared, count in shares):
            raise ValueError("limits: batches must be left a place")


DOCUMENTED: Final = Limits(
    per_minute=495, per_second=5, in_flight=9, minute=62.0, second=1.0, spare=Spare(minute=15, second=3, in_flight=2)
)
"""The documented limits with room for ways to QuickBooks (a busy machine's pauses included) that differ by up to 1 s,
or 2 s for the windows of a minute: 11 starts take 2 s at least, 41 batches 62 s, which is 97 % of 40 a minute. One call
may end at our side before QuickBooks has counted it out. Two batches a second and seven in flight are more than
40 a minute need."""

UNLIMITED_RATES: Final = Limits(per_minute=None, per_second=None, batches_per_minute=None, spare=Spare(in_flight=1))
"""For a QuickBooks without throttle: ten calls in flight are the only limit."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A 429, and what we had sent in the minute before it: `calls`, the `items` in them, and how many of these items
    QuickBooks `took`."""

    at: float
    calls: int
    items: int
    took: int

    @property
    def counts_items(self) -> bool:
        """Whether it came just when the items, counted one by one, reached 500, while the calls were far from it."""
        reached = self.items > REALM_PER_MINUTE - _ITEMS_SEEN and self.took <= REALM_PER_MINUTE + _ITEMS_SEEN
        return reached and self.calls < REALM_PER_MINUTE // 2


def learned(limits: Limits, refusals: Collection[Refusal], now: float) -> Limits:
    """The limits as recent refusals (the first of each pause) teach them; older ones are forgotten."""
    items_count = any(one.counts_items and now - one.at < ITEMS_COUNT_SECONDS for one in refusals)
    others = sum(not one.counts_items and now - one.at < SLOWED_SECONDS for one in refusals)
    pace = max(SLOWED_TO**others, SLOWEST)
    return replace(
        limits,
        items_count=limits.items_count or items_count,
        per_minute=_slowed(limits.per_minute, pace, limits.spare.minute),
        per_second=_slowed(limits.per_second, pace, limits.spare.second),
        batches_per_minute=_slowed(limits.batches_per_minute, pace),
    )


def _slowed(count: int | None, pace: float, spare: int = 0) -> int | None:
    return None if count is None else max(round(count * pace), spare + 1)


class _Window:
    """What started within one sliding window; a start may have a weight."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._starts: deque[tuple[float, int]] = deque()
        self._used = 0

    def used(self, now: float) -> int:
        while self._starts and self._starts[0][0] + self._seconds <= now + _NO_TIME:
            self._used -= self._starts.popleft()[1]
        return self._used

    def add(self, at: float, weight: int = 1) -> None:
        self._starts.append((at, weight))
        self._used += weight

    def free_at(self, now: float, most: int, weight: int = 1) -> float:
        """When `weight` more makes `most` at the most; infinity if it never does."""
        over = self.used(now) + weight - most
        if over <= 0:
            return now
        for at, past in self._starts:
            over -= past
            if over <= 0:
                return at + self._seconds
        return math.inf


class Limiter:
    """What one realm's calls have used up. Not for several threads at once."""

    def __init__(self, limits: Limits) -> None:
        self._given = self._limits = limits
        self._second = _Window(limits.second)
        self._minute = _Window(limits.minute)
        self._items = _Window(limits.minute)
        self._batches = _Window(limits.minute)
        self._in_flight = 0
        self._lost: list[float] = []
        self._paused_until = -math.inf

    def wait_for(self, lane: Lane, now: float, items: int = 1) -> float:
        """Return the seconds until a call of `lane` with so many items may start: 0 means now, infinity means after
        the next `finish`."""
        weighted = ((window, most, items if window is self._items else 1) for window, most in self._windows(lane))
        free = max((window.free_at(now, most, weight) for window, most, weight in weighted), default=now)
        wait = max(free, self._paused_until, self._place_at(lane, now)) - now
        return wait if wait > _NO_TIME else 0.0

    def room(self, lane: Lane, now: float, items: int = 1) -> int:
        """Return how many calls of `lane`, of so many items each, may start at this very moment; never more than may be
        in flight."""
        if self._paused_until - now > _NO_TIME:
            return 0
        left = [
            (most - window.used(now)) // (items if window is self._items else 1) for window, most in self._windows(lane)
        ]
        return max(0, min(*left, self._places(lane, now)) if left else self._places(lane, now))

    def start(self, lane: Lane, now: float, items: int = 1) -> None:
        """Count a call that starts now, allowed or not."""
        self.count(lane, now, items)
        self._in_flight += 1

    def count(self, lane: Lane, at: float, items: int = 1) -> None:
        """Count a call that somebody else started; whether it is still in flight is his business."""
        self._second.add(at)
        self._minute.add(at)
        self._items.add(at, items)
        if lane is Lane.BATCH:
            self._batches.add(at)

    def finish(self, lane: Lane, now: float, lost: bool = False) -> None:
        """Count out a call. If no answer came (`lost`), QuickBooks may be at it for LOST_CALL_SECONDS more.

        Raises ValueError if no call is in flight.
        """
        if not self._in_flight:
            raise ValueError(f"no {lane} call is in flight")
        self._in_flight -= 1
        if lost:
            self._lost.append(now + LOST_CALL_SECONDS)

    def pause(self, until: float) -> None:
        """Let nothing start before `until`: the one pause of a realm after a 429. A longer pause stays."""
        self._paused_until = max(self._paused_until, until)

    def learn(self, refusals: Collection[Refusal], now: float) -> None:
        """Go as fast as these refusals (the first of each pause) allow."""
        self._limits = learned(self._given, refusals, now)

    def seed(self, history: Iterable[tuple[float, Lane, int]], in_flight: Iterable[float] = ()) -> None:
        """Take over from a worker that is gone: when calls started, with how many items, and until when each open one
        counts as in flight.

        Times in seconds of this limiter's clock. Meant for a new limiter.
        """
        for started, lane, items in sorted(history):
            self.count(lane, started, items)
        self._lost.extend(in_flight)

    def _windows(self, lane: Lane) -> list[tuple[_Window, int]]:
        """The windows that a call of `lane` must fit into, with the most that each may hold."""
        limits, batch = self._limits, lane is Lane.BATCH
        minute, second = (limits.spare.minute, limits.spare.second) if batch else (0, 0)
        found: list[tuple[_Window, int]] = []
        if limits.per_second is not None:
            found.append((self._second, limits.per_second - second))
        if limits.per_minute is not None:
            found.append((self._items if limits.items_count else self._minute, limits.per_minute - minute))
        if batch and limits.batches_per_minute is not None:
            found.append((self._batches, limits.batches_per_minute))
        return found

    def _most_in_flight(self, lane: Lane) -> int:
        return self._limits.in_flight - (self._limits.spare.in_flight if lane is Lane.BATCH else 0)

    def _places(self, lane: Lane, now: float) -> int:
        return self._most_in_flight(lane) - self._in_flight - len(self._still_lost(now))

    def _place_at(self, lane: Lane, now: float) -> float:
        """When a place in flight is free: never by itself while our own calls hold all of them."""
        lost, too_many = self._still_lost(now), 1 - self._places(lane, now)
        if too_many <= 0:
            return now
        return lost[too_many - 1] if too_many <= len(lost) else math.inf

    def _still_lost(self, now: float) -> list[float]:
        self._lost = sorted(until for until in self._lost if until > now)
        return self._lost
