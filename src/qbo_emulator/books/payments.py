"""Payments: create, update, void, delete (sections 7.4, 3.2). What their lines may say stands in payment_lines.py.

All checks come before the first change.
"""

from __future__ import annotations

from qbo_emulator.books import balances, credits, faults, payment_lines, references
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.transactions import MONEY_ACCOUNTS, Kind, settle_customer, settle_date, voided_note
from qbo_emulator.books.wire import ZERO, Obj


def _settle_amount(draft: Obj) -> None:
    """TotalAmt is required and not negative; 0 links credits to invoices (F7.4-2)."""
    if draft.get("TotalAmt") is None:
        raise faults.missing("TotalAmt")
    if not draft["TotalAmt"] >= 0:
        raise faults.out_of_range("TotalAmt", 0, payment_lines.MOST, draft["TotalAmt"])


def _settle_header(company: Company, draft: Obj, sent: Obj, old: Row | None) -> None:
    settle_customer(company, draft, sent)
    settle_date(company, draft, old)
    _settle_amount(draft)
    references.currency(company, draft, sent)
    references.resolve(company, "PaymentMethod", draft, sent, "PaymentMethodRef")
    references.account(company, draft, sent, "ARAccountRef", ("Accounts Receivable",))
    references.account(company, draft, sent, "DepositToAccountRef", MONEY_ACCOUNTS)
    if not draft.get("DepositToAccountRef"):  # Undeposited Funds by default (F7.4-9)
        draft["DepositToAccountRef"] = references.named_account(company, company.settings.default_deposit_account)
    if draft.get("ProcessPayment"):
        raise faults.not_modelled("Charging a card")  # F7.4-13
    draft.setdefault("ProcessPayment", False)


def _settle_lines(company: Company, draft: Obj, old: Row | None) -> None:
    """Lines, or without any the open invoices if the company applies payments by itself (F7.4-18)."""
    draft["Line"] = payment_lines.checked(draft.get("Line") or [])
    if old is None and not draft["Line"] and company.settings.auto_apply_payments:
        draft["Line"] = credits.open_invoices(company, draft["CustomerRef"]["value"], draft["TotalAmt"])
    draft["Line"] = payment_lines.linked(company, draft, old)
    after = balances.line_amounts(draft)
    payment_lines.require_sum(draft["TotalAmt"], after)
    draft["UnappliedAmt"] = balances.unapplied(draft["TotalAmt"], after)


def save(company: Company, draft: Obj, sent: Obj, old: Row | None, _allow_duplicate: bool = False) -> Row:
    """Create or update a payment; `draft` is the stored state with what was sent laid over it."""
    _settle_header(company, draft, sent, old)
    _settle_lines(company, draft, old)
    before = old.data if old else {}
    if old is None:
        row = company.insert("Payment", draft)
    else:
        company.change("Payment", old, draft)
        row = old
    _follow(company, row, before, row.data)
    return row


def _follow(company: Company, row: Row, before: Obj, after: Obj) -> None:
    """Balances and links after a payment was written; an empty object: there was, or is, none."""
    balances.post_change(company, "Payment", before, after)
    balances.relink(company, row.id, balances.line_amounts(before), balances.line_amounts(after))


def _void(company: Company, row: Row) -> None:
    """Amounts become 0, lines go, what was paid is open again (F3.2-20); a second void changes nothing."""
    if row.voided and not row.data["TotalAmt"]:
        return
    before = row.data
    gone = {"PrivateNote": voided_note(before), "TotalAmt": ZERO, "UnappliedAmt": ZERO, "Line": []}
    company.change("Payment", row, {**before, **gone}, "Void")
    row.voided = True
    _follow(company, row, before, row.data)


def _delete(company: Company, row: Row) -> None:
    """Gone; its links are released (F3.2-22)."""
    company.remove("Payment", row)
    _follow(company, row, row.data, {})


PAYMENT = Kind("Payment", save, delete=_delete, void=_void)
