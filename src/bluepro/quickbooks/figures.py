"""Figures for pages: how far a run of Sync Data is, what was used of Intuit's limits, the sync's health in a sentence.

Reads only, a fixed number of queries each. How fast changes arrive is in `arrivals`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection as database
from django.db.models import Count, Q

from bluepro.quickbooks.models import Connection, ConnectionState, Problem, Request, RequestItem, Run
from bluepro.quickbooks.queries import active_or_none
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.reads import Reads, reads

MINUTE = timedelta(seconds=60)
QUIET = timedelta(seconds=30)

_WAITING = """
SELECT change.kind, count(*),
       count(*) FILTER (WHERE link.held_revision = change.revision)
  FROM quickbooks_change change
  LEFT JOIN quickbooks_link link
    ON link.workspace_id = change.workspace_id AND link.realm_id = %(realm)s AND link.kind = change.kind
   AND link.record_id = change.record_id AND link.removed_at IS NULL
 WHERE change.workspace_id = %(workspace)s AND change.dirty
 GROUP BY change.kind
"""


@dataclass(frozen=True, slots=True)
class KindProgress:
    """Of the `total` records of a kind that waited when the run began: `done`, and `held` for a person."""

    kind: Kind
    total: int
    done: int
    held: int

    @property
    def waiting(self) -> int:
        return self.total - self.done - self.held


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `per_minute` records arrived in the last minute; `seconds_left` None while nobody can tell.

    `quiet`: nothing was sent for half a minute although something could be.
    """

    run: Run
    kinds: tuple[KindProgress, ...]
    per_minute: int
    seconds_left: float | None
    quiet: bool

    @property
    def total(self) -> int:
        return sum(one.total for one in self.kinds)

    @property
    def done(self) -> int:
        return sum(one.done for one in self.kinds)

    @property
    def held(self) -> int:
        return sum(one.held for one in self.kinds)

    @property
    def waiting(self) -> int:
        return self.total - self.done - self.held

    @property
    def percent(self) -> int:
        """Whole percents of what can be done; 100 only at the end."""
        possible = self.total - self.held
        return 100 if self.run.finished_at or not possible else min(99, self.done * 100 // possible)

    @property
    def seconds(self) -> float | None:
        """How long the run took; None while it goes on."""
        return (self.run.finished_at - self.run.started_at).total_seconds() if self.run.finished_at else None


def last_run(connection: Connection) -> Run | None:
    """The run pressed last."""
    return Run.objects.filter(connection=connection).order_by("-started_at", "-id").first()


def progress_of(connection: Connection, run: Run, now: datetime) -> Progress:
    """How far the run is at this moment; three queries."""
    waiting = _left_by(connection, run) if run.finished_at else _waiting(connection)
    kinds = tuple(_kind(kind, run, waiting.get(kind, (0, 0))) for kind in Kind)
    recent = RequestItem.objects.filter(
        request__connection=connection,
        request__purpose="push",
        request__committed_at__gt=max(now - MINUTE, run.started_at),
        settled=True,
    ).count()
    span = max(1.0, min(60.0, (now - run.started_at).total_seconds()))
    per_minute = round(recent * 60 / span)
    left = sum(one.waiting for one in kinds)
    sent = Request.objects.filter(connection=connection, committed_at__gt=now - QUIET).exists()
    quiet = not sent and left > 0 and run.finished_at is None and now - run.started_at > QUIET
    return Progress(run, kinds, per_minute, left * 60 / per_minute if per_minute else None, quiet)


def _left_by(connection: Connection, run: Run) -> dict[Kind, tuple[int, int]]:
    """What needed someone when the run ended."""
    opened = Problem.objects.filter(connection=connection, kind__isnull=False, opened_at__lte=run.finished_at)
    left = opened.filter(Q(closed_at=None) | Q(closed_at__gt=run.finished_at))
    rows = left.values_list("kind").annotate(number=Count("record_id", distinct=True)).order_by()
    return {Kind(kind): (number, number) for kind, number in rows}


def _waiting(connection: Connection) -> dict[Kind, tuple[int, int]]:
    with database.cursor() as cursor:
        cursor.execute(_WAITING, {"workspace": connection.workspace_id, "realm": connection.realm_id})
        return {Kind(kind): (number, held) for kind, number, held in cursor.fetchall()}


def _kind(kind: Kind, run: Run, waiting: tuple[int, int]) -> KindProgress:
    dirty, held = waiting
    total = max(int(run.counts.get(kind.name.lower(), 0)), dirty, held)
    left = max(dirty, held)
    return KindProgress(kind, total, total - left, held)


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used of Intuit's limits: this company's calls in the last minute, and the whole installation's reads of
    the month."""

    last_minute: int
    reads: Reads


def usage(connection: Connection, now: datetime) -> Usage:
    """At most four queries."""
    calls = Request.objects.filter(connection=connection, committed_at__gt=now - MINUTE)
    return Usage(calls.count(), reads(now))


@dataclass(frozen=True, slots=True)
class Health:
    """The sync in one sentence, with its tone (good, info, warn, bad or neutral), and the open problems."""

    sentence: str
    tone: str
    problems: int = 0
    waiting: int = 0


def health(workspace_id: int) -> Health:
    """How the sync of a workspace stands; three queries at most."""
    connection = active_or_none(workspace_id)
    if connection is None:
        return Health("QuickBooks is not connected yet.", "neutral")
    problems = Problem.objects.filter(connection=connection, closed_at=None, member=False).count()
    if connection.state == ConnectionState.LOST:
        return Health("The connection to QuickBooks is lost: connect again.", "bad", problems)
    if connection.state == ConnectionState.PAUSED:
        return Health("Sending to QuickBooks is paused.", "warn", problems)
    if not connection.enabled:
        return Health("QuickBooks is connected; the accounts have to be mapped and enabled.", "info", problems)
    if connection.synced_since is None:
        return Health("QuickBooks is ready: press Sync Data to send everything for the first time.", "info", problems)
    waiting = sum(number - held for number, held in _waiting(connection).values())
    if problems:
        subject = "1 problem needs" if problems == 1 else f"{problems:,} problems need"
        return Health(f"{subject} you before everything is in QuickBooks.", "warn", problems, waiting)
    if waiting:
        subject = "1 change is" if waiting == 1 else f"{waiting:,} changes are"
        return Health(f"{subject} on the way to QuickBooks.", "info", 0, waiting)
    return Health("Everything is in QuickBooks.", "good")
