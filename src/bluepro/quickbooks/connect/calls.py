"""The few calls of setup: each one logged as a request before it leaves, so that it counts against QuickBooks' limits.

One call at a time, no transaction open, nothing repeated but once after a refused token. The log holds no body.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol, TypeVar
from uuid import UUID

from bluepro.common.clock import Clock
from bluepro.common.errors import BlueProError
from bluepro.common.ids import Ids
from bluepro.quickbooks import rulings
from bluepro.quickbooks.connect.deployment import Deployment, Run
from bluepro.quickbooks.connect.tokens import TokenKeeper
from bluepro.quickbooks.judge import THROTTLE_PAUSE
from bluepro.quickbooks.models import Connection, Request, RequestState
from bluepro.quickbooks.store import company
from bluepro.quickbooks.store.reads import may_read, reads
from bluepro.quickbooks.work import Purpose
from qbo_client import wire
from qbo_client.transport import Unanswered

E = TypeVar("E", bound=wire.Entity)

ANY_STATE = ("Active", "IN", (True, False))  # inactive entries are left out unless asked for {F5.1-7}


class NoAnswer(BlueProError):
    """QuickBooks is down, slow, or answers what cannot be read. What was asked may have been done."""


class Waiting(NoAnswer):
    """The call was not made: QuickBooks asked for a pause, or this month's reads are used up."""


class QuickBooksRefused(BlueProError):
    """QuickBooks answered with a fault; `codes` are its codes."""

    def __init__(self, fault: wire.Fault) -> None:
        super().__init__(_explain(fault))
        self.codes = fault.codes


def _explain(fault: wire.Fault) -> str:
    trace = f" (intuit_tid {fault.tid})" if fault.tid else ""
    if not fault.errors:
        return f"QuickBooks answered HTTP {fault.status} without a reason that can be read{trace}. Try again later."
    ruling = rulings.ruling(fault)
    codes = ", ".join(fault.codes)
    said = f"QuickBooks refuses: {ruling.text or rulings.words(fault)} [{codes}: {rulings.words(fault)}]{trace}"
    return f"{said} {ruling.remedy}".strip()


@dataclass(frozen=True, slots=True)
class Logged:
    """A call as it is logged; the last four are known after it."""

    id: UUID
    call: wire.Call
    at: datetime
    answered_at: datetime | None = None
    status: int | None = None
    tid: str = ""
    elapsed_ms: int | None = None
    reason: str = ""
    purpose: str = Purpose.SETUP

    def row(self, connection_id: int) -> Request:
        """The row of the request log. It is settled from the start: nobody has to look up what became of it."""
        return Request(
            id=self.id,
            connection_id=connection_id,
            lease_number=0,
            purpose=self.purpose,
            lane=self.call.lane,
            size=self.call.size,
            method=self.call.method,
            path=self.call.path[:200],
            state=RequestState.SETTLED,
            committed_at=self.at,
            answered_at=self.answered_at,
            status=self.status,
            tid=self.tid[:100],
            elapsed_ms=self.elapsed_ms,
            reason=self.reason[:200],
        )


class Journal(Protocol):
    """Where calls are logged: `begin` before one leaves, `end` with its outcome."""

    def begin(self, logged: Logged) -> None: ...

    def end(self, logged: Logged) -> None: ...


class LaterJournal:
    """Keeps what is called before the connection has a row; reads only, so nothing is lost with it."""

    def __init__(self) -> None:
        self._ended: list[Logged] = []

    def begin(self, logged: Logged) -> None:
        """Nothing: there is no row to log to yet."""

    def end(self, logged: Logged) -> None:
        self._ended.append(logged)

    def save(self, connection_id: int) -> None:
        """Writes all of it for the connection that came of it."""
        Request.objects.bulk_create(logged.row(connection_id) for logged in self._ended)


class RowJournal:
    """Logs to the table, a row per call, committed before the call."""

    def __init__(self, connection_id: int, purpose: str = Purpose.SETUP) -> None:
        self._connection_id = connection_id
        self._purpose = purpose

    def begin(self, logged: Logged) -> None:
        self._row(logged).save(force_insert=True)

    def end(self, logged: Logged) -> None:
        names = ("answered_at", "status", "tid", "elapsed_ms", "reason")
        self._row(logged).save(update_fields=names)

    def _row(self, logged: Logged) -> Request:
        return replace(logged, purpose=self._purpose).row(self._connection_id)


