"""A sales form on paper (F3.2-10): numbers, dates, addresses, lines and sums. It looks like nothing of Intuit's."""

from __future__ import annotations

from collections.abc import Iterator

from qbo_emulator.books import faults, pdf
from qbo_emulator.books.company import Company
from qbo_emulator.books.pdf import Text
from qbo_emulator.books.transaction_kinds import KINDS
from qbo_emulator.books.wire import Obj

_TITLES = {
    "Invoice": "Invoice",
    "CreditMemo": "Credit memo",
    "SalesReceipt": "Sales receipt",
    "RefundReceipt": "Refund receipt",
}
_LEFT, _RIGHT = 36, 576
_FIGURES = (("Qty", 400), ("Price", 480), ("Amount", _RIGHT))
_TOP, _FIRST_TOP, _BOTTOM, _STEP = 740, 560, 90, 14
_LONGEST = 58  # characters that fit before the first figure


def _head(company: Company, entity: str, data: Obj) -> Iterator[Text]:
    """Who sells, what it is, to whom and when."""
    yield Text(_LEFT, _TOP, company.settings.name, size=14, bold=True)
    yield Text(_RIGHT, _TOP, f"{_TITLES[entity]} {data.get('DocNumber', '')}".rstrip(), size=14, bold=True, right=True)
    dates = [("Date", data["TxnDate"]), ("Due", data.get("DueDate"))]
    for row, (name, day) in enumerate(one for one in dates if one[1]):
        yield Text(_RIGHT, _TOP - 20 - _STEP * row, f"{name} {day}", right=True)
    address = data.get("BillAddr") or {}
    parts = [address[f"Line{n}"] for n in range(1, 6) if address.get(f"Line{n}")]
    town = " ".join(address[part] for part in ("City", "CountrySubDivisionCode", "PostalCode") if address.get(part))
    names = [(data.get("CustomerRef") or {}).get("name", ""), *parts, town]
    for row, words in enumerate(name for name in names if name):
        yield Text(_LEFT, _TOP - 40 - _STEP * row, words)


def _row(y: float, words: str, figures: tuple[str, str, str], bold: bool = False) -> Iterator[Text]:
    yield Text(_LEFT, y, words[:_LONGEST], bold=bold)
    for (_, x), figure in zip(_FIGURES, figures, strict=True):
        yield Text(x, y, figure, bold=bold, right=True)


def _lines(data: Obj) -> Iterator[tuple[str, tuple[str, str, str], bool]]:
    """What the lines say, then the sums."""
    for line in data["Line"]:
        detail = line.get("SalesItemLineDetail") or {}
        named = line.get("Description") or (detail.get("ItemRef") or {}).get("name") or _KINDS[line["DetailType"]]
        figures = (_figure(detail.get("Qty")), _figure(detail.get("UnitPrice")), _money(line.get("Amount")))
        yield named.replace("\n", " "), figures, False
    yield "Tax", ("", "", _money(data["TxnTaxDetail"]["TotalTax"])), False
    yield "Total", ("", "", _money(data["TotalAmt"])), True
    if data.get("Deposit"):
        yield "Deposit", ("", "", _money(-data["Deposit"])), False
    yield "Balance", ("", "", _money(data["Balance"])), True


_KINDS = {
    "SalesItemLineDetail": "Shipping",
    "SubTotalLineDetail": "Subtotal",
    "DiscountLineDetail": "Discount",
    "DescriptionOnly": "",
}


def _figure(number: object) -> str:
    return "" if number is None else str(number)


def _money(amount: object) -> str:
    return "" if amount is None else f"{amount:,.2f}"


def _pages(company: Company, entity: str, data: Obj) -> list[list[Text]]:
    page, y = list(_head(company, entity, data)), float(_FIRST_TOP)
    pages = [page]
    page.extend(_row(y, "Description", ("Qty", "Price", "Amount"), bold=True))
    for words, figures, bold in _lines(data):
        y -= _STEP
        if y < _BOTTOM:
            page, y = [], float(_TOP)
            pages.append(page)
        page.extend(_row(y, words, figures, bold))
    return pages


def printed(company: Company, entity: str, row_id: str) -> bytes:
    """The form as a PDF. Faults 500 for what is not printed, 610."""
    kind = KINDS.get(entity)
    if kind is None or not kind.mailed:
        raise faults.unsupported(f"pdf of {entity}")
    return pdf.document(_pages(company, entity, company.row(entity, row_id).data))
