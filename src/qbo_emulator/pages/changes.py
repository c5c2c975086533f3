"""A change in words: which property, what it was, what it became. Pure.

Properties are called what the API calls them, in words; nested ones by their whole way, lines by their id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple  # Any: a value of a property

from qbo_emulator.books.history import Change

_CALLED = {
    "TxnDate": "Date",
    "DocNumber": "Number",
    "TotalAmt": "Total",
    "PrimaryEmailAddr": "E-mail",
    "PrimaryPhone": "Phone",
    "BillAddr": "Bill to",
    "ShipAddr": "Service at",
    "TxnTaxDetail": "Tax",
    "LinkedTxn": "Linked",
    "Qty": "Quantity",
    "CountrySubDivisionCode": "State",
    "UnappliedAmt": "Not applied",
}
# Steps of the way to a value that say nothing to a reader.
_HIDDEN = re.compile(r"LineDetail$|^FreeFormNumber$|^Address$|^URI$|^value$")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Said(NamedTuple):
    """One property of a change; an empty text: it was not there."""

    name: str
    old: str
    new: str


def said(change: Change) -> list[Said]:
    """Every property that a change touched."""
    found: list[Said] = []
    for one in change.fields:
        found.extend(_differing((_called(one.name),), one.old, one.new))
    return found


def _called(name: str) -> str:
    if name in _CALLED:
        return _CALLED[name]
    words = _WORDS.sub(" ", name.removesuffix("Ref")).lower()
    return words[:1].upper() + words[1:]


def _differing(way: tuple[str, ...], old: Any, new: Any) -> Iterator[Said]:
    if old == new:
        return
    if _is_tree(old) and _is_tree(new) and not (_is_reference(old) or _is_reference(new)):
        for name in dict.fromkeys([*(old or {}), *(new or {})]):
            step = () if _HIDDEN.search(name) else (_called(name),)
            yield from _differing((*way, *step), (old or {}).get(name), (new or {}).get(name))
    elif isinstance(old or [], list) and isinstance(new or [], list):
        yield from _differing_lists(way, old or [], new or [])
    else:
        yield Said(", ".join(way), shown(old), shown(new))


def _is_tree(value: Any) -> bool:
    return value is None or isinstance(value, dict)


def _is_reference(value: Any) -> bool:
    return isinstance(value, dict) and "value" in value and "name" in value


def _differing_lists(way: tuple[str, ...], old: list[Any], new: list[Any]) -> Iterator[Said]:
    """Entries are matched by what they are; those that only moved are no difference."""
    before, after = ({_mark(one): one for one in entries} for entries in (old, new))
    for mark in dict.fromkeys([*before, *after]):
        gone, come = before.get(mark), after.get(mark)
        step = (*way[:-1], f"{way[-1]} {mark}")
        if gone is None or come is None:
            yield Said(", ".join(step), _summary(gone), _summary(come))
        else:
            yield from _differing(step, gone, come)


def _mark(entry: Any) -> str:
    """What an entry of a list is known by."""
    if not isinstance(entry, dict):
        return str(entry)
    if "TxnId" in entry:
        return f"{_called(entry['TxnType']).lower()} {entry['TxnId']}"
    if "Id" in entry:
        return str(entry["Id"])
    if "LinkedTxn" in entry:
        return _mark(entry["LinkedTxn"][0])
    if "TaxLineDetail" in entry:
        return f"rate {entry['TaxLineDetail']['TaxRateRef']['value']}"
    kind = str(entry.get("DetailType") or entry.get("DefinitionId") or "entry")
    return _called(kind).removesuffix(" line detail").lower()


def _summary(entry: Any) -> str:
    """An entry that came or went, in a few words."""
    if not isinstance(entry, dict):
        return shown(entry)
    if "TxnId" in entry:
        return "linked"
    item = ((entry.get("SalesItemLineDetail") or {}).get("ItemRef") or {}).get("name")
    words = [item, entry.get("Description"), shown(entry.get("Amount"))]
    return " · ".join(word for word in words if word) or "present"


def shown(value: Any) -> str:
    """A plain value as text."""
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal | int):
        return f"{value:,}"
    if isinstance(value, dict):
        return str(value.get("name") or value.get("value") or ", ".join(shown(one) for one in value.values()))
    return str(value)
