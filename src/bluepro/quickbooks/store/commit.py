"""Write-ahead: requests with their exact bodies and what they carry, committed before the first byte leaves.

Checks the lease in the same transaction. Also writes down what the plan found to need nothing, or a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import connection as database
from django.db import transaction

from bluepro.quickbooks.models import Link, Request, RequestItem, RequestState
from bluepro.quickbooks.plan import Plan
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import leases, problems, sql
from bluepro.quickbooks.store.acknowledge import Acknowledged, acknowledge
from bluepro.quickbooks.store.codec import seal_body, seal_carried, unseal_body
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.store.leases import Lease
from bluepro.quickbooks.store.linked import generations
from bluepro.quickbooks.translate import names
from bluepro.quickbooks.work import Asked, Hold, Item, Purpose, RecordKey, Sendable
from qbo_client import wire

# What is about to be made has its name already, and refers to what it may refer to in QuickBooks: no other record is to
# get the name, and nothing is to be taken away from under it, while the outcome is unknown.
_MAKE_LINKS = """
INSERT INTO quickbooks_link (workspace_id, realm_id, kind, record_id, generation, open_request, name, name_key, wanted,
                             sync_token, fingerprint, pushed_revision, owned, lines, refers_to, voided, amount_only,
                             stale, attempts)
SELECT %(workspace)s, %(realm)s, new.kind, new.record_id, new.generation, new.open_request, new.name, new.name_key,
       new.wanted, '', '', 0, '{}', '[]', new.refers_to, false, false, false, 0
  FROM jsonb_to_recordset(%(new)s::jsonb)
    AS new (kind smallint, record_id bigint, generation int, open_request uuid, name text, name_key text, wanted text,
            refers_to bigint[])
 ORDER BY new.kind, new.record_id
RETURNING kind, record_id, id
"""

_OPEN_LINKS = """
UPDATE quickbooks_link AS link
   SET open_request = sent.open_request,
       name = CASE WHEN link.entity_id IS NULL THEN sent.name ELSE link.name END,
       name_key = CASE WHEN link.entity_id IS NULL THEN sent.name_key ELSE link.name_key END,
       wanted = CASE WHEN link.entity_id IS NULL THEN sent.wanted ELSE link.wanted END,
       refers_to = CASE WHEN link.refers_to @> sent.refers_to THEN link.refers_to
                        ELSE ARRAY(SELECT unnest(link.refers_to) UNION SELECT unnest(sent.refers_to)) END
  FROM jsonb_to_recordset(%(sent)s::jsonb)
    AS sent (id bigint, open_request uuid, entity_id text, name text, name_key text, wanted text, refers_to bigint[])
 WHERE link.id = sent.id AND link.open_request IS NULL AND link.removed_at IS NULL
   AND COALESCE(link.entity_id, '') = sent.entity_id
"""

_REQUESTS = """
INSERT INTO quickbooks_request (id, connection_id, lease_number, purpose, lane, size, method, path, params, body,
                                content_type, state, committed_at, tid, reason)
SELECT new.id, new.connection, new.lease, new.purpose, new.lane, new.size, new.method, new.path, new.params,
       convert_to(new.body, 'UTF8'), new.content_type, 'open', %(now)s, '', ''
  FROM jsonb_to_recordset(%(requests)s::jsonb)
    AS new (id uuid, connection bigint, lease bigint, purpose text, lane text, size smallint, method text, path text,
            params jsonb, body text, content_type text)
"""

_ITEMS = """
INSERT INTO quickbooks_requestitem (request_id, bid, link_id, operation, revision, changed, carried, settled, code)
SELECT new.request, new.bid, new.link, new.operation, new.revision, new.changed, convert_to(new.carried, 'UTF8'), false,
       ''
  FROM jsonb_to_recordset(%(items)s::jsonb)
    AS new (n int, request uuid, bid text, link bigint, operation text, revision bigint, changed jsonb, carried text)
 ORDER BY new.n
RETURNING link_id, id
"""

_HOLD = """
UPDATE quickbooks_link AS link SET held_revision = held.revision, held_for = held.cause
  FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS held (id, revision, cause) WHERE link.id = held.id
"""

_STAY = """
UPDATE quickbooks_link AS link SET held_revision = held.revision
  FROM unnest(%s::bigint[], %s::bigint[]) AS held (id, revision) WHERE link.id = held.id
