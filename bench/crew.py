"""Worker processes that are killed, frozen and thawed, and a database that is restarted, as a seed says."""

import os
import random
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import psycopg

from bench.place import WORKER, Place
from bluepro.proof.processes import Child, ProcessFailed
from bluepro.proof.scratch import POSTGRES
from bluepro.running.postgres import EmbeddedPostgres

FIRST, LAST = 0.02, 0.95  # of the push: in between things happen
APART = 1.0  # seconds between two of them
MOST_ENDED = 50  # so often workers may end by themselves; more is no accident


class Blow(StrEnum):
    """What happens to an installation."""

    KILL = "kill"
    STOP = "stop"
    RESTART = "restart"


@dataclass
class Fate:
    """What happens when: at points of the push, drawn beforehand. `ahead` is in order, the next one first."""

    ahead: list[tuple[float, Blow]]
    last: float = 0.0

    @classmethod
    def drawn(cls, kills: int, stops: int, restarts: int, chance: random.Random) -> "Fate":
        """Kills and stops anywhere, restarts in equal parts of the push."""
        blows = [(chance.uniform(FIRST, LAST), Blow.KILL) for _ in range(kills)]
        blows += [(chance.uniform(FIRST, LAST), Blow.STOP) for _ in range(stops)]
        blows += [((number + 1) / (restarts + 1), Blow.RESTART) for number in range(restarts)]
        return cls(sorted(blows))

    def due(self, fraction: float, now: float) -> Blow | None:
        """What happens now, if anything does; it is taken from what is ahead."""
        if not self.ahead or fraction < self.ahead[0][0] or now - self.last < APART:
            return None
        self.last = now
        return self.ahead.pop(0)[1]


@dataclass
class Crew:
    """The workers of a place. Whoever ends by himself is started again, as a supervisor would, and counted."""

    where: Place
    chance: random.Random
    workers: list[Child] = field(default_factory=list)
    frozen: list[tuple[float, Child]] = field(default_factory=list)
    killed: int = 0
    stopped: int = 0
    ended: int = 0
    restarted: int = 0

    def hire(self, count: int) -> None:
        """Starts so many workers."""
        self.workers = [self._start(number) for number in range(count)]

    def _start(self, number: int) -> Child:
        log = self.where.scratch.folder / f"worker-{number}.log"
        return self.where.processes.start(f"worker {number}", WORKER, self.where.scratch.environ, log)

    def look_after(self, now: float) -> None:
        """Thaws those whose time has come, and starts again who has ended by himself."""
        for until, child in list(self.frozen):
            if now >= until:
                self.frozen.remove((until, child))
                os.kill(child.pid, signal.SIGCONT)
        for number, child in enumerate(self.workers):
            if not child.is_alive:
                self.ended += 1
                if self.ended > MOST_ENDED:
                    raise ProcessFailed(f"The {child.name} ends again and again. {child.last_words()}")
                self.workers[number] = self._start(number)

    def kill(self) -> None:
        """SIGKILL to one that is not frozen, if there is one; another one takes his place at once."""
        cold = {child.pid for _, child in self.frozen}
        awake = [number for number, child in enumerate(self.workers) if child.is_alive and child.pid not in cold]
        if awake:
            number = self.chance.choice(awake)
            self.workers[number].kill()
            self.workers[number] = self._start(number)
            self.killed += 1

    def freeze(self, seconds: float, now: float) -> None:
        """SIGSTOP to one that is not frozen yet, for so long."""
        cold = {child.pid for _, child in self.frozen}
        awake = [child for child in self.workers if child.is_alive and child.pid not in cold]
        if awake:
            child = self.chance.choice(awake)
            os.kill(child.pid, signal.SIGSTOP)
            self.frozen.append((now + seconds, child))
            self.stopped += 1

    def restart_database(self, how: signal.Signals) -> None:
        """Ends the server (SIGINT: in order; SIGQUIT: as in a crash) and starts it again."""
        url = self.where.scratch.environ["DATABASE_URL"]
        os.kill(self.where.postmaster, how)
        while _answers(url):
            time.sleep(0.02)
        server = EmbeddedPostgres(self.where.scratch.folder, settings=POSTGRES, durable=False)
        server.start()
        server.stop()  # leaves it to the others who use it
        self.restarted += 1

    def wait_for_the_frozen(self) -> None:
        """Until the last one has been thawed."""
        while self.frozen:
            self.look_after(time.monotonic())
            time.sleep(0.2)

    def said(self, action: str) -> int:
        """How often the workers logged an action."""
        logs = self.where.scratch.folder.glob("worker-*.log")
        return sum(log.read_text(encoding="utf-8", errors="replace").count(f'"{action}"') for log in logs)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


HOW: Sequence[signal.Signals] = (signal.SIGINT, signal.SIGQUIT)
