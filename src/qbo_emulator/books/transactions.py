"""What invoices and payments have in common: customer, dates, the closed period, the note of a void.

Amounts and links are not their common ground and stand elsewhere.
"""

from __future__ import annotations

from datetime import date

from qbo_emulator.books import faults, references
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj


def require_open_period(company: Company, *days: str) -> None:
    """6200 if any of the dates is on or before the closing date (F9.3-53)."""
    closed = company.settings.book_close_date
    if closed is not None and any(date.fromisoformat(day) <= closed for day in days):
        raise faults.period_closed()


def settle_customer(company: Company, draft: Obj, sent: Obj) -> None:
    """CustomerRef is required (F7.3-1, F7.4-1) and, if sent, active."""
    if not draft.get("CustomerRef"):
        raise faults.missing("CustomerRef")
    references.resolve(company, "Customer", draft, sent, "CustomerRef")


def settle_date(company: Company, draft: Obj, old: Row | None) -> None:
    """TxnDate, by default the server's date (F7.3-4); old and new one must lie in the open period."""
    draft.setdefault("TxnDate", company.today().isoformat())
    days = [draft["TxnDate"]] + ([old.data["TxnDate"]] if old else [])
    require_open_period(company, *days)


def voided_note(data: Obj) -> str:
    """PrivateNote after a void: the word, in front of what was there (F3.2-19)."""
    note = data.get("PrivateNote")
    return f"Voided - {note}" if note else "Voided"
