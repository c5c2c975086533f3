"""A story: all that happens in one seed, written down before anything happens. Pure.

An entry names who does what and carries its own dice, so that entries can be left out without changing what the others
do: that is how a failing story is shortened. What the dice mean depends on what is there when their turn comes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from random import Random
from typing import Any

PERSON, BOOKKEEPER, FAULT, WORKER, CLOCK = "person", "bookkeeper", "fault", "worker", "clock"
OPERATIONS = 250  # acts of people in one seed

PHASES = ("before commit", "after commit", "before settling", "after settling")
"""Where inside a worker's step something can happen."""

PERSON_DOES: Mapping[str, int] = {
    "add contact": 6,
    "edit contact": 8,
    "rename contact": 4,
    "delete contact": 1,
    "add service": 3,
    "reprice service": 5,
    "rename service": 2,
    "delete service": 1,
    "draft invoice": 4,
    "issue draft": 4,
    "new invoice": 18,
    "twin invoices": 2,
    "change invoice": 14,
    "revert invoice": 4,
    "renumber invoice": 2,
    "cancel invoice": 3,
    "delete invoice": 3,
    "pay invoice": 12,
    "pay several": 5,
    "twin payments": 3,
    "change payment": 6,
    "delete payment": 4,
    "enter payment anew": 3,
    "press Sync Data": 2,
    "push again": 2,
    "pause": 1,
    "resume": 3,
    "answer a problem": 5,
}
BOOKKEEPER_DOES: Mapping[str, int] = {
    "touch invoice": 5,
    "change invoice": 4,
    "delete invoice": 2,
    "void invoice": 1,
    "change payment": 3,
    "delete payment": 2,
    "receive payment": 2,
    "rename customer": 3,
    "make customer inactive": 1,
    "make item inactive": 2,
    "rename item": 2,
    "add customer": 2,
    "add invoice": 2,
}
FAULTS: Mapping[str, int] = {
    "lost before": 8,
    "lost after": 10,
    "hangs, done": 4,
    "done 5 s late": 3,
    "done 40 s late": 3,
    "done 120 s late": 3,
    "reset in the body": 4,
    "refused": 3,
    "10 s slow": 3,
    "130 s slow": 2,
    "413": 1,
    "429": 3,
    "500": 3,
    "500, done": 3,
    "502": 2,
    "502, done": 2,
    "503": 2,
    "503, done": 2,
    "504, done": 2,
    "code 10000": 3,
    "code 10000, done": 3,
    "one write: code 10000": 3,
    "one write: code 10000, done": 3,
    "one write: code 1000": 1,
    "code 130": 1,
    "code 140": 1,
    "code 150": 1,
    "body cut": 3,
    "item missing": 5,
    "item doubled": 3,
    "token dead": 3,
    "another app": 2,
    "their clock jumps": 1,
}
WORKER_DOES: Mapping[str, int] = {
    "turn": 60,
    "sends later": 8,
    "crash": 3,
    "crash inside": 4,
    "freeze": 3,
    "wake": 6,
    "overtaken inside": 4,
}
CLOCK_DOES: Mapping[str, int] = {"seconds": 60, "half a minute": 20, "minutes": 10, "a quarter": 4, "hours": 2}

_DOES = {PERSON: PERSON_DOES, BOOKKEEPER: BOOKKEEPER_DOES, FAULT: FAULTS, WORKER: WORKER_DOES, CLOCK: CLOCK_DOES}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happens. `company` and `worker` by position; `phase`: inside the next step that reaches it."""

    who: str
    what: str
    dice: tuple[float, ...]
    company: int = 0
    worker: int = 0
    phase: str = ""

    @property
    def is_operation(self) -> bool:
        """Whether it is an act of a person."""
        return self.who in (PERSON, BOOKKEEPER)


@dataclass(frozen=True, slots=True)
class Options:
    """What a seed's world is like. `lag`: by so many seconds a part of all queries lag; `strict`: nobody works in
    QuickBooks, so that no problem has an excuse."""

    companies: int = 1
    workers: int = 2
    request_ids: str = "replay"
    custom_numbers: bool = True
    limits: str = "none"
    batch_items: str = "not_counted"
    throttle_answer: str = "xml"
    latency: str = "off"
    lag: float = 0
    name_clash: str = "suffix"
    changed_there: str = "ask"
    strict: bool = True


@dataclass(frozen=True, slots=True)
class Story:
    """A seed's world and all that happens in it."""

    seed: int
    options: Options
    entries: tuple[Entry, ...]

    @property
    def operations(self) -> int:
        return sum(entry.is_operation for entry in self.entries)

    def with_entries(self, entries: Sequence[Entry]) -> "Story":
        """The same world with other entries."""
        return replace(self, entries=tuple(entries))


def story_of(seed: int, operations: int = OPERATIONS) -> Story:
    """The story of a seed: the same for ever, as long as this module is the same."""
    chance = Random(f"simulation {seed}")
    options = _options(chance)
    entries: list[Entry] = []
    left = operations
    while left:
        entry = _entry(chance, options)
        left -= entry.is_operation
        entries.append(entry)
    return Story(seed, options, tuple(entries))


def to_json(story: Story) -> str:
    """The story as JSON, one entry a line."""
    entries = ",\n  ".join(json.dumps(asdict(entry)) for entry in story.entries)
    return f'{{"seed": {story.seed}, "options": {json.dumps(asdict(story.options))}, "entries": [\n  {entries}\n]}}\n'


def from_json(text: str) -> Story:
    """What `to_json` wrote."""
    found: dict[str, Any] = json.loads(text)  # Any: JSON
    entries = tuple(Entry(**{**one, "dice": tuple(one["dice"])}) for one in found["entries"])
    return Story(found["seed"], Options(**found["options"]), entries)


def _options(chance: Random) -> Options:
    return Options(
        companies=chance.choice((1, 1, 1, 2)),
        workers=chance.choice((1, 2, 2, 3)),
        request_ids=chance.choice(("replay", "replay", "ignore", "refuse")),
        custom_numbers=chance.random() < 0.7,
        limits=chance.choice(("none", "none", "documented")),
        batch_items=chance.choice(("not_counted", "counted")),
        throttle_answer=chance.choice(("xml", "json", "xml_403")),
        latency=chance.choice(("off", "documented")),
        lag=chance.choice((0, 0, 2, 10)),
        name_clash=chance.choice(("suffix", "ask")),
        changed_there=chance.choice(("ask", "ask", "overwrite")),
        strict=chance.random() < 0.6,
    )


def _entry(chance: Random, options: Options) -> Entry:
    who = chance.choices(list(_DOES), (50, 0 if options.strict else 6, 8, 16, 7))[0]
    return Entry(
        who,
        _choice(chance, _DOES[who]),
        tuple(chance.randrange(10_000) / 10_000 for _ in range(4)),
        chance.randrange(options.companies),
        chance.randrange(options.workers),
        _phase(chance, who),
    )


def _choice(chance: Random, weights: Mapping[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def _phase(chance: Random, who: str) -> str:
    """Some of what people do happens while a worker is in the middle of a step."""
    return chance.choice(PHASES) if who in (PERSON, BOOKKEEPER) and chance.random() < 0.15 else ""
