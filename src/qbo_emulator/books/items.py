"""Products and services (section 7.2): types, accounts, hierarchy.

Stock is not modelled, so an Inventory item cannot be created or changed in its stock here; the sample company has
some.
"""

from __future__ import annotations

from qbo_emulator.books import faults, names, references
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import ZERO, Obj

_INCOME = ("Income", "Other Current Liability")  # F7.2-3
_EXPENSE = ("Cost of Goods Sold", "Expense")  # F7.2-4


def _check_type(draft: Obj, old: Row | None) -> None:
    """Types that can be made here, and the change that is never allowed (F7.2-2, F7.2-15)."""
    kind = draft.setdefault("Type", "Service")
    before = old.data["Type"] if old else None
    if kind == before:
        return
    if before == "Inventory":
        raise faults.business("The type of an inventory item cannot be changed.")
    if kind in ("Inventory", "Group"):
        raise faults.not_modelled(f"An item of type {kind}")


def _check_place(draft: Obj) -> None:
    """6150: a sub-item has SubItem and ParentRef, others have neither (F7.2-12)."""
    if bool(draft.get("SubItem")) != bool(draft.get("ParentRef")):
        detail = "ParentRef is required for a sub-item and not allowed otherwise."
        raise faults.coded("6150", "Parent reference error", detail, "ParentRef")


def _settle_accounts(company: Company, draft: Obj, sent: Obj) -> None:
    references.account(company, draft, sent, "IncomeAccountRef", _INCOME)
    references.account(company, draft, sent, "ExpenseAccountRef", _EXPENSE)
    references.account(company, draft, sent, "AssetAccountRef", ("Other Current Asset",))
    references.resolve(company, "Vendor", draft, sent, "PrefVendorRef")
    references.refuse_empty_lists(sent)
    if draft["Type"] != "Category" and not draft.get("IncomeAccountRef"):
        raise faults.missing("IncomeAccountRef")


def _defaults(draft: Obj) -> None:
    draft.setdefault("Active", True)
    if draft["Type"] == "Category":
        return
    draft.setdefault("Taxable", False)  # F7.2-10
    draft.setdefault("UnitPrice", ZERO)
    draft.setdefault("PurchaseCost", ZERO)
    draft.setdefault("TrackQtyOnHand", False)


def save_item(company: Company, draft: Obj, sent: Obj, old: Row | None) -> Row:
    """Create or update an item."""
    if not draft.get("Name"):
        raise faults.missing("Name")  # F7.2-18
    _check_type(draft, old)
    _check_place(draft)
    _settle_accounts(company, draft, sent)
    _defaults(draft)
    parent = names.parent_of(company, "Item", draft)
    if parent is not None:
        draft["ParentRef"] = {"value": parent.id, "name": parent.data["FullyQualifiedName"]}
    names.follow_activity(company, "Item", draft, "Name")
    full = names.place(draft, parent, "Name")
    names.require_unique(company, "Item", full, old.id if old else None)
    if old is None:
        return company.insert("Item", draft)
    if company.change("Item", old, draft):
        names.rename_children(company, "Item", old)
    return old
