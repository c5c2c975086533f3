"""/v3/company/{realm}/...: makes a call of what came over HTTP; the gateway says what is delivered."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qbo_emulator.gateway.call import Call
from qbo_emulator.gateway.gateway import Gateway
from qbo_emulator.routes.delivery import Delivered, Sleep
from qbo_emulator.world import World


async def _body(request: Request, most: int) -> bytes:
    """The body; of one that is too large only so much that this can be seen. It is read to its end all the same, or
    the caller would meet a closed connection in place of the answer.
    """
    kept = bytearray()
    async for chunk in request.stream():
        kept += chunk[: most + 1 - len(kept)]
    return bytes(kept)


async def call_of(request: Request, most: int) -> Call:
    """What came in, with at most `most` bytes of body and one more."""
    host = request.headers.get("host", "localhost")
    return Call(
        method=request.method,
        realm_id=request.path_params["realm"],
        rest=request.path_params["rest"],
        params=dict(parse_qsl(request.url.query, keep_blank_values=True)),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await _body(request, most),
        origin=f"{request.url.scheme}://{host}",
    )


def _wake(world: World) -> None:
    """Do what is due later at its time, even if nobody calls then."""
    due = world.later.next_due()
    if due is not None:
        seconds = (due - world.clock.now()).total_seconds()
        asyncio.get_running_loop().call_later(seconds + 0.001, world.catch_up)


def routes(world: World, sleep: Sleep) -> list[Route]:
    """The one route; the rest of the path is sorted out behind it, for faults must be QuickBooks' own."""
    gateway = Gateway(world)

    async def handle(request: Request) -> Response:
        delivery = gateway.handle(await call_of(request, world.options.largest_body))
        _wake(world)
        return Delivered(delivery, sleep)

    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return [Route("/v3/company/{realm}/{rest:path}", handle, methods=methods)]
