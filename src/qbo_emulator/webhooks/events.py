"""Which writes are told to apps, and as which operation (F6-13).

A list entry that goes inactive is told as deleted where the list knows that operation, for nothing else could be meant
by it (our reading); an option tells it as updated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from qbo_emulator.books.company import Operation, Written
from qbo_emulator.books.state import value

_LIST: frozenset[Operation] = frozenset({"Create", "Update", "Delete", "Merge"})
_SMALL_LIST: frozenset[Operation] = frozenset({"Create", "Update", "Merge"})
_FORM: frozenset[Operation] = frozenset({"Create", "Update", "Delete", "Void", "Emailed"})

# The ticks of Intuit's table, as far as they could be made out.
OPERATIONS: Mapping[str, frozenset[Operation]] = {
    **dict.fromkeys(("Customer", "Vendor", "Employee", "Item", "Account", "Class"), _LIST),
    **dict.fromkeys(("PaymentMethod", "Department"), _SMALL_LIST),
    **dict.fromkeys(("Term", "TaxAgency"), frozenset[Operation]({"Create", "Update"})),
    **dict.fromkeys(("Invoice", "Payment", "CreditMemo", "RefundReceipt", "SalesReceipt"), _FORM),
    "Preferences": frozenset({"Update"}),
}


@value
@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `id` is the same in every repeat. For a merge `entity_id` is who stays."""

    id: str
    realm_id: str
    entity: str
    entity_id: str
    operation: str
    at: datetime
    deleted_id: str | None = None


def told_as(written: Written, deactivation_deletes: bool) -> Operation | None:
    """The operation that apps are told; None if they are told nothing."""
    known = OPERATIONS.get(written.table, frozenset())
    operation = written.operation
    if operation == "Update" and deactivation_deletes and "Delete" in known and _deactivated(written):
        operation = "Delete"
    return operation if operation in known else None


def _deactivated(written: Written) -> bool:
    was, is_now = ((data or {}).get("Active") for data in (written.before, written.after))
    return was is True and is_now is False
