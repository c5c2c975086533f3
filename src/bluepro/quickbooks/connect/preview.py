"""What a first push would do: what is made, linked, skipped and what needs somebody, with counts and sums.

Computed by the database from the records and the matches; reads nothing of QuickBooks and writes nothing. Amounts are
Decimal dollars.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection as database

from bluepro.quickbooks.connect.decisions import Decision, decided, matches
from bluepro.quickbooks.connect.readiness import Use, from_json
from bluepro.quickbooks.models import Connection, Match
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.records import AccountNames

ZERO = Decimal(0)
BUCKETS = ("create", "link", "skip", "needs_you")
"""What happens to a record: it is made, linked to what is there, left out by the rules, or somebody must decide."""


@dataclass(frozen=True, slots=True)
class Sum:
    """How many records, and their amounts (0 for contacts and services)."""

    count: int = 0
    amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Month:
    """What would be made that is dated in a month ("2026-03"): invoices with their tax, and payments."""

    month: str
    invoices: Sum = Sum()
    tax: Decimal = ZERO
    payments: Sum = Sum()


@dataclass(frozen=True, slots=True)
class Posting:
    """What would be booked on an account of QuickBooks by what is made; `use` says as what."""

    use: str
    account: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole of it. `kinds` holds a Sum per bucket; `tax` is the sales tax of the invoices that would be made."""

    kinds: Mapping[Kind, Mapping[str, Sum]]
    months: tuple[Month, ...]
    postings: tuple[Posting, ...]
    tax: Decimal
    linked: tuple[Match, ...] = ()
    questions: tuple[Match, ...] = ()
    notes: tuple[Match, ...] = ()
    answered: tuple[Match, ...] = field(default=())


def preview(connection: Connection) -> Preview:
    """What a first push of the connection would do, as far as it is known; a fixed number of queries."""
    rows = matches(connection)
    figures = _Figures(connection)
    months = figures.months()
    return Preview(
        kinds=figures.kinds(),
        months=months,
        postings=figures.postings(),
        tax=sum((one.tax for one in months), ZERO),
        linked=tuple(row for row in rows if (found := decided(row)) and found[0] is Decision.LINK),
        questions=tuple(row for row in rows if decided(row) is None),
        notes=tuple(row for row in rows if row.note and not row.candidates),
        answered=tuple(row for row in rows if row.answer),
    )


# The bucket of each record: first what a person or the matching decided, then the rules of the push.
_MATCHED = """
SELECT m.kind, m.record_id,
       CASE WHEN m.answer = 'create' OR m.answer = '' AND m.proposal = 'create' THEN 'create'
            WHEN m.answer = 'link' OR m.answer = '' AND m.proposal = 'link' THEN 'link'
            ELSE 'needs_you' END AS bucket
  FROM quickbooks_match m WHERE m.workspace_id = %(workspace)s AND m.realm_id = %(realm)s
"""
_LINKED = """
SELECT l.kind, l.record_id FROM quickbooks_link l
 WHERE l.workspace_id = %(workspace)s AND l.realm_id = %(realm)s AND l.removed_at IS NULL AND l.entity_id IS NOT NULL
"""
_BUCKETS = f"""
WITH matched AS ({_MATCHED}), linked AS ({_LINKED}),
invoice AS (
  SELECT i.id, i.total, i.tax, i.discount, i.issue_date AS day,
         CASE WHEN l.record_id IS NOT NULL THEN 'link'
              WHEN i.status <> 'issued' THEN 'skip'
              WHEN m.bucket <> 'create' THEN m.bucket
              WHEN i.issue_date < %(start)s THEN 'skip'
              WHEN i.issue_date <= %(closed)s THEN 'needs_you'
              ELSE 'create' END AS bucket,
         i.issue_date < %(start)s AS older
    FROM invoicing_invoice i
    LEFT JOIN matched m ON m.kind = 3 AND m.record_id = i.id
    LEFT JOIN linked l ON l.kind = 3 AND l.record_id = i.id
   WHERE i.workspace_id = %(workspace)s),
paying AS (
  SELECT a.payment_id, bool_and(v.older) AS all_older, bool_or(v.older AND v.bucket = 'skip') AS any_left_out,
         bool_or(v.bucket = 'needs_you') AS any_asked
    FROM payments_allocation a JOIN invoice v ON v.id = a.invoice_id GROUP BY a.payment_id),
payment AS (
  SELECT p.id, p.amount, p.method, p.paid_on AS day,
         CASE WHEN l.record_id IS NOT NULL THEN 'link'
              WHEN m.bucket <> 'create' THEN m.bucket
              WHEN p.paid_on < %(start)s AND y.all_older THEN 'skip'
              WHEN p.paid_on < %(start)s OR y.any_left_out OR y.any_asked OR p.paid_on <= %(closed)s THEN 'needs_you'
              ELSE 'create' END AS bucket
    FROM payments_payment p
    LEFT JOIN paying y ON y.payment_id = p.id
    LEFT JOIN matched m ON m.kind = 4 AND m.record_id = p.id
    LEFT JOIN linked l ON l.kind = 4 AND l.record_id = p.id
   WHERE p.workspace_id = %(workspace)s)
"""
_NAMES = """
SELECT COALESCE(CASE WHEN l.record_id IS NOT NULL THEN 'link' END, m.bucket, 'create'), count(*)
  FROM {table} r
  LEFT JOIN matched m ON m.kind = {kind} AND m.record_id = r.id
  LEFT JOIN linked l ON l.kind = {kind} AND l.record_id = r.id
 WHERE r.workspace_id = %(workspace)s GROUP BY 1
"""
_MONTHS = """
SELECT month, sum(invoices)::bigint, sum(invoiced), sum(tax), sum(payments)::bigint, sum(paid) FROM (
  SELECT to_char(day, 'YYYY-MM') AS month, 1 AS invoices, total AS invoiced, tax, 0 AS payments, 0 AS paid
    FROM invoice WHERE bucket = 'create'
   UNION ALL
  SELECT to_char(day, 'YYYY-MM'), 0, 0, 0, 1, amount FROM payment WHERE bucket = 'create') AS both_kinds
 GROUP BY month ORDER BY month
"""
_INCOME = """
SELECT COALESCE(s.income_account, ''), sum(line.amount)
  FROM invoicing_invoiceline line JOIN invoice v ON v.id = line.invoice_id AND v.bucket = 'create'
  LEFT JOIN catalogue_service s ON s.id = line.service_id
 WHERE line.kind IN ('service', 'custom') GROUP BY 1
"""
_DISCOUNT = "SELECT '', sum(discount) FROM invoice WHERE bucket = 'create' HAVING sum(discount) > 0"
_DEPOSIT = "SELECT lower(trim(method)), sum(amount) FROM payment WHERE bucket = 'create' GROUP BY 1"


