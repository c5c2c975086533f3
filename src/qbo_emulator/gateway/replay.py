"""Request ids: the first answer to a write is given again to every repeat (section 3.4).

The key is realm + requestid (+ bId in a batch), whatever the body or the app. Kept are successes and validation
faults of completed calls, the newest 50,000 of them; both are our own choice where nothing is documented (F3.4-8).
"""

from __future__ import annotations

from collections.abc import Callable

from qbo_emulator.books import faults
from qbo_emulator.books.wire import Obj

KEPT = 50_000
LONGEST, LONGEST_OF_BATCH, LONGEST_B_ID = 50, 36, 10  # F3.4-2


def check_request_id(request_id: str, b_ids: list[str] | None) -> None:
    """2130: too long, for a batch (whose bIds are then short too) or a single call."""
    longest = LONGEST if b_ids is None else LONGEST_OF_BATCH
    if len(request_id) > longest:
        raise faults.bad_format("2130", "requestid", request_id)
    for b_id in b_ids or []:
        if request_id and len(b_id) > LONGEST_B_ID:
            raise faults.bad_format("2130", "bId", b_id)


class Replay:
    """Answers by key, oldest first."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str, str], Obj] = {}

    def once(self, realm_id: str, request_id: str, b_id: str, work: Callable[[], Obj]) -> Obj:
        """The kept answer, or the work's, which is then kept. An empty request id keeps nothing (F3.4-7)."""
        if not request_id:
            return work()
        key = (realm_id, request_id, b_id)
        if key not in self._answers:
            self._answers[key] = work()
            if len(self._answers) > KEPT:
                del self._answers[next(iter(self._answers))]
        return self._answers[key]
