"""What goes before a backlog: what a person has just edited, and what that must wait for. Inside the snapshot
transaction."""

from collections.abc import Iterable

from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import sql
from bluepro.quickbooks.store.due import FREE, NOT_LINKED, Scope
from bluepro.quickbooks.work import RecordKey

MOST = 100  # edits looked at; so many are a backlog themselves

_EDITED = f"""
SELECT c.kind, c.record_id
  FROM quickbooks_change c
  LEFT JOIN quickbooks_link l ON l.workspace_id = %(workspace)s AND l.realm_id = %(realm)s AND l.kind = c.kind
        AND l.record_id = c.record_id AND l.removed_at IS NULL
 WHERE c.workspace_id = %(workspace)s AND c.dirty AND c.fresh AND {FREE}
 ORDER BY c.kind, c.record_id LIMIT {MOST}
"""

# A customer or an item holds up only what refers to it before it is there; an invoice holds up its payments whenever it
# has changed.
_NEEDED = f"""
WITH edited (kind, id) AS (SELECT * FROM unnest(%(kinds)s::smallint[], %(records)s::bigint[])),
invoices (id) AS (
    SELECT id FROM edited WHERE kind = 3
     UNION SELECT a.invoice_id FROM payments_allocation a JOIN edited ON edited.kind = 4 AND edited.id = a.payment_id),
needed (kind, id) AS (
    SELECT 3, id FROM invoices
     UNION SELECT 1, i.contact_id FROM invoicing_invoice i JOIN invoices USING (id)
     UNION SELECT 1, p.contact_id FROM payments_payment p JOIN edited ON edited.kind = 4 AND edited.id = p.id
     UNION SELECT 2, line.service_id FROM invoicing_invoiceline line JOIN invoices ON invoices.id = line.invoice_id)
SELECT needed.kind, needed.id
  FROM needed
  JOIN quickbooks_change c ON c.workspace_id = %(workspace)s AND c.kind = needed.kind AND c.record_id = needed.id
       AND c.dirty
 WHERE needed.kind = 3 OR {NOT_LINKED.format(kind="needed.kind", record="needed.id")}
"""


def fresh_first(scope: Scope) -> frozenset[RecordKey]:
    """Records edited by a person that could be sent, were it only for what they wait for; and what that is."""
    edited = _keys(sql.rows(_EDITED, scope.values()))
    return edited | _needed(scope, [key for key in edited if key[0] in (Kind.INVOICE, Kind.PAYMENT)])


def _needed(scope: Scope, sales: list[RecordKey]) -> frozenset[RecordKey]:
    if not sales:
        return frozenset()
    kinds, records = sql.array([int(kind) for kind, _ in sales]), sql.array([record_id for _, record_id in sales])
    return _keys(sql.rows(_NEEDED, {**scope.values(), "kinds": kinds, "records": records}))


def _keys(rows: Iterable[tuple[int, int]]) -> frozenset[RecordKey]:
    return frozenset((Kind(kind), record_id) for kind, record_id in rows)
