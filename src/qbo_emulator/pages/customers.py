"""Customers: the list with balances, and one customer with sales and payments."""

from __future__ import annotations

from itertools import chain

from starlette.responses import Response

from qbo_emulator.books.company import SALES_FORMS, Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj, fold
from qbo_emulator.pages.components import Column, address, badge, facts, money, table
from qbo_emulator.pages.frame import home_of, page, trail
from qbo_emulator.pages.html import Content, Html, link, tag
from qbo_emulator.pages.paging import SIZE, cut, pager, search, wanted
from qbo_emulator.pages.parts import actions, newest_first, record
from qbo_emulator.pages.payments import payments_table
from qbo_emulator.pages.sales import sales_table
from qbo_emulator.pages.visit import Visit

_COLUMNS = (Column("Customer"), Column("Company"), Column("E-mail"), Column("Phone"), Column("Balance", figures=True))


def customers(visit: Visit) -> Response:
    """The list by name, with a search by name, company or e-mail."""
    company = visit.company
    found = visit.orders.rows([company.tables["Customer"]], "name", _by_name)
    text = wanted(visit.request)
    if text:
        found = [row for row in found if text in _searched(row.data)]
    part = cut(found, visit.request)
    return page(
        "Customers",
        tag("div", search(visit.request, "Name, company or e-mail"), class_="bar"),
        table("Customers", _COLUMNS, (_row(company, row) for row in part.rows), "No customer is here."),
        pager(visit.request, part),
        company=company,
        room="customers",
    )


def customer(visit: Visit) -> Response:
    """One customer, with the newest sales and payments."""
    company, row = visit.company, visit.row("Customer")
    sales = _of(company, row, *SALES_FORMS)
    payments = _of(company, row, "Payment")
    return page(
        row.data["DisplayName"],
        trail(("All customers", home_of(company, "customers"))),
        actions(company, "Customer", row),
        tag("div", _money(row), _ways(row.data), class_="columns"),
        tag("h2", f"Sales ({len(sales):,})"),
        sales_table(company, sales[:SIZE], "None yet."),
        tag("h2", f"Payments ({len(payments):,})"),
        payments_table(company, payments[:SIZE], "None yet."),
        company=company,
        room="customers",
    )


def _by_name(row: Row) -> tuple[str, ...]:
    return (fold(row.data["FullyQualifiedName"]), row.id)


def _searched(data: Obj) -> str:
    return fold(" ".join((data["FullyQualifiedName"], data.get("CompanyName", ""), _email(data))))


def _email(data: Obj) -> str:
    return str((data.get("PrimaryEmailAddr") or {}).get("Address", ""))


def _phone(data: Obj) -> str:
    return str((data.get("PrimaryPhone") or data.get("Mobile") or {}).get("FreeFormNumber", ""))


def _row(company: Company, row: Row) -> list[Content]:
    data = row.data
    name: Content = link(home_of(company, "customers", row.id), data["FullyQualifiedName"])
    if not data["Active"]:
        name = [name, " ", badge("Inactive")]
    phone = tag("span", _phone(data), class_="nowrap") if _phone(data) else ""
    return [name, data.get("CompanyName"), _email(data), phone, money(data["Balance"])]


def _of(company: Company, row: Row, *tables: str) -> list[Row]:
    found = chain.from_iterable(company.tables[name].find("CustomerRef", [fold(row.id)]) for name in tables)
    return sorted(found, key=newest_first, reverse=True)


def _money(row: Row) -> Html:
    data = row.data
    return record(
        row,
        ("Balance", money(data["Balance"])),
        ("Sales tax", "Taxable" if data.get("Taxable") else "Exempt"),
        ("Status", "Active" if data["Active"] else "Inactive"),
        ("Notes", data.get("Notes")),
    )


def _ways(data: Obj) -> Html:
    pairs: list[tuple[str, Content]] = [
        ("Company", data.get("CompanyName")),
        ("E-mail", _email(data)),
        ("Phone", _phone(data)),
        ("Bill to", address(data.get("BillAddr"))),
        ("Service at", address(data.get("ShipAddr"))),
    ]
    return tag("div", facts([*pairs, ("Full name", data["FullyQualifiedName"])]), class_="card")
