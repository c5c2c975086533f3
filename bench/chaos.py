"""Companies push for the first time while workers are killed and frozen and the database is restarted.

    python -m bench.chaos [--companies 5] [--records 20000] [--workers 3] [--kills 100] [--stops 20] [--frozen 60]
                          [--restarts 2] [--seed 0] [--quick] [--json FILE]

In the end everything is compared to the cent. Exit status 1 if anything is doubled, lost or different, if a company is
left without an owner, or if the push ended before all had happened.
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bench import machine
from bench.crew import HOW, Blow, Crew, Fate
from bench.model import Counts, mixed
from bench.place import Company, place

if TYPE_CHECKING:
    from bluepro.proof.comparing.result import Comparison

UNKNOWN_AFTER = 7  # seconds: an answer of the local QuickBooks takes at most 5.2
STALLED = 300.0  # seconds without any progress
TELL = 10.0  # seconds between two lines
ALIVE = 120.0  # seconds within which an edit made after all that arrives, and what dead workers left is cleared

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to do: records, and requests that are not settled."""

    records: int
    requests: int


def main(words: Sequence[str] | None = None) -> int:
    """Runs it and prints the report as JSON."""
    chosen = _arguments(words)
    started = time.monotonic()
    before = machine.described()
    limits = "none" if chosen.quick else "documented"
    with place("--latency", "documented", "--no-request-log", limits=limits) as where:
        chance = random.Random(chosen.seed)
        crew = Crew(where, chance)
        companies = _companies(chosen, where.company)
        crew.hire(chosen.workers)
        fate = Fate.drawn(chosen.kills, chosen.stops, chosen.restarts, chance)
        seconds = _push(companies, crew, fate, chosen.frozen)
        report = {
            "asked": vars(chosen),
            "machine": before,
            "push_seconds": round(seconds),
            "happened": _happened(crew, companies),
            "left_over": len(fate.ahead),
            **_verdict(companies, crew),
        }
    report["seconds"] = round(time.monotonic() - started)
    text = json.dumps(report, indent=1, default=str)
    say(text)
    if chosen.json:
        chosen.json.write_text(text, encoding="utf-8")
    return 0 if report["clean"] and not fate.ahead else 1


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.chaos", description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--companies", type=int, default=5)
    add("--records", type=int, default=20_000, help="of all companies together")
    add("--workers", type=int, default=3)
    add("--kills", type=int, default=100, help="SIGKILLs of a worker")
    add("--stops", type=int, default=20, help="SIGSTOPs of a worker")
    add("--frozen", type=float, default=60.0, metavar="SECONDS", help="how long a stopped worker stays so")
    add("--restarts", type=int, default=2, help="of the database, in order and as in a crash by turns")
    add("--seed", type=int, default=0)
    add("--quick", action="store_true", help="a local QuickBooks without limits")
    add("--json", type=Path, metavar="FILE")
    return parser.parse_args(words)


