"""The brake: how much may still change, within ten minutes, of the money that stands in QuickBooks already.

Counted only when something of that kind is due, and bounded whatever the size of the backlog.
"""

from datetime import datetime, timedelta

from bluepro.quickbooks.models import Connection
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import sql
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.together import BRAKE
from bluepro.quickbooks.work import RecordKey

SPAN = timedelta(minutes=10)
LOOKED_AT = 500  # changed records of each kind that are looked at for what stands in QuickBooks

# Texts move no money; what a person has let go counts no more.
_SENT = """
SELECT count(DISTINCT item.link_id)
  FROM quickbooks_request request
  JOIN quickbooks_requestitem item ON item.request_id = request.id AND item.operation <> 'create'
  JOIN quickbooks_link link ON link.id = item.link_id AND link.kind IN (3, 4)
 WHERE request.connection_id = %(connection)s AND request.committed_at > %(since)s
   AND NOT (item.operation = 'update' AND item.changed <@ '["CustomerMemo", "ShipAddr", "PaymentRefNum"]')
   AND (link.agreed ->> 'brake')::bigint IS DISTINCT FROM item.revision
"""

_WAITING = """
SELECT count(*)
  FROM (SELECT record_id, revision FROM quickbooks_change
         WHERE workspace_id = %(workspace)s AND kind = {kind} AND dirty ORDER BY record_id LIMIT %(most)s) change
  JOIN quickbooks_link link ON link.workspace_id = %(workspace)s AND link.realm_id = %(realm)s AND link.kind = {kind}
   AND link.record_id = change.record_id AND link.removed_at IS NULL AND link.entity_id IS NOT NULL
   AND link.open_request IS NULL AND link.held_revision IS DISTINCT FROM change.revision
   AND (link.agreed ->> 'brake')::bigint IS DISTINCT FROM change.revision
"""

_HELD = """
SELECT count(*) FILTER (WHERE member), count(*) FILTER (WHERE member AND opened_at > %(since)s),
       count(*) FILTER (WHERE NOT member)
  FROM quickbooks_problem WHERE connection_id = %(connection)s AND cause = %(cause)s AND closed_at IS NULL
"""

_MEMBERS = """
SELECT kind, record_id FROM quickbooks_problem
 WHERE connection_id = %(connection)s AND cause = %(cause)s AND member AND closed_at IS NULL
"""

_LET_GO = """
WITH few AS (
  UPDATE quickbooks_problem SET closed_at = %(now)s, close_reason = 'fixed'
   WHERE connection_id = %(connection)s AND cause = %(cause)s AND member AND closed_at IS NULL
  RETURNING kind, record_id)
UPDATE quickbooks_link AS link SET held_revision = NULL
  FROM few WHERE link.workspace_id = %(workspace)s AND link.realm_id = %(realm)s AND link.kind = few.kind
   AND link.record_id = few.record_id AND link.removed_at IS NULL
"""


def is_on(connection: Connection, scope: Scope) -> bool:
    """Whether more waits, or has gone within the last minutes, than goes without a question."""
    if connection.brake_after is None:
        return False
    waiting = sum(sql.rows(statement, {**scope.values(), "most": LOOKED_AT})[0][0] for statement in _BOTH_KINDS)
    _, lately, _ = _held(connection, scope.now)
    return bool(waiting + lately + _sent(connection, scope.now) > connection.brake_after)


def held(connection: Connection) -> frozenset[RecordKey]:
    """What the brake holds: it goes by a person's word alone, however little of it is left."""
    rows = sql.rows(_MEMBERS, {"connection": connection.pk, "cause": BRAKE})
    return frozenset((Kind(kind), record_id) for kind, record_id in rows)


_BOTH_KINDS = (_WAITING.format(kind=3), _WAITING.format(kind=4))


def let_few_go(connection: Connection, scope: Scope) -> bool:
    """Lets go what was held, if all of it was seen, nobody is asked yet and it is not much; whether it was."""
    if connection.brake_after is None:
        return False
    waiting, _, asked = _held(connection, scope.now)
    if asked or not waiting or waiting + _sent(connection, scope.now) > connection.brake_after:
        return False
    return bool(sql.execute(_LET_GO, {**scope.values(), "connection": connection.pk, "cause": BRAKE}))


def _held(connection: Connection, now: datetime) -> tuple[int, int, int]:
    """The records that it holds, those of the last minutes among them, and whether people are asked (1 or 0)."""
    values = {"connection": connection.pk, "cause": BRAKE, "since": now - SPAN}
    ((waiting, lately, asked),) = sql.rows(_HELD, values)
    return waiting, lately, asked


def _sent(connection: Connection, now: datetime) -> int:
    return int(sql.rows(_SENT, {"connection": connection.pk, "since": now - SPAN})[0][0])
