"""The end of a seed: faults have stopped, everything has come to rest, and both sides are compared field by field.

Whatever differs, and every problem that is still open, needs somebody's work in QuickBooks as its cause, on the record
or on what it is connected with. Anything else is lost.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

import msgspec
from sim_bookkeeper import CHANGED, INACTIVE, OWN, PAID, REMOVED, TOUCHED, Bookkeeper
from sim_broken import Broken
from sim_business import Business
from sim_checks import NAMED, TABLES, Checks

from bluepro.proof.comparing.comparison import compare
from bluepro.proof.comparing.facts import OurSide, TheirSide
from bluepro.proof.comparing.result import Comparison, Difference, Figures
from bluepro.proof.sides import read_sides
from bluepro.quickbooks.models import Change, Connection, Link, Problem, Request
from bluepro.quickbooks.snapshot import Kind
from qbo_client import wire
from qbo_emulator.books.company import Company

E = TypeVar("E", wire.Customer, wire.Item, wire.Invoice, wire.Payment)
Key = tuple[Kind, int]

EXPLAINS = {
    "changed_in_quickbooks": {CHANGED, REMOVED, PAID},
    "gone_in_quickbooks": {REMOVED},
    "voided_in_quickbooks": {REMOVED},
    "changed_before_removal": {CHANGED, REMOVED, PAID},
    "inactive_in_quickbooks": {INACTIVE},
    "reference_inactive": {INACTIVE, REMOVED},
}
"""What a bookkeeper must have done for a problem of this cause; for any other cause, anything but a note."""

WAITS = "waits_for_payment"  # explained by what the other payment waits for, besides

MONEY = tuple(Figures.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the end of one company shows: records compared, and those that wait with an excuse."""

    records: int
    excused: int
    cents: int


def judge_the_end(business: Business, books: Company, bookkeeper: Bookkeeper, checks: Checks) -> Verdict:
    """Raises Broken for anything lost, doubled or different without an excuse."""
    connection = Connection.objects.select_related("workspace").get(pk=business.connection.pk)
    _nothing_is_left_open(connection)
    ours, bridge = read_sides(connection)
    comparison = compare(ours, _theirs(books, bookkeeper), bridge)
    excuses = _Excuses(ours, connection, bookkeeper, checks)
    _nothing_is_doubled(connection, books, bookkeeper, checks)
    explained = _problems(connection, excuses)
    excused = explained | set(_differences(comparison, excuses, explained))
    _nothing_waits(connection, excused, excuses)
    cents = 0 if excused else _cents(comparison)
    if cents:
        raise Broken("cents", f"the totals differ by {cents} cents: {comparison.totals}")
    return Verdict(sum(count.bluepro for count in comparison.counts.values()), len(excused), cents)


def _nothing_is_left_open(connection: Connection) -> None:
    if found := Request.objects.filter(connection=connection).exclude(state="settled").first():
        raise Broken("rest", f"a request is left {found.state}: {found.path}")
    if link := Link.objects.filter(realm_id=connection.realm_id).exclude(open_request=None).first():
        raise Broken("rest", f"a link is left with an open request: {link}")


def _nothing_is_doubled(connection: Connection, books: Company, bookkeeper: Bookkeeper, checks: Checks) -> None:
    """Every customer and item that BluePro made belongs to a record, or did."""
    linked = {
        (TABLES[Kind(kind)], entity_id)
        for kind, entity_id in Link.objects.filter(realm_id=connection.realm_id).values_list("kind", "entity_id")
    }
    for entity in sorted(checks.made - linked):
        table, row_id = entity
        row = books.tables[table].get(row_id)
        if row is not None and not bookkeeper.did.get(entity):  # changed meanwhile, it cannot be known again
            name = row.data.get("DisplayName", row.data.get("Name"))
            raise Broken("duplicate", f"{table} {row_id} ({name}) was made by BluePro and belongs to nothing")


