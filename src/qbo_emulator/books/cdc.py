"""Change data capture: what changed since a moment, with stubs of what was deleted (section 5.2).

The answer holds at most 1,000 objects in all and cannot be paged. A moment long past is answered, as recorded, although
30 days are documented; the choice `cdc_days` makes it a refusal.
"""

from __future__ import annotations

from itertools import islice

from qbo_emulator.books import faults, operations, unmodelled
from qbo_emulator.books.company import Company
from qbo_emulator.books.pacific import parse_moment, stamp
from qbo_emulator.books.profile import SINGLETONS
from qbo_emulator.books.table import Table
from qbo_emulator.books.wire import Obj

MOST = 1000  # F1.1-9
NOT_TRACKED = ("JournalCode", "TaxAgency", "TaxCode", "TaxRate", *SINGLETONS)  # F5.2-4
_DAY = 24 * 60 * 60


def changes(company: Company, entities: str, since: str) -> Obj:
    """What stands under CDCResponse[0]: one QueryResponse element per entity, in the order asked (F5.2-1).

    Faults 2060 (no moment), 4001 (an entity that is not tracked, or a moment too long past).
    """
    moment = _moment(company, since)
    tables = [company.tables[_entity(name.strip())] for name in entities.split(",")]
    left = MOST
    answers: list[Obj] = []
    for table in tables:
        found = [_object(table, row_id) for row_id in islice(table.changed_since(moment), left)]
        left -= len(found)
        answers.append({table.name: found, "startPosition": 1, "maxResults": len(found)} if found else {})
    return {"QueryResponse": answers}


def _moment(company: Company, since: str) -> int:
    """Seconds since 1970. A + that was not encoded has become a space, and is taken as what was meant."""
    try:
        moment = parse_moment(since.strip().replace(" ", "+"))
    except ValueError as error:
        raise faults.bad_format("2060", "changedSince", since) from error
    days = company.choices.cdc_days
    if days and moment < company.epoch() - days * _DAY:
        raise faults.senseless(f"changedSince lies more than {days} days back")
    return moment


def _entity(name: str) -> str:
    """The exact name; case does not matter, as recorded."""
    entity = operations.BY_PATH.get(name.lower())
    if name.lower() in (untracked.lower() for untracked in NOT_TRACKED):
        raise faults.senseless(f"{name} is not supported for change data capture")
    if entity is None:
        unmodelled.refuse_known(name)
        raise faults.senseless(f"invalid context declaration: {name}")
    return entity


def _object(table: Table, row_id: str) -> Obj:
    """The whole object, or id and time of a deleted one (F5.2-3)."""
    row = table.get(row_id)
    if row is not None:
        return row.data
    meta = {"LastUpdatedTime": stamp(table.deleted[row_id])}
    return {"domain": "QBO", "status": "Deleted", "Id": row_id, "MetaData": meta}
