"""Names in lists: who holds one, which clash, what an inactive entry is called.

Customers, vendors and employees share one space of names, keyed by FullyQualifiedName (F7.1-20, F7.1-21); every other
list has its own. Hierarchies stand in trees.py.
"""

from __future__ import annotations

from qbo_emulator.books import faults
from qbo_emulator.books.company import NAME_LISTS, Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj, fold, ref_value

DELETED = " (deleted)"  # F7.1-22

# What an entry of each list is called in the fault about its name.
_WORDS = {
    "Item": "product or service",
    "Account": "account",
    "Class": "class",
    "Department": "location",
    "PaymentMethod": "payment method",
    "Term": "term",
    "TaxAgency": "tax agency",
    "TaxCode": "tax code",
    "TaxRate": "tax rate",
}


def customer_word(company: Company) -> str:
    """What the company calls a customer, in small letters and the singular: customer, tenant, donor (F9.3-74)."""
    return company.settings.customer_terminology.lower().removesuffix("s")


def _somebody(company: Company, table: str) -> str:
    if table not in NAME_LISTS:
        return _WORDS[table]
    word = customer_word(company)
    words = {"customer": word, "literal": "$$customer$$"}
    return words.get(company.settings.duplicate_name_detail, f"{word}, vendor or employee")


def duplicate(company: Company, table: str, holder_id: str) -> faults.Fault:
    """6240 in one of the recorded wordings (F9.3-56, F7.1-26); the company's setting chooses."""
    tails = {"null": "null", "id": f"Id={holder_id}"}
    words = f"Another {_somebody(company, table)} is already using this name. Please use a different name."
    return faults.of("6240", tail=tails.get(company.settings.duplicate_name_detail, words))


def holder(company: Company, table: str, full_name: str) -> str | None:
    """The id of whoever holds this full name in the space that `table` belongs to."""
    if table in NAME_LISTS:
        found = company.names.get(fold(full_name))
        return found[1] if found else None
    held = company.tables[table]
    prop = next(prop for prop in ("FullyQualifiedName", "Name", "DisplayName") if held.indexed(prop))
    rows = held.find(prop, [fold(full_name)])
    return rows[0].id if rows else None


def require_unique(company: Company, table: str, full_name: str, own_id: str | None) -> None:
    """Fault 6240 if somebody else holds the name."""
    held_by = holder(company, table, full_name)
    if held_by is not None and held_by != own_id:
        raise duplicate(company, table, held_by)


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


def name_property(table: str) -> str:
    """The property that holds an entry's own name."""
    return "DisplayName" if table in NAME_LISTS else "Name"


def _prefix(company: Company, table: str, draft: Obj) -> str:
    """What stands before the name in its full name."""
    parent_id = ref_value(draft.get("ParentRef"))
    parent = company.tables[table].get(parent_id) if parent_id else None
    return f"{parent.data['FullyQualifiedName']}:" if parent else ""


def _marked(company: Company, table: str, draft: Obj, plain: str) -> str:
    """The name with the suffix of an inactive entry. Our own choice: a second one of the same name is numbered."""
    prefix, suffix, count = _prefix(company, table, draft), DELETED, 1
    while holder(company, table, f"{prefix}{plain}{suffix}") not in (None, draft.get("Id")):
        count += 1
        suffix = f"{DELETED} ({count})"
    return plain + suffix


def _unmarked(company: Company, table: str, draft: Obj, name: str) -> str:
    """The plain name, if nobody took it meanwhile."""
    plain = name.partition(DELETED)[0]
    free = holder(company, table, f"{_prefix(company, table, draft)}{plain}") is None
    return plain if free else name


def follow_activity(company: Company, table: str, draft: Obj, old: Row | None) -> None:
    """An inactive entry's name ends with the suffix, which frees the plain name (F7.1-22).

    An entry made active again keeps the suffix unless another name is sent, or the setting says that QuickBooks takes
    it away by itself (not known, section 13 no. 10).
    """
    prop = name_property(table)
    name, marked = draft[prop], DELETED in draft[prop]
    if draft.get("Active") is False:
        draft[prop] = name if marked else _marked(company, table, draft, name)
    elif marked and company.choices.reactivation == "restore" and old and old.data.get("Active") is False:
        draft[prop] = _unmarked(company, table, draft, name)