def _problems(connection: Connection, excuses: "_Excuses") -> set[Key]:
    found: set[Key] = set()
    problems = list(Problem.objects.filter(connection=connection, closed_at=None).order_by("id"))
    asked = {_key(problem) for problem in problems if problem.cause != WAITS}
    for problem in problems:
        key = _key(problem)
        awaited = problem.cause != WAITS or (key is not None and asked & excuses.connected(key))
        if key is None or not awaited or not excuses.explain(problem.cause, key):
            raise Broken("lost", f"nothing explains a problem: {problem.label} ({problem.cause}): {problem.text}")
        found |= excuses.waiting_for(key)
    return found


def _key(problem: Problem) -> Key | None:
    return (Kind(problem.kind), problem.record_id or 0) if problem.kind else None


def _differences(comparison: Comparison, excuses: "_Excuses", explained: set[Key]) -> Iterator[Key]:
    for one in comparison.differences:
        key = excuses.key_of(one)
        if key is None and excuses.touched(one):
            continue  # made by BluePro, and changed by somebody before BluePro could know
        if key is None or (key not in explained and not excuses.excuse(key)):
            promise = "cents" if any(_is_money(mismatch.field) for mismatch in one.mismatches) else "lost"
            raise Broken(promise, f"{one.verdict}: {one}")
        yield key


def _is_money(field: str) -> bool:
    return any(word in field for word in ("total", "amount", "tax", "balance", "price", "discount"))


def _nothing_waits(connection: Connection, excused: set[Key], excuses: "_Excuses") -> None:
    dirty = Change.objects.filter(workspace=connection.workspace_id, dirty=True).values_list("kind", "record_id")
    stale = Link.objects.filter(realm_id=connection.realm_id, stale=True, removed_at=None)
    for kind, record_id in [*dirty, *stale.values_list("kind", "record_id")]:
        key = (Kind(kind), record_id)
        if key not in excused and not excuses.excuse(key):  # a person may have chosen to leave it out
            raise Broken("lost", f"{Kind(kind).name.lower()} {record_id} still waits, and nobody is told why")


def _cents(comparison: Comparison) -> int:
    ours, theirs = comparison.totals.bluepro, comparison.totals.quickbooks
    differences = (getattr(ours, name) - getattr(theirs, name) for name in MONEY if name != "taxable")
    return int(sum((abs(one) for one in differences), Decimal(0)) * 100)


def _theirs(books: Company, bookkeeper: Bookkeeper) -> TheirSide:
    """QuickBooks' side, read from the books themselves; what the bookkeeper made is theirs alone."""
    return TheirSide(
        customers=_entities(books, "Customer", wire.Customer, bookkeeper),
        items=_entities(books, "Item", wire.Item, bookkeeper),
        invoices=_entities(books, "Invoice", wire.Invoice, bookkeeper),
        payments=_entities(books, "Payment", wire.Payment, bookkeeper),
    )


_encoder = msgspec.json.Encoder(decimal_format="number")


def _entities(books: Company, table: str, kind: type[E], bookkeeper: Bookkeeper) -> dict[str, E]:
    decoder = msgspec.json.Decoder(kind)
    return {
        row.id: decoder.decode(_encoder.encode(row.data))
        for row in books.tables[table].rows.values()
        if (table, row.id) not in bookkeeper.own
    }


