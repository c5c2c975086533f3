"""Small helpers for the tests of the emulator over HTTP: an in-process client, a clock to push, tokens.

No socket is opened.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any, TypeVar

import httpx2
from emulator_books import NOW
from starlette.applications import Starlette

from qbo_emulator.app import create_app
from qbo_emulator.books.kinds import REALMS
from qbo_emulator.clock import ManualClock
from qbo_emulator.ids import SeededIds
from qbo_emulator.settings import Settings
from qbo_emulator.world import World

FRESH, SAMPLE, UK = REALMS["fresh"], REALMS["sample"], REALMS["uk"]
REDIRECT = "https://app.example.com/callback"
ID, SECRET = "the-client", "the-secret"
JSON_BOTH_WAYS = {"accept": "application/json", "content-type": "application/json"}
T = TypeVar("T")


class Emulator:
    """An emulator without a socket. Calls are made one after another, each on a loop of its own."""

    def __init__(self, peer: str = "127.0.0.1", **options: Any) -> None:
        self.clock = ManualClock(NOW)
        base: dict[str, Any] = {"client_id": ID, "client_secret": SECRET, "redirect_uris": (REDIRECT,)}
        settings = Settings(**{**base, "limits": "none", **options})
        self.app: Starlette = create_app(settings, self.clock, SeededIds(7))
        self.world: World = self.app.state.world
        self._peer = peer

    def run(self, work: Callable[[httpx2.AsyncClient], Awaitable[T]]) -> T:
        """Do some work with a client."""

        async def inside() -> T:
            transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False, client=(self._peer, 1))
            options: dict[str, Any] = {"base_url": "http://quickbooks.test", "headers": {"Accept": "application/json"}}
            async with httpx2.AsyncClient(transport=transport, **options) as client:
                return await work(client)

        return asyncio.run(inside())

    def call(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """One call."""
        return self.run(lambda client: client.request(method, path, **options))

    def token(self, realm: str = FRESH) -> str:
        """An access token without a browser."""
        answer = self.call("POST", "/_emulator/tokens", json={"realm_id": realm})
        return str(answer.json()["access_token"])


class Caller:
    """A signed-in caller of one realm."""

    def __init__(self, emulator: Emulator, realm: str = FRESH) -> None:
        self.emulator = emulator
        self.realm = realm
        self.token = emulator.token(realm)

    def send(self, method: str, rest: str, body: object = None, **params: str) -> httpx2.Response:
        """A call of the Accounting API."""
        content_type = "application/octet-stream" if rest.endswith("/send") else "application/json"
        return self.emulator.call(
            method,
            f"/v3/company/{self.realm}/{rest}",
            content=None if body is None else json.dumps(body),
            params=params,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": content_type},
        )

    def raw(self, method: str, rest: str, content: bytes = b"", **headers: str) -> httpx2.Response:
        """A call with exactly this body; headers are named with underscores, an empty one is left out."""
        whole = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        whole |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in whole.items() if value}
        return self.emulator.call(method, f"/v3/company/{self.realm}/{rest}", content=content, headers=sent)

    def post(self, rest: str, body: object, **params: str) -> Any:
        """The JSON of a POST, numbers as Decimal."""
        return json.loads(self.send("POST", rest, body, **params).text, parse_float=Decimal)

    def get(self, rest: str, **params: str) -> Any:
        """The JSON of a GET, numbers as Decimal."""
        return json.loads(self.send("GET", rest, **params).text, parse_float=Decimal)

    def code(self, rest: str, body: object, **params: str) -> str:
        """The code of the fault that a POST is answered with."""
        return str(self.post(rest, body, **params)["Fault"]["Error"][0]["code"])
