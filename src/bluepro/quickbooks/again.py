"""Sending a record again, whatever was sent last."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from bluepro.common.errors import NotFound, refuse
from bluepro.quickbooks.choices import DRIFT
from bluepro.quickbooks.connect.lifecycle import active_connection, wake
from bluepro.quickbooks.models import Link, Problem
from bluepro.quickbooks.snapshot import Kind
from bluepro.workspaces.roles import Action, Actor, require


def push_again(actor: Actor, kind: Kind, record_id: int) -> None:
    """Sends a record again at once, whatever was sent last.

    Raises NotFound if nothing of it was ever to be sent, Refused while a person is asked what somebody did to it in
    QuickBooks: this button is no answer to that.
    """
    require(actor, Action.PRESS_SYNC)
    connection = active_connection(actor.workspace_id)
    with transaction.atomic():
        if not forget_last_push(connection.workspace_id, connection.realm_id, kind, record_id):
            raise NotFound(f"There is no {kind.name.lower()} {record_id} that waits or was sent to QuickBooks.")
        wake(actor.workspace_id)


def forget_last_push(workspace_id: int, realm_id: str, kind: int, record_id: int) -> bool:
    """Makes the engine look at a record anew and send all that is owned; answers whether it has a link.

    Without its fingerprint a pushed record is sent even if nothing changed: so the figures of the answer are compared
    again. What was changed in QuickBooks is asked about as ever. Part of the caller's transaction. Raises Refused.
    """
    live = Link.objects.filter(
        workspace=workspace_id, realm_id=realm_id, kind=int(kind), record_id=record_id, removed_at=None
    )
    _refuse_while_asked(live)
    return bool(live.update(fingerprint="", stale=True, held_revision=None, retry_at=None, attempts=0))


def _refuse_while_asked(live: QuerySet[Link]) -> None:
    questions = Problem.objects.filter(
        connection__workspace=OuterRef("workspace"),
        connection__realm_id=OuterRef("realm_id"),
        kind=OuterRef("kind"),
        record_id=OuterRef("record_id"),
        cause__in=DRIFT,
        closed_at=None,
    )
    if live.exclude(asked_token="").filter(Exists(questions)).exists():
        message = (
            "Somebody changed it in QuickBooks, and nothing of it is sent before that is answered: an Owner, Admin or "
            "Bookkeeper chooses under Problems what counts."
        )
        raise refuse("push", "asked", message)
