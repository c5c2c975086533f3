"""What must hold of the ledger whatever was written: checks that several property tests share."""

from __future__ import annotations

from decimal import Decimal

from qbo_emulator.books.company import TRANSACTIONS, Company
from qbo_emulator.books.postings import postings_of
from qbo_emulator.books.wire import ZERO

# What a cent of tax on a form does to what is owed to tax agencies.
_TAXED = {"Invoice": 1, "SalesReceipt": 1, "CreditMemo": -1, "RefundReceipt": -1}


def total(company: Company, table: str, prop: str) -> Decimal:
    """The sum of a property over a table."""
    return sum((row.data[prop] for row in company.tables[table].rows.values()), ZERO)


def balance_of(company: Company, sub_type: str) -> Decimal:
    """What the accounts of a sub-type show together: debits less credits."""
    rows = company.tables["Account"].rows.values()
    return sum((row.data["CurrentBalance"] for row in rows if row.data["AccountSubType"] == sub_type), ZERO)


def assert_entries_are_the_transactions(company: Company) -> None:
    """Debits equal credits, and what was edited, voided or deleted left nothing behind."""
    made = {
        (table, row.id): postings_of(company, table, row.data)
        for table in TRANSACTIONS
        for row in company.tables[table].rows.values()
    }
    assert company.ledger.entries == {key: postings for key, postings in made.items() if postings}
    for postings in made.values():
        assert sum((one.amount for one in postings), ZERO) == 0


def assert_accounts_hold_their_postings(company: Company) -> None:
    """Balances are the sums of postings; the API shows them for balance sheet accounts only."""
    sums: dict[str, Decimal] = {}
    for postings in company.ledger.entries.values():
        for one in postings:
            sums[one.account] = sums.get(one.account, ZERO) + one.amount
    for row in company.tables["Account"].rows.values():
        held = sums.get(row.id, ZERO)
        assert company.ledger.balance(row.id) == held
        shown = held if row.data["Classification"] in ("Asset", "Liability", "Equity") else ZERO
        assert row.data["CurrentBalance"] == shown


def assert_receivables_are_what_is_open(company: Company) -> None:
    """A/R is open invoices less money that is not applied and open credits."""
    credits = total(company, "Payment", "UnappliedAmt") + total(company, "CreditMemo", "RemainingCredit")
    assert balance_of(company, "AccountsReceivable") == total(company, "Invoice", "Balance") - credits


def assert_tax_payable_is_the_booked_tax(company: Company) -> None:
    """What is owed to tax agencies is the tax of all sales less that of all returns."""
    booked = sum(
        sign * row.data["TxnTaxDetail"]["TotalTax"]
        for table, sign in _TAXED.items()
        for row in company.tables[table].rows.values()
    )
    assert -balance_of(company, "GlobalTaxPayable") == booked


def assert_ledger(company: Company) -> None:
    """All of it."""
    assert_entries_are_the_transactions(company)
    assert_accounts_hold_their_postings(company)
    assert_receivables_are_what_is_open(company)
    assert_tax_payable_is_the_booked_tax(company)
