"""Who has, or had, an entity: asked before one is adopted (one entity, at most one record) or another one is made."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from bluepro.quickbooks.models import Link
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import sql
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.work import RecordKey


def owners(realm_id: str, entities: Iterable[tuple[Kind, str]]) -> dict[tuple[Kind, str], int]:
    """The record of each of `entities` (kind and id there) that has one; former generations count too."""
    ids: dict[Kind, list[str]] = defaultdict(list)
    for kind, entity_id in entities:
        ids[kind].append(entity_id)
    return {
        (kind, str(entity_id)): record_id
        for kind in ids
        for entity_id, record_id in Link.objects.filter(
            realm_id=realm_id, kind=int(kind), entity_id__in=ids[kind]
        ).values_list("entity_id", "record_id")
    }


_PAYMENTS = """
  FROM unnest(%(ids)s::text[]) AS seen (entity_id)
  JOIN quickbooks_link payment ON payment.realm_id = %(realm)s AND payment.kind = 4
   AND payment.entity_id = seen.entity_id AND payment.removed_at IS NULL
"""
_ALLOCATED = f"""
SELECT payment.entity_id, invoice.entity_id, allocation.amount
{_PAYMENTS}
  JOIN quickbooks_change change ON change.workspace_id = payment.workspace_id AND change.kind = 4
   AND change.record_id = payment.record_id
  LEFT JOIN payments_allocation allocation ON allocation.payment_id = payment.record_id
  LEFT JOIN quickbooks_link invoice ON invoice.workspace_id = payment.workspace_id AND invoice.realm_id = %(realm)s
   AND invoice.kind = 3 AND invoice.record_id = allocation.invoice_id AND invoice.removed_at IS NULL
 WHERE (change.dirty OR payment.stale) AND NOT payment.agreed ? 'left' AND NOT payment.accepted ? 'Line'
"""


def allocated_here(realm_id: str, entities: Iterable[tuple[Kind, str]]) -> dict[str, dict[str, Decimal]]:
    """What each payment among `entities` (kind and id there) that is to be sent or removed pays here, by invoice.

    Nothing, if it was deleted. What a person left as it is in QuickBooks is not told of.
    """
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for payment, invoice, amount in _of_payments(_ALLOCATED, realm_id, entities):
        found[payment] |= {invoice: amount} if invoice else {}
    return found


_WRITES = f"""
SELECT payment.entity_id, invoice.entity_id, item.done_there_at
{_PAYMENTS}
  JOIN quickbooks_link invoice ON invoice.workspace_id = payment.workspace_id AND invoice.realm_id = %(realm)s
   AND invoice.kind = 3 AND invoice.record_id = ANY(payment.refers_to) AND invoice.removed_at IS NULL
  JOIN quickbooks_requestitem item ON item.link_id = invoice.id AND item.operation <> 'create'
   AND (item.done_there_at IS NOT NULL OR NOT item.settled)
"""


def writes_of_invoices(
    realm_id: str, entities: Iterable[tuple[Kind, str]]
) -> dict[str, dict[str, list[datetime | None]]]:
    """When we wrote to the invoices that each payment among `entities` pays, by its id and theirs.

    By QuickBooks' clock; None for a write whose outcome is open.
    """
    found: dict[str, dict[str, list[datetime | None]]] = defaultdict(lambda: defaultdict(list))
    for payment, invoice, at in _of_payments(_WRITES, realm_id, entities):
        found[payment][invoice].append(at)
    return found


def _of_payments(
    query: str, realm_id: str, entities: Iterable[tuple[Kind, str]]
) -> list[tuple[Any, ...]]:  # Any: columns of many types
    payments = [entity_id for kind, entity_id in entities if kind is Kind.PAYMENT]
    return sql.rows(query, {"realm": realm_id, "ids": payments}) if payments else []


_GENERATIONS = """
SELECT link.kind, link.record_id, max(link.generation)
  FROM unnest(%(kinds)s::smallint[], %(records)s::bigint[]) AS wanted (kind, record_id)
  JOIN quickbooks_link link ON link.workspace_id = %(workspace)s AND link.realm_id = %(realm)s
   AND link.kind = wanted.kind AND link.record_id = wanted.record_id
 GROUP BY link.kind, link.record_id
"""
_ENTITIES = """
SELECT record_id, entity_id FROM quickbooks_link
 WHERE workspace_id = %(workspace)s AND realm_id = %(realm)s AND kind = %(kind)s AND record_id = ANY(%(ids)s::bigint[])
   AND removed_at IS NULL AND COALESCE(entity_id, '') <> ''
"""
_LEFT_OUT = """
SELECT record_id FROM quickbooks_link
 WHERE workspace_id = %(workspace)s AND realm_id = %(realm)s AND kind = 3 AND record_id = ANY(%(ids)s::bigint[])
   AND removed_at IS NULL AND agreed->>'left' IS NOT NULL
"""


def left_out(scope: Scope, invoices: Collection[int]) -> frozenset[int]:
    """Those of the invoices that a person left void in QuickBooks, or out of it."""
    found = sql.rows(_LEFT_OUT, {**scope.values(), "ids": sql.array(invoices)}) if invoices else []
    return frozenset(record_id for (record_id,) in found)


def generations(scope: Scope, keys: Sequence[RecordKey]) -> dict[RecordKey, int]:
    """The highest generation of each of `keys` that ever had a link in the realm: the next entity is one more."""
    if not keys:
        return {}
    kinds, records = sql.array([int(kind) for kind, _ in keys]), sql.array([record_id for _, record_id in keys])
    found = sql.rows(_GENERATIONS, {**scope.values(), "kinds": kinds, "records": records})
    return {(Kind(kind), record_id): highest for kind, record_id, highest in found}


def entity_ids(scope: Scope, kind: Kind, ids: Collection[int]) -> dict[int, str]:
    """The entities that these records have now."""
    found = sql.rows(_ENTITIES, {**scope.values(), "kind": int(kind), "ids": sql.array(ids)}) if ids else []
    return dict(found)
