"""How far a push is: what waits, what is under way, whether nothing is left that would go by itself. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from bluepro.proof.sides import one_moment
from bluepro.quickbooks.models import Change, Connection, ConnectionState, Link, Request, RequestItem, RequestState
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.company import has_work


@dataclass(frozen=True, slots=True)
class Moment:
    """One look. `waiting`: records with something to send; `under_way`: requests that are not settled.

    `finished`: nothing is left but what waits for a person. `requests` counts all so far; `stopped` says why the
    connection no longer sends ("" while it does); `sending` is the kind that was sent last.
    """

    waiting: int
    under_way: int
    finished: bool
    requests: int
    stopped: str = ""
    sending: Kind | None = None


def look(connection_id: int, now: datetime) -> Moment:
    """How the push stands now, as of one moment."""
    with one_moment():
        connection = Connection.objects.select_related("workspace").get(pk=connection_id)
        requests = Request.objects.filter(connection=connection)
        under_way = requests.exclude(state=RequestState.SETTLED).count()
        links = Link.objects.filter(workspace=connection.workspace_id, realm_id=connection.realm_id, removed_at=None)
        later = links.filter(retry_at__isnull=False, held_revision=None).exists()
        return Moment(
            waiting=Change.objects.filter(workspace=connection.workspace_id, dirty=True).count(),
            under_way=under_way,
            finished=not under_way and not later and not has_work(connection, now),
            requests=requests.count(),
            stopped=""
            if connection.state == ConnectionState.CONNECTED
            else connection.state_reason or connection.state,
            sending=_sent_last(connection),
        )


def _sent_last(connection: Connection) -> Kind | None:
    items = RequestItem.objects.filter(request__connection=connection)
    kind = items.order_by("-id").values_list("link__kind", flat=True).first()
    return Kind(kind) if kind else None


def open_since(connection_id: int, moment: datetime) -> int:
    """How many requests were committed since `moment` and are under way: sent or about to be, without an answer."""
    mine = Request.objects.filter(connection=connection_id, state=RequestState.OPEN, answered_at=None)
    return mine.filter(committed_at__gt=moment).count()
