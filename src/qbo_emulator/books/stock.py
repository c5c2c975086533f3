"""Quantities of inventory items, moved by sales forms (F7.2-16, F9.3-58).

Only the quantity is kept: what the goods cost is not modelled.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from qbo_emulator.books import faults
from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import ZERO, Obj, ref_value

_ONE = Decimal(1)


def _stocked(company: Company, lines: list[Obj]) -> Iterator[tuple[Row, Decimal]]:
    """Inventory items on the lines with their quantities; our own choice: without one it is a single piece."""
    items = company.tables["Item"]
    for line in lines:
        detail = line.get("SalesItemLineDetail")
        item = items.get(ref_value(detail.get("ItemRef")) or "") if detail else None
        if detail and item is not None and item.data["Type"] == "Inventory":
            yield item, detail.get("Qty", _ONE)


def require_started(company: Company, draft: Obj) -> None:
    """6270: the form is dated before the item's stock was first counted."""
    for item, _ in _stocked(company, draft["Line"]):
        if draft["TxnDate"] < item.data.get("InvStartDate", ""):
            raise faults.of("6270", text=f"{item.data['Name']} is in stock from {item.data['InvStartDate']} only.")


def move(company: Company, direction: int, before: list[Obj], after: list[Obj]) -> None:
    """Bring QtyOnHand in line with changed lines; `direction` -1 takes goods out, 1 brings them back. The time of
    change moves, the SyncToken does not.
    """
    changes: dict[str, Decimal] = {}
    for sign, lines in ((-1, before), (1, after)):
        for item, quantity in _stocked(company, lines):
            changes[item.id] = changes.get(item.id, ZERO) + sign * direction * quantity
    for item_id, change in changes.items():
        if change:
            item = company.row("Item", item_id)
            company.touch("Item", item, QtyOnHand=item.data["QtyOnHand"] + change)
