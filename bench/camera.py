"""Takes pictures of a page that is open: wide (1280) and narrow (390), light and dark, from top to bottom."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page
from walking import kind_of

WIDTHS, THEMES = (1280, 390), ("light", "dark")
SCREEN = 900  # pixels: how high a screen is at least


@dataclass
class Camera:
    """`taken` are the names of what was taken; names that do not match `only` are passed over."""

    folder: Path
    only: re.Pattern[str] = field(default_factory=lambda: re.compile(""))
    taken: list[str] = field(default_factory=list)

    def take(self, page: Page, name: str, *, media: str = "screen") -> None:
        """Four pictures of the page as it stands. The screen is made as high as the page, so that what sticks to its
        edges is where a person sees it at the end."""
        while name in self.taken:
            name += "-again"
        if not self.only.search(name):
            return
        self.taken.append(name)
        for width in WIDTHS:
            for theme in THEMES:
                page.emulate_media(color_scheme="dark" if theme == "dark" else "light", media=media)  # type: ignore[arg-type]
                self._take(page, width, self.folder / f"{name}-{width}-{theme}.png")
        page.emulate_media(color_scheme="light", media="screen")
        page.set_viewport_size({"width": WIDTHS[0], "height": SCREEN})

    def _take(self, page: Page, width: int, target: Path) -> None:
        page.set_viewport_size({"width": width, "height": SCREEN})
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(SCREEN, height)})
        page.screenshot(path=target, animations="disabled")

    def open(self, page: Page, address: str, name: str) -> None:
        """Opens an address and takes it."""
        page.goto(address, wait_until="networkidle")
        self.take(page, name)


def name_of(address: str) -> str:
    """A page's name: its path with numbers and secrets left out."""
    return re.sub(r"[^A-Za-z0-9]+", "-", f"/{kind_of(address)}").rstrip("-") or "-start"


@contextmanager
def visitor(browser: Browser) -> Iterator[Page]:
    """A page of somebody who is not signed in, in New York."""
    context = browser.new_context(
        viewport={"width": WIDTHS[0], "height": SCREEN}, locale="en-US", timezone_id="America/New_York"
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()
