"""The life of a connection after it was made: pause, resume, Sync Data, disconnect.

Everything here is a short transaction of its own; only disconnecting talks to QuickBooks, to give the tokens back.
"""

import asyncio
import logging

from django.db import connection as database
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from bluepro.common.clock import Clock
from bluepro.common.errors import NotFound, refuse
from bluepro.quickbooks.choices import ONLY_BY_ANSWER
from bluepro.quickbooks.connect.changes import make_backlog, mark_missing
from bluepro.quickbooks.connect.deployment import Deployment, Run
from bluepro.quickbooks.connect.first_push import next_step, not_yet
from bluepro.quickbooks.connect.secrets import SecretsError, unseal
from bluepro.quickbooks.models import Change, Connection, ConnectionState, Link, Problem
from bluepro.quickbooks.models import Run as SyncRun
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import watching
from bluepro.quickbooks.triggers import CHANNEL
from bluepro.workspaces.roles import Action, Actor, require
from qbo_client.tokens import AuthError

_log = logging.getLogger(__name__)

_CONNECT = "Connect it with: bluepro connect"


def active_connection(workspace_id: int) -> Connection:
    """The workspace's connection, lost ones too. Raises NotFound if it is not connected."""
    live = Connection.objects.select_related("workspace").exclude(state=ConnectionState.DISCONNECTED)
    found = live.filter(workspace_id=workspace_id).first()
    if found is None:
        raise NotFound(f"This workspace is not connected to QuickBooks. {_CONNECT}")
    return found


def own_connection(actor: Actor, connection: Connection) -> Connection:
    """The connection's row as it is now. Raises NotFound if it is not the actor's workspace's, or has ended."""
    mine = Connection.objects.filter(pk=connection.pk, workspace_id=actor.workspace_id)
    found = mine.exclude(state=ConnectionState.DISCONNECTED).first()
    if found is None:
        raise NotFound("This workspace is not connected to QuickBooks. Connect it with: bluepro connect")
    return found


def pause(actor: Actor, connection: Connection) -> None:
    """Stops sending until `resume`; what is under way is still settled. Pausing twice changes nothing."""
    _change_state(actor, connection, ConnectionState.CONNECTED, ConnectionState.PAUSED)


def resume(actor: Actor, connection: Connection) -> None:
    """Goes on after a pause, also one that the engine made by itself (`paused_until`)."""
    _change_state(actor, connection, ConnectionState.PAUSED, ConnectionState.CONNECTED)
    Connection.objects.filter(pk=connection.pk).update(paused_until=None)
    with transaction.atomic():
        make_backlog(connection.workspace_id)
        wake(connection.workspace_id)


def _change_state(actor: Actor, connection: Connection, old: ConnectionState, new: ConnectionState) -> None:
    require(actor, Action.CONFIGURE_SYNC)
    mine = Connection.objects.filter(pk=connection.pk, workspace_id=actor.workspace_id)
    if mine.filter(state__in=(old, new)).update(state=new, state_reason=""):
        return
    if mine.filter(state=ConnectionState.LOST).exists():
        raise refuse("connection", "lost", "The connection to QuickBooks is lost. Connect again with: bluepro connect")
    raise NotFound(f"This workspace is not connected to QuickBooks. {_CONNECT}")


def sync_data(actor: Actor, connection: Connection, *, clock: Clock) -> SyncRun:
    """Presses Sync Data: has QuickBooks asked what changed, fills local gaps, retries what failed.

    Wakes the engine; answers the run to follow.

    Raises Refused if the connection is lost or paused, or a step before the first push is left; NotFound if there is
    none.
    """
    require(actor, Action.PRESS_SYNC)
    mark_missing(actor.workspace_id)
    with transaction.atomic():
        locked = _for_sync(actor, connection)
        if locked.synced_since is None:
            locked.synced_since = clock.now()
            locked.save(update_fields=["synced_since"])
            make_backlog(locked.workspace_id)
        release_held(locked)
        watching.ask(locked.realm_id, clock.now())
        run = SyncRun.objects.create(
            connection=locked, started_at=clock.now(), started_by=actor.email, counts=waiting(locked.workspace_id)
        )
        wake(locked.workspace_id)
    _log.info("run", extra={"action": "run_begun", "workspace": actor.workspace_id, "run": run.pk})
    return run


