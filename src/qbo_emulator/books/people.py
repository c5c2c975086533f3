"""Customers, vendors and employees: names from parts, defaults, hierarchy, deactivation (section 7.1, F3.6).

Balances are kept by balances.py; name clashes and suffixes by names.py.
"""

from __future__ import annotations

from qbo_emulator.books import faults, names, references
from qbo_emulator.books.addresses import keep_address_ids
from qbo_emulator.books.company import SALES_FORMS, Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import ZERO, Obj

_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")


def _name_from_parts(draft: Obj) -> str:
    """DisplayName, or what the parts of the name make; Fault 6080 if there is none (F7.1-1)."""
    built = " ".join(draft[part] for part in _PARTS if draft.get(part))
    name = draft.get("DisplayName") or built
    if not name:
        raise faults.coded("6080", "Name is required", "At least one name field is required.", "DisplayName")
    return str(name)


def _settle_names(draft: Obj, sent: Obj, old: Row | None) -> None:
    """DisplayName and the PrintOnCheckName that follows it unless it is sent (F7.1-5, F3.2-14)."""
    if old and "DisplayName" in sent and sent["DisplayName"] is None:
        draft["DisplayName"] = old.data["DisplayName"]  # it cannot be removed (F7.1-1)
    draft["DisplayName"] = _name_from_parts(draft)
    renamed = old is None or draft["DisplayName"] != old.data["DisplayName"]
    if not sent.get("PrintOnCheckName") and (renamed or "PrintOnCheckName" not in draft):
        draft["PrintOnCheckName"] = draft["DisplayName"]


def _save(company: Company, table: str, draft: Obj, old: Row | None) -> Row:
    """Check the full name and write the row."""
    parent = names.parent_of(company, table, draft) if table == "Customer" else None
    names.follow_activity(company, table, draft, "DisplayName")
    full = names.place(draft, parent, "DisplayName")
    names.require_unique(company, table, full, old.id if old else None)
    if table != "Customer":
        del draft["FullyQualifiedName"]  # neither vendors nor employees were recorded with it
    if old is None:
        row = company.insert(table, draft)
        names.claim(company, table, row, full, None)
        return row
    before = old.data.get("FullyQualifiedName", old.data["DisplayName"])
    company.change(table, old, draft)
    if full != before:
        names.claim(company, table, old, full, before)
    return old


def _customer_defaults(company: Company, draft: Obj) -> None:
    """What the server puts in (F3.6, F7.1-10, F7.1-12)."""
    settings = company.settings
    draft.setdefault("Taxable", settings.using_sales_tax)
    draft.setdefault("Job", False)
    draft.setdefault("BillWithParent", False)
    draft.setdefault("PreferredDeliveryMethod", "Print")
    draft.setdefault("Active", True)
    draft.setdefault("Balance", ZERO)
    draft.setdefault("BalanceWithJobs", ZERO)
    if draft.get("TaxExemptionReasonId"):
        draft["Taxable"] = False
    draft.pop("DefaultTaxCodeRef", None)
    if draft["Taxable"] and settings.using_sales_tax and settings.default_tax_code:
        draft["DefaultTaxCodeRef"] = {"value": settings.default_tax_code}


def _check_job(draft: Obj) -> None:
    """6150: a sub-customer has Job and ParentRef, others have neither (F7.1-7)."""
    if bool(draft["Job"]) != bool(draft.get("ParentRef")):
        detail = "ParentRef is required for a job and not allowed otherwise."
        raise faults.coded("6150", "Parent reference error", detail, "ParentRef")


def _check_deactivation(draft: Obj, old: Row | None) -> None:
    """6220: somebody with an open balance stays active (F7.1-23)."""
    goes = old is not None and old.data["Active"] and draft["Active"] is False
    if old is not None and goes and old.data["BalanceWithJobs"]:
        detail = (
            "The entity you are trying to delete has an open balance. : "
            "This customer cannot be deleted because it has a non-zero balance"
        )
        raise faults.coded("6220", "Delete List Has Balance Error", detail)


def save_customer(company: Company, draft: Obj, sent: Obj, old: Row | None) -> Row:
    """Create or update a customer."""
    references.currency(company, draft, sent)
    references.resolve(company, "Term", draft, sent, "SalesTermRef")
    references.resolve(company, "PaymentMethod", draft, sent, "PaymentMethodRef")
    references.refuse_empty_lists(sent)
    _settle_names(draft, sent, old)
    _customer_defaults(company, draft)
    _check_job(draft)
    _check_deactivation(draft, old)
    if draft.get("ParentRef"):
        draft["ParentRef"] = {"value": draft["ParentRef"]["value"]}
    keep_address_ids(company, draft, old, ("BillAddr", "ShipAddr"))
    before = old.data["FullyQualifiedName"] if old else None
    row = _save(company, "Customer", draft, old)
    if before is not None and row.data["FullyQualifiedName"] != before:
        _show_new_name(company, row)
    return row


def _show_new_name(company: Company, row: Row) -> None:
    """Children and the references in transactions show the name as it is now."""
    names.rename_children(company, "Customer", row)
    ref = {"value": row.id, "name": row.data["DisplayName"]}
    for table in (*SALES_FORMS, "Payment"):
        for txn in company.tables[table].find("CustomerRef", [row.id]):
            company.rewrite(table, txn, CustomerRef=ref)


def save_vendor(company: Company, draft: Obj, sent: Obj, old: Row | None) -> Row:
    """Create or update a vendor."""
    references.currency(company, draft, sent)
    references.resolve(company, "Term", draft, sent, "TermRef")
    _settle_names(draft, sent, old)
    draft.setdefault("Balance", ZERO)
    draft.setdefault("Vendor1099", False)
    draft.setdefault("Active", True)
    keep_address_ids(company, draft, old, ("BillAddr",))
    return _save(company, "Vendor", draft, old)


def save_employee(company: Company, draft: Obj, sent: Obj, old: Row | None) -> Row:
    """Create or update an employee."""
    _settle_names(draft, sent, old)
    draft.setdefault("BillableTime", False)
    draft.setdefault("Active", True)
    keep_address_ids(company, draft, old, ("PrimaryAddr",))
    return _save(company, "Employee", draft, old)
