"""What a comparison is made from: the two sides as frozen data, and what the bridge knows of their pairs.

BluePro's side comes from the rooms' tables, never from what was translated or sent. Money is Decimal dollars.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bluepro.quickbooks.snapshot import (
    NOTHING_AGREED,
    Agreed,
    ContactRecord,
    InvoiceRecord,
    Kind,
    PaymentRecord,
    ServiceRecord,
    TaxMode,
)
from qbo_client import wire

RecordKey = tuple[Kind, int]


@dataclass(frozen=True, slots=True)
class OurSide:
    """All records of a workspace by id. `archived` names those that were put away."""

    contacts: Mapping[int, ContactRecord]
    services: Mapping[int, ServiceRecord]
    invoices: Mapping[int, InvoiceRecord]
    payments: Mapping[int, PaymentRecord]
    archived: frozenset[RecordKey] = frozenset()


@dataclass(frozen=True, slots=True)
class TheirSide:
    """All entities of a realm by id, inactive ones too."""

    customers: Mapping[str, wire.Customer]
    items: Mapping[str, wire.Item]
    invoices: Mapping[str, wire.Invoice]
    payments: Mapping[str, wire.Payment]


@dataclass(frozen=True, slots=True)
class LinkFact:
    """One pair. `entity_id` is "" when no entity is known; `removed`: the entity was deleted by us.

    `agreed` may have another day under which the record is booked there.
    """

    kind: Kind
    record_id: int
    entity_id: str
    sync_token: str = ""
    removed: bool = False
    agreed: Agreed = NOTHING_AGREED


@dataclass(frozen=True, slots=True)
class Bridge:
    """What the connection knows. `methods` maps a payment method (lower case) to its id in QuickBooks, "" for none.

    `problems` holds the open problems' texts by record, `waiting` the records with changes that are not sent yet.
    Invoices and payments before `start_date` stay out unless they were pushed. `connected_at` is an aware time.
    """

    links: tuple[LinkFact, ...]
    connected_at: datetime
    tax_mode: TaxMode
    catch_all_item: str = ""
    tax_item: str = ""
    discount_item: str = ""
    methods: Mapping[str, str] = field(default_factory=dict)
    start_date: date | None = None
    problems: Mapping[RecordKey, str] = field(default_factory=dict)
    waiting: frozenset[RecordKey] = frozenset()


@dataclass(frozen=True, slots=True)
class Pairs:
    """The bridge's links as look-ups: a record's live link, and the record that owns an entity (removed pairs too)."""

    live: Mapping[RecordKey, LinkFact]
    owner: Mapping[tuple[Kind, str], int]

    @classmethod
    def of(cls, links: tuple[LinkFact, ...]) -> "Pairs":
        live = {(link.kind, link.record_id): link for link in links if link.entity_id and not link.removed}
        owner = {(link.kind, link.entity_id): link.record_id for link in links if link.entity_id}
        return cls(live, owner)

    def entity(self, kind: Kind, record_id: int | None) -> str:
        """The id of the record's entity, or ""."""
        link = None if record_id is None else self.live.get((kind, record_id))
        return link.entity_id if link else ""