def _for_sync(actor: Actor, connection: Connection) -> Connection:
    mine = Connection.objects.select_for_update(no_key=True).filter(workspace_id=actor.workspace_id)
    found = mine.filter(pk=connection.pk).exclude(state=ConnectionState.DISCONNECTED).first()
    if found is None:
        raise NotFound(f"This workspace is not connected to QuickBooks. {_CONNECT}")
    if found.state == ConnectionState.LOST:
        raise refuse("connection", "lost", "The connection to QuickBooks is lost. Connect again with: bluepro connect")
    if found.state == ConnectionState.PAUSED:
        raise refuse("connection", "paused", "The connection is paused. Go on with: bluepro resume")
    step = next_step(found)
    if step is not None:
        raise not_yet(step)
    return found


def waiting(workspace_id: int) -> dict[str, int]:
    """How many records are marked as changed, per kind (contact, service, invoice, payment)."""
    marked = Change.objects.filter(workspace_id=workspace_id, dirty=True)
    found = dict(marked.values_list("kind").annotate(number=Count("*")).order_by())
    return {kind.name.lower(): found.get(int(kind), 0) for kind in Kind}


def release_held(connection: Connection) -> int:
    """Lets the engine try again what waits for a person or for a time; answers how many links.

    What a person dismissed, or is asked about (changed in QuickBooks, a number that is taken there), stays held. Rows
    just being settled are passed over. Needs an open transaction.
    """
    links = Link.objects.filter(workspace_id=connection.workspace_id, realm_id=connection.realm_id, removed_at=None)
    held = links.filter(Q(held_revision__isnull=False) | Q(retry_at__isnull=False))
    problems = Problem.objects.filter(connection=connection, kind=OuterRef("kind"), record_id=OuterRef("record_id"))
    dismissed = Exists(problems.exclude(closed_at=None).exclude(closed_by=""))
    still_open = Exists(problems.filter(closed_at=None))
    asked_about = (~Q(asked_token="") & Q(still_open)) | Q(
        Exists(problems.filter(closed_at=None, cause__in=ONLY_BY_ANSWER))
    )
    chosen = held.filter(still_open | ~dismissed).exclude(asked_about).order_by("id")
    locked = list(chosen.select_for_update(no_key=True, skip_locked=True).values_list("id", flat=True))
    return Link.objects.filter(id__in=locked).update(held_revision=None, retry_at=None, attempts=0)


def wake(workspace_id: int) -> None:
    """Tells the workers, when the transaction commits, that the workspace has work."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(workspace_id)])


def disconnect(
    actor: Actor, connection: Connection, deployment: Deployment, *, clock: Clock, run: Run = asyncio.run
) -> str:
    """Ends the connection here and gives its tokens back; links are kept for the day it is connected again.

    Answers a sentence if QuickBooks could not be told (the connection is ended here all the same), else "".
    """
    require(actor, Action.CONFIGURE_SYNC)
    sealed = _end(actor, connection)
    _log.info("disconnected", extra={"action": "disconnected", "workspace": actor.workspace_id})
    try:
        token = unseal(sealed).decode()
        deployment.auth(lambda auth: auth.revoke(token), clock, run)
    except (AuthError, SecretsError) as error:
        return (
            f"Disconnected here, but Intuit could not be told ({error}). To be sure, remove BluePro in QuickBooks "
            "under Apps > My apps."
        )
    return ""


@transaction.atomic
def _end(actor: Actor, connection: Connection) -> bytes:
    """Wipes the tokens; answers the sealed refresh token, for revoking."""
    mine = Connection.objects.select_for_update(no_key=True).filter(pk=connection.pk, workspace_id=actor.workspace_id)
    found = mine.exclude(state=ConnectionState.DISCONNECTED).first()
    if found is None:
        raise NotFound("This workspace is not connected to QuickBooks.")
    sealed = bytes(found.refresh_token)
    found.access_token = found.refresh_token = b""
    found.state, found.state_reason = ConnectionState.DISCONNECTED, f"Disconnected by {actor.email}"[:500]
    found.enabled = False
    found.refresh_owner = found.refresh_until = None
    found.save()
    return sealed
