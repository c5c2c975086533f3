"""The life of a sales form, whichever of the four it is: create, update, void, delete (7.3 to 7.6, 3.2).

Header, addresses, numbers, lines, tax and balances have modules of their own; this one puts them together in order, and
writes nothing until every check has passed, so that a refused call leaves no trace.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qbo_emulator.books import balances, document_numbers, faults, sales_header, sales_totals, stock
from qbo_emulator.books.company import Company
from qbo_emulator.books.sales_lines import voided_lines
from qbo_emulator.books.table import Row
from qbo_emulator.books.tax_lines import no_tax
from qbo_emulator.books.transactions import voided_note
from qbo_emulator.books.wire import ZERO, Obj, ref_value

# settle(company, draft, sent): what only this form has; called when header and total stand.
Settle = Callable[[Company, Obj, Obj], None]


def _same_customer(data: Obj, draft: Obj) -> bool:
    return ref_value(data.get("CustomerRef")) == ref_value(draft.get("CustomerRef"))


def require_unlinked(company: Company, row: Row, what: str) -> None:
    """Our own choice (not recorded, section 13 no. 8): payments hold a form fast, unless the company lets them go."""
    linked = ", ".join(company.applied.get(row.id, {}))
    if linked and company.choices.linked_invoices == "refuse":
        raise faults.business(f"Unlink the linked transactions before {what}: Payment TxnId={linked}.")


@dataclass(frozen=True, slots=True)
class SalesForm:
    """What is particular to one kind of sales form.

    `goods` is what a form does to stock: -1 takes them out, 1 takes them back. `any_customer`: it may have none.
    """

    entity: str
    settle: Settle
    goods: int
    any_customer: bool = False

    def save(self, company: Company, draft: Obj, sent: Obj, old: Row | None, allow_duplicate: bool) -> Row:
        """Create or update; `draft` is the stored state with what was sent laid over it."""
        place = sales_header.settle(company, self.entity, draft, sent, old, allow_duplicate, self.any_customer)
        sent_tax = sales_totals.settle(company, draft, sent, old, place)
        self.settle(company, draft, sent)
        if old is not None and not _same_customer(old.data, draft):
            require_unlinked(company, old, "changing the customer")
        stock.require_started(company, draft)
        before = old.data if old else {}
        row = self._insert(company, draft) if old is None else self._update(company, old, draft)
        row.sent_tax, row.place = sent_tax, place
        stock.move(company, self.goods, before.get("Line", []), row.data["Line"])
        return row

    def _insert(self, company: Company, draft: Obj) -> Row:
        row = company.insert(self.entity, {**draft, **balances.standing(company, self.entity, "", draft)})
        document_numbers.remember(company, self.entity, row.data)
        balances.post_change(company, self.entity, {}, row.data)
        return row

    def _update(self, company: Company, row: Row, draft: Obj) -> Row:
        kept = balances.due(draft) if _same_customer(row.data, draft) else ZERO
        balances.release(company, self.entity, row, balances.applied_to(company, row.id) - kept)
        before = row.data
        whole = {**draft, **balances.standing(company, self.entity, row.id, draft)}
        if company.change(self.entity, row, whole):
            document_numbers.remember(company, self.entity, whole)
            balances.post_change(company, self.entity, before, row.data)
        row.voided = row.voided and not draft["TotalAmt"]
        return row

    def void(self, company: Company, row: Row) -> None:
        """Everything becomes 0, payments on it become unapplied (F3.2-19); a second void changes nothing."""
        if row.voided:
            return
        balances.release(company, self.entity, row, balances.applied_to(company, row.id))
        before = row.data
        emptied = {
            **before,
            "PrivateNote": voided_note(before),
            "Line": voided_lines(before["Line"]),
            "TxnTaxDetail": no_tax(),
            "TotalAmt": ZERO,
        }
        emptied.pop("Deposit", None)
        emptied |= balances.standing(company, self.entity, row.id, emptied)
        company.change(self.entity, row, emptied, "Void")
        row.voided, row.sent_tax = True, None
        balances.post_change(company, self.entity, before, row.data)
        stock.move(company, self.goods, before["Line"], row.data["Line"])

    def delete(self, company: Company, row: Row) -> None:
        """Gone; what was linked to it is released (F3.2-22)."""
        balances.release(company, self.entity, row, balances.applied_to(company, row.id))
        company.remove(self.entity, row)
        balances.forget(company, row.id)
        balances.post_change(company, self.entity, row.data, {})
        stock.move(company, self.goods, row.data["Line"], [])
