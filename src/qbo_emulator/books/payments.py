"""Payments: create, update, void, delete, and their links to invoices (sections 7.4, 3.2).

All checks come before the first change. Only invoices can be linked; credit memos are not modelled.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from qbo_emulator.books import balances, faults, references
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.transactions import require_open_period, settle_customer, settle_date, voided_note
from qbo_emulator.books.wire import ZERO, Obj, cents, grouped, ref_value

_MOST = 999_999_999  # F7.4-16


def _check_line(line: Obj) -> Obj:
    """One line names one invoice and an amount that is not negative (F7.4-3, F7.4-16)."""
    if "Amount" not in line:
        raise faults.missing("Amount")
    if not 0 <= line["Amount"] <= _MOST:
        raise faults.out_of_range("Amount", 0, _MOST, line["Amount"])
    links = line.get("LinkedTxn")
    if not links or not links[0].get("TxnId"):
        raise faults.missing("LinkedTxn")
    if len(links) > 1:
        raise faults.business("A payment line links exactly one transaction.")
    if links[0].get("TxnType") != "Invoice":
        raise faults.not_modelled(f"A payment linked to {links[0].get('TxnType')}")
    link = {"TxnId": links[0]["TxnId"], "TxnType": "Invoice"}
    return {"Amount": line["Amount"], "LinkedTxn": [link]}


def _is_family(company: Company, customer_id: str, payer_id: str) -> bool:
    """Whether the payer is the invoice's customer or one of its ancestors (F7.4-1)."""
    current: str | None = customer_id
    while current is not None:
        if current == payer_id:
            return True
        current = ref_value(company.row("Customer", current).data.get("ParentRef"))
    return False


def _check_link(company: Company, payer_id: str, invoice_id: str, amount: Decimal, before: Decimal) -> None:
    """The invoice exists, is not void (F7.4-20), belongs to the payer, and is open for the amount (F7.4-17)."""
    invoice = company.tables["Invoice"].get(invoice_id)
    if invoice is None or invoice.voided:
        raise faults.business(f"The entity to link does not exist. TxnType=Invoice TxnId={invoice_id}")
    if not _is_family(company, invoice.data["CustomerRef"]["value"], payer_id):
        raise faults.business(f"The linked invoice belongs to another customer. TxnId={invoice_id}")
    free = invoice.data["Balance"] + before
    if amount > free:
        raise faults.business(
            f"The amount applied is more than the open balance of the invoice. TxnId={invoice_id}, "
            f"open balance {grouped(cents(free))}, supplied {grouped(cents(amount))}"
        )


def _check_links(company: Company, draft: Obj, before: Mapping[str, Decimal]) -> dict[str, Decimal]:
    after = balances.line_amounts(draft)
    payer_id = draft["CustomerRef"]["value"]
    for invoice_id, amount in after.items():
        _check_link(company, payer_id, invoice_id, amount, before.get(invoice_id, ZERO))
    if sum(after.values(), ZERO) > draft["TotalAmt"]:
        raise faults.business("The sum of the lines is more than the amount of the payment.")  # F7.4-15
    return after


def _settle_header(company: Company, draft: Obj, sent: Obj, old: Row | None) -> None:
    settle_customer(company, draft, sent)
    settle_date(company, draft, old)
    if draft.get("TotalAmt") is None:
        raise faults.missing("TotalAmt")
    if not draft["TotalAmt"] >= 0:
        raise faults.out_of_range("TotalAmt", 0, _MOST, draft["TotalAmt"])
    references.currency(company, draft, sent)
    references.resolve(company, "PaymentMethod", draft, sent, "PaymentMethodRef")
    references.account(company, draft, sent, "ARAccountRef", ("Accounts Receivable",))
    references.account(company, draft, sent, "DepositToAccountRef", ("Bank", "Other Current Asset"))
    if not draft.get("DepositToAccountRef"):  # Undeposited Funds by default (F7.4-9)
        default = {"DepositToAccountRef": {"value": company.settings.default_deposit_account}}
        references.account(company, draft, default, "DepositToAccountRef", ("Bank", "Other Current Asset"))
    draft.setdefault("ProcessPayment", False)


def save_payment(company: Company, draft: Obj, sent: Obj, old: Row | None) -> Row:
    """Create or update a payment; `draft` is the stored state with what was sent laid over it."""
    before = balances.line_amounts(old.data) if old else {}
    _settle_header(company, draft, sent, old)
    draft["Line"] = [_check_line(line) for line in draft.get("Line") or []]
    after = _check_links(company, draft, before)
    draft["UnappliedAmt"] = cents(draft["TotalAmt"] - sum(after.values(), ZERO))
    if old is None:
        row = company.insert("Payment", draft)
    else:
        balances.post(company, old.data["CustomerRef"]["value"], old.data["UnappliedAmt"])
        company.change("Payment", old, draft)
        row = old
    balances.post(company, draft["CustomerRef"]["value"], -draft["UnappliedAmt"])
    balances.relink(company, row.id, before, after)
    return row


def void_payment(company: Company, row: Row) -> None:
    """Amounts become 0, lines go, invoices are open again (F3.2-20); a second void changes nothing."""
    require_open_period(company, row.data["TxnDate"])
    if row.voided and not row.data["TotalAmt"]:
        return
    before, unapplied = balances.line_amounts(row.data), row.data["UnappliedAmt"]
    emptied = {
        **row.data,
        "PrivateNote": voided_note(row.data),
        "TotalAmt": ZERO,
        "UnappliedAmt": ZERO,
        "Line": [],
    }
    company.change("Payment", row, emptied, "Void")
    row.voided = True
    balances.post(company, row.data["CustomerRef"]["value"], unapplied)
    balances.relink(company, row.id, before, {})


def delete_payment(company: Company, row: Row) -> None:
    """Gone; its links are released (F3.2-22)."""
    require_open_period(company, row.data["TxnDate"])
    before, unapplied = balances.line_amounts(row.data), row.data["UnappliedAmt"]
    company.remove("Payment", row)
    balances.post(company, row.data["CustomerRef"]["value"], unapplied)
    balances.relink(company, row.id, before, {})
