"""Faults on demand around the token endpoints: what a rule aimed at exchange, refresh or revoke does to the call.

A lost answer to a refresh is what a client fears most, for the old value may be dead by then.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from qbo_emulator.gateway import fault_rules as rules
from qbo_emulator.gateway.answer import Answer
from qbo_emulator.gateway.arrival import arrival_of_token
from qbo_emulator.gateway.delivery import Delivery
from qbo_emulator.gateway.fault_plan import Decision
from qbo_emulator.gateway.injection import answer_of
from qbo_emulator.routes.delivery import Delivered, Sleep
from qbo_emulator.routes.forms import form
from qbo_emulator.world import World

Handler = Callable[[Request], Awaitable[Response]]
_GRANTS = {"authorization_code": "exchange", "refresh_token": "refresh"}


def faulty(world: World, handler: Handler, sleep: Sleep) -> Handler:
    """The handler of a token endpoint under the world's fault rules."""

    async def handle(request: Request) -> Response:
        decision = world.faults.decide(arrival_of_token(await _operation(request)))
        if not decision.hits:
            return await handler(request)
        return Delivered(await _delivery(world, handler, request, decision), sleep)

    return handle


async def _operation(request: Request) -> str:
    if request.url.path.endswith("/revoke"):
        return "revoke"
    return _GRANTS.get((await form(request)).get("grant_type", ""), "other")


async def _delivery(world: World, handler: Handler, request: Request, decision: Decision) -> Delivery:
    seconds, notes = sum(slow.seconds for slow, _ in decision.of(rules.Slow)), decision.notes
    for drop, _ in decision.of(rules.Drop):
        if drop.when == "after":
            await handler(request)
        return Delivery(None, seconds, lost=drop.connection, notes=notes)
    for status, _ in decision.of(rules.Status):
        if status.committed:
            await handler(request)
        return Delivery(answer_of(status.status, world), seconds, notes=notes)
    answer = _answer_of(await handler(request))
    if decision.first(rules.ResetMidBody):
        return Delivery(answer, seconds, lost="reset", sent=len(answer.body) // 2, notes=notes)
    return Delivery(answer, seconds, notes=notes)


def _answer_of(response: Response) -> Answer:
    headers = {
        name: value for name, value in response.headers.items() if name not in ("content-length", "content-type")
    }
    return Answer(bytes(response.body), response.status_code, headers, response.headers.get("content-type", ""))
