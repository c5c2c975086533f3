"""Counts what a sync asked of QuickBooks, from the request log.

The reads of a comparison, and of the matching before a first push, are left out.
"""

from dataclasses import dataclass

from django.db.models import Count, Q

from bluepro.proof.books import COMPARE
from bluepro.quickbooks.models import Request
from bluepro.quickbooks.work import Purpose
from qbo_client.wire import Lane


@dataclass(frozen=True, slots=True)
class Asked:
    """Calls: `writes` are single writes, `batches` batch calls, `reads` all reads; `throttled` were answered 429."""

    writes: int = 0
    batches: int = 0
    reads: int = 0
    throttled: int = 0

    def __sub__(self, before: "Asked") -> "Asked":
        return Asked(
            self.writes - before.writes,
            self.batches - before.batches,
            self.reads - before.reads,
            self.throttled - before.throttled,
        )


def asked(connection_id: int) -> Asked:
    """All calls of the connection so far."""
    rows = Request.objects.filter(connection=connection_id).exclude(purpose__in=(COMPARE, Purpose.MATCH))
    counts = rows.aggregate(
        writes=Count("id", filter=Q(lane=Lane.SINGLE.value)),
        batches=Count("id", filter=Q(lane=Lane.BATCH.value)),
        reads=Count("id", filter=Q(lane=Lane.READ.value)),
        throttled=Count("id", filter=Q(status=429)),
    )
    return Asked(**counts)
