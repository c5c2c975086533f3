"""Says beforehand, in people's words, what an action here will do in QuickBooks. Reads the links; sends nothing."""

from bluepro.quickbooks.models import Connection, ConnectionState, Link
from bluepro.quickbooks.snapshot import Kind


def is_connected(workspace_id: int) -> bool:
    """Whether the workspace is connected to a QuickBooks company."""
    return Connection.objects.filter(workspace_id=workspace_id).exclude(state=ConnectionState.DISCONNECTED).exists()


def _connection(workspace_id: int, kind: Kind, record_id: int) -> Connection | None:
    linked = Link.objects.filter(
        workspace_id=workspace_id, kind=int(kind), record_id=record_id, removed_at=None, entity_id__isnull=False
    )
    connected = Connection.objects.filter(workspace_id=workspace_id).exclude(state=ConnectionState.DISCONNECTED)
    return connected.filter(realm_id__in=linked.values("realm_id")).first()


def said_of(workspace_id: int, kind: Kind, record_id: int, effect: str) -> str:
    """`effect` ("The invoice is voided in QuickBooks too.") if the record is there, with when that happens; else that
    it is not.

    "" where the workspace is not connected to QuickBooks.
    """
    connection = _connection(workspace_id, kind, record_id)
    if connection is None:
        return "It is not in QuickBooks, so nothing changes there." if is_connected(workspace_id) else ""
    return f"{effect}{_when(connection)}"


def _when(connection: Connection) -> str:
    if connection.state == ConnectionState.CONNECTED and connection.enabled:
        return ""
    return " Sending to QuickBooks is paused at the moment, so this happens there once it goes on."
