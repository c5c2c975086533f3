"""Cutting a long list into pages, and finding in it. The order of a list is remembered until its table changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, TypeVar
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from starlette.requests import Request

from qbo_emulator.books.table import Row, Table
from qbo_emulator.books.wire import fold
from qbo_emulator.pages.html import Html, link, tag

SIZE = 50
LONGEST_SEARCH = 100


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of the rows of a list: which, of how many, and at which number (from 1) it stands."""

    rows: Sequence[T]
    total: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // SIZE))


class Orders:
    """Rows of tables in an order, kept as long as the tables' versions stay."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Table, dict[str, tuple[list[int], list[Row]]]] = WeakKeyDictionary()

    def rows(
        self, tables: Sequence[Table], name: str, key: Callable[[Row], tuple[str, ...]], *, reverse: bool = False
    ) -> list[Row]:
        """All rows of the tables together by `key`; `name` is the order's own among those of the first table."""
        kept = self._kept.setdefault(tables[0], {})
        versions = [table.version for table in tables]
        before, rows = kept.get(name, ([], []))
        if versions != before:
            rows = sorted(chain.from_iterable(table.rows.values() for table in tables), key=key, reverse=reverse)
            kept[name] = (versions, rows)
        return rows


def cut(rows: Sequence[T], request: Request) -> Page[T]:
    """The page that the address asks for; the nearest one there is if it asks for nonsense."""
    asked = request.query_params.get("page", "1")
    number = int(asked) if asked.isdecimal() and len(asked) < 10 else 1
    last = max(1, -(-len(rows) // SIZE))
    number = max(1, min(number, last))
    return Page(rows[(number - 1) * SIZE : number * SIZE], len(rows), number)


def wanted(request: Request) -> str:
    """What is searched for, in the form in which texts are compared."""
    return fold(request.query_params.get("q", "")[:LONGEST_SEARCH])


def with_query(request: Request, **changed: str) -> str:
    """This page's address with some of its query changed; empty values leave it out. The page number is dropped."""
    query = {**{key: value for key, value in request.query_params.items() if key != "page"}, **changed}
    text = urlencode({key: value for key, value in query.items() if value})
    return f"{request.url.path}?{text}" if text else request.url.path


def search(request: Request, label: str) -> Html:
    """A form that finds in the list; the chosen filter stays."""
    kept = [
        tag("input", type="hidden", name=key, value=value)
        for key, value in request.query_params.items()
        if key not in ("q", "page")
    ]
    field = tag("input", type="search", name="q", id="q", value=request.query_params.get("q", ""), maxlength="100")
    return tag(
        "form", kept, tag("label", label, for_="q"), field, tag("button", "Find"), class_="search", role="search"
    )


def pager(request: Request, page: Page[T]) -> Html:
    """Where one is in the list, and the way on."""
    first = (page.number - 1) * SIZE + 1
    said = f"{first:,}–{first + len(page.rows) - 1:,} of {page.total:,}" if page.total else "0"
    ways = [
        link(with_query(request, page=str(number)), words, rel=rel)
        for words, rel, number in (("Previous", "prev", page.number - 1), ("Next", "next", page.number + 1))
        if 1 <= number <= page.last
    ]
    return tag("nav", tag("span", said), ways, class_="pager", aria_label="Pages")
