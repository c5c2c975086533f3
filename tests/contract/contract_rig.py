"""A company in the emulator and our client of it, in one process and on one clock.

Only what a deployment can do is done: sign in by the consent page, then HTTP. The control API plays the person who
works inside QuickBooks.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx2

from qbo_client.auth import AuthClient
from qbo_client.client import QboClient
from qbo_client.config import Credentials, Endpoints, Timeouts
from qbo_client.limits import UNLIMITED_RATES, Limiter, Limits
from qbo_client.tokens import Callback, Tokens, parse_callback
from qbo_client.transport import Sender, open_http
from qbo_client.wire import Call, Reply
from qbo_emulator.app import create_app
from qbo_emulator.clock import ManualClock
from qbo_emulator.ids import SeededIds
from qbo_emulator.settings import Settings

T = TypeVar("T")
BASE = "http://127.0.0.1:8400"
BACK = "http://localhost:8000/back"
CREDENTIALS = Credentials("contract-app", "contract-secret", BACK)


class Keeper:
    """A token source that signs in by the consent page and refreshes when asked to."""

    def __init__(self, auth: AuthClient, http: httpx2.AsyncClient) -> None:
        self._auth = auth
        self._http = http
        self.callback: Callback | None = None
        self.tokens: Tokens | None = None
        self.refreshes = 0

    async def sign_in(self) -> str:
        """Go through the consent page as a browser would; return the realm."""
        answer = await self._http.get(await self._auth.authorize_url("st4te"))
        self.callback = parse_callback(str(httpx2.URL(answer.headers["location"]).query, "ascii"), "st4te")
        self.tokens = await self._auth.exchange(self.callback.code)
        return self.callback.realm_id

    async def current(self) -> str:
        assert self.tokens is not None
        return self.tokens.access_token

    async def renew(self, stale: str) -> str:
        assert self.tokens is not None
        self.tokens = await self._auth.refresh(self.tokens.refresh_token)
        self.refreshes += 1
        return self.tokens.access_token


class Rig:
    """The emulator, the clock that both sides live by, and a way to run client code against it."""

    def __init__(
        self, company: str = "fresh", limits: str = "none", wrap: Callable[[Any], Any] = lambda transport: transport
    ) -> None:
        self.clock = ManualClock(datetime(2026, 11, 18, 20, 0, tzinfo=UTC))
        settings = Settings(
            CREDENTIALS.client_id,
            CREDENTIALS.client_secret,
            (BACK,),
            "sample" if company == "sample" else "fresh",
            "documented" if limits == "documented" else "none",
            auto_consent=True,
        )
        self.transport = wrap(httpx2.ASGITransport(create_app(settings, self.clock, SeededIds(7))))
        self.seen: list[tuple[Call, Reply]] = []
        self._numbers = itertools.count(1)

    def now(self) -> datetime:
        return self.clock.now()

    def monotonic(self) -> float:
        return self.clock.now().timestamp()

    async def sleep(self, seconds: float) -> None:
        self.clock.advance(seconds)
        await asyncio.sleep(0)

    @asynccontextmanager
    async def http(self) -> AsyncIterator[httpx2.AsyncClient]:
        async with open_http(Timeouts(), self.transport) as http:
            yield http

    def auth(self, http: httpx2.AsyncClient, credentials: Credentials = CREDENTIALS) -> AuthClient:
        return AuthClient(http, Endpoints.at(BASE), credentials, self.now)

    async def signed_in(self, http: httpx2.AsyncClient, limits: Limits = UNLIMITED_RATES) -> tuple[QboClient, Keeper]:
        """Return a client that has signed in, and what keeps its tokens."""
        keeper = Keeper(self.auth(http), http)
        client = QboClient(
            Sender(http, Endpoints.at(BASE), self.monotonic),
            await keeper.sign_in(),
            keeper,
            Limiter(limits),
            sleep=self.sleep,
            monotonic=self.monotonic,
            new_request_id=lambda: f"contract-{next(self._numbers)}",
            seen=lambda call, reply: self.seen.append((call, reply)),
        )
        return client, keeper

    async def control(self, method: str, path: str, **json: object) -> Any:
        """Call the control API and return its JSON, or None where it answers nothing."""
        async with httpx2.AsyncClient(transport=self.transport, base_url=BASE) as http:
            answer = await http.request(method, f"/_emulator/{path}", json=json if method != "GET" else None)
            assert answer.status_code < 300, answer.text
            return answer.json() if answer.content else None

    def run(self, what: Callable[[QboClient], Awaitable[T]], limits: Limits = UNLIMITED_RATES) -> T:
        """Sign in and run `what` with the client."""

        async def main() -> T:
            async with self.http() as http:
                client, _ = await self.signed_in(http, limits)
                return await what(client)

        return asyncio.run(main())
