"""The walk of a rehearsal inside its scratch installation: import, connect, map, push, push again, compare.

Django is ready and the local QuickBooks listens; starting and ending those is `rehearse`.
"""

import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bluepro.common.clock import SystemClock
from bluepro.common.ids import RandomIds
from bluepro.importing.services import import_folder
from bluepro.invoicing.models import Invoice
from bluepro.proof.browser import Callback
from bluepro.proof.compare import run_compare
from bluepro.proof.counting import asked
from bluepro.proof.killing import Killer, Worker
from bluepro.proof.local_quickbooks import LocalQuickBooks
from bluepro.proof.options import TIME_ZONE, Options, RehearsalFailed
from bluepro.proof.outcome import KINDS, OpenProblem, Rehearsed, Tokens
from bluepro.proof.processes import Nursery
from bluepro.proof.pushing import Push
from bluepro.proof.scratch import Scratch
from bluepro.proof.setting_up import SettingUp
from bluepro.quickbooks.answers import answer
from bluepro.quickbooks.choices import Choice, offered, seen_as
from bluepro.quickbooks.connect.deployment import from_environment
from bluepro.quickbooks.connect.secrets import unseal
from bluepro.quickbooks.models import Connection, Problem
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.together import CLOSED_BOOKS
from bluepro.workspaces.models import Workspace
from bluepro.workspaces.queries import owner_actor
from bluepro.workspaces.roles import Actor
from bluepro.workspaces.services import create_workspace

OWNER, TERMS_DAYS = "owner@rehearsal.example", 30
MOST_ERRORS = 50
TRIES = 30  # of sign-in and mapping, where calls fail
ANSWERS = {CLOSED_BOOKS: "redate"}
"""What a rehearsal answers to each cause."""

WORKER = (sys.executable, "-m", "bluepro.config.cli", "worker")


