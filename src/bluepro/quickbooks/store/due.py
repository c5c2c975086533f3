"""Which records are due: dirty (or with a stale link), not in flight, not waiting, and with all they refer to in place.

Only SQL and its rows. "In place" keeps the order: customers and items before invoices, invoices before payments,
payments' removals before their invoices'.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection as database

from bluepro.quickbooks.snapshot import Kind, LinkState, PushedLine

LINK_COLUMNS = (
    "id",
    "generation",
    "entity_id",
    "sync_token",
    "name",
    "wanted",
    "fingerprint",
    "pushed_revision",
    "attempts",
    "voided",
    "amount_only",
    "owned",
    "lines",
)

_LINKED = (
    "EXISTS (SELECT 1 FROM quickbooks_link r WHERE r.workspace_id = %(workspace)s AND r.realm_id = %(realm)s"
    " AND r.removed_at IS NULL AND r.entity_id IS NOT NULL AND r.kind = {kind} AND r.record_id = {record})"
)

_READY = {
    Kind.CONTACT: "true",
    Kind.SERVICE: "true",
    # A draft, a cancelled or a deleted invoice refers to nothing that must be there first; but what is deleted must
    # not be paid any more in QuickBooks.
    Kind.INVOICE: f"""
CASE (SELECT i.status FROM invoicing_invoice i WHERE i.id = c.record_id)
  WHEN 'issued' THEN
    {_LINKED.format(kind=1, record="(SELECT i.contact_id FROM invoicing_invoice i WHERE i.id = c.record_id)")}
    AND NOT EXISTS (
      SELECT 1 FROM invoicing_invoiceline line
       WHERE line.invoice_id = c.record_id AND line.service_id IS NOT NULL
         AND NOT {_LINKED.format(kind=2, record="line.service_id")})
  ELSE NOT EXISTS (
    SELECT 1 FROM quickbooks_link p
     WHERE p.workspace_id = %(workspace)s AND p.realm_id = %(realm)s AND p.kind = 4 AND p.removed_at IS NULL
       AND p.entity_id IS NOT NULL AND NOT p.voided AND p.refers_to @> ARRAY[c.record_id])
END
""",
    # A payment waits for its customer, and for each of its invoices to stand as billed.
    Kind.PAYMENT: f"""
NOT EXISTS (SELECT 1 FROM payments_payment p WHERE p.id = c.record_id
             AND NOT {_LINKED.format(kind=1, record="p.contact_id")})
AND NOT EXISTS (
  SELECT 1 FROM payments_allocation a
    LEFT JOIN quickbooks_link li ON li.workspace_id = %(workspace)s AND li.realm_id = %(realm)s
          AND li.kind = 3 AND li.record_id = a.invoice_id AND li.removed_at IS NULL
    LEFT JOIN quickbooks_change ci ON ci.workspace_id = %(workspace)s AND ci.kind = 3 AND ci.record_id = a.invoice_id
   WHERE a.payment_id = c.record_id
     AND (li.entity_id IS NULL OR li.open_request IS NOT NULL OR li.held_revision IS NOT NULL OR li.voided OR ci.dirty))
""",
}

_FREE = """
(l.id IS NULL OR (l.open_request IS NULL AND (l.retry_at IS NULL OR l.retry_at <= %(now)s)
                  AND l.held_revision IS DISTINCT FROM c.revision))
"""

_JOIN = """
quickbooks_link l ON l.workspace_id = c.workspace_id AND l.realm_id = %(realm)s AND l.kind = c.kind
 AND l.record_id = c.record_id AND l.removed_at IS NULL
"""

_DUE = """
SELECT c.record_id, c.revision, {columns}
  FROM quickbooks_change c LEFT JOIN {join}
 WHERE c.workspace_id = %(workspace)s AND c.kind = {kind} AND c.dirty AND {free} AND {ready}
UNION ALL
SELECT c.record_id, c.revision, {columns}
  FROM quickbooks_change c JOIN {join}
 WHERE l.workspace_id = %(workspace)s AND c.kind = {kind} AND l.stale AND NOT c.dirty AND {free} AND {ready}
 ORDER BY 1 LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """The company whose records are looked at, and the time."""

    workspace_id: int
    realm_id: str
    now: datetime

    def values(self) -> dict[str, Any]:  # Any: values of a query
        return {"workspace": self.workspace_id, "realm": self.realm_id, "now": self.now}


@dataclass(frozen=True, slots=True)
class DueRow:
    """A due record and its link, if it has one."""

    kind: Kind
    record_id: int
    revision: int
    link: LinkState | None


def due(scope: Scope, kind: Kind, limit: int) -> list[DueRow]:
    """The first `limit` due records of a kind, by record id. Needs an open transaction for a consistent picture."""
    columns = ", ".join(f"l.{column}" for column in LINK_COLUMNS)
    sql = _DUE.format(columns=columns, join=_JOIN, kind=int(kind), free=_FREE, ready=_READY[kind])
    with database.cursor() as cursor:
        cursor.execute(sql, {**scope.values(), "limit": limit})
        return [
            DueRow(kind, record_id, revision, link_state(kind, record_id, columns))
            for record_id, revision, *columns in cursor.fetchall()
        ]


def link_state(kind: Kind, record_id: int, columns: list[Any]) -> LinkState | None:
    """The link in a row of LINK_COLUMNS; None if there is none."""
    if columns[0] is None:
        return None
    values: dict[str, Any] = dict(zip(LINK_COLUMNS, columns, strict=True))
    values["entity_id"] = values["entity_id"] or ""
    values["owned"] = json.loads(str(values["owned"]))
    values["lines"] = tuple(PushedLine(**line) for line in json.loads(str(values["lines"])))
    return LinkState(kind=kind, record_id=record_id, **values)


def anything_due(scope: Scope) -> bool:
    """Whether the engine would find something to do now: for the sweep, and before a company is given back."""
    return any(due(scope, kind, 1) for kind in Kind)
