"""Payments: the list, and one payment with the invoices that it pays."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response

from qbo_emulator.books.balances import line_amounts
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj, fold, ref_value
from qbo_emulator.pages.components import Column, day, facts, moment, money, table, version
from qbo_emulator.pages.frame import home_of, page, trail
from qbo_emulator.pages.html import Content, link, tag
from qbo_emulator.pages.paging import Orders, cut, pager, search, wanted
from qbo_emulator.pages.sales import customer_link, method_of, newest_first

PAYMENTS = (
    Column("Payment"),
    Column("Date"),
    Column("Customer"),
    Column("Method"),
    Column("Not applied", figures=True),
    Column("Amount", figures=True),
)
_APPLIED = (
    Column("Invoice"),
    Column("Date"),
    Column("Invoice total", figures=True),
    Column("Paid by this", figures=True),
)


def payments(company: Company, request: Request, orders: Orders) -> Response:
    """The list, newest first, with a search by reference or customer."""
    found = orders.rows(company.tables["Payment"], "newest", newest_first, reverse=True)
    text = wanted(request)
    if text:
        found = [row for row in found if text in _searched(row)]
    part = cut(found, request)
    return page(
        "Payments",
        tag("div", search(request, "Reference or customer"), class_="bar"),
        table("Payments", PAYMENTS, (payment_row(company, row) for row in part.rows), "No payment is here."),
        pager(request, part),
        company=company,
        room="payments",
    )


def payment_row(company: Company, row: Row) -> list[Content]:
    """A payment in a list."""
    data = row.data
    return [
        link(home_of(company, "payments", row.id), data.get("PaymentRefNum") or f"Payment {row.id}"),
        day(data["TxnDate"]),
        customer_link(company, data),
        method_of(company, data),
        money(data.get("UnappliedAmt")),
        money(data["TotalAmt"]),
    ]


def payment(company: Company, row: Row) -> Response:
    """One payment."""
    data = row.data
    pairs: list[tuple[str, Content]] = [
        ("Customer", customer_link(company, data)),
        ("Date", day(data["TxnDate"])),
        ("Amount", money(data["TotalAmt"])),
        ("Not applied", money(data.get("UnappliedAmt"))),
        ("Method", method_of(company, data)),
        ("Reference", data.get("PaymentRefNum")),
        ("Deposited to", _account(company, data)),
        ("Private note", data.get("PrivateNote")),
        ("Id", version(row)),
        ("Last change", moment(data["MetaData"]["LastUpdatedTime"])),
    ]
    return page(
        f"Payment {data.get('PaymentRefNum', row.id)}",
        trail(("All payments", home_of(company, "payments"))),
        tag("div", facts(pairs), class_="card"),
        tag("h2", "Invoices that it pays"),
        table("Invoices", _APPLIED, _applied(company, data), "It is applied to no invoice."),
        company=company,
        room="payments",
    )


def _searched(row: Row) -> str:
    return fold(f"{row.data.get('PaymentRefNum', '')} {row.data['CustomerRef'].get('name', '')}")


def _account(company: Company, data: Obj) -> str:
    account_id = ref_value(data.get("DepositToAccountRef"))
    account = company.tables["Account"].get(account_id) if account_id else None
    return str(account.data["FullyQualifiedName"]) if account else ""


def _applied(company: Company, data: Obj) -> Iterator[list[Content]]:
    for (kind, form_id), amount in line_amounts(data).items():
        form = company.row(kind, form_id).data
        yield [_form(company, kind, form), day(form["TxnDate"]), money(form["TotalAmt"]), money(amount)]


def _form(company: Company, kind: str, form: Obj) -> Content:
    """The number of what is paid; invoices lead to their page."""
    if kind == "Invoice":
        return link(home_of(company, "sales", form["Id"]), form.get("DocNumber") or f"Invoice {form['Id']}")
    return f"Credit memo {form.get('DocNumber') or form['Id']}"
