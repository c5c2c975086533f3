"""The chart of accounts with balances, and the register of one account: everything that was posted on it."""

from __future__ import annotations

from decimal import Decimal

from starlette.responses import Response

from qbo_emulator.books import reports
from qbo_emulator.books.company import Company
from qbo_emulator.books.definitions_lists import ACCOUNT_TYPES
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import fold
from qbo_emulator.pages.components import Column, badge, day, money, table
from qbo_emulator.pages.frame import home_of, page, trail
from qbo_emulator.pages.html import Content, link, tag
from qbo_emulator.pages.paging import cut, pager, search, wanted
from qbo_emulator.pages.parts import customer_link, history_of, record, sides
from qbo_emulator.pages.places import linked
from qbo_emulator.pages.visit import Visit

_COLUMNS = (Column("Account"), Column("Type"), Column("Detail type"), Column("Balance", figures=True))
_REGISTER = (
    Column("Transaction"),
    Column("Date"),
    Column("Customer"),
    Column("Debit", figures=True),
    Column("Credit", figures=True),
    Column("Balance", figures=True),
)
_RANKS = {kind: f"{rank:02}" for rank, kind in enumerate(ACCOUNT_TYPES)}


def accounts(visit: Visit) -> Response:
    """The chart by type and name, with a search by name or type."""
    company = visit.company
    found = visit.orders.rows([company.tables["Account"]], "type", _by_type)
    text = wanted(visit.request)
    if text:
        found = [row for row in found if text in fold(f"{row.data['FullyQualifiedName']} {row.data['AccountType']}")]
    part = cut(found, visit.request)
    rows = (_row(company, row) for row in part.rows)
    return page(
        "Chart of accounts",
        tag("div", search(visit.request, "Name or type"), class_="bar"),
        table("Accounts", _COLUMNS, rows, "No account is here."),
        pager(visit.request, part),
        tag("p", "Liabilities, equity and income count above 0 when they are credits.", class_="soft"),
        company=company,
        room="accounts",
    )


def account(visit: Visit) -> Response:
    """The register of one account, the newest posting first."""
    company, row = visit.company, visit.row("Account")
    data = row.data
    posted = reports.register(company, row.id)
    part = cut(posted[::-1], visit.request)
    pairs: list[tuple[str, Content]] = [
        ("Type", data["AccountType"]),
        ("Detail type", data["AccountSubType"]),
        ("Balance", money(_balance(company, row))),
        ("Status", "Active" if data["Active"] else "Inactive"),
    ]
    past = link(history_of(company, "Account", row.id), "History", class_="button")
    return page(
        data["FullyQualifiedName"],
        trail(("Chart of accounts", home_of(company, "accounts"))),
        tag("nav", past, class_="actions", aria_label="What to do"),
        record(row, *pairs),
        tag("h2", "Register"),
        table("Register", _REGISTER, (_posted(company, row, one) for one in part.rows), "Nothing is posted here."),
        pager(visit.request, part),
        company=company,
        room="accounts",
    )


def _by_type(row: Row) -> tuple[str, ...]:
    return (_RANKS[row.data["AccountType"]], fold(row.data["FullyQualifiedName"]), row.id)


def _balance(company: Company, row: Row) -> Decimal:
    return reports.natural(row.data, company.ledger.balance(row.id))


def _row(company: Company, row: Row) -> list[Content]:
    data = row.data
    name: Content = link(home_of(company, "accounts", row.id), data["FullyQualifiedName"])
    return [
        name if data["Active"] else [name, " ", badge("Inactive")],
        data["AccountType"],
        data["AccountSubType"],
        money(_balance(company, row)),
    ]


def _posted(company: Company, account_row: Row, one: reports.Posted) -> list[Content]:
    row = reports.transaction(company, one.key)
    return [
        linked(company, one.key[0], row),
        day(row.data["TxnDate"]),
        customer_link(company, row.data) if row.data.get("CustomerRef") else "",
        *sides(one.amount),
        money(reports.natural(account_row.data, one.balance)),
    ]
