"""Reads against the monthly budget of this deployment {F1.3-4}: how many were made, and whether more may be.

Counted over all companies, from the request log; each query of a batch counts, failed calls do not {F1.3-6}. A month is
taken to be one of Pacific time, where Intuit's servers stand. QuickBooks itself may find the budget used up earlier
than we do: then it refuses reads with a 429 that outlasts pauses, while writes go on {F1.2-6}.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet, Sum

from bluepro.quickbooks.models import THROTTLED, Request
from bluepro.quickbooks.store.log import READS

PACIFIC = ZoneInfo("America/Los_Angeles")
TELLING = 3  # refusals of reads in a row, no write refused with them, that are taken for the cap
APART = timedelta(seconds=100)  # between the first and the last of them: longer than a throttle's pause
ASK_AGAIN = timedelta(hours=1)  # so long no read is tried then


@dataclass(frozen=True, slots=True)
class Reads:
    """Reads of this month, `used` of `budget`. `free_at`: when the next one may be made; None is now."""

    used: int
    budget: int
    free_at: datetime | None


def reads(now: datetime) -> Reads:
    """How the budget stands."""
    used = _month(now).filter(Q(status=200) | Q(status=None)).aggregate(used=Sum("size"))["used"] or 0
    budget: int = settings.QBO_READS_A_MONTH
    return Reads(used, budget, next_month(now) if used >= budget else _refused_until(now))


def may_read(now: datetime) -> bool:
    """Whether a read may be made now."""
    return reads(now).free_at is None


def begun(now: datetime) -> datetime:
    """When the month of `now` began."""
    return now.astimezone(PACIFIC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(now: datetime) -> datetime:
    """When the budget is whole again."""
    return begun(begun(now) + timedelta(days=32)).astimezone(UTC)


def _month(now: datetime) -> QuerySet[Request]:
    return Request.objects.filter(READS, committed_at__gte=begun(now))


def _refused_until(now: datetime) -> datetime | None:
    """Until when no read is tried, because QuickBooks refuses reads alone."""
    last = list(
        _month(now)
        .exclude(status=None)
        .order_by("-committed_at")
        .values_list("status", "committed_at", "connection_id")[:TELLING]
    )
    if len(last) < TELLING or any(status not in THROTTLED for status, _, _ in last):
        return None
    (_, newest, connection_id), (_, oldest, _) = last[0], last[-1]
    if newest - oldest < APART or newest + ASK_AGAIN <= now:
        return None
    writes = Request.objects.filter(~READS, connection=connection_id, committed_at__gt=oldest, status=200)
    return newest + ASK_AGAIN if writes.exists() else None
