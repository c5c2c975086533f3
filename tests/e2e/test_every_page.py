"""Every page that links or mails lead to: accessible in both themes, light, self-contained, and without errors."""

from itertools import chain
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from browser_world import Installation, NewPage
from playwright.sync_api import Page
from walking import Traffic, kind_of, opened, shift_of, sign_in, unlinked_pages, walk, without_cache

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"], "resultTypes": ["violations"]}
SETTLES = 200  # milliseconds: colours change smoothly, and axe must not look in between
MOST_BYTES = 100_000
SIGNED_OUT = ("/sign-in/", "/sign-up/", "/nothing-here")


def broken_rules(page: Page) -> list[str]:
    """What axe finds, in light and in dark."""
    return [*_found(page, "light"), *_found(page, "dark")]


def _found(page: Page, theme: Literal["light", "dark"]) -> list[str]:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.wait_for_timeout(SETTLES)
    return [
        f"{kind_of(page.url)} ({theme}): {rule['id']}: {node['html'][:160]} ({node.get('failureSummary', '')[:200]})"
        for rule in Axe().run(page, options=RULES).response["violations"]
        for node in rule["nodes"]
    ]


def test_bluepro_breaks_no_rule_of_wcag(full: Installation, new_page: NewPage) -> None:
    page = new_page()
    broken = [rule for _ in walk(page, sign_in(page, full)) for rule in broken_rules(page)]
    assert not broken, "\n".join(broken)


def test_pages_for_people_who_are_not_signed_in_break_no_rule_of_wcag(full: Installation, new_page: NewPage) -> None:
    page, guest = new_page(), new_page()
    mailed = unlinked_pages(page, sign_in(page, full))
    addresses = [*(full.pages + path for path in SIGNED_OUT), *mailed]
    broken = [rule for _ in opened(guest, addresses) for rule in broken_rules(guest)]
    assert not broken, "\n".join(broken)


def test_the_local_quickbooks_breaks_no_rule_of_wcag(full: Installation, new_page: NewPage) -> None:
    page = new_page()
    broken = [rule for _ in walk(page, f"{full.quickbooks}/app") for rule in broken_rules(page)]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_local_quickbooks_is_not_wider_than_the_screen(full: Installation, new_page: NewPage, width: int) -> None:
    page = new_page(viewport={"width": width, "height": 850})
    kinds, wide = set[str](), list[str]()
    for address in walk(page, f"{full.quickbooks}/app"):
        kinds.add(kind_of(address))
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(address)
    assert not wide
    for room in ("sales/N/edit", "accounts/N", "reports/aging", "history/Invoice/N", "levers/settings"):
        assert any(kind.endswith(room) for kind in kinds), sorted(kinds)


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_are_light_self_contained_still_and_not_wider_than_the_screen(
    full: Installation, new_page: NewPage, width: int
) -> None:
    page = new_page(viewport={"width": width, "height": 850})
    home = sign_in(page, full)
    without_cache(page)
    mailed = unlinked_pages(page, home)
    traffic, wrong, kinds = Traffic(page), list[str](), set[str]()
    for address in chain(walk(page, home), opened(page, mailed)):
        kind = kind_of(address)
        kinds.add(kind)
        wrong += [f"{kind}: asks {host}" for host in traffic.hosts - {urlsplit(full.pages).netloc}]
        wrong += [f"{kind}: {words}" for words in (*traffic.failed, *traffic.said)]
        if traffic.bytes > MOST_BYTES:
            wrong.append(f"{kind}: {traffic.bytes:,} bytes")
        if shift_of(page) > 0.01:
            wrong.append(f"{kind}: its content moved while loading ({shift_of(page):.3f})")
        scrolled = page.evaluate("document.documentElement.scrollWidth")
        if scrolled > width:
            wrong.append(f"{kind}: {scrolled} pixels wide on a screen of {width}")
        traffic.clear()
    assert not wrong, "\n".join(wrong)
    rooms = [f"/w/N/{room}" for room in ("contacts", "services", "invoices", "payments", "settings", "quickbooks")]
    for start in (*rooms, "/i/", "/join/"):
        assert any(kind.startswith(start) for kind in kinds), sorted(kinds)
