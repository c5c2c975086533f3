"""Products and services: the list with prices, kinds and income accounts, and one of them."""

from __future__ import annotations

from starlette.responses import Response

from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj, fold, ref_value
from qbo_emulator.pages.components import Column, badge, figure, rate, table
from qbo_emulator.pages.frame import home_of, page, trail
from qbo_emulator.pages.html import Content, link, tag
from qbo_emulator.pages.paging import cut, pager, search, wanted
from qbo_emulator.pages.parts import account_link, actions, record
from qbo_emulator.pages.visit import Visit

_COLUMNS = (
    Column("Name"),
    Column("Kind"),
    Column("Description"),
    Column("Income account"),
    Column("Sales tax"),
    Column("Price", figures=True),
)
_KINDS = {"NonInventory": "Non-inventory"}


def items(visit: Visit) -> Response:
    """The list by name, with a search by name or description."""
    company = visit.company
    found = visit.orders.rows([company.tables["Item"]], "name", _by_name)
    text = wanted(visit.request)
    if text:
        found = [row for row in found if text in _searched(row)]
    part = cut(found, visit.request)
    rows = (_row(company, row) for row in part.rows)
    return page(
        "Products and services",
        tag("div", search(visit.request, "Name or description"), class_="bar"),
        table("Products and services", _COLUMNS, rows, "No product or service is here."),
        pager(visit.request, part),
        company=company,
        room="items",
    )


def item(visit: Visit) -> Response:
    """One product or service."""
    company, row = visit.company, visit.row("Item")
    data = row.data
    pairs: list[tuple[str, Content]] = [
        ("Kind", _kind(data)),
        ("Price", rate(data.get("UnitPrice"))),
        ("Sales tax", _tax(data)),
        ("Description", data.get("Description")),
        ("Income account", _income(company, data)),
        ("In stock", figure(data.get("QtyOnHand"))),
        ("Status", "Active" if data["Active"] else "Inactive"),
    ]
    return page(
        data["FullyQualifiedName"],
        trail(("All products and services", home_of(company, "items"))),
        actions(company, "Item", row),
        record(row, *pairs),
        company=company,
        room="items",
    )


def _by_name(row: Row) -> tuple[str, ...]:
    return (fold(row.data["FullyQualifiedName"]), row.id)


def _searched(row: Row) -> str:
    return fold(f"{row.data['FullyQualifiedName']} {row.data.get('Description', '')}")


def _kind(data: Obj) -> str:
    return _KINDS.get(data["Type"], str(data["Type"]))


def _tax(data: Obj) -> str:
    return "Taxable" if data.get("Taxable") else "Not taxable"


def _income(company: Company, data: Obj) -> Content:
    account_id = ref_value(data.get("IncomeAccountRef"))
    return account_link(company, account_id) if account_id else None


def _row(company: Company, row: Row) -> list[Content]:
    data = row.data
    name: Content = link(home_of(company, "items", row.id), data["FullyQualifiedName"])
    return [
        name if data["Active"] else [name, " ", badge("Inactive")],
        _kind(data),
        data.get("Description"),
        _income(company, data),
        _tax(data),
        rate(data.get("UnitPrice")),
    ]
