"""The books as they were some seconds ago: copies of a company's tables that every write reaches late.

QuickBooks' own queries may lag behind writes. A copy is made when a rule asks for its lag, so it knows no time before
that, and costs indexes but shares the rows' data.
"""

from __future__ import annotations

import copy
from collections import deque
from datetime import datetime, timedelta

from qbo_emulator.books.company import Company
from qbo_emulator.books.table import Table
from qbo_emulator.books.wire import Obj
from qbo_emulator.clock import Clock


class _LateTable:
    """One table's copy, and what has not reached it yet."""

    def __init__(self, table: Table, lag: timedelta, clock: Clock) -> None:
        self._clock = clock
        self._lag = lag
        self._waiting: deque[tuple[datetime, str, Obj | None, int | None]] = deque()
        self.copy = table.copied()
        table.followers.append(self._follow)
        self._table = table

    def _follow(self, row_id: str, data: Obj | None, at: int | None) -> None:
        self._waiting.append((self._clock.now() + self._lag, row_id, data, at))
        self.catch_up()

    def catch_up(self) -> None:
        """Let in what is old enough by now."""
        now = self._clock.now()
        while self._waiting and self._waiting[0][0] <= now:
            _, row_id, data, at = self._waiting.popleft()
            self.copy.put(row_id, data, at)

    def leave(self) -> None:
        """Hear of no further change."""
        self._table.followers.remove(self._follow)


class LateCompany:
    """One company, so many seconds ago."""

    def __init__(self, company: Company, seconds: float) -> None:
        self.company = company
        self._tables = {
            name: _LateTable(table, timedelta(seconds=seconds), company.clock) for name, table in company.tables.items()
        }

    def view(self) -> Company:
        """The company to be queried; nothing may be written in it. Its settings are those of the present."""
        seen = copy.copy(self.company)
        for table in self._tables.values():
            table.catch_up()
        seen.tables = {name: table.copy for name, table in self._tables.items()}
        return seen

    def leave(self) -> None:
        """Hear of no further change."""
        for table in self._tables.values():
            table.leave()


class Lags:
    """All late companies by realm and seconds."""

    def __init__(self) -> None:
        self._late: dict[str, dict[float, LateCompany]] = {}

    def keep(self, company: Company, wanted: set[float]) -> None:
        """Have exactly these lags of a company; those that there are go on."""
        held = self._late.get(company.realm_id, {})
        if not wanted and not held:
            return
        for seconds in [one for one in held if one not in wanted or held[one].company is not company]:
            held.pop(seconds).leave()
        self._late[company.realm_id] = held | {
            seconds: LateCompany(company, seconds) for seconds in wanted if seconds not in held
        }

    def view(self, company: Company, seconds: float) -> Company:
        """The company so many seconds ago. KeyError if this lag is not kept."""
        return self._late[company.realm_id][seconds].view()
