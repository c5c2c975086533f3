"""Editing a sales form: its number, dates and texts, its lines and its discount."""

from __future__ import annotations

from starlette.responses import Response

from qbo_emulator.books.company import SALES_FORMS, Company
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj
from qbo_emulator.pages.edit_discount import discount_inputs
from qbo_emulator.pages.edit_lines import lines_changed, lines_table, stored_lines, typed_lines
from qbo_emulator.pages.editing import Form, Input, Problems, Typed, changed, fields, respond, text_of, write
from qbo_emulator.pages.frame import home_of
from qbo_emulator.pages.html import Content, tag
from qbo_emulator.pages.places import named
from qbo_emulator.pages.visit import Visit

_HEAD = (
    Input("DocNumber", "Number", element="DocNumber"),
    Input("TxnDate", "Date", "date", element="TxnDate"),
)
_DUE = Input("DueDate", "Due", "date", element="DueDate")
_TEXTS = (
    Input("CustomerMemo", "Message to the customer", "area", element="Customer Memo"),
    Input("PrivateNote", "Private note", "area", element="PrivateNote"),
)
_HINT = "Leave an amount as it is and it follows quantity and rate. Empty rows add nothing. Tax is computed anew."


def sale(visit: Visit) -> Response:
    """The form of an invoice, credit memo, sales receipt or refund receipt."""
    kind, row = visit.found(*SALES_FORMS)
    company, lines = visit.company, row.data["Line"]
    stored = _stored(company, row)
    discounts = discount_inputs(company, lines)
    head = (*_HEAD, _DUE) if kind == "Invoice" else _HEAD

    def save(typed: Typed) -> None:
        body = _body(stored, typed, kind)
        if lines_changed(lines, stored, typed):
            body["Line"] = typed_lines(company, lines, typed)
        write(company, kind, row, typed, body)

    def shown(typed: Typed, problems: Problems) -> Content:
        return [
            fields(head, typed, problems),
            lines_table(company, lines, typed, problems),
            fields(discounts, typed, problems),
            tag("p", _HINT, class_="soft"),
            fields(_TEXTS, typed, problems),
        ]

    home = home_of(company, "sales", row.id)
    name = named(kind, row.data)
    title = f"Edit {name[0].lower()}{name[1:]}"
    return respond(visit, Form(title, "sales", (name, home), stored, (*head, *discounts, *_TEXTS), shown, save, home))


def _stored(company: Company, row: Row) -> dict[str, str]:
    data = row.data
    plain = {name: str(data.get(name, "")) for name in ("DocNumber", "TxnDate", "DueDate", "PrivateNote")}
    memo = (data.get("CustomerMemo") or {}).get("value", "")
    return {**plain, "CustomerMemo": memo, **stored_lines(company, data["Line"]), "token": data["SyncToken"]}


def _body(stored: Typed, typed: Typed, kind: str) -> Obj:
    names = ["DocNumber", "TxnDate", "PrivateNote", *(["DueDate"] if kind == "Invoice" else [])]
    body: Obj = {name: text_of(typed, name) for name in names if changed(stored, typed, name)}
    if changed(stored, typed, "CustomerMemo"):
        body["CustomerMemo"] = {"value": text_of(typed, "CustomerMemo")}
    return body
