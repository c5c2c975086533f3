"""What translating gives: a payload that is ready to send, or the reason why a person must act first. No rules here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from bluepro.quickbooks.snapshot import Kind
from qbo_client import wire

E = TypeVar("E", bound=wire.EntityBase)


class Who(StrEnum):
    """Who can remove a cause: may edit the record; maps accounts (Owner, Admin); answers problems (and Bookkeeper)."""

    EDITOR = "editor"
    MAPPER = "mapper"
    DECIDER = "decider"


@dataclass(frozen=True, slots=True)
class Held:
    """Nothing may be sent before a person acts. `cause` is a stable code, `field` a name that people know."""

    cause: str
    field: str
    message: str
    who: Who = Who.EDITOR


@dataclass(frozen=True, slots=True)
class Expected:
    """The figures that the answer must show, to the cent (invariant 8). Decimal dollars; None is not compared.

    `tax_item` is the id of the item whose lines count as the tax, "" where QuickBooks keeps the tax itself.
    """

    total: Decimal
    tax: Decimal | None = None
    taxable_base: Decimal | None = None
    unapplied: Decimal | None = None
    number: str | None = None
    tax_item: str = ""


@dataclass(frozen=True, slots=True)
class Payload(Generic[E]):
    """One entity, ready for `wire.create` (no id) or `wire.update` (id and sync token; only what differs).

    `owned` holds every owned field that is set, by wire name, as JSON values with numbers as strings: to be stored as
    `LinkState.owned` once the entity is written. `fingerprint` is its SHA-256 in hex. `changed` names the owned fields
    that differ from the last push (all of them on create); empty means that there is nothing to send. `line_keys` has
    our key of each line in `owned`, in the order sent.
    """

    entity: E
    owned: Mapping[str, object]
    fingerprint: str
    changed: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    expect: Expected | None = None
    line_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refs:
    """Ids in QuickBooks by record id, for the records that the one at hand refers to."""

    customers: Mapping[int, str] = field(default_factory=dict)
    items: Mapping[int, str] = field(default_factory=dict)
    invoices: Mapping[int, str] = field(default_factory=dict)

    def customer(self, record_id: int) -> str:
        """The customer's id; raises MissingReference."""
        return _found(self.customers, Kind.CONTACT, record_id)

    def item(self, record_id: int) -> str:
        """The item's id; raises MissingReference."""
        return _found(self.items, Kind.SERVICE, record_id)

    def invoice(self, record_id: int) -> str:
        """The invoice's id; raises MissingReference."""
        return _found(self.invoices, Kind.INVOICE, record_id)


class MissingReference(LookupError):
    """A record was translated before what it refers to had an entity: the plan must send that first."""

    def __init__(self, kind: Kind, record_id: int) -> None:
        super().__init__(f"{kind.name.lower()} {record_id} has no entity in QuickBooks yet")
        self.kind = kind
        self.record_id = record_id


def _found(ids: Mapping[int, str], kind: Kind, record_id: int) -> str:
    entity_id = ids.get(record_id, "")
    if not entity_id:
        raise MissingReference(kind, record_id)
    return entity_id
