"""Drives one company's engine step by step, at times of a test's choosing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rig import CLOCK, IDS, Rig

from bluepro.quickbooks.engine import THE_REAL_THING, Engine, Parts
from bluepro.quickbooks.models import Connection
from bluepro.quickbooks.serve import limiter_for
from bluepro.quickbooks.store import leases
from bluepro.quickbooks.work import Outcome, Sendable
from qbo_client.limits import Limiter


class Steps:
    """An engine that owns the company from `now` on."""

    def __init__(self, rig: Rig, now: datetime, limiter: Limiter | None = None, parts: Parts = THE_REAL_THING) -> None:
        lease = leases.take(rig.connection.id, IDS.uuid(), now)
        assert lease is not None, "the company is owned by somebody"
        self.rig, self.lease = rig, lease
        self.limiter = limiter or limiter_for(Connection.objects.get(pk=rig.connection.pk), now)
        self.engine = Engine(lease, self.limiter, IDS, parts=parts)

    def send(self, sendables: Sequence[Sendable], now: datetime) -> list[tuple[Sendable, Outcome]]:
        realm, token = self.rig.realm, self.rig.tokens.current()
        return [(one, self.rig.post.submit(one, CLOCK.now(), token, realm).result()) for one in sendables]

    def round(self, now: datetime) -> list[int]:
        """Sends what may go now and settles it; the number of items of each request."""
        prepared = self.engine.prepare(now)
        self.engine.settle(self.send(prepared, now), now)
        return [len(one.items) for one in prepared]

    def run(self, now: datetime) -> None:
        """Steps until there is nothing to do at this moment."""
        again = self.engine.adopt(now).again
        while sendables := (*again, *self.engine.prepare(now)):
            again = self.engine.settle(self.send(sendables, now), now).again


def later(seconds: float) -> datetime:
    return CLOCK.now() + timedelta(seconds=seconds)
