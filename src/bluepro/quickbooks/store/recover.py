"""What former owners left behind, and which outcomes may be looked up now."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection as database
from django.db import transaction

from bluepro.quickbooks.drift import Owned, restated
from bluepro.quickbooks.judge import SEND_WITHIN, UNKNOWN
from bluepro.quickbooks.models import Request, RequestItem, RequestState
from bluepro.quickbooks.store import leases, sql
from bluepro.quickbooks.store.codec import unseal_carried, unseal_reply
from bluepro.quickbooks.store.commit import call_of
from bluepro.quickbooks.store.leases import Lease
from bluepro.quickbooks.work import Item, Outcome, Purpose, Sendable

STALE = ("5010", UNKNOWN)  # why an item is looked up whose entity somebody may have changed
LATE = timedelta(days=1)  # for so long a request of ours is taken for what may have changed an entity late

_ADOPT_ITEMS = """
UPDATE quickbooks_requestitem AS item
   SET look_at = request.committed_at + make_interval(secs => %(seconds)s), code = %(unknown)s
  FROM quickbooks_request AS request
 WHERE request.id = item.request_id AND request.connection_id = %(connection)s AND NOT item.settled
   AND item.look_at IS NULL AND request.state IN ('open', 'unknown') AND request.lease_number < %(number)s
"""

_ADOPT_REQUESTS = """
UPDATE quickbooks_request AS request
   SET state = CASE WHEN EXISTS (SELECT 1 FROM quickbooks_requestitem item
                                  WHERE item.request_id = request.id AND NOT item.settled)
                    THEN 'unknown' ELSE 'settled' END
 WHERE connection_id = %(connection)s AND state = 'open' AND lease_number < %(number)s
"""


def adopt(lease: Lease, unknown_after: float, now: datetime) -> tuple[tuple[Sendable, Outcome], ...]:
    """Takes over from former owners: open requests become look-ups, answered ones are returned to be settled.

    Raises LeaseLost.
    """
    values: dict[str, Any] = {
        "connection": lease.connection_id,
        "number": lease.number,
        "seconds": SEND_WITHIN + unknown_after,
        "unknown": UNKNOWN,
    }
    with transaction.atomic(durable=True):
        leases.keep(lease, now)
        with database.cursor() as cursor:
            cursor.execute(_ADOPT_ITEMS, values)
            cursor.execute(_ADOPT_REQUESTS, values)
        answered = Request.objects.filter(connection=lease.connection_id, state=RequestState.ANSWERED)
        return tuple((_sendable(row), unseal_reply(row.answer or b"")) for row in answered)


_LOOK_UP_DUE = """
SELECT 1 FROM quickbooks_request request
  JOIN quickbooks_requestitem item ON item.request_id = request.id AND NOT item.settled AND item.look_at <= %(now)s
 WHERE request.connection_id = %(connection)s AND request.state = 'unknown' LIMIT 1
"""


def anything_to_look_up(connection_id: int, now: datetime) -> bool:
    """Whether an outcome may be looked up now: asked at each step, and nearly always no."""
    return bool(sql.rows(_LOOK_UP_DUE, {"connection": connection_id, "now": now}))


def look_ups_due(connection_id: int, now: datetime, limit: int) -> tuple[Item, ...]:
    """Items whose outcome may be looked up now, oldest first."""
    if not anything_to_look_up(connection_id, now):
        return ()
    rows = (
        RequestItem.objects.filter(
            request__connection=connection_id, settled=False, look_at__lte=now, request__state=RequestState.UNKNOWN
        )
        .select_related("request", "link")
        .order_by("look_at", "id")[:limit]
    )
    return _items(list(rows))


def left_behind(connection_id: int) -> bool:
    """Whether a former owner left calls open, answers unsettled or outcomes that nobody looks up yet."""
    requests = Request.objects.filter(connection=connection_id)
    unlooked = RequestItem.objects.filter(
        request__connection=connection_id, request__state=RequestState.UNKNOWN, settled=False, look_at=None
    )
    return requests.filter(state__in=(RequestState.OPEN, RequestState.ANSWERED)).exists() or unlooked.exists()


def next_look_up(connection_id: int) -> datetime | None:
    """When the next look-up is due."""
    rows = RequestItem.objects.filter(
        request__connection=connection_id, settled=False, request__state=RequestState.UNKNOWN
    )
    return rows.exclude(look_at=None).order_by("look_at").values_list("look_at", flat=True).first()


def _sendable(row: Request) -> Sendable:
    items = RequestItem.objects.filter(request=row, settled=False).select_related("request", "link").order_by("id")
    return Sendable(row.id, Purpose(row.purpose), call_of(row), _items(list(items)))


def _items(rows: Sequence[RequestItem]) -> tuple[Item, ...]:
    sent = _sent_on({row.link_id for row in rows if row.code in STALE})
    return tuple(_item(row, _ours(row, sent) if row.code in STALE else ()) for row in rows)


def _item(row: RequestItem, ours: tuple[Owned, ...]) -> Item:
    carried = unseal_carried(row.carried or b"")
    return Item(
        bid=row.bid,
        carried=replace(carried, link_id=row.link_id, previous=row.link.owned, attempts=row.link.attempts),
        item_id=row.id,
        code=row.code,
        committed_at=row.request.committed_at,
        single=row.bid == "",
        request_id=row.request_id,
        ours=ours,
    )


_Sent = Mapping[int, Sequence[tuple[int, datetime, bytes | memoryview]]]
"""What was sent on links: the item's id, when it was committed and what it carried, oldest first."""


def _sent_on(links: Collection[int]) -> _Sent:
    sent = defaultdict[int, list[tuple[int, datetime, bytes | memoryview]]](list)
    if links:
        items = RequestItem.objects.filter(link__in=links).exclude(carried=None).order_by("id")
        for link, item, at, carried in items.values_list("link_id", "id", "request__committed_at", "carried"):
            sent[link].append((item, at, carried or b""))
    return sent


def _ours(row: RequestItem, sent: _Sent) -> tuple[Owned, ...]:
    """What the entity may show by our own doing, or with a person's consent, besides the last push."""
    since = row.request.committed_at - LATE
    bodies = [carried for item, at, carried in sent.get(row.link_id, ()) if item != row.id and at > since]
    return (*restated(row.link.owned, row.link.accepted)[1:], *(unseal_carried(one).owned for one in bodies))
