"""Keeps the parts of one installation running: starts them in order, restarts what dies, stops them in reverse order.

Knows neither what a part is (a process, the database) nor which parts there are; `bluepro up` and `demo` say so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bluepro.common.errors import BlueProError
from bluepro.running.errors import PostgresError

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a part that died is started again; doubles each time
STEADY = 60.0  # seconds after which a part counts as healthy, and its next pause is the shortest again
LOOK = 0.25  # seconds between two looks at the parts


class SupervisorError(BlueProError):
    """BluePro cannot be started or kept running here; the message says what to do."""


class Part(Protocol):
    """Something that runs until it is stopped, and may die."""

    @property
    def name(self) -> str: ...

    def start(self) -> None:
        """Starts it, or starts it anew after it died. Raises SupervisorError or PostgresError."""

    def is_alive(self) -> bool: ...

    def stop(self, hurry: Callable[[], bool], /) -> None:
        """Ends it with all that belongs to it, at once when `hurry` becomes true. Without a start it does nothing."""

    def last_words(self) -> str:
        """What it said before it died, for people."""


class Waiter(Protocol):
    """Waits, and knows whether somebody asked to stop; `signals.Stop` is one."""

    @property
    def asked(self) -> bool: ...

    @property
    def hurry(self) -> bool: ...

    def wait(self, seconds: float) -> bool: ...


@dataclass
class _Kept:
    part: Part
    started: float = 0.0
    pause: float = 0.0
    again_at: float | None = None  # when it is started again; None while it runs


class Supervisor:
    """Runs parts until it is told to stop. `tell` says a line to people; `monotonic` gives seconds."""

    def __init__(self, stop: Waiter, *, tell: Callable[[str], None], monotonic: Callable[[], float]) -> None:
        self._kept: list[_Kept] = []
        self._stop, self._tell, self._monotonic = stop, tell, monotonic

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop_all()

    def start(self, part: Part) -> None:
        """Starts the next part, unless a stop was asked for. Raises what the part raises."""
        if not self._stop.asked:
            kept = _Kept(part)
            self._kept.append(kept)
            part.start()
            kept.started = self._monotonic()

    def run(self) -> None:
        """Looks after the parts until a stop is asked for."""
        while not self._stop.wait(LOOK):
            self.look()

    def look(self) -> None:
        """One look at every part: who died is told, and started again when its pause is over."""
        for kept in self._kept:
            if self._stop.asked:
                return
            if kept.again_at is None:
                self._notice(kept)
            elif self._monotonic() >= kept.again_at:
                self._start_again(kept)

    def stop_all(self) -> None:
        """Stops what was started, the newest first."""
        while self._kept:
            self._kept.pop().part.stop(lambda: self._stop.hurry)

    def _notice(self, kept: _Kept) -> None:
        if kept.part.is_alive():
            return
        self._wait_longer(kept)
        self._tell(
            f"The {kept.part.name} ended by itself and is started again in {kept.pause:g} s. {kept.part.last_words()}"
        )

    def _start_again(self, kept: _Kept) -> None:
        try:
            kept.part.start()
        except (SupervisorError, PostgresError) as error:
            self._wait_longer(kept)
            self._tell(f"The {kept.part.name} could not be started, next try in {kept.pause:g} s. {error}")
            return
        kept.started, kept.again_at = self._monotonic(), None

    def _wait_longer(self, kept: _Kept) -> None:
        now = self._monotonic()
        steady = kept.again_at is None and now - kept.started >= STEADY
        kept.pause = FIRST_PAUSE if steady or not kept.pause else min(2 * kept.pause, LONGEST_PAUSE)
        kept.again_at = now + kept.pause