class _Figures:
    """The queries of one preview."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._snapshot = from_json(connection.readiness)
        closed = [self._snapshot.book_close_date, connection.workspace.books_locked_through]
        self._values: dict[str, int | str | date] = {
            "workspace": connection.workspace_id,
            "realm": connection.realm_id,
            "start": connection.start_date or date.min,
            "closed": max((day for day in closed if day), default=date.min),
        }

    def kinds(self) -> dict[Kind, dict[str, Sum]]:
        """Counts and sums per kind and bucket."""
        found: dict[Kind, dict[str, Sum]] = {}
        for kind, table in ((Kind.CONTACT, "contacts_contact"), (Kind.SERVICE, "catalogue_service")):
            rows = self._ask(_NAMES.format(table=table, kind=int(kind)))
            found[kind] = {bucket: Sum(number) for bucket, number in rows}
        for kind, source, amount in ((Kind.INVOICE, "invoice", "total"), (Kind.PAYMENT, "payment", "amount")):
            rows = self._ask(f"SELECT bucket, count(*), sum({amount}) FROM {source} GROUP BY 1")
            found[kind] = {bucket: Sum(number, total) for bucket, number, total in rows}
        return {kind: {bucket: of.get(bucket, Sum()) for bucket in BUCKETS} for kind, of in found.items()}

    def months(self) -> tuple[Month, ...]:
        """What would be made, month by month."""
        return tuple(
            Month(month, Sum(invoices, Decimal(invoiced)), Decimal(tax), Sum(payments, Decimal(paid)))
            for month, invoices, invoiced, tax, payments, paid in self._ask(_MONTHS)
        )

    def postings(self) -> tuple[Posting, ...]:
        """What would be booked on which account."""
        connection = self._connection
        found: dict[tuple[str, str], Decimal] = {}

        def book(use: str, account: str, amount: Decimal) -> None:
            found[use, account] = found.get((use, account), ZERO) + amount

        names = AccountNames(connection.readiness.get("accounts", []))
        methods = {one.method: one.deposit_account for one in connection.methods.all()}
        for written, amount in self._ask(_INCOME):
            book(Use.INCOME, names.find(written) or connection.income_account, amount)
        for _, amount in self._ask(_DISCOUNT):
            book(Use.DISCOUNT, connection.discount_account, amount)
        for method, amount in self._ask(_DEPOSIT):
            book(Use.DEPOSIT, methods.get(method) or connection.deposit_account, amount)
        return tuple(Posting(use, self._called(account), amount) for (use, account), amount in sorted(found.items()))

    def _called(self, account_id: str) -> str:
        account = self._snapshot.account(account_id)
        return account.full_name if account else account_id or "not chosen"

    def _ask(self, query: str) -> list[tuple[Any, ...]]:  # Any: database values
        with database.cursor() as cursor:
            cursor.execute(_BUCKETS + query, self._values)
            return list(cursor.fetchall())
