"""The lines of a payment: what each may say, and whether what it points at is there, fits and is open (7.4)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from qbo_emulator.books import balances, faults
from qbo_emulator.books.balances import SIGNS, Target
from qbo_emulator.books.company import Company
from qbo_emulator.books.sales_lines import MOST as MOST_LINES
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import ZERO, Obj, cents, grouped, ref_value

MOST = 999_999_999  # F7.4-16
# What a payment may point at in QuickBooks (F7.4-4); only invoices and credit memos exist here.
_KINDS = (*SIGNS, "JournalEntry", "Expense", "Check", "CreditCardCredit")
# The wrapping of one extra as it was recorded.
_EXTRA: Obj = {
    "name": "{http://schema.intuit.com/finance/v3}NameValue",
    "declaredType": "com.intuit.schema.finance.v3.NameValue",
    "scope": "javax.xml.bind.JAXBElement$GlobalScope",
    "value": {},
    "nil": False,
    "globalScope": True,
    "typeSubstituted": False,
}


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


def _form(company: Company, payer_id: str, target: Target) -> Row:
    """What the line points at: it exists, is not void (F7.4-20) and belongs to the payer."""
    kind, row_id = target
    row = company.tables[kind].get(row_id)
    if row is None or row.voided:
        raise faults.business(f"The entity to link does not exist. TxnType={kind} TxnId={row_id}")
    if not _is_family(company, row.data["CustomerRef"]["value"], payer_id):
        raise faults.business(f"The linked transaction belongs to another customer. TxnType={kind} TxnId={row_id}")
    return row


def _fitting(company: Company, line: Obj, left: Decimal) -> Decimal:
    """The line's amount if so much is open, else 6000, or what is open (F7.4-17)."""
    wanted: Decimal = line["Amount"]
    if wanted <= left:
        return wanted
    kind, row_id = balances.target_of(line)
    if company.choices.overpayment == "refuse":
        raise faults.business(
            f"The amount applied is more than the open balance. TxnType={kind} TxnId={row_id}, "
            f"open balance {grouped(cents(left))}, supplied {grouped(wanted)}"
        )
    return cents(left)


def _extras(row: Row, left: Decimal) -> Obj:
    """What QuickBooks tells about the form of a line, in the recorded shape (F7.4-14)."""
    told = {"txnId": row.id, "txnOpenBalance": f"{left:.2f}", "txnReferenceNumber": row.data.get("DocNumber", "")}
    return {"any": [{**_EXTRA, "value": {"Name": name, "Value": value}} for name, value in told.items() if value]}


def linked(company: Company, draft: Obj, old: Row | None) -> list[Obj]:
    """The draft's lines after the checks of what they point at. A line that stays as it was keeps its extras."""
    stored = {balances.target_of(line): line for line in (old.data["Line"] if old else [])}
    before = balances.line_amounts(old.data) if old else {}
    left: dict[Target, Decimal] = {}
    lines = []
    for line in draft["Line"]:
        target = balances.target_of(line)
        row = _form(company, draft["CustomerRef"]["value"], target)
        free = left.setdefault(target, row.data["Balance"] + before.get(target, ZERO))
        amount = _fitting(company, line, free)
        left[target] -= amount
        same = target in stored and stored[target]["Amount"] == amount
        extras = stored[target]["LineEx"] if same else _extras(row, free)
        lines.append({**line, "Amount": amount, "LineEx": extras})
    return lines


def require_sum(total: Decimal, after: Mapping[Target, Decimal]) -> None:
    """The invoices' lines take no more than money and credits give, and credits are not turned into money (F7.4-15)."""
    rest = balances.unapplied(total, after)
    if rest < 0:
        raise faults.business("The sum of the lines is more than the amount of the payment.")
    if rest > total:
        raise faults.business("Credits can be applied to invoices only: their sum is more than the invoices'.")
