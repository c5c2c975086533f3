"""Invoices: what they have beyond the other sales forms: terms, deposits, online payment, and payments that hang on
them (7.3).
"""

from __future__ import annotations

from datetime import date, timedelta

from qbo_emulator.books import allowed, credits, faults, payments, references
from qbo_emulator.books.company import Company
from qbo_emulator.books.lists import due_date
from qbo_emulator.books.sales_forms import SalesForm, require_unlinked
from qbo_emulator.books.table import Row
from qbo_emulator.books.transactions import MONEY_ACCOUNTS, Kind
from qbo_emulator.books.wire import ZERO, Obj, ref_value


def _settle_due(company: Company, draft: Obj) -> None:
    """DueDate from the invoice's term, the customer's or the company's (F7.3-5)."""
    if draft.get("DueDate"):
        return
    customer = company.row("Customer", draft["CustomerRef"]["value"])
    term_id = (
        ref_value(draft.get("SalesTermRef"))
        or ref_value(customer.data.get("SalesTermRef"))
        or company.settings.default_term
    )
    start = date.fromisoformat(draft["TxnDate"])
    term = company.tables["Term"].get(term_id) if term_id else None
    draft["DueDate"] = (due_date(start, term.data) if term else start + timedelta(days=30)).isoformat()


def _online(draft: Obj) -> None:
    """Flags of online payment; the first two are obsolete and stay false (F7.3-18, F3.6-14)."""
    for flag in ("AllowIPNPayment", "AllowOnlinePayment"):
        draft[flag] = False
    draft.setdefault("AllowOnlineCreditCardPayment", False)
    draft.setdefault("AllowOnlineACHPayment", False)


def _settle_deposit(company: Company, draft: Obj, sent: Obj) -> None:
    """Deposit: only if the company allows it, from nothing to the total (F7.3-16)."""
    references.account(company, draft, sent, "DepositToAccountRef", MONEY_ACCOUNTS)
    deposit = draft.get("Deposit", ZERO)
    if sent.get("Deposit"):
        allowed.require(company, "Deposit", company.settings.allow_deposit)
    if not 0 <= deposit <= draft["TotalAmt"]:
        raise faults.business(f"A deposit lies between 0 and the total. Supplied value:{deposit}")
    if deposit and not draft.get("DepositToAccountRef"):
        draft["DepositToAccountRef"] = references.named_account(company, company.settings.default_deposit_account)


def _settle(company: Company, draft: Obj, sent: Obj) -> None:
    references.resolve(company, "Term", draft, sent, "SalesTermRef")
    _settle_due(company, draft)
    _online(draft)
    _settle_deposit(company, draft, sent)


_FORM = SalesForm("Invoice", _settle, goods=-1)


def save(company: Company, draft: Obj, sent: Obj, old: Row | None, allow_duplicate: bool) -> Row:
    """An invoice; a new one takes the customer's open credits if the company wants it so (F7.3-33)."""
    row = _FORM.save(company, draft, sent, old, allow_duplicate)
    if old is None and company.settings.auto_apply_credit:
        payment = credits.for_invoice(company, row)
        if payment is not None:
            payments.save(company, payment, {}, None)
    return row


def _delete(company: Company, row: Row) -> None:
    """Gone, if nothing is linked to it (F3.2-21)."""
    require_unlinked(company, row, "deleting")
    _FORM.delete(company, row)


INVOICE = Kind("Invoice", save, delete=_delete, void=_FORM.void, mailed=True)


def has_link(company: Company, data: Obj) -> bool:
    """Whether customers can open the invoice in a browser: online payment is on and there is an e-mail (F3.2-12)."""
    online = data.get("AllowOnlineCreditCardPayment") or data.get("AllowOnlineACHPayment")
    return bool(company.settings.online_payments and online and data.get("BillEmail"))
