"""Credit memos: what the customer may still use is RemainingCredit; a payment links it to an invoice (7.5)."""

from __future__ import annotations

from qbo_emulator.books import references
from qbo_emulator.books.company import Company
from qbo_emulator.books.sales_forms import SalesForm
from qbo_emulator.books.transactions import Kind
from qbo_emulator.books.wire import Obj


def _settle(company: Company, draft: Obj, sent: Obj) -> None:
    references.resolve(company, "Term", draft, sent, "SalesTermRef")


_FORM = SalesForm("CreditMemo", _settle, goods=1)
CREDIT_MEMO = Kind("CreditMemo", _FORM.save, delete=_FORM.delete, mailed=True)
