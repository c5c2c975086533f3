"""From lines to the total of a sales form: lines, tax, sum (7.3, section 8)."""

from __future__ import annotations

from qbo_emulator.books import faults, sales_tax, tax_codes
from qbo_emulator.books.company import Company
from qbo_emulator.books.sales_lines import Lines, check_lines, stored_lines
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj, cents


def _lines(company: Company, draft: Obj, sent: Obj, old: Row | None) -> Lines:
    """At least one line is required (F7.3-2); stored lines are not checked again."""
    if not draft.get("Line"):
        raise faults.missing("Line")
    if sent.get("Line"):
        return check_lines(company, sent["Line"], old.data["Line"] if old else [], tax_codes.fields_of(company, draft))
    return stored_lines(draft["Line"])


def settle(company: Company, draft: Obj, sent: Obj, old: Row | None, place: str | None) -> Obj | None:
    """Put lines, TxnTaxDetail and TotalAmt into the draft; answers the sent tax that is in force."""
    lines = _lines(company, draft, sent, old)
    sent_tax = sales_tax.in_force(sent, old)
    draft["Line"] = lines.whole
    draft["TxnTaxDetail"] = sales_tax.tax_detail(company, draft, lines, sent_tax, place)
    draft["TotalAmt"] = cents(lines.net() + draft["TxnTaxDetail"]["TotalTax"])
    if draft["TotalAmt"] < 0:
        raise faults.business("Transaction amount must be greater than or equal to zero.")
    return sent_tax
