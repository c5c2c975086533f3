"""A person has seen the preview: what was decided is carried out here, and the first push may begin.

Linking writes nothing in QuickBooks: the pair is remembered, and the record counts as sent as it is. Names that others
hold there are remembered as taken.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction

from bluepro.common.clock import Clock
from bluepro.common.errors import refuse
from bluepro.common.ids import Ids
from bluepro.payments.models import Allocation
from bluepro.quickbooks.choices import NUMBER_CLASH
from bluepro.quickbooks.connect.decisions import Decision, decided, matches
from bluepro.quickbooks.connect.deployment import Deployment, Run
from bluepro.quickbooks.connect.first_push import Step, next_step, not_yet
from bluepro.quickbooks.connect.lifecycle import own_connection
from bluepro.quickbooks.connect.mapping import make_items
from bluepro.quickbooks.models import Change, Connection, Link, Match, TakenName
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import problems
from bluepro.quickbooks.store.acknowledge import Acknowledged, acknowledge
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.store.linked import generations
from bluepro.quickbooks.translate import names
from bluepro.quickbooks.work import Trouble
from bluepro.workspaces.roles import Action, Actor, require

_log = logging.getLogger(__name__)

CHUNK = 1_000


def accept(
    actor: Actor, connection: Connection, deployment: Deployment, *, clock: Clock, ids: Ids, run: Run = asyncio.run
) -> Connection:
    """Says that the actor has seen the preview, and carries out what was decided; then the items of ours are made.

    Raises Refused while a step before it or a question of it is open, NotFound if the connection has ended, and what
    QuickBooks refuses when the items are made.
    """
    require(actor, Action.ANSWER_PROBLEMS)
    own_connection(actor, connection)
    with transaction.atomic():
        connection = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        rows = _acceptable(connection)
        done = _carry_out(connection, rows, clock)
        connection.seen_at, connection.seen_by = clock.now(), actor.email
        connection.save(update_fields=["seen_at", "seen_by"])
    acknowledge(Scope(connection.workspace_id, connection.realm_id, clock.now()), done)
    _log.info("preview accepted", extra={"action": "preview_accepted", "workspace": actor.workspace_id})
    return make_items(connection, deployment, clock=clock, ids=ids, run=run)


def _acceptable(connection: Connection) -> list[Match]:
    if connection.synced_since is not None or connection.seen_at is not None:
        raise refuse("preview", "begun", "The preview was accepted already.")
    step = next_step(connection)
    if step in (Step.START, Step.MAPPING):
        raise not_yet(step)
    if connection.matched_at is None:
        raise refuse("preview", "not_read", "Nobody has looked at the preview yet. See it with: bluepro preview")
    rows = matches(connection)
    waiting = sum(decided(row) is None for row in rows)
    if waiting:
        asked = "1 question is" if waiting == 1 else f"{waiting:,} questions are"
        raise refuse("preview", "open", f"{asked} open. Answer with: bluepro preview --answer ID CHOICE")
    return rows


def _carry_out(connection: Connection, rows: Sequence[Match], clock: Clock) -> list[Acknowledged]:
    """Makes links, remembers names, holds back; answers which records count as sent."""
    links = {(row.kind, row.record_id): row for row in rows if _is(row, Decision.LINK)}
    linked = list(_without_lost_payments(links))
    _remember_names(connection, rows, {(row.kind, row.entity_id) for row in linked})
    revisions = _revisions(connection, [*linked, *(row for row in rows if _is(row, Decision.HOLD))])
    scope = Scope(connection.workspace_id, connection.realm_id, clock.now())
    _link(scope, linked, revisions)
    _hold(connection, scope, [row for row in rows if _is(row, Decision.HOLD)], revisions)
    return [
        Acknowledged(Kind(row.kind), row.record_id, revisions[row.kind, row.record_id])
        for row in linked
        if (row.kind, row.record_id) in revisions
    ]


def _is(row: Match, decision: Decision) -> bool:
    found = decided(row)
    if found is not None and found[0] is Decision.LINK:
        row.entity_id = found[1]
    return found is not None and found[0] is decision


def _without_lost_payments(links: dict[tuple[int, int], Match]) -> Iterator[Match]:
    """A payment is only linked if its invoices are linked to those that it pays there; else it is made."""
    payments = [record_id for kind, record_id in links if kind == Kind.PAYMENT]
    paid: dict[int, list[int]] = {}
    for payment, invoice in Allocation.objects.filter(payment__in=payments).values_list("payment_id", "invoice_id"):
        paid.setdefault(payment, []).append(invoice)
    for (kind, record_id), row in links.items():
        if kind != Kind.PAYMENT:
            yield row
            continue
        invoices = [links.get((int(Kind.INVOICE), invoice)) for invoice in paid.get(record_id, [])]
        pays = next(one["pays"] for one in row.candidates if str(one["entity_id"]) == row.entity_id)
        if sorted(one.entity_id for one in invoices if one is not None) == sorted(pays):
            yield row


def _revisions(connection: Connection, rows: Iterable[Match]) -> dict[tuple[int, int], int]:
    """The revision of each record as it is now."""
    ids: dict[int, list[int]] = {}
    for row in rows:
        ids.setdefault(row.kind, []).append(row.record_id)
    return {
        (kind, record_id): revision
        for kind, records in ids.items()
        for record_id, revision in Change.objects.filter(
            workspace=connection.workspace_id, kind=kind, record_id__in=records
        ).values_list("record_id", "revision")
    }


def _link(scope: Scope, rows: Sequence[Match], revisions: dict[tuple[int, int], int]) -> None:
    paying = _pays([row.record_id for row in rows if row.kind == Kind.PAYMENT])
    made = _links(scope, rows)
    for row, link in zip(rows, made, strict=True):
        chosen = next(one for one in row.candidates if str(one["entity_id"]) == row.entity_id)
        link.entity_id, link.sync_token = row.entity_id, str(chosen["sync_token"]) or "0"
        link.pushed_revision = revisions.get((row.kind, row.record_id), 0)
        link.pushed_at = scope.now
        if row.kind in (Kind.CONTACT, Kind.SERVICE):
            link.name, link.wanted = str(chosen["name"]), row.wanted
            link.name_key = names.key(link.name)
        else:
            link.owned = {"TxnDate": chosen["day"]} if chosen["day"] else {}
            link.refers_to = paying.get(row.record_id, [])
    Link.objects.bulk_create(made, batch_size=CHUNK)


def _links(scope: Scope, rows: Sequence[Match]) -> list[Link]:
    """New links, in the place of whatever came to nothing before."""
    keys = [(Kind(row.kind), row.record_id) for row in rows]
    live = Link.objects.filter(workspace=scope.workspace_id, realm_id=scope.realm_id, removed_at=None, entity_id=None)
    for kind in {kind for kind, _ in keys}:
        live.filter(kind=int(kind), record_id__in=[one for other, one in keys if other is kind]).delete()
    former = generations(scope, keys)
    return [
        Link(
            workspace_id=scope.workspace_id,
            realm_id=scope.realm_id,
            kind=int(kind),
            record_id=record_id,
            generation=former.get((kind, record_id), 0) + 1,
        )
        for kind, record_id in keys
    ]


def _pays(payments: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = Allocation.objects.filter(payment__in=payments).order_by("invoice_id")
    for payment, invoice in rows.values_list("payment_id", "invoice_id"):
        found.setdefault(payment, []).append(invoice)
    return found


def _remember_names(connection: Connection, rows: Iterable[Match], linked: set[tuple[int, str]]) -> None:
    """Names that others hold, for the records that are made beside them."""
    taken = [
        TakenName(
            realm_id=connection.realm_id,
            kind=row.kind,
            name_key=one["key"],
            holder=one["holder"],
            entity_id=one["entity_id"],
        )
        for row in rows
        if _is(row, Decision.CREATE)
        for one in row.taken
        if one["holder"] in ("vendor", "employee") or (row.kind, one["entity_id"]) not in linked
    ]
    TakenName.objects.bulk_create(taken, batch_size=CHUNK, ignore_conflicts=True)


def _hold(connection: Connection, scope: Scope, rows: Sequence[Match], revisions: dict[tuple[int, int], int]) -> None:
    """Invoices whose number another one has: each is a problem until a person gives it another number or sends it."""
    made = _links(scope, rows)
    for row, link in zip(rows, made, strict=True):
        link.held_revision, link.held_for = revisions.get((row.kind, row.record_id), 0), NUMBER_CLASH
    Link.objects.bulk_create(made, batch_size=CHUNK)
    found = [problems.Found(Kind(row.kind), row.record_id, row.label, _number_taken(row)) for row in rows]
    problems.open_all(connection.pk, found, scope.now)


def _number_taken(row: Match) -> Trouble:
    there = row.candidates[0]
    return Trouble(
        NUMBER_CLASH,
        f"QuickBooks already has an invoice numbered {there['name']}, dated {there['day']}, over ${there['total']}.",
        "Give the invoice another number, or send it with this one all the same.",
        {"entity_id": str(there["entity_id"]), "number": str(there["name"])},
    )
