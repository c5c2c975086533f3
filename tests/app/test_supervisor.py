"""What keeps parts running: their order, the pauses between restarts, and that a stop is heeded at any moment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from bluepro.running.supervisor import FIRST_PAUSE, LONGEST_PAUSE, STEADY, Supervisor, SupervisorError


@dataclass
class World:
    """Time, the wish to stop, and what happened."""

    now: float = 0.0
    asked: bool = False
    hurry: bool = False
    events: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    script: Callable[[], None] = lambda: None

    def wait(self, seconds: float) -> bool:
        self.now += seconds
        self.script()
        return self.asked

    def supervisor(self) -> Supervisor:
        return Supervisor(self, tell=self.told.append, monotonic=lambda: self.now)


@dataclass
class FakePart:
    """A part that dies, or cannot be started, when the test says so."""

    name: str
    world: World
    alive: bool = False
    broken: bool = False

    def start(self) -> None:
        self.world.events.append(f"start {self.name}")
        if self.broken:
            raise SupervisorError("It is broken.")
        self.alive = True

    def is_alive(self) -> bool:
        return self.alive

    def stop(self, hurry: Callable[[], bool]) -> None:
        self.world.events.append(f"stop {self.name}{' at once' if hurry() else ''}")
        self.alive = False

    def last_words(self) -> str:
        return f"{self.name} said goodbye."


def test_parts_start_in_order_and_stop_in_reverse() -> None:
    world = World()
    with world.supervisor() as supervisor:
        for name in ("database", "web", "worker"):
            supervisor.start(FakePart(name, world))
        world.script = lambda: setattr(world, "asked", world.now > 3)
        supervisor.run()
    assert world.events == [
        "start database",
        "start web",
        "start worker",
        "stop worker",
        "stop web",
        "stop database",
    ]
    assert not world.told


def test_a_stop_during_the_start_starts_nothing_more() -> None:
    world = World()
    with world.supervisor() as supervisor:
        supervisor.start(FakePart("database", world))
        world.asked = True
        supervisor.start(FakePart("web", world))
        supervisor.run()
    assert world.events == ["start database", "stop database"]


def test_a_second_wish_to_stop_is_passed_on() -> None:
    world = World(asked=False)
    with world.supervisor() as supervisor:
        supervisor.start(FakePart("web", world))
        world.asked = world.hurry = True
    assert world.events == ["start web", "stop web at once"]


def test_a_part_that_cannot_be_started_at_first_ends_everything() -> None:
    world = World()
    with pytest.raises(SupervisorError, match="broken"), world.supervisor() as supervisor:
        supervisor.start(FakePart("database", world))
        supervisor.start(FakePart("web", world, broken=True))
    assert world.events == ["start database", "start web", "stop web", "stop database"]


def test_who_dies_is_told_and_started_again_after_growing_pauses() -> None:
    world, starts = World(), list[float]()
    part = FakePart("web", world)
    with world.supervisor() as supervisor:
        supervisor.start(part)
        while world.now < 200:
            if part.alive:
                starts.append(world.now)
                part.alive = False
            supervisor.look()
            world.now += 0.25
    pauses = [after - before for before, after in pairwise(starts)]
    for pause, expected in zip(pauses, [FIRST_PAUSE, 1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE], strict=False):
        assert expected <= pause <= expected + 0.5
    assert "The web ended by itself and is started again in 0.5 s. web said goodbye." in world.told


def test_a_part_that_was_steady_is_started_again_soon() -> None:
    world = World()
    part = FakePart("web", world)
    with world.supervisor() as supervisor:
        supervisor.start(part)
        for _ in range(5):
            part.alive = False
            supervisor.look()
            world.now += LONGEST_PAUSE
            supervisor.look()
        assert "in 8 s" in world.told[-1]
        world.now += STEADY
        part.alive = False
        supervisor.look()
    assert "in 0.5 s" in world.told[-1]


def test_a_restart_that_fails_is_told_and_tried_again() -> None:
    world = World()
    part = FakePart("database", world)
    with world.supervisor() as supervisor:
        supervisor.start(part)
        part.alive, part.broken = False, True
        supervisor.look()
        world.now += FIRST_PAUSE
        supervisor.look()
        assert world.told[-1] == "The database could not be started, next try in 1 s. It is broken."
        part.broken = False
        world.now += 1
        supervisor.look()
        assert part.alive


def test_one_dead_part_leaves_the_others_alone() -> None:
    world = World()
    dead, living = FakePart("worker", world), FakePart("web", world)
    with world.supervisor() as supervisor:
        supervisor.start(living)
        supervisor.start(dead)
        dead.alive = False
        for _ in range(8):
            supervisor.look()
            world.now += 0.25
        assert world.events == ["start web", "start worker", "start worker"]
