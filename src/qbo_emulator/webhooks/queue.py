"""What is to be told to whom and when, by the clock: events wait, go into notifications, are sent again on failure.

An endpoint gets one notification at a time, and all later ones wait behind one that failed (F6-9). Nothing is sent
here: `due` says what to send, `settle` takes what came of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from qbo_emulator.books.company import Written
from qbo_emulator.books.state import State, value
from qbo_emulator.ids import Ids
from qbo_emulator.webhooks import payloads
from qbo_emulator.webhooks.events import Event, told_as
from qbo_emulator.webhooks.subscription import Subscription

RETRIES = tuple(timedelta(seconds=s) for s in (10, 20, 30, 300, 1200, 7200, 14400, 21600))  # F6-9; the last goes on
KEPT = 1000  # settled notifications that are remembered


@value
@dataclass(frozen=True, slots=True)
class Notification:
    """One message to one app. The body is fixed when it is made, so every attempt sends the same bytes."""

    number: int
    client_id: str
    body: str
    events: int
    made_at: datetime
    next_at: datetime
    trace_id: str
    repeats: int | None = None
    attempts: int = 0
    last_attempt_at: datetime | None = None
    status: int | None = None
    problem: str = ""
    delivered: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is to be sent now; `settle` takes its number."""

    number: int
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a delivery: the status, or None and the reason."""

    status: int | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the queue asks the rest of the emulator: is an app connected to a realm, and how is a deactivation told."""

    connected: Callable[[str, str], bool]
    deactivation_deletes: Callable[[], bool]


