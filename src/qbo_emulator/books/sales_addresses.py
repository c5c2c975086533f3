"""The addresses of a sales form: taken over from the customer, or its own, and then as free lines (section 7, shapes).

An address that is changed inside a form is flattened: the customer's names in front, city, state and code in one line.
The state that goods go to is remembered apart, for tax depends on it. Ids of customers' addresses are addresses.py's.
"""

from __future__ import annotations

from qbo_emulator.books import addresses
from qbo_emulator.books.company import Company
from qbo_emulator.books.states import state_code
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj, ref_value

_LINES = tuple(f"Line{n}" for n in range(1, 6))
_STRUCTURE = ("City", "CountrySubDivisionCode", "PostalCode")
_LOOKS = ("Id", "Lat", "Long")


def _plain(address: Obj | None) -> Obj:
    return {name: value for name, value in (address or {}).items() if name not in _LOOKS}


def _names(customer: Obj) -> list[str]:
    """The person and the firm, or the one of them that there is."""
    person = " ".join(customer[part] for part in ("GivenName", "FamilyName") if customer.get(part))
    found = dict.fromkeys(name for name in (person, customer.get("CompanyName")) if name)
    return list(found) or [customer["DisplayName"]]


def _town(address: Obj) -> str:
    """City, state and code as one line, two spaces before the code as recorded."""
    place = ", ".join(address[part] for part in _STRUCTURE[:2] if address.get(part))
    return "  ".join(part for part in (place, address.get("PostalCode", "")) if part)


def flattened(address: Obj, customer: Obj) -> Obj:
    """The address as free lines; what does not fit into five is joined to the last."""
    lines = [*_names(customer), *(address[line] for line in _LINES if address.get(line)), _town(address)]
    lines += [address["Country"]] if address.get("Country") else []
    kept = lines[:4] + ([", ".join(lines[4:])] if len(lines) > 4 else [])
    return dict(zip(_LINES, kept, strict=False))


def _own(company: Company, address: Obj, taken: Obj | None, before: Obj | None, customer: Obj | None) -> Obj:
    """An address that was sent: the stored or the customer's if it says the same, else one of the form's own."""
    for known in (before, taken):
        if known and _plain(address) == _plain(known):
            return known
    structured = any(address.get(part) for part in _STRUCTURE)
    if structured and customer and company.choices.flatten_addresses:
        address = flattened(address, customer)
    kept = before is not None and (taken is None or before["Id"] != taken.get("Id"))
    return addresses.stored(company, address, before["Id"] if before and kept else None)


def _is_free(address: Obj | None) -> bool:
    return bool(address) and not any((address or {}).get(part) for part in _STRUCTURE)


def _place(company: Company, draft: Obj, sent: Obj, old: Row | None) -> str | None:
    """The state of the ship-to address; without one the company's own (F8.1-3)."""
    address = draft.get("ShipAddr")
    if old is not None and address and address == old.data.get("ShipAddr"):
        return old.place
    known = sent.get("ShipAddr") or address or company.settings.address
    return state_code(known.get("CountrySubDivisionCode", ""))


def settle(company: Company, draft: Obj, sent: Obj, old: Row | None) -> str | None:
    """Settle BillAddr, ShipAddr and ShipFromAddr of a form; answers the state that the goods go to.

    On create both default to the customer's, ids included (F3.6-10).
    """
    customer_id = ref_value(draft.get("CustomerRef"))
    customer = company.row("Customer", customer_id).data if customer_id else None
    for prop in ("BillAddr", "ShipAddr", "ShipFromAddr"):
        taken = customer.get(prop) if customer else None
        before = old.data.get(prop) if old else None
        if sent.get(prop):
            draft[prop] = _own(company, sent[prop], taken, before, customer if prop != "ShipFromAddr" else None)
        elif old is None and prop not in sent and taken:
            draft[prop] = taken
    place = _place(company, draft, sent, old)
    draft["FreeFormAddress"] = _is_free(draft.get("ShipAddr"))
    return place