class _Excuses:
    """What somebody did in QuickBooks, by the records that it may have touched."""

    def __init__(self, ours: OurSide, connection: Connection, bookkeeper: Bookkeeper, checks: Checks) -> None:
        self._bookkeeper = bookkeeper
        self._near: dict[Key, set[Key]] = {}
        self._entities: dict[Key, set[str]] = {}
        self._records: dict[tuple[Kind, str], Key] = {}
        self._live = {(Kind.INVOICE, one.id) for one in ours.invoices.values()}
        rows = Link.objects.filter(realm_id=connection.realm_id).exclude(entity_id=None)
        for kind, record_id, entity_id, invoices in rows.values_list("kind", "record_id", "entity_id", "refers_to"):
            key = (Kind(kind), record_id)
            self._entities.setdefault(key, set()).add(entity_id or "")
            self._records[Kind(kind), entity_id or ""] = key
            self._join(key, *((Kind.INVOICE, invoice) for invoice in invoices))
        self._marked(ours, checks)
        for invoice in ours.invoices.values():
            services = {line.service_id for line in invoice.lines if line.service_id}
            self._join((Kind.INVOICE, invoice.id), *((Kind.SERVICE, one) for one in services))
            self._join((Kind.INVOICE, invoice.id), (Kind.CONTACT, invoice.contact_id))
        for payment in ours.payments.values():
            self._join((Kind.PAYMENT, payment.id), (Kind.CONTACT, payment.contact_id))
            self._join((Kind.PAYMENT, payment.id), *((Kind.INVOICE, invoice) for invoice, _ in payment.allocations))

    def _marked(self, ours: OurSide, checks: Checks) -> None:
        """What is marked as a record's belongs to it, linked or not."""
        refs = {one.ref: (Kind.INVOICE, one.id) for one in ours.invoices.values()}
        refs |= {one.ref: (Kind.PAYMENT, one.id) for one in ours.payments.values()}
        for (_, row_id), (ref, _) in checks.marks.items():
            if ref in refs:
                self._entities.setdefault(refs[ref], set()).add(row_id)

    def key_of(self, one: Difference) -> Key | None:
        """The record of a difference, as far as it has one."""
        return (one.kind, one.record_id) if one.record_id is not None else self._records.get((one.kind, one.entity_id))

    def touched(self, one: Difference) -> bool:
        """Whether somebody did anything to the entity itself."""
        return bool(self._bookkeeper.did.get((TABLES[one.kind], one.entity_id)))

    def connected(self, key: Key) -> set[Key]:
        """The record, its group of invoices and payments, and the customer and items that these use."""
        seen, fresh = {key}, {key}
        while fresh:
            sales = [one for one in fresh if one[0] in (Kind.INVOICE, Kind.PAYMENT)]
            found = {near for one in sales for near in self._near.get(one, ())}
            fresh = found - seen
            seen |= fresh
        return seen

    def waiting_for(self, key: Key) -> set[Key]:
        """The record, its group, and of a customer or an item all sales that use it."""
        sales = self._near.get(key, set()) if key[0] in (Kind.CONTACT, Kind.SERVICE) else set()
        return self.connected(key).union(*(self.connected(one) for one in sales))

    def excuse(self, key: Key) -> bool:
        """Whether anything was done there that can explain a difference."""
        return bool(self._done(self.connected(key)) - {TOUCHED})

    def explain(self, cause: str, key: Key) -> bool:
        """Whether something was done there that can explain a problem of this cause."""
        if cause == "name_held":
            return any(did & {OWN, CHANGED} for (table, _), did in self._bookkeeper.did.items() if table in NAMED)
        if cause == "number_taken":
            return any(table == "Invoice" and self._keeps_its_number(row_id) for table, row_id in self._bookkeeper.did)
        done = self._done(self.connected(key))
        return bool(done & EXPLAINS.get(cause, {CHANGED, REMOVED, INACTIVE, PAID}))

    def _keeps_its_number(self, invoice: str) -> bool:
        """Somebody's own invoice, or one that he changed, so that it is not removed though it is deleted here."""
        key = self._records.get((Kind.INVOICE, invoice))
        did = self._bookkeeper.did["Invoice", invoice]
        return OWN in did or (CHANGED in did and key is not None and key not in self._live)

    def _done(self, keys: Iterable[Key]) -> set[str]:
        return {
            done
            for key in keys
            for entity_id in self._entities.get(key, ())
            for done in self._bookkeeper.did.get((TABLES[key[0]], entity_id), ())
        }

    def _join(self, key: Key, *others: Key) -> None:
        for other in others:
            self._near.setdefault(key, set()).add(other)
            self._near.setdefault(other, set()).add(key)
