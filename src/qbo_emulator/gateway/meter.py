"""Metered reads of the month, counted for all realms and apps of the deployment together (section 1.3).

The month is that of the server's date. Writes are never metered.
"""

from __future__ import annotations

from datetime import datetime

from qbo_emulator.books.pacific import today
from qbo_emulator.books.state import State


class Meter(State):
    """One deployment's use of reads."""

    def __init__(self) -> None:
        self._month = ""
        self._reads = 0

    def reads(self, moment: datetime) -> int:
        """Reads of the moment's month so far."""
        return self._reads if self._month == month_of(moment) else 0

    def set(self, reads: int, moment: datetime) -> None:
        """Say how much was read in the moment's month."""
        self._reads, self._month = reads, month_of(moment)

    def count(self, reads: int, moment: datetime) -> None:
        """Count successful reads; a new month begins at 0."""
        self.set(self.reads(moment) + reads, moment)


def month_of(moment: datetime) -> str:
    """The month that a moment is metered in, as 2026-01."""
    return today(moment).isoformat()[:7]
