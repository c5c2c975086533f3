"""The books of one realm: its settings, its tables, its counters, and the only ways to write a row.

Which writes are allowed is for the entities' own modules; what is kept here holds for all of them: ids, SyncToken,
MetaData, times, the order of keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Literal, TypeAlias

from qbo_emulator.books import faults, ledger
from qbo_emulator.books.choices import Choices
from qbo_emulator.books.company_settings import CompanySettings
from qbo_emulator.books.currencies import currency_reference
from qbo_emulator.books.definitions_company import COMPANY_INFO, PREFERENCES
from qbo_emulator.books.definitions_lists import ACCOUNT, ATTACHABLE, CLASS, DEPARTMENT, ITEM, PAYMENT_METHOD, TERM
from qbo_emulator.books.definitions_names import CUSTOMER, EMPLOYEE, VENDOR
from qbo_emulator.books.definitions_sales import (
    CREDIT_MEMO,
    DEPOSIT,
    INVOICE,
    PAYMENT,
    REFUND_RECEIPT,
    SALES_RECEIPT,
)
from qbo_emulator.books.definitions_taxes import TAX_AGENCY, TAX_CODE, TAX_RATE
from qbo_emulator.books.fields import Definition
from qbo_emulator.books.history import Actor, History
from qbo_emulator.books.pacific import stamp, today
from qbo_emulator.books.state import State
from qbo_emulator.books.table import Row, Table
from qbo_emulator.books.wire import Obj
from qbo_emulator.clock import Clock

DEFINITIONS: dict[str, Definition] = {
    "Customer": CUSTOMER,
    "Vendor": VENDOR,
    "Employee": EMPLOYEE,
    "Item": ITEM,
    "Account": ACCOUNT,
    "Class": CLASS,
    "Department": DEPARTMENT,
    "PaymentMethod": PAYMENT_METHOD,
    "Term": TERM,
    "TaxCode": TAX_CODE,
    "TaxRate": TAX_RATE,
    "TaxAgency": TAX_AGENCY,
    "Invoice": INVOICE,
    "CreditMemo": CREDIT_MEMO,
    "SalesReceipt": SALES_RECEIPT,
    "RefundReceipt": REFUND_RECEIPT,
    "Payment": PAYMENT,
    "Deposit": DEPOSIT,
    "Attachable": ATTACHABLE,
    "CompanyInfo": COMPANY_INFO,
    "Preferences": PREFERENCES,
}
NAME_LISTS = ("Customer", "Vendor", "Employee")
SALES_FORMS = ("Invoice", "CreditMemo", "SalesReceipt", "RefundReceipt")
TRANSACTIONS = (*SALES_FORMS, "Payment", "Deposit")
_SALES_INDEXES = ("DocNumber", "CustomerRef")

_INDEXED = {
    "Customer": ("DisplayName", "FullyQualifiedName", "ParentRef"),
    "Vendor": ("DisplayName",),
    "Employee": ("DisplayName",),
    "Item": ("Name", "FullyQualifiedName", "ParentRef"),
    "Account": ("Name", "FullyQualifiedName", "ParentRef", "AcctNum"),
    "Class": ("Name", "FullyQualifiedName", "ParentRef"),
    "Department": ("Name", "FullyQualifiedName", "ParentRef"),
    "PaymentMethod": ("Name",),
    "Term": ("Name",),
    "TaxCode": ("Name",),
    "TaxRate": ("Name",),
    "TaxAgency": ("DisplayName",),
    **dict.fromkeys(SALES_FORMS, _SALES_INDEXES),
    "Payment": ("PaymentRefNum", "CustomerRef"),
    "Deposit": (),
    "Attachable": (),
    "CompanyInfo": (),
    "Preferences": (),
}


Operation: TypeAlias = Literal["Create", "Update", "Delete", "Void", "Merge", "Emailed"]


@dataclass(frozen=True, slots=True)
class Written:
    """One effective write. `before` is None for what is new, `after` for what is gone; `merged_into` is the id that
    took over.
    """

    table: str
    row_id: str
    operation: Operation
    before: Obj | None
    after: Obj | None
    merged_into: str | None = None


Watcher: TypeAlias = Callable[[Written], None]


class Company(State):
    """One realm. Not safe for threads: callers take turns."""

    APART = ("clock", "watchers", "choices")

    def __init__(self, realm_id: str, settings: CompanySettings, clock: Clock) -> None:
        self.realm_id = realm_id
        self.settings = settings
        self.clock = clock
        self.choices = Choices()
        self.tables = {name: Table(name, indexed) for name, indexed in _INDEXED.items()}
        self.names: dict[str, tuple[str, str]] = {}
        self.applied: dict[str, dict[str, Decimal]] = {}
        self.ledger = ledger.Ledger()
        self.tax_accounts: dict[str, str] = {}  # tax agency -> the account of what is owed to it
        self.last_doc_number: dict[str, str] = {}  # by space of numbers
        self.mails: dict[str, int] = {}  # forms mailed on the day of the key; only the last day is kept
        self.tax_code_of_state: dict[str, str] = {}
        self.created_at = self.epoch()
        self.actor = Actor(settings.user)
        self.history = History()
        # Told of every effective write, whoever makes it.
        self.watchers: list[Watcher] = [partial(self.history.watch, self)]
        self._counters: dict[str, int] = {}

    @classmethod
    def restored(cls, state: Obj, clock: Clock) -> Company:
        """A company from what another one dumped. BadState if that does not fit."""
        company = cls("", CompanySettings(name="", kind="", user="", address={}), clock)
        company.load(state)
        return company

    def epoch(self) -> int:
        """The present in seconds since 1970."""
        return int(self.clock.now().timestamp())

    def today(self) -> date:
        """The server's date (F3.6-4)."""
        return today(self.clock.now())

    def currency(self) -> Obj:
        """The home currency as a reference."""
        return currency_reference(self.settings.home_currency)

    def next_id(self, table: str) -> str:
        """Count up: names share one sequence, transactions another, the rest have their own (F3.1-7)."""
        counter = "names" if table in NAME_LISTS else "transactions" if table in TRANSACTIONS else table
        self._counters[counter] = self._counters.get(counter, 0) + 1
        return str(self._counters[counter])

    @contextmanager
    def drawing_ids(self) -> Iterator[None]:
        """Around a write: the ids that it drew are free again if it is refused."""
        before = dict(self._counters)
        try:
            yield
        except faults.Fault:
            self._counters = before
            raise

    def row(self, table: str, row_id: str) -> Row:
        """The row, active or not; Fault 610 if there is none (F3.2-23)."""
        found = self.tables[table].get(row_id)
        if found is None:
            raise self.gone()
        return found

    def gone(self) -> faults.Fault:
        """610, in the company's own word for its customers (F9.3-74)."""
        return faults.object_not_found(self.settings.customer_terminology.lower())

    def insert(self, table: str, data: Obj, row_id: str | None = None) -> Row:
        """Add an entity with SyncToken "0" (F3.3-1)."""
        at = self.epoch()
        new_id = row_id or self.next_id(table)
        head = {"domain": "QBO", "sparse": False, "Id": new_id, "SyncToken": "0"}
        meta = {"CreateTime": stamp(at), "LastUpdatedTime": stamp(at)}
        whole = DEFINITIONS[table].arrange({**data, **head, "MetaData": meta})
        row = Row(new_id, whole, at, at)
        self._post(table, new_id, whole)
        self.tables[table].insert(row)
        self.tell(Written(table, new_id, "Create", None, whole))
        return row

    def change(
        self, table: str, row: Row, data: Obj, operation: Operation = "Update", merged_into: str | None = None
    ) -> bool:
        """Save an effective change: SyncToken +1, new time. False, and nothing moves, if nothing differs
        (F3.2-16). `operation` is what watchers are told: a void says "Void", a mailed form "Emailed".
        """
        arranged = DEFINITIONS[table].arrange(data)
        if arranged == row.data:
            return False
        arranged["SyncToken"] = str(int(row.data["SyncToken"]) + 1)
        before = row.data
        self._save(table, row, arranged)
        self.tell(Written(table, row.id, operation, before, arranged, merged_into))
        return True

    def touch(self, table: str, row: Row, **fields: object) -> None:
        """Save computed fields: new time, but the SyncToken stays (a customer's balance, as recorded)."""
        data = {**row.data, **fields}
        self._save(table, row, data if len(data) == len(row.data) else DEFINITIONS[table].arrange(data))

    def rewrite(self, table: str, row: Row, **fields: object) -> None:
        """Save what only looks different, such as the name inside a reference: neither time nor SyncToken move."""
        self.tables[table].replace(row, {**row.data, **fields}, None)

    def remove(self, table: str, row: Row, merged_into: str | None = None) -> None:
        """Delete a transaction, or an entry of a list that was merged into another."""
        self._post(table, row.id, None)
        self.tables[table].remove(row, self.epoch())
        self.tell(Written(table, row.id, "Merge" if merged_into else "Delete", row.data, None, merged_into))

    @contextmanager
    def acting(self, actor: Actor) -> Iterator[None]:
        """What is written meanwhile is written by `actor`; else by the company's user."""
        before, self.actor = self.actor, actor
        try:
            yield
        finally:
            self.actor = before

    def tell(self, written: Written) -> None:
        """Tell all watchers; computed fields (touch) and mere looks (rewrite) are not told."""
        for watcher in self.watchers:
            watcher(written)

    def _save(self, table: str, row: Row, data: Obj) -> None:
        at = self.epoch()
        data["MetaData"] = {**row.data["MetaData"], "LastUpdatedTime": stamp(at)}
        self._post(table, row.id, data)
        self.tables[table].replace(row, data, at)

    def _post(self, table: str, row_id: str, data: Obj | None) -> None:
        if table in TRANSACTIONS:
            ledger.record(self, table, row_id, data)
