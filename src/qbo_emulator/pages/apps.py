"""Connected apps: who may read and write a company's books, and how a person takes that away again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from qbo_emulator.apps import ACCOUNTING, with_query
from qbo_emulator.books.company import Company
from qbo_emulator.oauth import Grant
from qbo_emulator.pages.components import Column, badge, facts, table
from qbo_emulator.pages.frame import HEADERS, home_of, page, trail
from qbo_emulator.pages.html import Content, Html, link, tag
from qbo_emulator.pages.visit import Missing, Visit
from qbo_emulator.world import World

NOTICE = timedelta(days=30)
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
    app = world.oauth.apps.get(client_id)
    if app is None or not app.disconnect_url:
        return RedirectResponse(back, 303, HEADERS)
    return _landing(company, with_query(app.disconnect_url, {"realmId": company.realm_id}))


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


def _landing(company: Company, address: str) -> Response:
    """The app's own page after it was disconnected (F2.5-11). A form of ours may not lead elsewhere, a page may."""
    words = tag("p", "Its access has ended. ", link(address, "Go on to the app's own page"))
    answer = page("Disconnected", words, company=company, room="apps")
    answer.headers["Refresh"] = f"0; url={address}"
    return answer


def _grants(world: World, company: Company, client_id: str) -> Iterator[Grant]:
    return (grant for grant in world.oauth.grants(company.realm_id) if grant.client_id == client_id)


def _rows(world: World, company: Company) -> Iterator[list[Content]]:
    newest = {grant.client_id: grant for grant in world.oauth.grants(company.realm_id)}
    for client_id, grant in newest.items():
        may = "Read and write the books" if ACCOUNTING in grant.scopes else "See who consented"
        state = _state(grant, world.clock.now())
        yield [client_id, state, _moment(grant.created_at), may, list(_actions(world, company, client_id))]


def _state(grant: Grant, now: datetime) -> Content:
    """In the last 30 days of its five years a connection says until when it lasts (F2.5-8)."""
    if grant.admin_removed:
        return badge("Reconnect: who connected it is no admin any more")
    if grant.hard_end() - now > NOTICE:
        return badge("Connected")
    return [badge("Reconnect"), " by ", _moment(grant.hard_end())]


def _actions(world: World, company: Company, client_id: str) -> Iterator[Content]:
    app = world.oauth.apps.get(client_id)
    if app is not None and app.launch_url:
        yield [link(app.launch_url, "Open", aria_label=f"Open {client_id}"), " "]
    where = home_of(company, "apps", quote(client_id, safe=""), "disconnect")
    yield link(where, "Disconnect", aria_label=f"Disconnect {client_id}")


def _moment(at: datetime) -> Html:
    return tag("time", f"{at:%b} {at.day}, {at:%Y, %H:%M} UTC")
