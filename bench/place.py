"""Where a row is measured: a database, a local QuickBooks and workers of its own, companies connected and mapped.

Built from the parts of a rehearsal; Django is ready once `place` has been entered, and gone for good with the process.
"""

import json
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.model import LINES, Counts
from bluepro.proof.browser import Callback, listening
from bluepro.proof.local_quickbooks import LocalQuickBooks, running_quickbooks
from bluepro.proof.processes import Child, Nursery, nursery
from bluepro.proof.scratch import Scratch, clean_environ, scratch_folder, scratch_installation
from bluepro.proof.signals import ended_by_signals

if TYPE_CHECKING:
    from bluepro.quickbooks.models import Connection, Run
    from bluepro.workspaces.roles import Actor

BUSINESS = (Path(__file__).parent / "business.sql").read_text(encoding="utf-8")
WORKER = (sys.executable, "-m", "bluepro.config.cli", "worker")


@dataclass(frozen=True, slots=True)
class Company:
    """A workspace connected to a company of its own in the local QuickBooks, mapped and enabled."""

    actor: "Actor"
    connection: "Connection"

    def write(self, counts: Counts, tag: str) -> None:
        """Records in bulk; `tag` (letters) begins names and numbers and must be new."""
        from django.db import connection as database
        from django.db import transaction

        values = {"workspace": self.actor.workspace_id, "tag": tag, "lines": LINES}
        values |= {name: getattr(counts, name) for name in Counts.__slots__}
        with transaction.atomic(), database.cursor() as cursor:
            cursor.execute(BUSINESS, values)

    def customers(self) -> list[int]:
        """The ids of the contacts, in order."""
        from bluepro.contacts.models import Contact

        mine = Contact.objects.filter(workspace=self.actor.workspace_id)
        return list(mine.order_by("id").values_list("id", flat=True))

    def press(self) -> "Run":
        """Presses Sync Data."""
        from bluepro.common.clock import SystemClock
        from bluepro.quickbooks.connect.lifecycle import sync_data

        return sync_data(self.actor, self.connection, clock=SystemClock())

    def push(self, longest: float = 900.0) -> float:
        """Presses Sync Data and waits for the end of that run; its seconds. Fails if something is left undone."""
        from bluepro.quickbooks.models import Change, Problem, Run

        run, deadline = self.press(), time.monotonic() + longest
        while run.finished_at is None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the push did not end within {longest:.0f} s")
            time.sleep(0.05)
            run = Run.objects.get(pk=run.pk)
        left = Change.objects.filter(workspace=self.actor.workspace_id, dirty=True).count()
        problem = Problem.objects.filter(connection=self.connection, closed_at=None).first()
        if left or problem is not None:
            raise AssertionError(f"{left} records are left; first problem: {problem and problem.text}")
        return (run.finished_at - run.started_at).total_seconds()


@dataclass
class Place:
    """One installation. Companies and workers are made as they are needed."""

    scratch: Scratch
    quickbooks: LocalQuickBooks
    processes: Nursery
    callback: Callback

    def company(self, name: str, *, unlimited: bool) -> Company:
        """A new workspace, connected to a new company; `unlimited` as the local QuickBooks is."""
        from bluepro.common.clock import SystemClock
        from bluepro.common.ids import RandomIds
        from bluepro.proof.setting_up import SettingUp
        from bluepro.quickbooks.connect.deployment import from_environment
        from bluepro.workspaces.queries import owner_actor
        from bluepro.workspaces.services import create_workspace

        clock = SystemClock()
        (made,) = self.control("companies", {"kind": "fresh", "name": name})
        self.control("preselect", {"realm_id": made["realm_id"]})
        workspace = create_workspace(name, "owner@bench.example", "America/New_York", clock=clock)
        actor = owner_actor(workspace, by_command=True)
        setting_up = SettingUp(actor, from_environment(self.scratch.environ), clock, RandomIds())
        connection = setting_up.map(setting_up.connect(self.callback, unlimited=unlimited))
        return Company(actor, connection)

    def control(self, path: str, body: object) -> Any:  # Any: JSON of the control API
        """The answer of the control API to a POST."""
        request = urllib.request.Request(
            f"{self.quickbooks.base_url}/_emulator/{path}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            said = answer.read()
        return json.loads(said) if said else None

    @contextmanager
    def worker(self) -> Iterator[Child]:
        """A worker process, ready to serve, that ends with the block."""
        log = self.scratch.folder / "worker.log"
        child = self.processes.start("worker", WORKER, self.scratch.environ, log)
        while "command_begun" not in log.read_text(encoding="utf-8"):
            child.check()
            time.sleep(0.05)
        time.sleep(1)  # until it listens
        try:
            yield child
        finally:
            child.stop(seconds=30)

    @property
    def postmaster(self) -> int:
        """The process id of the database server."""
        return int((self.scratch.folder / "pg" / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])


@contextmanager
def place(*options: str, limits: str = "none") -> Iterator[Place]:
    """An installation whose local QuickBooks runs with these further options."""
    with (
        ended_by_signals(),
        scratch_folder() as folder,
        nursery() as processes,
        listening() as callback,
        running_quickbooks(
            processes, folder, callback.redirect_uri, clean_environ(), company="fresh", limits=limits, more=options
        ) as quickbooks,
        scratch_installation(folder, quickbooks.environ) as scratch,
    ):
        yield Place(scratch, quickbooks, processes, callback)


def slow_answers(seconds: float) -> Sequence[str]:
    """Options with which every answer takes so long. The file is needed only while the emulator starts."""
    rule = {"effects": [{"kind": "slow", "seconds": seconds}], "count": None}
    file = Path(tempfile.mkdtemp(prefix="bluepro-bench-")) / "slow.json"
    file.write_text(json.dumps({"faults": [rule]}), encoding="utf-8")
    return ("--scenario", str(file))
