"""Connected apps: who may read and write a company's books, and how a person takes that away again."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from qbo_emulator.books.company import Company
from qbo_emulator.oauth import ACCOUNTING, Grant
from qbo_emulator.pages.components import Column, badge, facts, table
from qbo_emulator.pages.frame import HEADERS, home_of, page, trail
from qbo_emulator.pages.html import Content, link, tag
from qbo_emulator.world import World

_COLUMNS = (Column("App"), Column("State"), Column("Connected since"), Column("May"), Column("Action"))


def apps(world: World, company: Company) -> Response:
    """Every app with access to this company."""
    return page(
        "Connected apps",
        tag("p", f"Apps that may read and write the books of {company.settings.name}.", class_="soft"),
        table("Connected apps", _COLUMNS, _rows(world, company), "No app is connected to this company."),
        company=company,
        room="apps",
    )


def confirm(world: World, company: Company, client_id: str) -> Response | None:
    """Asks before an app is disconnected; None if it is not connected."""
    grants = list(_grants(world, company, client_id))
    if not grants:
        return None
    pairs = [("App", client_id), ("Company", company.settings.name)]
    back = home_of(company, "apps")
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


def disconnect(world: World, company: Company, client_id: str, request: Request) -> Response:
    """Ends all access of an app to this company, if the form was on our own page."""
    if not is_own_form(request):
        return page("Not done", tag("p", "This was not sent from a page of these books."), company=company, status=403)
    for grant in list(_grants(world, company, client_id)):
        world.oauth.end(grant)
    return RedirectResponse(home_of(company, "apps"), 303, HEADERS)


def is_own_form(request: Request) -> bool:
    """Whether the browser says that the form stood on a page of this host: nobody signs in here."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


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
