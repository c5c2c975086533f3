"""Every page that links or mails lead to: accessible in both themes, light, self-contained, and without errors.

Each site is walked once; what was seen on the way is what the tests judge.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from urllib.parse import urlsplit

import pytest
from browser_world import Installation, NewPage
from rules_of_wcag import broken_rules
from walking import Traffic, kind_of, opened, shift_of, sign_in, unlinked_pages, walk, without_cache

MOST_BYTES = 100_000
WIDE, NARROW = 1280, 390
HEIGHT = 850
SIGNED_OUT = ("/sign-in/", "/sign-up/", "/nothing-here")


@dataclass
class Seen:
    """What was found on a walk: broken rules, and per width of the screen what else is wrong."""

    kinds: set[str] = field(default_factory=set)
    rules: list[str] = field(default_factory=list)
    wrong: dict[int, list[str]] = field(default_factory=lambda: {WIDE: [], NARROW: []})


@pytest.fixture(scope="module")
def bluepro(full: Installation, new_page: NewPage) -> Seen:
    """All pages of the Owner and those that people get by mail, each loaded on a wide and on a narrow screen."""
    page, seen = new_page(viewport={"width": WIDE, "height": HEIGHT}, color_scheme="light"), Seen()
    home = sign_in(page, full)
    without_cache(page)
    mailed = unlinked_pages(page, home)
    traffic = Traffic(page)
    for address in chain(walk(page, home), opened(page, mailed)):
        seen.kinds.add(kind_of(address))
        seen.wrong[WIDE] += _wrong(traffic, full)
        seen.rules += broken_rules(page)
        page.set_viewport_size({"width": NARROW, "height": HEIGHT})
        traffic.clear()
        page.goto(address, wait_until="networkidle")
        seen.wrong[NARROW] += _wrong(traffic, full)
        page.set_viewport_size({"width": WIDE, "height": HEIGHT})
        traffic.clear()
    return seen


def _wrong(traffic: Traffic, site: Installation) -> Iterator[str]:
    """What is wrong with the page that was just loaded."""
    page = traffic.page
    kind, width = kind_of(page.url), (page.viewport_size or {"width": 0})["width"]
    yield from (f"{kind}: asks {host}" for host in traffic.hosts - {urlsplit(site.pages).netloc})
    yield from (f"{kind}: {words}" for words in (*traffic.failed, *traffic.said))
    if traffic.bytes > MOST_BYTES:
        yield f"{kind}: {traffic.bytes:,} bytes"
    if (shift := shift_of(page)) > 0.01:
        yield f"{kind}: its content moved while loading ({shift:.3f})"
    if (scrolled := page.evaluate("document.documentElement.scrollWidth")) > width:
        yield f"{kind}: {scrolled} pixels wide on a screen of {width}"


@pytest.fixture(scope="module")
def quickbooks(full: Installation, new_page: NewPage) -> Seen:
    """All pages of the local QuickBooks, which no script arranges: a narrower screen needs no second load."""
    page, seen = new_page(viewport={"width": WIDE, "height": HEIGHT}, color_scheme="light"), Seen()
    for address in walk(page, f"{full.quickbooks}/app"):
        seen.kinds.add(kind_of(address))
        seen.rules += broken_rules(page)
        for width in (NARROW, WIDE):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                seen.wrong[width].append(address)
    return seen


def test_bluepro_breaks_no_rule_of_wcag(bluepro: Seen) -> None:
    assert not bluepro.rules, "\n".join(bluepro.rules)


def test_pages_for_people_who_are_not_signed_in_break_no_rule_of_wcag(full: Installation, new_page: NewPage) -> None:
    page, guest = new_page(), new_page(color_scheme="light")
    mailed = unlinked_pages(page, sign_in(page, full))
    addresses = [*(full.pages + path for path in SIGNED_OUT), *mailed]
    broken = [rule for _ in opened(guest, addresses) for rule in broken_rules(guest)]
    assert not broken, "\n".join(broken)


def test_the_local_quickbooks_breaks_no_rule_of_wcag(quickbooks: Seen) -> None:
    assert not quickbooks.rules, "\n".join(quickbooks.rules)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_local_quickbooks_is_not_wider_than_the_screen(quickbooks: Seen, width: int) -> None:
    assert not quickbooks.wrong[width]
    for room in ("sales/N/edit", "accounts/N", "reports/aging", "history/Invoice/N", "levers/settings"):
        assert any(kind.endswith(room) for kind in quickbooks.kinds), sorted(quickbooks.kinds)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_pages_are_light_self_contained_still_and_not_wider_than_the_screen(bluepro: Seen, width: int) -> None:
    assert not bluepro.wrong[width], "\n".join(bluepro.wrong[width])
    rooms = [f"/w/N/{room}" for room in ("contacts", "services", "invoices", "payments", "settings", "quickbooks")]
    for start in (*rooms, "/i/", "/join/"):
        assert any(kind.startswith(start) for kind in bluepro.kinds), sorted(bluepro.kinds)
