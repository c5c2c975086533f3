"""The first page: which companies there are, and where their books begin."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from qbo_emulator.books.company import Company
from qbo_emulator.books.wire import fold
from qbo_emulator.pages.components import Column, money, table
from qbo_emulator.pages.frame import home_of, page
from qbo_emulator.pages.html import Content, link, tag
from qbo_emulator.pages.paging import cut, pager, search, wanted
from qbo_emulator.world import World

_COLUMNS = (
    Column("Company"),
    Column("Realm"),
    Column("Customers", figures=True),
    Column("Invoices", figures=True),
    Column("Payments", figures=True),
    Column("Owed", figures=True),
)


def companies(world: World, request: Request) -> Response:
    """The companies with what is in their books, and a search by name or realm."""
    text = wanted(request)
    found = [company for company in world.companies.values() if text in _searched(company)]
    part = cut(found, request)
    return page(
        "Local books",
        tag("p", "Companies in this local QuickBooks Online. What an app writes is here at once.", class_="soft"),
        tag("div", search(request, "Name or realm"), class_="bar"),
        table("Companies", _COLUMNS, map(_row, part.rows), "There is no such company."),
        pager(request, part),
    )


def _searched(company: Company) -> str:
    return fold(f"{company.settings.name} {company.realm_id}")


def _row(company: Company) -> list[Content]:
    tables = company.tables
    owed = sum(row.data["Balance"] for row in tables["Customer"].rows.values())
    counts = [f"{len(tables[name]):,}" for name in ("Customer", "Invoice", "Payment")]
    return [link(home_of(company, "sales"), company.settings.name), company.realm_id, *counts, money(owed)]
