"""The pleasant face of QuickBooks for people and one-off work: typed in, typed out, limits and sign-in seen to.

The sync engine does not use it: it stores calls before it sends them and judges answers itself. Here a fault is an
exception, and a write whose answer is lost is for the caller to look up.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final, Protocol, TypeVar

from qbo_client import wire
from qbo_client.faults import Fault, Unreadable, excerpt, parse_fault
from qbo_client.limits import Limiter
from qbo_client.transport import Sender, Unanswered
from qbo_client.wire import BatchItem, Call, Condition, Deleted, Entity, EntityBase, Reply

E = TypeVar("E", bound=EntityBase)
S = TypeVar("S", wire.Invoice, wire.Payment)
R = TypeVar("R")

THROTTLE_SECONDS: Final = 60.0
"""How long to wait after a 429 that names no time {F1.2-1}."""

MAX_THROTTLES: Final = 3
"""How often a throttled call is repeated; a 429 that lasts longer is the monthly cap on reads {F1.2-6}."""

_POLL_SECONDS = 0.05  # how often to look for a free place while all calls in flight are ours


class QboFault(Exception):
    """QuickBooks refused: see `fault`, its codes and `tid`."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class QboUnreadable(Exception):
    """QuickBooks answered success that cannot be read: the outcome of a write is unknown."""

    def __init__(self, unreadable: Unreadable) -> None:
        super().__init__(f"HTTP {unreadable.status} with an answer that cannot be read (intuit_tid {unreadable.tid})")
        self.unreadable = unreadable


class TokenSource(Protocol):
    """Where access tokens come from."""

    async def current(self) -> str:
        """Return an access token that should be good."""

    async def renew(self, stale: str) -> str:
        """Return another one than `stale`, which was refused; refreshing only if nobody else has meanwhile."""


