"""What is owed: links between payments and invoices, and the balances of invoices and customers that follow from
them.

`Company.applied` (invoice id -> payment id -> amount) is the one record of links; Balance, LinkedTxn and
customers' balances are derived from it and written by this module only.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import ZERO, Obj, cents, ref_value


def applied_to(company: Company, invoice_id: str) -> Decimal:
    """The sum of all payments on an invoice."""
    return sum(company.applied.get(invoice_id, {}).values(), ZERO)


def links_of(company: Company, invoice_id: str) -> list[Obj]:
    """LinkedTxn of an invoice (F7.3-31)."""
    return [{"TxnId": payment, "TxnType": "Payment"} for payment in company.applied.get(invoice_id, {})]


def post(company: Company, customer_id: str, delta: Decimal) -> None:
    """Move a customer's balance, and its ancestors' BalanceWithJobs.

    The time of change moves with it but the SyncToken does not: recorded for a customer who had been invoiced.
    """
    if not delta:
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


def refresh_invoice(company: Company, invoice: Row) -> None:
    """Bring Balance and LinkedTxn in line with the links; an effective change moves the SyncToken (F3.3-1)."""
    before = invoice.data["Balance"]
    balance = cents(invoice.data["TotalAmt"] - applied_to(company, invoice.id))
    links = links_of(company, invoice.id)
    company.change("Invoice", invoice, {**invoice.data, "Balance": balance, "LinkedTxn": links})
    post(company, invoice.data["CustomerRef"]["value"], balance - before)


def relink(company: Company, payment_id: str, before: Mapping[str, Decimal], after: Mapping[str, Decimal]) -> None:
    """Make the links of one payment `after`, invoice id -> amount; every invoice that this moves is brought in
    line.
    """
    for invoice_id in dict.fromkeys([*before, *after]):
        amount = after.get(invoice_id)
        if amount == before.get(invoice_id):
            continue
        links = company.applied.setdefault(invoice_id, {})
        if amount:
            links[payment_id] = amount
        else:
            links.pop(payment_id, None)
        refresh_invoice(company, company.row("Invoice", invoice_id))


def line_amounts(payment: Obj) -> dict[str, Decimal]:
    """Invoice id -> amount, from a payment's lines."""
    found: dict[str, Decimal] = {}
    for line in payment.get("Line", []):
        invoice_id = line["LinkedTxn"][0]["TxnId"]
        found[invoice_id] = found.get(invoice_id, ZERO) + line["Amount"]
    return found


def _cut_lines(lines: list[Obj], invoice_id: str, keep: Decimal) -> list[Obj]:
    """The lines with no more than `keep` left on one invoice."""
    kept: list[Obj] = []
    for line in lines:
        if line["LinkedTxn"][0]["TxnId"] != invoice_id:
            kept.append(line)
            continue
        taken = min(keep, line["Amount"])
        keep -= taken
        if taken:
            kept.append({**line, "Amount": cents(taken)})
    return kept


def release(company: Company, invoice: Row, excess: Decimal) -> None:
    """Give payments on an invoice back as UnappliedAmt until `excess` is gone, the latest payment first (F7.3-32)."""
    links = company.applied.get(invoice.id, {})
    for payment_id in reversed(list(links)):
        if not excess:
            return
        back = min(excess, links[payment_id])
        keep = links[payment_id] - back
        excess -= back
        payment = company.row("Payment", payment_id)
        lines = _cut_lines(payment.data["Line"], invoice.id, keep)
        unapplied = cents(payment.data["UnappliedAmt"] + back)
        company.change("Payment", payment, {**payment.data, "Line": lines, "UnappliedAmt": unapplied})
        post(company, payment.data["CustomerRef"]["value"], -back)
        if keep:
            links[payment_id] = keep
        else:
            del links[payment_id]