"""


# Locked, so that whoever pauses is told so only when nothing more can be committed.
_MAY_WRITE = """
SELECT 1 FROM quickbooks_connection WHERE id = %(connection)s AND state = 'connected' AND enabled FOR SHARE
"""


class _Answered(Exception):
    """A person's answer gave a record another entity after it was planned."""


@dataclass(frozen=True, slots=True)
class Committed:
    """Requests with the ids of links and items filled in; `done` counts records that needed none and are done with."""

    requests: tuple[Sendable, ...]
    done: int


def commit(lease: Lease, scope: Scope, plan: Plan) -> Committed:
    """Commits the plan; nothing of it if since it was made sending was paused, or an answer of a person gave one of its
    records another entity: then it is planned anew. Raises LeaseLost."""
    try:
        return _commit(lease, scope, plan)
    except _Answered:
        return Committed((), 0)


def _commit(lease: Lease, scope: Scope, plan: Plan) -> Committed:
    with transaction.atomic(durable=True):
        leases.keep(lease, scope.now)
        if not _may_write(lease):
            return Committed((), 0)
        links = _make_links(scope, plan)
        _open_links(plan.requests)
        committed = _write(lease, plan.requests, links, scope.now)
        _hold(lease, scope, plan.holds, links)
        _stay_asked(plan.asked)
        unmarked = _close_problems_of_clean(lease, plan, scope.now)
    cleared = acknowledge(scope, [Acknowledged(one.kind, one.record_id, one.revision) for one in plan.clean])
    return Committed(committed, cleared + unmarked + len(plan.holds) + len(plan.asked))


def commit_look_up(lease: Lease, scope: Scope, sendable: Sendable) -> Sendable:
    """Commits a look-up: it carries nothing itself, its items stay with the request that they belong to."""
    with transaction.atomic(durable=True):
        leases.keep(lease, scope.now)
        _write_requests(lease, [sendable], scope.now)
    return sendable


def send_again(lease: Lease, scope: Scope, request_id: UUID) -> wire.Call | None:
    """Commits an unsettled request of the same bytes once more and returns its call; None if sending was paused.

    Raises LeaseLost.
    """
    with transaction.atomic(durable=True):
        leases.keep(lease, scope.now)
        if not _may_write(lease):
            return None
        row = Request.objects.get(id=request_id)
        row.state, row.committed_at, row.lease_number = RequestState.OPEN, scope.now, lease.number
        row.save(update_fields=["state", "committed_at", "lease_number"])
        RequestItem.objects.filter(request=row, settled=False).update(look_at=None, code="")
    return call_of(row)


def call_of(row: Request) -> wire.Call:
    """The stored call, byte for byte."""
    body = unseal_body(row.body) if row.body is not None else b""
    params = tuple((name, value) for name, value in row.params)
    return wire.Call(row.method, row.path, params, body, row.content_type, wire.Lane(row.lane), row.size)


def _may_write(lease: Lease) -> bool:
    return bool(sql.rows(_MAY_WRITE, {"connection": lease.connection_id}))


def _make_links(scope: Scope, plan: Plan) -> dict[RecordKey, int]:
    """The ids of the links that records get now: of those that are sent, and of those that wait for a person."""
    sent = [
        {"generation": item.carried.generation, **_opened(request, item)}
        for request in plan.requests
        for item in request.items
        if not item.carried.link_id
    ]
    held = [(hold.kind, hold.record_id) for hold in plan.holds if not hold.link_id]
    former = generations(scope, held) if held else {}
    nameless: list[dict[str, object]] = [
        {"kind": kind, "record_id": record_id, "generation": former.get((kind, record_id), 0) + 1, **_NAMELESS}
        for kind, record_id in held
    ]
    if not sent and not nameless:
        return {}
    rows = sql.rows(_MAKE_LINKS, scope.values() | {"new": sql.document([*sent, *nameless])})
    return {(Kind(kind), record_id): link_id for kind, record_id, link_id in rows}


_NAMELESS: dict[str, object] = {"open_request": None, "name": "", "name_key": "", "wanted": "", "refers_to": []}


