"""What QuickBooks applies by itself: open credits to a new invoice (F7.3-33), a payment without lines to open invoices
(F7.4-18). The oldest come first: our own choice.
"""

from __future__ import annotations

from decimal import Decimal

from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj, cents


def _open(company: Company, entity: str, customer_id: str) -> list[Row]:
    """Open forms of a customer, by date."""
    rows = [row for row in company.tables[entity].find("CustomerRef", [customer_id]) if row.data["Balance"] > 0]
    return sorted(rows, key=lambda row: str(row.data["TxnDate"]))


def _lines(entity: str, rows: list[Row], most: Decimal) -> list[Obj]:
    """Payment lines on these forms that come to `most` together, or to all that is open."""
    lines: list[Obj] = []
    for row in rows:
        taken = min(most, row.data["Balance"])
        most -= taken
        if taken:
            lines.append({"Amount": cents(taken), "LinkedTxn": [{"TxnId": row.id, "TxnType": entity}]})
    return lines


def open_invoices(company: Company, customer_id: str, amount: Decimal) -> list[Obj]:
    """The lines by which a payment of this amount settles the customer's invoices, the oldest first."""
    return _lines("Invoice", _open(company, "Invoice", customer_id), amount)


def for_invoice(company: Company, invoice: Row) -> Obj | None:
    """The payment of 0 that applies the customer's open credit memos to an invoice, if there are any (F7.4-21)."""
    customer = invoice.data["CustomerRef"]
    taken = _lines("CreditMemo", _open(company, "CreditMemo", customer["value"]), invoice.data["Balance"])
    if not taken:
        return None
    whole = sum((line["Amount"] for line in taken), Decimal(0))
    return {
        "CustomerRef": customer,
        "TxnDate": invoice.data["TxnDate"],
        "TotalAmt": Decimal(0),
        "PrivateNote": "Credits applied by the company's preference",
        "Line": [*_lines("Invoice", [invoice], whole), *taken],
    }
