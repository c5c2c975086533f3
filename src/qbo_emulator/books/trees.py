"""Lists with a hierarchy: the parent, the level, the full name, and how a change of one entry reaches those below.

Five levels at most (F7.1-6). Which lists have one is told by their definitions.
"""

from __future__ import annotations

from collections.abc import Iterator

from qbo_emulator.books import faults, names
from qbo_emulator.books.company import DEFINITIONS, Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj, ref_value

LEVELS = 5  # F7.1-6


def _line_of(company: Company, table: str, row: Row) -> Iterator[Row]:
    """An entry and its ancestors."""
    current: Row | None = row
    while current is not None:
        yield current
        parent_id = ref_value(current.data.get("ParentRef"))
        current = company.tables[table].get(parent_id) if parent_id else None


def _height(company: Company, table: str, row_id: str | None) -> int:
    """How many levels an entry and those below it take."""
    below = company.tables[table].find("ParentRef", [row_id]) if row_id else []
    return 1 + max((_height(company, table, child.id) for child in below), default=0)


def _check_parent(company: Company, table: str, parent: Row, own_id: str | None, levels: int) -> None:
    line = list(_line_of(company, table, parent))
    if own_id in [row.id for row in line]:
        raise faults.of("900", text=f"{parent.id} is the entry itself or lies below it.")
    if len(line) + _height(company, table, own_id) > levels:
        raise faults.of("6180", text=f"at most {levels} levels are allowed.")


def parent_of(company: Company, table: str, draft: Obj, old: Row | None, levels: int = LEVELS) -> Row | None:
    """The parent row, checked: it exists (700), is no descendant (900), makes the tree no deeper than it may be (6180),
    and is active if it is a new one (610).
    """
    parent_id = ref_value(draft.get("ParentRef"))
    if parent_id is None:
        return None
    parent = company.tables[table].get(parent_id)
    if parent is None:
        raise faults.of("700", text=f"there is no {table} {parent_id}.")
    _check_parent(company, table, parent, draft.get("Id"), levels)
    is_new = old is None or ref_value(old.data.get("ParentRef")) != parent_id
    if is_new and parent.data.get("Active") is False:
        raise company.gone()
    return parent


def place(table: str, draft: Obj, parent: Row | None) -> str:
    """Set FullyQualifiedName, and Level where the list has it, from the parent; answers the full name."""
    name = draft[names.name_property(table)]
    draft["FullyQualifiedName"] = f"{parent.data['FullyQualifiedName']}:{name}" if parent else name
    if "Level" in DEFINITIONS[table].by_name:
        draft.pop("Level", None)
        if parent:
            draft["Level"] = parent.data.get("Level", 0) + 1
    return str(draft["FullyQualifiedName"])


def save(company: Company, table: str, draft: Obj, old: Row | None, parent: Row | None) -> Row:
    """Name an entry by its place, check that the name is free, and write it; those below follow."""
    names.follow_activity(company, table, draft, old)
    full = place(table, draft, parent)
    names.require_unique(company, table, full, old.id if old else None)
    before = old.data["FullyQualifiedName"] if old else None
    if old is None:
        old = company.insert(table, draft)
    elif not company.change(table, old, draft):
        return old
    names.claim(company, table, old, full, before)
    follow(company, table, old)
    return old


def follow(company: Company, table: str, row: Row) -> None:
    """A parent's new name or level shows in those below it."""
    for child in company.tables[table].find("ParentRef", [row.id]):
        moved = dict(child.data)
        full = place(table, moved, row)
        if moved != child.data:
            before = child.data["FullyQualifiedName"]
            company.rewrite(table, child, **moved)
            names.claim(company, table, child, full, before)
            follow(company, table, child)
