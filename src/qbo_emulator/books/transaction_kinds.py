"""All kinds of transactions with their rules. A new kind is added here and in company.py's tables."""

from __future__ import annotations

from qbo_emulator.books import credit_memos, deposits, invoices, payments, receipts
from qbo_emulator.books.transactions import Kind

KINDS: dict[str, Kind] = {
    kind.entity: kind
    for kind in (
        invoices.INVOICE,
        credit_memos.CREDIT_MEMO,
        receipts.SALES_RECEIPT,
        receipts.REFUND_RECEIPT,
        payments.PAYMENT,
        deposits.DEPOSIT,
    )
}
