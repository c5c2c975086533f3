"""The state of an invoice as a bookkeeper names it: Open, Partial, Paid, Overdue, or Voided. Each has exactly one."""

from __future__ import annotations

from qbo_emulator.books.table import Row

STATES = ("Open", "Partial", "Paid", "Overdue", "Voided")


def state_of(invoice: Row, today: str) -> str:
    """`today` as YYYY-MM-DD. What is owed past its due date is Overdue, whether or not a part is paid."""
    if invoice.voided:
        return "Voided"
    balance = invoice.data["Balance"]
    if balance <= 0:
        return "Paid"
    if invoice.data.get("DueDate", today) < today:
        return "Overdue"
    return "Partial" if balance < invoice.data["TotalAmt"] else "Open"
