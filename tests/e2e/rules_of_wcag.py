"""axe's rules of WCAG against a page, in light and in dark."""

from functools import cache
from typing import Any  # what axe answers

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page
from walking import kind_of

SETTLES = 200  # milliseconds: colours change smoothly, and axe must not look in between
ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]
"""All that the other theme can change: it is the same markup in other colours."""


def broken_rules(page: Page) -> list[str]:
    """What axe finds on the page, which is in light: all rules, and in dark those of colours. It is left in light."""
    page.evaluate(_script())
    found = _found(page, "light", ALL)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.wait_for_timeout(SETTLES)
    found += _found(page, "dark", OF_COLOURS)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return found


@cache
def _script() -> str:
    script: str = Axe().axe_script
    return script


def _found(page: Page, theme: str, rules: list[str]) -> list[str]:
    answer: Any = page.evaluate("(rules) => axe.run({runOnly: rules, resultTypes: ['violations']})", rules)
    return [
        f"{kind_of(page.url)} ({theme}): {rule['id']}: {node['html'][:160]} ({node.get('failureSummary', '')[:200]})"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]
