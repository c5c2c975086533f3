"""One request for a page of one company: everything that a page needs, so that pages are plain functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Row
from qbo_emulator.pages.paging import Orders
from qbo_emulator.world import World


class Missing(Exception):
    """What the address names is not in the books."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks for what. `typed` holds the fields of a sent form; it is None for a page that is only looked at."""

    world: World
    company: Company
    request: Request
    orders: Orders
    typed: Mapping[str, str] | None = None

    @property
    def id(self) -> str:
        """What the address names."""
        return str(self.request.path_params["id"])

    def row(self, *tables: str) -> Row:
        """The row of this id in the first of the tables that has it; Missing if none has."""
        return self.found(*tables)[1]

    def found(self, *tables: str) -> tuple[str, Row]:
        """The same with the name of its table."""
        for table in tables:
            row = self.company.tables[table].get(self.id)
            if row is not None:
                return table, row
        raise Missing

    def asked(self, name: str) -> str:
        """A value of the address' query; empty if it is not there."""
        return self.request.query_params.get(name, "")


Page: TypeAlias = Callable[[Visit], Response]
