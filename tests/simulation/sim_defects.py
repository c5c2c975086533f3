"""Seven mistakes, each a faulty variant of one step of the engine: the simulation must find every one of them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sim_play import Make
from sim_workers import Worker

from bluepro.quickbooks import models
from bluepro.quickbooks.engine import Parts
from bluepro.quickbooks.findings import Rules
from bluepro.quickbooks.judge import UNKNOWN, Patience
from bluepro.quickbooks.plan import Capacity, Plan
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.commit import Committed
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.store.leases import Lease
from bluepro.quickbooks.store.settle import Settlement
from bluepro.quickbooks.store.walking import Rounds
from bluepro.quickbooks.work import (
    Accepted,
    Again,
    Carried,
    Item,
    Judgement,
    LookUp,
    Outcome,
    RecordKey,
    Sendable,
    Verdict,
    Work,
)
from qbo_client import wire

_REF = re.compile(rb"\(ref ([0-9a-z]+)-([0-9]+)")


def sent_before_committed(_: Worker, parts: Parts) -> Parts:
    """A request is written down only when its answer is settled."""
    kept: list[models.Request] = []
    items: list[models.RequestItem] = []

    def commit(lease: Lease, scope: Scope, plan: Plan) -> Committed:
        committed = parts.commit(lease, scope, plan)
        ids = [one.id for one in committed.requests]
        kept.extend(models.Request.objects.filter(id__in=ids))
        items.extend(models.RequestItem.objects.filter(request__in=ids))
        models.Request.objects.filter(id__in=ids).delete()
        models.Link.objects.filter(open_request__in=ids).update(open_request=None)
        return committed

    def settle(lease: Lease, scope: Scope, settlements: Sequence[Settlement]) -> None:
        models.Request.objects.bulk_create(kept)
        models.RequestItem.objects.bulk_create(items)
        kept.clear()
        items.clear()
        parts.settle(lease, scope, settlements)

    return replace(parts, commit=commit, settle=settle)


def newest_acknowledged(_: Worker, parts: Parts) -> Parts:
    """What is taken for pushed is the record's newest revision, not the one that was sent."""

    def settle(lease: Lease, scope: Scope, settlements: Sequence[Settlement]) -> None:
        newest = _revisions(scope, settlements)

        def told(item: Item, verdict: Verdict) -> tuple[Item, Verdict]:
            revision = newest.get(item.carried.key, item.carried.revision)
            return replace(item, carried=replace(item.carried, revision=revision)), verdict

        parts.settle(lease, scope, _each(settlements, told))

    return replace(parts, settle=settle)


def created_again_unseen(_: Worker, parts: Parts) -> Parts:
    """A create whose outcome is unknown is simply made again."""

    def judge(items: Sequence[Item], outcome: Outcome, patience: Patience) -> Judgement:
        judged = parts.judge(items, outcome, patience)
        pairs = zip(items, judged.verdicts, strict=True)
        return replace(
            judged,
            verdicts=tuple(
                Again(5, "unknown")
                if isinstance(verdict, LookUp)
                and verdict.code == UNKNOWN
                and item.carried.operation is wire.Operation.CREATE
                else verdict
                for item, verdict in pairs
            ),
        )

    return replace(parts, judge=judge)


def adopted_without_marker(_: Worker, parts: Parts) -> Parts:
    """Any invoice or payment of the same customer and day (and amount) is taken for the one that was made."""

    def judge_look_up(
        items: Sequence[Item], reply: wire.Reply, rules: Rules
    ) -> tuple[Verdict, ...] | wire.Fault | wire.Unreadable:
        judged = parts.judge_look_up(items, reply, rules)
        if not isinstance(judged, tuple):
            return judged
        for ref, generation in sorted(set(_REF.findall(reply.body))):
            posing = [
                replace(one, carried=replace(one.carried, ref=ref.decode(), generation=int(generation)))
                for one in items
            ]
            other = parts.judge_look_up(posing, reply, rules)
            if isinstance(other, tuple):
                pairs = zip(judged, other, strict=True)
                judged = tuple(b if isinstance(b, Accepted) and not isinstance(a, Accepted) else a for a, b in pairs)
        return judged

    return replace(parts, judge_look_up=judge_look_up)


