"""Which records are due: dirty (or with a stale link), not in flight, not waiting, and with all they refer to in place.

Only SQL and its rows. "In place" keeps the order: customers and items before invoices, invoices before payments,
payments' removals before their invoices'.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from bluepro.quickbooks.snapshot import NOTHING_AGREED, Agreed, Kind, LinkState, PushedLine
from bluepro.quickbooks.store import sql

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
    "asked_token",
    "voided",
    "amount_only",
    "owned",
    "accepted",
    "lines",
    "agreed",
)

# Conditions are CASEs and scalar subqueries with a LIMIT: these are asked row by row, in the order of the index, until
# enough rows are found. As EXISTS or joins they would become joins or hashes over everything that waits, whose cost
# grows with it; above all right after an import, while the database has no statistics yet. COALESCE keeps it from
# searching by the index of entities then, which leads to all records of a kind.
LINKED = """
(SELECT true FROM quickbooks_link r
  WHERE r.workspace_id = %(workspace)s AND r.realm_id = %(realm)s AND r.kind = {kind} AND r.record_id = {record}
    AND r.removed_at IS NULL AND COALESCE(r.entity_id, '') <> '' LIMIT 1) IS NOT NULL
"""
NOT_LINKED = LINKED.replace("IS NOT NULL", "IS NULL")

# Whether the invoice is dated before the day from which records are sent: it is never made by itself.
_OLDER = (
    "(SELECT i.issue_date < k.start_date FROM invoicing_invoice i, quickbooks_connection k WHERE i.id = {invoice}"
    " AND k.workspace_id = %(workspace)s AND k.realm_id = %(realm)s ORDER BY k.id DESC LIMIT 1)"
)

# Whether a change of the invoice is held just because its books are closed: it stands there, and may be paid.
_IN_CLOSED_BOOKS = """
(SELECT (SELECT ci.revision FROM quickbooks_change ci
          WHERE ci.workspace_id = %(workspace)s AND ci.kind = 3 AND ci.record_id = a.invoice_id) = li.held_revision
        AND li.held_for = 'closed_books'
   FROM quickbooks_link li
  WHERE li.workspace_id = %(workspace)s AND li.realm_id = %(realm)s AND li.kind = 3 AND li.record_id = a.invoice_id
    AND li.removed_at IS NULL AND li.entity_id IS NOT NULL AND li.open_request IS NULL AND NOT li.voided LIMIT 1)
"""

# Whether a person left the invoice void in QuickBooks, or out of it: then a person hears of the payment.
_LEFT_OUT = """
(SELECT li.agreed->>'left' IS NOT NULL FROM quickbooks_link li
  WHERE li.workspace_id = %(workspace)s AND li.realm_id = %(realm)s AND li.kind = 3 AND li.record_id = a.invoice_id
    AND li.removed_at IS NULL AND li.open_request IS NULL LIMIT 1)
"""

_READY = {
    Kind.CONTACT: "true",
    Kind.SERVICE: "true",
    # A draft, a cancelled or a deleted invoice refers to nothing that must be there first; but what is deleted must
    # not be paid any more in QuickBooks.
    Kind.INVOICE: f"""
CASE (SELECT i.status FROM invoicing_invoice i WHERE i.id = c.record_id)
  WHEN 'issued' THEN
    {LINKED.format(kind=1, record="(SELECT i.contact_id FROM invoicing_invoice i WHERE i.id = c.record_id)")}
    AND (
      SELECT true FROM invoicing_invoiceline line
       WHERE line.invoice_id = c.record_id AND line.service_id IS NOT NULL
         AND {NOT_LINKED.format(kind=2, record="line.service_id")} LIMIT 1) IS NULL
  ELSE (
    SELECT true FROM quickbooks_link p
     WHERE p.workspace_id = %(workspace)s AND p.realm_id = %(realm)s AND p.kind = 4 AND p.removed_at IS NULL
       AND (p.entity_id IS NOT NULL OR p.open_request IS NOT NULL) AND NOT p.voided
       AND p.refers_to @> ARRAY[c.record_id] LIMIT 1) IS NULL
