"""References between entities: does the target exist, is it active, what is it called.

A reference to nothing is 2500, one to something inactive is 610 (F9.3-10, F9.3-32). Only sent references are
checked here; stored ones may have gone inactive meanwhile.
"""

from __future__ import annotations

from qbo_emulator.books import faults
from qbo_emulator.books.company import Company
from qbo_emulator.books.currencies import NAMES, currency_reference
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj

# How fault 2500 names each list; Names, Accounts, Items, Klasses and Depts are recorded.
_PLURALS = {
    "Customer": "Names",
    "Vendor": "Names",
    "Employee": "Names",
    "Class": "Klasses",
    "Department": "Depts",
    "TaxAgency": "TaxAgencies",
}
# References whose lists are empty in every company of this emulator.
EMPTY_LISTS = {
    "ProjectRef": "Projects",
    "CustomerTypeRef": "CustomerTypes",
    "TaxClassificationRef": "TaxClassifications",
}


def display_name(row: Row) -> str:
    """What a reference to this row shows as its name."""
    data = row.data
    return str(data.get("DisplayName") or data.get("FullyQualifiedName") or data.get("Name"))


def existing(company: Company, table: str, ref: Obj) -> Row:
    """The row that `ref` points at, active or not; Fault 2500 if there is none."""
    row = company.tables[table].get(ref["value"])
    if row is None:
        raise faults.bad_reference(_PLURALS.get(table, f"{table}s"), ref["value"])
    return row


def target(company: Company, table: str, ref: Obj) -> Row:
    """The active row that `ref` points at; Fault 2500 or 610 otherwise."""
    row = existing(company, table, ref)
    if row.data.get("Active") is False:
        raise company.gone()
    return row


def resolve(company: Company, table: str, draft: Obj, sent: Obj, prop: str) -> None:
    """Check a sent reference and fill in the name; a term's is left out, as recorded."""
    ref = sent.get(prop)
    if ref:
        row = target(company, table, ref)
        draft[prop] = {"value": row.id} if table == "Term" else {"value": row.id, "name": display_name(row)}


def refuse_empty_lists(sent: Obj) -> None:
    """2500 for a reference into a list that no company here has entries in."""
    if EMPTY_LISTS.keys().isdisjoint(sent):
        return
    for prop in EMPTY_LISTS:
        if sent.get(prop):
            raise faults.bad_reference(EMPTY_LISTS[prop], sent[prop]["value"])


def require_type(row: Row, allowed: tuple[str, ...], prop: str) -> None:
    """6430: an account of the wrong type (F7.2-19, F9.3-61)."""
    if row.data["AccountType"] not in allowed:
        held = row.data["AccountType"]
        raise faults.of("6430", name=prop, text=f"{prop} is a {held} account.")


def account(company: Company, draft: Obj, sent: Obj, prop: str, allowed: tuple[str, ...]) -> None:
    """Check a sent account reference and its type, and fill in the name."""
    ref = sent.get(prop)
    if ref:
        row = target(company, "Account", ref)
        require_type(row, allowed, prop)
        draft[prop] = {"value": row.id, "name": row.data["FullyQualifiedName"]}


def named_account(company: Company, account_id: str | None) -> Obj | None:
    """A full reference to one of the company's own accounts."""
    row = company.tables["Account"].get(account_id) if account_id else None
    return {"value": row.id, "name": row.data["FullyQualifiedName"]} if row else None


def tracking(company: Company, draft: Obj, sent: Obj) -> None:
    """Check a sent class and department, and fill in their names."""
    resolve(company, "Class", draft, sent, "ClassRef")
    resolve(company, "Department", draft, sent, "DepartmentRef")


def currency(company: Company, draft: Obj, sent: Obj) -> None:
    """The home currency, and no other: 2220."""
    ref = sent.get("CurrencyRef")
    if ref and ref["value"] != company.settings.home_currency:
        raise faults.bad_format("2220", "CurrencyRef", ref["value"])
    draft["CurrencyRef"] = company.currency()


def own_currency(company: Company, draft: Obj, sent: Obj, old: Row | None) -> None:
    """The currency of a customer or vendor: set once (F7.1-13), another than the home currency only where several are
    switched on.
    """
    ref = sent.get("CurrencyRef")
    if old is not None:
        if ref and ref["value"] != old.data["CurrencyRef"]["value"]:
            raise faults.business("The currency of a customer or vendor cannot be changed.")
        draft["CurrencyRef"] = old.data["CurrencyRef"]
    elif company.settings.multi_currency and ref:
        draft["CurrencyRef"] = known_currency(ref["value"])
    else:
        currency(company, draft, sent)


def known_currency(code: str) -> Obj:
    """A currency as a reference; 2220 for what is no currency."""
    if code not in NAMES:
        raise faults.bad_format("2220", "CurrencyRef", code)
    return currency_reference(code)
