"""Gives a delivery to whoever called: an answer in time, a part of one, or a connection that breaks.

How a connection breaks is the server's affair. A server that can do it says so by the extension LOSS in the ASGI
scope, and is then sent a message of this type; without one, ConnectionLost is raised to the caller of the application
(an in-process transport maps it to what its HTTP client calls a read error or a time-out).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from qbo_emulator.gateway.answer import Answer
from qbo_emulator.gateway.delivery import ConnectionLost, Delivery
from qbo_emulator.gateway.fault_rules import SERVER_CUT
from qbo_emulator.gateway.wire_format import page

Sleep = Callable[[float], Awaitable[None]]
LOSS = "qbo_emulator.connection.lost"


def response_of(answer: Answer) -> Response:
    """The answer as Starlette sends it."""
    return Response(answer.body, answer.status, dict(answer.headers), answer.content_type)


class Delivered(Response):
    """A delivery as a response. `sleep` takes seconds."""

    def __init__(self, delivery: Delivery, sleep: Sleep) -> None:
        super().__init__()
        self._delivery = delivery
        self._sleep = sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait, then answer or break off."""
        delivery = self._delivery
        scope.setdefault("state", {})["notes"] = delivery.notes
        if delivery.seconds:
            await self._sleep(delivery.seconds)
        if delivery.lost:
            await self._lose(scope, receive, send)
        elif delivery.answer:
            await response_of(delivery.answer)(scope, receive, send)

    async def _lose(self, scope: Scope, receive: Receive, send: Send) -> None:
        delivery, can_break = self._delivery, LOSS in scope.get("extensions", {})
        if delivery.answer and delivery.sent is not None:
            await _begin(delivery.answer, delivery.sent, send)
        if delivery.lost == "hang" and can_break and not await self._caller_leaves(receive):
            await response_of(page(504))(scope, receive, send)  # F1.1-12
        elif can_break:
            await send({"type": LOSS})
        else:
            raise ConnectionLost(delivery.lost or "reset")

    async def _caller_leaves(self, receive: Receive) -> bool:
        """Whether the caller gives up before the server does."""
        leaving = asyncio.ensure_future(_left(receive))
        cut = asyncio.ensure_future(_slept(self._sleep, SERVER_CUT))
        done, waiting = await asyncio.wait((leaving, cut), return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        return leaving in done


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _slept(sleep: Sleep, seconds: float) -> None:
    await sleep(seconds)


async def _begin(answer: Answer, sent: int, send: Send) -> None:
    """The head of the answer, and so many bytes of the body that it promises."""
    headers = response_of(answer).raw_headers
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body[:sent], "more_body": True})
