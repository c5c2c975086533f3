"""The lines of a payment: what each may say, and whether what it points at is there, fits and is open (7.4)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from qbo_emulator.books import balances, faults
from qbo_emulator.books.balances import SIGNS, Target
from qbo_emulator.books.company import Company
from qbo_emulator.books.sales_lines import MOST as MOST_LINES
from qbo_emulator.books.wire import ZERO, Obj, cents, grouped, ref_value

MOST = 999_999_999  # F7.4-16
# What a payment may point at in QuickBooks (F7.4-4); only invoices and credit memos exist here.
_KINDS = (*SIGNS, "JournalEntry", "Expense", "Check", "CreditCardCredit")


def checked(lines: list[Obj]) -> list[Obj]:
    """The lines in plain form, each with an amount that is not negative and one link (F7.4-3, F7.4-16)."""
    if len(lines) > MOST_LINES:
        raise faults.business(f"A transaction holds at most {grouped(MOST_LINES)} lines.")
    return [_checked(line) for line in lines]


def _checked(line: Obj) -> Obj:
    if "Amount" not in line:
        raise faults.missing("Amount")
    if not 0 <= line["Amount"] <= MOST:
        raise faults.out_of_range("Amount", 0, MOST, line["Amount"])
    links = line.get("LinkedTxn")
    if not links or not links[0].get("TxnId"):
        raise faults.missing("LinkedTxn")
    if len(links) > 1:
        raise faults.business("A payment line links exactly one transaction.")
    kind = links[0].get("TxnType")
    if kind not in _KINDS:
        raise faults.bad_format("2170", "TxnType", kind)
    if kind not in SIGNS:
        raise faults.not_modelled(f"A payment linked to {kind}")
    return {"Amount": line["Amount"], "LinkedTxn": [{"TxnId": links[0]["TxnId"], "TxnType": kind}]}


def _is_family(company: Company, customer_id: str, payer_id: str) -> bool:
    """Whether the payer is the customer of a form or one of his ancestors (F7.4-1)."""
    current: str | None = customer_id
    while current is not None:
        if current == payer_id:
            return True
        current = ref_value(company.row("Customer", current).data.get("ParentRef"))
    return False


def _open_amount(company: Company, payer_id: str, target: Target, before: Decimal) -> Decimal:
    """What may be applied: the form exists, is not void (F7.4-20) and belongs to the payer."""
    kind, row_id = target
    row = company.tables[kind].get(row_id)
    if row is None or row.voided:
        raise faults.business(f"The entity to link does not exist. TxnType={kind} TxnId={row_id}")
    if not _is_family(company, row.data["CustomerRef"]["value"], payer_id):
        raise faults.business(f"The linked transaction belongs to another customer. TxnType={kind} TxnId={row_id}")
    free: Decimal = row.data["Balance"] + before
    return free


def _fitting(company: Company, line: Obj, left: Decimal) -> Obj:
    """The line if it is open for its amount, else 6000, or the line cut to what is open (F7.4-17)."""
    if line["Amount"] <= left:
        return line
    link = line["LinkedTxn"][0]
    if company.choices.overpayment == "refuse":
        raise faults.business(
            f"The amount applied is more than the open balance. TxnType={link['TxnType']} TxnId={link['TxnId']}, "
            f"open balance {grouped(cents(left))}, supplied {grouped(line['Amount'])}"
        )
    return {**line, "Amount": cents(left)}


def linked(company: Company, draft: Obj, before: Mapping[Target, Decimal]) -> list[Obj]:
    """The draft's lines after the checks of what they point at; `before` is what the stored payment applies."""
    left: dict[Target, Decimal] = {}
    payer_id = draft["CustomerRef"]["value"]
    lines = []
    for line in draft["Line"]:
        target = balances.target_of(line)
        if target not in left:
            left[target] = _open_amount(company, payer_id, target, before.get(target, ZERO))
        lines.append(_fitting(company, line, left[target]))
        left[target] -= lines[-1]["Amount"]
    return lines


def require_sum(total: Decimal, after: Mapping[Target, Decimal]) -> None:
    """The invoices' lines take no more than money and credits give, and credits are not turned into money (F7.4-15)."""
    rest = balances.unapplied(total, after)
    if rest < 0:
        raise faults.business("The sum of the lines is more than the amount of the payment.")
    if rest > total:
        raise faults.business("Credits can be applied to invoices only: their sum is more than the invoices'.")
