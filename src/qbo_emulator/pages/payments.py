"""Payments and bank deposits: the list, and one of them with what it settles or holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from starlette.responses import Response

from qbo_emulator.books.balances import line_amounts
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.transactions import deposit_of
from qbo_emulator.books.wire import Obj, fold, ref_value
from qbo_emulator.pages.components import Column, day, money, table
from qbo_emulator.pages.frame import home_of, page, trail
from qbo_emulator.pages.html import Content, Html, link, tag
from qbo_emulator.pages.paging import cut, pager, search, wanted
from qbo_emulator.pages.parts import account_link, actions, customer_link, method_of, newest_first, postings, record
from qbo_emulator.pages.places import linked, named
from qbo_emulator.pages.visit import Visit

PAYMENTS = (
    Column("Payment"),
    Column("Date"),
    Column("Customer"),
    Column("Method"),
    Column("Not applied", figures=True),
    Column("Amount", figures=True),
)
_APPLIED = (
    Column("Transaction"),
    Column("Date"),
    Column("Its total", figures=True),
    Column("Applied by this", figures=True),
)
_HELD = (Column("Transaction"), Column("Date"), Column("Customer"), Column("Amount", figures=True))


def payments(visit: Visit) -> Response:
    """The list, newest first, with a search by reference or customer."""
    company = visit.company
    found = visit.orders.rows([company.tables["Payment"]], "newest", newest_first, reverse=True)
    text = wanted(visit.request)
    if text:
        found = [row for row in found if text in _searched(row)]
    part = cut(found, visit.request)
    deposit = link(home_of(company, "payments", "deposit"), "Bank deposit", class_="button")
    return page(
        "Payments",
        tag("div", search(visit.request, "Reference or customer"), deposit, class_="bar"),
        payments_table(company, part.rows, "No payment is here."),
        pager(visit.request, part),
        company=company,
        room="payments",
    )


def payments_table(company: Company, rows: Sequence[Row], empty: str) -> Html:
    """Payments as a table."""
    return table("Payments", PAYMENTS, (_line(company, row) for row in rows), empty)


def _line(company: Company, row: Row) -> list[Content]:
    data = row.data
    return [
        link(home_of(company, "payments", row.id), data.get("PaymentRefNum") or f"Payment {row.id}"),
        day(data["TxnDate"]),
        customer_link(company, data),
        method_of(company, data),
        money(data.get("UnappliedAmt")),
        money(data["TotalAmt"]),
    ]


def _searched(row: Row) -> str:
    return fold(f"{row.data.get('PaymentRefNum', '')} {row.data['CustomerRef'].get('name', '')}")


def payment(visit: Visit) -> Response:
    """One payment, or a bank deposit."""
    kind, row = visit.found("Payment", "Deposit")
    company = visit.company
    body = _payment(company, row) if kind == "Payment" else _deposit(company, row)
    return page(
        named(kind, row.data),
        trail(("All payments", home_of(company, "payments"))),
        *body,
        postings(company, kind, row),
        company=company,
        room="payments",
    )


def _payment(company: Company, row: Row) -> list[Content]:
    data = row.data
    held = deposit_of(data)
    pairs: list[tuple[str, Content]] = [
        ("Customer", customer_link(company, data)),
        ("Date", day(data["TxnDate"])),
        ("Amount", money(data["TotalAmt"])),
        ("Not applied", money(data.get("UnappliedAmt"))),
        ("Method", method_of(company, data)),
        ("Reference", data.get("PaymentRefNum")),
        ("Money account", _account(company, data)),
        ("In deposit", link(home_of(company, "payments", held), f"Bank deposit {held}") if held else None),
        ("Private note", data.get("PrivateNote")),
    ]
    return [
        actions(company, "Payment", row),
        record(row, *pairs),
        tag("h2", "What it settles"),
        table("What it settles", _APPLIED, _applied(company, data), "It is applied to no invoice."),
    ]


def _account(company: Company, data: Obj) -> Html:
    account_id = ref_value(data.get("DepositToAccountRef"))
    return account_link(company, account_id) if account_id else Html("")


def _applied(company: Company, data: Obj) -> Iterator[list[Content]]:
    for (kind, form_id), amount in line_amounts(data).items():
        form = company.row(kind, form_id)
        yield [linked(company, kind, form), day(form.data["TxnDate"]), money(form.data["TotalAmt"]), money(amount)]


def _deposit(company: Company, row: Row) -> list[Content]:
    data = row.data
    pairs: list[tuple[str, Content]] = [
        ("Date", day(data["TxnDate"])),
        ("Amount", money(data["TotalAmt"])),
        ("Bank account", _account(company, data)),
    ]
    return [
        actions(company, "Deposit", row),
        record(row, *pairs),
        tag("h2", "What it holds"),
        table("What it holds", _HELD, _held(company, data), "It is empty."),
    ]


def _held(company: Company, data: Obj) -> Iterator[list[Content]]:
    for line in data["Line"]:
        one = line["LinkedTxn"][0]
        source = company.row(one["TxnType"], one["TxnId"])
        yield [
            linked(company, one["TxnType"], source),
            day(source.data["TxnDate"]),
            customer_link(company, source.data),
            money(line["Amount"]),
        ]