def id_dropped_when_changed(_: Worker, parts: Parts) -> Parts:
    """What was changed meanwhile is planned anew, and the id of what was just made is forgotten."""

    def settle(lease: Lease, scope: Scope, settlements: Sequence[Settlement]) -> None:
        newest = _revisions(scope, settlements)

        def told(item: Item, verdict: Verdict) -> tuple[Item, Verdict]:
            moved = newest.get(item.carried.key, 0) > item.carried.revision
            return item, Again(0, "changed meanwhile") if moved and isinstance(verdict, Accepted) else verdict

        parts.settle(lease, scope, _each(settlements, told))

    return replace(parts, settle=settle)


def lease_not_checked(_: Worker, parts: Parts) -> Parts:
    """Whoever once owned the company goes on as if he still did."""

    def commit(lease: Lease, scope: Scope, plan: Plan) -> Committed:
        return parts.commit(_as_owner(lease), scope, plan)

    def settle(lease: Lease, scope: Scope, settlements: Sequence[Settlement]) -> None:
        parts.settle(_as_owner(lease), scope, settlements)

    def adopt(lease: Lease, unknown_after: float, now: datetime) -> tuple[tuple[Sendable, Outcome], ...]:
        return parts.adopt(_as_owner(lease), unknown_after, now)

    return replace(parts, adopt=adopt, commit=commit, settle=settle)


def generation_forgotten(_: Worker, parts: Parts) -> Parts:
    """What is made anew is marked like what was there before."""

    def load(connection_id: int, now: datetime, capacity: Capacity, rounds: Rounds) -> Work:
        work = parts.load(connection_id, now, capacity, rounds)
        candidates = tuple(
            replace(one, link=replace(one.link, generation=1)) if one.link and not one.link.entity_id else one
            for one in work.candidates
        )
        return replace(work, candidates=candidates)

    return replace(parts, load=load)


DEFECTS: Mapping[str, Make] = {
    "sent-before-committed": sent_before_committed,
    "newest-acknowledged": newest_acknowledged,
    "created-again-unseen": created_again_unseen,
    "adopted-without-marker": adopted_without_marker,
    "id-dropped-when-changed": id_dropped_when_changed,
    "lease-not-checked": lease_not_checked,
    "generation-forgotten": generation_forgotten,
}


def _each(settlements: Sequence[Settlement], told: Callable[[Item, Verdict], tuple[Item, Verdict]]) -> list[Settlement]:
    """The settlements with every item and its verdict as `told` tells them."""
    return [_retold(one, told) for one in settlements]


def _retold(one: Settlement, told: Callable[[Item, Verdict], tuple[Item, Verdict]]) -> Settlement:
    pairs = [told(item, verdict) for item, verdict in zip(one.sendable.items, one.verdicts, strict=True)]
    sendable = replace(one.sendable, items=tuple(item for item, _ in pairs))
    return replace(one, sendable=sendable, verdicts=tuple(verdict for _, verdict in pairs))


def _revisions(scope: Scope, settlements: Iterable[Settlement]) -> dict[RecordKey, int]:
    carried: list[Carried] = [item.carried for one in settlements for item in one.sendable.items]
    rows = models.Change.objects.filter(
        workspace=scope.workspace_id, record_id__in=[one.record_id for one in carried]
    ).values_list("kind", "record_id", "revision")
    return {(Kind(kind), record_id): revision for kind, record_id, revision in rows}


def _as_owner(lease: Lease) -> Lease:
    row = models.Lease.objects.get(connection=lease.connection_id)
    if row.owner is None:
        models.Lease.objects.filter(connection=lease.connection_id).update(owner=lease.owner)
    return replace(lease, owner=row.owner or lease.owner, number=row.number)
