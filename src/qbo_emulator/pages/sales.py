"""Sales: all invoices by state, and one invoice with its lines, tax and payments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from starlette.requests import Request
from starlette.responses import Response

from qbo_emulator.books.balances import applied_to
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj, fold, ref_value
from qbo_emulator.pages.components import (
    Column,
    address,
    badge,
    chips,
    day,
    facts,
    figure,
    moment,
    money,
    rate,
    table,
    version,
)
from qbo_emulator.pages.frame import home_of, page, trail
from qbo_emulator.pages.html import Content, Html, link, tag
from qbo_emulator.pages.paging import Orders, cut, pager, search, wanted, with_query
from qbo_emulator.pages.states import STATES, states_of

INVOICES = (
    Column("No."),
    Column("Date"),
    Column("Customer"),
    Column("Due"),
    Column("State"),
    Column("Balance", figures=True),
    Column("Total", figures=True),
)
_LINES = (
    Column("Product or service"),
    Column("Description"),
    Column("Quantity", figures=True),
    Column("Rate", figures=True),
    Column("Tax"),
    Column("Amount", figures=True),
)
_PAYMENTS = (Column("Payment"), Column("Date"), Column("Method"), Column("Applied here", figures=True))


def newest_first(row: Row) -> tuple[str, ...]:
    """Transactions by date, then by when they were entered."""
    return (row.data["TxnDate"], row.id.rjust(12))


def sales(company: Company, request: Request, orders: Orders) -> Response:
    """The list, newest first, with a filter by state and a search by number or customer."""
    today = company.today().isoformat()
    found = orders.rows(company.tables["Invoice"], "newest", newest_first, reverse=True)
    text = wanted(request)
    if text:
        found = [row for row in found if text in _searched(row)]
    states = [states_of(row, today) for row in found]
    chosen = request.query_params.get("state", "")
    shown = [row for row, own in zip(found, states, strict=True) if chosen in own] if chosen in STATES else found
    part = cut(shown, request)
    return page(
        "Sales",
        tag(
            "div",
            _filters(request, Counter(chain.from_iterable(states)), len(found), chosen),
            search(request, "Number or customer"),
            class_="bar",
        ),
        table("Invoices", INVOICES, (invoice_row(company, row, today) for row in part.rows), "No invoice is here."),
        pager(request, part),
        company=company,
        room="sales",
    )


def invoice_row(company: Company, row: Row, today: str) -> list[Content]:
    """An invoice in a list."""
    data = row.data
    number = data.get("DocNumber") or f"without number ({row.id})"
    return [
        link(home_of(company, "sales", row.id), number),
        day(data["TxnDate"]),
        customer_link(company, data),
        day(data.get("DueDate")),
        badges(row, today),
        money(data["Balance"]),
        money(data["TotalAmt"]),
    ]


def badges(row: Row, today: str) -> list[Content]:
    """The states of an invoice."""
    return [[badge(word), " "] for word in states_of(row, today)]


def customer_link(company: Company, data: Obj) -> Html:
    """The customer of a transaction."""
    customer = data["CustomerRef"]
    return link(home_of(company, "customers", customer["value"]), customer.get("name", customer["value"]))


def invoice(company: Company, row: Row) -> Response:
    """One invoice as a bookkeeper needs to see it."""
    data = row.data
    return page(
        f"Invoice {data.get('DocNumber', row.id)}",
        trail(("All sales", home_of(company, "sales"))),
        tag("p", badges(row, company.today().isoformat()), " ", customer_link(company, data)),
        tag("div", _facts(row), _addresses(data), class_="columns"),
        table("Lines", _LINES, _lines(data), "This invoice has no lines."),
        _sums(company, row),
        tag("h2", "Payments"),
        table("Payments", _PAYMENTS, _payments(company, row), "No payment is applied to this invoice."),
        company=company,
        room="sales",
    )


def _searched(row: Row) -> str:
    return fold(f"{row.data.get('DocNumber', '')} {row.data['CustomerRef'].get('name', '')}")


def _filters(request: Request, counts: Counter[str], total: int, chosen: str) -> Html:
    whole = [("All", "", total), *((state, state, counts[state]) for state in STATES)]
    return chips(
        "State", [(f"{words} {n:,}", with_query(request, state=state), state == chosen) for words, state, n in whole]
    )


def _facts(row: Row) -> Html:
    data = row.data
    memo = (data.get("CustomerMemo") or {}).get("value")
    pairs = [
        ("Date", day(data["TxnDate"])),
        ("Due", day(data.get("DueDate"))),
        ("Terms", (data.get("SalesTermRef") or {}).get("name")),
        ("Message", memo),
        ("Private note", data.get("PrivateNote")),
        ("Id", version(row)),
        ("Last change", moment(data["MetaData"]["LastUpdatedTime"])),
    ]
    return tag("div", facts(pairs), class_="card")


def _addresses(data: Obj) -> Html:
    pairs = [("Bill to", address(data.get("BillAddr"))), ("Service at", address(data.get("ShipAddr")))]
    email = (data.get("BillEmail") or {}).get("Address")
    return tag("div", facts([*pairs, ("E-mail", email)]), class_="card")


def _lines(data: Obj) -> Iterator[list[Content]]:
    for line in data["Line"]:
        if line["DetailType"] in ("SubTotalLineDetail", "DiscountLineDetail"):
            continue
        detail = line.get("SalesItemLineDetail")
        text = tag("span", line.get("Description"), class_="text")
        if detail is None:
            yield ["", text, "", "", "", ""]
            continue
        tax = "Taxed" if ref_value(detail.get("TaxCodeRef")) == "TAX" else "Not taxed"
        price, quantity = rate(detail.get("UnitPrice")), figure(detail.get("Qty"))
        yield [detail["ItemRef"].get("name"), text, quantity, price, tax, money(line["Amount"])]


def _sums(company: Company, row: Row) -> Html:
    data = row.data
    sums = [line for line in data["Line"] if line["DetailType"] == "SubTotalLineDetail"]
    discounts = [-line["Amount"] for line in data["Line"] if line["DetailType"] == "DiscountLineDetail"]
    paid = applied_to(company, row.id)
    pairs: list[tuple[str, Content]] = [
        *(("Subtotal", money(line["Amount"])) for line in sums),
        *(("Discount", money(amount)) for amount in discounts),
        ("Sales tax", money((data.get("TxnTaxDetail") or {}).get("TotalTax"))),
        ("Total", money(data["TotalAmt"])),
        ("Paid", money(-paid)),
        ("Balance due", money(data["Balance"])),
    ]
    return tag("div", facts(pairs, "facts sums"), class_="card")


def _payments(company: Company, row: Row) -> Iterator[list[Content]]:
    for payment_id, amount in company.applied.get(row.id, {}).items():
        payment = company.row("Payment", payment_id).data
        number = payment.get("PaymentRefNum") or f"Payment {payment_id}"
        yield [
            link(home_of(company, "payments", payment_id), number),
            day(payment["TxnDate"]),
            method_of(company, payment),
            money(amount),
        ]


def method_of(company: Company, payment: Obj) -> str:
    """The name of a payment's method."""
    method_id = ref_value(payment.get("PaymentMethodRef"))
    method = company.tables["PaymentMethod"].get(method_id) if method_id else None
    return str(method.data["Name"]) if method else ""
