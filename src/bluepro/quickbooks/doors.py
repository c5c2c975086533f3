"""Doors to the services that run in this process: whoever hears of a change knocks, and the service looks at once.

A service waits at its own door for answers and knocks alike. Between processes the lease says who serves a company.
"""

import queue
import threading
from concurrent.futures import Future
from typing import Final

from bluepro.quickbooks.work import Outcome

KNOCK: Final = None
"""What lies in the letter box of a service when somebody knocked."""

Letter = Future[Outcome] | None


class Door:
    """One service's letter box."""

    def __init__(self) -> None:
        self._letters: queue.SimpleQueue[Letter] = queue.SimpleQueue()

    def expect(self, answer: Future[Outcome]) -> None:
        """The answer is put into the box when it is there."""
        answer.add_done_callback(self._letters.put)

    def knock(self) -> None:
        self._letters.put(KNOCK)

    def wait(self, seconds: float) -> list[Letter]:
        """What is in the box, or comes first within so many seconds."""
        letters = []
        try:
            letters.append(self._letters.get(timeout=seconds) if seconds > 0 else self._letters.get_nowait())
            while True:
                letters.append(self._letters.get_nowait())
        except queue.Empty:
            return letters


class Doors:
    """The doors of one process, by connection. Safe in several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._doors: dict[int, Door] = {}

    def open(self, connection_id: int) -> Door:
        """A door for the service that begins."""
        with self._lock:
            return self._doors.setdefault(connection_id, Door())

    def close(self, connection_id: int) -> None:
        """The service ends; what came last is found by its look at the end."""
        with self._lock:
            self._doors.pop(connection_id, None)

    def knock(self, connection_id: int) -> bool:
        """Whether somebody is there to hear it."""
        with self._lock:
            door = self._doors.get(connection_id)
        if door is not None:
            door.knock()
        return door is not None