class QboClient:
    """One QuickBooks company. Every method raises QboFault, QboUnreadable or Unanswered.

    `sleep` waits that many seconds and lets other tasks run; `monotonic` is the limiter's clock; `new_request_id` makes
    a unique text of at most 36 characters; `seen` is told of every answer, for its `intuit_tid`.
    """

    def __init__(
        self,
        sender: Sender,
        realm_id: str,
        tokens: TokenSource,
        limiter: Limiter,
        *,
        sleep: Callable[[float], Awaitable[None]],
        monotonic: Callable[[], float],
        new_request_id: Callable[[], str],
        seen: Callable[[Call, Reply], None] | None = None,
    ) -> None:
        self.realm_id = realm_id
        self._sender = sender
        self._tokens = tokens
        self._limiter = limiter
        self._sleep = sleep
        self._monotonic = monotonic
        self._new_request_id = new_request_id
        self._seen = seen

    async def get(self, kind: type[E], entity_id: str) -> E:
        """Return one entity by id."""
        return await self._one(wire.read(kind, entity_id), kind)

    async def company_info(self) -> wire.CompanyInfo:
        """Return who the company is."""
        return await self._one(wire.read_company_info(self.realm_id), wire.CompanyInfo)

    async def preferences(self) -> wire.Preferences:
        """Return the company's settings."""
        return await self._one(wire.read_preferences(), wire.Preferences)

    async def query_all(
        self, kind: type[E], where: Sequence[Condition] = (), page: int = wire.MAX_PAGE
    ) -> AsyncIterator[E]:
        """Yield all entities that match, by Id, in pages. No snapshot: changes meanwhile may be missed {F5.1-14}.

        Inactive list entities come only if `where` asks: `("Active", "IN", (True, False))` {F5.1-7}.
        """
        start = 1
        while True:
            call = wire.query(wire.select(kind, where, start=start, limit=page))
            entities = _good(wire.parse_query(await self.send(call), kind)).entities
            for entity in entities:
                yield entity
            if len(entities) < page:
                return
            start += page

    async def count(self, kind: type[E], where: Sequence[Condition] = ()) -> int:
        """Return how many entities match."""
        reply = await self.send(wire.query(wire.select_count(kind, where)))
        return _good(wire.parse_query(reply, kind)).total_count or 0

    async def create(self, entity: E, request_id: str = "") -> E:
        """Create an entity and return it as QuickBooks stored it."""
        return await self._one(wire.create(entity, request_id or self._new_request_id()), type(entity))

    async def update(self, entity: E, request_id: str = "") -> E:
        """Change just the fields that are set in `entity` and return all of it."""
        return await self._one(wire.update(entity, request_id or self._new_request_id()), type(entity))

    async def delete(self, entity: wire.Invoice | wire.Payment, request_id: str = "") -> Deleted:
        """Delete a transaction in the version given."""
        call = wire.delete(type(entity), *_version(entity), request_id or self._new_request_id())
        reply = await self.send(call)
        answer = _good(wire.parse_reply(reply, type(entity)))
        if not isinstance(answer, Deleted):
            raise QboUnreadable(Unreadable(reply.status, excerpt(reply.body), reply.tid))
        return answer

    async def void(self, entity: S, request_id: str = "") -> S:
        """Void an invoice or payment in the version given and return what is left of it."""
        call = wire.void(type(entity), *_version(entity), request_id or self._new_request_id())
        return await self._one(call, type(entity))

    async def batch(self, items: Sequence[BatchItem], request_id: str = "") -> dict[str, wire.BatchAnswer]:
        """Send 1 to 30 items; return what became of each, by bid. Faults of single items are answers here."""
        reply = await self.send(wire.batch(items, request_id or self._new_request_id()))
        return _good(wire.parse_batch(reply))

    async def cdc(self, kinds: Sequence[type[Entity]], since: datetime) -> wire.Changes:
        """Return what changed since an aware time; look at `complete`."""
        call = wire.cdc([wire.name_of(kind) for kind in kinds], since)
        return _good(wire.parse_cdc(await self.send(call)))

    async def send(self, call: Call) -> Reply:
        """Send any call within the limits; refreshes once under a 401 {F2.6-11} and waits out a 429 {F1.2-1}."""
        token = await self._tokens.current()
        reply = await self._send_patiently(call, token)
        if reply.status == 401:
            token = await self._tokens.renew(token)
            reply = await self._send_patiently(call, token)
        return reply

    async def _send_patiently(self, call: Call, token: str) -> Reply:
        """Send; repeat after a throttle, which has done nothing of what was asked."""
        reply = await self._send_once(call, token)
        for _ in range(MAX_THROTTLES):
            if not _throttled(reply):
                break
            wait = THROTTLE_SECONDS if reply.retry_after is None else reply.retry_after
            self._limiter.pause(self._monotonic() + wait)
            reply = await self._send_once(call, token)
        return reply

    async def _send_once(self, call: Call, token: str) -> Reply:
        while (wait := self._limiter.wait_for(call.lane, self._monotonic(), call.size)) > 0:
            await self._sleep(min(wait, _POLL_SECONDS) if wait == float("inf") else wait)
        self._limiter.start(call.lane, self._monotonic(), call.size)
        lost = True
        try:
            reply = await self._sender.send(call, token, self.realm_id)
            lost = False
        except Unanswered as error:
            lost = error.maybe_sent
            raise
        finally:
            self._limiter.finish(call.lane, self._monotonic(), lost)
        if self._seen is not None:
            self._seen(call, reply)
        return reply

    async def _one(self, call: Call, kind: type[E]) -> E:
        reply = await self.send(call)
        answer = _good(wire.parse_reply(reply, kind))
        if not isinstance(answer, kind):
            raise QboUnreadable(Unreadable(reply.status, excerpt(reply.body), reply.tid))
        return answer


def _throttled(reply: Reply) -> bool:
    return reply.status != 200 and parse_fault(reply.status, reply.body, reply.tid).throttled


def _version(entity: EntityBase) -> tuple[str, str]:
    return wire.given(entity.id, ""), wire.given(entity.sync_token, "")


def _good(answer: R | Fault | Unreadable) -> R:
    if isinstance(answer, Fault):
        raise QboFault(answer)
    if isinstance(answer, Unreadable):
        raise QboUnreadable(answer)
    return answer
