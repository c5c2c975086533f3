"""What is owed: links between payments and what they settle, and the balances that follow from them.

`Company.applied` (id of an invoice or credit memo -> payment id -> amount) is the one record of links; Balance,
RemainingCredit, LinkedTxn and customers' balances are derived from it and written by this module only.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import ZERO, Obj, cents, ref_value

# What a payment's line points at: TxnType and TxnId.
Target: TypeAlias = tuple[str, str]

# What one cent open on a form does to its customer's balance, and one cent of a payment's line to what is applied.
SIGNS = {"Invoice": 1, "CreditMemo": -1}


def applied_to(company: Company, row_id: str) -> Decimal:
    """The sum of all payments' lines on an invoice or credit memo."""
    return sum(company.applied.get(row_id, {}).values(), ZERO)


def due(data: Obj) -> Decimal:
    """What payments may come to: the total without the deposit (F7.3-16)."""
    total: Decimal = data["TotalAmt"] - data.get("Deposit", ZERO)
    return total


def standing(company: Company, entity: str, row_id: str, data: Obj) -> Obj:
    """The computed fields of a sales form: what is open, and its links (F7.3-31). Receipts are settled at once."""
    if entity not in SIGNS:
        return {"Balance": ZERO}
    left = cents(due(data) - applied_to(company, row_id))
    links = [{"TxnId": payment_id, "TxnType": "Payment"} for payment_id in company.applied.get(row_id, {})]
    fields: Obj = {"Balance": left, "LinkedTxn": links}
    return {**fields, "RemainingCredit": left} if entity == "CreditMemo" else fields


def _owed(entity: str, data: Obj) -> Decimal:
    """What a transaction does to its customer's balance."""
    if not data:
        return ZERO
    if entity == "Payment":
        return -Decimal(data["UnappliedAmt"])
    return SIGNS.get(entity, 0) * Decimal(data["Balance"])


def post_change(company: Company, entity: str, before: Obj, after: Obj) -> None:
    """Move the balances of the customers of a transaction that was written; an empty object: there was, or is, none."""
    owner, heir = (ref_value(data.get("CustomerRef")) for data in (before, after))
    if owner == heir:
        _post(company, owner, _owed(entity, after) - _owed(entity, before))
    else:
        _post(company, owner, -_owed(entity, before))
        _post(company, heir, _owed(entity, after))


def _post(company: Company, customer_id: str | None, delta: Decimal) -> None:
    """Move a customer's balance, and its ancestors' BalanceWithJobs.

    The time of change moves with it but the SyncToken does not: recorded for a customer who had been invoiced.
    """
    if not delta or customer_id is None:
        return
    row = company.tables["Customer"].get(customer_id)
    own = True
    while row is not None:
        fields = {"BalanceWithJobs": cents(row.data["BalanceWithJobs"] + delta)}
        if own:
            fields["Balance"] = cents(row.data["Balance"] + delta)
        company.touch("Customer", row, **fields)
        own = False
        parent_id = ref_value(row.data.get("ParentRef"))
        row = company.tables["Customer"].get(parent_id) if parent_id else None


def _refresh(company: Company, entity: str, row: Row) -> None:
    """Bring a form in line with its links; an effective change moves the SyncToken (F3.3-1)."""
    before = row.data
    company.change(entity, row, {**before, **standing(company, entity, row.id, before)})
    post_change(company, entity, before, row.data)


def line_amounts(payment: Obj) -> dict[Target, Decimal]:
    """What a payment's lines come to on each transaction that they point at."""
    found: dict[Target, Decimal] = {}
    for line in payment.get("Line", []):
        target = target_of(line)
        found[target] = found.get(target, ZERO) + line["Amount"]
    return found


def target_of(line: Obj) -> Target:
    """What one line of a payment points at."""
    link = line["LinkedTxn"][0]
    return link["TxnType"], link["TxnId"]


def unapplied(total: Decimal, lines: Mapping[Target, Decimal]) -> Decimal:
    """A payment's money beyond what its invoices take; credits add to it (F7.4-15)."""
    return cents(total - sum((SIGNS[kind] * amount for (kind, _), amount in lines.items()), ZERO))


def relink(
    company: Company,
    payment_id: str,
    before: Mapping[Target, Decimal],
    after: Mapping[Target, Decimal],
    leave: str | None = None,
) -> None:
    """Make the links of one payment `after`; every form that this moves is brought in line, but not `leave`, whose
    caller is about to write it.
    """
    for kind, row_id in dict.fromkeys([*before, *after]):
        amount = after.get((kind, row_id))
        if amount == before.get((kind, row_id)):
            continue
        links = company.applied.setdefault(row_id, {})
        if amount:
            links[payment_id] = amount
        else:
            links.pop(payment_id, None)
        if row_id != leave:
            _refresh(company, kind, company.row(kind, row_id))


def _cut(lines: list[Obj], wanted: Target | str, excess: Decimal) -> list[Obj]:
    """The lines with `excess` taken off those on a target, or on any of a kind, from the last on."""
    kept: list[Obj] = []
    for line in reversed(lines):
        fits = wanted in (target_of(line), target_of(line)[0])
        taken = min(excess, line["Amount"]) if fits else ZERO
        excess -= taken
        if taken < line["Amount"] or not fits:
            kept.append({**line, "Amount": cents(line["Amount"] - taken)} if taken else line)
    return kept[::-1]


def _evened(lines: list[Obj], total: Decimal) -> list[Obj]:
    """The lines cut so that what is unapplied is neither less than nothing nor more than the money: credit whose
    invoice went is open again, an invoice whose credit went too.
    """
    rest = unapplied(total, line_amounts({"Line": lines}))
    if rest < 0:
        return _cut(lines, "Invoice", -rest)
    return _cut(lines, "CreditMemo", rest - total) if rest > total else lines


def release(company: Company, entity: str, row: Row, excess: Decimal) -> None:
    """Take payments off a form until `excess` is gone, the latest first; money becomes UnappliedAmt (F7.3-32). The form
    itself is for the caller to write.
    """
    links = company.applied.get(row.id, {})
    for payment_id in reversed(list(links)):
        if excess <= 0:
            return
        back = min(excess, links[payment_id])
        excess -= back
        _take_back(company, company.row("Payment", payment_id), (entity, row.id), back)


def _take_back(company: Company, payment: Row, target: Target, amount: Decimal) -> None:
    """Cut a payment's lines on one form by an amount."""
    before = payment.data
    total = before["TotalAmt"]
    lines = _evened(_cut(before["Line"], target, amount), total)
    linked = line_amounts({"Line": lines})
    company.change("Payment", payment, {**before, "Line": lines, "UnappliedAmt": unapplied(total, linked)})
    post_change(company, "Payment", before, payment.data)
    relink(company, payment.id, line_amounts(before), linked, leave=target[1])


def forget(company: Company, row_id: str) -> None:
    """Drop the links of a form that is gone."""
    company.applied.pop(row_id, None)
