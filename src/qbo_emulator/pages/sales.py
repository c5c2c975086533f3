"""Sales: invoices, credit memos and receipts in one list, by state and kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from starlette.responses import Response

from qbo_emulator.books.company import SALES_FORMS, Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import fold
from qbo_emulator.pages.components import Column, badge, chips, day, money, table
from qbo_emulator.pages.frame import home_of, page
from qbo_emulator.pages.html import Content, Html, link, tag
from qbo_emulator.pages.paging import cut, pager, search, wanted, with_query
from qbo_emulator.pages.parts import customer_link, newest_first
from qbo_emulator.pages.places import WORDS, kind_of, short
from qbo_emulator.pages.states import STATES, states_of
from qbo_emulator.pages.visit import Visit

FORMS = (
    Column("No."),
    Column("Kind"),
    Column("Date"),
    Column("Customer"),
    Column("Due"),
    Column("State"),
    Column("Balance", figures=True),
    Column("Total", figures=True),
)
GIVES_BACK = ("CreditMemo", "RefundReceipt")


def sales(visit: Visit) -> Response:
    """The list, newest first, with filters by state and kind and a search by number or customer.

    Each form counts under one state, the first of its words, so that the counts add up to all.
    """
    found = _wanted(visit)
    today = visit.company.today().isoformat()
    states = [states_of(kind_of(visit.company, row), row, today)[0] for row in found]
    chosen = visit.asked("state")
    shown = [row for row, own in zip(found, states, strict=True) if own == chosen] if chosen in STATES else found
    part = cut(shown, visit.request)
    filters = [_kinds(visit), _states(visit, Counter(states), len(found))]
    return page(
        "Sales",
        tag("div", tag("div", filters), search(visit.request, "Number or customer"), class_="bar"),
        sales_table(visit.company, part.rows, "No sale is here."),
        pager(visit.request, part),
        company=visit.company,
        room="sales",
    )


def _wanted(visit: Visit) -> list[Row]:
    kind = visit.asked("kind")
    kinds = [kind] if kind in SALES_FORMS else list(SALES_FORMS)
    tables = [visit.company.tables[name] for name in kinds]
    found = visit.orders.rows(tables, f"newest of {len(kinds)}", newest_first, reverse=True)
    text = wanted(visit.request)
    return [row for row in found if text in _searched(row)] if text else found


def _searched(row: Row) -> str:
    return fold(f"{row.data.get('DocNumber', '')} {(row.data.get('CustomerRef') or {}).get('name', '')}")


def _kinds(visit: Visit) -> Html:
    tables = visit.company.tables
    choices = [("All kinds", "", visit.asked("kind") not in SALES_FORMS)]
    for kind in SALES_FORMS:
        words = f"{WORDS[kind]}s {len(tables[kind]):,}"
        choices.append((words, kind, visit.asked("kind") == kind))
    return chips("Kind", [(words, with_query(visit.request, kind=kind), now) for words, kind, now in choices])


def _states(visit: Visit, counts: Counter[str], total: int) -> Html:
    whole = [("All", "", total), *((state, state, counts[state]) for state in STATES)]
    chosen = visit.asked("state")
    return chips(
        "State",
        [(f"{words} {n:,}", with_query(visit.request, state=state), state == chosen) for words, state, n in whole],
    )


def sales_table(company: Company, rows: Sequence[Row], empty: str) -> Html:
    """Sales forms as a table; what gives money back counts below 0."""
    today = company.today().isoformat()
    return table("Sales", FORMS, (_line(company, row, today) for row in rows), empty)


def _line(company: Company, row: Row, today: str) -> list[Content]:
    data, kind = row.data, kind_of(company, row)
    sign = -1 if kind in GIVES_BACK else 1
    return [
        link(home_of(company, "sales", row.id), short(data)),
        WORDS[kind],
        day(data["TxnDate"]),
        customer_link(company, data),
        day(data.get("DueDate")),
        badges(kind, row, today),
        money(sign * data["Balance"]),
        money(sign * data["TotalAmt"]),
    ]


def badges(kind: str, row: Row, today: str) -> list[Content]:
    """The states of a form."""
    return [[badge(word), " "] for word in states_of(kind, row, today)]
