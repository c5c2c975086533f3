"""Which entities there are, what they are called on the wire, and which of them may be written how.

The allow-list of writes is here: whatever it does not name can be read only.
"""

from enum import StrEnum
from typing import Final, TypeAlias, TypeVar

from qbo_client.wire.base import EntityBase
from qbo_client.wire.company import CompanyInfo, Preferences
from qbo_client.wire.names import (
    Account,
    Customer,
    Employee,
    Item,
    PaymentMethod,
    TaxCode,
    TaxRate,
    Term,
    Vendor,
)
from qbo_client.wire.sales import Invoice, Payment

Entity: TypeAlias = (
    Customer
    | Item
    | Invoice
    | Payment
    | Account
    | PaymentMethod
    | Term
    | TaxCode
    | TaxRate
    | Vendor
    | Employee
    | Preferences
    | CompanyInfo
)

E = TypeVar("E", bound=EntityBase)


class Operation(StrEnum):
    """What a write does; a void is a kind of update on the wire {F4-6}."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    VOID = "void"


ENTITY_TYPES: Final[dict[str, type[Entity]]] = {
    "Customer": Customer,
    "Item": Item,
    "Invoice": Invoice,
    "Payment": Payment,
    "Account": Account,
    "PaymentMethod": PaymentMethod,
    "Term": Term,
    "TaxCode": TaxCode,
    "TaxRate": TaxRate,
    "Vendor": Vendor,
    "Employee": Employee,
    "Preferences": Preferences,
    "CompanyInfo": CompanyInfo,
}
"""The struct of each entity, by its name on the wire."""

ENTITY_NAMES: Final[dict[type, str]] = {kind: name for name, kind in ENTITY_TYPES.items()}
"""The name on the wire of each entity's struct."""

_LISTS = frozenset({Operation.CREATE, Operation.UPDATE})
_SALES = frozenset(Operation)

ALLOWED: Final[dict[type, frozenset[Operation]]] = {
    Customer: _LISTS,
    Item: _LISTS,
    Account: _LISTS,
    PaymentMethod: _LISTS,
    Term: _LISTS,
    Invoice: _SALES,
    Payment: _SALES,
}
"""What may be written at all. List entities cannot be deleted in QuickBooks, only made inactive {F3.2-6}."""


def name_of(kind: type) -> str:
    """Return the entity's name on the wire. Raises ValueError for a struct that is no entity."""
    name = ENTITY_NAMES.get(kind)
    if name is None:
        raise ValueError(f"{kind.__name__} is no QuickBooks entity")
    return name


def check_allowed(kind: type, operation: Operation) -> None:
    """Raise ValueError unless the allow-list has this operation on this entity."""
    if operation not in ALLOWED.get(kind, frozenset()):
        raise ValueError(f"{operation} of {name_of(kind)} is not on the list of allowed writes")
