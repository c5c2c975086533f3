"""Saves what became of requests: all answers that have arrived in one transaction, under the lease.

The entity's id and sync token are always saved, and the pushed revision is the one that the request carried; an edit
made meanwhile therefore stays dirty (invariant 4). If the lease is lost, the raw answer is kept for the new owner.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Func, JSONField

from bluepro.quickbooks import drift
from bluepro.quickbooks.lookups import name_key
from bluepro.quickbooks.models import Link, Request, RequestItem, RequestState, TakenName
from bluepro.quickbooks.store import drifts, leases, problems, sql, watching
from bluepro.quickbooks.store.acknowledge import Acknowledged, acknowledge
from bluepro.quickbooks.store.breaks import despite_a_break
from bluepro.quickbooks.store.codec import seal_reply
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.store.leases import Lease
from bluepro.quickbooks.translate import names
from bluepro.quickbooks.work import (
    Accepted,
    Again,
    Carried,
    Held,
    Item,
    LookUp,
    NameTaken,
    Outcome,
    Removed,
    Sendable,
    SendAgain,
    Trouble,
    Verdict,
)
from qbo_client import wire

TRIED_AGAIN = frozenset({"still_failing", "waits_for_payment", "no_answer"})
"""The causes under which a record is told of while it is tried again by itself."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """A request that ended, and a verdict per item; a look-up's items belong to other requests."""

    sendable: Sendable
    outcome: Outcome
    verdicts: tuple[Verdict, ...]


_ACCEPT = """
UPDATE quickbooks_link AS link SET
  entity_id = seen.entity_id, sync_token = seen.sync_token, name = seen.name, name_key = seen.name_key,
  wanted = seen.wanted, fingerprint = seen.fingerprint, pushed_revision = seen.revision,
  owned = seen.owned, lines = seen.lines, refers_to = seen.refers_to, voided = seen.voided,
  accepted = link.accepted - seen.sent, amount_only = seen.amount_only, stale = seen.stale, open_request = NULL,
  retry_at = NULL, attempts = 0, held_revision = seen.held_revision,
  held_for = seen.held_for, pushed_at = %(now)s, asked_token = seen.asked_token,
  agreed = link.agreed - ARRAY['overwrite', 'left']
 FROM jsonb_to_recordset(%(seen)s::jsonb)
   AS seen (id bigint, entity_id text, sync_token text, name text, name_key text, wanted text, fingerprint text,
            revision bigint, owned jsonb, sent text[], lines jsonb, refers_to bigint[], voided boolean,
            amount_only boolean, stale boolean, held_revision bigint, held_for text, asked_token text)
WHERE link.id = seen.id
"""


_SETTLE_ITEMS = """
UPDATE quickbooks_requestitem AS item SET settled = true, look_at = NULL, done_there_at = seen.done_at
  FROM unnest(%(done)s::bigint[], %(times)s::timestamptz[]) AS seen (id, done_at)
 WHERE item.id = seen.id
"""

_END_REQUESTS = """
UPDATE quickbooks_request AS request
   SET state = CASE WHEN EXISTS (SELECT 1 FROM quickbooks_requestitem item
                                  WHERE item.request_id = request.id AND NOT item.settled)
                    THEN 'unknown' ELSE 'settled' END,
       answered_at = %(now)s, status = COALESCE(ended.status, request.status),
       elapsed_ms = COALESCE(ended.elapsed_ms, request.elapsed_ms), tid = COALESCE(ended.tid, request.tid),
       reason = COALESCE(ended.reason, request.reason)
  FROM jsonb_to_recordset(%(facts)s::jsonb)
    AS ended (id uuid, status smallint, tid text, elapsed_ms int, reason text)
 WHERE request.id = ended.id
"""


def settle(lease: Lease, scope: Scope, settlements: Sequence[Settlement]) -> None:
    """Saves all in one transaction; then clears what is no longer dirty. Raises LeaseLost: then nothing was saved.

    May be run twice: each verdict sets what it says, whatever was there.
    """
    despite_a_break(lambda: _settle(lease, scope, settlements))


def _settle(lease: Lease, scope: Scope, settlements: Sequence[Settlement]) -> None:
    pairs = [pair for one in settlements for pair in zip(one.sendable.items, one.verdicts, strict=True)]
    with transaction.atomic(durable=True):
        leases.keep(lease, scope.now)
        former = _former([item.carried.link_id for item, _ in pairs])
        _accept([(item, verdict) for item, verdict in pairs if isinstance(verdict, Accepted)], scope.now)
        for item, verdict in pairs:
            if not isinstance(verdict, Accepted):
                _settle_one(scope, item, verdict)
        live = [pair for pair in pairs if pair[0].carried.link_id not in former]
        _problems(lease, scope, live)
        drifts.keep(
            [(item.carried.link_id, verdict.drift) for item, verdict in pairs if isinstance(verdict, Accepted | Again)],
            scope.now,
        )
        _finish_items(pairs, scope.now)
        _finish_requests(settlements, scope.now)
        if any(isinstance(verdict, Accepted) and verdict.paid_up for _, verdict in pairs):
            watching.ask_again(scope.realm_id, scope.now)
    acknowledge(scope, list(_acknowledged(live)))


