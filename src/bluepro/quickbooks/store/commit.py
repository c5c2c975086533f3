"""Write-ahead: requests with their exact bodies and what they carry, committed before the first byte leaves.

Checks the lease in the same transaction. Also writes down what the plan found to need nothing, or a person.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection as database
from django.db import transaction

from bluepro.quickbooks.connect import secrets
from bluepro.quickbooks.models import Link, Request, RequestItem, RequestState
from bluepro.quickbooks.plan import Plan
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import leases, problems
from bluepro.quickbooks.store.acknowledge import Acknowledged, acknowledge
from bluepro.quickbooks.store.codec import seal_carried
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.store.leases import Lease
from bluepro.quickbooks.store.linked import generations
from bluepro.quickbooks.translate import names
from bluepro.quickbooks.work import Carried, Hold, Item, Purpose, RecordKey, Sendable
from qbo_client import wire

_MAKE_LINKS = """
INSERT INTO quickbooks_link (workspace_id, realm_id, kind, record_id, generation, sync_token, name, name_key, wanted,
                             fingerprint, pushed_revision, owned, lines, refers_to, voided, amount_only, stale,
                             attempts)
SELECT %(workspace)s, %(realm)s, new.kind, new.record_id, new.generation, '', '', '', '', '', 0, '{}', '[]', '{}',
       false, false, false, 0
  FROM unnest(%(kinds)s::smallint[], %(records)s::bigint[], %(generations)s::int[]) AS new (kind, record_id, generation)
RETURNING kind, record_id, id
"""


_RESERVE = """
UPDATE quickbooks_link AS link SET name = made.name, name_key = made.name_key, wanted = made.wanted
  FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS made (id, name, name_key, wanted)
 WHERE link.id = made.id
"""

_HOLD = """
UPDATE quickbooks_link AS link SET held_revision = held.revision
  FROM unnest(%s::bigint[], %s::bigint[]) AS held (id, revision) WHERE link.id = held.id
