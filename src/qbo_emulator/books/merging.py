"""Merging two customers or two items, as a person does it in QuickBooks: one id disappears, its transactions move to
the other (F7.1-24). The API has no such call.

Not documented, so our own choice: the moved transactions keep their SyncTokens and times, an entry with entries below
it is not merged away, and items must be of one type.
"""

from __future__ import annotations

from qbo_emulator.books import balances, faults, names, references, trees
from qbo_emulator.books.company import TRANSACTIONS, Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj, fold, ref_value

MERGEABLE = ("Customer", "Item")
_SALES = "SalesItemLineDetail"


def merge(company: Company, table: str, gone_id: str, kept_id: str) -> Row:
    """Merge one entry into another; answers the one that stays.

    Fault 610 for what is not there, 6000 for what cannot be merged; nothing has changed then.
    """
    gone, kept = company.row(table, gone_id), company.row(table, kept_id)
    _check(company, table, gone, kept)
    ref = {"value": kept.id, "name": references.display_name(kept)}
    if table == "Customer":
        _move_customer(company, gone, ref)
    else:
        _move_item(company, gone, ref)
    _end(company, table, gone, kept)
    return kept


def _check(company: Company, table: str, gone: Row, kept: Row) -> None:
    if gone is kept:
        raise faults.business("An entry cannot be merged into itself.")
    if not (gone.data["Active"] and kept.data["Active"]):
        raise faults.business("Only active entries can be merged.")
    if company.tables[table].find("ParentRef", [fold(gone.id)]):
        raise faults.business("An entry with entries below it cannot be merged into another.")
    if gone.data.get("Type") != kept.data.get("Type"):
        raise faults.business("Items of different types cannot be merged.")
    if gone.data.get("Type") == "Inventory":
        raise faults.not_modelled("Merging inventory items")


def _move_customer(company: Company, gone: Row, ref: Obj) -> None:
    """Transactions with what they come to in the balances."""
    for table in TRANSACTIONS:
        if not company.tables[table].indexed("CustomerRef"):
            continue
        for row in company.tables[table].find("CustomerRef", [fold(gone.id)]):
            balances.post_change(company, table, row.data, {**row.data, "CustomerRef": ref})
            company.rewrite(table, row, CustomerRef=ref)


def _move_item(company: Company, gone: Row, ref: Obj) -> None:
    """Lines; what they were posted to stays as it was."""
    for table in TRANSACTIONS:
        for row in company.tables[table].rows.values():
            lines = row.data.get("Line", [])
            moved = [_with_item(line, gone.id, ref) for line in lines]
            if moved != lines:
                company.rewrite(table, row, Line=moved)


def _with_item(line: Obj, gone_id: str, ref: Obj) -> Obj:
    detail = line.get(_SALES)
    if not detail or ref_value(detail.get("ItemRef")) != gone_id:
        return line
    return {**line, _SALES: {**detail, "ItemRef": ref}}


def _end(company: Company, table: str, gone: Row, kept: Row) -> None:
    """What becomes of the id that disappears: nothing is left, or it stays behind as inactive."""
    full = str(gone.data["FullyQualifiedName"])
    if company.choices.merged_entry == "gone":
        company.remove(table, gone, merged_into=kept.id)
        names.release(company, table, gone, full)
        return
    draft = {**gone.data, "Active": False}
    names.follow_activity(company, table, draft, gone)
    after = trees.place(table, draft, trees.parent_of(company, table, draft, gone))
    company.change(table, gone, draft, "Merge", merged_into=kept.id)
    names.claim(company, table, gone, after, full)
