"""One company pushes 50,000 records while each of 200 others has one edit: how long these take."""

import time
from dataclasses import dataclass
from random import Random

from bench import edits
from bench.figures import Figures, Line, Say
from bench.model import FAIR_P95, Counts, mixed
from bench.place import Company, place

MINUTES = 6.0
BUSY, OTHERS = 50_000, 200
EVERY = 0.3  # seconds between two edits, on average


@dataclass(frozen=True, slots=True)
class Small:
    """One of the others: it has one customer, that QuickBooks has too."""

    company: Company
    customer: int


def measure(say: Say, busy: int = BUSY, others: int = OTHERS) -> Figures:
    """One worker process, as `bluepro up` has, neither latency nor limits."""
    with place("--no-request-log") as where, where.worker():
        large, small = where.company("Busy", unlimited=True), []
        large.write(mixed(busy), "b")
        say(f"{busy} records are written")
        for number in range(others):
            company = where.company(f"Other {number + 1}", unlimited=True)
            company.write(Counts(contacts=1), "o")
            company.push()
            small.append(Small(company, company.customers()[0]))
            if number % 20 == 19:
                say(f"{number + 1} companies connected")
        begun = time.monotonic()
        large.press()
        made = _edits(small)
        seconds, left = time.monotonic() - begun, _left(large)
        delays = edits.delays(made)
        middle, p95 = edits.median_and_p95(delays)
        say(f"{busy - left} records in {seconds:.0f} s, {left} left; edits: {middle:.2f} s, {p95:.2f} s")
    line = Line(
        f"{others} companies' single edits while one pushes {busy:,} records: p95 (p50, slowest)",
        f"< {FAIR_P95:.0f} s",
        f"{p95:.2f} s ({middle:.2f} s, {delays[-1]:.2f} s)",
        p95 < FAIR_P95 and left > 0,
    )
    numbers = {"delays": delays, "busy_pushed": busy - left, "busy_left": left, "seconds": seconds}
    return Figures((line,), numbers)


def _edits(small: list[Small]) -> list[edits.Edit]:
    """One edit of each, at moments drawn by chance."""
    chance, made = Random(1), []
    for number, one in enumerate(small):
        made.append(edits.change_customer(one.company, one.customer, number))
        time.sleep(chance.expovariate(1 / EVERY))
    return made


def _left(company: Company) -> int:
    """How many records wait: the push must last longer than the edits, or nothing was measured."""
    from bluepro.quickbooks.models import Change

    return Change.objects.filter(workspace=company.actor.workspace_id, dirty=True).count()
