"""What every call of the Accounting API passes through before the books see it: who calls, is there room, what goes
wrong.
"""

from __future__ import annotations

from qbo_emulator.apps import ACCOUNTING
from qbo_emulator.books import faults
from qbo_emulator.gateway import wire_format
from qbo_emulator.gateway.arrival import Arrival, arrival_of
from qbo_emulator.gateway.call import Call
from qbo_emulator.gateway.delivery import Delivery
from qbo_emulator.gateway.headers import require_understood, wants_json
from qbo_emulator.gateway.injection import Injection
from qbo_emulator.gateway.throttle import Load, Throttled
from qbo_emulator.oauth import Access
from qbo_emulator.world import World


class Gateway:
    """The entrance to one world. Calls are handled one after another; how long each takes is in its delivery."""

    def __init__(self, world: World) -> None:
        self._world = world

    def handle(self, call: Call) -> Delivery:
        """What becomes of the call, faults included."""
        world = self._world
        world.catch_up()
        if len(call.body) > world.options.largest_body:
            return Delivery(wire_format.page(413))  # F4-8: what stands before QuickBooks looks at nothing else
        arrival = arrival_of(call)
        try:
            load = self._load(arrival, self._access(call))
            self._admit(arrival, load)
            require_understood(call, world.options.without_accept)
            if world.options.parallel_names == "refuse":
                world.name_lock.require_free(arrival, world.clock.now())
        except Throttled as refused:
            return self._refused(call, faults.of("3001"), f"limit: {refused.limit}")
        except faults.Fault as fault:
            return self._refused(call, fault)
        return self._done(call, arrival, load)

    def _done(self, call: Call, arrival: Arrival, load: Load) -> Delivery:
        """An admitted call, with all that goes wrong with it."""
        world, company = self._world, self._world.companies[call.realm_id]
        world.lags.keep(company, world.faults.lags(call.realm_id))
        decision = world.faults.decide(arrival)
        injection = Injection(world, call, load.client_id, decision)
        injection.disturb()
        try:
            if decision.hits:
                self._access(call)  # its token may have died just now
        except faults.Fault as fault:
            return self._refused(call, fault, *decision.notes)
        delivery = injection.delivery(arrival)
        if delivery.working:
            world.throttle.hold(load, world.clock.now(), delivery.working)
            world.name_lock.hold(arrival, world.clock.now(), delivery.working)
        return delivery

    def _refused(self, call: Call, fault: faults.Fault, *notes: str) -> Delivery:
        options = self._world.options
        xml = options.without_accept == "refuse" and not wants_json(call)
        return Delivery(wire_format.refusal(fault, self._world.clock, options.throttle_answer, xml=xml), notes=notes)

    def _access(self, call: Call) -> Access:
        """The caller's access to this realm. Faults 3202 (no token), 3200 (dead token), 3100 (not this realm)."""
        scheme, token = call.credentials
        access = self._world.oauth.access(token) if scheme == "bearer" else None
        if access is None:
            raise faults.of("3200", token=token[:8]) if token else faults.of("3202")
        if access.realm_id != call.realm_id or ACCOUNTING not in access.scopes:
            raise faults.of("3100")
        if access.admin_removed:
            raise faults.of("120")  # F9.3-6
        return access

    def _load(self, arrival: Arrival, access: Access) -> Load:
        counted = arrival.is_batch and self._world.options.batch_items == "counted"
        return Load(access.realm_id, access.client_id, arrival.is_batch, len(arrival.acts) if counted else 1)

    def _admit(self, arrival: Arrival, load: Load) -> None:
        """Throttled if a limit says no."""
        world = self._world
        if world.options.limits == "documented":
            self._check_cap(arrival)
            world.throttle.admit(load, world.clock.now())

    def _check_cap(self, arrival: Arrival) -> None:
        """At the monthly cap what reads is refused; writes go on (F1.3-4)."""
        world = self._world
        most = world.options.monthly_reads
        metered = arrival.reads and not world.companies[arrival.realm_id].settings.sandbox
        if most and metered and world.meter.reads(world.clock.now()) >= most:
            raise Throttled(f"{most} reads a month")
