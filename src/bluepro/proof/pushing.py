"""Presses Sync Data and follows the push to its end, killing the worker on the way where that was asked for."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bluepro.common.clock import Clock
from bluepro.proof.killing import Killer, Worker
from bluepro.proof.options import RehearsalFailed
from bluepro.proof.progress import Moment, look
from bluepro.quickbooks.connect.lifecycle import resume, sync_data
from bluepro.quickbooks.models import Connection
from bluepro.quickbooks.snapshot import Kind
from bluepro.workspaces.roles import Actor

STALLED = 300.0  # seconds without any change: far longer than any wait of the engine's own
IMPATIENCE = 3.0  # seconds
POLL, CLOSE_POLL = 0.1, 0.005

Tell = Callable[[int, int, Kind | None], None]
"""Called with the records looked at, all records, and the kind that is being sent (None at the end)."""


@dataclass
class Push:
    """One press of Sync Data on a connection with a running worker.

    Who is `impatient` presses Resume and Sync Data again whenever nothing moves, instead of waiting out pauses and
    tries that are minutes away.
    """

    actor: Actor
    connection: Connection
    worker: Worker
    clock: Clock
    impatient: bool = False
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _pressed: float = 0.0

    def run(self, killer: Killer, tell: Tell) -> None:
        """Follows the push until nothing goes any more by itself.

        Raises RehearsalFailed if the connection is lost or nothing moves, ProcessFailed if the worker ends.
        """
        sync_data(self.actor, self.connection, clock=self.clock)
        moment = look(self.connection.pk, self.clock.now())
        total, moved = moment.waiting, self.monotonic()
        while not moment.finished:
            killer.watch(1 - moment.waiting / max(1, total), self.worker, self.connection.pk)
            self.worker.check()
            self.sleep(CLOSE_POLL if killer.is_waiting else POLL)
            before, moment = moment, look(self.connection.pk, self.clock.now())
            total = max(total, moment.waiting)
            tell(total - moment.waiting, total, moment.sending)
            moved = self.monotonic() if moment != before else moved
            self._check(moment, moved)
            self._press_again(moved)
        tell(total, total, None)

    def _press_again(self, moved: float) -> None:
        quiet = self.monotonic() - max(moved, self._pressed)
        if self.impatient and quiet > IMPATIENCE:
            resume(self.actor, self.connection)
            sync_data(self.actor, self.connection, clock=self.clock)
            self._pressed = self.monotonic()

    def _check(self, moment: Moment, moved: float) -> None:
        if moment.stopped:
            raise RehearsalFailed(f"The connection to the local QuickBooks stopped: {moment.stopped}")
        if self.monotonic() - moved > STALLED:
            raise RehearsalFailed(
                f"The push stands still: {moment.waiting} records wait, {moment.under_way} requests are open."
            )
