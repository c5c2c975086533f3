"""How a person's answer to a problem is carried out: same, not the same, make anew, push again.

Only links and remembered names are written here, never anything in QuickBooks: the engine does that, at its next look.
"""

from django.db import transaction
from django.db.models import Q, QuerySet

from bluepro.common.clock import Clock
from bluepro.common.errors import NotFound, refuse
from bluepro.invoicing.models import Invoice, InvoiceLine
from bluepro.payments.models import Payment
from bluepro.quickbooks.connect.lifecycle import active_connection, wake
from bluepro.quickbooks.models import Link, Problem, TakenName
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.acknowledge import Acknowledged, acknowledge
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.translate import names
from bluepro.workspaces.roles import Action, Actor, require

NAME_HELD = "name_held"
GONE = "gone_in_quickbooks"


def answer_same(actor: Actor, problem_id: int, *, clock: Clock) -> None:
    """The customer or item that holds the name is this record: they are linked, which writes nothing by itself.

    Raises Refused if nobody was to be seen under the name, if the record has an entity already, or if another record
    has that one; NotFound if no such problem is open here.
    """
    require(actor, Action.ANSWER_PROBLEMS)
    with transaction.atomic():
        problem, link = _asked(actor, problem_id, NAME_HELD)
        entity_id = str(problem.detail.get("entity_id", ""))
        _refuse_to_link(problem, link, entity_id)
        revision = link.held_revision
        name = str(problem.detail["name"])
        Link.objects.filter(id=link.id).update(
            entity_id=entity_id,
            sync_token=problem.detail.get("sync_token") or "0",
            name=name,
            name_key=names.key(name),
            held_revision=None,
            retry_at=None,
            attempts=0,
            pushed_revision=revision or 0,
            pushed_at=clock.now(),
        )
        TakenName.objects.filter(realm_id=link.realm_id, kind=link.kind, name_key=names.key(name)).delete()
        _close(problem, actor, "same", clock)
        wake(actor.workspace_id)
    if revision is not None:
        scope = Scope(link.workspace_id, link.realm_id, clock.now())
        acknowledge(scope, [Acknowledged(Kind(link.kind), link.record_id, revision)])


def answer_not_same(actor: Actor, problem_id: int, *, clock: Clock) -> None:
    """Whoever holds the name is another one: it is remembered as taken, and the record gets the next free suffix.

    Raises NotFound if no such problem is open here.
    """
    require(actor, Action.ANSWER_PROBLEMS)
    with transaction.atomic():
        problem, link = _asked(actor, problem_id, NAME_HELD)
        TakenName.objects.update_or_create(
            realm_id=link.realm_id,
            kind=link.kind,
            name_key=names.key(str(problem.detail["name"])),
            defaults={
                "holder": problem.detail.get("holder", "unknown"),
                "entity_id": problem.detail.get("entity_id", ""),
            },
        )
        Link.objects.filter(id=link.id).update(held_revision=None, retry_at=None, attempts=0)
        _close(problem, actor, "not the same", clock)
        wake(actor.workspace_id)


def answer_make_anew(actor: Actor, problem_id: int, *, clock: Clock) -> None:
    """What somebody deleted or merged in QuickBooks is made there once more, and what refers to it will point to that.

    The old pair is kept as a former generation. Raises NotFound if no such problem is open here.
    """
    require(actor, Action.ANSWER_PROBLEMS)
    with transaction.atomic():
        problem, link = _asked(actor, problem_id, GONE)
        Link.objects.filter(id=link.id).update(removed_at=clock.now(), stale=False, open_request=None)
        Link.objects.create(
            workspace_id=link.workspace_id,
            realm_id=link.realm_id,
            kind=link.kind,
            record_id=link.record_id,
            generation=link.generation + 1,
            stale=True,
        )
        _referring(link).update(stale=True)
        _close(problem, actor, "made anew", clock)
        wake(actor.workspace_id)


