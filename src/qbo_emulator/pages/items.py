"""Products and services: the list with prices, kinds and income accounts."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import fold
from qbo_emulator.pages.components import Column, badge, rate, table
from qbo_emulator.pages.frame import page
from qbo_emulator.pages.html import Content, tag
from qbo_emulator.pages.paging import Orders, cut, pager, search, wanted

_COLUMNS = (
    Column("Name"),
    Column("Kind"),
    Column("Description"),
    Column("Income account"),
    Column("Sales tax"),
    Column("Price", figures=True),
)
_KINDS = {"NonInventory": "Non-inventory"}


def items(company: Company, request: Request, orders: Orders) -> Response:
    """The list by name, with a search by name or description."""
    found = orders.rows(company.tables["Item"], "name", _by_name, reverse=False)
    text = wanted(request)
    if text:
        found = [row for row in found if text in _searched(row)]
    part = cut(found, request)
    return page(
        "Products and services",
        tag("div", search(request, "Name or description"), class_="bar"),
        table("Products and services", _COLUMNS, map(_row, part.rows), "No product or service is here."),
        pager(request, part),
        company=company,
        room="items",
    )


def _by_name(row: Row) -> tuple[str, ...]:
    return (fold(row.data["FullyQualifiedName"]), row.id)


def _searched(row: Row) -> str:
    return fold(f"{row.data['FullyQualifiedName']} {row.data.get('Description', '')}")


def _row(row: Row) -> list[Content]:
    data = row.data
    name: Content = data["FullyQualifiedName"]
    return [
        name if data["Active"] else [name, " ", badge("Inactive")],
        _KINDS.get(data["Type"], data["Type"]),
        data.get("Description"),
        (data.get("IncomeAccountRef") or {}).get("name"),
        "Taxable" if data.get("Taxable") else "Not taxable",
        rate(data.get("UnitPrice")),
    ]
