"""What a bookkeeper calls an invoice: Open, Partial, Paid, Overdue or Voided; overdue and partly paid go together."""

from __future__ import annotations

from qbo_emulator.books.table import Row

STATES = ("Open", "Partial", "Paid", "Overdue", "Voided")


def states_of(invoice: Row, today: str) -> tuple[str, ...]:
    """`today` as YYYY-MM-DD. Never empty; two words only for Overdue with Partial."""
    if invoice.voided:
        return ("Voided",)
    balance = invoice.data["Balance"]
    if balance <= 0:
        return ("Paid",)
    partial = ("Partial",) if balance < invoice.data["TotalAmt"] else ()
    overdue = ("Overdue",) if invoice.data.get("DueDate", today) < today else ()
    return overdue + partial or ("Open",)