class SetupCalls:
    """Calls of setup to one realm. All raise NoAnswer, QuickBooksRefused, ConnectionLost, TokenUnavailable.

    They keep the realm's pauses and the monthly budget of reads, and begin a pause if they are refused with a 429.
    """

    def __init__(
        self,
        realm_id: str,
        deployment: Deployment,
        journal: Journal,
        *,
        token: Callable[[], str],
        renew: Callable[[str], str] | None,
        clock: Clock,
        ids: Ids,
        run: Run,
    ) -> None:
        """`token` gives the access token; `renew` another one when that is refused (None: it cannot be renewed)."""
        self.realm_id = realm_id
        self._deployment = deployment
        self._journal = journal
        self._token = token
        self._renew = renew
        self._clock = clock
        self._ids = ids
        self._run = run

    def company_info(self) -> wire.CompanyInfo:
        """Who the company is."""
        return self._one(wire.read_company_info(self.realm_id), wire.CompanyInfo)

    def preferences(self) -> wire.Preferences:
        """The company's settings."""
        return self._one(wire.read_preferences(), wire.Preferences)

    def all(self, kind: type[E], where: Sequence[wire.Condition] = ()) -> list[E]:
        """All entities that match."""
        return list(self.each(kind, where))

    def each(self, kind: type[E], where: Sequence[wire.Condition] = ()) -> Iterator[E]:
        """One entity that matches after the other, read in pages of 1,000."""
        start = 1
        while True:
            reply = self._send(wire.query(wire.select(kind, where, start=start)), self._ids.uuid())
            page = _good(wire.parse_query(reply, kind), reply).entities
            yield from page
            if len(page) < wire.MAX_PAGE:
                return
            start += len(page)

    def count(self, kind: type[wire.Entity], where: Sequence[wire.Condition] = ()) -> int:
        """How many entities match."""
        reply = self._send(wire.query(wire.select_count(kind, where)), self._ids.uuid())
        number = _good(wire.parse_query(reply, kind), reply).total_count
        if number is None:
            raise _unreadable(reply)
        return number

    def create(self, entity: E) -> E:
        """Creates an entity. After NoAnswer, look it up before trying again."""
        request_id = self._ids.uuid()
        return self._one(wire.create(entity, str(request_id)), type(entity), request_id)

    def _one(self, call: wire.Call, kind: type[E], request_id: UUID | None = None) -> E:
        reply = self._send(call, request_id or self._ids.uuid())
        answer = _good(wire.parse_reply(reply, kind), reply)
        if not isinstance(answer, kind):
            raise _unreadable(reply)
        return answer

    def _send(self, call: wire.Call, request_id: UUID) -> wire.Reply:
        self._check_it_may_go(call)
        token = self._token()
        reply = self._send_once(call, token, request_id)
        if reply.status == 401 and self._renew is not None:
            # {F2.6-11}. Nothing was done, so a write keeps its request id; the log gets a row of its own.
            reply = self._send_once(call, self._renew(token), self._ids.uuid())
        return reply

    def _send_once(self, call: wire.Call, token: str, row_id: UUID) -> wire.Reply:
        logged = Logged(row_id, call, self._clock.now())
        self._journal.begin(logged)
        try:
            reply = self._deployment.api(lambda sender: sender.send(call, token, self.realm_id), self._run)
        except Unanswered as error:
            self._journal.end(Logged(row_id, call, logged.at, self._clock.now(), reason=error.reason))
            raise NoAnswer(f"QuickBooks does not answer ({error.reason}). Try again in a few minutes.") from error
        ended = Logged(row_id, call, logged.at, self._clock.now(), reply.status, reply.tid, reply.elapsed_ms)
        self._journal.end(ended)
        if _throttled(reply) and (call.lane is not wire.Lane.READ or may_read(self._clock.now())):
            pause = timedelta(seconds=reply.retry_after or THROTTLE_PAUSE)
            company.pause_until(self.realm_id, self._clock.now() + pause)
        return reply

    def _check_it_may_go(self, call: wire.Call) -> None:
        now = self._clock.now()
        paused = company.paused_until(self.realm_id, now)
        if paused is not None:
            seconds = ceil((paused - now).total_seconds())
            raise Waiting(f"QuickBooks has asked BluePro to slow down. Try again in {seconds} s.")
        free_at = reads(now).free_at if call.lane is wire.Lane.READ else None
        if free_at is not None:
            raise Waiting(
                "What Intuit lets this installation read in a month is used up; what is sent goes on. Reading goes on "
                f"at {free_at:%Y-%m-%d %H:%M} UTC."
            )


def calls_of(
    connection: Connection,
    deployment: Deployment,
    *,
    clock: Clock,
    ids: Ids,
    run: Run,
    purpose: str = Purpose.SETUP,
) -> SetupCalls:
    """Calls of a connection that stands, with its own tokens and log; `purpose` is what the log says they are for."""
    keeper = TokenKeeper(connection.pk, deployment, clock=clock, ids=ids, run=run)
    return SetupCalls(
        connection.realm_id,
        deployment,
        RowJournal(connection.pk, purpose),
        token=keeper.current,
        renew=keeper.renew,
        clock=clock,
        ids=ids,
        run=run,
    )


R = TypeVar("R")


def _good(answer: R | wire.Fault | wire.Unreadable, reply: wire.Reply) -> R:
    if isinstance(answer, wire.Fault):
        raise QuickBooksRefused(answer)
    if isinstance(answer, wire.Unreadable):
        raise _unreadable(reply)
    return answer


def _throttled(reply: wire.Reply) -> bool:
    return reply.status != 200 and wire.parse_fault(reply.status, reply.body, reply.tid).throttled


def _unreadable(reply: wire.Reply) -> NoAnswer:
    trace = f" (intuit_tid {reply.tid})" if reply.tid else ""
    return NoAnswer(f"QuickBooks' answer cannot be read: HTTP {reply.status}{trace}. Try again in a few minutes.")