"""


@dataclass(frozen=True, slots=True)
class Committed:
    """Requests with the ids of links and items filled in; `done` counts records that needed none and are done with."""

    requests: tuple[Sendable, ...]
    done: int


def commit(lease: Lease, scope: Scope, plan: Plan) -> Committed:
    """Commits the plan. Raises LeaseLost."""
    with transaction.atomic(durable=True):
        leases.keep(lease, scope.now)
        links = _make_links(scope, _without_link(plan))
        sendables = tuple(_with_links(request, links) for request in plan.requests)
        committed = _write(lease, sendables, scope.now)
        _hold(lease, scope, plan.holds, links)
        unmarked = _close_problems_of_clean(lease, plan, scope.now)
    cleared = acknowledge(scope, [Acknowledged(one.kind, one.record_id, one.revision) for one in plan.clean])
    return Committed(committed, cleared + unmarked + len(plan.holds))


def commit_look_up(lease: Lease, scope: Scope, sendable: Sendable) -> Sendable:
    """Commits a look-up: it carries nothing itself, its items stay with the request that they belong to."""
    with transaction.atomic(durable=True):
        leases.keep(lease, scope.now)
        Request.objects.bulk_create([_row(lease, sendable, scope.now)])
    return sendable


def send_again(lease: Lease, scope: Scope, request_id: UUID) -> wire.Call:
    """Commits an unsettled request of the same bytes once more and returns its call. Raises LeaseLost."""
    with transaction.atomic(durable=True):
        leases.keep(lease, scope.now)
        row = Request.objects.get(id=request_id)
        row.state, row.committed_at, row.lease_number = RequestState.OPEN, scope.now, lease.number
        row.save(update_fields=["state", "committed_at", "lease_number"])
        RequestItem.objects.filter(request=row, settled=False).update(look_at=None, code="")
    return call_of(row)


def call_of(row: Request) -> wire.Call:
    """The stored call, byte for byte."""
    body = secrets.unseal(row.body) if row.body is not None else b""
    params = tuple((name, value) for name, value in row.params)
    return wire.Call(row.method, row.path, params, body, row.content_type, wire.Lane(row.lane), row.size)


def _without_link(plan: Plan) -> list[RecordKey]:
    carried = [item.carried for request in plan.requests for item in request.items]
    needing: list[Hold | Carried] = [*carried, *plan.holds]
    return [(one.kind, one.record_id) for one in needing if not one.link_id]


def _make_links(scope: Scope, keys: Sequence[RecordKey]) -> dict[RecordKey, int]:
    if not keys:
        return {}
    former = generations(scope, keys)
    ordered = sorted(keys)
    values: dict[str, Any] = {  # Any: values of a query
        "workspace": scope.workspace_id,
        "realm": scope.realm_id,
        "kinds": [int(kind) for kind, _ in ordered],
        "records": [record_id for _, record_id in ordered],
        "generations": [former.get(key, 0) + 1 for key in ordered],
    }
    with database.cursor() as cursor:
        cursor.execute(_MAKE_LINKS, values)
        return {(Kind(kind), record_id): link_id for kind, record_id, link_id in cursor.fetchall()}


def _with_links(request: Sendable, links: dict[RecordKey, int]) -> Sendable:
    items = tuple(
        replace(item, carried=replace(item.carried, link_id=item.carried.link_id or links[item.carried.key]))
        for item in request.items
    )
    return replace(request, items=items)


def _write(lease: Lease, sendables: Sequence[Sendable], now: datetime) -> tuple[Sendable, ...]:
    Request.objects.bulk_create(_row(lease, sendable, now) for sendable in sendables)
    rows = RequestItem.objects.bulk_create(
        RequestItem(
            request_id=sendable.id,
            bid=item.bid,
            link_id=item.carried.link_id,
            operation=item.carried.operation.value,
            revision=item.carried.revision,
            changed=list(item.carried.changed),
            carried=seal_carried(item.carried),
        )
        for sendable in sendables
        for item in sendable.items
    )
    for sendable in sendables:
        Link.objects.filter(id__in=[item.carried.link_id for item in sendable.items]).update(open_request=sendable.id)
    _reserve_names([item.carried for sendable in sendables for item in sendable.items])
    ids = iter(rows)
    return tuple(replace(sendable, items=_numbered(sendable.items, ids, now)) for sendable in sendables)


def _reserve_names(carried: Sequence[Carried]) -> None:
    """What is about to be made has its name already: no other record is to get it while the outcome is unknown."""
    named = [one for one in carried if one.name and not one.entity_id]
    if named:
        columns = ([one.link_id for one in named], [one.name for one in named], [names.key(one.name) for one in named])
        with database.cursor() as cursor:
            cursor.execute(_RESERVE, [*columns, [one.wanted for one in named]])


def _numbered(items: Iterable[Item], rows: Iterator[RequestItem], now: datetime) -> tuple[Item, ...]:
    return tuple(replace(item, item_id=next(rows).id, committed_at=now) for item in items)


def _row(lease: Lease, sendable: Sendable, now: datetime) -> Request:
    call = sendable.call
    return Request(
        id=sendable.id,
        connection_id=lease.connection_id,
        lease_number=lease.number,
        purpose=sendable.purpose.value,
        lane=call.lane.value,
        size=call.size,
        method=call.method,
        path=call.path,
        params=[list(pair) for pair in call.params],
        body=secrets.seal(call.body) if sendable.purpose is Purpose.PUSH else None,
        content_type=call.content_type,
        state=RequestState.OPEN,
        committed_at=now,
    )


def _hold(lease: Lease, scope: Scope, holds: Sequence[Hold], links: dict[RecordKey, int]) -> None:
    if not holds:
        return
    ids = [hold.link_id or links[hold.kind, hold.record_id] for hold in holds]
    with database.cursor() as cursor:
        cursor.execute(_HOLD, [ids, [hold.revision for hold in holds]])
    problems.open_all(
        lease.connection_id,
        [problems.Found(hold.kind, hold.record_id, hold.label, hold.trouble) for hold in holds],
        scope.now,
    )


def _close_problems_of_clean(lease: Lease, plan: Plan, now: datetime) -> int:
    """A record with nothing to send has nothing wrong any more. Answers how many stale links there were."""
    problems.close_fixed(lease.connection_id, [(one.kind, one.record_id) for one in plan.clean], now)
    held = [one.link_id for one in plan.clean if one.link_id]
    Link.objects.filter(id__in=held).exclude(held_revision=None).update(held_revision=None)
    return Link.objects.filter(id__in=held, stale=True).update(stale=False)
