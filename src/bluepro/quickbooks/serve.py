"""Serves one company until its time slice ends or nothing is left to do: drives the engine's steps with real means.

A company that must wait gives its worker back. Whatever ends a service early, what is under way is settled, or at least
written down, as far as it arrives in time; the rest is looked up by the next owner.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bluepro.common.clock import Clock
from bluepro.common.ids import Ids
from bluepro.quickbooks.connect.tokens import ConnectionLost, TokenUnavailable
from bluepro.quickbooks.doors import KNOCK, Doors, Letter
from bluepro.quickbooks.engine import BatchSize, Engine, Step, lessons
from bluepro.quickbooks.models import Connection
from bluepro.quickbooks.store import company, leases
from bluepro.quickbooks.store.leases import Lease, LeaseLost
from bluepro.quickbooks.store.log import AT_WORK, sent_lately
from bluepro.quickbooks.work import Outcome, Sendable, Trouble
from qbo_client import wire
from qbo_client.limits import DOCUMENTED, UNLIMITED_RATES, Limiter

log = logging.getLogger(__name__)

TIME_SLICE = timedelta(seconds=30)
LONGER = timedelta(seconds=2)  # by so much a slice grows, again and again, while no other company waits for a worker
SHORT_WAIT = 2.0  # seconds that a company may keep its worker while the limiter makes it wait
A_MOMENT = 0.05  # seconds: a little past the moment that is waited for
TOGETHER = 3  # answers to batches that are settled together, if they come within MOMENT of each other
MOMENT = 0.03  # seconds
TOKEN_FOR = timedelta(seconds=1)  # so long an access token is used without asking for it anew
TICK = 0.5  # seconds after which an owner that waits for answers looks for edits that nobody told it of
VAIN = 10  # a look that found nothing is repeated after so many times its length, unless an answer came
EXTEND = timedelta(seconds=3)  # so often an owner that only waits extends its lease
GRACE = timedelta(seconds=5)  # how long a stopping worker, or one that lost its lease, waits for answers
LOCKED_WAIT = 1.0  # seconds until records are looked at again that are due and cannot go, such as those being saved


class Tokens(Protocol):
    """Gives access tokens for one connection."""

    def current(self) -> str: ...

    def renew(self, stale: str) -> str: ...


class Sending(Protocol):
    """Sends committed requests."""

    def submit(self, sendable: Sendable, committed_at: datetime, token: str, realm_id: str) -> "Future[Outcome]": ...


@dataclass
class Means:
    """What serving needs from outside.

    `doors` is where this process hears of changes, `sizes` remembers batch sizes between services, `others_wait` tells
    whether a company other than this one waits for a worker. `sleep` waits where there is nothing to hear: instead of
    the door, where time is not the machine's.
    """

    post: Sending
    tokens: Callable[[int], Tokens]
    clock: Clock
    ids: Ids
    sleep: Callable[[float], None] | None = None
    stopping: Callable[[], bool] = lambda: False
    sizes: dict[int, BatchSize] = field(default_factory=dict)
    doors: Doors = field(default_factory=Doors)
    others_wait: Callable[[int], bool] = lambda _: True


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
        service = _Service(lease, means)
        wait_for = service.run()
    except LeaseLost:
        log.warning("lease lost", extra={"action": "lease_lost", "connection": connection_id})
        return Served(owned=False)
    except (ConnectionLost, TokenUnavailable) as error:
        log.warning("no access token", extra={"action": "token_unavailable", "reason": type(error).__name__})
        if isinstance(error, TokenUnavailable):
            company.sign_in_fails(connection_id, str(error), means.clock.now())
        return Served(owned=False)  # the sweep tries again
    finally:
        means.doors.close(connection_id)
        leases.release(lease)
    return Served(owned=True, wait=_at_once_if(service.called_for, connection_id, wait_for, means))


CalledFor = Callable[[int, datetime], bool]
"""Whether a company is worth being served at that moment."""


def _at_once_if(called_for: CalledFor, connection_id: int, wait_for: float | None, means: Means) -> float | None:
    """0 instead, if something came between the last look for work and giving the lease back."""
    if wait_for is not None and wait_for <= LOCKED_WAIT:
        return wait_for
    return 0 if called_for(connection_id, means.clock.now()) else wait_for


def _by_nothing(_connection_id: int, _now: datetime) -> bool:
    return False


def _seconds_until(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max((moment - now).total_seconds(), 0.0) + A_MOMENT


def limiter_for(connection: Connection, now: datetime) -> Limiter:
    """A limiter that knows what was sent before, by whichever worker, and the realm's pause."""
    limiter = Limiter(UNLIMITED_RATES if connection.unlimited_rates else DOCUMENTED)
    at_work = min(timedelta(seconds=connection.unknown_after), AT_WORK)
    sent = sent_lately(connection, now)
    limiter.seed(
        ((one.at.timestamp(), wire.Lane(one.lane), one.size) for one in sent),
        ((one.at + at_work).timestamp() for one in sent if one.open),
    )
    limiter.learn(lessons(connection.realm_id, now), now.timestamp())
    if connection.paused_until is not None:
        limiter.pause(connection.paused_until.timestamp())
    return limiter


