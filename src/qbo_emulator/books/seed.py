"""What the two companies' seeds share: writing through the same rules as every caller, with little to say.

What is written stands in seed_fresh.py and seed_sample.py.
"""

from __future__ import annotations

from qbo_emulator.books import operations, taxes
from qbo_emulator.books.company import Company
from qbo_emulator.books.operations import Options
from qbo_emulator.books.wire import Obj

# (name, type, sub-type)
AccountLine = tuple[str, str, str]

TERMS = (("Due on receipt", 0), ("Net 15", 15), ("Net 30", 30), ("Net 60", 60))
CARDS = ("Visa", "MasterCard", "Discover", "American Express", "Diners Club")


def create(company: Company, entity: str, body: Obj) -> Obj:
    """Create one entity as a caller would."""
    return operations.write(company, entity, body, Options())


def ref(row_id: str) -> Obj:
    """A reference."""
    return {"value": row_id}


def add_account(company: Company, full_name: str, kind: str, sub_type: str) -> str:
    """An account, its parents named before a colon; answers its id."""
    parent_name, _, name = full_name.rpartition(":")
    body: Obj = {"Name": name, "AccountType": kind}
    if sub_type:
        body["AccountSubType"] = sub_type
    if parent_name:
        parent = company.tables["Account"].find("FullyQualifiedName", [parent_name.casefold()])[0]
        body["ParentRef"] = ref(parent.id)
    return str(create(company, "Account", body)["Id"])


def add_lists(company: Company) -> None:
    """Terms (default Net 30) and payment methods (F10.4-1, F10.4-2)."""
    for name, days in TERMS:
        create(company, "Term", {"Name": name, "DueDays": days})
    for name in ("Cash", "Check"):
        create(company, "PaymentMethod", {"Name": name, "Type": "NON_CREDIT_CARD"})
    for name in CARDS:
        create(company, "PaymentMethod", {"Name": name, "Type": "CREDIT_CARD"})
    company.settings.default_term = "3"


def add_pseudo_codes(company: Company) -> None:
    """TAX and NON (F7.9-1)."""
    for code in ("TAX", "NON"):
        taxes.add_code(company, code, [], code)


def add_default_items(company: Company, income_id: str) -> None:
    """What every company begins with (section 10.2)."""
    for name in ("Services", "Hours"):
        create(company, "Item", {"Name": name, "Type": "Service", "IncomeAccountRef": ref(income_id)})


def find_account(company: Company, sub_type: str) -> str:
    """The id of the first account of a sub-type."""
    rows = company.tables["Account"].rows.values()
    return next(row.id for row in rows if row.data["AccountSubType"] == sub_type)
