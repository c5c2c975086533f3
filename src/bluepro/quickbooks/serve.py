"""Serves one company until its time slice ends or nothing is left to do: drives the engine's steps with real means.

A company that must wait gives its worker back. Surprises inside a step end the service, never the worker.
"""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bluepro.common.clock import Clock
from bluepro.common.ids import Ids
from bluepro.quickbooks.connect.tokens import ConnectionLost, TokenUnavailable
from bluepro.quickbooks.engine import BatchSize, Engine, Step
from bluepro.quickbooks.models import Connection
from bluepro.quickbooks.store import company, leases
from bluepro.quickbooks.store.leases import Lease, LeaseLost
from bluepro.quickbooks.store.recover import next_look_up, sent_lately
from bluepro.quickbooks.work import Outcome, Sendable
from qbo_client import wire
from qbo_client.limits import DOCUMENTED, UNLIMITED_RATES, Limiter

log = logging.getLogger(__name__)

TIME_SLICE = timedelta(seconds=30)
SHORT_WAIT = 2.0  # seconds that a company may keep its worker while the limiter makes it wait
A_MOMENT = 0.05  # seconds: a little past the moment that is waited for
TICK = 3.0  # seconds after which an owner that only waits for answers extends its lease


class Tokens(Protocol):
    """Gives access tokens for one connection."""

    def current(self) -> str: ...

    def renew(self, stale: str) -> str: ...


class Sending(Protocol):
    """Sends committed requests."""

    def submit(self, sendable: Sendable, committed_at: datetime, token: str, realm_id: str) -> "Future[Outcome]": ...


@dataclass
class Means:
    """What serving needs from outside; `sizes` remembers batch sizes between services."""

    post: Sending
    tokens: Callable[[int], Tokens]
    clock: Clock
    ids: Ids
    sleep: Callable[[float], None] = time.sleep
    stopping: Callable[[], bool] = lambda: False
    sizes: dict[int, BatchSize] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Served:
    """How a service ended: `owned` if it had the lease, `wait` seconds until it is worth coming back, if ever."""

    owned: bool
    wait: float | None = None


def serve(connection_id: int, means: Means) -> Served:
    """Serves a company, if nobody else does."""
    now = means.clock.now()
    lease = leases.take(connection_id, means.ids.uuid(), now)
    if lease is None:
        return Served(owned=False, wait=_seconds_until(leases.held_until(connection_id), now))
    try:
        wait_for = _Service(lease, means).run()
    except LeaseLost:
        log.warning("lease lost", extra={"action": "lease_lost", "connection": connection_id})
        return Served(owned=False)
    except (ConnectionLost, TokenUnavailable) as error:
        log.warning("no access token", extra={"action": "token_unavailable", "reason": type(error).__name__})
        return Served(owned=True)
    finally:
        leases.release(lease)
    return Served(owned=True, wait=wait_for)


def _seconds_until(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max((moment - now).total_seconds(), 0.0) + A_MOMENT


def limiter_for(connection: Connection, now: datetime) -> Limiter:
    """A limiter that knows what was sent before, by whichever worker, and the realm's pause."""
    limiter = Limiter(UNLIMITED_RATES if connection.unlimited_rates else DOCUMENTED)
    at_work = timedelta(seconds=min(connection.unknown_after, 120))
    sent = sent_lately(connection, now)
    limiter.seed(
        ((one.at.timestamp(), wire.Lane(one.lane)) for one in sent),
        ((one.at + at_work).timestamp() for one in sent if one.open),
    )
    if connection.paused_until is not None:
        limiter.pause(connection.paused_until.timestamp())
    return limiter


class _Service:
    """One time slice of one company."""

    def __init__(self, lease: Lease, means: Means) -> None:
        now = means.clock.now()
        self._lease, self._means = lease, means
        self._connection = company.read(lease.connection_id)
        self._tokens = means.tokens(lease.connection_id)
        self._token = ""
        self._until = now + TIME_SLICE
        sizes = means.sizes.setdefault(lease.connection_id, BatchSize())
        self._engine = Engine(lease, limiter_for(self._connection, now), means.ids, sizes)
        self._flying: dict[Future[Outcome], Sendable] = {}

    def run(self) -> float | None:
        """Seconds until there is more to do, 0 if the slice ended before the work; None if nothing is left."""
        now = self._means.clock.now()
        self._heed(self._engine.adopt(now), now)
        while not self._over() or self._flying:
            sent = 0 if self._over() else self._send_what_may_go()
            if self._flying:
                self._settle_what_arrived()
            elif not sent:
                pause = self._engine.wait(self._means.clock.now())
                if not 0 < pause <= SHORT_WAIT:
                    return self._rest(pause)
                self._means.sleep(pause)
        return 0

    def _over(self) -> bool:
        return self._means.stopping() or self._means.clock.now() >= self._until

    def _rest(self, pause: float) -> float | None:
        """Nothing can be sent now: because of a pause, because an outcome may not be looked up yet, or for good."""
        now = self._means.clock.now()
        if pause > 0:
            return pause
        due = next_look_up(self._lease.connection_id)
        if due is None:
            company.finish_runs(self._connection, now)
        return _seconds_until(due, now)

    def _send_what_may_go(self) -> int:
        """Prepares and sends; the token is fetched before, since a request must leave soon after its commit."""
        self._token = self._tokens.current()
        now = self._means.clock.now()
        prepared = self._engine.prepare(now)
        self._send(prepared, now)
        return len(prepared)

    def _send(self, sendables: Sequence[Sendable], now: datetime) -> None:
        for sendable in sendables:
            future = self._means.post.submit(sendable, now, self._token, self._connection.realm_id)
            self._flying[future] = sendable

    def _settle_what_arrived(self) -> None:
        done, _ = wait(self._flying, timeout=TICK, return_when=FIRST_COMPLETED)
        now = self._means.clock.now()
        if not done:
            leases.extend(self._lease, now)
            return
        arrived = [(self._flying.pop(future), future.result()) for future in done]
        self._heed(self._engine.settle(arrived, now), now)

    def _heed(self, step: Step, now: datetime) -> None:
        if step.token_refused:
            self._token = self._tokens.renew(self._token)
        if step.again:
            self._token = self._token or self._tokens.current()
            self._send(step.again, now)
