"""A worker as the simulation steps it: what `serve` does in a loop, one turn at a time, so that anything can happen
between two turns and, by way of the steps that it gives to the engine, inside one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sim_business import Business
from sim_wire import Arrival, Wire

from bluepro.common.ids import SeededIds
from bluepro.quickbooks.engine import BatchSize, Engine, Parts, Step
from bluepro.quickbooks.judge import SEND_WITHIN
from bluepro.quickbooks.serve import limiter_for
from bluepro.quickbooks.store import company, leases
from bluepro.quickbooks.store.leases import Lease, LeaseLost
from bluepro.quickbooks.work import Sendable, Silence, Trouble

REFUSED_TWICE = Trouble("token", "QuickBooks refuses our sign-in, though it was renewed just now.")


class Crash(BaseException):
    """The worker's process ends, at this very moment. Not an Exception: nothing of the engine's may catch it."""


@dataclass
class Tokens:
    """The access token of one company, shared by all workers as if it lay in the database."""

    wire: Wire
    realm: str
    token: str = ""

    def current(self) -> str:
        self.token = self.token or self.wire.token(self.realm)
        return self.token

    def renew(self, stale: str) -> str:
        if self.token == stale:
            self.token = self.wire.token(self.realm)
        return self.token


Check = Callable[[Sendable], None]


@dataclass
class Worker:
    """One process that may serve a company. `skew`: by so many seconds its clock is off."""

    name: str
    business: Business
    wire: Wire
    tokens: Tokens
    ids: SeededIds
    parts: Parts
    sent: Check
    skew: float = 0
    frozen: bool = False
    sends_later: bool = False
    lease: Lease | None = None
    engine: Engine | None = None
    flying: list[Arrival] = field(default_factory=list)
    unsent: list[tuple[Sendable, datetime]] = field(default_factory=list)
    sizes: BatchSize = field(default_factory=BatchSize)
    _token: str = ""
    _renewed: str = ""
    _inside: bool = False

    def now(self) -> datetime:
        """The present, as this machine believes it to be."""
        return self.wire.clock.now() + timedelta(seconds=self.skew)

    @property
    def has_looked(self) -> bool:
        """Whether the last look for work left nothing that could go before the next answer."""
        return self.engine is not None and not self.engine.moved_on

    @property
    def is_busy(self) -> bool:
        """Whether it waits for answers, or has something to send."""
        return bool(self.flying or self.unsent)

    def turn(self) -> bool:
        """Does what is to be done now; answers whether anything moved."""
        if self.frozen or self._inside:
            return False
        self._inside = True
        try:
            return self._turn()
        except LeaseLost:
            self._write_down_the_rest()
            return True
        except Crash:
            self.crash()
            return True
        finally:
            self._inside = False

    def crash(self) -> None:
        """The process is gone, with all that it knew; its lease runs out by itself."""
        self.lease = self.engine = None
        self.flying, self.unsent = [], []
        self.sizes = BatchSize()
        self.frozen = self.sends_later = False

    def _turn(self) -> bool:
        engine = self.engine or self._begin()
        if engine is None:
            return False
        self._send_what_waits()
        moved = self._settle_what_arrived(engine)
        self._token = self.tokens.current()
        now = self.now()
        prepared = engine.prepare(now)
        self._post(prepared, now)
        moved = moved or bool(prepared) or engine.moved_on
        if not moved and not self.is_busy:
            self._give_back()
        return moved

    def _begin(self) -> Engine | None:
        now = self.now()
        connection_id = self.business.connection.pk
        self.lease = leases.take(connection_id, self.ids.uuid(), now)
        if self.lease is None:
            return None
        connection = company.read(connection_id)
        self.engine = Engine(self.lease, limiter_for(connection, now), self.ids, self.sizes, self.parts)
        self._renewed = ""
        self._heed(self.engine.adopt(now), now)
        return self.engine

    def _give_back(self) -> None:
        if self.lease is not None:
            leases.release(self.lease)
        self.lease = self.engine = None

    def _post(self, sendables: Sequence[Sendable], now: datetime) -> None:
        self.unsent += [(sendable, now) for sendable in sendables]
        if self.sends_later and self.unsent:
            self.sends_later = False
        else:
            self._send_what_waits()

    def _send_what_waits(self) -> None:
        waiting, self.unsent = self.unsent, []
        for sendable, committed_at in waiting:
            now = self.now()
            if now - committed_at > timedelta(seconds=SEND_WITHIN):
                silence = Silence("not sent: too long after it was committed", maybe_done=False)
                self.flying.append(Arrival(sendable, silence, now, self._token))
            else:
                self.sent(sendable)
                token = self._token or self.tokens.current()
                self.flying.append(replace(self.wire.send(sendable, token, self.business.realm, now), token=token))

    def _settle_what_arrived(self, engine: Engine) -> bool:
        now = self.now()
        arrived = [one for one in self.flying if one.at <= now]
        if not arrived:
            if self.flying and self.lease is not None:
                leases.extend(self.lease, now)
            return False
        self.flying = [one for one in self.flying if one.at > now]
        step = engine.settle([(one.sendable, one.outcome) for one in arrived], now)
        self._replace_token({one.token for one in arrived if one.sendable.id in step.token_refused}, now)
        self._heed(step, now)
        return True

    def _heed(self, step: Step, now: datetime) -> None:
        if step.again:
            self._token = self._token or self.tokens.current()
            self._post(step.again, now)

    def _replace_token(self, refused: set[str], now: datetime) -> None:
        if self._token not in refused:
            return
        if self._token == self._renewed:
            company.lose(company.read(self.business.connection.pk), REFUSED_TWICE, now)
            return
        self._token = self._renewed = self.tokens.renew(self._token)

    def _write_down_the_rest(self) -> None:
        """Somebody else owns the company: answers that are there are written down for him, what was not sent is not."""
        if self.engine is not None:
            self.engine.keep([(one.sendable, one.outcome) for one in self.flying if one.at <= self.now()], self.now())
        self.lease = self.engine = None
        self.flying, self.unsent = [], []
