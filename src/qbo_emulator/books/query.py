"""Answering a query: which rows fit, in which order, which page of them (section 5.1).

A small set of rows that an index gives is sorted; otherwise all rows are walked in an order that is kept up, as far as
the page needs, and where an index gives a large set, only its rows are taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from qbo_emulator.books import faults, operations, profile, query_fields, taxes, unmodelled
from qbo_emulator.books.company import DEFINITIONS, Company
from qbo_emulator.books.ordered import Ordered
from qbo_emulator.books.query_fields import Property
from qbo_emulator.books.query_filters import Filter, Test, narrowed, understand
from qbo_emulator.books.query_kinds import Read
from qbo_emulator.books.query_syntax import Query, parse
from qbo_emulator.books.table import Row, Table
from qbo_emulator.books.wire import Obj

DEFAULT_PAGE, LARGEST_PAGE = 100, 1000  # F1.1-8


@dataclass(frozen=True, slots=True)
class _Search:
    """A query with its names understood. `order` has True for descending."""

    entity: str
    filters: tuple[Filter, ...]
    order: tuple[tuple[Property, bool], ...]
    start: int
    limit: int
    only_system_agencies: bool

    def tests(self, filters: tuple[Filter, ...]) -> list[Test]:
        """What a row has to pass: these filters, and what the entity asks for. Inactive entries are hidden unless the
        query speaks of Active (F5.1-7).
        """
        tests = [one.test() for one in filters]
        if self.only_system_agencies:
            tests.append(taxes.is_of_the_system)
        hides = "Active" in query_fields.FIELDS[self.entity] and all(one.prop.name != "Active" for one in self.filters)
        return [*tests, lambda row: row.data.get("Active") is not False] if hides else tests


def _entity(company: Company, name: str) -> str:
    """The entity's exact name. Whether its case matters is a setting, for the documentation says both (F5.1-5)."""
    found = operations.BY_PATH.get(name.lower())
    if found is None:
        unmodelled.refuse_known(name)
    if found is None or (company.choices.query_entity_names == "exact" and found != name):
        raise faults.senseless(f"invalid context declaration: {name}")
    return found


def _understood(company: Company, query: Query) -> _Search:
    entity = _entity(company, query.entity)
    known = DEFINITIONS[entity].order
    for name in query.columns:
        query_fields.require_known(entity, name, known)
    filters = tuple(
        understand(one, query_fields.find(entity, one.prop, known), company.today()) for one in query.conditions
    )
    order = query.order or query_fields.default_order(entity, company.choices.query_transaction_order)
    sorting = tuple((query_fields.find(entity, name, known), descending) for name, descending in order)
    start, limit = _window(query)
    in_us = company.settings.country == "US"  # F7.9-4
    return _Search(entity, filters, sorting, start, limit, only_system_agencies=entity == "TaxAgency" and in_us)


def _window(query: Query) -> tuple[int, int]:
    """First index and number of rows; positions count from 1 (F5.1-9), larger pages are cut."""
    for value in (query.start, query.limit):
        if value is not None and value < 1:
            raise faults.senseless(f"value {value} is too small. Min allowed value is 1")
    start = (query.start or 1) - 1
    return start, min(query.limit or DEFAULT_PAGE, LARGEST_PAGE)


def _table(company: Company, entity: str) -> Table:
    """The entity's rows; of those that a company has one of, as the settings are now."""
    if entity in profile.SINGLETONS:
        profile.current(company, entity)
    return company.tables[entity]


def _passing(rows: Iterable[Row], tests: list[Test]) -> Iterator[Row]:
    passing = iter(rows)
    for test in tests:
        passing = filter(test, passing)
    return passing


def _ordered(table: Table, search: _Search) -> Iterator[Row]:
    """All rows that fit, in order. A few are sorted, many are met on a walk along all."""
    found = narrowed(table, search.filters)
    tests = search.tests(found.filters)
    if found.rows is not None and len(found.rows) * 8 <= len(table) + 1000:
        return iter(_sorted(_passing(found.rows, tests), search))
    directions = {descending for _, descending in search.order}
    if len(directions) == 2:
        rows = table.rows.values() if found.rows is None else found.rows
        return iter(_sorted(_passing(rows, tests), search))
    walk = _along(table, search).walk(directions.pop())
    if found.rows is None:
        return _passing(walk, tests)
    ids = {row.id for row in found.rows}
    return _passing((row for row in walk if row.id in ids), tests)


def _along(table: Table, search: _Search) -> Ordered:
    """All rows ascending by what the search is sorted by. Ties are broken by id, so that an Id at the end is no key."""
    props = [prop for prop, _ in search.order]
    if props[-1] == query_fields.BY_ID:
        props.pop()
    return table.ordered(tuple(prop.name for prop in props), _key([prop.kind.order(prop.name) for prop in props]))


def _key(reads: list[Read]) -> Read:
    """What several readers give, so made that the usual one or none cost nothing more."""
    if len(reads) < 2:
        return reads[0] if reads else lambda _row: 0
    return lambda row: tuple(read(row) for read in reads)


def _sorted(rows: Iterable[Row], search: _Search) -> list[Row]:
    """Equal ones by id, in the direction of the last property."""
    by_id = (query_fields.BY_ID, search.order[-1][1])
    ordered = list(rows)
    for prop, descending in reversed((*search.order, by_id)):
        ordered.sort(key=prop.kind.order(prop.name), reverse=descending)
    return ordered


def _count(table: Table, search: _Search) -> int:
    found = narrowed(table, search.filters)
    rows = table.rows.values() if found.rows is None else found.rows
    return sum(1 for _ in _passing(rows, search.tests(found.filters)))


def _shown(entity: str, data: Obj) -> Obj:
    """Query answers leave a customer's DefaultTaxCodeRef out (F3.6-1)."""
    if entity == "Customer" and "DefaultTaxCodeRef" in data:
        return {name: value for name, value in data.items() if name != "DefaultTaxCodeRef"}
    return data


def run(company: Company, text: str, most: int = LARGEST_PAGE) -> Obj:
    """What stands under QueryResponse; at most `most` objects, whole ones whatever columns were named (F5.1-2).

    Faults 4000 (cannot be parsed), 4001 (asks for what there is not), 500 (an entity that is not modelled).
    """
    query = parse(text)
    search = _understood(company, query)
    table = _table(company, search.entity)
    if query.count:
        return {"totalCount": _count(table, search)}  # F5.1-12
    page = islice(_ordered(table, search), search.start, search.start + min(search.limit, most))
    found = [_shown(search.entity, row.data) for row in page]
    if not found:
        return {}  # F5.1-10
    answer: Obj = {search.entity: found, "startPosition": search.start + 1, "maxResults": len(found)}
    return {**answer, "totalCount": _count(table, search)} if company.choices.query_total_count else answer