@dataclass
class Walk:
    """One walk. `started` is `time.monotonic()` at the rehearsal's start."""

    options: Options
    scratch: Scratch
    processes: Nursery
    quickbooks: LocalQuickBooks
    callback: Callback
    console: Console
    started: float

    def __post_init__(self) -> None:
        self.clock, self.ids = SystemClock(), RandomIds()
        self.deployment = from_environment(self.scratch.environ)

    def prepare(self) -> tuple[Actor, Connection]:
        """A workspace with the files' records, connected and mapped; nothing is pushed yet."""
        actor = self._workspace()
        self._import(actor, self.options.folder)
        return actor, self.set_up(actor)

    def run(self) -> Rehearsed:
        """From the files to the comparison. Raises RehearsalFailed and what its steps raise."""
        actor, connection = self.prepare()
        killer = Killer(self.options.kills, random.Random(self.options.seed))
        with self.worker() as worker:
            push = Push(actor, connection, worker, self.clock, impatient=bool(self.options.faults))
            self.push(push, killer, "Sync Data")
            self.answer(push, actor, connection)
            self.quickbooks.stop_faults()
            first = asked(connection.pk)
            self.push(push, Killer(0, random.Random(0)), "Sync Data again")
        second = asked(connection.pk) - first
        with self.console.status("Reading all of QuickBooks back and comparing"):
            comparison = run_compare(actor.workspace_id, self.deployment, clock=self.clock, ids=self.ids)
        connection.refresh_from_db()
        invoices = Invoice.objects.filter(workspace=actor.workspace_id).count()
        return Rehearsed(
            comparison=comparison,
            asked=first,
            second=second,
            kills=killer.done,
            problems=tuple(open_problems(connection)),
            seconds=time.monotonic() - self.started,
            quickbooks=self._tokens(connection),
            staying=invoices - comparison.counts[Kind.INVOICE].bluepro,
        )

    def _workspace(self) -> Actor:
        workspace: Workspace = create_workspace("Rehearsal", OWNER, TIME_ZONE, clock=self.clock, terms_days=TERMS_DAYS)
        return owner_actor(workspace, by_command=True)

    def _import(self, actor: Actor, folder: Path) -> None:
        with self._bar() as bar:
            task = bar.add_task("Import (rows)", total=None)

            def tell(stage: str, done: int, total: int | None) -> None:
                bar.tasks[0].total = total  # `update` takes None for no change
                bar.update(task, description=f"Import (rows): {stage}", completed=done)

            report = import_folder(actor, folder, clock=self.clock, ids=self.ids, progress=tell)
        for notice in report.notices:
            self.console.print(notice, markup=False)
        for error in report.errors[:MOST_ERRORS]:
            self.console.print(str(error), style="red", markup=False)
        if report.error_count:
            raise RehearsalFailed(
                f"{report.error_count:,} errors in {folder}: nothing was imported. Correct them first."
            )

    def set_up(self, actor: Actor) -> Connection:
        """Signs in, maps, and prints the answers that were given for the person."""
        setting_up = SettingUp(actor, self.deployment, self.clock, self.ids, tries=TRIES if self.options.faults else 1)
        with self.console.status("Signing in to the local QuickBooks and mapping"):
            connection = setting_up.stubbornly(
                lambda: setting_up.connect(self.callback, unlimited=self.options.unlimited)
            )
            connection = setting_up.stubbornly(lambda: setting_up.map(connection))
        self.console.print(f"Connected to {connection.company_name}, the company in the local QuickBooks.")
        self.console.print("Answers given to what a first push asks:")
        for question, given in setting_up.answers:
            self.console.print(f"  {question}: {given}", markup=False, highlight=False)
        return connection

    @contextmanager
    def worker(self) -> Iterator[Worker]:
        """A worker process that runs until the end of the block."""
        log = self.scratch.folder / "worker.log"
        worker = Worker(lambda: self.processes.start("worker", WORKER, self.scratch.environ, log), self.clock)
        try:
            yield worker
        finally:
            worker.stop()

    def push(self, push: Push, killer: Killer, title: str) -> None:
        """One press of Sync Data, followed with a progress bar."""
        with self._bar() as bar:
            task = bar.add_task(title, total=None)

            def tell(done: int, total: int, kind: Kind | None) -> None:
                sending = f", now sending {KINDS[kind]}" if kind else ""
                bar.update(task, description=f"{title}: records looked at{sending}", completed=done, total=total)

            push.run(killer, tell)

    def answer(self, push: Push, actor: Actor, connection: Connection) -> None:
        """Answers what the push asked, as far as there are answers given beforehand, and sends what that lets go."""
        while questions := list(asked_now(connection)):
            for problem, choice in questions:
                self.console.print(f"Asked: {problem.text}", markup=False, highlight=False)
                self.console.print(f"  Answered: {choice.words}. {choice.effect}", markup=False, highlight=False)
                answer(actor, problem.pk, choice.key, clock=self.clock, seen=seen_as(problem.text))
            self.push(push, Killer(0, random.Random(0)), "Sync Data after the answer")

    def _bar(self) -> Progress:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        return Progress(*columns, console=self.console)

    def _tokens(self, connection: Connection) -> Tokens:
        return Tokens(
            base_url=self.quickbooks.base_url,
            realm_id=connection.realm_id,
            access_token=unseal(bytes(connection.access_token)).decode(),
            refresh_token=unseal(bytes(connection.refresh_token)).decode(),
            client_id=self.quickbooks.client_id,
            client_secret=self.quickbooks.client_secret,
        )


def asked_now(connection: Connection) -> Iterator[tuple[Problem, Choice]]:
    """The open questions that a rehearsal answers, each with the choice."""
    for problem in Problem.objects.filter(connection=connection, closed_at=None, member=False, cause__in=ANSWERS):
        choices = {one.key: one for one in offered(problem.cause, problem.detail)}
        if ANSWERS[problem.cause] in choices:
            yield problem, choices[ANSWERS[problem.cause]]


def open_problems(connection: Connection) -> Iterator[OpenProblem]:
    """What waits for a person."""
    for problem in Problem.objects.filter(connection=connection, closed_at=None, member=False).order_by("id"):
        kind = "connection" if problem.kind is None else Kind(problem.kind).name.lower()
        yield OpenProblem(kind, problem.label or str(problem.record_id or ""), problem.text)