def _former(links: Sequence[int]) -> set[int]:
    """The links that a person gave up meanwhile: what comes of them says nothing of the record any more."""
    return set(Link.objects.filter(id__in=links).exclude(removed_at=None).values_list("id", flat=True))


def keep_answer(lease: Lease, request_id: UUID, outcome: Outcome, now: datetime) -> None:
    """Writes the raw answer into its request, for the company's new owner: a fact, whoever writes it.

    Unless the new owner has sent the same request once more: an answer to the first time says nothing of the second.
    """
    if isinstance(outcome, wire.Reply):
        mine = Request.objects.filter(id=request_id, lease_number=lease.number).exclude(state=RequestState.SETTLED)
        mine.update(state=RequestState.ANSWERED, answer=seal_reply(outcome), **_facts(outcome, now))


def _accept(pairs: Sequence[tuple[Item, Accepted]], now: datetime) -> None:
    if not pairs:
        return
    seen = sql.document([_seen(item.carried, verdict) for item, verdict in pairs])
    sql.execute(_ACCEPT, {"seen": seen, "now": now})


def _seen(carried: Carried, verdict: Accepted) -> dict[str, Any]:  # Any: values of many types
    return {
        "id": carried.link_id,
        "entity_id": verdict.entity_id,
        "sync_token": verdict.sync_token,
        "name": carried.name,
        "name_key": names.key(carried.name),
        "wanted": carried.wanted,
        "fingerprint": "" if verdict.drift else carried.fingerprint,  # without one all that is owned is sent
        "stale": bool(verdict.drift),
        "revision": carried.revision,
        "owned": carried.owned,
        "sent": carried.changed,
        "lines": [{"key": one.key, "line_id": one.line_id, "body": one.body} for one in verdict.lines],
        "refers_to": carried.refers_to,
        "voided": verdict.voided,
        "amount_only": carried.amount_only,
        "held_revision": carried.revision if verdict.trouble else None,
        "held_for": verdict.trouble.cause if verdict.trouble else "",
        "asked_token": drift.asked_token(verdict.trouble) if verdict.trouble else "",
    }


def _settle_one(scope: Scope, item: Item, verdict: Verdict) -> None:
    link = Link.objects.filter(id=item.carried.link_id)
    match verdict:
        case Removed():
            link.update(removed_at=scope.now, open_request=None, stale=False, held_revision=None)
        case Again():
            link.update(**_again(scope, item.carried, verdict))
        case Held():
            token = {"sync_token": verdict.sync_token} if verdict.sync_token else {}
            held = {"held_revision": item.carried.revision, "held_for": verdict.trouble.cause}
            link.update(open_request=None, **held, **token, **_asked(verdict.trouble))
        case NameTaken():
            _remember_name(scope, item.carried, verdict)
            asked = verdict.trouble
            revision, cause = (item.carried.revision, asked.cause) if asked else (None, "")
            link.update(open_request=None, retry_at=None, held_revision=revision, held_for=cause)
        case SendAgain():
            link.update(attempts=item.carried.attempts + 1)
        case Accepted() | LookUp():
            pass  # accepted links are written together; a look-up stays with its request


def _asked(trouble: Trouble) -> dict[str, Any]:  # Any: columns of many types
    """What is remembered of a question about a change in QuickBooks: what was agreed before was about another one."""
    token = drift.asked_token(trouble)
    return {"asked_token": token, "agreed": _AGREED_BEFORE} if token else {}


_AGREED_BEFORE = Func(F("agreed"), template="(%(expressions)s - ARRAY['overwrite', 'left'])", output_field=JSONField())


def _again(scope: Scope, carried: Carried, verdict: Again) -> dict[str, Any]:  # Any: columns of many types
    changes: dict[str, Any] = {
        "open_request": None,
        "retry_at": scope.now + timedelta(seconds=verdict.seconds) if verdict.seconds else None,
    }
    if verdict.attempt:
        changes["attempts"] = carried.attempts + 1
    if verdict.amount_only:
        changes["amount_only"] = True
    if verdict.sync_token:
        changes["sync_token"] = verdict.sync_token
    if verdict.drift:  # without its fingerprint all that is owned is sent
        changes |= {"fingerprint": "", "stale": True}
    return changes


