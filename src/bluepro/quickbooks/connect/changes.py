"""Marks records as changed though nobody changed them: for a company that has seen none of them, or to fill gaps.

Triggers mark all real changes. Locked rows are passed over first and taken in a second pass, so that a person's save is
not waited for in the middle of many locks.
"""

from django.db import connection as database
from django.db import transaction

from bluepro.quickbooks.snapshot import Kind

_TABLES = {
    Kind.CONTACT: "contacts_contact",
    Kind.SERVICE: "catalogue_service",
    Kind.INVOICE: "invoicing_invoice",
    Kind.PAYMENT: "payments_payment",
}

_MISSING = """
INSERT INTO quickbooks_change (workspace_id, kind, record_id, revision, dirty)
SELECT record.workspace_id, %(kind)s, record.id, 1, true
  FROM {table} AS record
 WHERE record.workspace_id = %(workspace)s
   AND NOT EXISTS (SELECT 1 FROM quickbooks_change AS known
                    WHERE known.workspace_id = record.workspace_id AND known.kind = %(kind)s
                      AND known.record_id = record.id)
 ORDER BY record.id
    ON CONFLICT (workspace_id, kind, record_id) DO NOTHING
"""

_CLEAN = """
WITH found AS (
    SELECT workspace_id, kind, record_id FROM quickbooks_change
     WHERE workspace_id = %(workspace)s AND kind = %(kind)s AND NOT dirty
     ORDER BY record_id FOR NO KEY UPDATE {locked}
)
UPDATE quickbooks_change AS change SET dirty = true
  FROM found
 WHERE change.workspace_id = found.workspace_id AND change.kind = found.kind AND change.record_id = found.record_id
"""


_BACKLOG = """
WITH found AS (
    SELECT workspace_id, kind, record_id FROM quickbooks_change
     WHERE workspace_id = %(workspace)s AND dirty AND fresh ORDER BY kind, record_id FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE quickbooks_change AS change SET fresh = false
  FROM found
 WHERE change.workspace_id = found.workspace_id AND change.kind = found.kind AND change.record_id = found.record_id
"""


def make_backlog(workspace_id: int) -> None:
    """What has been edited up to now is a backlog like all else that waits: for when sending begins, or goes on after
    a pause. What a person is just saving is passed over. Needs an open transaction."""
    with database.cursor() as cursor:
        cursor.execute(_BACKLOG, {"workspace": workspace_id})


def mark_missing(workspace_id: int) -> int:
    """Marks the records that have no Change row (triggers were off, or a restore left gaps); answers how many."""
    return sum(_execute(_MISSING.format(table=table), workspace_id, kind) for kind, table in _TABLES.items())


def mark_everything(workspace_id: int) -> int:
    """Marks all records of a workspace, also those that are gone, as changed; answers how many were not marked before.

    Each kind in transactions of its own: call it while no connection of the workspace is active, before making one.
    """
    marked = mark_missing(workspace_id)
    for kind in Kind:
        marked += _execute(_CLEAN.format(locked="SKIP LOCKED"), workspace_id, kind)
        marked += _execute(_CLEAN.format(locked=""), workspace_id, kind)
    return marked


@transaction.atomic
def _execute(sql: str, workspace_id: int, kind: Kind) -> int:
    with database.cursor() as cursor:
        cursor.execute(sql, {"workspace": workspace_id, "kind": int(kind)})
        return int(cursor.rowcount)
