"""The connection as the engine sees it: may it write, is it paused, is it lost; and which companies have work."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest

from bluepro.quickbooks.models import (
    Change,
    Connection,
    ConnectionState,
    Link,
    Problem,
    Request,
    RequestState,
    Run,
    Watch,
)
from bluepro.quickbooks.store import problems, watching
from bluepro.quickbooks.store.choosing import anything_due
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.store.fresh import fresh_first
from bluepro.quickbooks.store.reads import may_read, reads
from bluepro.quickbooks.store.recover import anything_to_look_up, left_behind, next_look_up
from bluepro.quickbooks.work import Trouble

_SAME_WORKSPACE = Q(workspace=OuterRef("workspace"))
_ANYTHING = (
    Exists(Change.objects.filter(_SAME_WORKSPACE, dirty=True))
    | Exists(Link.objects.filter(_SAME_WORKSPACE, realm_id=OuterRef("realm_id"), stale=True))
    | Exists(Request.objects.filter(connection=OuterRef("pk")).exclude(state=RequestState.SETTLED))
)  # coarse and quick, so that a sweep over a hundred thousand quiet companies is one query
_LIVE = (ConnectionState.CONNECTED, ConnectionState.PAUSED)
SUSPENDED = "subscription"  # the cause of a pause that people are told of {F9.3-52}
NOT_RENEWED = "sign_in_unavailable"  # another one: the sign-in service does not answer, or refuses this app
_TOLD = (SUSPENDED, NOT_RENEWED)
RENEWED_AGAIN = timedelta(seconds=60)
LASTING = timedelta(minutes=5)  # two failures within so long are more than a moment's
_WRITING = Q(state=ConnectionState.CONNECTED, enabled=True, synced_since__isnull=False)


def read(connection_id: int) -> Connection:
    """The connection as it is now: read at each step, so by a query that need not be put together anew."""
    found = list(Connection.objects.raw("SELECT * FROM quickbooks_connection WHERE id = %s", [connection_id]))
    if not found:
        raise Connection.DoesNotExist(f"connection {connection_id}")
    return found[0]


def may_write(connection: Connection) -> bool:
    """Nothing is written while disabled, paused or disconnected, or before Sync Data was first pressed."""
    return connection.state == ConnectionState.CONNECTED and connection.enabled and connection.synced_since is not None


def is_paused(connection: Connection, now: datetime) -> bool:
    """Whether QuickBooks asked for a pause that still lasts."""
    return connection.paused_until is not None and connection.paused_until > now


def pause_until(realm_id: str, until: datetime) -> None:
    """Pauses the whole realm once; a longer pause stays."""
    Connection.objects.filter(realm_id=realm_id).update(paused_until=Greatest(F("paused_until"), until))


def paused_until(realm_id: str, now: datetime) -> datetime | None:
    """Until when the realm is paused; None if it is not."""
    pauses = Connection.objects.filter(realm_id=realm_id, paused_until__gt=now).values_list("paused_until", flat=True)
    return max((at for at in pauses if at is not None), default=None)


def lose(connection: Connection, trouble: Trouble, now: datetime) -> None:
    """Stops the connection until a person has acted; says so once, whatever else is refused meanwhile."""
    with transaction.atomic(durable=True):
        live = Connection.objects.filter(id=connection.id, state__in=_LIVE)
        if live.update(state=ConnectionState.LOST, state_reason=trouble.text[:500]):
            _tell(connection, trouble, now)


def tell(connection: Connection, trouble: Trouble, now: datetime) -> None:
    """Opens a problem of the whole connection; the one that is open already gets the newest words."""
    with transaction.atomic(durable=True):
        _tell(connection, trouble, now)


def _tell(connection: Connection, trouble: Trouble, now: datetime) -> None:
    problems.open_all(connection.id, [problems.Found(None, None, connection.company_name, trouble)], now)


def end_pause(connection: Connection, now: datetime) -> None:
    """After a pause QuickBooks has answered: it is over, and so is what was told of it."""
    over = Connection.objects.filter(id=connection.id, state=ConnectionState.CONNECTED, paused_until__lte=now)
    if over.update(paused_until=None):
        told = Problem.objects.filter(connection=connection, kind=None, cause__in=_TOLD, closed_at=None)
        told.update(closed_at=now, close_reason=problems.FIXED)


def sign_in_fails(connection_id: int, said: str, now: datetime) -> None:
    """There is no token, and nobody knows yet whether the connection is lost: nothing is sent for a minute. If it was
    so the last time too, people are told, once; that ends when QuickBooks has answered."""
    connection = read(connection_id)
    if connection.paused_until is not None and connection.paused_until > now - LASTING:
        text = f"{said} Nothing is sent meanwhile; nothing is lost."
        remedy = "It is tried again every minute by itself. If this stays, tell whoever runs BluePro: docs/running.md."
        tell(connection, Trouble(NOT_RENEWED, text, remedy), now)
    pause_until(connection.realm_id, now + RENEWED_AGAIN)


def of_workspace(workspace_id: int) -> Connection | None:
    """The workspace's connection that may write, if there is one."""
    return Connection.objects.filter(_WRITING, workspace=workspace_id).first()


