"""Ctrl-C, SIGTERM and SIGHUP as a wish that is noticed between two steps: nothing is ever torn in the middle.

The first one asks to stop, a second one to hurry. Main thread only, since signals belong to the whole process.
"""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

NUMBERS = tuple(number for number in signal.Signals if number.name in ("SIGINT", "SIGTERM", "SIGHUP"))


class Stop:
    """Whether somebody asked to stop. A pipe wakes the waiter, since a lock cannot be taken in a signal handler."""

    def __init__(self) -> None:
        self._times = 0
        self._heard, self._said = os.pipe()

    @property
    def asked(self) -> bool:
        """Whether a stop was asked for."""
        return self._times > 0

    @property
    def hurry(self) -> bool:
        """Whether it was asked for again."""
        return self._times > 1

    def wait(self, seconds: float) -> bool:
        """Waits until a stop is asked for, at most `seconds`; whether it was."""
        if not self.asked:
            select.select([self._heard], [], [], seconds)
        return self.asked

    def ask(self) -> None:
        """Asks to stop, again to hurry."""
        self._times += 1
        if self._times == 1:
            os.write(self._said, b".")

    def close(self) -> None:
        """Frees the pipe."""
        os.close(self._heard)
        os.close(self._said)


@contextmanager
def stop_on_signals() -> Iterator[Stop]:
    """Within the block the signals ask to stop; what they did before is restored at its end."""
    stop = Stop()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.ask()

    before = {number: signal.signal(number, on_signal) for number in NUMBERS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        stop.close()
