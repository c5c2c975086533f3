"""How fast changes arrived: from the moment a record was saved to the moment its entity was known to stand.

Only what can be told for certain is counted: the latest push of a link, and only if its record was saved after the push
before it (so that pushes for another record's sake do not count) and after Sync Data was first pressed (so that the
first push of everything does not).
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import connection as database

from bluepro.quickbooks.models import Connection, RequestItem
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


def arrivals(links: Collection[int], since: datetime) -> list[Arrival]:
    """The arrivals of these links that count, saved after `since`; five queries."""
    with database.cursor() as cursor:
        cursor.execute(_PUSHES, {"links": list(links)})
        rows = cursor.fetchall()
    by_kind = defaultdict[Kind, list[int]](list)
    for _, kind, record_id, *_ in rows:
        by_kind[Kind(kind)].append(record_id)
    saved = {kind: _saved(kind, ids) for kind, ids in by_kind.items()}
    found = []
    for _, kind, record_id, pushed_at, before, operation in rows:
        at = saved[Kind(kind)].get(record_id)
        earliest = before or (since if operation == "create" else None)
        if at is not None and earliest is not None and max(earliest, since) < at <= pushed_at:
            found.append(Arrival(Kind(kind), record_id, (pushed_at - at).total_seconds()))
    return found


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
    return speed_of([one.seconds for one in arrivals(links, connection.synced_since)]) if links else None


def speed_of(seconds: Sequence[float]) -> Speed | None:
    """The figures of these durations; None if there are none."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    within = ceil(len(ordered) * 0.95)
    return Speed(len(ordered), within, ordered[within - 1], ordered[(len(ordered) - 1) // 2])
