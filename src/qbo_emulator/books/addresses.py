"""Ids of addresses: a new address gets one, a changed one keeps it.

A transaction that takes its customer's address over takes the id with it (F3.6-10). Flattening of edited addresses
is not modelled.
"""

from __future__ import annotations

from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj


def keep_address_ids(company: Company, draft: Obj, old: Row | None, props: tuple[str, ...]) -> None:
    """Give each sent address its Id, in front."""
    for prop in props:
        address = draft.get(prop)
        if not address or "Id" in address:
            continue
        before = old.data.get(prop) if old else None
        draft[prop] = {"Id": before["Id"] if before else company.next_id("Address"), **address}
