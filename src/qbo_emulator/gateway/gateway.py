"""What every call of the Accounting API passes through before the books see it: who calls, and is there room."""

from __future__ import annotations

from qbo_emulator.books import faults
from qbo_emulator.books.history import Actor
from qbo_emulator.gateway import wire_format
from qbo_emulator.gateway.accounting import Accounting
from qbo_emulator.gateway.answer import Answer
from qbo_emulator.gateway.call import Call
from qbo_emulator.gateway.throttle import Load, Throttled
from qbo_emulator.oauth import ACCOUNTING, Access
from qbo_emulator.world import World


class Gateway:
    """The entrance to one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def handle(self, call: Call) -> Answer:
        """The answer, faults included."""
        world = self._world
        try:
            access = self._access(call)
            self._admit(call, access)
            company = world.companies[call.realm_id]
            with company.acting(Actor(access.client_id, is_app=True)):
                return Accounting(world.clock, world.replay).answer(call, company)
        except faults.Fault as fault:
            return wire_format.refusal(fault, world.clock)

    def _access(self, call: Call) -> Access:
        """The caller's access to this realm. Faults 3202 (no token), 3200 (dead token), 3100 (not this realm)."""
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        access = self._world.oauth.access(token.strip()) if scheme.lower() == "bearer" else None
        if access is None:
            shown = token.strip()[:8]
            raise faults.of("3200", token=shown) if shown else faults.of("3202")
        if access.realm_id != call.realm_id or ACCOUNTING not in access.scopes:
            raise faults.of("3100")
        return access

    def _admit(self, call: Call, access: Access) -> None:
        world = self._world
        try:
            if world.settings.limits == "documented":
                world.throttle.admit(Load(access.realm_id, access.client_id, call.is_batch), world.clock.now())
        except Throttled as refused:
            raise faults.of("3001") from refused
