"""What the books say of a period or of a day: profit and loss, the age of receivables. Pure reading, nothing is kept.

QuickBooks' report API is not modelled; the pages show these. Amounts are Decimal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from qbo_emulator.books import balances
from qbo_emulator.books.company import Company
from qbo_emulator.books.ledger import Key
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import ZERO, Obj

# Account types in the order of the statement; income counts above 0 as a credit, costs as a debit.
INCOME, COST, EXPENSE = "Income", "Cost of Goods Sold", "Expense"
OTHER_INCOME, OTHER_EXPENSE = "Other Income", "Other Expense"
STATEMENT = (INCOME, COST, EXPENSE, OTHER_INCOME, OTHER_EXPENSE)
_CREDIT_KINDS = ("Liability", "Equity", "Revenue")

# Upper ends of the buckets in days overdue; the last bucket has none.
AGES = (0, 30, 60, 90)


def natural(account: Obj, debit: Decimal) -> Decimal:
    """A balance as a bookkeeper reads it: what is owed and earned counts above 0."""
    return -debit if account["Classification"] in _CREDIT_KINDS else debit


def transaction(company: Company, key: Key) -> Row:
    """The transaction behind an entry of the ledger."""
    table, row_id = key
    return company.tables[table].rows[row_id]


def profit_and_loss(company: Company, start: date, end: date) -> dict[str, list[tuple[Row, Decimal]]]:
    """Account type -> its accounts with what was posted from `start` to `end`, both included; accounts without postings
    are left out. Accrual: a sale counts on its own date.
    """
    first, last = start.isoformat(), end.isoformat()
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for key, postings in company.ledger.entries.items():
        if first <= transaction(company, key).data["TxnDate"] <= last:
            for one in postings:
                sums[one.account] += one.amount
    accounts = company.tables["Account"].rows.values()
    return {kind: list(_posted(accounts, kind, sums)) for kind in STATEMENT}


def _posted(accounts: Iterable[Row], kind: str, sums: dict[str, Decimal]) -> Iterator[tuple[Row, Decimal]]:
    for row in accounts:
        if row.data["AccountType"] == kind and row.id in sums:
            yield row, natural(row.data, sums[row.id])


@dataclass(frozen=True, slots=True)
class Posted:
    """A line of an account's register: the transaction, the amount (a debit above 0), the balance after it."""

    key: Key
    amount: Decimal
    balance: Decimal


def register(company: Company, account_id: str) -> list[Posted]:
    """All that was posted on an account, the oldest date first, with debits less credits as the running balance."""
    found = [
        (transaction(company, key).data["TxnDate"], int(key[1]), key, one.amount)
        for key, postings in company.ledger.entries.items()
        for one in postings
        if one.account == account_id
    ]
    lines, balance = [], ZERO
    for _, _, key, amount in sorted(found):
        balance += amount
        lines.append(Posted(key, amount, balance))
    return lines


@dataclass(slots=True)
class Aged:
    """What a customer owes, by age: current, then 1 to 30 days overdue, and so on; credits count below 0."""

    customer_id: str
    buckets: list[Decimal]


def aging(company: Company, day: date) -> list[Aged]:
    """What each customer owed at the end of a day; together it is the balance of A/R on that day.

    Our own choices: an invoice ages from its due date, money and credits that are not applied from their own date; a
    payment counts as applied once the day of it and of all that it settles has come.
    """
    limits = [(day - timedelta(days=age)).isoformat() for age in AGES]
    rows: dict[str, Aged] = {}
    for data, since, amount in _open_on(company, day.isoformat()):
        customer_id = data["CustomerRef"]["value"]
        aged = rows.setdefault(customer_id, Aged(customer_id, [ZERO] * (len(AGES) + 1)))
        aged.buckets[sum(since < limit for limit in limits)] += amount
    return [aged for aged in rows.values() if any(aged.buckets)]


def _open_on(company: Company, day: str) -> Iterator[tuple[Obj, str, Decimal]]:
    """What was open on a day: the transaction, the day that it ages from, the amount."""
    settled: dict[str, Decimal] = defaultdict(Decimal)
    for row in _until(company, "Payment", day):
        lines = balances.line_amounts(row.data)
        if any(company.tables[kind].rows[row_id].data["TxnDate"] > day for kind, row_id in lines):
            lines = {}
        for (_, row_id), amount in lines.items():
            settled[row_id] += amount
        yield row.data, row.data["TxnDate"], -balances.unapplied(row.data["TotalAmt"], lines)
    for kind, sign in balances.SIGNS.items():
        for row in _until(company, kind, day):
            since = row.data["DueDate"] if kind == "Invoice" else row.data["TxnDate"]
            yield row.data, since, sign * (balances.due(row.data) - settled[row.id])


def _until(company: Company, table: str, day: str) -> Iterator[Row]:
    rows = company.tables[table].rows.values()
    return (row for row in rows if row.data["TxnDate"] <= day)
