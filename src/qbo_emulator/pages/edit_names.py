"""Editing a customer, a product or a service."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj
from qbo_emulator.pages.editing import Form, Input, Problems, Typed, changed, fields, respond, text_of, write
from qbo_emulator.pages.frame import home_of
from qbo_emulator.pages.html import Content, tag
from qbo_emulator.pages.visit import Visit

_ADDRESS = (
    ("Line1", "Street"),
    ("City", "City"),
    ("CountrySubDivisionCode", "State"),
    ("PostalCode", "ZIP code"),
)
_NAMES = (
    Input("DisplayName", "Display name", element="DisplayName"),
    Input("CompanyName", "Company", element="CompanyName"),
    Input("GivenName", "First name", element="GivenName"),
    Input("FamilyName", "Last name", element="FamilyName"),
    Input("email", "E-mail", element="Address"),
    Input("phone", "Phone", element="FreeFormNumber"),
)
_PLACES = {
    prop: tuple(Input(f"{prop}.{part}", label, element=part) for part, label in _ADDRESS)
    for prop in ("BillAddr", "ShipAddr")
}
_REST = (
    Input("Notes", "Notes", "area", element="Notes"),
    Input("Taxable", "Taxable", "check"),
    Input("Active", "Active", "check", hint="Whoever is not active cannot be sold to."),
)
_ITEM = (
    Input("Name", "Name", element="Name"),
    Input("UnitPrice", "Price", element="UnitPrice"),
    Input("Description", "Description", "area", element="Description"),
    Input("Taxable", "Taxable", "check"),
    Input("Active", "Active", "check", hint="What is not active cannot be sold."),
)
_CHECKS = ("Taxable", "Active")


def customer(visit: Visit) -> Response:
    """The form of a customer."""
    company, row = visit.company, visit.row("Customer")
    stored = _customer_stored(row)

    def save(typed: Typed) -> None:
        write(company, "Customer", row, typed, _customer_body(row, stored, typed))

    def shown(typed: Typed, problems: Problems) -> Content:
        places = [
            [tag("h2", title), fields(_PLACES[prop], typed, problems)]
            for prop, title in (("BillAddr", "Bill to"), ("ShipAddr", "Service at"))
        ]
        return [fields(_NAMES, typed, problems), places, fields(_REST, typed, problems)]

    inputs = (*_NAMES, *_PLACES["BillAddr"], *_PLACES["ShipAddr"], *_REST)
    return _edit(visit, row, "customers", stored, inputs, shown, save)


def item(visit: Visit) -> Response:
    """The form of a product or service."""
    company, row = visit.company, visit.row("Item")
    stored = _plain(row, ("Name", "UnitPrice", "Description"))

    def save(typed: Typed) -> None:
        body = _plain_body(stored, typed, ("Name", "Description"))
        if changed(stored, typed, "UnitPrice"):
            body["UnitPrice"] = text_of(typed, "UnitPrice").replace(",", "").removeprefix("$")
        write(company, "Item", row, typed, body)

    return _edit(visit, row, "items", stored, _ITEM, lambda typed, problems: fields(_ITEM, typed, problems), save)


def _edit(
    visit: Visit,
    row: Row,
    room: str,
    stored: Typed,
    inputs: tuple[Input, ...],
    shown: Callable[[Typed, Problems], Content],
    save: Callable[[Typed], None],
) -> Response:
    name = str(row.data.get("DisplayName") or row.data["Name"])
    home = home_of(visit.company, room, row.id)
    return respond(visit, Form(f"Edit {name}", room, (name, home), stored, inputs, shown, save, home))


def _plain(row: Row, names: tuple[str, ...]) -> dict[str, str]:
    """The stored values of plain properties as text, the two checks, and the token."""
    held = {name: str(row.data.get(name, "")) for name in names}
    checks = {name: "yes" for name in _CHECKS if row.data.get(name)}
    return {**held, **checks, "token": row.data["SyncToken"]}


def _plain_body(stored: Typed, typed: Typed, names: tuple[str, ...]) -> Obj:
    """Changed plain properties; the empty text clears one."""
    body: Obj = {name: text_of(typed, name) for name in names if changed(stored, typed, name)}
    return body | {name: text_of(typed, name) == "yes" for name in _CHECKS if changed(stored, typed, name)}


_CUSTOMER_PLAIN = ("DisplayName", "CompanyName", "GivenName", "FamilyName", "Notes")


def _customer_stored(row: Row) -> dict[str, str]:
    data = row.data
    held = {
        **_plain(row, _CUSTOMER_PLAIN),
        "email": (data.get("PrimaryEmailAddr") or {}).get("Address", ""),
        "phone": (data.get("PrimaryPhone") or {}).get("FreeFormNumber", ""),
    }
    places = {f"{prop}.{part}": (data.get(prop) or {}).get(part, "") for prop in _PLACES for part, _ in _ADDRESS}
    return {**held, **places}


def _customer_body(row: Row, stored: Typed, typed: Typed) -> Obj:
    body = _plain_body(stored, typed, _CUSTOMER_PLAIN)
    if changed(stored, typed, "email"):
        body["PrimaryEmailAddr"] = {"Address": text_of(typed, "email")}
    if changed(stored, typed, "phone"):
        body["PrimaryPhone"] = {"FreeFormNumber": text_of(typed, "phone")}
    for prop, inputs in _PLACES.items():
        if changed(stored, typed, *(one.name for one in inputs)):
            parts = {part: text_of(typed, f"{prop}.{part}") for part, _ in _ADDRESS}
            body[prop] = {**(row.data.get(prop) or {}), **parts}
    return body
