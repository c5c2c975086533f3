"""Double entry over every kind of transaction, in three kinds of companies, with edits, voids, deletions, deposits.

After each step debits equal credits, receivables are what is open, tax payable is the booked tax, and accounts hold the
sum of their postings; a refused write changes none of it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from emulator_books import delete, discount_line, fresh, ref, sales_line, sample, sparse, void, write
from emulator_ledger import assert_ledger
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from qbo_emulator.books import deposits
from qbo_emulator.books.company import Company
from qbo_emulator.books.faults import Fault

FORMS = ("Invoice", "CreditMemo", "SalesReceipt", "RefundReceipt")
amounts = st.decimals(min_value="0.01", max_value=500, places=2)
places = st.sampled_from(["CA", "NY", "AZ", "OR"])


def british() -> Company:
    """A company outside the US: a code on every line."""
    company = fresh()
    company.settings.country, company.settings.automated_sales_tax = "GB", False
    return company


COMPANIES = {"automated": fresh, "older": sample, "british": british}


class DoubleEntry(RuleBasedStateMachine):
    """Random writes for two customers of one company of a kind."""

    kind: str
    forms = Bundle("forms")
    payments = Bundle("payments")

    @initialize(applies=st.booleans())
    def begin(self, applies: bool) -> None:
        self.company = COMPANIES[self.kind]()
        chosen = self.company.settings
        chosen.auto_apply_credit = chosen.auto_apply_payments = applies
        chosen.allow_deposit = True
        names = [write(self.company, "Customer", DisplayName=name, Taxable=True) for name in ("Ada", "Bob")]
        self.customers = [ref(one) for one in names]

    def _tax(self, taxed: bool) -> str:
        if self.kind == "british":
            return str(self.company.settings.default_tax_code) if taxed else "NON"
        return "TAX" if taxed else "NON"

    def _lines(self, data: st.DataObject, inclusive: bool) -> list[dict[str, Any]]:
        drawn = data.draw(st.lists(st.tuples(amounts, st.booleans()), min_size=1, max_size=4))
        lines = [sales_line("1", str(amount), self._tax(taxed)) for amount, taxed in drawn]
        percent = None if inclusive else data.draw(st.none() | st.integers(0, 100))
        return lines if percent is None else [*lines, discount_line(percent=str(percent))]

    def _body(self, data: st.DataObject) -> dict[str, Any]:
        inclusive = self.kind == "british" and data.draw(st.booleans())
        body: dict[str, Any] = {"Line": self._lines(data, inclusive), "ShipAddr": {"Line1": "1 Main St"}}
        body["ShipAddr"]["CountrySubDivisionCode"] = data.draw(places)
        if inclusive:
            body["GlobalTaxCalculation"] = "TaxInclusive"
        if self.kind == "older" and data.draw(st.booleans()):
            body["TxnTaxDetail"] = {"TxnTaxCodeRef": ref(data.draw(st.sampled_from("23")))}
        if self.kind == "automated" and data.draw(st.booleans()):
            body["TxnTaxDetail"] = {"TotalTax": data.draw(amounts)}
        return {**body, "ApplyTaxAfterDiscount": data.draw(st.booleans())}

    def _attempt(self, *call: Any, **body: Any) -> dict[str, Any] | None:
        """A write that the books may refuse; if they do, nothing has changed."""
        before = dict(self.company.ledger.entries)
        try:
            made: dict[str, Any] = call[0](self.company, *call[1:], **body)
        except Fault:
            assert self.company.ledger.entries == before
            return None
        return made

    @rule(target=forms, entity=st.sampled_from(FORMS), who=st.integers(0, 1), data=st.data())
    def create(self, entity: str, who: int, data: st.DataObject) -> tuple[str, str] | None:
        body = {"CustomerRef": self.customers[who], **self._body(data)}
        if entity == "RefundReceipt":
            body["DepositToAccountRef"] = ref(str(self.company.settings.default_deposit_account))
        if entity == "Invoice" and data.draw(st.booleans()):
            body["Deposit"] = data.draw(amounts)
        made = self._attempt(write, entity, **body)
        return (entity, made["Id"]) if made else None

    def _stored(self, form: tuple[str, str] | None) -> dict[str, Any] | None:
        row = self.company.tables[form[0]].get(form[1]) if form else None
        return row.data if row else None

    @rule(form=forms, data=st.data())
    def edit(self, form: tuple[str, str] | None, data: st.DataObject) -> None:
        stored = self._stored(form)
        if form is not None and stored is not None:
            self._attempt(sparse, form[0], stored, **self._body(data))

    @rule(form=forms, end=st.sampled_from([void, delete]))
    def end(self, form: tuple[str, str] | None, end: Any) -> None:
        stored = self._stored(form)
        if form is not None and stored is not None:
            self._attempt(end, form[0], stored)

    @rule(target=payments, who=st.integers(0, 1), chosen=st.lists(forms, max_size=3), extra=amounts, data=st.data())
    def pay(self, who: int, chosen: list[tuple[str, str] | None], extra: Decimal, data: st.DataObject) -> str | None:
        """Money, credits, or both, against invoices: a part of what is open on each."""
        lines, paid = [], Decimal(0)
        for form in dict.fromkeys(chosen):
            stored = self._stored(form)
            if (
                form is None
                or stored is None
                or stored.get("CustomerRef", {}).get("value") != self.customers[who]["value"]
            ):
                continue
            if stored["Balance"] and form[0] in ("Invoice", "CreditMemo"):
                part = data.draw(st.decimals(min_value="0.01", max_value=stored["Balance"], places=2))
                lines.append({"Amount": part, "LinkedTxn": [{"TxnId": form[1], "TxnType": form[0]}]})
                paid += part if form[0] == "Invoice" else -part
        whole = max(paid, Decimal(0)) + data.draw(st.sampled_from([Decimal(0), extra]))
        made = self._attempt(write, "Payment", CustomerRef=self.customers[who], TotalAmt=whole, Line=lines)
        return str(made["Id"]) if made else None

    @rule(payment_id=payments, total=amounts)
    def change_payment(self, payment_id: str | None, total: Decimal) -> None:
        stored = self._stored(("Payment", payment_id)) if payment_id else None
        if stored is not None:
            self._attempt(sparse, "Payment", stored, TotalAmt=total)

    @rule(payment_id=payments, end=st.sampled_from([void, delete]))
    def end_payment(self, payment_id: str | None, end: Any) -> None:
        stored = self._stored(("Payment", payment_id)) if payment_id else None
        if stored is not None:
            self._attempt(end, "Payment", stored)

    @rule(chosen=st.lists(payments, min_size=1, max_size=2))
    def deposit(self, chosen: list[str | None]) -> None:
        held = [one for one in chosen if one and self._stored(("Payment", one))]
        bank = next(row.id for row in self.company.tables["Account"].rows.values() if row.data["AccountType"] == "Bank")
        self._attempt(lambda company, ids: {"Id": deposits.deposit(company, ids, bank).id}, held)

    @rule()
    def undo_deposit(self) -> None:
        for deposit_id in list(self.company.tables["Deposit"].rows)[:1]:
            deposits.undo(self.company, deposit_id)

    @invariant()
    def the_ledger_adds_up(self) -> None:
        assert_ledger(self.company)


class Automated(DoubleEntry):
    kind = "automated"


class Older(DoubleEntry):
    kind = "older"


class British(DoubleEntry):
    kind = "british"


for machine in (Automated, Older, British):
    machine.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestAutomated, TestOlder, TestBritish = Automated.TestCase, Older.TestCase, British.TestCase
