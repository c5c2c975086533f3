"""The first page: which companies there are, and where their books begin."""

from __future__ import annotations

from starlette.responses import Response

from qbo_emulator.books.company import Company
from qbo_emulator.pages.components import Column, money, table
from qbo_emulator.pages.frame import home_of, page
from qbo_emulator.pages.html import Content, link, tag
from qbo_emulator.world import World

_COLUMNS = (
    Column("Company"),
    Column("Realm"),
    Column("Customers", figures=True),
    Column("Invoices", figures=True),
    Column("Payments", figures=True),
    Column("Owed", figures=True),
)


def companies(world: World) -> Response:
    """All companies with what is in their books."""
    rows = [_row(company) for company in world.companies.values()]
    return page(
        "Local books",
        tag("p", "Companies in this local QuickBooks Online. What an app writes is here at once.", class_="soft"),
        table("Companies", _COLUMNS, rows, "There is no company."),
    )


def _row(company: Company) -> list[Content]:
    tables = company.tables
    owed = sum(row.data["Balance"] for row in tables["Customer"].rows.values())
    counts = [f"{len(tables[name]):,}" for name in ("Customer", "Invoice", "Payment")]
    return [link(home_of(company, "sales"), company.settings.name), company.realm_id, *counts, money(owed)]
