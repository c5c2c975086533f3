"""The time of a simulated world: stands still until it is moved. One clock for BluePro and the local QuickBooks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 15, tzinfo=UTC)


@dataclass
class SimClock:
    """Tells one time to everybody; a worker's own machine may be off by its skew."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
