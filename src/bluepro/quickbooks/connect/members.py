"""Records that wait together, for one answer about all of them: lets them be looked at again.

For when what they wait for may have gone: the books were opened, somebody pressed Push again.
"""

from datetime import date

from django.db import connection as database
from django.db import transaction

from bluepro.common.clock import Clock
from bluepro.quickbooks.connect.lifecycle import wake
from bluepro.quickbooks.models import Connection, ConnectionState
from bluepro.quickbooks.together import CLOSED_BOOKS
from bluepro.workspaces.roles import Actor
from bluepro.workspaces.services import set_books_locked_through

_RELEASE = """
UPDATE quickbooks_link AS link SET held_revision = NULL, retry_at = NULL, attempts = 0
  FROM quickbooks_problem AS member, quickbooks_connection AS connection
 WHERE connection.id = %(connection)s AND member.connection_id = connection.id AND member.cause = %(cause)s
   AND member.member AND member.closed_at IS NULL AND link.workspace_id = connection.workspace_id
   AND link.realm_id = connection.realm_id AND link.kind = member.kind AND link.record_id = member.record_id
   AND link.removed_at IS NULL
"""


def release_members(connection_id: int, cause: str) -> None:
    """The engine looks at them anew: what still may not go is held again. Part of the caller's transaction."""
    with database.cursor() as cursor:
        cursor.execute(_RELEASE, {"connection": connection_id, "cause": cause})


@transaction.atomic
def lock_books(actor: Actor, day: date | None, *, clock: Clock) -> None:
    """Locks the books through `day`, or opens them (None); what was held for closed books is looked at anew.

    Raises Refused for a day in the future, NotAllowed for roles that may not lock.
    """
    set_books_locked_through(actor, day, clock=clock)
    active = Connection.objects.filter(workspace_id=actor.workspace_id).exclude(state=ConnectionState.DISCONNECTED)
    for connection in active:
        release_members(connection.pk, CLOSED_BOOKS)
    wake(actor.workspace_id)