END
""",
    # A payment waits for its customer, and for each of its invoices to stand as billed; not for one that never goes,
    # nor for what closed books keep as it is.
    Kind.PAYMENT: f"""
CASE
  WHEN (SELECT {NOT_LINKED.format(kind=1, record="p.contact_id")} FROM payments_payment p WHERE p.id = c.record_id)
  THEN false
  ELSE (
    SELECT true FROM payments_allocation a
     WHERE a.payment_id = c.record_id
       AND (COALESCE((
              SELECT (li.entity_id IS NOT NULL
                      OR NOT li.agreed ? 'send_old' AND {_OLDER.format(invoice="a.invoice_id")})
                     AND li.open_request IS NULL AND li.held_revision IS NULL AND NOT li.voided
                FROM quickbooks_link li
               WHERE li.workspace_id = %(workspace)s AND li.realm_id = %(realm)s AND li.kind = 3
                 AND li.record_id = a.invoice_id AND li.removed_at IS NULL LIMIT 1),
              {_OLDER.format(invoice="a.invoice_id")}) IS NOT TRUE
            OR (SELECT ci.dirty FROM quickbooks_change ci
                 WHERE ci.workspace_id = %(workspace)s AND ci.kind = 3 AND ci.record_id = a.invoice_id))
       AND {_IN_CLOSED_BOOKS} IS NOT TRUE AND {_LEFT_OUT} IS NOT TRUE
     LIMIT 1) IS NULL
END
""",
}

FREE = """
(l.id IS NULL OR (l.open_request IS NULL AND (l.retry_at IS NULL OR l.retry_at <= %(now)s)
                  AND l.held_revision IS DISTINCT FROM c.revision))
"""


def _of_each_kind(template: str) -> dict[Kind, str]:
    names = ", ".join(f"l.{column}" for column in LINK_COLUMNS)
    return {kind: template.format(columns=names, kind=int(kind), free=FREE, ready=_READY[kind]) for kind in Kind}


_CHANGED = """
SELECT asked.kind, next.record_id
  FROM unnest(%(kinds)s::smallint[], %(after)s::bigint[]) AS asked (kind, after)
 CROSS JOIN LATERAL (
       SELECT record_id FROM quickbooks_change
        WHERE workspace_id = %(workspace)s AND kind = asked.kind AND dirty AND record_id > asked.after
        ORDER BY record_id LIMIT %(window)s) next
 ORDER BY asked.kind, next.record_id
"""

_DIRTY = _of_each_kind("""
SELECT c.record_id, c.revision, {columns}
  FROM (SELECT record_id, revision FROM quickbooks_change
         WHERE workspace_id = %(workspace)s AND kind = {kind} AND dirty AND record_id = ANY(%(among)s::bigint[])
         ORDER BY record_id) c
  LEFT JOIN LATERAL (
       SELECT * FROM quickbooks_link own
        WHERE own.workspace_id = %(workspace)s AND own.realm_id = %(realm)s AND own.kind = {kind}
          AND own.record_id = c.record_id AND own.removed_at IS NULL LIMIT 1) l ON true
 WHERE {free} AND {ready}
 ORDER BY c.record_id LIMIT %(limit)s
""")

_STALE_KINDS = """
SELECT DISTINCT kind FROM quickbooks_link
 WHERE workspace_id = %(workspace)s AND realm_id = %(realm)s AND stale AND removed_at IS NULL
"""

_STALE = _of_each_kind("""
SELECT c.record_id, c.revision, {columns}
  FROM quickbooks_link l
  JOIN quickbooks_change c ON c.workspace_id = %(workspace)s AND c.kind = {kind} AND c.record_id = l.record_id
 WHERE l.workspace_id = %(workspace)s AND l.realm_id = %(realm)s AND l.kind = {kind} AND l.removed_at IS NULL
   AND l.stale AND NOT c.dirty AND {free} AND c.record_id <> ALL(%(besides)s::bigint[]) AND {ready}
 ORDER BY c.record_id LIMIT %(limit)s
