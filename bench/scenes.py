"""What the scenes share: where they play, and short ways to say what a person does."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from browser_world import Installation
from camera import Camera, visitor
from playwright.sync_api import Browser, Locator, Page

NONSENSE = "12,50 dollars"
TYPED = 700  # milliseconds: after them a search has answered


@dataclass
class Stage:
    """The Owner's open page, the address of the workspace's home (with a slash at its end), and the camera."""

    browser: Browser
    camera: Camera
    site: Installation
    page: Page
    home: str

    def go(self, path: str) -> None:
        """Opens a page of the workspace."""
        self.page.goto(self.home + path, wait_until="networkidle")

    def shoot(self, name: str) -> None:
        """Takes the open page."""
        self.camera.take(self.page, name)

    def open(self, path: str, name: str) -> None:
        """Opens a page of the workspace and takes it."""
        self.go(path)
        self.shoot(name)

    def press(self, name: str) -> None:
        """Presses a button, and waits for what it brings."""
        self.page.get_by_role("button", name=name, exact=True).last.click()
        self.page.wait_for_load_state("networkidle")

    def first_of(self, path: str) -> str:
        """Opens the first row of a list; answers the address, below the workspace's."""
        self.go(path)
        row = self.page.locator("main tbody th a").first
        row.click()
        self.page.wait_for_load_state("networkidle")
        return self.page.url.removeprefix(self.home)

    def send_mistakes(self, path: str, name: str) -> None:
        """Opens a form, empties its texts, writes nonsense where numbers belong, sends it and takes what comes."""
        self.go(path)
        self.spoil(self.page.locator("main form[method=post]").last)
        self.shoot(name)

    def spoil(self, form: Locator) -> None:
        """Fills a form with mistakes and sends it."""
        texts = ":visible:not([type=radio], [type=checkbox], [type=search], [type=date], [type=file])"
        for field in form.locator(f"input{texts}, textarea:visible").all():
            number = field.get_attribute("inputmode") in ("decimal", "numeric")
            field.fill(NONSENSE if number else "")
        form.evaluate("(one) => { one.noValidate = true; }")
        form.locator("button.button-primary, button.button-danger").first.click()
        self.page.wait_for_load_state("networkidle")

    @contextmanager
    def stranger(self) -> Iterator[Page]:
        """The page of somebody who is not signed in."""
        with visitor(self.browser) as page:
            yield page

    def books(self, method: str, path: str, values: object = None, token: str = "") -> Any:  # Any: answered JSON
        """Asks the local QuickBooks: its control API, or with a token its Accounting API."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        body = None if values is None else json.dumps(values).encode()
        request = Request(f"{self.site.quickbooks}/{path}", data=body, method=method, headers=headers)
        with urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or b"null")


def see(page: Page, words: str, within: float = 30.0) -> None:
    """Waits until the page, loaded again and again, says something."""
    for _ in range(int(within * 2)):
        if page.get_by_text(re.compile(words)).count():
            return
        page.wait_for_timeout(500)
        page.reload(wait_until="networkidle")
    raise AssertionError(f"{page.url} does not say {words!r}")
