"""Lists: search, filters, sorting and paging as the address says them, the same on every page; counts are capped.

A list shows `PAGE` rows; the count stops at `CAP`, since nobody reads past it and counting all of them is what makes
lists slow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpRequest

PAGE = 50
CAP = 10_000
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks of a list. `sort` is a key of the list's sorts, "-" in front for descending."""

    search: str
    filters: Mapping[str, str]
    sort: str
    number: int

    def address(self, **changes: str | int) -> str:
        """The query string with some values changed; empty ones are left out."""
        values: dict[str, str | int] = {"q": self.search, "sort": self.sort, "page": self.number, **self.filters}
        values |= changes
        return "?" + urlencode({name: value for name, value in values.items() if value not in ("", 1)})


def asked(request: HttpRequest, *, filters: Mapping[str, Sequence[str]], sorts: Sequence[str], default: str) -> Asked:
    """Reads the address; values that are not offered count as not given. `filters` maps names to allowed values."""
    chosen = {name: request.GET.get(name, "") for name in filters}
    sort = request.GET.get("sort", "")
    number = request.GET.get("page", "1")
    return Asked(
        search=request.GET.get("q", "").strip()[:200].replace("\x00", ""),
        filters={name: value for name, value in chosen.items() if value in filters[name]},
        sort=sort if sort.removeprefix("-") in sorts else default,
        number=_page_number(number),
    )


def _page_number(typed: str) -> int:
    """The page asked for: the first for what is no number, at most one past the last that a list can have."""
    is_number = typed.isascii() and typed.isdigit() and len(typed) < 10
    return max(1, min(int(typed), CAP // PAGE + 1)) if is_number else 1


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """One page of a list: its rows, and how many there are in all (at most CAP; then `capped`)."""

    rows: Sequence[M]
    total: int
    capped: bool
    asked: Asked

    @property
    def first(self) -> int:
        return (self.asked.number - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def previous(self) -> str:
        """The address of the page before, "" on the first."""
        return self.asked.address(page=self.asked.number - 1) if self.asked.number > 1 else ""

    @property
    def following(self) -> str:
        """The address of the next page, "" on the last."""
        return self.asked.address(page=self.asked.number + 1) if self.last < self.total else ""


def page_of(found: QuerySet[M], wanted: Asked) -> Page[M]:
    """The page asked for: a capped count and `rows_of`."""
    total = found.order_by()[: CAP + 1].count()
    return Page(rows_of(found, wanted), min(total, CAP), total > CAP, wanted)


def rows_of(found: QuerySet[M], wanted: Asked) -> list[M]:
    """The rows of the page asked for: one query for the first page, two for later ones.

    There the ids are found first, so that the thousands of rows that are skipped are not joined with anything.
    """
    start = (wanted.number - 1) * PAGE
    if not start:
        return list(found[:PAGE])
    ids = list(found.values_list("pk", flat=True)[start : start + PAGE])
    return list(found.filter(pk__in=ids)) if ids else []


def sort_links(wanted: Asked, names: Mapping[str, str]) -> list[dict[str, Any]]:  # Any: plain values for a template
    """For each sortable column: its name, the address that sorts by it (or turns it round), and how it sorts now."""
    found = []
    for key, name in names.items():
        now = wanted.sort.removeprefix("-") == key
        descending = now and wanted.sort.startswith("-")
        target = key if not now or descending else f"-{key}"
        state = ("descending" if descending else "ascending") if now else "none"
        found.append({"key": key, "name": name, "address": wanted.address(sort=target, page=1), "state": state})
    return found
