"""Customers, vendors and employees: names from parts, defaults, hierarchy, deactivation (section 7.1, F3.6).

Balances are kept by balances.py; name clashes and suffixes by names.py.
"""

from __future__ import annotations

from qbo_emulator.books import faults, names, references, trees
from qbo_emulator.books.addresses import keep_address_ids
from qbo_emulator.books.company import SALES_FORMS, Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import ZERO, Obj

_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
_ACCEPTED = frozenset(",.?@&!#'~* _-;+()")  # beside letters and digits, by third parties (F7.1-19)


def _check_characters(company: Company, draft: Obj) -> None:
    """2040 for what third parties say is refused, in a company that is so strict; what is documented to be refused is
    refused before (shapes.NAME_FORBIDDEN).
    """
    name = draft["DisplayName"].partition(names.DELETED)[0]
    if company.choices.strict_names and any(not (c.isalnum() or c in _ACCEPTED) for c in name):
        raise faults.bad_characters("DisplayName")


def _name_from_parts(draft: Obj) -> str:
    """DisplayName, or what the parts of the name make; Fault 6080 if there is none (F7.1-1)."""
    built = " ".join(draft[part] for part in _PARTS if draft.get(part))
    name = draft.get("DisplayName") or built
    if not name:
        raise faults.of("6080", text="at least one name field is required.")
    return str(name)


def _settle_names(company: Company, draft: Obj, sent: Obj, old: Row | None) -> None:
    """DisplayName and the PrintOnCheckName that follows it unless it is sent (F7.1-5, F3.2-14)."""
    if old and "DisplayName" in sent and sent["DisplayName"] is None:
        draft["DisplayName"] = old.data["DisplayName"]  # it cannot be removed (F7.1-1)
    draft["DisplayName"] = _name_from_parts(draft)
    _check_characters(company, draft)
    renamed = old is None or draft["DisplayName"] != old.data["DisplayName"]
    if not sent.get("PrintOnCheckName") and (renamed or "PrintOnCheckName" not in draft):
        draft["PrintOnCheckName"] = draft["DisplayName"]


def _save(company: Company, table: str, draft: Obj, old: Row | None) -> Row:
    """A vendor or an employee: check the name and write the row. Neither was recorded with a FullyQualifiedName."""
    names.follow_activity(company, table, draft, old)
    names.require_unique(company, table, draft["DisplayName"], old.id if old else None)
    before = old.data["DisplayName"] if old else None
    if old is None:
        old = company.insert(table, draft)
    else:
        company.change(table, old, draft)
    names.claim(company, table, old, draft["DisplayName"], before)
    return old


def _settle_tax(company: Company, draft: Obj, sent: Obj) -> None:
    """Taxable, the reason against it (automated tax only, F7.1-11), and the default code, which automated tax sets by
    itself (F7.1-10, F7.1-12).
    """
    settings = company.settings
    draft.setdefault("Taxable", settings.using_sales_tax)
    if not settings.automated_sales_tax:
        draft.pop("TaxExemptionReasonId", None)
    if draft.get("TaxExemptionReasonId"):
        draft["Taxable"] = False
    code = sent.get("DefaultTaxCodeRef") or draft.get("DefaultTaxCodeRef")
    draft.pop("DefaultTaxCodeRef", None)
    if not (draft["Taxable"] and settings.using_sales_tax and settings.default_tax_code):
        return
    default = {"value": settings.default_tax_code}
    draft["DefaultTaxCodeRef"] = default if settings.automated_sales_tax or not code else _tax_code(company, code)


def _tax_code(company: Company, ref: Obj) -> Obj:
    return {"value": references.target(company, "TaxCode", ref).id}


def _customer_defaults(draft: Obj) -> None:
    """What the server puts in (F3.6)."""
    draft.setdefault("Job", False)
    draft.setdefault("BillWithParent", False)
    draft.setdefault("PreferredDeliveryMethod", "Print")
    draft.setdefault("Active", True)


