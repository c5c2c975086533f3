"""Sales tax on a sales form: which of the four set-ups applies, and which sent tax is in force (section 8).

Set-ups: switched off, older US model and automated US model (tax_us.py), and tax codes per line (tax_global.py).
"""

from __future__ import annotations

from qbo_emulator.books import tax_codes, tax_global, tax_us
from qbo_emulator.books.company import Company
from qbo_emulator.books.sales_lines import Lines
from qbo_emulator.books.table import Row
from qbo_emulator.books.tax_lines import no_tax
from qbo_emulator.books.wire import Obj

# Properties that, when sent without a TxnTaxDetail, make QuickBooks compute anew (F8.4-3).
_MOVES_TAX = ("Line", "ShipAddr", "CustomerRef", "ApplyTaxAfterDiscount", "GlobalTaxCalculation")


def in_force(sent: Obj, old: Row | None) -> Obj | None:
    """The TxnTaxDetail that counts: sent now, or sent earlier and nothing that moves tax was sent since."""
    if sent.get("TxnTaxDetail"):
        explicit: Obj = sent["TxnTaxDetail"]
        return explicit
    if old is None or "TxnTaxDetail" in sent or any(prop in sent for prop in _MOVES_TAX):
        return None
    return old.sent_tax


def tax_detail(company: Company, draft: Obj, lines: Lines, sent_tax: Obj | None, place: str | None) -> Obj:
    """TxnTaxDetail for a form whose lines are checked and whose CustomerRef stands; `place` is the state or province
    that the goods go to.
    """
    if not company.settings.using_sales_tax:
        return no_tax()  # F8.3-1
    if tax_codes.is_global(company):
        return tax_global.detail(company, draft, lines, sent_tax)
    return tax_us.detail(company, draft, lines, sent_tax, place)
