"""Whatever is written, in whatever order: the books add up. A state machine over invoices and payments.

Single rules are tested by tables elsewhere, single postings in test_emulator_postings.py, and the
other kinds of transactions in test_emulator_double_entry.py.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from emulator_books import TODAY, delete, discount_line, fresh, read, ref, sales_line, sparse, void, write
from emulator_ledger import assert_ledger
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from qbo_emulator.books.amounts import percent_of
from qbo_emulator.books.faults import Fault
from qbo_emulator.books.wire import ZERO

amounts = st.decimals(min_value="0.01", max_value=500, places=2)


class Ledger(RuleBasedStateMachine):
    """Random writes on a fresh company with a parent, its job, and a stranger."""

    invoices = Bundle("invoices")
    payments = Bundle("payments")

    @initialize()
    def begin(self) -> None:
        self.company = fresh()
        parent = write(self.company, "Customer", DisplayName="Parent")
        write(self.company, "Customer", DisplayName="Job", Job=True, ParentRef=ref(parent))
        write(self.company, "Customer", DisplayName="Stranger", Taxable=False)

    def _current(self, table: str, row_id: str) -> dict[str, Any] | None:
        row = self.company.tables[table].get(row_id)
        return row.data if row else None

    @rule(
        target=invoices,
        customer=st.sampled_from("123"),
        lines=st.lists(amounts, min_size=1, max_size=4),
        data=st.data(),
    )
    def invoice(self, customer: str, lines: list[Decimal], data: st.DataObject) -> str:
        sent = [sales_line("1", str(line), data.draw(st.sampled_from(["TAX", "NON"]))) for line in lines]
        percent = data.draw(st.none() | st.integers(0, 100))
        if percent is not None:
            sent.append(discount_line(percent=str(percent)))
        after = data.draw(st.booleans())
        made = write(self.company, "Invoice", CustomerRef=ref(customer), Line=sent, ApplyTaxAfterDiscount=after)
        return str(made["Id"])

    @rule(invoice_id=invoices, line=amounts)
    def change_invoice(self, invoice_id: str, line: Decimal) -> None:
        stored = self._current("Invoice", invoice_id)
        if stored is not None:
            sparse(self.company, "Invoice", stored, Line=[sales_line("1", str(line), "NON")])

    @rule(invoice_id=invoices)
    def void_invoice(self, invoice_id: str) -> None:
        stored = self._current("Invoice", invoice_id)
        if stored is not None:
            void(self.company, "Invoice", stored)

    @rule(invoice_id=invoices)
    def delete_invoice(self, invoice_id: str) -> None:
        stored = self._current("Invoice", invoice_id)
        if stored is not None and not stored["LinkedTxn"]:
            delete(self.company, "Invoice", stored)

    @rule(target=payments, customer=st.sampled_from("123"), chosen=st.lists(invoices, max_size=3), amount=amounts)
    def payment(self, customer: str, chosen: list[str], amount: Decimal) -> str | None:
        """Any payment, mostly one that is refused."""
        lines = [self._link(invoice_id, amount) for invoice_id in chosen]
        before = self._everything()
        try:
            made = write(self.company, "Payment", CustomerRef=ref(customer), TotalAmt=amount * 3, Line=lines)
        except Fault:
            assert self._everything() == before, "a refused write left a trace"
            return None
        return str(made["Id"])

    @rule(target=payments, invoice_id=invoices, percent=st.integers(1, 100), extra=st.sampled_from(["0", "5.00"]))
    def part_payment(self, invoice_id: str, percent: int, extra: str) -> str | None:
        """A payment that fits: a part of what is open, and perhaps more that stays unapplied."""
        invoice = self._current("Invoice", invoice_id)
        if invoice is None or not invoice["Balance"]:
            return None
        part = max(percent_of(invoice["Balance"], Decimal(percent)), Decimal("0.01"))
        made = write(
            self.company,
            "Payment",
            CustomerRef=ref(invoice["CustomerRef"]["value"]),
            TotalAmt=part + Decimal(extra),
            Line=[self._link(invoice_id, part)],
        )
        return str(made["Id"])

    @staticmethod
    def _link(invoice_id: str, amount: Decimal) -> dict[str, Any]:
        return {"Amount": amount, "LinkedTxn": [{"TxnId": invoice_id, "TxnType": "Invoice"}]}

    @rule(payment_id=payments, percent=st.integers(1, 200))
    def reapply(self, payment_id: str | None, percent: int) -> None:
        """The same links with other amounts; allowed exactly if every invoice is open for it."""
        stored = self._current("Payment", payment_id) if payment_id else None
        if stored is None or not stored["Line"]:
            return
        line = stored["Line"][0]
        invoice_id = line["LinkedTxn"][0]["TxnId"]
        wanted = max(percent_of(line["Amount"], Decimal(percent)), Decimal("0.01"))
        balance = read(self.company, "Invoice", invoice_id)["Balance"]
        fits = wanted <= balance + line["Amount"]
        try:
            sparse(self.company, "Payment", stored, TotalAmt=wanted, Line=[self._link(invoice_id, wanted)])
            assert fits or len(stored["Line"]) > 1
        except Fault:
            assert not fits

    @rule(payment_id=payments, amount=amounts, keep=st.booleans())
    def change_payment(self, payment_id: str | None, amount: Decimal, keep: bool) -> None:
        stored = self._current("Payment", payment_id) if payment_id else None
        if stored is None:
            return
        before = self._everything()
        fields: dict[str, Any] = {"TotalAmt": amount} if keep else {"TotalAmt": amount, "Line": []}
        try:
            sparse(self.company, "Payment", stored, **fields)
        except Fault:
            assert self._everything() == before, "a refused write left a trace"

    @rule(payment_id=payments, end=st.sampled_from([void, delete]))
    def end_payment(self, payment_id: str | None, end: Any) -> None:
        stored = self._current("Payment", payment_id) if payment_id else None
        if stored is not None:
            end(self.company, "Payment", stored)

    def _everything(self) -> dict[str, dict[str, Any]]:
        return {
            table: {row.id: row.data for row in self.company.tables[table].rows.values()}
            for table in ("Customer", "Invoice", "Payment")
        }

    @invariant()
    def invoices_add_up(self) -> None:
        for invoice in self._everything()["Invoice"].values():
            links = self.company.applied.get(invoice["Id"], {})
            assert invoice["Balance"] == invoice["TotalAmt"] - sum(links.values(), ZERO)
            assert invoice["Balance"] >= 0
            assert [link["TxnId"] for link in invoice["LinkedTxn"]] == list(links)
            kinds = {line["DetailType"]: line["Amount"] for line in invoice["Line"]}
            discount = kinds.get("DiscountLineDetail", ZERO)
            tax = invoice["TxnTaxDetail"]["TotalTax"]
            assert invoice["TotalAmt"] in (ZERO, kinds["SubTotalLineDetail"] - discount + tax)
            assert sum((line["Amount"] for line in invoice["TxnTaxDetail"].get("TaxLine", [])), ZERO) == tax

    @invariant()
    def payments_add_up(self) -> None:
        for payment in self._everything()["Payment"].values():
            applied = sum((line["Amount"] for line in payment["Line"]), ZERO)
            assert payment["TotalAmt"] == applied + payment["UnappliedAmt"]
            assert payment["UnappliedAmt"] >= 0
            for line in payment["Line"]:
                links = self.company.applied[line["LinkedTxn"][0]["TxnId"]]
                assert payment["Id"] in links

    @invariant()
    def customers_owe_what_their_papers_say(self) -> None:
        everything = self._everything()
        owed = dict.fromkeys(everything["Customer"], ZERO)
        for invoice in everything["Invoice"].values():
            owed[invoice["CustomerRef"]["value"]] += invoice["Balance"]
        for payment in everything["Payment"].values():
            owed[payment["CustomerRef"]["value"]] -= payment["UnappliedAmt"]
        for customer_id, customer in everything["Customer"].items():
            assert customer["Balance"] == owed[customer_id]
        assert everything["Customer"]["1"]["BalanceWithJobs"] == owed["1"] + owed["2"]

    @invariant()
    def the_ledger_adds_up(self) -> None:
        assert_ledger(self.company)


Ledger.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestLedger = Ledger.TestCase


def test_the_date_is_the_servers() -> None:
    company = fresh()
    write(company, "Customer", DisplayName="Ada")
    made = write(company, "Invoice", CustomerRef=ref("1"), Line=[sales_line("1", "5")])
    assert read(company, "Invoice", made["Id"])["TxnDate"] == TODAY
