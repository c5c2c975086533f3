"""Classes and departments (locations): two ways to sort transactions, each a list with a hierarchy.

Where a transaction may name one is for references.py and allowed.py.
"""

from __future__ import annotations

from qbo_emulator.books import faults, trees
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj


def _save(company: Company, table: str, sub_flag: str, draft: Obj, old: Row | None) -> Row:
    if not draft.get("Name"):
        raise faults.missing("Name")
    draft.setdefault("Active", True)
    parent = trees.parent_of(company, table, draft, old)
    draft[sub_flag] = parent is not None
    if parent is not None:
        draft["ParentRef"] = {"value": parent.id}
    return trees.save(company, table, draft, old, parent)


def save_class(company: Company, draft: Obj, _sent: Obj, old: Row | None) -> Row:
    """Create or update a class."""
    return _save(company, "Class", "SubClass", draft, old)


def save_department(company: Company, draft: Obj, _sent: Obj, old: Row | None) -> Row:
    """Create or update a department."""
    return _save(company, "Department", "SubDepartment", draft, old)
