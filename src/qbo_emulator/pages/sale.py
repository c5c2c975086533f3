"""One sales form as a bookkeeper needs to see it: lines, tax, what paid it or used it up, what it posts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from starlette.responses import Response

from qbo_emulator.books.balances import applied_to
from qbo_emulator.books.company import SALES_FORMS, Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj, ref_value
from qbo_emulator.pages.components import Column, address, day, facts, figure, money, rate, table
from qbo_emulator.pages.frame import home_of, page, trail
from qbo_emulator.pages.html import Content, Html, link, tag
from qbo_emulator.pages.parts import account_link, actions, customer_link, method_of, postings, record
from qbo_emulator.pages.places import named
from qbo_emulator.pages.sales import badges
from qbo_emulator.pages.visit import Visit

_LINES = (
    Column("Product or service"),
    Column("Description"),
    Column("Quantity", figures=True),
    Column("Rate", figures=True),
    Column("Tax"),
    Column("Amount", figures=True),
)
_TAXES = (
    Column("Sales tax"),
    Column("Agency"),
    Column("Percent", figures=True),
    Column("On", figures=True),
    Column("Tax", figures=True),
)
_PAYMENTS = (Column("Payment"), Column("Date"), Column("Method"), Column("Applied here", figures=True))
_TAX_WORDS = {"TAX": "Taxed", "NON": "Not taxed"}
_UNPRICED = ("SubTotalLineDetail", "DiscountLineDetail")


def sale(visit: Visit) -> Response:
    """The page of an invoice, credit memo, sales receipt or refund receipt."""
    kind, row = visit.found(*SALES_FORMS)
    company, data = visit.company, row.data
    return page(
        named(kind, data),
        trail(("All sales", home_of(company, "sales"))),
        tag("p", badges(kind, row, company.today().isoformat()), " ", customer_link(company, data)),
        actions(company, kind, row, *_receive(company, kind, row)),
        tag("div", _facts(company, row), _addresses(data), class_="columns"),
        table("Lines", _LINES, _lines(company, data), "It has no lines."),
        _sums(company, kind, row),
        _taxes(company, data),
        _payments(company, kind, row),
        postings(company, kind, row),
        company=company,
        room="sales",
    )


def _receive(company: Company, kind: str, row: Row) -> list[Html]:
    if kind != "Invoice" or row.data["Balance"] <= 0:
        return []
    where = home_of(company, "payments", f"new?invoice={row.id}")
    return [link(where, "Receive payment", class_="button")]


def _facts(company: Company, row: Row) -> Html:
    data = row.data
    held = ref_value(data.get("DepositToAccountRef"))
    pairs: list[tuple[str, Content]] = [
        ("Date", day(data["TxnDate"])),
        ("Due", day(data.get("DueDate"))),
        ("Terms", (data.get("SalesTermRef") or {}).get("name")),
        ("Method", method_of(company, data)),
        ("Reference", data.get("PaymentRefNum")),
        ("Money account", account_link(company, held) if held else None),
        ("Message", (data.get("CustomerMemo") or {}).get("value")),
        ("Private note", data.get("PrivateNote")),
    ]
    return record(row, *pairs)


def _addresses(data: Obj) -> Html:
    email = (data.get("BillEmail") or {}).get("Address")
    places = [("Bill to", address(data.get("BillAddr"))), ("Service at", address(data.get("ShipAddr")))]
    pairs: list[tuple[str, Content]] = [*places, ("E-mail", email)]
    return tag("div", facts(pairs), class_="card")


def _lines(company: Company, data: Obj) -> Iterator[list[Content]]:
    for line in data["Line"]:
        if line["DetailType"] in _UNPRICED:
            continue
        detail = line.get("SalesItemLineDetail")
        text = tag("span", line.get("Description"), class_="text")
        if detail is None:
            yield ["", text, "", "", "", ""]
            continue
        price, quantity = rate(detail.get("UnitPrice")), figure(detail.get("Qty"))
        item = detail["ItemRef"]
        name = item.get("name", "Shipping")
        sold = link(home_of(company, "items", item["value"]), name) if item["value"].isdigit() else name
        yield [sold, text, quantity, price, _tax_of(company, detail), money(line["Amount"])]


def _tax_of(company: Company, detail: Obj) -> str:
    code_id = ref_value(detail.get("TaxCodeRef")) or "NON"
    code = company.tables["TaxCode"].get(code_id)
    return _TAX_WORDS.get(code_id) or (str(code.data["Name"]) if code else code_id)


def _sums(company: Company, kind: str, row: Row) -> Html:
    data = row.data
    sums = [line for line in data["Line"] if line["DetailType"] == "SubTotalLineDetail"]
    discounts = [-line["Amount"] for line in data["Line"] if line["DetailType"] == "DiscountLineDetail"]
    pairs: list[tuple[str, Content]] = [
        *(("Subtotal", money(line["Amount"])) for line in sums),
        *(("Discount", money(amount)) for amount in discounts),
        ("Sales tax", money((data.get("TxnTaxDetail") or {}).get("TotalTax"))),
        ("Total", money(data["TotalAmt"])),
    ]
    return tag("div", facts([*pairs, *_settled(company, kind, row)], "facts sums"), class_="card")


def _settled(company: Company, kind: str, row: Row) -> list[tuple[str, Content]]:
    used = money(-applied_to(company, row.id))
    if kind == "Invoice":
        deposit = row.data.get("Deposit")
        taken: list[tuple[str, Content]] = [("Deposit", money(-deposit))] if deposit else []
        return [*taken, ("Paid", used), ("Balance due", money(row.data["Balance"]))]
    return [("Used", used), ("Credit left", money(row.data["Balance"]))] if kind == "CreditMemo" else []


def _taxes(company: Company, data: Obj) -> list[Html]:
    lines = (data.get("TxnTaxDetail") or {}).get("TaxLine", [])
    if not lines:
        return []
    rows = (_tax(company, line) for line in lines)
    return [tag("h2", "Sales tax by agency"), table("Sales tax by agency", _TAXES, rows, ""), *_overridden(lines)]


def _overridden(lines: list[Obj]) -> list[Html]:
    """Says why amounts are not what the rates give: the app sent the tax itself (F8.2-2)."""
    moved = sum((line["TaxLineDetail"].get("OverrideDeltaAmount", Decimal(0)) for line in lines), Decimal(0))
    if not moved:
        return []
    computed = sum((line["Amount"] for line in lines), Decimal(0)) - moved
    words = ("The app that made this sale set its tax. The rates of the place would give ", money(computed), ".")
    return [tag("p", words)]


def _tax(company: Company, line: Obj) -> list[Content]:
    detail = line["TaxLineDetail"]
    held = company.row("TaxRate", detail["TaxRateRef"]["value"]).data
    agency = company.row("TaxAgency", held["AgencyRef"]["value"]).data["DisplayName"]
    percent = f"{figure(detail['TaxPercent'])}%"
    return [held["Name"], agency, percent, money(detail["NetAmountTaxable"]), money(line["Amount"])]


def _payments(company: Company, kind: str, row: Row) -> list[Html]:
    if kind not in ("Invoice", "CreditMemo"):
        return []
    title = "Payments" if kind == "Invoice" else "Used for"
    empty = "No payment is applied to this invoice." if kind == "Invoice" else "This credit is not used yet."
    applied = company.applied.get(row.id, {}).items()
    rows = (_payment(company, payment_id, amount) for payment_id, amount in applied)
    return [tag("h2", title), table(title, _PAYMENTS, rows, empty)]


def _payment(company: Company, payment_id: str, amount: Decimal) -> list[Content]:
    data = company.row("Payment", payment_id).data
    method = method_of(company, data) if data["TotalAmt"] else "Credit"
    name = link(home_of(company, "payments", payment_id), data.get("PaymentRefNum") or f"Payment {payment_id}")
    return [name, day(data["TxnDate"]), method, money(amount)]
