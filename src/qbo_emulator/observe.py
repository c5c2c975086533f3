"""Around every emulated call: a trace id on the answer (`intuit_tid`, always), an entry in the log.

A plain ASGI layer, so that it costs little. The control API and the pages are left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qbo_emulator.gateway.delivery import ConnectionLost
from qbo_emulator.request_log import LONGEST_BODY, Entry, cut
from qbo_emulator.routes.delivery import LOSS
from qbo_emulator.world import World

APART = ("/_emulator/", "/app/")  # the control API and the pages for people
TOKENS = ("/oauth2/v1/tokens/bearer", "/v2/oauth2/tokens/revoke")


@dataclass(slots=True)
class _Seen:
    """What passed by of one call."""

    request: bytearray = field(default_factory=bytearray)
    answer: bytearray = field(default_factory=bytearray)
    status: int = 0
    lost: bool = False


def kind_of(method: str, path: str) -> str:
    """What sort of call it is, for the counts."""
    if path in TOKENS:
        return "token"
    parts = path.split("/")
    if len(parts) < 5 or parts[1:3] != ["v3", "company"]:
        return "other"
    if parts[4] in ("batch", "query"):
        return parts[4]
    return "read" if method == "GET" else "write"


def realm_of(path: str) -> str:
    """The realm id in a path of the Accounting API."""
    parts = path.split("/")
    return parts[3] if len(parts) > 4 and parts[1:3] == ["v3", "company"] else ""


class Observer:
    """The layer itself."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and watch it. What was due before it came is done before it is looked at."""
        self._world.catch_up()
        self._world.activity += 1
        if scope["type"] != "http" or scope["path"].startswith(APART):
            await self._app(scope, receive, send)
            return
        seen = _Seen()
        world = self._world
        started, begun = world.clock.now(), perf_counter()
        scope["intuit_tid"] = tid = f"1-{int(started.timestamp()):08x}-{world.ids.hex(24)}"

        async def watched_receive() -> Message:
            message = await receive()
            if len(seen.request) < LONGEST_BODY * 4:
                seen.request += message.get("body", b"")
            return message

        async def watched_send(message: Message) -> None:
            if message["type"] == LOSS:
                seen.lost = True
            elif message["type"] == "http.response.start":
                seen.status = message["status"]
                message["headers"] = [*message["headers"], (b"intuit_tid", tid.encode())]
            elif len(seen.answer) < LONGEST_BODY * 4:
                seen.answer += message.get("body", b"")
            await send(message)

        try:
            await self._app(scope, watched_receive, watched_send)
        except ConnectionLost:
            seen.lost = True
            raise
        finally:
            elapsed = round((perf_counter() - begun) * 1000, 3)
            self._log(scope, seen, started.isoformat(), tid, elapsed)

    def _log(self, scope: Scope, seen: _Seen, at: str, tid: str, elapsed: float) -> None:
        log, path = self._world.log, scope["path"]
        secret = path in TOKENS  # bodies with tokens are not kept
        entry = Entry(
            n=log.next_number(),
            at=at,
            kind=kind_of(scope["method"], path),
            method=scope["method"],
            path=path,
            query=scope["query_string"].decode("latin-1"),
            status=seen.status or (0 if seen.lost else 500),  # a mistake of ours is answered behind this layer
            elapsed_ms=elapsed,
            realm_id=realm_of(path),
            intuit_tid=tid,
            request_body="" if secret or not log.enabled else cut(bytes(seen.request)),
            notes=", ".join(scope.get("state", {}).get("notes", ())),
            response_body="" if secret or not log.enabled else cut(bytes(seen.answer)),
        )
        log.add(entry)
