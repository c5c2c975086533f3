"""Request ids: the first answer to a write is given again to every repeat, or another choice is made (section 3.4).

The key is realm + requestid (+ bId in a batch), whatever the body or the app. Kept are successes and validation
faults of completed calls, the newest 50,000 of them; both are our own choice where nothing is documented (F3.4-8).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from qbo_emulator.books import faults
from qbo_emulator.books.state import Parts, State, require_names, value
from qbo_emulator.books.wire import Obj

KEPT = 50_000
LONGEST, LONGEST_OF_BATCH, LONGEST_B_ID = 50, 36, 10  # F3.4-2

Mode = Literal["replay", "ignore", "refuse"]
Outcome = Obj | faults.Fault


def check_request_id(request_id: str, b_ids: list[str] | None) -> None:
    """2130: too long, for a batch (whose bIds are then short too) or a single call."""
    longest = LONGEST if b_ids is None else LONGEST_OF_BATCH
    if len(request_id) > longest:
        raise faults.bad_format("2130", "requestid", request_id)
    for b_id in b_ids or []:
        if request_id and len(b_id) > LONGEST_B_ID:
            raise faults.bad_format("2130", "bId", b_id)


def outcome_of(work: Callable[[], Obj]) -> Outcome:
    """What the work answers, or the fault that it raises."""
    try:
        return work()
    except faults.Fault as fault:
        return fault


@value
@dataclass(frozen=True, slots=True)
class KeptFault:
    """A fault as a plain value."""

    errors: tuple[faults.Error, ...]
    kind: str
    status: int
    timed: bool


class Replay(State):
    """Outcomes by key, oldest first."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._outcomes: dict[tuple[str, str, str], Outcome] = {}

    def once(self, mode: Mode, realm_id: str, request_id: str, b_id: str, work: Callable[[], Obj]) -> Obj:
        """What the work answers, or what the mode says if the key was used before. Raises the work's Fault, or 600.

        An empty request id is none (F3.4-7).
        """
        if not request_id or mode == "ignore":
            return work()
        key = (realm_id, request_id, b_id)
        if key not in self._outcomes:
            self._keep(key, outcome_of(work))
        elif mode == "refuse":
            raise faults.of("600", text=f"{request_id} was used before.")
        outcome = self._outcomes[key]
        if isinstance(outcome, faults.Fault):
            raise outcome.with_traceback(None)  # or each repeat would hang another trace on it
        return outcome

    def dump(self) -> Parts:
        """The outcomes, faults as plain values."""
        return Parts(outcomes={key: _plain(outcome) for key, outcome in self._outcomes.items()})

    def load(self, state: Obj) -> None:
        """Become what was dumped."""
        require_names("Replay", state, ("outcomes",))
        self._outcomes = {key: _outcome(plain) for key, plain in state["outcomes"].items()}

    def _keep(self, key: tuple[str, str, str], outcome: Outcome) -> None:
        self._outcomes[key] = outcome
        if len(self._outcomes) > self._most:
            del self._outcomes[next(iter(self._outcomes))]


def _plain(outcome: Outcome) -> Obj | KeptFault:
    if not isinstance(outcome, faults.Fault):
        return outcome
    return KeptFault(outcome.errors, outcome.kind, outcome.status, outcome.timed)


def _outcome(plain: Obj | KeptFault) -> Outcome:
    if not isinstance(plain, KeptFault):
        return plain
    return faults.Fault(*plain.errors, kind=plain.kind, status=plain.status, timed=plain.timed)
