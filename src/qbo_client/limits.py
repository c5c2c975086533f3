"""The limiter: says when the next call to one realm may start, so that QuickBooks never has to say no.

Plain and synchronous: time comes in as seconds of one clock, nothing sleeps here. It counts starts over sliding windows
and calls in flight. Which call goes next, and what a 429 means, is decided elsewhere.
"""

import math
from collections import deque
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Final

from qbo_client.wire.calls import Lane

LOST_CALL_SECONDS: Final = 120.0
"""How long QuickBooks may still work on a call that nobody waits for any more {F1.1-12}."""

_NO_TIME = 1e-6  # less than this is no wait: now + (then - now) may fall short of then by rounding


@dataclass(frozen=True, slots=True)
class Limits:
    """How many calls may start within a window, and be in flight; None switches a rate off.

    QuickBooks counts when a call arrives, we when it leaves, and the ways of two calls may differ: so the windows
    (`minute`, `second`, in seconds) are to be longer, or the counts smaller, than QuickBooks' own. A batch counts as a
    call too, since nothing says that it does not {F4-11}.
    """

    per_minute: int | None = 500  # {F1.1-1}
    per_second: int | None = 10  # {F1.1-2}
    in_flight: int = 10  # {F1.1-3}
    batches_per_minute: int | None = 40  # {F1.1-4}
    minute: float = 60.0
    second: float = 1.0

    def __post_init__(self) -> None:
        counts = (self.per_minute, self.per_second, self.batches_per_minute, self.in_flight)
        if any(count is not None and count < 1 for count in counts):
            raise ValueError("limits: each count must be 1 or more, or None")
        if self.minute <= 0 or self.second <= 0:
            raise ValueError("limits: windows must be longer than 0 s")


DOCUMENTED: Final = Limits(per_minute=495, per_second=5, in_flight=9, minute=62.0, second=1.0)
"""The documented limits with room for ways to QuickBooks (a busy machine's pauses included) that differ by up to 1 s,
or 2 s for the windows of a minute: 11 starts take 2 s at least, 41 batches 62 s, which is 97 % of 40 a minute. One call
may end at our side before QuickBooks has counted it out."""

UNLIMITED_RATES: Final = Limits(per_minute=None, per_second=None, batches_per_minute=None)
"""For a QuickBooks without throttle: ten calls in flight are the only limit."""


class _Window:
    """The last starts within one sliding window."""

    def __init__(self, count: int | None, seconds: float) -> None:
        self._starts: deque[float] = deque(maxlen=count or 0)
        self._seconds = seconds

    def free_at(self) -> float:
        full = len(self._starts) == self._starts.maxlen and self._starts.maxlen
        return self._starts[0] + self._seconds if full else -math.inf

    def add(self, now: float) -> None:
        self._starts.append(now)


class Limiter:
    """What one realm's calls have used up. Not for several threads at once."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._second = _Window(limits.per_second, limits.second)
        self._minute = _Window(limits.per_minute, limits.minute)
        self._batches = _Window(limits.batches_per_minute, limits.minute)
        self._in_flight = 0
        self._lost: list[float] = []
        self._paused_until = -math.inf

    def wait_for(self, lane: Lane, now: float) -> float:
        """Return the seconds until a call of `lane` may start: 0 means now, infinity means after the next `finish`."""
        wait = max(window.free_at() for window in self._windows(lane)) - now
        wait = max(wait, self._paused_until - now, self._slot_at(now) - now)
        return wait if wait > _NO_TIME else 0.0

    def room(self, lane: Lane, now: float) -> int:
        """Return how many calls of `lane` may start at this very moment; never more than may be in flight."""
        trial = deepcopy(self)
        count = 0
        while trial.wait_for(lane, now) == 0:
            trial.start(lane, now)
            count += 1
        return count

    def start(self, lane: Lane, now: float) -> None:
        """Count a call that starts now, allowed or not."""
        for window in self._windows(lane):
            window.add(now)
        self._in_flight += 1

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

    def seed(self, history: Iterable[tuple[float, Lane]], in_flight: Iterable[float] = ()) -> None:
        """Take over from a worker that is gone: when calls started, and until when each open one counts as in flight.

        Both in seconds of this limiter's clock. Meant for a new limiter.
        """
        for started, lane in sorted(history):
            for window in self._windows(lane):
                window.add(started)
        self._lost.extend(in_flight)

    def _windows(self, lane: Lane) -> tuple[_Window, ...]:
        every = (self._second, self._minute)
        return (*every, self._batches) if lane is Lane.BATCH else every

    def _slot_at(self, now: float) -> float:
        """When a place in flight is free: never by itself while our own calls hold all of them."""
        self._lost = sorted(until for until in self._lost if until > now)
        too_many = self._in_flight + len(self._lost) - self._limits.in_flight + 1
        if too_many <= 0:
            return now
        return self._lost[too_many - 1] if too_many <= len(self._lost) else math.inf
