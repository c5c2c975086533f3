"""Whoever writes a row, those who watch the books are told: what was written, how, and what it was before.

What they make of it (webhooks) is tested elsewhere.
"""

from __future__ import annotations

from decimal import Decimal

from emulator_books import delete, fresh, pay, ref, sales_line, sparse, void, write

from qbo_emulator.books.company import Company, Written


def _watched() -> tuple[Company, list[Written]]:
    company = fresh()
    told: list[Written] = []
    company.watchers.append(told.append)
    return company, told


def _said(told: list[Written]) -> list[tuple[str, str, str]]:
    return [(one.table, one.row_id, one.operation) for one in told]


def test_every_effective_write_is_told_with_what_was_before() -> None:
    company, told = _watched()
    ada = write(company, "Customer", DisplayName="Ada")
    sparse(company, "Customer", ada, Notes="Ring twice")
    assert _said(told) == [("Customer", ada["Id"], "Create"), ("Customer", ada["Id"], "Update")]
    assert [one.before is None for one in told] == [True, False]
    assert told[1].before == told[0].after
    assert told[1].after is not None
    assert told[1].after["Notes"] == "Ring twice"


def test_what_changes_nothing_is_not_told() -> None:
    company, told = _watched()
    ada = write(company, "Customer", DisplayName="Ada")
    sparse(company, "Customer", ada, DisplayName="Ada")
    assert len(told) == 1


def test_payments_tell_of_the_invoices_that_they_move_and_voids_say_so() -> None:
    company, told = _watched()
    ada = write(company, "Customer", DisplayName="Ada")
    invoice = write(company, "Invoice", CustomerRef=ref(ada), Line=[sales_line("1", "10.00")])
    payment = pay(company, invoice, "4.00")
    told.clear()
    void(company, "Payment", payment)
    assert _said(told) == [("Payment", payment["Id"], "Void"), ("Invoice", invoice["Id"], "Update")]
    told.clear()
    void(company, "Invoice", invoice)
    delete(company, "Payment", payment)
    assert _said(told) == [("Invoice", invoice["Id"], "Void"), ("Payment", payment["Id"], "Delete")]
    assert told[1].after is None
    assert told[1].before is not None
    assert told[1].before["TotalAmt"] == Decimal(0)