""")


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


def changed(scope: Scope, after: Mapping[Kind, int], window: int) -> dict[Kind, list[int]]:
    """The ids of the first `window` changed records of each kind after the one given, due or not, in order."""
    asked = {"kinds": sql.array([int(kind) for kind in after]), "after": sql.array(after.values())}
    found: dict[Kind, list[int]] = {kind: [] for kind in after}
    for kind, record_id in sql.rows(_CHANGED, {**scope.values(), **asked, "window": window}):
        found[Kind(kind)].append(record_id)
    return found


def due_among(scope: Scope, kind: Kind, ids: Collection[int], limit: int, besides: Collection[int]) -> list[DueRow]:
    """The first `limit` due records among `ids` that have changed, by record id; those of `besides` are left out.

    Needs an open transaction for a consistent picture, as all here do.
    """
    among = set(ids).difference(besides)
    return _rows(_DIRTY, scope, kind, {"limit": limit, "among": sql.array(among)}) if among else []


def stale_kinds(scope: Scope) -> frozenset[Kind]:
    """The kinds that have stale links, due or not: nearly always none."""
    return frozenset(Kind(kind) for (kind,) in sql.rows(_STALE_KINDS, scope.values()))


def due_stale(scope: Scope, kind: Kind, limit: int, besides: Collection[int]) -> list[DueRow]:
    """The first `limit` due records that have not changed, but whose link is stale."""
    return _rows(_STALE, scope, kind, {"limit": limit, "besides": sql.array(besides)})


_LINKED = """
SELECT l.kind, l.record_id, COALESCE(c.revision, 0), {columns}
  FROM unnest(%(kinds)s::smallint[], %(records)s::bigint[]) AS wanted (kind, record_id)
  JOIN quickbooks_link l ON l.workspace_id = %(workspace)s AND l.realm_id = %(realm)s AND l.kind = wanted.kind
   AND l.record_id = wanted.record_id AND l.removed_at IS NULL
  LEFT JOIN quickbooks_change c
    ON c.workspace_id = l.workspace_id AND c.kind = l.kind AND c.record_id = l.record_id
"""


def linked_rows(scope: Scope, keys: Sequence[tuple[Kind, int]]) -> list[DueRow]:
    """These records with their live links, due or not."""
    kinds, records = sql.array([int(kind) for kind, _ in keys]), sql.array([record_id for _, record_id in keys])
    columns = ", ".join(f"l.{column}" for column in LINK_COLUMNS)
    found = sql.rows(_LINKED.format(columns=columns), {**scope.values(), "kinds": kinds, "records": records})
    return [
        DueRow(Kind(kind), record_id, revision, link_state(Kind(kind), record_id, rest))
        for kind, record_id, revision, *rest in found
    ]


def _rows(template: dict[Kind, str], scope: Scope, kind: Kind, values: dict[str, Any]) -> list[DueRow]:
    return [
        DueRow(kind, record_id, revision, link_state(kind, record_id, columns))
        for record_id, revision, *columns in sql.rows(template[kind], {**scope.values(), **values})
    ]


def link_state(kind: Kind, record_id: int, columns: list[Any]) -> LinkState | None:
    """The link in a row of LINK_COLUMNS; None if there is none."""
    if columns[0] is None:
        return None
    values: dict[str, Any] = dict(zip(LINK_COLUMNS, columns, strict=True))
    values["entity_id"] = values["entity_id"] or ""
    values["owned"] = json.loads(str(values["owned"]))
    values["accepted"] = json.loads(str(values["accepted"]))
    values["lines"] = tuple(PushedLine(**line) for line in json.loads(str(values["lines"])))
    values["agreed"] = agreed(json.loads(str(values["agreed"])))
    return LinkState(kind=kind, record_id=record_id, **values)


def agreed(stored: dict[str, Any]) -> Agreed:
    """What a person agreed to, as stored with the link (`Link.agreed`)."""
    return msgspec.convert(stored, Agreed) if stored else NOTHING_AGREED
