"""The promises that are looked at after every step: cheap, and by other ways than the engine's own."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection as database
from sim_broken import Broken
from sim_business import Business

from bluepro.quickbooks.models import Lease, Link, Request
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.translate.marker import read_marker
from bluepro.quickbooks.work import Purpose, Sendable
from qbo_emulator.books.company import Company, Written

MARKED = ("Invoice", "Payment")
NAMED = ("Customer", "Item")
TABLES = {Kind.CONTACT: "Customer", Kind.SERVICE: "Item", Kind.INVOICE: "Invoice", Kind.PAYMENT: "Payment"}

# Open writes of invoices and payments, and the payments' invoices: as they are here, and as they were last pushed.
_OPEN = """
SELECT l.kind, l.record_id, l.refers_to || COALESCE((SELECT array_agg(a.invoice_id) FROM payments_allocation a
                                                      WHERE a.payment_id = l.record_id AND l.kind = 4), '{}')
  FROM quickbooks_link l
 WHERE l.open_request IS NOT NULL AND l.realm_id = %s AND l.kind IN (3, 4) AND l.removed_at IS NULL
"""
_EDGES = """
SELECT payment_id, invoice_id FROM payments_allocation JOIN payments_payment p ON p.id = payment_id
 WHERE p.workspace_id = %s
"""


@dataclass
class Checks:
    """What is watched of one company. `did` is what somebody did in QuickBooks, by entity: what was changed there
    before BluePro could know of it cannot be known again. `made` holds the customers and items made by BluePro."""

    business: Business
    books: Company
    did: Mapping[tuple[str, str], set[str]]
    live: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    made: set[tuple[str, str]] = field(default_factory=set)
    marks: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.books.watchers.append(self._written)

    def sent(self, sendable: Sendable) -> None:
        """Nothing is sent that was not committed; nothing else is sent under its name."""
        if database.in_atomic_block:
            raise Broken("rule", "a request is sent inside a transaction")
        row = Request.objects.filter(id=sendable.id).values("state", "purpose", "path", "lease_number").first()
        if row is None or (row["purpose"], row["path"]) != (sendable.purpose, sendable.call.path):
            raise Broken("rule", f"a request is sent that is not committed: {sendable.call.path}, {row}")
        if row["state"] != "open" and not self._was_taken_over(sendable, row["state"], row["lease_number"]):
            raise Broken("rule", f"a request is sent that is done with: {sendable.call.path}, {row}")

    def _was_taken_over(self, sendable: Sendable, state: str, lease_number: int) -> bool:
        """A lease may run out within the 10 seconds in which a request may leave. Its new owner looks a push up, but
        not before it can have arrived; an answer to a question of the former owner is nobody's."""
        number = Lease.objects.values_list("number", flat=True).get(connection=self.business.connection)
        return number > lease_number and (state == "unknown" or sendable.purpose is not Purpose.PUSH)

    def committed(self, requests: tuple[Sendable, ...], *, raced: bool) -> None:
        """Nothing is committed while nothing may be sent; what is committed is the only open write of its group, as
        long as nobody changed the groups since they were looked at (`raced`)."""
        if requests and not self.business.may_write:
            raise Broken("rule", "a request is committed though sending is paused, or was never begun")
        pushed = [item.carried.key for one in requests if one.purpose is Purpose.PUSH for item in one.items]
        sales = [_node(*key) for key in pushed if key[0] in (Kind.INVOICE, Kind.PAYMENT)]
        if sales and not raced:
            self._only_open_writes_of_their_groups(sales)

    def settled(self, link_ids: list[int]) -> None:
        """What is linked is marked as the entity of that record and generation."""
        rows = Link.objects.filter(id__in=link_ids, kind__in=(3, 4), removed_at=None).exclude(entity_id=None)
        for kind, entity_id, generation, record_id in rows.values_list("kind", "entity_id", "generation", "record_id"):
            mark = self.marks.get((TABLES[Kind(kind)], entity_id or ""))
            if mark is not None and mark[1] != generation:
                raise Broken("rule", f"{Kind(kind).name} {record_id} is of generation {generation}, marked {mark[1]}")

    def _written(self, written: Written) -> None:
        entity = (written.table, written.row_id)
        if written.operation == "Create" and self.books.actor.is_app:
            if written.table in NAMED:
                self.made.add(entity)
            if written.table in MARKED:
                self._marked(entity, str((written.after or {}).get("PrivateNote", "")))
        if written.after is None and entity in self.marks:
            self.live[written.table, self.marks[entity][0]].discard(written.row_id)

    def _marked(self, entity: tuple[str, str], note: str) -> None:
        mark = read_marker(note)
        if mark is None:
            raise Broken("rule", f"{entity} is made without a marker")
        self.marks[entity] = (mark.ref, mark.generation)
        alive = self.live[entity[0], mark.ref]
        alive.add(entity[1])
        if len(alive) > 1 and not any(self.did.get((entity[0], one)) for one in alive):
            raise Broken("duplicate", f"{len(alive)} live entities of one record: {entity[0]} {sorted(alive)}, {note}")

    def _only_open_writes_of_their_groups(self, committed: "list[Node]") -> None:
        with database.cursor() as cursor:
            cursor.execute(_OPEN, [self.business.realm])
            rows = cursor.fetchall()
            if len(rows) < 2:
                return
            cursor.execute(_EDGES, [self.business.actor.workspace_id])
            edges = [(("p", payment), ("i", invoice)) for payment, invoice in cursor.fetchall()]
        for kind, record_id, invoices in rows:
            if kind == Kind.PAYMENT:
                edges += [(("p", record_id), ("i", invoice)) for invoice in invoices]
        groups = _Groups(edges)
        times = Counter(groups.root(_node(kind, record_id)) for kind, record_id, _ in rows)
        for node in committed:
            if times[groups.root(node)] > 1:
                raise Broken("rule", f"two writes of one group are open, one of them {node}")


Node = tuple[str, int]


def _node(kind: int, record_id: int) -> Node:
    return ("p" if kind == Kind.PAYMENT else "i", record_id)


class _Groups:
    """Which records are connected."""

    def __init__(self, edges: Iterable[tuple[Node, Node]]) -> None:
        self._parent: dict[Node, Node] = {}
        for one, other in edges:
            self._parent[self.root(one)] = self.root(other)

    def root(self, key: Node) -> Node:
        while (parent := self._parent.setdefault(key, key)) != key:
            key = parent
        return key
