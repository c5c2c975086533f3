"""Clears `dirty` where the record is still at the revision that was pushed: after a push in a transaction of its own.

`SKIP LOCKED`, so that people's saves and the engine never wait for each other. A row that could not be cleared, or has
moved on, stays dirty and is looked at again, which costs nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection as database
from django.db import transaction

from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.due import Scope

_CLEAR = """
UPDATE quickbooks_change AS change SET dirty = false
  FROM (SELECT c.kind, c.record_id
          FROM quickbooks_change c
          JOIN unnest(%(kinds)s::smallint[], %(records)s::bigint[], %(revisions)s::bigint[])
            AS seen (kind, record_id, revision)
            ON c.kind = seen.kind AND c.record_id = seen.record_id AND c.revision = seen.revision
         WHERE c.workspace_id = %(workspace)s AND c.dirty
           FOR UPDATE OF c SKIP LOCKED) AS still
 WHERE change.workspace_id = %(workspace)s AND change.kind = still.kind AND change.record_id = still.record_id
"""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A record, and the revision of it that QuickBooks has."""

    kind: Kind
    record_id: int
    revision: int


def acknowledge(scope: Scope, done: Sequence[Acknowledged]) -> int:
    """Clears what is still at the acknowledged revision; answers how many that were."""
    if not done:
        return 0
    with transaction.atomic(durable=True):
        return clear(scope, done)


def clear(scope: Scope, done: Sequence[Acknowledged]) -> int:
    """The same as a part of the caller's transaction: for an answer, which says at once that nothing is to be sent."""
    values: dict[str, Any] = {
        "workspace": scope.workspace_id,
        "kinds": [int(one.kind) for one in done],
        "records": [one.record_id for one in done],
        "revisions": [one.revision for one in done],
    }
    with database.cursor() as cursor:
        cursor.execute(_CLEAR, values)
        return int(cursor.rowcount)
