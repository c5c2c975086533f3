"""Which faults hit a call: decided from rules, their counters and a seeded source of chance. No HTTP, no books.

Every rule counts what it matched and what it injected.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

import msgspec

from qbo_emulator.gateway.arrival import Arrival
from qbo_emulator.gateway.fault_rules import Absurd, Effect, FaultRule, Lag

E = TypeVar("E", bound=Effect)


@dataclass(frozen=True, slots=True)
class Hit:
    """One injected fault. `item` is the place in a batch, None for the call as a whole."""

    rule: int
    effect: Effect
    item: int | None = None

    def __str__(self) -> str:
        where = "" if self.item is None else f" at item {self.item}"
        said = msgspec.to_builtins(self.effect).items()
        words = (name if value is True else str(value) for name, value in said if value not in ("", False))
        return f"fault {self.rule}: {' '.join(words)}{where}"


@dataclass(frozen=True, slots=True)
class Decision:
    """All that goes wrong with one call."""

    hits: tuple[Hit, ...] = ()

    def of(self, kind: type[E]) -> Iterator[tuple[E, int | None]]:
        """The effects of a kind with their items."""
        return ((hit.effect, hit.item) for hit in self.hits if isinstance(hit.effect, kind))

    @property
    def notes(self) -> tuple[str, ...]:
        """What is injected, for the log."""
        return tuple(str(hit) for hit in self.hits)

    def first(self, kind: type[E]) -> tuple[E, int | None] | None:
        """The first effect of a kind with its item."""
        return next(self.of(kind), None)


NOTHING = Decision()


@dataclass(slots=True)
class _Counted:
    """A rule and what came of it."""

    number: int
    rule: FaultRule
    matches: int = 0
    injections: int = 0

    def strikes(self, chance: Random) -> bool:
        """Count a match; whether it is one that is hit."""
        rule = self.rule
        self.matches += 1
        if self.matches < rule.nth or (rule.count is not None and self.injections >= rule.count):
            return False
        if rule.probability < 1 and chance.random() >= rule.probability:
            return False
        self.injections += 1
        return True


class FaultPlan:
    """The rules in force. The same rules, calls and seed give the same faults."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._rules: dict[int, _Counted] = {}
        self._last = 0

    def add(self, rule: FaultRule) -> int:
        """Put a rule in force; its number."""
        self._last += 1
        self._rules[self._last] = _Counted(self._last, rule)
        return self._last

    def remove(self, number: int) -> bool:
        """Take a rule out of force; False if there is none."""
        return self._rules.pop(number, None) is not None

    def clear(self) -> None:
        """Take all rules out of force."""
        self._rules.clear()

    def shown(self) -> list[dict[str, Any]]:
        """All rules as JSON, with what they matched and injected."""
        return [
            {"id": one.number, **msgspec.to_builtins(one.rule), "matches": one.matches, "injections": one.injections}
            for one in self._rules.values()
        ]

    def lags(self, realm_id: str) -> set[float]:
        """By how many seconds queries of a realm may lag."""
        rules = (one.rule for one in self._rules.values() if one.rule.realm_id in ("", realm_id))
        return {effect.seconds for rule in rules for effect in rule.effects if isinstance(effect, Lag)}

    def decide(self, arrival: Arrival) -> Decision:
        """What goes wrong with a call that is let in."""
        if not self._rules:
            return NOTHING
        return Decision(tuple(hit for one in self._rules.values() for hit in self._hits(one, arrival)))

    def _hits(self, one: _Counted, arrival: Arrival) -> Iterator[Hit]:
        places = one.rule.places(arrival)
        fitting = [effect for effect in one.rule.effects if _fitting(effect, places, arrival)]
        if not fitting:
            return
        effect = fitting[0] if len(fitting) == 1 else self._chance.choice(fitting)
        for item in self._items(one.rule, effect, places, arrival):
            if one.strikes(self._chance):
                yield Hit(one.number, effect, item)

    def _items(self, rule: FaultRule, effect: Effect, places: list[int], arrival: Arrival) -> list[int | None]:
        """Where in the call the effect may hit; None is the call as a whole."""
        if not arrival.is_batch:
            return [None]
        fitting = _fitting(effect, places, arrival)
        if effect.of_one_act and (rule.aims_at_acts or isinstance(effect, Absurd)):
            return [*fitting]
        if effect.of_some_item and rule.item is None:
            return [self._chance.choice(fitting)]
        return [rule.item]


def _fitting(effect: Effect, places: list[int], arrival: Arrival) -> list[int]:
    """Those of the places that the effect can hit."""
    return [place for place in places if effect.fits(arrival.acts[place], arrival.is_batch)]
