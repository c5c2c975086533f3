"""Forms of the emulator's pages as a browser uses them: read the page, change some fields, send all of them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import httpx2
from emulator_http import Emulator

ORIGIN = "http://quickbooks.test"


class _Fields(HTMLParser):
    """Names and values of a page's form that is sent by POST."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._inside = False
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "form":
            self._inside = held.get("method") == "post"
        if not self._inside:
            return
        name, value = held.get("name") or "", held.get("value") or ""
        if tag == "input" and (held.get("type") != "checkbox" or "checked" in held):
            self.values[name] = value
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in held:
            self.values[self._select] = value
        elif tag == "textarea":
            self._area = name
            self.values[name] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._inside = False


def read_form(answer: httpx2.Response) -> dict[str, str]:
    """What the form on a page would send."""
    fields = _Fields()
    fields.feed(answer.text)
    return fields.values


def send(emulator: Emulator, address: str, values: dict[str, str], origin: str = ORIGIN) -> httpx2.Response:
    """Send a form."""
    return emulator.call("POST", address, data=values, headers={"Origin": origin})


def fill(emulator: Emulator, address: str, **changes: Any) -> httpx2.Response:
    """Open a form, change some fields (None: a box that is not ticked any more), send it."""
    values = read_form(emulator.call("GET", address)) | changes.pop("more", {}) | changes
    return send(emulator, address, {name: value for name, value in values.items() if value is not None})
