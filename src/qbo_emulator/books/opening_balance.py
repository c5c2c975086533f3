"""A customer who is created with a Balance owes it: an invoice is made for it (F7.1-16).

That there is such a transaction is documented, not what it holds: one line of the company's default item, not taxed,
dated OpenBalanceDate, is our own choice.
"""

from __future__ import annotations

from decimal import Decimal

from qbo_emulator.books import faults, invoices, people, references, tax_codes
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.transactions import require_open_period
from qbo_emulator.books.wire import ZERO, Obj


def _line(company: Company, amount: Decimal) -> Obj:
    """The one line; Fault 610 if the default item is inactive."""
    item = {"value": company.settings.other_prefs["SalesFormsPrefs.DefaultItem"]}
    references.target(company, "Item", item)
    detail: Obj = {"ItemRef": item}
    if not tax_codes.is_global(company):
        detail["TaxCodeRef"] = {"value": "NON"}
    return {
        "Amount": amount,
        "Description": "Opening balance",
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }


def save_customer(company: Company, draft: Obj, sent: Obj, old: Row | None) -> Row:
    """Create or update a customer, with the invoice for an opening balance. Refuses one below 0 as not modelled."""
    amount: Decimal = (sent.get("Balance") or ZERO) if old is None else ZERO
    if not amount:
        return people.save_customer(company, draft, sent, old)
    day = sent.get("OpenBalanceDate") or company.today().isoformat()
    require_open_period(company, day)
    if amount < 0:
        raise faults.not_modelled("An opening balance below 0")
    body = {"TxnDate": day, "GlobalTaxCalculation": "NotApplicable", "Line": [_line(company, amount)]}
    row = people.save_customer(company, draft, sent, old)
    body["CustomerRef"] = {"value": row.id}
    invoices.save(company, dict(body), body, None, allow_duplicate=True)
    return row
