"""What a bookkeeper calls a sales form: Open, Partial, Paid, Overdue, Closed or Voided; overdue and partly paid go
together, Closed is a credit memo that is used up.
"""

from __future__ import annotations

from qbo_emulator.books.table import Row

STATES = ("Open", "Partial", "Paid", "Overdue", "Closed", "Voided")


def states_of(kind: str, form: Row, today: str) -> tuple[str, ...]:
    """`today` as YYYY-MM-DD. Never empty; two words only for Overdue with Partial, in this order."""
    if form.voided:
        return ("Voided",)
    balance = form.data["Balance"]
    if balance <= 0:
        return ("Closed",) if kind == "CreditMemo" else ("Paid",)
    partial = ("Partial",) if balance < form.data["TotalAmt"] else ()
    overdue = ("Overdue",) if form.data.get("DueDate", today) < today else ()
    return overdue + partial or ("Open",)
