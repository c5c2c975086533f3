"""Receiving a payment on invoices, and changing one that was received."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from starlette.responses import Response

from qbo_emulator.books import operations
from qbo_emulator.books.balances import line_amounts
from qbo_emulator.books.company import Company
from qbo_emulator.books.operations import Options
from qbo_emulator.books.table import Row
from qbo_emulator.books.transactions import MONEY_ACCOUNTS
from qbo_emulator.books.wire import ZERO, Obj, fold, ref_value
from qbo_emulator.pages.components import Column, day, money, table
from qbo_emulator.pages.editing import (
    Form,
    Input,
    Problems,
    Typed,
    changed,
    fields,
    judged,
    number_of,
    respond,
    text_of,
    write,
)
from qbo_emulator.pages.frame import home_of
from qbo_emulator.pages.html import Content, tag
from qbo_emulator.pages.parts import newest_first
from qbo_emulator.pages.places import linked, named
from qbo_emulator.pages.visit import Missing, Visit

_COLUMNS = (
    Column("Transaction"),
    Column("Date"),
    Column("Its total", figures=True),
    Column("Open", figures=True),
    Column("Applied", figures=True),
)
_MOST = 100  # open invoices that are offered


def new_payment(visit: Visit) -> Response:
    """Receive a payment on the invoice that the address names."""
    invoice = visit.company.tables["Invoice"].get(visit.asked("invoice"))
    if invoice is None:
        raise Missing
    company, data = visit.company, invoice.data
    offered = _offered(company, data["CustomerRef"]["value"], [("Invoice", invoice)])
    stored = {
        "TxnDate": company.today().isoformat(),
        "TotalAmt": str(data["Balance"]),
        "DepositToAccountRef": str(company.settings.default_deposit_account),
        f"Invoice.{invoice.id}": str(data["Balance"]),
    }

    def save(typed: Typed) -> None:
        body = _body({}, typed)
        lines = _lines(offered, typed)
        operations.write(company, "Payment", {**body, "CustomerRef": data["CustomerRef"], "Line": lines}, Options())

    home = home_of(company, "sales", invoice.id)
    name = named("Invoice", data)
    return _respond(visit, "Receive a payment", (name, home), stored, offered, save, home)


def payment(visit: Visit) -> Response:
    """The form of a payment."""
    company, row = visit.company, visit.row("Payment")
    settled = line_amounts(row.data)
    offered = _offered(company, row.data["CustomerRef"]["value"], [(kind, company.row(kind, i)) for kind, i in settled])
    stored = {**_stored(row), **{f"{kind}.{row_id}": str(amount) for (kind, row_id), amount in settled.items()}}

    def save(typed: Typed) -> None:
        body = _body(stored, typed)
        if changed(stored, typed, *(f"{kind}.{one.id}" for kind, one in offered)):
            body["Line"] = _lines(offered, typed)
        write(company, "Payment", row, typed, body)

    home = home_of(company, "payments", row.id)
    name = named("Payment", row.data)
    return _respond(visit, f"Edit payment{name.removeprefix('Payment')}", (name, home), stored, offered, save, home)


def _offered(company: Company, customer_id: str, first: list[tuple[str, Row]]) -> list[tuple[str, Row]]:
    """What a payment may settle: what it is about, then other open invoices of the customer, the oldest first."""
    held = {row.id for _, row in first}
    rows = company.tables["Invoice"].find("CustomerRef", [fold(customer_id)])
    others = [row for row in sorted(rows, key=newest_first) if row.data["Balance"] > 0 and row.id not in held]
    return [*first, *(("Invoice", row) for row in others[:_MOST])]


def _inputs(company: Company) -> tuple[Input, ...]:
    methods = [
        (row.id, row.data["Name"]) for row in company.tables["PaymentMethod"].rows.values() if row.data["Active"]
    ]
    held = company.tables["Account"].rows.values()
    accounts = [
        (row.id, row.data["FullyQualifiedName"])
        for row in held
        if row.data["AccountType"] in MONEY_ACCOUNTS and row.data["Active"]
    ]
    return (
        Input("TxnDate", "Date", "date", element="TxnDate"),
        Input("TotalAmt", "Amount received", element="TotalAmt"),
        Input("PaymentMethodRef", "Method", "select", choices=[("", "None"), *methods]),
        Input("PaymentRefNum", "Reference", element="PaymentRefNum"),
        Input("DepositToAccountRef", "Money account", "select", choices=accounts),
        Input("PrivateNote", "Private note", "area", element="PrivateNote"),
    )


def _respond(
    visit: Visit,
    title: str,
    back: tuple[str, str],
    stored: Typed,
    offered: list[tuple[str, Row]],
    save: Callable[[Typed], None],
    home: str,
) -> Response:
    inputs = _inputs(visit.company)

    def shown(typed: Typed, problems: Problems) -> Content:
        rows = _rows(visit.company, offered, typed, problems)
        return [
            fields(inputs, typed, problems),
            tag("h2", "What it settles"),
            table("What it settles", _COLUMNS, rows, "No invoice of this customer is open."),
        ]

    return respond(visit, Form(title, "payments", back, stored, inputs, shown, save, home))


def _rows(
    company: Company, offered: list[tuple[str, Row]], typed: Typed, problems: Problems
) -> Iterator[list[Content]]:
    for kind, row in offered:
        name = f"{kind}.{row.id}"
        label = f"Applied to {named(kind, row.data)}"
        box = judged(Input(name, label), typed, problems, aria_label=label, inputmode="decimal")
        total, left = row.data["TotalAmt"], row.data["Balance"]
        yield [linked(company, kind, row), day(row.data["TxnDate"]), money(total), money(left), box]


def _stored(row: Row) -> dict[str, str]:
    data = row.data
    plain = {name: str(data.get(name, "")) for name in ("TxnDate", "TotalAmt", "PaymentRefNum", "PrivateNote")}
    refs = {name: ref_value(data.get(name)) or "" for name in ("PaymentMethodRef", "DepositToAccountRef")}
    return {**plain, **refs, "token": data["SyncToken"]}


def _body(stored: Typed, typed: Typed) -> Obj:
    """Changed properties of the head."""
    names = ("TxnDate", "PaymentRefNum", "PrivateNote")
    body: Obj = {name: text_of(typed, name) for name in names if changed(stored, typed, name)}
    if changed(stored, typed, "TotalAmt"):
        amount = number_of(typed, "TotalAmt", "Amount received")
        body["TotalAmt"] = amount if amount is not None else ""
    for name in ("PaymentMethodRef", "DepositToAccountRef"):
        if changed(stored, typed, name):
            body[name] = {"value": text_of(typed, name)}
    return body


def _lines(offered: list[tuple[str, Row]], typed: Typed) -> list[Obj]:
    lines = []
    for kind, row in offered:
        amount: Decimal = number_of(typed, f"{kind}.{row.id}", "The amount applied") or ZERO
        if amount:
            lines.append({"Amount": amount, "LinkedTxn": [{"TxnId": row.id, "TxnType": kind}]})
    return lines