class _Service:
    """One time slice of one company. `called_for`: whether something came meanwhile that is worth another one at once;
    of what waits for QuickBooks' limits nothing is, but for an edit, unless edits wait for them too."""

    def __init__(self, lease: Lease, means: Means) -> None:
        now = means.clock.now()
        self._lease, self._means = lease, means
        self._connection = company.read(lease.connection_id)
        self._tokens = means.tokens(lease.connection_id)
        self.called_for: CalledFor = company.calls_for_service
        self._token = ""
        self._renewed = ""
        self._until = now + TIME_SLICE
        self._extended = self._look_at = self._token_at = now
        self._stop_at: datetime | None = None
        sizes = means.sizes.setdefault(lease.connection_id, BatchSize())
        self._engine = Engine(lease, limiter_for(self._connection, now), means.ids, sizes)
        self._door = means.doors.open(lease.connection_id)
        self._flying: dict[Future[Outcome], tuple[Sendable, str]] = {}

    def run(self) -> float | None:
        """Seconds until there is more to do, 0 if the slice ended before the work; None if nothing is left."""
        try:
            return self._work()
        except (ConnectionLost, TokenUnavailable):
            self._settle_the_rest()
            raise
        except LeaseLost:
            self._write_down_the_rest()
            raise

    def _work(self) -> float | None:
        now = self._means.clock.now()
        self._heed(self._engine.adopt(now), now)
        while not self._over() or self._still_waiting():
            moved = False if self._over() else self._send_what_may_go()
            if self._flying:
                self._settle_what_arrived(0 if moved else TICK)
            elif not moved:
                pause = self._engine.wait(self._means.clock.now())
                if not 0 < pause <= SHORT_WAIT:
                    return self._rest(pause)
                self._doze(pause)
        return 0

    def _doze(self, seconds: float) -> None:
        """Waits, but not longer than until something is heard."""
        if self._means.sleep is not None:
            self._means.sleep(seconds)
        else:
            self._hear(self._door.wait(seconds))

    def _over(self) -> bool:
        now = self._means.clock.now()
        if now >= self._until and not self._means.others_wait(self._lease.connection_id):
            self._until = now + LONGER
        return self._means.stopping() or now >= self._until

    def _still_waiting(self) -> bool:
        """Whether answers are waited for: all of them after a time slice, those of a few seconds when stopping."""
        now = self._means.clock.now()
        if self._means.stopping() and self._stop_at is None:
            self._stop_at = now + GRACE
        return bool(self._flying) and (self._stop_at is None or now < self._stop_at)

    def _rest(self, pause: float) -> float | None:
        """Nothing can be sent now: because of a pause, because something is not due or free yet, or for good."""
        now = self._means.clock.now()
        connection = company.read(self._lease.connection_id)
        if not company.may_write(connection) or company.is_paused(connection, now):
            return _seconds_until(connection.paused_until, now) if company.may_write(connection) else None
        if company.has_work(connection, now):
            if pause > 0:
                self.called_for = _by_nothing if self._engine.fresh_waits else company.calls_for_edits
            return max(pause, LOCKED_WAIT)
        if company.next_write(connection, now) is None:
            company.finish_runs(connection, now)
        return _seconds_until(company.next_try(connection, now), now)

    def _send_what_may_go(self) -> bool:
        """Prepares and sends; the token is fetched before, since a request must leave soon after its commit.

        Answers whether records were done with that needed no request: then there may be more to send at once.
        """
        if self._means.clock.now() < self._look_at:
            return False
        self._fetch_token()
        now = self._means.clock.now()
        prepared = self._engine.prepare(now)
        self._send(prepared, now)
        if not prepared and not self._engine.moved_on:
            self._look_at = now + (self._means.clock.now() - now) * VAIN
        return self._engine.moved_on

    def _fetch_token(self) -> None:
        now = self._means.clock.now()
        if not self._token or now - self._token_at >= TOKEN_FOR:
            self._token, self._token_at = self._tokens.current(), now

    def _send(self, sendables: Sequence[Sendable], now: datetime) -> None:
        for sendable in sendables:
            future = self._means.post.submit(sendable, now, self._token, self._connection.realm_id)
            self._flying[future] = (sendable, self._token)
            self._door.expect(future)

    def _settle_what_arrived(self, timeout: float) -> None:
        arrived = list(self._arrived(timeout))
        now = self._means.clock.now()
        if arrived:
            self._look_at = now
            step = self._engine.settle([(sendable, outcome) for sendable, _, outcome in arrived], now)
            refused = step.token_refused
            self._replace_token({token: refused[one.id] for one, token, _ in arrived if one.id in refused})
            self._heed(step, now)
        elif now - self._extended >= EXTEND:
            leases.extend(self._lease, now)
            self._extended = now

    def _arrived(self, timeout: float) -> Iterator[tuple[Sendable, str, Outcome]]:
        for future in self._answers(timeout):
            sendable, token = self._flying.pop(future)
            yield sendable, token, future.result()

    def _answers(self, timeout: float) -> list[Future[Outcome]]:
        """The next answers: of batches some together, since a step costs much the same for one as for several."""
        letters = self._door.wait(timeout)
        while 0 < len(letters) < min(TOGETHER, len(self._flying)) and all(map(self._is_of_a_batch, letters)):
            more = self._door.wait(MOMENT)
            letters += more
            if not more:
                break
        return self._hear(letters)

    def _is_of_a_batch(self, letter: Letter) -> bool:
        return letter is not KNOCK and self._flying[letter][0].call.lane is wire.Lane.BATCH

    def _hear(self, letters: Sequence[Letter]) -> list[Future[Outcome]]:
        """The answers among the letters; after a knock it is worth looking at once."""
        if KNOCK in letters:
            self._look_at = self._means.clock.now()
        return [letter for letter in letters if letter is not KNOCK]

    def _heed(self, step: Step, now: datetime) -> None:
        if step.again:
            self._token = self._token or self._tokens.current()
            self._send(step.again, now)

    def _replace_token(self, refused: Mapping[str, Trouble]) -> None:
        """A refused token is renewed once; if QuickBooks refuses the new one too, a person must connect again."""
        trouble = refused.get(self._token)
        if trouble is None:
            return  # those that were refused have been replaced already
        if self._token == self._renewed:
            company.lose(self._connection, trouble, self._means.clock.now())
            raise ConnectionLost(trouble.text)
        self._token = self._renewed = self._tokens.renew(self._token)

    def _settle_the_rest(self) -> None:
        """No more is sent, but what is under way is settled as it arrives."""
        now = self._means.clock.now()
        while self._still_waiting():
            arrived = [(sendable, outcome) for sendable, _, outcome in self._arrived(TICK)]
            now = self._means.clock.now()
            if arrived:
                self._engine.settle(arrived, now)
            elif now - self._extended >= EXTEND:
                leases.extend(self._lease, now)
                self._extended = now

    def _write_down_the_rest(self) -> None:
        """Somebody else owns the company now: raw answers that arrive soon are kept for him."""
        until = self._means.clock.now() + GRACE
        while self._flying and (now := self._means.clock.now()) < until:
            self._engine.keep([(sendable, outcome) for sendable, _, outcome in self._arrived(TICK)], now)