def _open_links(requests: Sequence[Sendable]) -> None:
    """Links that exist already are in flight from now on. Raises _Answered if one is not as it was planned."""
    sent = [_opened(request, item) for request in requests for item in request.items if item.carried.link_id]
    if sent and sql.execute(_OPEN_LINKS, {"sent": sql.document(sent)}) != len(sent):
        raise _Answered


def _opened(request: Sendable, item: Item) -> dict[str, object]:
    carried = item.carried
    return {
        "id": carried.link_id,
        "kind": carried.kind,
        "record_id": carried.record_id,
        "open_request": request.id,
        "entity_id": carried.entity_id,
        "name": carried.name,
        "name_key": names.key(carried.name),
        "wanted": carried.wanted,
        "refers_to": carried.refers_to,
    }


def _write(
    lease: Lease, requests: Sequence[Sendable], links: dict[RecordKey, int], now: datetime
) -> tuple[Sendable, ...]:
    """Writes the requests and what they carry; answers them with the ids of links and items filled in."""
    if not requests:
        return ()
    _write_requests(lease, requests, now)
    ours = {item.carried.key: item.carried.link_id or links[item.carried.key] for one in requests for item in one.items}
    pairs = [(request, item) for request in requests for item in request.items]
    rows = [_item_row(n, request, item, ours[item.carried.key]) for n, (request, item) in enumerate(pairs)]
    made = dict(sql.rows(_ITEMS, {"items": sql.document(rows)}))
    return tuple(
        replace(request, items=tuple(_numbered(item, ours[item.carried.key], made, now) for item in request.items))
        for request in requests
    )


def _item_row(n: int, request: Sendable, item: Item, link_id: int) -> dict[str, object]:
    carried = item.carried
    return {
        "n": n,
        "request": request.id,
        "bid": item.bid,
        "link": link_id,
        "operation": carried.operation,
        "revision": carried.revision,
        "changed": carried.changed,
        "carried": seal_carried(carried).decode(),
    }


def _numbered(item: Item, link_id: int, made: dict[int, int], now: datetime) -> Item:
    carried = item.carried if item.carried.link_id else replace(item.carried, link_id=link_id)
    return replace(item, carried=carried, item_id=made[link_id], committed_at=now)


def _write_requests(lease: Lease, requests: Sequence[Sendable], now: datetime) -> None:
    rows = [_request_row(lease, request) for request in requests]
    sql.execute(_REQUESTS, {"requests": sql.document(rows), "now": now})


def _request_row(lease: Lease, sendable: Sendable) -> dict[str, object]:
    call = sendable.call
    return {
        "id": sendable.id,
        "connection": lease.connection_id,
        "lease": lease.number,
        "purpose": sendable.purpose,
        "lane": call.lane,
        "size": call.size,
        "method": call.method,
        "path": call.path,
        "params": call.params,
        "body": seal_body(call.body).decode() if sendable.purpose is Purpose.PUSH else None,
        "content_type": call.content_type,
    }


def _hold(lease: Lease, scope: Scope, holds: Sequence[Hold], links: dict[RecordKey, int]) -> None:
    if not holds:
        return
    ids = [hold.link_id or links[hold.kind, hold.record_id] for hold in holds]
    with database.cursor() as cursor:
        cursor.execute(_HOLD, [ids, [hold.revision for hold in holds], [hold.trouble.cause for hold in holds]])
    problems.hold_for(
        lease.connection_id,
        [problems.Found(hold.kind, hold.record_id, hold.label, hold.trouble) for hold in holds],
        scope.now,
    )


def _stay_asked(asked: Sequence[Asked]) -> None:
    """The question that is open holds this revision too."""
    if asked:
        with database.cursor() as cursor:
            cursor.execute(_STAY, [[one.link_id for one in asked], [one.revision for one in asked]])


def _close_problems_of_clean(lease: Lease, plan: Plan, now: datetime) -> int:
    """A record with nothing to send has nothing wrong any more. Answers how many stale links there were."""
    if not plan.clean:
        return 0
    problems.close_fixed(lease.connection_id, [(one.kind, one.record_id) for one in plan.clean], now)
    held = [one.link_id for one in plan.clean if one.link_id]
    Link.objects.filter(id__in=held).exclude(held_revision=None).update(held_revision=None)
    return Link.objects.filter(id__in=held, stale=True).update(stale=False)
