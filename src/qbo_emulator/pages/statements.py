"""Reports: profit and loss of a period, receivables by age on a day. Straight from the postings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from starlette.responses import Response

from qbo_emulator.books import reports
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import ZERO, fold
from qbo_emulator.pages.components import Column, money, table
from qbo_emulator.pages.frame import home_of, page, trail
from qbo_emulator.pages.html import Content, Html, link, tag
from qbo_emulator.pages.parts import account_link
from qbo_emulator.pages.visit import Visit

_STATEMENT = (Column("Account"), Column("Amount", figures=True))
_BUCKETS = ("Current", "1–30", "31–60", "61–90", "Over 90")
_AGING = (Column("Customer"), *(Column(name, figures=True) for name in _BUCKETS), Column("Total", figures=True))
_TITLES = {reports.COST: "Cost of goods sold", reports.EXPENSE: "Expenses", reports.OTHER_EXPENSE: "Other expenses"}


def statements(visit: Visit) -> Response:
    """Which reports there are."""
    company = visit.company
    return page(
        "Reports",
        tag(
            "ul",
            tag("li", link(home_of(company, "reports", "profit-and-loss"), "Profit and loss"), " of any period"),
            tag("li", link(home_of(company, "reports", "aging"), "A/R aging"), ": who owes how much, and since when"),
            class_="card plain",
        ),
        company=company,
        room="reports",
    )


def profit_and_loss(visit: Visit) -> Response:
    """Income, costs and what is left, of a period; this year so far unless another is asked for."""
    company, today = visit.company, visit.company.today()
    start, end, problem = _period(visit, date(today.year, 1, 1), today)
    body = [tag("p", problem, class_="problem", role="alert")] if problem else _statement(company, start, end)
    return page(
        "Profit and loss",
        trail(("Reports", home_of(company, "reports"))),
        _dates(visit, ("from", "From", start.isoformat()), ("to", "To", end.isoformat())),
        body,
        company=company,
        room="reports",
    )


def _date(visit: Visit, name: str, default: date) -> date:
    """A date of the query. ValueError if it is none."""
    return date.fromisoformat(visit.asked(name)) if visit.asked(name) else default


def _period(visit: Visit, start: date, end: date) -> tuple[date, date, str]:
    """The period asked for, or the default one with the reason why it is not shown."""
    try:
        first, last = _date(visit, "from", start), _date(visit, "to", end)
    except ValueError:
        return start, end, "From and To must be dates such as 2026-01-31."
    return first, last, "From must not be later than To." if first > last else ""


def _dates(visit: Visit, *fields: tuple[str, str, str]) -> Html:
    """A form that asks for dates; what was asked for stays in it."""
    inputs = []
    for name, label, held in fields:
        box = tag("input", type="date", name=name, id=name, value=visit.asked(name) or held, required=True)
        inputs.append(tag("span", tag("label", label, for_=name), " ", box))
    return tag("form", inputs, tag("button", "Show"), class_="search")


def _statement(company: Company, start: date, end: date) -> list[Html]:
    found = reports.profit_and_loss(company, start, end)
    sums = {kind: sum((amount for _, amount in rows), ZERO) for kind, rows in found.items()}
    gross = sums[reports.INCOME] - sums[reports.COST]
    operating = gross - sums[reports.EXPENSE]
    net = operating + sums[reports.OTHER_INCOME] - sums[reports.OTHER_EXPENSE]
    parts = [
        _section(company, kind, rows, sums[kind]) for kind, rows in found.items() if rows or kind == reports.INCOME
    ]
    lines = (("Gross profit", gross), ("Net operating income", operating), ("Net income", net))
    return [*parts, _results(lines)]


def _section(company: Company, kind: str, rows: list[tuple[Row, Decimal]], total: Decimal) -> Html:
    title = _TITLES.get(kind, kind)
    body: Iterator[list[Content]] = ([account_link(company, row.id), money(amount)] for row, amount in rows)
    last = [f"Total {title[0].lower()}{title[1:]}", money(total)]
    whole = table(title, _STATEMENT, body, "Nothing was posted in this period.", last)
    return tag("section", tag("h2", title), whole)


def _results(lines: tuple[tuple[str, Decimal], ...]) -> Html:
    return tag("dl", [[tag("dt", name), tag("dd", money(amount))] for name, amount in lines], class_="card facts sums")


def aging(visit: Visit) -> Response:
    """What each customer owes, by days overdue, on a day; today unless another is asked for."""
    company, problem = visit.company, ""
    day = company.today()
    try:
        day = _date(visit, "on", day)
    except ValueError:
        problem = "On must be a date such as 2026-01-31."
    body = tag("p", problem, class_="problem", role="alert") if problem else _aged(company, day)
    return page(
        "A/R aging",
        trail(("Reports", home_of(company, "reports"))),
        _dates(visit, ("on", "On", day.isoformat())),
        body,
        tag("p", "Payments and credits that are not applied count below 0, from their own date.", class_="soft"),
        company=company,
        room="reports",
    )


def _aged(company: Company, day: date) -> Html:
    found = [(company.row("Customer", aged.customer_id), aged.buckets) for aged in reports.aging(company, day)]
    found.sort(key=lambda pair: fold(pair[0].data["FullyQualifiedName"]))
    sums = [sum(column, ZERO) for column in zip(*(buckets for _, buckets in found), strict=True)]
    rows = (_aged_row(company, row, buckets) for row, buckets in found)
    total = ["Total", *(money(amount) for amount in (*sums, sum(sums, ZERO)))]
    return table("A/R aging", _AGING, rows, "Nobody owed anything on this day.", total)


def _aged_row(company: Company, row: Row, buckets: list[Decimal]) -> list[Content]:
    name = link(home_of(company, "customers", row.id), row.data["FullyQualifiedName"])
    amounts: list[Content] = [money(amount) if amount else "" for amount in buckets]
    return [name, *amounts, money(sum(buckets, ZERO))]
