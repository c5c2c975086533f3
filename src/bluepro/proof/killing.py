"""Kills the worker while requests are open, at points spread over a push by a seed, and starts it again.

A kill counts only if a request of that worker was under way when it died; else the next chance is taken.
"""

import random
from collections.abc import Callable
from datetime import datetime

from bluepro.common.clock import Clock
from bluepro.proof.processes import Child
from bluepro.proof.progress import open_since

FIRST, LAST = 0.02, 0.9  # of the push; near its end there may be nothing left to interrupt


def points(kills: int, chance: random.Random) -> list[float]:
    """`kills` fractions of a push, one somewhere in each of as many equal parts, in order."""
    part = (LAST - FIRST) / kills if kills else 0
    return [FIRST + (at + chance.random()) * part for at in range(kills)]


class Worker:
    """The worker process of a rehearsal, and how often it was killed."""

    def __init__(self, start: Callable[[], Child], clock: Clock) -> None:
        self._start, self._clock = start, clock
        self._child = start()
        self._since: datetime = clock.now()

    def check(self) -> None:
        """Raises ProcessFailed if it ended by itself."""
        self._child.check()

    def kill_with_open_requests(self, connection_id: int) -> bool:
        """Kills and restarts it if requests of its own are open; whether some were when it died."""
        if not open_since(connection_id, self._since):
            return False
        self._child.kill()
        counted = open_since(connection_id, self._since) > 0
        self._child = self._start()
        self._since = self._clock.now()
        return counted

    def stop(self) -> None:
        """Lets it finish what is under way, then ends it."""
        self._child.stop(seconds=30)


class Killer:
    """Decides when to kill: as soon as the push has passed the next point and requests are open."""

    def __init__(self, kills: int, chance: random.Random) -> None:
        self._ahead = points(kills, chance)
        self.done = 0

    @property
    def is_waiting(self) -> bool:
        """Whether there is still somebody to kill."""
        return bool(self._ahead)

    def watch(self, fraction: float, worker: Worker, connection_id: int) -> None:
        """Look once: `fraction` of the push is done."""
        if self._ahead and fraction >= self._ahead[0] and worker.kill_with_open_requests(connection_id):
            del self._ahead[0]
            self.done += 1
