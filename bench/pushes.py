"""Pushes that are timed: seconds, and processor seconds of the worker and of PostgreSQL."""

from dataclasses import dataclass

from bench import cpu
from bench.model import Counts
from bench.place import Company, Place


@dataclass(frozen=True, slots=True)
class Pushed:
    """One push."""

    records: int
    seconds: float
    worker: float
    postgres: float

    @property
    def processor(self) -> float:
        return self.worker + self.postgres

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.records / self.seconds

    @property
    def cost(self) -> float:
        """Processor milliseconds per record."""
        return self.processor / self.records * 1000


def push(where: Place, worker: int, company: Company, counts: Counts, tag: str) -> Pushed:
    """Writes records in bulk, then pushes them."""
    company.write(counts, tag)
    before = cpu.seconds_of_group(worker), cpu.seconds_of_group(where.postmaster)
    seconds = company.push()
    after = cpu.seconds_of_group(worker), cpu.seconds_of_group(where.postmaster)
    return Pushed(counts.all, seconds, after[0] - before[0], after[1] - before[1])
