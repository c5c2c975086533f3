"""Attachables: notes, what is known of files, and what they are attached to. The files themselves are not modelled."""

from __future__ import annotations

from qbo_emulator.books import faults, references
from qbo_emulator.books.company import DEFINITIONS, Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj

_TABLES = {name.lower(): name for name in DEFINITIONS}


def _attached(company: Company, ref: Obj) -> Obj:
    """One link: its target exists (2500). `IncludeOnSend` is false unless it is said."""
    if "EntityRef" not in ref:
        raise faults.missing("EntityRef")
    named = ref["EntityRef"]
    table = _TABLES.get(named["type"].lower())
    if table is None:
        raise faults.not_modelled(f"An attachment to {named['type'] or 'an entity without a type'}")
    references.existing(company, table, named)
    return {"IncludeOnSend": False, **ref, "EntityRef": {"value": named["value"], "type": table}}


def save_attachable(company: Company, draft: Obj, sent: Obj, old: Row | None) -> Row:
    """Create or update a note or the data of a file: one of Note and FileName is needed."""
    if not draft.get("Note") and not draft.get("FileName"):
        raise faults.missing("Note")
    if sent.get("AttachableRef"):
        order = DEFINITIONS["Attachable"].by_name["AttachableRef"].kind.nested
        assert order is not None
        draft["AttachableRef"] = [order.arrange(_attached(company, ref)) for ref in sent["AttachableRef"]]
    if old is None:
        return company.insert("Attachable", draft)
    company.change("Attachable", old, draft)
    return old


def delete_attachable(company: Company, row: Row) -> None:
    """Gone, with its links."""
    company.remove("Attachable", row)
