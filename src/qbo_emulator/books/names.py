"""The rules that all lists of names share: uniqueness, hierarchy, the suffix of an inactive one.

Customers, vendors and employees share one space of names, keyed by FullyQualifiedName (F7.1-20, F7.1-21); items,
accounts and the small lists each have their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from qbo_emulator.books import faults
from qbo_emulator.books.company import NAME_LISTS, Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj, fold, ref_value

DELETED = " (deleted)"  # F7.1-22
DEEPEST = 4  # five levels, the top one being 0 (F7.1-6)


def _duplicate(company: Company, holder_id: str) -> faults.Fault:
    """6240 in one of the recorded wordings (F9.3-56); the company's setting chooses."""
    tails = {
        "null": "null",
        "id": f"Id={holder_id}",
        "text": "Another customer, vendor or employee is already using this name. Please use a different name.",
    }
    tail = tails[company.settings.duplicate_name_detail]
    detail = f"The name supplied already exists. : {tail}"
    return faults.coded("6240", "Duplicate Name Exists Error", detail, None)


def holder(company: Company, table: str, full_name: str) -> str | None:
    """The id of whoever holds this full name in the space that `table` belongs to."""
    if table in NAME_LISTS:
        found = company.names.get(fold(full_name))
        return found[1] if found else None
    prop = "FullyQualifiedName" if company.tables[table].indexed("FullyQualifiedName") else "Name"
    rows = company.tables[table].find(prop, [fold(full_name)])
    return rows[0].id if rows else None


def require_unique(company: Company, table: str, full_name: str, own_id: str | None) -> None:
    """Fault 6240 if somebody else holds the name."""
    held_by = holder(company, table, full_name)
    if held_by is not None and held_by != own_id:
        raise _duplicate(company, held_by)


def claim(company: Company, table: str, row: Row, full_name: str, before: str | None) -> None:
    """Remember who holds a name, and free the one held before."""
    if table not in NAME_LISTS:
        return
    if before is not None:
        release(company, table, row, before)
    company.names[fold(full_name)] = (table, row.id)


def release(company: Company, table: str, row: Row, full_name: str) -> None:
    """Free the name of an entry that is no more."""
    if company.names.get(fold(full_name)) == (table, row.id):
        del company.names[fold(full_name)]


def _line_of(company: Company, table: str, row: Row) -> Iterator[str]:
    """The ids of an entry and its ancestors."""
    current: Row | None = row
    while current is not None:
        yield current.id
        parent_id = ref_value(current.data.get("ParentRef"))
        current = company.tables[table].get(parent_id) if parent_id else None


def parent_of(company: Company, table: str, draft: Obj) -> Row | None:
    """The parent row, checked: it exists and is no descendant (700), and the tree does not become too deep (6180)."""
    parent_id = ref_value(draft.get("ParentRef"))
    if parent_id is None:
        return None
    parent = company.tables[table].get(parent_id)
    if parent is None or draft.get("Id") in list(_line_of(company, table, parent)):
        raise faults.coded("700", "Invalid Parent", f"Invalid Parent : element id {parent_id}", "ParentRef")
    if parent.data.get("Level", 0) >= DEEPEST:
        raise faults.coded("6180", "Too many levels", "At most 5 levels are allowed.", "ParentRef")
    return parent


def place(draft: Obj, parent: Row | None, name_prop: str) -> str:
    """Set Level and FullyQualifiedName from the parent; answers the full name."""
    name = draft[name_prop]
    if parent is None:
        draft.pop("Level", None)
        draft["FullyQualifiedName"] = name
    else:
        draft["Level"] = parent.data.get("Level", 0) + 1
        draft["FullyQualifiedName"] = f"{parent.data['FullyQualifiedName']}:{name}"
    return str(draft["FullyQualifiedName"])


def follow_activity(company: Company, table: str, draft: Obj, name_prop: str) -> None:
    """An inactive entry's name ends with the suffix, which frees the plain name (F7.1-22).

    Our own choice: a second inactive entry of the same name is numbered, " (deleted) (2)"; an entry made active
    again keeps the suffix unless another name is sent.
    """
    if draft.get("Active") is not False or DELETED in draft[name_prop]:
        return
    plain = draft[name_prop]
    parent_id = ref_value(draft.get("ParentRef"))
    parent = company.tables[table].get(parent_id) if parent_id else None
    prefix = f"{parent.data['FullyQualifiedName']}:" if parent else ""
    suffix, count = DELETED, 1
    while holder(company, table, f"{prefix}{plain}{suffix}") not in (None, draft.get("Id")):
        count += 1
        suffix = f"{DELETED} ({count})"
    draft[name_prop] = plain + suffix


def rename_children(company: Company, table: str, row: Row) -> None:
    """A parent's new name shows in its children's full names."""
    for child in company.tables[table].find("ParentRef", [row.id]):
        before = child.data["FullyQualifiedName"]
        name_prop = "DisplayName" if table == "Customer" else "Name"
        full = f"{row.data['FullyQualifiedName']}:{child.data[name_prop]}"
        if full != before:
            company.rewrite(table, child, FullyQualifiedName=full)
            claim(company, table, child, full, before)
            rename_children(company, table, child)
