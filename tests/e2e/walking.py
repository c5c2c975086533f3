"""Finds the pages of a site by following links as a person could, one page of each kind, and measures them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from browser_world import Installation
from playwright.sync_api import Page, Request, Response

NOT_PAGES = re.compile(r"/export/file|/static/|/quickbooks/callback")
MOST = 120
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 150);
})"""


def kind_of(address: str) -> str:
    """What all pages of a kind have in common: the path with numbers and secrets left out."""
    path = urlsplit(address).path
    return re.sub(r"/[A-Za-z0-9_-]{16,}(?=/|$)", "/…", re.sub(r"/\d+(?=/|$)", "/N", path)).rstrip("/") or "/"


def walk(page: Page, start: str) -> Iterator[str]:
    """Opens one page of each kind, beginning at `start`; yields its address while it is open. Stays on the host."""
    waiting, seen = [start], {kind_of(start)}
    while waiting:
        address = waiting.pop(0)
        page.goto(address, wait_until="networkidle")
        yield page.url
        links = page.eval_on_selector_all("a[href]", "(all) => all.map((one) => one.getAttribute('href'))")
        for link in links:
            there = urljoin(page.url, link).partition("#")[0]
            kind = kind_of(there)
            if urlsplit(there).netloc == urlsplit(start).netloc and kind not in seen and not NOT_PAGES.search(there):
                seen.add(kind)
                waiting.append(there)
        assert len(seen) < MOST, f"too many kinds of pages: {sorted(seen)}"


def sign_in(page: Page, site: Installation) -> str:
    """Signs in as the Owner of the demo; the address of the home page."""
    page.goto(f"{site.pages}/sign-in/")
    page.get_by_label("E-mail").fill(site.email)
    page.get_by_label("Password").fill(site.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/w/**")
    return page.url


def opened(page: Page, addresses: Iterable[str]) -> Iterator[str]:
    """Opens each address; yields it while it is open."""
    for address in addresses:
        page.goto(address, wait_until="networkidle")
        yield page.url


def unlinked_pages(page: Page, home: str) -> list[str]:
    """Addresses that no link of ours leads to, which people get by mail: a customer's invoice and an invitation."""
    page.goto(f"{home}invoices/?status=Overdue")
    page.locator("main tbody th a").first.click()
    if page.get_by_role("button", name="Make the link").count():
        page.get_by_role("button", name="Make the link").click()
    invoice = page.get_by_label("Link to send").input_value()
    page.goto(f"{home}settings/people/")
    if not page.get_by_label(re.compile("^Link for")).count():
        page.get_by_label("E-mail").fill("guest@example.com")
        page.get_by_role("button", name="Invite").click()
    return [invoice, page.get_by_label(re.compile("^Link for")).first.input_value()]


@dataclass
class Traffic:
    """What a page asked for and got."""

    page: Page
    hosts: set[str] = field(default_factory=set)
    bytes: int = 0
    failed: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        self.page.on("requestfinished", self._add)
        self.page.on("response", self._look)
        self.page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)

    def _add(self, request: Request) -> None:
        sizes = request.sizes()
        self.bytes += sizes["responseBodySize"] + sizes["responseHeadersSize"]

    def _look(self, response: Response) -> None:
        if response.status >= 400:
            self.failed.append(f"{response.status} {response.url}")

    def clear(self) -> None:
        """Forgets what was seen so far."""
        self.hosts.clear()
        self.failed.clear()
        self.said.clear()
        self.bytes = 0


def without_cache(page: Page) -> None:
    """Every page loads everything anew from now on."""
    page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})


def shift_of(page: Page) -> float:
    """How much of the page moved while it was loading (0 is nothing)."""
    moved: float = page.evaluate(SHIFTS)
    return moved
