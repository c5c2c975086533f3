"""Lists of names take one write at a time: a single write that comes while another is being worked on is refused
(F7.1-25).

How long one is worked on is told by the latency model and by faults on demand; without them nothing overlaps. A batch
holds the lock but is not refused, for that is not reported.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from qbo_emulator.books import faults
from qbo_emulator.books.company import NAME_LISTS
from qbo_emulator.gateway.arrival import WRITES, Arrival


class NameLock:
    """Until when each realm's names are being written."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def require_free(self, arrival: Arrival, now: datetime) -> None:
        """6000 for a single write of a name while another one is not done yet."""
        until = self._until.get(arrival.realm_id)
        if until is not None and now < until and _writes_names(arrival) and not arrival.is_batch:
            raise faults.business("You can only add or edit one name at a time.")

    def hold(self, arrival: Arrival, now: datetime, seconds: float) -> None:
        """The call works for so long."""
        if _writes_names(arrival):
            until = now + timedelta(seconds=seconds)
            self._until[arrival.realm_id] = max(until, self._until.get(arrival.realm_id, until))


def _writes_names(arrival: Arrival) -> bool:
    return any(act.entity in NAME_LISTS and act.operation in WRITES for act in arrival.acts)
