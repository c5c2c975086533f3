"""Addresses as they are stored: each has an id, a changed one keeps it, and none is found on a map.

A transaction that takes its customer's address over takes the id with it (F3.6-10); what else becomes of addresses
inside transactions is sales_addresses.py's affair.
"""

from __future__ import annotations

from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj

_NOT_FOUND = {"Lat": "INVALID", "Long": "INVALID"}  # as recorded for addresses that no map knows (F7-2)


def stored(company: Company, address: Obj, address_id: str | None) -> Obj:
    """A sent address with its id in front (None: a new one) and its place on the map behind, which is not looked up."""
    place = _NOT_FOUND if company.choices.address_coordinates else {}
    return {"Id": address_id or company.next_id("Address"), **address, **place}


def keep_address_ids(company: Company, draft: Obj, old: Row | None, props: tuple[str, ...]) -> None:
    """Store each sent address; the one before it passes its id on."""
    for prop in props:
        address = draft.get(prop)
        if address and "Id" not in address:
            before = old.data.get(prop) if old else None
            draft[prop] = stored(company, address, before["Id"] if before else None)