def _remember_name(scope: Scope, carried: Carried, verdict: NameTaken) -> None:
    if verdict.trouble is not None:
        return  # a person answers first
    TakenName.objects.update_or_create(
        realm_id=scope.realm_id,
        kind=int(carried.kind),
        name_key=name_key(carried),
        defaults={"holder": verdict.holder, "entity_id": verdict.entity_id},
    )


def _trouble(verdict: Verdict) -> Trouble | None:
    return verdict.trouble if isinstance(verdict, Accepted | Again | Held | NameTaken | LookUp) else None


def _problems(lease: Lease, scope: Scope, pairs: Sequence[tuple[Item, Verdict]]) -> None:
    fixed = {item.carried.key: _trouble(verdict) for item, verdict in pairs if isinstance(verdict, Accepted | Removed)}
    for left in {trouble.cause if trouble else "" for trouble in fixed.values()}:
        keys = [key for key, trouble in fixed.items() if (trouble.cause if trouble else "") == left]
        problems.close_fixed(lease.connection_id, keys, scope.now, but=left)
    _tried_anew(lease, scope, pairs)
    problems.hold_for(lease.connection_id, list(_found(pairs, (Held, NameTaken))), scope.now)
    problems.open_all(lease.connection_id, list(_found(pairs, (Accepted, Again, LookUp))), scope.now)


def _tried_anew(lease: Lease, scope: Scope, pairs: Sequence[tuple[Item, Verdict]]) -> None:
    """What is tried again and again is told of with its newest reason only."""
    for one in _found(pairs, (Again,)):
        key = [(one.kind, one.record_id)] if one.kind and one.record_id else []
        problems.close_fixed(lease.connection_id, key, scope.now, but=one.trouble.cause, only=TRIED_AGAIN)


def _found(pairs: Sequence[tuple[Item, Verdict]], of: tuple[type, ...]) -> Iterable[problems.Found]:
    for item, verdict in pairs:
        trouble = _trouble(verdict) if isinstance(verdict, of) else None
        if trouble is not None:
            yield problems.Found(item.carried.kind, item.carried.record_id, item.carried.label, trouble)


def _finish_items(pairs: Iterable[tuple[Item, Verdict]], now: datetime) -> None:
    done: dict[int, datetime | None] = {}
    for item, verdict in pairs:
        match verdict:
            case LookUp(code, seconds, since_commit, _):
                since = item.committed_at if since_commit and item.committed_at else now
                look_at = since + timedelta(seconds=seconds)
                RequestItem.objects.filter(id=item.item_id).update(look_at=look_at, code=code)
            case SendAgain():
                RequestItem.objects.filter(id=item.item_id).update(look_at=None, code="again")
            case Held(trouble):
                done[item.item_id] = None
                RequestItem.objects.filter(id=item.item_id).update(code=trouble.detail.get("code", "")[:12])
            case Accepted(done_at=at):
                done[item.item_id] = at
            case _:
                done[item.item_id] = None
    sql.execute(_SETTLE_ITEMS, {"done": sql.array(done), "times": list(done.values())})


def _finish_requests(settlements: Sequence[Settlement], now: datetime) -> None:
    """Ends the requests; a look-up may also have settled the last item of the requests that it asked about."""
    mine = {one.sendable.id for one in settlements}
    items = (item for one in settlements for item in one.sendable.items)
    asked_about = {item.request_id for item in items if item.request_id} - mine
    if asked_about:
        Request.objects.filter(id__in=asked_about).exclude(items__settled=False).update(state=RequestState.SETTLED)
    facts = [{"id": one.sendable.id, **_answered(one.outcome)} for one in settlements]
    sql.execute(_END_REQUESTS, {"facts": sql.document(facts), "now": now})


def _answered(outcome: Outcome) -> dict[str, Any]:  # Any: values of many types
    if isinstance(outcome, wire.Reply):
        return {"status": outcome.status, "tid": outcome.tid[:100], "elapsed_ms": outcome.elapsed_ms}
    return {"reason": outcome.reason[:200]}


def _facts(reply: wire.Reply, now: datetime) -> dict[str, Any]:  # Any: columns of many types
    return {"answered_at": now, "status": reply.status, "tid": reply.tid[:100], "elapsed_ms": reply.elapsed_ms}


def _acknowledged(pairs: Iterable[tuple[Item, Verdict]]) -> Iterable[Acknowledged]:
    for item, verdict in pairs:
        if isinstance(verdict, Removed) or (isinstance(verdict, Accepted) and not (verdict.trouble or verdict.drift)):
            yield Acknowledged(item.carried.kind, item.carried.record_id, item.carried.revision)
