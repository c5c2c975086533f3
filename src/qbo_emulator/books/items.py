"""Products and services (section 7.2): types, accounts, hierarchy. What sales do to stock is stock.py's affair."""

from __future__ import annotations

from qbo_emulator.books import faults, references, trees
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import ZERO, Obj

_INCOME = ("Income", "Other Current Liability")  # F7.2-3
_EXPENSE = ("Cost of Goods Sold", "Expense")  # F7.2-4
_STOCK = ("TrackQtyOnHand", "QtyOnHand", "InvStartDate", "AssetAccountRef")  # F7.2-5
_CATEGORY_LEVELS = 4  # F7.2-12
_OUTSIDE_US = ("SalesTaxIncluded", "PurchaseTaxIncluded", "SalesTaxCodeRef", "PurchaseTaxCodeRef")  # F7.2-11


def _settle_type(draft: Obj, old: Row | None) -> None:
    """Service unless something says stock (F7.2-2); bundles are read-only over the API; stock stays stock (F7.2-15)."""
    is_stock = any(draft.get(prop) for prop in _STOCK)
    kind = draft.setdefault("Type", "Inventory" if is_stock else "Service")
    before = old.data["Type"] if old else None
    if kind != before and before == "Inventory":
        raise faults.business("The type of an inventory item cannot be changed.")
    if kind != before and kind == "Group":
        raise faults.business("A bundle can only be made inside QuickBooks.")


def _check_place(draft: Obj) -> None:
    """6150: a sub-item has SubItem and ParentRef, others have neither (F7.2-12)."""
    if bool(draft.get("SubItem")) != bool(draft.get("ParentRef")):
        raise faults.of("6150", text="ParentRef is required for a sub-item and not allowed otherwise.")


def _settle_references(company: Company, draft: Obj, sent: Obj) -> None:
    references.account(company, draft, sent, "IncomeAccountRef", _INCOME)
    references.account(company, draft, sent, "ExpenseAccountRef", _EXPENSE)
    references.account(company, draft, sent, "AssetAccountRef", ("Other Current Asset",))
    references.resolve(company, "Vendor", draft, sent, "PrefVendorRef")
    references.resolve(company, "Class", draft, sent, "ClassRef")
    references.refuse_empty_lists(sent)
    if draft["Type"] != "Category" and not draft.get("IncomeAccountRef"):
        raise faults.missing("IncomeAccountRef")


def _settle_tax(company: Company, draft: Obj, sent: Obj) -> None:
    """Taxable is for US companies (F7.2-10), a tax code of its own for all others (F7.2-11)."""
    if company.settings.country == "US":
        draft.setdefault("Taxable", False)
        for prop in _OUTSIDE_US:
            draft.pop(prop, None)
        return
    draft.pop("Taxable", None)
    draft.setdefault("SalesTaxIncluded", False)
    references.resolve(company, "TaxCode", draft, sent, "SalesTaxCodeRef")
    references.resolve(company, "TaxCode", draft, sent, "PurchaseTaxCodeRef")


def _settle_values(company: Company, draft: Obj, sent: Obj, old: Row | None) -> None:
    draft.setdefault("Active", True)
    if draft["Type"] == "Category":
        return
    _settle_tax(company, draft, sent)
    draft.setdefault("UnitPrice", ZERO)
    draft.setdefault("PurchaseCost", ZERO)
    draft.setdefault("TrackQtyOnHand", False)
    _check_stock(company, draft, old)


def _check_stock(company: Company, draft: Obj, old: Row | None) -> None:
    """An inventory item needs its accounts, a quantity and a start date (2020), and a plan that has stock (5030)."""
    if draft["Type"] != "Inventory":
        return
    if old is None and not company.settings.offering.endswith(("Plus", "Advanced")):
        raise faults.of("5030", text=f"{company.settings.offering} has no inventory.")
    if old and old.data.get("TrackQtyOnHand") and not draft.get("TrackQtyOnHand"):
        raise faults.business("TrackQtyOnHand cannot be switched off again.")
    for prop in (*_STOCK, "ExpenseAccountRef"):
        if draft.get(prop) in (None, False):
            raise faults.missing(prop)


def save_item(company: Company, draft: Obj, sent: Obj, old: Row | None) -> Row:
    """Create or update an item."""
    if not draft.get("Name"):
        raise faults.missing("Name")  # F7.2-18
    _settle_type(draft, old)
    _check_place(draft)
    _settle_references(company, draft, sent)
    _settle_values(company, draft, sent, old)
    levels = _CATEGORY_LEVELS if draft["Type"] == "Category" else trees.LEVELS
    parent = trees.parent_of(company, "Item", draft, old, levels)
    if parent is not None:
        draft["ParentRef"] = {"value": parent.id, "name": parent.data["FullyQualifiedName"]}
    return trees.save(company, "Item", draft, old, parent)
