"""Customers: the list with balances, and one customer with sales and payments."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj, fold
from qbo_emulator.pages.components import Column, address, badge, facts, moment, money, table, version
from qbo_emulator.pages.frame import home_of, page, trail
from qbo_emulator.pages.html import Content, Html, link, tag
from qbo_emulator.pages.paging import SIZE, Orders, cut, pager, search, wanted
from qbo_emulator.pages.payments import PAYMENTS, payment_row
from qbo_emulator.pages.sales import INVOICES, invoice_row, newest_first

_COLUMNS = (Column("Customer"), Column("Company"), Column("E-mail"), Column("Phone"), Column("Balance", figures=True))


def customers(company: Company, request: Request, orders: Orders) -> Response:
    """The list by name, with a search by name, company or e-mail."""
    found = orders.rows(company.tables["Customer"], "name", _by_name, reverse=False)
    text = wanted(request)
    if text:
        found = [row for row in found if text in _searched(row.data)]
    part = cut(found, request)
    return page(
        "Customers",
        tag("div", search(request, "Name, company or e-mail"), class_="bar"),
        table("Customers", _COLUMNS, (_row(company, row) for row in part.rows), "No customer is here."),
        pager(request, part),
        company=company,
        room="customers",
    )


def customer(company: Company, row: Row) -> Response:
    """One customer, with the newest sales and payments."""
    today = company.today().isoformat()
    sales, payments = (_of(company, name, row) for name in ("Invoice", "Payment"))
    return page(
        row.data["DisplayName"],
        trail(("All customers", home_of(company, "customers"))),
        tag("div", _money(row), _ways(row.data), class_="columns"),
        tag("h2", f"Invoices ({len(sales):,})"),
        table("Invoices", INVOICES, (invoice_row(company, one, today) for one in sales[:SIZE]), "None yet."),
        tag("h2", f"Payments ({len(payments):,})"),
        table("Payments", PAYMENTS, (payment_row(company, one) for one in payments[:SIZE]), "None yet."),
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
    return [name, data.get("CompanyName"), _email(data), _phone(data), money(data["Balance"])]


def _of(company: Company, table_name: str, row: Row) -> list[Row]:
    return sorted(company.tables[table_name].find("CustomerRef", [fold(row.id)]), key=newest_first, reverse=True)


def _money(row: Row) -> Html:
    data = row.data
    pairs: list[tuple[str, Content]] = [
        ("Balance", money(data["Balance"])),
        ("Sales tax", "Taxable" if data.get("Taxable") else "Exempt"),
        ("Status", "Active" if data["Active"] else "Inactive"),
        ("Notes", data.get("Notes")),
        ("Id", version(row)),
        ("Last change", moment(data["MetaData"]["LastUpdatedTime"])),
    ]
    return tag("div", facts(pairs), class_="card")


def _ways(data: Obj) -> Html:
    pairs: list[tuple[str, Content]] = [
        ("Company", data.get("CompanyName")),
        ("E-mail", _email(data)),
        ("Phone", _phone(data)),
        ("Bill to", address(data.get("BillAddr"))),
        ("Service at", address(data.get("ShipAddr"))),
    ]
    return tag("div", facts([*pairs, ("Full name", data["FullyQualifiedName"])]), class_="card")
