"""One company from 1,000 to 100,000 records: memory of the worker, cost per record, calls; then Sync Data with nothing
changed."""

import time
from dataclasses import asdict
from statistics import median
from typing import TYPE_CHECKING

from bench import cpu
from bench.figures import Figures, Line, Say
from bench.model import GROWN_MEMORY, GROWTH, NOTHING_CHANGED, REQUESTS, mixed
from bench.place import Company, Place, place
from bench.pushes import Pushed, push

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bluepro.quickbooks.models import Request

MINUTES = 9.0
FEW, MANY = 1_000, 100_000
NEXT_TO_NOTHING = 0.005  # reads per record: the reading of what changed, a few calls for 1,000 writes
LATER = 75.0  # seconds after which a reading of what changed has all of our own last writes behind it
LOT, LOTS = 1_500, 3  # the pushes whose cost is compared


def measure(say: Say, many: int = MANY) -> Figures:
    """One company, one worker, neither latency nor limits."""
    with place("--no-request-log") as where, where.worker() as worker:
        company = where.company("Growing", unlimited=True)
        connecting = _all(company).filter(lane="read").count()
        first = push(where, worker.pid, company, mixed(FEW), "few")
        requests, little = _requests(company).count(), cpu.most_memory(worker.pid)
        say(f"{FEW} records: {requests} requests, worker {little:.0f} MB")
        young = _lots(say, where, worker.pid, company, "y")
        rest = mixed(many - FEW - LOT * LOTS)
        grown = push(where, worker.pid, company, rest, "many")
        much = cpu.most_memory(worker.pid)
        say(f"{many} records: {grown.rate:.0f}/s, worker {much:.0f} MB")
        old = _lots(say, where, worker.pid, company, "o")
        reads = _all(company).filter(lane="read").count() - connecting
        time.sleep(LATER)
        seen = _nothing_changed(company)
        say(f"Sync Data after the push, which shows our own last writes: {seen[0]} requests, {seen[1]:.2f} s")
        calls, seconds = _nothing_changed(company)
        say(f"Sync Data with nothing changed: {calls} requests, {seconds:.2f} s")
    ratio = median(one.cost for one in old) / median(one.cost for one in young)
    numbers = {
        "first": asdict(first),
        "young": [asdict(one) for one in young],
        "grown": asdict(grown),
        "old": [asdict(one) for one in old],
        "megabytes": [little, much],
        "reads": reads,
        "after_push": seen,
    }
    return Figures(_lines(requests, reads, calls, seconds, much - little, ratio, many), numbers)


def _lines(
    requests: int, reads: int, calls: int, seconds: float, grown: float, ratio: float, many: int
) -> tuple[Line, ...]:
    quiet = calls <= 1 and seconds < NOTHING_CHANGED
    return (
        Line(f"requests for {FEW:,} new records", f"<= {REQUESTS}", str(requests), requests <= REQUESTS),
        Line(
            f"reads per record, {many:,} records (each reading of what changed is one call for up to 1,000)",
            "0",
            f"{reads / many:.4f} ({reads} reads)",
            reads / many < NEXT_TO_NOTHING,
        ),
        Line(
            f"Sync Data with nothing changed, {many:,} records",
            f"<= 1 request, < {NOTHING_CHANGED:.0f} s",
            f"{calls} requests, {seconds:.2f} s",
            quiet,
        ),
        Line(
            f"memory of the worker, {many:,} records over {FEW:,}",
            f"<= {GROWN_MEMORY:.0f} MB",
            f"{grown:.1f} MB",
            grown <= GROWN_MEMORY,
        ),
        Line(
            f"processor time per record at {many:,} links over that at {FEW:,}",
            f"<= {GROWTH} x",
            f"{ratio:.2f} x",
            ratio <= GROWTH,
        ),
    )


def _lots(say: Say, where: Place, worker: int, company: Company, tag: str) -> list[Pushed]:
    found = [push(where, worker, company, mixed(LOT), f"{tag}{'abc'[number]}") for number in range(LOTS)]
    say(f"{LOTS} lots of {LOT}: {', '.join(f'{one.cost:.2f}' for one in found)} ms a record")
    return found


def _all(company: Company) -> "QuerySet[Request]":
    from bluepro.quickbooks.models import Request

    return Request.objects.filter(connection=company.connection)


def _requests(company: Company) -> "QuerySet[Request]":
    """What the engine has sent, without what connecting and setting up took."""
    return _all(company).filter(purpose__in=("push", "look_up", "changes"))


def _nothing_changed(company: Company) -> tuple[int, float]:
    """Requests of all kinds, and seconds from the press to the end of the run."""
    before, begun = _all(company).count(), time.monotonic()
    company.push(longest=60)
    return _all(company).count() - before, time.monotonic() - begun
