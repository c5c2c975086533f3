"""Connected apps: who may read and write a company's books, and how a person takes that away again."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from qbo_emulator.books.company import Company
from qbo_emulator.oauth import ACCOUNTING, Grant
from qbo_emulator.pages.components import Column, badge, facts, table
from qbo_emulator.pages.frame import HEADERS, home_of, page, trail
from qbo_emulator.pages.html import Content, link, tag
from qbo_emulator.pages.visit import Missing, Visit
from qbo_emulator.world import World

_COLUMNS = (Column("App"), Column("State"), Column("Connected since"), Column("May"), Column("Action"))


def apps(visit: Visit) -> Response:
    """Every app with access to this company."""
    world, company = visit.world, visit.company
    return page(
        "Connected apps",
        tag("p", f"Apps that may read and write the books of {company.settings.name}.", class_="soft"),
        table("Connected apps", _COLUMNS, _rows(world, company), "No app is connected to this company."),
        company=company,
        room="apps",
    )


def disconnect(visit: Visit) -> Response:
    """Asks before an app is disconnected, and ends all its access to this company once the answer is yes."""
    world, company, client_id = visit.world, visit.company, visit.id
    grants = list(_grants(world, company, client_id))
    if not grants:
        raise Missing
    back = home_of(company, "apps")
    if visit.typed is None:
        return _question(company, client_id, back)
    for grant in grants:
        world.oauth.end(grant)
    return RedirectResponse(back, 303, HEADERS)


def _question(company: Company, client_id: str, back: str) -> Response:
    pairs = [("App", client_id), ("Company", company.settings.name)]
    buttons = tag(
        "form",
        tag("button", "Disconnect", class_="danger"),
        link(back, "Keep it connected", class_="button"),
        method="post",
        class_="actions",
    )
    return page(
        "Disconnect this app?",
        trail(("Connected apps", back)),
        tag(
            "div",
            facts(pairs),
            tag("p", "Its access ends at once. What it wrote stays in the books. It can ask for consent again."),
            buttons,
            class_="card",
        ),
        company=company,
        room="apps",
    )


def _grants(world: World, company: Company, client_id: str) -> Iterator[Grant]:
    return (grant for grant in world.oauth.grants(company.realm_id) if grant.client_id == client_id)


def _rows(world: World, company: Company) -> Iterator[list[Content]]:
    newest = {grant.client_id: grant for grant in world.oauth.grants(company.realm_id)}
    for client_id, grant in newest.items():
        where = home_of(company, "apps", quote(client_id, safe=""), "disconnect")
        may = "Read and write the books" if ACCOUNTING in grant.scopes else "See who consented"
        since = tag("time", f"{grant.created_at:%b} {grant.created_at.day}, {grant.created_at:%Y, %H:%M} UTC")
        yield [
            client_id,
            badge("Connected"),
            since,
            may,
            link(where, "Disconnect", aria_label=f"Disconnect {client_id}"),
        ]
