"""History: who changed what and when, in the whole company or of one entity, also of what was deleted."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import Response

from qbo_emulator.books.company import DEFINITIONS, Company
from qbo_emulator.books.history import Actor, Change
from qbo_emulator.books.pacific import stamp
from qbo_emulator.pages.changes import Said, said
from qbo_emulator.pages.components import Column, moment, table
from qbo_emulator.pages.frame import home_of, page, trail
from qbo_emulator.pages.html import Content, Html, link, tag
from qbo_emulator.pages.paging import cut, pager
from qbo_emulator.pages.parts import history_of
from qbo_emulator.pages.places import WORDS, named, place
from qbo_emulator.pages.visit import Missing, Visit

_ONE = (Column("When"), Column("Who"), Column("What"), Column("Old and new"))
_ALL = (Column("When"), Column("Who"), Column("What"), Column("Of what"))
_DONE = {"Create": "Created", "Update": "Changed", "Void": "Voided", "Delete": "Deleted", "Merge": "Merged"}
_SHOWN = 12  # of one change; more is said to be more


def histories(visit: Visit) -> Response:
    """All changes in the company, the newest first."""
    company = visit.company
    part = cut(list(company.history.newest()), visit.request)
    rows = ([*_head(change), _of_what(company, change)] for change in part.rows)
    return page(
        "History",
        table("All changes", _ALL, rows, "Nothing was written yet."),
        pager(visit.request, part),
        company=company,
        room="history",
    )


def history(visit: Visit) -> Response:
    """The changes of one entity with old and new values."""
    company, entity = visit.company, visit.request.path_params["entity"]
    changes = company.history.of(entity, visit.id) if entity in DEFINITIONS else []
    if not changes:
        raise Missing
    part = cut(changes, visit.request)
    rows = ([*_head(change), _differences(said(change))] for change in part.rows)
    return page(
        f"History of {_name(company, entity, visit.id)}",
        _back(company, entity, visit.id),
        table("Changes", _ONE, rows, ""),
        pager(visit.request, part),
        company=company,
        room="history",
    )


def _name(company: Company, entity: str, row_id: str) -> str:
    row = company.tables[entity].get(row_id)
    return named(entity, row.data) if row else f"{WORDS.get(entity, entity)} {row_id} (deleted)"


def _back(company: Company, entity: str, row_id: str) -> Html:
    where = place(company, entity, row_id)
    ways = [(_name(company, entity, row_id), where)] if where else []
    return trail(*ways, ("All changes", home_of(company, "history")))


def _head(change: Change) -> list[Content]:
    return [moment(stamp(change.at)), _who(change.who), _DONE.get(change.operation, change.operation)]


def _who(actor: Actor) -> Content:
    return [tag("span", "App ", class_="soft"), actor.name] if actor.is_app else actor.name


def _of_what(company: Company, change: Change) -> Html:
    return link(history_of(company, change.table, change.row_id), _name(company, change.table, change.row_id))


def _differences(found: Iterable[Said]) -> Content:
    held = list(found)
    if not held:
        return "With all that it began with."
    lines = [tag("li", tag("span", one.name, class_="soft"), " ", _old_and_new(one)) for one in held[:_SHOWN]]
    if len(held) > _SHOWN:
        lines.append(tag("li", f"and {len(held) - _SHOWN:,} more"))
    return tag("ul", lines, class_="changes")


def _old_and_new(one: Said) -> Content:
    new = tag("ins", one.new) if one.new else ""
    if not one.old:
        return new
    return [tag("del", one.old), " → ", new or "nothing"]
