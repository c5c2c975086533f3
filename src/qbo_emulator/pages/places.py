"""Where each entity has its page, and what people call it."""

from __future__ import annotations

from qbo_emulator.books.company import SALES_FORMS, Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj
from qbo_emulator.pages.frame import home_of
from qbo_emulator.pages.html import Content, link

ROOMS = {
    **dict.fromkeys(SALES_FORMS, "sales"),
    "Payment": "payments",
    "Deposit": "payments",
    "Customer": "customers",
    "Item": "items",
    "Account": "accounts",
}
WORDS = {
    "Invoice": "Invoice",
    "CreditMemo": "Credit memo",
    "SalesReceipt": "Sales receipt",
    "RefundReceipt": "Refund receipt",
    "Payment": "Payment",
    "Deposit": "Bank deposit",
    "Customer": "Customer",
    "Vendor": "Vendor",
    "Employee": "Employee",
    "Item": "Product or service",
    "Account": "Account",
    "PaymentMethod": "Payment method",
    "Term": "Term",
    "TaxCode": "Tax code",
    "TaxRate": "Tax rate",
    "TaxAgency": "Tax agency",
    "CompanyInfo": "Company",
    "Attachable": "Attachment",
}
_NAMES = ("DisplayName", "FullyQualifiedName", "Name", "CompanyName", "FileName", "DocNumber", "PaymentRefNum")


def place(company: Company, table: str, row_id: str) -> str | None:
    """The address of an entity's page; None if it is gone or its kind has none."""
    room = ROOMS.get(table)
    return home_of(company, room, row_id) if room and row_id in company.tables[table].rows else None


def named(table: str, data: Obj) -> str:
    """What people call an entity: its name, or its kind with number or id."""
    name = next((data[prop] for prop in _NAMES if data.get(prop)), None)
    if (name is not None and table not in ROOMS) or table in ("Customer", "Item", "Account"):
        return str(name)
    return f"{WORDS.get(table, table)} {name or data['Id']}"


def short(data: Obj) -> str:
    """A transaction's number in a list whose column says the kind."""
    number = data.get("DocNumber") or data.get("PaymentRefNum")
    return str(number) if number else f"Id {data['Id']}"


def linked(company: Company, table: str, row: Row) -> Content:
    """An entity's name, leading to its page if it has one."""
    address = place(company, table, row.id)
    return link(address, named(table, row.data)) if address else named(table, row.data)


def kind_of(company: Company, row: Row) -> str:
    """Which kind of sales form a row is: ids of transactions are never used twice."""
    return next(kind for kind in SALES_FORMS if row.id in company.tables[kind].rows)
