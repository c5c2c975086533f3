"""The general ledger: the postings of every transaction, and the balance of every account as their running sum.

How a transaction is posted is for postings.py; that each write is recorded here is for company.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_emulator.books.postings import Posting, postings_of
from qbo_emulator.books.state import State
from qbo_emulator.books.wire import ZERO, Obj, cents, fold, ref_value

if TYPE_CHECKING:
    from qbo_emulator.books.company import Company

# What the API answers a balance for: "valid for balance sheet accounts" (Intuit's reference of Account).
BALANCE_SHEET = ("Asset", "Liability", "Equity")

# The kind of a transaction and its id.
Key = tuple[str, str]


class Ledger(State):
    """All postings by transaction. Debits count above 0."""

    def __init__(self) -> None:
        self.entries: dict[Key, tuple[Posting, ...]] = {}
        self._balances: dict[str, Decimal] = {}

    def balance(self, account: str) -> Decimal:
        """Debits less credits of an account."""
        return self._balances.get(account, ZERO)

    def post(self, key: Key, postings: tuple[Posting, ...]) -> list[str]:
        """Put these postings in place of the transaction's former ones; answers the accounts whose balance moved."""
        before = self.entries.get(key, ())
        if postings == before:
            return []
        if postings:
            self.entries[key] = postings
        else:
            del self.entries[key]
        moves: dict[str, Decimal] = {}
        for account, amount in _signed(before, postings):
            moves[account] = moves.get(account, ZERO) + amount
        return [account for account, amount in moves.items() if self._move(account, amount)]

    def _move(self, account: str, amount: Decimal) -> bool:
        if amount:
            self._balances[account] = self.balance(account) + amount
        return bool(amount)


def _signed(before: tuple[Posting, ...], after: tuple[Posting, ...]) -> Iterator[tuple[str, Decimal]]:
    yield from ((one.account, -one.amount) for one in before)
    yield from ((one.account, one.amount) for one in after)


def record(company: Company, entity: str, row_id: str, data: Obj | None) -> None:
    """Post a transaction as it is now (None: it is gone) and show the accounts' new balances.

    Nothing is written if the postings cannot be made; see postings_of for what it raises.
    """
    postings = postings_of(company, entity, data) if data is not None else ()
    for account_id in company.ledger.post((entity, row_id), postings):
        show_balance(company, account_id)


def show_balance(company: Company, account_id: str | None) -> None:
    """Write CurrentBalance of an account, and CurrentBalanceWithSubAccounts of it and its ancestors.

    Debits count above 0 whatever the kind of account, so that a liability is usually below: Intuit's own example of an
    Account shows that, and that the time of change moves with the balance while the SyncToken stays.
    """
    table = company.tables["Account"]
    while account_id is not None:
        row = table.rows[account_id]
        if row.data["Classification"] not in BALANCE_SHEET:
            return
        own = company.ledger.balance(account_id)
        subs = (sub.data["CurrentBalanceWithSubAccounts"] for sub in table.find("ParentRef", [fold(account_id)]))
        sums = {"CurrentBalance": cents(own), "CurrentBalanceWithSubAccounts": cents(sum(subs, own))}
        if any(row.data[name] != amount for name, amount in sums.items()):
            company.touch("Account", row, **sums)
        account_id = ref_value(row.data.get("ParentRef"))
