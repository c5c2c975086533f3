"""Voiding and deleting a transaction, after a question."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from qbo_emulator.books import operations
from qbo_emulator.books.company import SALES_FORMS
from qbo_emulator.books.operations import Options
from qbo_emulator.books.transaction_kinds import KINDS
from qbo_emulator.pages.components import day, facts, money
from qbo_emulator.pages.editing import Form, Typed, respond
from qbo_emulator.pages.html import Content, tag
from qbo_emulator.pages.parts import customer_link, history_of
from qbo_emulator.pages.places import ROOMS, named, place
from qbo_emulator.pages.visit import Missing, Page, Visit

_SAYS = {
    "void": "Its amounts become 0, it stays in the books with its number, and what it is linked to is released.",
    "delete": "It leaves the books for good; only its history stays.",
}


def _end(way: str, tables: tuple[str, ...], visit: Visit) -> Response:
    kind, row = visit.found(*tables)
    company = visit.company
    if getattr(KINDS[kind], way) is None:
        raise Missing
    home = place(company, kind, row.id) or ""

    def save(typed: Typed) -> None:
        body = {"Id": row.id, "SyncToken": typed.get("token", "")}
        operations.write(company, kind, body, Options(void=way == "void", delete=way == "delete"))

    pairs: list[tuple[str, Content]] = [
        ("Customer", customer_link(company, row.data)),
        ("Date", day(row.data["TxnDate"])),
        ("Total", money(row.data["TotalAmt"])),
    ]
    name = named(kind, row.data)
    verb = way.capitalize()
    form = Form(
        title=f"{verb} {name[0].lower()}{name[1:]}?",
        room=ROOMS[kind],
        back=(name, home),
        stored={"token": row.data["SyncToken"]},
        inputs=(),
        fields=lambda _typed, _problems: tag("div", facts(pairs), tag("p", _SAYS[way]), class_="card"),
        save=save,
        done=home if way == "void" else history_of(company, kind, row.id),
        button=verb,
        danger=True,
    )
    return respond(visit, form)


void_sale: Page = partial(_end, "void", SALES_FORMS)
delete_sale: Page = partial(_end, "delete", SALES_FORMS)
void_payment: Page = partial(_end, "void", ("Payment",))
delete_payment: Page = partial(_end, "delete", ("Payment",))
