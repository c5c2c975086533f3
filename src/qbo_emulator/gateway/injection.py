"""Does one call with all that goes wrong with it: what a decision of the fault plan means for books and answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from qbo_emulator import company_changes
from qbo_emulator.books import faults
from qbo_emulator.books.history import Actor
from qbo_emulator.gateway import fault_rules as rules
from qbo_emulator.gateway import wire_format
from qbo_emulator.gateway.absurd import distort
from qbo_emulator.gateway.accounting import Accounting, ItemFault, Manner
from qbo_emulator.gateway.answer import Answer
from qbo_emulator.gateway.arrival import Arrival
from qbo_emulator.gateway.call import Call
from qbo_emulator.gateway.delivery import Delivery, Loss
from qbo_emulator.gateway.fault_plan import Decision
from qbo_emulator.world import World


def fault_of(code: rules.Code) -> faults.Fault:
    """The fault with a rule's code, in its own words or the rule's."""
    fault = faults.example(code.code)
    if not code.detail:
        return fault
    errors = [faults.Error(one.code, one.message, code.detail, one.element) for one in fault.errors]
    return faults.Fault(*errors, kind=fault.kind, status=fault.status, timed=fault.timed)


def answer_of(status: int, world: World) -> Answer:
    """What stands before QuickBooks, or its gateway, answers with a status."""
    if status == 429:
        return refusal_of(faults.of("3001"), world)
    return refusal_of(faults.example("10000"), world) if status == 500 else wire_format.page(status)


def refusal_of(fault: faults.Fault, world: World) -> Answer:
    """A fault as an answer, in the form that the world's options choose."""
    return wire_format.refusal(fault, world.clock, world.options.throttle_answer)


class Injection:
    """One admitted call under a decision."""

    def __init__(self, world: World, call: Call, client_id: str, decision: Decision) -> None:
        self._world = world
        self._call = call
        self._actor = Actor(client_id, is_app=True)
        self._decision = decision
        self._company = world.companies[call.realm_id]

    def disturb(self) -> None:
        """Let happen what happens to the world just before the call is looked at."""
        for hit in self._decision.hits:
            self._happen(hit.effect)

    def _happen(self, effect: rules.Effect) -> None:
        world, realm_id = self._world, self._call.realm_id
        match effect:
            case rules.ClockJump():
                world.clock.advance(effect.seconds)
            case rules.CompanyChanged():
                company_changes.apply(self._company, effect.patch())
            case rules.Disconnect():
                world.oauth.disconnect(realm_id)
            case rules.TokenExpired():
                world.oauth.expire(self._call.credentials[1])
            case rules.OtherApp():
                world.throttle.use_up(realm_id, effect.calls, effect.batches, world.clock.now())

    def delivery(self, arrival: Arrival) -> Delivery:
        """Do the call, or what is left of it; when its answer comes, if one comes."""
        made = self._made(arrival)
        seconds = self._seconds(arrival)
        if seconds > rules.SERVER_CUT:  # F1.1-12
            made, seconds = replace(made, answer=made.answer and wire_format.page(504), sent=None), rules.SERVER_CUT
        return replace(made, seconds=seconds, working=max(made.working, seconds), notes=self._decision.notes)

    def _seconds(self, arrival: Arrival) -> float:
        world = self._world
        latency = world.latency.seconds(arrival) if world.options.latency == "documented" else 0.0
        return latency + sum(effect.seconds for effect, _ in self._decision.of(rules.Slow))

    def _made(self, arrival: Arrival) -> Delivery:
        dropped, late = self._decision.first(rules.Drop), self._decision.first(rules.CommitLate)
        if dropped:
            return self._dropped(*dropped, arrival)
        if late:
            return self._late(*late, arrival)
        instead, committed = self._instead()
        if instead and not committed:
            return Delivery(instead)
        answer = self._work(self._call, arrival)
        return Delivery(instead) if instead else self._damaged(answer)

    def _dropped(self, drop: rules.Drop, item: int | None, arrival: Arrival) -> Delivery:
        """No answer; done is what comes before the drop."""
        stop = len(arrival.acts) if item is None and drop.when == "after" else item or 0
        if item is not None and drop.when == "after":
            stop = item + 1
        self._work_part(0, stop, arrival)
        return _lost(drop.connection)

    def _late(self, late: rules.CommitLate, item: int | None, arrival: Arrival) -> Delivery:
        """No answer; done is what comes before the item, and the rest when its time comes."""
        world, start = self._world, item or 0
        self._work_part(0, start, arrival)
        due = world.clock.now() + timedelta(seconds=late.seconds)
        world.later.at(due, lambda: self._work_part(start, len(arrival.acts), arrival))
        return _lost(late.connection, late.seconds)

    def _instead(self) -> tuple[Answer | None, bool]:
        """What the call is answered with in place of its own answer; whether it is done all the same."""
        for status, _ in self._decision.of(rules.Status):
            return answer_of(status.status, self._world), status.committed
        for code, item in self._decision.of(rules.Code):
            if item is None:
                return refusal_of(fault_of(code), self._world), code.committed
        return None, True

    def _damaged(self, answer: Answer) -> Delivery:
        """The answer with what is wrong in it; cut last, since nothing more can be said in half a body."""
        absurdities = sorted(self._decision.of(rules.Absurd), key=lambda one: one[0].what == "body_cut")
        for absurd, item in absurdities:
            answer = distort(answer, absurd.what, item)
        broken = self._decision.first(rules.ResetMidBody)
        return Delivery(answer, lost="reset", sent=len(answer.body) // 2) if broken else Delivery(answer)

    def _work_part(self, start: int, stop: int, arrival: Arrival) -> None:
        """Do some of the call's parts; their answer is lost."""
        if start >= stop:
            return
        whole = (start, stop) == (0, len(arrival.acts))
        try:
            self._work(self._call if whole else self._call.part(start, stop), arrival)
        except faults.Fault:  # no valid batch: nothing of it is done
            return

    def _work(self, call: Call, arrival: Arrival) -> Answer:
        """The answer of the books, faults included."""
        world = self._world
        accounting = Accounting(world.clock, world.replay, world.options)
        try:
            with self._company.acting(self._actor):
                answer = accounting.answer(call, self._company, self._manner())
        except faults.Fault as fault:
            return refusal_of(fault, world)  # and nothing is metered (F1.3-6)
        if not self._company.settings.sandbox:
            world.meter.count(arrival.reads, world.clock.now())
        return answer

    def _manner(self) -> Manner:
        found = self._decision.first(rules.Lag)
        queried = self._world.lags.view(self._company, found[0].seconds) if found else self._company
        read = queried if found and found[0].reads else self._company
        wrong = {
            item: ItemFault(fault_of(code), code.committed)
            for code, item in self._decision.of(rules.Code)
            if item is not None
        }
        return Manner(queried, read, wrong)


def _lost(how: Loss, seconds: float = 0) -> Delivery:
    """No answer, while the server works on: if someone is left waiting, until it gives up."""
    return Delivery(None, lost=how, working=max(seconds, rules.SERVER_CUT if how == "hang" else 0))
