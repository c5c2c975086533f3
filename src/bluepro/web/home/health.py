"""How the sync with QuickBooks is, in one sentence, and where to act. Reads the bridge's tables; asks nobody else."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from bluepro.quickbooks.models import Change, Connection, ConnectionState, Link, Problem
from bluepro.quickbooks.queries import active_or_none
from bluepro.workspaces.roles import Action

SET_UP = Action.CONFIGURE_SYNC
MOST = 10_000  # nobody reads past it, and counting on is what makes a page slow


@dataclass(frozen=True, slots=True)
class Health:
    """`tone` is a badge's: good, info, warn, bad or neutral; `word` says the same as the tone.

    `action` is what to do about it, for those who may do what it `needs`, on the page with the name `view`.
    """

    tone: str
    word: str
    sentence: str
    action: str
    needs: Action
    connected: bool = True
    view: str = "quickbooks"


def health(workspace_id: int) -> Health:
    """The state of the workspace's sync (at most three queries)."""
    connection = active_or_none(workspace_id)
    if connection is None:
        return Health("neutral", "Not connected", "QuickBooks is not connected.", "Connect QuickBooks", SET_UP, False)
    if connection.state == ConnectionState.LOST:
        sentence = "The connection to QuickBooks was lost. Nothing is sent until it is connected again."
        return Health("bad", "Lost", sentence, "Connect again", SET_UP)
    if not connection.enabled or connection.synced_since is None:
        sentence = f"Connected to {connection.company_name}, but nothing is sent yet."
        return Health("warn", "Not finished", sentence, "Finish setting up", SET_UP)
    return _running(connection)


def _running(connection: Connection) -> Health:
    waiting = _waiting(connection)
    if connection.state == ConnectionState.PAUSED:
        return Health("warn", "Paused", f"Sending is paused. {_counted(waiting, 'change')} waiting.", "Resume", SET_UP)
    problems = (
        Problem.objects.filter(connection=connection, closed_at=None, member=False).order_by()[: MOST + 1].count()
    )
    if problems:
        need = "needs you" if problems == 1 else "need you"
        rest = f" {_counted(waiting, 'change')} waiting." if waiting else " Everything else is in QuickBooks."
        return Health(
            "warn",
            "Needs you",
            f"{_counted(problems, 'problem')} {need}.{rest}",
            "See what to do",
            Action.SEE,
            view="quickbooks_problems",
        )
    if waiting:
        return Health(
            "info", "Sending", f"{_counted(waiting, 'change')} waiting to be sent.", "See progress", Action.SEE
        )
    return Health(
        "good", "In QuickBooks", f"Everything is in QuickBooks ({connection.company_name}).", "See details", Action.SEE
    )


def _waiting(connection: Connection) -> int:
    """Changed records that go by themselves; those that wait for a person are problems."""
    held = Link.objects.filter(
        workspace=OuterRef("workspace"),
        realm_id=connection.realm_id,
        kind=OuterRef("kind"),
        record_id=OuterRef("record_id"),
        removed_at=None,
        held_revision=OuterRef("revision"),
    )
    changes = Change.objects.filter(~Exists(held), workspace=connection.workspace_id, dirty=True)
    return changes.order_by()[: MOST + 1].count()


def _counted(count: int, noun: str) -> str:
    shown = f"{MOST:,}+" if count > MOST else f"{count:,}" if count else "No"
    return f"{shown} {noun}" if count == 1 else f"{shown} {noun}s"