def _referring(link: Link) -> QuerySet[Link]:
    """The live links whose entities refer to that of `link`."""
    live = Link.objects.filter(
        workspace=link.workspace_id, realm_id=link.realm_id, removed_at=None, entity_id__isnull=False
    )
    match Kind(link.kind):
        case Kind.CONTACT:
            invoices = Invoice.objects.filter(contact=link.record_id).values("id")
            payments = Payment.objects.filter(contact=link.record_id).values("id")
            return live.filter(
                Q(kind=int(Kind.INVOICE), record_id__in=invoices) | Q(kind=int(Kind.PAYMENT), record_id__in=payments)
            )
        case Kind.SERVICE:
            lines = InvoiceLine.objects.filter(service=link.record_id).values("invoice_id")
            return live.filter(kind=int(Kind.INVOICE), record_id__in=lines)
        case Kind.INVOICE:
            return live.filter(kind=int(Kind.PAYMENT), refers_to__contains=[link.record_id])
        case Kind.PAYMENT:
            return live.none()


def push_again(actor: Actor, kind: Kind, record_id: int) -> None:
    """Sends a record again at once, whatever was sent last. Raises NotFound if nothing of it was ever to be sent."""
    require(actor, Action.PRESS_SYNC)
    connection = active_connection(actor.workspace_id)
    with transaction.atomic():
        if not forget_last_push(connection.workspace_id, connection.realm_id, kind, record_id):
            raise NotFound(f"There is no {kind.name.lower()} {record_id} that waits or was sent to QuickBooks.")
        wake(actor.workspace_id)


def forget_last_push(workspace_id: int, realm_id: str, kind: int, record_id: int) -> bool:
    """Makes the engine look at a record anew and send all that is owned; answers whether it has a link.

    Without its fingerprint a pushed record is sent even if nothing changed: so the figures of the answer are compared
    again, and what was changed in QuickBooks is written over. Part of the caller's transaction.
    """
    live = Link.objects.filter(
        workspace=workspace_id, realm_id=realm_id, kind=int(kind), record_id=record_id, removed_at=None
    )
    return bool(live.update(fingerprint="", stale=True, held_revision=None, retry_at=None, attempts=0))


def _asked(actor: Actor, problem_id: int, cause: str) -> tuple[Problem, Link]:
    """The open question and its record's link, both locked, so that two answers at once do not cross."""
    mine = Problem.objects.select_for_update(of=("self",)).select_related("connection")
    problem = mine.filter(
        pk=problem_id, connection__workspace_id=actor.workspace_id, cause=cause, closed_at=None
    ).first()
    if problem is None or problem.kind is None or problem.record_id is None:
        raise NotFound(f"There is no open question {problem_id} of this kind ({cause}) in this workspace.")
    link = Link.objects.select_for_update().get(
        workspace=actor.workspace_id,
        realm_id=problem.connection.realm_id,
        kind=problem.kind,
        record_id=problem.record_id,
        removed_at=None,
    )
    return problem, link


def _refuse_to_link(problem: Problem, link: Link, entity_id: str) -> None:
    if not entity_id or problem.detail.get("holder") not in ("customer", "item"):
        message = "QuickBooks shows no customer or item that it could be linked to. Answer not-same, or rename it here."
        raise refuse("answer", "nobody_there", message)
    if link.entity_id:
        message = (
            f"{problem.label} is in QuickBooks already, under another id. Give it another name, or answer not-same."
        )
        raise refuse("answer", "has_entity", message)
    other = Link.objects.filter(realm_id=link.realm_id, kind=link.kind, entity_id=entity_id).first()
    if other is not None:
        message = f"That one is linked to {other.name or other.record_id!r} already. Answer not-same."
        raise refuse("answer", "linked_elsewhere", message)


def _close(problem: Problem, actor: Actor, reason: str, clock: Clock) -> None:
    Problem.objects.filter(pk=problem.pk).update(closed_at=clock.now(), closed_by=actor.email, close_reason=reason)
