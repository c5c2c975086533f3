"""Change data capture: what changed since a moment, with stubs of what was deleted (section 5.2).

A moment long past is accepted, as recorded; the answer holds at most 1,000 objects and cannot be paged.
"""

from __future__ import annotations

from itertools import islice

from qbo_emulator.books import faults, operations
from qbo_emulator.books.company import Company
from qbo_emulator.books.pacific import parse_moment, stamp
from qbo_emulator.books.table import Table
from qbo_emulator.books.wire import Obj

MOST = 1000  # F1.1-9
_NOT_TRACKED = ("TaxAgency", "TaxCode", "TaxRate", *operations.SINGLETONS)  # F5.2-4


def _object(table: Table, row_id: str) -> Obj:
    """The whole object, or id and time of a deleted one (F5.2-3)."""
    row = table.get(row_id)
    if row is not None:
        return row.data
    meta = {"LastUpdatedTime": stamp(table.deleted[row_id])}
    return {"domain": "QBO", "status": "Deleted", "Id": row_id, "MetaData": meta}


def changes(company: Company, entities: str, since: str) -> Obj:
    """What stands under CDCResponse[0]: one QueryResponse element per entity, in the order asked (F5.2-1)."""
    try:
        moment = parse_moment(since.replace(" ", "+"))
    except ValueError as error:
        raise faults.bad_format("2060", "changedSince", since) from error
    left = MOST
    answers: list[Obj] = []
    for name in (part.strip() for part in entities.split(",")):
        entity = operations.BY_PATH.get(name.lower())
        if entity is None or entity in _NOT_TRACKED:
            raise faults.senseless(f"{name} is not supported for change data capture")
        table = company.tables[entity]
        found = [_object(table, row_id) for row_id in islice(table.changed_since(moment), left)]
        left -= len(found)
        answers.append({entity: found, "startPosition": 1, "maxResults": len(found)} if found else {})
    return {"QueryResponse": answers}
