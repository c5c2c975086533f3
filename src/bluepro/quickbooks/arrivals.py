"""How fast changes arrived: from the moment a record was saved to the moment its entity was known to stand.

Only what can be told for certain is counted: the latest push of a link, and only if its record was saved after the push
before it (so that pushes for another record's sake do not count) and after Sync Data was first pressed (so that the
first push of everything does not), and if no person was asked about it in between.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import connection as database

from bluepro.quickbooks.models import Connection, Problem, RequestItem
from bluepro.quickbooks.snapshot import Kind

DAYS = timedelta(days=30)
MOST = 1000  # links looked at

_TABLES = {
    Kind.CONTACT: "contacts_contact",
    Kind.SERVICE: "catalogue_service",
    Kind.INVOICE: "invoicing_invoice",
    Kind.PAYMENT: "payments_payment",
}

_PUSHES = """
SELECT DISTINCT ON (item.link_id) link.id, link.kind, link.record_id, link.pushed_at,
       lag(request.committed_at) OVER (PARTITION BY item.link_id ORDER BY request.committed_at, item.id),
       item.operation
  FROM quickbooks_requestitem item
  JOIN quickbooks_request request ON request.id = item.request_id
  JOIN quickbooks_link link ON link.id = item.link_id
 WHERE item.link_id = ANY(%(links)s) AND link.pushed_at IS NOT NULL
 ORDER BY item.link_id, request.committed_at DESC, item.id DESC
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One change that arrived: seconds from saving to standing in QuickBooks."""

    kind: Kind
    record_id: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Speed:
    """Of `total` changes, `within` arrived within `seconds` (the 95th of 100); `median` in seconds."""

    total: int
    within: int
    seconds: float
    median: float


def arrivals(connection: Connection, links: Collection[int]) -> list[Arrival]:
    """The arrivals of these links of the connection that count; six queries."""
    since = connection.synced_since
    if since is None:
        return []
    with database.cursor() as cursor:
        cursor.execute(_PUSHES, {"links": list(links)})
        rows = cursor.fetchall()
    by_kind = defaultdict[Kind, list[int]](list)
    for _, kind, record_id, *_ in rows:
        by_kind[Kind(kind)].append(record_id)
    saved = {kind: _saved(kind, ids) for kind, ids in by_kind.items()}
    asked = _asked(connection, [record_id for _, _, record_id, *_ in rows], since)
    found = []
    for _, kind, record_id, pushed_at, before, operation in rows:
        at = saved[Kind(kind)].get(record_id)
        earliest = before or (since if operation == "create" else None)
        if at is None or earliest is None or asked.get((kind, record_id), since) >= at:
            continue  # a person was asked meanwhile: that wait says nothing of how fast things go
        if max(earliest, since) < at <= pushed_at:
            found.append(Arrival(Kind(kind), record_id, (pushed_at - at).total_seconds()))
    return found


def _asked(connection: Connection, ids: Collection[int], since: datetime) -> dict[tuple[int, int], datetime]:
    """When somebody was last asked about each of these records, since then."""
    rows = Problem.objects.filter(connection=connection, record_id__in=ids, opened_at__gt=since)
    asked = rows.order_by("opened_at").values_list("kind", "record_id", "opened_at")
    return {(kind, record_id): at for kind, record_id, at in asked if kind is not None and record_id is not None}


def _saved(kind: Kind, ids: Sequence[int]) -> dict[int, datetime]:
    with database.cursor() as cursor:
        cursor.execute(f"SELECT id, updated_at FROM {_TABLES[kind]} WHERE id = ANY(%s)", [list(ids)])
        return dict(cursor.fetchall())


def speed(connection: Connection, now: datetime) -> Speed | None:
    """How fast changes arrived in the last 30 days, of at most the last MOST; None if none can be told."""
    if connection.synced_since is None:
        return None
    recent = RequestItem.objects.filter(
        request__connection=connection, request__purpose="push", request__committed_at__gt=now - DAYS
    ).order_by("-request__committed_at")
    links = set(recent.values_list("link_id", flat=True)[:MOST])
    return speed_of([one.seconds for one in arrivals(connection, links)]) if links else None


def speed_of(seconds: Sequence[float]) -> Speed | None:
    """The figures of these durations; None if there are none."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    within = ceil(len(ordered) * 0.95)
    return Speed(len(ordered), within, ordered[within - 1], ordered[(len(ordered) - 1) // 2])
