"""What all transactions have in common: how a kind of them says its rules, customer, dates, the closed period, what
holds one fast, the note of a void.

Amounts and links are not their common ground and stand elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from qbo_emulator.books import faults, references
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj, ref_value

# save(company, draft, sent, old, allow_duplicate_number); draft is the stored state with what was sent laid over it.
Save: TypeAlias = Callable[[Company, Obj, Obj, Row | None, bool], Row]
MONEY_ACCOUNTS = ("Bank", "Other Current Asset")  # where money may go or come from (F7.4-9)
End: TypeAlias = Callable[[Company, Row], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of transaction and its rules, said once; transaction_kinds.py lists them all.

    Without `save` it cannot be written by callers, without `void` QuickBooks documents no void of it. `mailed` kinds
    can be sent and printed.
    """

    entity: str
    save: Save | None = None
    delete: End | None = None
    void: End | None = None
    mailed: bool = False


def require_open_period(company: Company, *days: str) -> None:
    """6200 if any of the dates is on or before the closing date, 6210 if a password guards it (F9.3-53, F9.3-54)."""
    settings = company.settings
    closed = settings.book_close_date
    if closed is not None and any(date.fromisoformat(day) <= closed for day in days):
        raise faults.of("6210", text="a password is needed.") if settings.book_close_password else faults.of("6200")


def deposit_of(data: Obj) -> str | None:
    """The id of the bank deposit that holds the transaction."""
    links = data.get("LinkedTxn") or []
    return next((link["TxnId"] for link in links if link["TxnType"] == "Deposit"), None)


def require_changeable(row: Row) -> None:
    """6540: what is in a bank deposit stays as it is (F7.4-19). The period is checked where dates are settled."""
    if deposit_of(row.data):
        raise faults.of("6540")


def require_endable(company: Company, row: Row, void: bool) -> None:
    """Whether a transaction may be voided or deleted: open period, not deposited, not settled online (void), not
    matched to a bank line (delete) (F7.4-19).
    """
    require_open_period(company, row.data["TxnDate"])
    require_changeable(row)
    if void and row.settled:
        raise faults.of("6450", text="it was settled online.")
    if not void and row.matched:
        raise faults.of("6480", text="it is matched to a bank line; undo the match first.")


def settle_customer(company: Company, draft: Obj, sent: Obj, required: bool = True) -> None:
    """CustomerRef is required (F7.3-1, F7.4-1) unless told otherwise, and, if sent, active."""
    if required and not draft.get("CustomerRef"):
        raise faults.missing("CustomerRef")
    references.resolve(company, "Customer", draft, sent, "CustomerRef")
    customer = company.tables["Customer"].get(ref_value(draft.get("CustomerRef")) or "")
    if customer and customer.data["CurrencyRef"]["value"] != company.settings.home_currency:
        raise faults.not_modelled("A transaction in another currency than the company's own")


def settle_date(company: Company, draft: Obj, old: Row | None) -> None:
    """TxnDate, by default the server's date (F7.3-4); old and new one must lie in the open period."""
    draft.setdefault("TxnDate", company.today().isoformat())
    days = [draft["TxnDate"]] + ([old.data["TxnDate"]] if old else [])
    require_open_period(company, *days)


def voided_note(data: Obj) -> str:
    """PrivateNote after a void: the word, in front of what was there (F3.2-19)."""
    note = data.get("PrivateNote")
    return f"Voided - {note}" if note else "Voided"