def _check_job(draft: Obj) -> None:
    """6150: a sub-customer has Job and ParentRef, others have neither (F7.1-7)."""
    if bool(draft["Job"]) != bool(draft.get("ParentRef")):
        raise faults.of("6150", text="ParentRef is required for a job and not allowed otherwise.")


def _check_deactivation(company: Company, draft: Obj, old: Row | None) -> None:
    """6220: somebody with an open balance stays active (F7.1-23)."""
    goes = old is not None and old.data["Active"] and draft["Active"] is False
    if old is not None and goes and old.data["BalanceWithJobs"]:
        raise faults.of("6220", customer=names.customer_word(company))


def _settle_customer(company: Company, draft: Obj, sent: Obj, old: Row | None) -> None:
    references.own_currency(company, draft, sent, old)
    references.resolve(company, "Term", draft, sent, "SalesTermRef")
    references.resolve(company, "PaymentMethod", draft, sent, "PaymentMethodRef")
    references.refuse_empty_lists(sent)
    _settle_names(company, draft, sent, old)
    _settle_tax(company, draft, sent)
    _customer_defaults(draft)
    _check_job(draft)
    _check_deactivation(company, draft, old)
    keep_address_ids(company, draft, old, ("BillAddr", "ShipAddr"))


def save_customer(company: Company, draft: Obj, sent: Obj, old: Row | None) -> Row:
    """Create or update a customer. What is owed is never taken from the caller: see opening_balance.py."""
    draft.pop("OpenBalanceDate", None)
    _settle_customer(company, draft, sent, old)
    parent = trees.parent_of(company, "Customer", draft, old)
    if parent is not None:
        draft["ParentRef"] = {"value": parent.id}
    before = old.data if old else None
    draft |= {name: before[name] if before else ZERO for name in ("Balance", "BalanceWithJobs")}
    row = trees.save(company, "Customer", draft, old, parent)
    if before is not None and row.data["FullyQualifiedName"] != before["FullyQualifiedName"]:
        _show_new_name(company, row)
    return row


def _show_new_name(company: Company, row: Row) -> None:
    """The references in transactions show the name as it is now."""
    ref = {"value": row.id, "name": row.data["DisplayName"]}
    for table in (*SALES_FORMS, "Payment"):
        for txn in company.tables[table].find("CustomerRef", [row.id]):
            company.rewrite(table, txn, CustomerRef=ref)


def save_vendor(company: Company, draft: Obj, sent: Obj, old: Row | None) -> Row:
    """Create or update a vendor. Of a tax number only the last four places are ever shown, as recorded."""
    references.own_currency(company, draft, sent, old)
    references.resolve(company, "Term", draft, sent, "TermRef")
    _settle_names(company, draft, sent, old)
    if sent.get("TaxIdentifier"):
        draft["TaxIdentifier"] = "XXXXXX" + sent["TaxIdentifier"][-4:]
    draft.setdefault("Balance", ZERO)
    draft.setdefault("Vendor1099", False)
    draft.setdefault("Active", True)
    keep_address_ids(company, draft, old, ("BillAddr",))
    return _save(company, "Vendor", draft, old)


def save_employee(company: Company, draft: Obj, sent: Obj, old: Row | None) -> Row:
    """Create or update an employee: a given or a family name is needed, and nothing of the SSN is shown (Intuit's
    reference of Employee).
    """
    if not (draft.get("GivenName") or draft.get("FamilyName")):
        raise faults.missing("GivenName")
    _settle_names(company, draft, sent, old)
    draft.setdefault("BillableTime", False)
    draft.setdefault("Active", True)
    if sent.get("BillRate") and not draft["BillableTime"]:
        raise faults.business("BillRate needs BillableTime.")
    if sent.get("SSN"):
        draft["SSN"] = "XXX-XX-XXXX"
    keep_address_ids(company, draft, old, ("PrimaryAddr",))
    return _save(company, "Employee", draft, old)
