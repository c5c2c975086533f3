"""An emulator on a socket of this machine, in a thread of its own, and a caller that knows only HTTP/1.1."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from emulator_http import FRESH, ID, JSON_BOTH_WAYS

from qbo_emulator import server
from qbo_emulator.app import create_app
from qbo_emulator.clock import SystemClock
from qbo_emulator.ids import SeededIds
from qbo_emulator.routes.delivery import Sleep
from qbo_emulator.settings import Settings
from qbo_emulator.world import World


@dataclass
class Served:
    """A running emulator. Its world may be looked at while no call is on its way."""

    port: int
    world: World
    token: str

    def connect(self, timeout: float = 10) -> http.client.HTTPConnection:
        """A connection to it."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def ask(self, connection: http.client.HTTPConnection, method: str, rest: str, body: object = None) -> None:
        """Send a call without waiting for its answer."""
        sent = None if body is None else json.dumps(body)
        headers = {"Authorization": f"Bearer {self.token}", **JSON_BOTH_WAYS}
        connection.request(method, f"/v3/company/{FRESH}/{rest}", sent, headers)

    def call(self, method: str, rest: str, body: object = None, timeout: float = 10) -> http.client.HTTPResponse:
        """One call on a connection of its own; the body is read."""
        connection = self.connect(timeout)
        try:
            self.ask(connection, method, rest, body)
            answer = connection.getresponse()
            answer.read()
            return answer
        finally:
            connection.close()

    def control(self, method: str, path: str, body: object = None) -> Any:
        """A call of the control API."""
        connection = self.connect()
        connection.request(method, f"/_emulator/{path}", None if body is None else json.dumps(body))
        content = connection.getresponse().read()
        connection.close()
        return json.loads(content) if content else None

    def rule(self, *effects: dict[str, Any], **aims: Any) -> None:
        """Put a rule in force."""
        self.control("POST", "faults", {"effects": list(effects), **aims})

    def notes(self) -> list[tuple[int, str]]:
        """Status and notes of all logged calls."""
        return [(entry["status"], entry["notes"]) for entry in self.control("GET", "requests")]


@contextmanager
def serving(sleep: Sleep | None = None, **options: Any) -> Iterator[Served]:
    """An emulator that listens until the end of the block."""
    settings = Settings(**{"client_id": ID, "limits": "none", **options})
    more = {} if sleep is None else {"sleep": sleep}
    app = create_app(settings, SystemClock(), SeededIds(7), **more)
    world: World = app.state.world
    listener = socket.create_server(("127.0.0.1", 0))
    running = uvicorn.Server(server.config(app))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        token = world.oauth.issue_directly(ID, FRESH).access_token
        yield Served(listener.getsockname()[1], world, token)
    finally:
        running.should_exit = True
        thread.join()
