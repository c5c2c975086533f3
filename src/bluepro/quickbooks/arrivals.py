"""Which changes arrived in QuickBooks, and how fast: from the moment a record was saved to the answer that took it.

Changes are counted from the log of requests, where every push stays: one for each push that was taken and carried a
revision that none before it had, so that Push again and pushes for another record's sake do not count, nor does the
first push of everything. How long one took can only be told where the moment of saving is known (a record's last save,
and every save in the history of invoices and payments) and if no person was asked about it in between.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from math import ceil

from django.db import connection as database

from bluepro.quickbooks.models import Connection, Problem, RequestItem, Run
from bluepro.quickbooks.snapshot import Kind
from bluepro.workspaces.models import HistoryEntry

DAYS = timedelta(days=30)
MOST = 1000  # pushes looked at

_TABLES = {
    Kind.CONTACT: "contacts_contact",
    Kind.SERVICE: "catalogue_service",
    Kind.INVOICE: "invoicing_invoice",
    Kind.PAYMENT: "payments_payment",
}

# A push that was repeated as it was had not been taken. Without an answer (status null), the look-up that found it says
# when it stood: that is known of a link's last push alone.
_TAKEN = """
SELECT link_id, kind, record_id, operation, revision, committed_at,
       CASE WHEN status IS NOT NULL THEN answered_at WHEN following IS NULL THEN pushed_at END
  FROM (SELECT item.link_id, link.kind, link.record_id, item.operation, item.revision, item.settled, item.code,
               item.changed, request.status, request.committed_at, request.answered_at, link.pushed_at, item.id,
               lead(item.revision) OVER pushes AS following, lead(item.operation) OVER pushes AS then_did,
               lead(item.changed) OVER pushes AS then_changed
          FROM quickbooks_requestitem item
          JOIN quickbooks_request request ON request.id = item.request_id
          JOIN quickbooks_link link ON link.id = item.link_id
         WHERE item.link_id = ANY(%(links)s) AND request.purpose = 'push'
        WINDOW pushes AS (PARTITION BY item.link_id ORDER BY request.committed_at, item.id)) AS push
 WHERE settled AND COALESCE(status, 200) = 200 AND code !~ '^[0-9]'
   AND NOT COALESCE(operation = 'create' AND then_did = 'create', false)
   AND NOT COALESCE(following = revision AND then_did = operation AND then_changed = changed
                    AND changed <> '[]'::jsonb, false)
 ORDER BY link_id, committed_at, id
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One change that arrived: when it was sent, and the seconds from saving to standing in QuickBooks, if known."""

    kind: Kind
    record_id: int
    sent_at: datetime
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Speed:
    """Of `total` changes, `within` arrived within `seconds` (the 95th of 100); `median` in seconds."""

    total: int
    within: int
    seconds: float
    median: float


@dataclass(frozen=True, slots=True)
class Recent:
    """How many changes arrived, and how fast those whose time can be told (None if none can). `capped`: there were more
    than MOST pushes, and only the last of them were looked at."""

    changes: int
    speed: Speed | None
    capped: bool = False


@dataclass(frozen=True, slots=True)
class _Push:
    link_id: int
    kind: int
    record_id: int
    operation: str
    revision: int
    sent_at: datetime
    stood_at: datetime | None

    @property
    def record(self) -> tuple[int, int]:
        return self.kind, self.record_id


Moments = Mapping[tuple[int, int], Sequence[datetime]]  # by kind and record, in order


def arrivals(connection: Connection, links: Collection[int]) -> list[Arrival]:
    """The changes of these links of the connection that arrived, link by link, in order; eight queries."""
    if connection.synced_since is None:
        return []
    with database.cursor() as cursor:
        cursor.execute(_TAKEN, {"links": list(links)})
        pushes = [_Push(*row) for row in cursor.fetchall()]
    saved = _saved(connection, pushes)
    asked = _asked(connection, pushes)
    first_done = _first_done(connection)
    found = []
    for _, group in groupby(pushes, key=lambda push: push.link_id):
        found += _of_link(list(group), saved, asked, connection.synced_since, first_done)
    return found


def _of_link(
    pushes: Sequence[_Push], saved: Moments, asked: Moments, since: datetime, first_done: datetime | None
) -> list[Arrival]:
    found, revision, before = [], -1, since
    for push in pushes:
        if push.revision > revision:
            at = _last(saved.get(push.record, ()), push.sent_at, after=before)
            if at or push.operation != "create" or (first_done is not None and push.sent_at > first_done):
                seconds = _seconds(push, at, asked.get(push.record, ()))
                found.append(Arrival(Kind(push.kind), push.record_id, push.sent_at, seconds))
        revision, before = max(revision, push.revision), max(before, push.sent_at)
    return found


def _seconds(push: _Push, at: datetime | None, asked: Sequence[datetime]) -> float | None:
    if at is None or push.stood_at is None or any(at <= one <= push.stood_at for one in asked):
        return None  # if a person was asked meanwhile, that wait says nothing of how fast things go
    return (push.stood_at - at).total_seconds()


def _last(moments: Sequence[datetime], until: datetime, *, after: datetime) -> datetime | None:
    position = bisect_right(moments, until)
    return moments[position - 1] if position and moments[position - 1] > after else None


def _first_done(connection: Connection) -> datetime | None:
    """When the first push of everything had ended; None while it goes on."""
    ended = Run.objects.filter(connection=connection).order_by("started_at").values_list("finished_at", flat=True)
    first = list(ended[:1])
    return first[0] if first else connection.synced_since


def _asked(connection: Connection, pushes: Sequence[_Push]) -> Moments:
    """When somebody was asked about each of these records."""
    rows = Problem.objects.filter(connection=connection, record_id__in={push.record_id for push in pushes})
    found = defaultdict[tuple[int, int], list[datetime]](list)
    for kind, record_id, at in rows.order_by("opened_at").values_list("kind", "record_id", "opened_at"):
        if kind is not None and record_id is not None:
            found[kind, record_id].append(at)
    return found


def _saved(connection: Connection, pushes: Sequence[_Push]) -> Moments:
    """The moments at which each of these records was saved, as far as they are kept."""
    ids = defaultdict[int, set[int]](set)
    for push in pushes:
        ids[push.kind].add(push.record_id)
    found = defaultdict[tuple[int, int], set[datetime]](set)
    for kind, some in ids.items():
        for record_id, at in _last_saves(Kind(kind), some):
            found[kind, record_id].add(at)
    for kind in (Kind.INVOICE, Kind.PAYMENT):
        for record_id, at in _history(connection, kind, ids.get(int(kind), ())):
            found[int(kind), record_id].add(at)
    return {record: sorted(moments) for record, moments in found.items()}


def _last_saves(kind: Kind, ids: Collection[int]) -> list[tuple[int, datetime]]:
    with database.cursor() as cursor:
        cursor.execute(f"SELECT id, updated_at FROM {_TABLES[kind]} WHERE id = ANY(%s)", [list(ids)])
        return [(record_id, at) for record_id, at in cursor.fetchall()]


def _history(connection: Connection, kind: Kind, ids: Collection[int]) -> list[tuple[int, datetime]]:
    rows = HistoryEntry.objects.filter(
        workspace=connection.workspace_id, kind=kind.name.lower(), record_id__in=list(ids)
    )
    return list(rows.values_list("record_id", "at"))


def recent(connection: Connection, now: datetime) -> Recent:
    """The changes that arrived in the last 30 days, of at most the last MOST pushes."""
    items = RequestItem.objects.filter(
        request__connection=connection, request__purpose="push", request__committed_at__gt=now - DAYS
    ).order_by("-request__committed_at", "-id")
    pushed = list(items.values_list("link_id", "request__committed_at")[:MOST])
    if not pushed:
        return Recent(0, None)
    earliest = pushed[-1][1]
    found = [one for one in arrivals(connection, {link for link, _ in pushed}) if one.sent_at >= earliest]
    timed = [one.seconds for one in found if one.seconds is not None]
    return Recent(len(found), speed_of(timed), capped=len(pushed) == MOST)


def speed_of(seconds: Sequence[float]) -> Speed | None:
    """The figures of these durations; None if there are none."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    within = ceil(len(ordered) * 0.95)
    return Speed(len(ordered), within, ordered[within - 1], ordered[(len(ordered) - 1) // 2])
