"""What is still to be done when its time comes: writes that are committed after their callers gave up.

Nothing runs by itself: whoever is about to look at the books says that time has passed.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

from qbo_emulator.clock import ShiftedClock


class Later:
    """Work by the moment when it is due."""

    def __init__(self, clock: ShiftedClock) -> None:
        self._clock = clock
        self._numbers = count()
        self._due: list[tuple[datetime, int, Callable[[], object]]] = []

    def at(self, moment: datetime, work: Callable[[], object]) -> None:
        """Do the work at that moment."""
        heapq.heappush(self._due, (moment, next(self._numbers), work))

    def next_due(self) -> datetime | None:
        """When something is to be done next."""
        return self._due[0][0] if self._due else None

    def catch_up(self) -> int:
        """Do all that is due by now, in its order, each at its own moment; how much that was."""
        done = 0
        while self._due and self._due[0][0] <= self._clock.now():
            moment, _, work = heapq.heappop(self._due)
            with self._clock.held_at(moment):
                work()
            done += 1
        return done