def _companies(chosen: argparse.Namespace, make: Callable[..., Company]) -> list[Company]:
    from bluepro.quickbooks.models import Connection

    companies = []
    for number in range(chosen.companies):
        company = make(f"Company {number + 1}", unlimited=chosen.quick)
        company.write(mixed(chosen.records // chosen.companies), "ABCDEFGHIJ"[number % 10])
        companies.append(company)
    Connection.objects.update(unknown_after=UNKNOWN_AFTER)
    say(f"{chosen.companies} companies with {chosen.records:,} records are connected")
    return companies


def _push(companies: Sequence[Company], crew: Crew, fate: Fate, frozen: float) -> float:
    """Presses Sync Data in all companies and lets things happen until nothing is left to do; its seconds."""
    began = told = moved = time.monotonic()
    for company in companies:
        company.press()
    total, left, how = _left().records, _left(), cycle(HOW)
    while left != Left(0, 0):
        now = time.monotonic()
        crew.look_after(now)
        match fate.due(1 - left.records / max(total, 1), now):
            case Blow.KILL:
                crew.kill()
            case Blow.STOP:
                crew.freeze(frozen, now)
            case Blow.RESTART:
                crew.restart_database(next(how))
        time.sleep(0.1)
        before, left = left, despite_a_restart(_left)
        moved = now if left != before else moved
        if now - moved > STALLED:
            raise TimeoutError(f"stands still: {left.records} records wait, {left.requests} requests are open")
        if now - told >= TELL:
            told = now
            say(f"{now - began:4.0f} s: {total - left.records:,} of {total:,}; {_counted(crew)}")
    return time.monotonic() - began


def _counted(crew: Crew) -> str:
    return f"{crew.killed} kills, {crew.stopped} stops, {crew.restarted} restarts of the database"


def _left() -> Left:
    from bluepro.quickbooks.models import Change, Request, RequestState

    unsettled = Request.objects.exclude(state=RequestState.SETTLED).count()
    return Left(Change.objects.filter(dirty=True).count(), unsettled)


def despite_a_restart(ask: Callable[[], R]) -> R:
    """The answer, asked again while the database is away. Raises what the database says after a minute."""
    from django.db import InterfaceError, OperationalError, connections

    for _ in range(60):
        try:
            return ask()
        except (OperationalError, InterfaceError):
            connections.close_all()
            time.sleep(1)
    return ask()


def _happened(crew: Crew, companies: Sequence[Company]) -> dict[str, int]:
    """What was done to the installation, and what it did about that."""
    from bluepro.quickbooks.models import Lease, Request

    mine = Request.objects.filter(connection__in=[company.connection.pk for company in companies])
    return {
        "kills": crew.killed,
        "stops": crew.stopped,
        "database_restarts": crew.restarted,
        "workers_that_ended_by_themselves": crew.ended,
        "requests": mine.count(),
        "pushes": mine.filter(purpose="push").count(),
        "pushes_without_an_answer": mine.filter(purpose="push", status=None).count(),
        "look_ups": mine.filter(purpose="look_up").count(),
        "refused_with_429": mine.filter(status=429).count(),
        "changes_of_owner": sum(Lease.objects.values_list("number", flat=True)),
        "leases_lost": crew.said("lease_lost"),
    }


def _verdict(companies: Sequence[Company], crew: Crew) -> dict[str, Any]:  # Any: JSON
    """Whether all is as if nothing had happened. Frozen workers wake up first."""
    from bluepro.quickbooks.models import Problem

    crew.wait_for_the_frozen()
    say("All are awake again; an edit in each company")
    late = _edits(companies, crew)
    stalled = _wait(lambda: _stalled_jobs() == 0, crew)
    left = _left()
    comparisons = [_compared(company) for company in companies]
    differences = [str(one) for comparison in comparisons for one in comparison.differences]
    verdict = {
        "records": sum(counts.bluepro for one in comparisons for counts in one.counts.values()),
        "equal": sum(counts.equal for one in comparisons for counts in one.counts.values()),
        "doubled_or_only_there": sum(counts.extra for one in comparisons for counts in one.counts.values()),
        "lost": sum(counts.missing for one in comparisons for counts in one.counts.values()),
        "different": sum(counts.different for one in comparisons for counts in one.counts.values()),
        "invoiced": [str(one.totals.bluepro.invoiced) for one in comparisons],
        "equal_to_the_cent": all(one.is_equal for one in comparisons),
        "first_differences": differences[:20],
        "open_problems": list(Problem.objects.filter(closed_at=None).values_list("text", flat=True)[:20]),
        "records_left": left.records,
        "requests_left": left.requests,
        "companies_without_an_owner": late,
        "jobs_of_dead_workers": 0 if stalled else _stalled_jobs(),
        "stalled_jobs_ended": crew.said("job_stalled"),
    }
    clean = verdict["equal_to_the_cent"] and not verdict["open_problems"] and left == Left(0, 0)
    return {**verdict, "clean": bool(clean and not late and stalled)}


def _edits(companies: Sequence[Company], crew: Crew) -> int:
    """A new contact in each company: how many companies nobody serves, so that it does not arrive."""
    for company in companies:
        company.write(Counts(contacts=1), "zz")
    _wait(lambda: all(map(_is_served, companies)), crew)
    return sum(not _is_served(company) for company in companies)


def _is_served(company: Company) -> bool:
    """Whether all has arrived, and the lease is free or held by one who is alive."""
    from bluepro.common.clock import SystemClock
    from bluepro.quickbooks.models import Change, Lease

    lease, now = Lease.objects.get(connection=company.connection.pk), SystemClock().now()
    dirty = Change.objects.filter(workspace=company.actor.workspace_id, dirty=True).exists()
    return not dirty and (lease.until is None or lease.until >= now)


def _stalled_jobs() -> int:
    """Jobs that a worker took who is dead."""
    from django.db import connection as database

    with database.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker"
            " ON worker.id = job.worker_id WHERE job.status = 'doing'"
            " AND (worker.id IS NULL OR worker.last_heartbeat < now() - interval '40 seconds')"
        )
        return int(cursor.fetchone()[0])


def _wait(true: Callable[[], bool], crew: Crew) -> bool:
    """Whether it becomes true in time."""
    end = time.monotonic() + ALIVE
    while not true():
        if time.monotonic() > end:
            return False
        crew.look_after(time.monotonic())
        time.sleep(0.2)
    return True


def _compared(company: Company) -> "Comparison":
    from bluepro.proof.compare import run_compare
    from bluepro.quickbooks.connect.deployment import from_environment

    return run_compare(company.actor.workspace_id, from_environment(os.environ))


if __name__ == "__main__":
    raise SystemExit(main())
