"""What every call of the Accounting API passes through before the books see it: who calls, and is there room."""

from __future__ import annotations

from qbo_emulator.books import faults
from qbo_emulator.books.history import Actor
from qbo_emulator.gateway import wire_format
from qbo_emulator.gateway.accounting import Accounting
from qbo_emulator.gateway.answer import Answer
from qbo_emulator.gateway.arrival import Arrival, arrival_of
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
        if len(call.body) > world.options.largest_body:
            return wire_format.page(413)  # F4-8: what stands before QuickBooks looks at nothing else
        try:
            access = self._access(call)
            arrival = arrival_of(call)
            self._admit(arrival, access)
            with world.companies[call.realm_id].acting(Actor(access.client_id, is_app=True)):
                return self._work(call, arrival)
        except faults.Fault as fault:
            return wire_format.refusal(fault, world.clock, world.options.throttle_answer)

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

    def _admit(self, arrival: Arrival, access: Access) -> None:
        """Fault 3001 if a limit says no."""
        world, now = self._world, self._world.clock.now()
        if world.options.limits == "none":
            return
        try:
            self._check_cap(arrival)
            events = max(1, len(arrival.acts)) if arrival.is_batch and world.options.batch_items == "counted" else 1
            world.throttle.admit(Load(access.realm_id, access.client_id, arrival.is_batch, events), now)
        except Throttled as refused:
            raise faults.of("3001") from refused

    def _check_cap(self, arrival: Arrival) -> None:
        """At the monthly cap what reads is refused; writes go on (F1.3-4)."""
        options, now = self._world.options, self._world.clock.now()
        capped = options.monthly_reads and not options.sandbox
        if capped and arrival.reads and self._world.meter.reads(now) >= options.monthly_reads:
            raise Throttled(f"{options.monthly_reads} reads a month")

    def _work(self, call: Call, arrival: Arrival) -> Answer:
        world = self._world
        accounting = Accounting(world.clock, world.replay, world.options)
        answer = accounting.answer(call, world.companies[call.realm_id])
        if not world.options.sandbox:
            world.meter.count(arrival.reads, world.clock.now())  # a call that failed raised a fault (F1.3-6)
        return answer