def with_work(now: datetime, *, owned_too: bool = False) -> Iterator[int]:
    """The connections that have something to do now and that nobody owns; `owned_too` those that somebody does."""
    free = Q() if owned_too else Q(lease__owner=None) | Q(lease__until__lt=now)
    awake = Q(paused_until=None) | Q(paused_until__lte=now)
    watches = Exists(Watch.objects.filter(watching.due_now(now), realm_id=OuterRef("realm_id")))
    for connection in Connection.objects.filter(_WRITING, free, awake, _ANYTHING | watches):
        if has_work(connection, now):
            yield connection.id


def calls_for_service(connection_id: int, now: datetime) -> bool:
    """Whether it is worth serving the company at this moment: it may write, and there is something to do."""
    connection = read(connection_id)
    return may_write(connection) and not is_paused(connection, now) and has_work(connection, now)


def calls_for_edits(connection_id: int, now: datetime) -> bool:
    """Whether a person's edit waits: it may go where a backlog waits for the limits."""
    connection = read(connection_id)
    waits = may_write(connection) and not is_paused(connection, now)
    return waits and bool(fresh_first(Scope(connection.workspace_id, connection.realm_id, now)))


def finish_runs(connection: Connection, now: datetime) -> None:
    """Ends the runs of Sync Data. Only for when nothing is left to write that will go by itself, now or later."""
    Run.objects.filter(connection=connection, finished_at=None).update(finished_at=now)


def next_try(connection: Connection, now: datetime) -> datetime | None:
    """When something is to be done that nobody has to ask for: a write, or a reading of changes; None for never."""
    moments = (next_write(connection, now), watching.next_asked(connection.realm_id, now))
    return min((at for at in moments if at is not None), default=None)


def next_write(connection: Connection, now: datetime) -> datetime | None:
    """When a look-up or another try is to be made; None if there is nothing.

    A try whose time has come and that cannot go waits for something else: it is not waited for.
    """
    links = Link.objects.filter(workspace=connection.workspace_id, realm_id=connection.realm_id, removed_at=None)
    tries = (
        links.filter(retry_at__gt=now, open_request=None, held_revision=None)
        .order_by("retry_at")
        .values_list("retry_at", flat=True)
    )
    moments = (tries.first(), _next_look_up(connection, now))
    return min((at for at in moments if at is not None), default=None)


def _next_look_up(connection: Connection, now: datetime) -> datetime | None:
    """When the next look-up may be made: it is a read, and there may be none left this month."""
    due = next_look_up(connection.id)
    free_at = reads(now).free_at if due is not None else None
    return max(due, free_at) if due is not None and free_at is not None else due


def has_work(connection: Connection, now: datetime) -> bool:
    """Whether a record is due, an outcome may be looked up, or a dead owner left something to take over."""
    scope = Scope(connection.workspace_id, connection.realm_id, now)
    readable = anything_to_look_up(connection.id, now) and may_read(now)
    watched = watching.is_due(connection.realm_id, now)
    return readable or watched or left_behind(connection.id) or anything_due(scope)
