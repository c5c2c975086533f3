"""The way from a worker to the local QuickBooks, in this process: faults on demand, and what is counted of them.

No HTTP: a committed call goes into the gateway, and its delivery becomes the answer or the silence that a client would
have met, with the moment at which it is met.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sim_clock import SimClock

from bluepro.quickbooks.work import Outcome, Purpose, Sendable, Silence
from qbo_client import wire
from qbo_client.config import Timeouts
from qbo_emulator.gateway import fault_rules as rules
from qbo_emulator.gateway.call import Call
from qbo_emulator.gateway.delivery import Delivery
from qbo_emulator.gateway.fault_rules import AnyEffect, FaultRule
from qbo_emulator.gateway.gateway import Gateway
from qbo_emulator.world import World

GIVES_UP = Timeouts().read
LAGGING = 0.3  # of all queries
TOOK = 0.2  # seconds that any answer takes

EFFECTS: Mapping[str, AnyEffect] = {
    "lost before": rules.Drop(when="before"),
    "lost after": rules.Drop(when="after"),
    "hangs, done": rules.Drop(when="after", connection="hang"),
    "done 5 s late": rules.CommitLate(seconds=5),
    "done 40 s late": rules.CommitLate(seconds=40),
    "done 120 s late": rules.CommitLate(seconds=120, connection="hang"),
    "reset in the body": rules.ResetMidBody(),
    "10 s slow": rules.Slow(seconds=10),
    "130 s slow": rules.Slow(seconds=130),
    "413": rules.Status(status=413),
    "429": rules.Status(status=429),
    "500": rules.Status(status=500),
    "500, done": rules.Status(status=500, committed=True),
    "502": rules.Status(status=502),
    "502, done": rules.Status(status=502, committed=True),
    "503": rules.Status(status=503),
    "503, done": rules.Status(status=503, committed=True),
    "504, done": rules.Status(status=504, committed=True),
    "code 10000": rules.Code(code="10000"),
    "code 10000, done": rules.Code(code="10000", committed=True),
    "one write: code 10000": rules.Code(code="10000"),
    "one write: code 10000, done": rules.Code(code="10000", committed=True),
    "one write: code 1000": rules.Code(code="1000"),
    "code 130": rules.Code(code="130"),
    "code 140": rules.Code(code="140"),
    "code 150": rules.Code(code="150"),
    "body cut": rules.Absurd(what="body_cut"),
    "item missing": rules.Absurd(what="item_missing"),
    "item doubled": rules.Absurd(what="item_doubled"),
    "token dead": rules.TokenExpired(),
    "another app": rules.OtherApp(calls=100, batches=20),
    "their clock jumps": rules.ClockJump(seconds=90),
}
REFUSED = "refused"  # no connection at all: nothing can have been sent


@dataclass(frozen=True, slots=True)
class Arrival:
    """What becomes of a call, and when the worker that sent it hears of it."""

    sendable: Sendable
    outcome: Outcome
    at: datetime
    token: str = ""


@dataclass
class Wire:
    """Where calls go. `injected` counts the faults that hit, by what they are called in the story."""

    world: World
    clock: SimClock
    client_id: str
    injected: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    pushes: int = 0
    refusing: dict[str, int] = field(default_factory=Counter)
    _names: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.gateway = Gateway(self.world)

    def token(self, realm: str) -> str:
        """A new access token, as a renewal would bring."""
        return self.world.oauth.issue_directly(self.client_id, realm).access_token

    def arm(self, what: str, realm: str) -> None:
        """The next call of the realm that it fits meets the fault."""
        if what == REFUSED:
            self.refusing[realm] += 1
            return
        one_write = what.startswith("one write")
        rule = FaultRule(effects=(EFFECTS[what],), realm_id=realm, operation="write" if one_write else "")
        self._names[self.world.faults.add(rule)] = what

    def lag(self, seconds: float) -> None:
        """From now on a part of all queries see the books as they were so long ago."""
        effect = rules.Lag(seconds=seconds)
        number = self.world.faults.add(FaultRule(effects=(effect,), probability=LAGGING, count=None))
        self._names[number] = f"queries {seconds:.0f} s behind"

    def calm(self) -> None:
        """No more faults."""
        self.count()
        self.world.faults.clear()
        self.refusing.clear()

    def count(self) -> None:
        """Adds up what has been injected until now; once, before the rules go."""
        for shown in self.world.faults.shown():
            self.injected[self._names[shown["id"]]] += shown["injections"]

    def send(self, sendable: Sendable, token: str, realm: str, now: datetime) -> Arrival:
        """Sends one committed call. `now` is the moment, by the clock of the machine that sends."""
        self.calls += 1
        self.pushes += sendable.purpose is Purpose.PUSH
        if self.refusing.get(realm):
            self.refusing[realm] -= 1
            self.injected[REFUSED] += 1
            return Arrival(sendable, Silence("ConnectError", maybe_done=False), now)
        outcome, seconds = _met(self.gateway.handle(_call(sendable.call, token, realm)))
        return Arrival(sendable, outcome, now + timedelta(seconds=seconds))


def _call(call: wire.Call, token: str, realm: str) -> Call:
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
    if call.content_type:
        headers["content-type"] = call.content_type
    return Call(call.method, realm, call.path, dict(call.params), headers, call.body)


def _met(delivery: Delivery) -> tuple[Outcome, float]:
    """What a client meets, and after how many seconds."""
    seconds = delivery.seconds + TOOK
    if delivery.lost == "hang":
        return Silence("ReadTimeout", maybe_done=True), GIVES_UP
    if delivery.lost == "reset" or delivery.answer is None:
        return Silence("ReadError", maybe_done=True), seconds
    answer = delivery.answer
    after = answer.headers.get("Retry-After", "")
    reply = wire.Reply(
        status=answer.status,
        body=answer.body,
        tid="",
        elapsed_ms=round(seconds * 1000),
        retry_after=int(after) if after.isdigit() else None,
        content_type=answer.content_type,
    )
    return reply, seconds