class WebhookQueue(State):
    """Subscriptions by app, and everything that waits for them. `bell` rings when there may be something to send."""

    APART = ("_ids", "_rules", "_sending", "bell")

    def __init__(self, ids: Ids, rules: Rules) -> None:
        self._ids = ids
        self._rules = rules
        self._sending: set[str] = set()
        self.bell: Callable[[], None] = lambda: None
        self.subscriptions: dict[str, Subscription] = {}
        self._open_from: dict[str, datetime] = {}
        self._waiting: dict[str, list[Event]] = {}
        self._lines: dict[str, list[Notification]] = {}
        self._past: list[Notification] = []
        self._last = 0

    def subscribe(self, client_id: str, wanted: Subscription, now: datetime) -> Subscription:
        """Set an app's endpoint; what waits goes to the new one. A verifier token is drawn if none is given."""
        old = self.subscriptions.get(client_id)
        token = wanted.verifier_token or (old.verifier_token if old else self._uuid())
        held = msgspec.structs.replace(wanted, verifier_token=token)
        self.subscriptions[client_id] = held
        self._waiting.setdefault(client_id, [])
        self._lines.setdefault(client_id, [])
        if old is None:
            self._open_from[client_id] = now + timedelta(seconds=held.first_after_seconds)
        self.bell()
        return held

    def clear(self) -> None:
        """Forget everything but the count of notifications, so that none is taken for an older one."""
        for client_id in list(self.subscriptions):
            self.unsubscribe(client_id)
        self._past.clear()

    def unsubscribe(self, client_id: str) -> None:
        """Forget an endpoint with everything that waits for it. KeyError if there is none."""
        for held in (self.subscriptions, self._open_from, self._waiting, self._lines):
            del held[client_id]
        self._sending.discard(client_id)

    def happened(self, realm_id: str, written: Written, now: datetime) -> None:
        """Note a write for every app that is connected to the realm and wants to hear of it."""
        if not self.subscriptions:
            return
        operation = told_as(written, self._rules.deactivation_deletes())
        if operation is None:
            return
        stays = written.merged_into or written.row_id
        gone = written.row_id if written.merged_into else None
        event = Event(self._uuid(), realm_id, written.table, stays, operation, now, gone)
        for client_id, held in self.subscriptions.items():
            if written.table in (held.entities or (written.table,)) and self._rules.connected(client_id, realm_id):
                self.add(client_id, [event])

    def add(self, client_id: str, events: Iterable[Event]) -> None:
        """Let events wait for an app, whatever it is connected to: the portal's test button. KeyError for no
        subscription.
        """
        self._waiting[client_id].extend(events)
        self.bell()

    def test_event(self, realm_id: str, entity: str, entity_id: str, operation: str, now: datetime) -> Event:
        """An event that nothing caused."""
        return Event(self._uuid(), realm_id, entity, entity_id, operation, now)

    def repeat(self, number: int, now: datetime) -> Notification:
        """Send a settled notification once more, with the same events (F6-11). KeyError if it is not remembered."""
        found = next((one for one in self._past if one.number == number and one.client_id in self.subscriptions), None)
        if found is None:
            raise KeyError(number)
        again = self._notification(found.client_id, found.body, found.events, now, found.number)
        self._lines[found.client_id].append(again)
        self.bell()
        return again

    def due(self, now: datetime) -> list[Delivery]:
        """What is to be sent now, at most one to each endpoint; each has to be settled."""
        found = []
        for client_id, held in self.subscriptions.items():
            if client_id in self._sending or now < self._open_from[client_id]:
                continue
            self._gather(client_id, held, now)
            line = self._lines[client_id]
            if line and line[0].next_at <= now:
                self._sending.add(client_id)
                found.append(_delivery(line[0], held))
        return found

    def settle(self, number: int, outcome: Outcome, now: datetime) -> None:
        """Only 200 is success (F6-8); all else is tried again later, with everything behind it waiting."""
        for client_id, line in self._lines.items():
            if line and line[0].number == number:
                self._sending.discard(client_id)
                tried = _attempted(line[0], outcome, now)
                if tried.delivered:
                    del line[0]
                    self._past.append(tried)
                    del self._past[:-KEPT]
                    self.bell()
                else:
                    line[0] = tried
                return

    def pending(self) -> bool:
        """Whether anything waits for an endpoint."""
        return any(self._waiting.values()) or any(self._lines.values())

    def notifications(self) -> Iterator[Notification]:
        """The settled ones that are remembered, then those under way and waiting."""
        yield from self._past
        for line in self._lines.values():
            yield from line

    def _gather(self, client_id: str, held: Subscription, now: datetime) -> None:
        """Put what waited long enough into notifications; nothing while earlier ones are in line."""
        waiting = self._waiting[client_id]
        if self._lines[client_id] or not waiting or now < waiting[0].at + timedelta(seconds=held.delay_seconds):
            return
        self._waiting[client_id] = []
        events = waiting[::-1] if held.order == "reversed" else waiting
        for group in _groups(events, held):
            body = payloads.body(group, held.format, client_id).decode()
            for _ in range(held.copies):
                self._lines[client_id].append(self._notification(client_id, body, len(group), now))

    def _notification(
        self, client_id: str, body: str, events: int, now: datetime, repeats: int | None = None
    ) -> Notification:
        self._last += 1
        return Notification(self._last, client_id, body, events, now, now, self._uuid(), repeats)

    def _uuid(self) -> str:
        drawn = self._ids.hex(32)
        return f"{drawn[:8]}-{drawn[8:12]}-4{drawn[13:16]}-8{drawn[17:20]}-{drawn[20:]}"


def _groups(events: list[Event], held: Subscription) -> list[list[Event]]:
    """The events of each notification: by realm, or all together (F6-7)."""
    if held.realms == "mixed":
        return [events]
    realms: dict[str, list[Event]] = {}
    for event in events:
        realms.setdefault(event.realm_id, []).append(event)
    return list(realms.values())


def _delivery(one: Notification, held: Subscription) -> Delivery:
    body = one.body.encode()
    headers = payloads.headers(body, held.verifier_token, held.content_type, one.made_at, one.trace_id)
    return Delivery(one.number, held.endpoint, headers, body)


def _attempted(one: Notification, outcome: Outcome, now: datetime) -> Notification:
    """The notification after an attempt, with the time of the next one."""
    wait = RETRIES[min(one.attempts, len(RETRIES) - 1)]
    return replace(
        one,
        attempts=one.attempts + 1,
        last_attempt_at=now,
        status=outcome.status,
        problem=outcome.problem,
        delivered=outcome.status == 200,
        next_at=now + wait,
    )
