"""An engine and a QuickBooks that live on one clock which tests push: waits of minutes pass at once."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from rig import BASE, IDS, Rig, Wire, make_rig

from bluepro.quickbooks.connect.deployment import Deployment
from bluepro.quickbooks.models import Change, RequestItem
from bluepro.quickbooks.post import Post
from bluepro.quickbooks.serve import Means, Served, serve
from qbo_client.config import Credentials, Endpoints


@dataclass
class PushedClock:
    """The machine's time and what tests added to it."""

    added: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.added


Tamper = Callable[[httpx2.Request, dict[str, Any]], dict[str, Any]]  # Any: JSON


def as_it_came(_request: httpx2.Request, answer: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    return answer


class Tampering(httpx2.AsyncBaseTransport):
    """Between the engine and QuickBooks: `tamper` may change what was answered with 200.

    `refuse` gives the status with which a gateway refuses a request, or 0; `replace` the fault with which QuickBooks
    refuses it (400), or None; `cut` whether its answer ends in the middle.
    """

    def __init__(self, inner: Wire) -> None:
        self._inner = inner
        self.tamper: Tamper = as_it_came
        self.refuse: Callable[[httpx2.Request], int] = lambda _: 0
        self.replace: Callable[[httpx2.Request], dict[str, Any] | None] = lambda _: None
        self.cut: Callable[[httpx2.Request], bool] = lambda _: False

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        await request.aread()
        if status := self.refuse(request):
            return httpx2.Response(status, text="<html><body>No</body></html>", request=request)
        if fault := self.replace(request):
            return httpx2.Response(400, json=fault, request=request)
        response = await self._inner.handle_async_request(request)
        body = await response.aread()
        if self.cut(request):
            return httpx2.Response(200, headers=response.headers, content=body[: len(body) // 2], request=request)
        if response.status_code != 200 or self.tamper is as_it_came:
            return httpx2.Response(response.status_code, headers=response.headers, content=body, request=request)
        changed = json.dumps(self.tamper(request, json.loads(body))).encode()
        return httpx2.Response(200, headers={"Content-Type": "application/json"}, content=changed, request=request)


class Timed:
    """A rig served on a pushed clock."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.clock = PushedClock()
        self.tokens: Callable[[int], Any] = lambda _: rig.tokens
        self.wire = Tampering(rig.wire)
        self.deployment = _deployment(rig, self.wire)
        self._post = Post(self.deployment, self.clock)

    def push(self, seconds: float) -> None:
        """Lets time pass, here and in QuickBooks."""
        self.clock.added += timedelta(seconds=seconds)
        answer = self.rig.control.post("/_emulator/clock", json={"advance_seconds": seconds})
        assert answer.status_code == 200, answer.text

    def after(self, seconds: float) -> datetime:
        """The moment so many seconds from now."""
        return self.clock.now() + timedelta(seconds=seconds)

    def serve(self) -> Served:
        """One service of the company."""
        return serve(self.rig.connection.id, Means(self._post, self.tokens, self.clock, IDS, sleep=self.push))

    def settle_down(self, *, within: float = 7200, rounds: int = 60) -> float:
        """Serves, and lets time pass as the engine asks, until nothing is left to do; answers the seconds passed."""
        passed = 0.0
        for _ in range(rounds):
            served = self.serve()
            if served.wait is None:
                return passed
            passed += served.wait
            assert passed <= within, f"still at work after {passed:.0f} s"
            self.push(served.wait)
        raise AssertionError("the engine does not come to rest")

    def at_rest(self) -> None:
        """Asserts that all has arrived: nothing dirty, nothing open, no problem, and one more sync sends nothing."""
        assert self.rig.problems() == []
        assert not Change.objects.filter(dirty=True).exists()
        assert not RequestItem.objects.filter(settled=False).exists()
        sent = len(self.rig.wire.calls)
        self.settle_down()
        assert len(self.rig.wire.calls) == sent

    def close(self) -> None:
        self._post.close()


@contextmanager
def timed_rig() -> Iterator[Timed]:
    """A rig of its own, served on a pushed clock."""
    rig = make_rig()
    made = Timed(rig)
    try:
        yield made
    finally:
        made.close()
        rig.close()


def _deployment(rig: Rig, wire: Tampering) -> Deployment:
    app = rig.control.get("/_emulator/apps").json()[0]
    return Deployment(
        Endpoints(f"{BASE}/.well-known/openid_configuration", BASE),
        Credentials(app["client_id"], app["client_secret"], f"{BASE}/callback"),
        transport=wire,
    )


def once(fault: str, path: str, containing: bytes = b"") -> Callable[[httpx2.Request], str]:
    """Plays `fault` on the first call of `path` whose body holds `containing`, and none after."""
    return times(1, fault, path, containing)


def times(count: int, fault: str, path: str, containing: bytes = b"") -> Callable[[httpx2.Request], str]:
    """Plays `fault` on the first `count` such calls."""
    left = [count]

    def play(request: httpx2.Request) -> str:
        if left[0] and request.method == "POST" and request.url.path.endswith(path) and containing in request.content:
            left[0] -= 1
            return fault
        return ""

    return play
