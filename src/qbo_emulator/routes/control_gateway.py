"""/_emulator/ calls about the gateway: faults on demand, metered reads, other apps' use of the limits.

Documented in docs/emulator.md.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qbo_emulator.gateway.fault_rules import FaultRule
from qbo_emulator.gateway.meter import month_of
from qbo_emulator.routes.forms import missing
from qbo_emulator.world import World

Count = Annotated[int, msgspec.Meta(ge=0)]


class Usage(msgspec.Struct, forbid_unknown_fields=True):
    """How many reads this month has seen."""

    reads: Count


class OtherApp(msgspec.Struct, forbid_unknown_fields=True):
    """What another app of the same company calls."""

    realm_id: str
    calls: Count = 0
    batches: Count = 0


Rules = FaultRule | list[FaultRule]


class GatewayControl:
    """The gateway's part of the control API of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def usage(self, _request: Request) -> Response:
        """Metered reads of this month, and where they end."""
        world, now = self._world, self._world.clock.now()
        used = {"month": month_of(now), "reads": world.meter.reads(now)}
        return JSONResponse({**used, "monthly_reads": world.options.monthly_reads})

    async def set_usage(self, request: Request) -> Response:
        """Say how much of the month's reads is used."""
        wanted = msgspec.json.decode(await request.body(), type=Usage)
        self._world.meter.set(wanted.reads, self._world.clock.now())
        return await self.usage(request)

    async def faults(self, _request: Request) -> Response:
        """All rules, with what each matched and injected."""
        return JSONResponse(self._world.faults.shown())

    async def add_faults(self, request: Request) -> Response:
        """Put one rule or several in force; those rules."""
        sent = msgspec.json.decode(await request.body(), type=Rules)
        plan = self._world.faults
        numbers = [plan.add(rule) for rule in (sent if isinstance(sent, list) else [sent])]
        return JSONResponse([shown for shown in plan.shown() if shown["id"] in numbers], 201)

    async def clear_faults(self, _request: Request) -> Response:
        """Take all rules out of force."""
        self._world.faults.clear()
        return Response(status_code=204)

    async def remove_fault(self, request: Request) -> Response:
        """Take one rule out of force."""
        number = request.path_params["number"]
        if not self._world.faults.remove(number):
            return missing("fault")
        return Response(status_code=204)

    async def other_app(self, request: Request) -> Response:
        """Another app of the same company calls."""
        made = msgspec.json.decode(await request.body(), type=OtherApp)
        if made.realm_id not in self._world.companies:
            return missing("company")
        self._world.throttle.use_up(made.realm_id, made.calls, made.batches, self._world.clock.now())
        return Response(status_code=204)
