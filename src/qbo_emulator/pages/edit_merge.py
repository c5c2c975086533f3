"""Merging a customer or an item into another one, by its name."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from qbo_emulator.books import merging
from qbo_emulator.books.company import Company
from qbo_emulator.books.wire import fold
from qbo_emulator.pages.editing import Form, Input, Problems, Typed, Wrong, fields, respond, text_of
from qbo_emulator.pages.frame import home_of
from qbo_emulator.pages.html import Content, tag
from qbo_emulator.pages.places import ROOMS, named
from qbo_emulator.pages.visit import Page, Visit

_INTO = Input("into", "Merge into", hint="The full name of the one that stays.")
_SAYS = "Its transactions move to the other one, and it is gone for good. There is no way back."


def _merge(table: str, visit: Visit) -> Response:
    company, row = visit.company, visit.row(table)

    def save(typed: Typed) -> None:
        merging.merge(company, table, row.id, _kept(company, table, typed))

    def shown(typed: Typed, problems: Problems) -> Content:
        return [tag("p", _SAYS), fields([_INTO], typed, problems)]

    room = ROOMS[table]
    name = named(table, row.data)
    back, done = (name, home_of(company, room, row.id)), home_of(company, room)
    form = Form(f"Merge {name}?", room, back, {}, [_INTO], shown, save, done, "Merge", danger=True)
    return respond(visit, form)


def _kept(company: Company, table: str, typed: Typed) -> str:
    name = text_of(typed, _INTO.name)
    found = company.tables[table].find("FullyQualifiedName", [fold(name)])
    if not found:
        raise Wrong(_INTO.name, f"Nothing here is called {name}." if name else "Say which one stays.")
    return found[0].id


merge_customer: Page = partial(_merge, "Customer")
merge_item: Page = partial(_merge, "Item")
