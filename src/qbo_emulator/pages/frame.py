"""The frame around every page: title, the way through one company's books, the one stylesheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starlette.responses import HTMLResponse, Response

from qbo_emulator.books.company import Company
from qbo_emulator.pages.html import Content, Html, joined, link, tag

ROOT = "/app"
STYLE = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_ROOMS = (
    ("sales", "Sales"),
    ("payments", "Payments"),
    ("customers", "Customers"),
    ("items", "Products and services"),
    ("accounts", "Accounts"),
    ("reports", "Reports"),
    ("history", "History"),
    ("apps", "Connected apps"),
    ("levers", "Levers"),
)


def home_of(company: Company, room: str, *rest: str) -> str:
    """The address of a room of a company, or of something in it."""
    return "/".join((ROOT, company.realm_id, room, *rest))


def page(title: str, *content: Content, company: Company | None = None, room: str = "", status: int = 200) -> Response:
    """A whole page; `room` is the part of the company's books that it belongs to."""
    name = company.settings.name if company else "Local books"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{title} · {name}" if title != name else title),
        tag("link", rel="stylesheet", href=f"{ROOT}/style.css"),
        tag("link", rel="icon", href="data:,"),
    )
    main = tag("main", tag("h1", title), content, id="main", tabindex="-1")
    body = tag("body", link("#main", "Skip to content", class_="skip"), _top(company, room), main, _foot())
    return HTMLResponse(f"<!doctype html>{tag('html', head, body, lang='en')}", status, HEADERS)


def style() -> Response:
    """The stylesheet."""
    return Response(STYLE, media_type="text/css", headers={**HEADERS, "Cache-Control": "no-cache"})


def trail(*steps: tuple[str, str]) -> Html:
    """The way back, as (words, address)."""
    return tag("nav", [link(address, f"← {words}") for words, address in steps], class_="trail", aria_label="Back")


def _top(company: Company | None, room: str) -> Html:
    brand = link(ROOT, "Local books", class_="brand")
    return tag("header", brand, _rooms(company, room) if company else None, class_="top")


def _rooms(company: Company, room: str) -> Sequence[Html]:
    links = [link(home_of(company, name), words, current=name == room) for name, words in _ROOMS]
    return [tag("span", company.settings.name, class_="company"), tag("nav", links, aria_label="Books")]


def _foot() -> Html:
    words = "An emulator on this machine for trying things out: no real company, and not a product of Intuit."
    return tag("footer", joined(words))
