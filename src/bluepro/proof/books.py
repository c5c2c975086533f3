"""Reads QuickBooks' side of a comparison: all customers, items, invoices and payments, inactive ones too.

One call at a time, pages of 1,000, within the realm's limits as the request log knows them. Each read is logged with a
purpose of its own, so that it counts against the limits and can be told from what a sync needs.
"""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from bluepro.common.clock import Clock
from bluepro.common.ids import Ids
from bluepro.proof.comparing.facts import TheirSide
from bluepro.quickbooks.connect.calls import ANY_STATE, Logged, SetupCalls
from bluepro.quickbooks.connect.deployment import Deployment, Run
from bluepro.quickbooks.connect.tokens import TokenKeeper
from bluepro.quickbooks.models import Connection
from bluepro.quickbooks.store.log import sent_lately
from qbo_client import wire
from qbo_client.limits import DOCUMENTED, UNLIMITED_RATES, Limiter

COMPARE = "compare"

E = TypeVar("E", wire.Customer, wire.Item, wire.Invoice, wire.Payment)


class ComparisonJournal:
    """Logs the comparison's reads, and lets each leave only when the realm's limits allow it."""

    def __init__(
        self,
        connection: Connection,
        limiter: Limiter,
        *,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._connection = connection
        self._limiter = limiter
        self._monotonic = monotonic
        self._sleep = sleep

    def begin(self, logged: Logged) -> None:
        while wait := self._limiter.wait_for(wire.Lane.READ, self._monotonic()):
            self._sleep(min(wait, 1.0))  # infinite while calls of others are under way
        self._limiter.start(wire.Lane.READ, self._monotonic())
        self._save(logged, new=True)

    def end(self, logged: Logged) -> None:
        self._limiter.finish(wire.Lane.READ, self._monotonic(), lost=logged.status is None)
        self._save(logged, new=False)

    def _save(self, logged: Logged, *, new: bool) -> None:
        row = logged.row(self._connection.pk)
        row.purpose = COMPARE
        names = None if new else ("answered_at", "status", "tid", "elapsed_ms", "reason")
        row.save(force_insert=new, update_fields=names)


def read_books(
    connection: Connection,
    deployment: Deployment,
    *,
    clock: Clock,
    ids: Ids,
    run: Run = asyncio.run,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> TheirSide:
    """All entities of the connection's realm. Raises NoAnswer, QuickBooksRefused, ConnectionLost, TokenUnavailable."""
    keeper = TokenKeeper(connection.pk, deployment, clock=clock, ids=ids, run=run)
    limiter = _limiter(connection, clock, monotonic)
    calls = SetupCalls(
        connection.realm_id,
        deployment,
        ComparisonJournal(connection, limiter, monotonic=monotonic, sleep=sleep),
        token=keeper.current,
        renew=keeper.renew,
        clock=clock,
        ids=ids,
        run=run,
    )
    return TheirSide(
        customers=_by_id(calls.all(wire.Customer, [ANY_STATE])),
        items=_by_id(calls.all(wire.Item, [ANY_STATE])),
        invoices=_by_id(calls.all(wire.Invoice)),
        payments=_by_id(calls.all(wire.Payment)),
    )


def _limiter(connection: Connection, clock: Clock, monotonic: Callable[[], float]) -> Limiter:
    """A limiter that knows what a worker has sent lately: its calls are told from the request log."""
    limiter = Limiter(UNLIMITED_RATES if connection.unlimited_rates else DOCUMENTED)
    now, here = clock.now(), monotonic()
    limiter.seed(
        (here - (now - sent.at).total_seconds(), wire.Lane(sent.lane), sent.size)
        for sent in sent_lately(connection, now)
    )
    return limiter


def _by_id(entities: list[E]) -> dict[str, E]:
    return {wire.given(entity.id, ""): entity for entity in entities}
