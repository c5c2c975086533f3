"""What the request log says of the use of QuickBooks' limits: what was sent when, and when QuickBooks said 429.

The log is what all workers and pages share, so a limiter that knows it knows of every call to the realm.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection as database
from django.db.models import Q, QuerySet

from bluepro.quickbooks.models import Connection, Request, RequestState
from bluepro.quickbooks.store.leases import Lease

AT_WORK = timedelta(seconds=120)  # a dead worker's calls count as in flight so long {F1.1-12}
REMEMBERED = timedelta(hours=1)  # refusals older than this teach nothing any more
READS = Q(lane="read") | Q(purpose="look_up")

# The first refusal of each pause, with what was sent in the minute before it. Reads are left out: what refuses them
# may be the monthly cap {F1.2-6}.
_REFUSALS = """
WITH own AS (SELECT id FROM quickbooks_connection WHERE realm_id = %(realm)s),
refused AS (
    SELECT answered_at AS at, answered_at - lag(answered_at) OVER (ORDER BY answered_at) AS gap
      FROM quickbooks_request
     WHERE connection_id IN (SELECT id FROM own) AND status IN (429, 403) AND committed_at > %(since)s
       AND lane <> 'read' AND purpose <> 'look_up'),
first AS (SELECT at FROM refused WHERE gap IS NULL OR gap > interval '55 seconds')
SELECT first.at, count(*), sum(sent.size), COALESCE(sum(sent.size) FILTER (WHERE sent.status = 200), 0)
  FROM first
  JOIN quickbooks_request sent ON sent.connection_id IN (SELECT id FROM own)
   AND sent.committed_at > first.at - interval '60 seconds' AND sent.committed_at <= first.at
 GROUP BY first.at ORDER BY first.at
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """A call that was sent lately: when, on which lane, with how many items; `open` if it may still be under way."""

    at: datetime
    lane: str
    size: int
    open: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A 429 that began a pause, and what was sent in the minute before: calls, items in them, items that were taken."""

    at: datetime
    calls: int
    items: int
    took: int


def sent_lately(connection: Connection, now: datetime) -> list[Sent]:
    """What was sent to the realm in the last two minutes, by whomever."""
    return _sent(Request.objects.filter(connection__realm_id=connection.realm_id, committed_at__gt=now - AT_WORK))


def sent_by_others(lease: Lease, since: datetime) -> list[Sent]:
    """What was sent after `since` by others than the owner: pages, commands, a comparison."""
    others = Request.objects.filter(connection=lease.connection_id, committed_at__gt=since)
    return _sent(others.exclude(lease_number=lease.number))


def refusals(realm_id: str, now: datetime) -> list[Refused]:
    """The refusals that still teach something, oldest first."""
    with database.cursor() as cursor:
        cursor.execute(_REFUSALS, {"realm": realm_id, "since": now - REMEMBERED})
        return [Refused(*row) for row in cursor.fetchall()]


def _sent(rows: QuerySet[Request]) -> list[Sent]:
    values = rows.values_list("committed_at", "lane", "size", "state", "answered_at")
    return [
        Sent(at, lane, size, state == RequestState.OPEN and answered is None)
        for at, lane, size, state, answered in values
    ]
