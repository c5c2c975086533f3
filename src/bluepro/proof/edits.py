"""`bluepro bench-edits`: how long an edit takes from its commit to the entity in the local QuickBooks.

Edits are raw SQL, to show that no way of writing is overlooked. Arrival is told by the request log of the local
QuickBooks, whose clock is this machine's: the moment at which it had answered the call that carried the edit.
"""

import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from bluepro.proof.options import Options, RehearsalFailed
from bluepro.proof.rehearse import stage
from bluepro.proof.sample_business import Written, write_counts

if TYPE_CHECKING:
    from bluepro.proof.local_quickbooks import LocalQuickBooks
    from bluepro.proof.walk import Walk
    from bluepro.quickbooks.models import Connection

BULK = 1000
SMALL = Written(contacts=BULK, services=0, invoices=50, payments=30)
LONGEST = 60.0  # seconds after which an edit counts as not arrived
GAP = (0.1, 0.4)  # seconds between two single edits
PAGE = 1000
MARK = re.compile(r"Edit ([0-9]+) Lane")

# Contacts, not their notes or other fields that are never pushed. Commits at once: nothing else is in the transaction.
ONE = "UPDATE contacts_contact SET billing_street = %s WHERE id = %s"
ALL = "UPDATE contacts_contact SET billing_street = %s WHERE id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds from commit to arrival of all edits that arrived, in order of size; `missing` did not."""

    seconds: tuple[float, ...]
    missing: int

    def at(self, percent: int) -> float:
        """The percentile by nearest rank; 0 if nothing arrived."""
        if not self.seconds:
            return 0.0
        return self.seconds[max(0, -(-len(self.seconds) * percent // 100) - 1)]

    def __str__(self) -> str:
        lost = f", {self.missing} did not arrive" if self.missing else ""
        figures = ", ".join(f"{name} {seconds:.3f} s" for name, seconds in self._figures())
        return f"{len(self.seconds)} edits: {figures}{lost}"

    def _figures(self) -> Iterator[tuple[str, float]]:
        yield "p50", self.at(50)
        yield "p95", self.at(95)
        yield "max", self.at(100)


@dataclass
class Arrivals:
    """When marked edits arrived, read from the request log of the local QuickBooks bit by bit."""

    quickbooks: "LocalQuickBooks"
    at: dict[int, datetime] = field(default_factory=dict)
    _last: int = 0

    def look(self) -> None:
        """Reads what is new in the log."""
        while entries := self.quickbooks.control(f"requests?since={self._last}&limit={PAGE}"):
            for entry in entries:
                self._last = entry["n"]
                done = datetime.fromisoformat(entry["at"]) + timedelta(milliseconds=entry["elapsed_ms"])
                if entry["status"] == 200 and entry["method"] == "POST":
                    for number in MARK.findall(entry["request_body"]):
                        self.at.setdefault(int(number), done)


def bench_edits(
    edits: int,
    console: Console,
    *,
    today: date,
    seed: int = 0,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> int:
    """Measures one raw SQL update, a bulk update of 1,000 contacts and `edits` single ones; 1 if one did not arrive.

    Raises RehearsalFailed, and what a rehearsal raises.
    """
    if not 1 <= edits <= BULK:
        raise RehearsalFailed(f"--edits takes a number from 1 to {BULK}.")
    with tempfile.TemporaryDirectory(prefix="bluepro-edits-") as folder:
        write_counts(Path(folder), SMALL, seed=seed, until=today)
        with stage(Options(folder=Path(folder)), console) as walk:
            return _Bench(walk, random.Random(seed), sleep, monotonic).run(edits)


@dataclass
class _Bench:
    """One measurement on a business that was pushed, with a worker that goes on running."""

    walk: "Walk"
    chance: random.Random
    sleep: Callable[[float], None]
    monotonic: Callable[[], float]

    def run(self, edits: int) -> int:
        from bluepro.contacts.models import Contact
        from bluepro.proof.killing import Killer
        from bluepro.proof.pushing import Push

        actor, connection = self.walk.prepare()
        contacts = list(
            Contact.objects.filter(workspace=actor.workspace_id).order_by("id").values_list("id", flat=True)
        )
        with self.walk.worker() as worker:
            push = Push(actor, connection, worker, self.walk.clock)
            self.walk.push(push, Killer(0, self.chance), "Sync Data")
            one = self._single(contacts[:1], 0)
            self.walk.console.print(f"A raw SQL update of one contact: {one}")
            bulk = self._bulk(contacts, connection)
            many = self._single(self.chance.sample(contacts, edits), BULK)
            self.walk.console.print(f"Single edits: {many}")
        return 1 if one.missing or many.missing or not bulk else 0

    def _single(self, contacts: list[int], first: int) -> Timing:
        """Edits one contact after the other, without waiting for any; `first` begins the numbers of the marks."""
        arrivals, committed = Arrivals(self.walk.quickbooks), {}
        for number, contact in enumerate(contacts, first):
            committed[number] = self._update(ONE, f"Edit {number} Lane", contact)
            self.sleep(self.chance.uniform(*GAP) if len(contacts) > 1 else 0)
        self._wait(lambda: self._arrived(arrivals, set(committed)))
        taken = [
            (arrivals.at[number] - at).total_seconds() for number, at in committed.items() if number in arrivals.at
        ]
        return Timing(tuple(sorted(taken)), len(committed) - len(taken))

    def _arrived(self, arrivals: Arrivals, wanted: set[int]) -> bool:
        arrivals.look()
        return wanted <= set(arrivals.at)

    def _bulk(self, contacts: list[int], connection: "Connection") -> bool:
        """One statement over all contacts: whether every one of them says so in QuickBooks."""
        from bluepro.proof.books import read_books
        from bluepro.proof.progress import look
        from qbo_client import wire

        street = "Bulk Edit Street"
        begun = self.monotonic()
        self._update(ALL, street, contacts)
        self._wait(lambda: look(connection.pk, self.walk.clock.now()).finished)
        seconds = self.monotonic() - begun
        connection.refresh_from_db()
        theirs = read_books(connection, self.walk.deployment, clock=self.walk.clock, ids=self.walk.ids)
        streets = [wire.given(one.bill_addr, wire.PhysicalAddress()).line1 for one in theirs.customers.values()]
        arrived = streets.count(street)
        self.walk.console.print(
            f"A bulk update of {len(contacts):,} contacts: {arrived:,} in QuickBooks after {seconds:.1f} s"
        )
        return arrived == len(contacts)

    def _update(self, sql: str, street: str, contacts: int | list[int]) -> datetime:
        """Runs the statement, which commits by itself; the moment after that."""
        from django.db import connection as database

        with database.cursor() as cursor:
            cursor.execute(sql, [street, contacts])
        return self.walk.clock.now()

    def _wait(self, arrived: Callable[[], bool]) -> None:
        deadline = self.monotonic() + LONGEST
        while not arrived() and self.monotonic() < deadline:
            self.sleep(0.1)
