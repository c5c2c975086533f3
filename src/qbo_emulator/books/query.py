"""Finding rows: which properties can be filtered, how values compare, default order, paging (section 5.1).

An equality on an indexed property, an id or a time of change is looked up; the rest of the conditions are tried on
what that leaves. Sorted lists are kept until the table changes.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any  # a value of whatever kind a property has

from qbo_emulator.books import faults, operations
from qbo_emulator.books.company import TRANSACTIONS, Company
from qbo_emulator.books.pacific import parse_moment
from qbo_emulator.books.query_syntax import Condition, Query, parse
from qbo_emulator.books.table import Row, Table
from qbo_emulator.books.wire import Obj, fold

DEFAULT_PAGE, LARGEST_PAGE = 100, 1000  # F1.1-8

_PERSON = {
    "Id": "id",
    "Active": "bool",
    "DisplayName": "text",
    "GivenName": "text",
    "MiddleName": "text",
    "FamilyName": "text",
    "CompanyName": "text",
    "PrintOnCheckName": "text",
    "PrimaryEmailAddr": "email",
}
_LIST = {"Id": "id", "Name": "text", "Active": "bool"}
_TXN = {"Id": "id", "TxnDate": "text", "CustomerRef": "ref"}
_FORM = {"DocNumber": "text"}
# Which properties can be filtered and sorted (F5.1-6); MetaData's times are added to all.
FILTERS: dict[str, dict[str, str]] = {
    "Customer": {
        **_PERSON,
        "FullyQualifiedName": "text",
        "Balance": "number",
    },
    "Vendor": {**_PERSON, "Balance": "number"},
    "Employee": _PERSON,
    "Item": {**_LIST, "Sku": "text", "Type": "text", "FullyQualifiedName": "text"},
    "Account": {
        **_LIST,
        "AccountType": "text",
        "AccountSubType": "text",
        "Classification": "text",
        "FullyQualifiedName": "text",
    },
    "PaymentMethod": {**_LIST, "Type": "text"},
    "Term": _LIST,
    "TaxCode": _LIST,
    "TaxRate": _LIST,
    "TaxAgency": {"Id": "id", "DisplayName": "text"},
    "Invoice": {**_TXN, **_FORM, "DueDate": "text", "Balance": "number", "SalesTermRef": "ref"},
    "CreditMemo": {**_TXN, **_FORM, "Balance": "number", "RemainingCredit": "number"},
    "SalesReceipt": {**_TXN, **_FORM},
    "RefundReceipt": {**_TXN, **_FORM},
    "Deposit": {"Id": "id", "TxnDate": "text", "TotalAmt": "number"},
    "Payment": {**_TXN, "TotalAmt": "number", "PaymentRefNum": "text", "PaymentMethodRef": "ref"},
    "Preferences": {"Id": "id"},
    "CompanyInfo": {"Id": "id"},
}
_TIMES = {"MetaData.CreateTime": "time", "MetaData.LastUpdatedTime": "time"}
# Default order of lists (F5.1-8): by name in byte order. Transactions: newest first, our reading of what was
# recorded.
_NAME_ORDER = {"Customer": "FullyQualifiedName", "Item": "FullyQualifiedName", "Account": "FullyQualifiedName"}

Read = Callable[[Row], Any]
Test = Callable[[Row], bool]


def _invalid(text: str) -> faults.Fault:
    return faults.senseless(text)


def _entity(name: str) -> str:
    """The entity's exact name; upper and lower case do not matter here (F5.1-5)."""
    found = operations.BY_PATH.get(name.lower())
    if found is None:
        raise _invalid(f"invalid context declaration: {name}")
    return found


def _property(entity: str, name: str) -> tuple[str, str]:
    """Exact name and kind of a filterable property."""
    for known, kind in (*FILTERS[entity].items(), *_TIMES.items()):
        if known.lower() == name.lower():
            return known, kind
    raise _invalid(f"property '{name}' not found for entity {entity}, or it cannot be filtered")


def _reader(prop: str, kind: str) -> Read:
    """What a row is compared and sorted by."""
    if kind == "time":
        created = prop.endswith("CreateTime")
        return lambda row: row.created_at if created else row.changed_at
    if kind == "id":
        return lambda row: row.id
    if kind == "ref":
        return lambda row: (row.data.get(prop) or {}).get("value")
    if kind == "email":
        return lambda row: fold((row.data.get(prop) or {}).get("Address", ""))
    if kind == "text":
        return lambda row: fold(row.data.get(prop, ""))
    return lambda row: row.data.get(prop)


def _bool(text: str) -> bool:
    words = {"true": True, "false": False, "1": True, "0": False}
    if text.strip().lower() not in words:
        raise _invalid(f"value {text} is not a boolean")
    return words[text.strip().lower()]


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text.strip())
    except InvalidOperation as error:
        raise _invalid(f"value {text} is not a number") from error
    if not value.is_finite():
        raise _invalid(f"value {text} is not a number")
    return value


def _moment(text: str) -> int:
    try:
        return parse_moment(text.strip())
    except (ValueError, OverflowError) as error:
        raise _invalid(f"value {text} is not a date and time") from error


def _value(company: Company, kind: str, text: str) -> Any:
    """A written value in the form that rows are compared by."""
    if text.upper() == "CURRENT_DATE":
        text = company.today().isoformat()
    if kind == "bool":
        return _bool(text)
    if kind == "number":
        return _decimal(text)
    if kind == "time":
        return _moment(text)
    return text.strip() if kind in ("id", "ref") else fold(text)


def _like(pattern: str) -> re.Pattern[str]:
    """LIKE knows only % (F5.1-3)."""
    return re.compile(".*".join(re.escape(part) for part in fold(pattern).split("%")), re.DOTALL)


_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _compare(read: Read, sign: str, wanted: Any) -> Test:
    """The row's value against one wanted value; a missing one compares false."""
    if sign == "=":
        return lambda row: bool(read(row) == wanted)
    compare = _SIGNS[sign]
    return lambda row: (held := read(row)) is not None and compare(held, wanted)


def _test(company: Company, entity: str, condition: Condition) -> Test:
    """The test that a condition puts to a row. Id knows only = and IN (F5.1-3)."""
    prop, kind = _property(entity, condition.prop)
    read = _reader(prop, kind)
    if kind == "id" and condition.operator not in ("=", "in"):
        raise _invalid(f"operator {condition.operator} is not supported for property Id")
    if condition.operator == "like":
        if kind not in ("text", "email"):
            raise _invalid(f"operator LIKE is not supported for property {prop}")
        pattern = _like(condition.values[0])
        return lambda row: pattern.fullmatch(read(row)) is not None
    if condition.operator == "in":
        wanted = {_value(company, kind, text) for text in condition.values}
        return lambda row: read(row) in wanted
    if kind in ("bool", "ref") and condition.operator != "=":
        raise _invalid(f"operator {condition.operator} is not supported for property {prop}")
    return _compare(read, condition.operator, _value(company, kind, condition.values[0]))


def _index_keys(company: Company, entity: str, table: Table, condition: Condition) -> list[object] | None:
    """The keys under which an index holds the rows that fit; None if no index helps."""
    prop, kind = _property(entity, condition.prop)
    if not table.indexed(prop):
        return None
    if condition.operator in ("=", "in"):
        return [fold(_value(company, kind, text)) for text in condition.values]
    if prop != "TxnDate" or condition.operator not in _SIGNS:
        return None
    wanted, compare = _value(company, kind, condition.values[0]), _SIGNS[condition.operator]
    return [day for day in table.keys(prop) if compare(day, wanted)]  # there are few distinct days


def _by_id_or_time(entity: str, table: Table, condition: Condition) -> list[Row] | None:
    """Rows by id, or by time of change; None if the condition is about neither."""
    prop, kind = _property(entity, condition.prop)
    if kind == "id":
        return [row for text in dict.fromkeys(condition.values) if (row := table.get(text.strip())) is not None]
    if prop == "MetaData.LastUpdatedTime" and condition.operator in (">", ">="):
        ids = table.changed_since(_moment(condition.values[0]))
        return [table.rows[row_id] for row_id in ids if row_id in table.rows]
    return None


def _candidates(company: Company, entity: str, query: Query) -> Iterable[Row] | None:
    """The smallest set of rows that an index gives; None if there is none."""
    table = company.tables[entity]
    for condition in query.conditions:
        rows = _by_id_or_time(entity, table, condition)
        if rows is not None:
            return rows
    found = []
    for condition in query.conditions:
        keys = _index_keys(company, entity, table, condition)
        if keys is not None:
            prop = _property(entity, condition.prop)[0]
            found.append((table.count(prop, keys), prop, keys))
    if not found:
        return None
    _, prop, keys = min(found, key=lambda entry: entry[0])
    return table.find(prop, keys)


def _sort_keys(entity: str, query: Query) -> list[tuple[Read, bool]]:
    """How to sort, the most important key first."""
    if query.order:
        keys = []
        for name, descending in query.order:
            prop, kind = _property(entity, name)
            keys.append((_sortable(prop, kind), descending))
        return keys
    if entity in TRANSACTIONS:
        return [(lambda row: row.data["TxnDate"], True), (lambda row: int(row.id), True)]
    name = _NAME_ORDER.get(entity) or ("Name" if "Name" in FILTERS[entity] else "DisplayName")
    return [(lambda row: row.data.get(name, ""), False)]


def _sortable(prop: str, kind: str) -> Read:
    """A reader whose values can always be compared with each other; what is absent comes first."""
    if kind in ("id", "ref"):
        read = _reader(prop, kind)
        return lambda row: (0, int(value)) if (value := str(read(row) or "")).isdigit() else (1, value)
    if kind == "text":
        return lambda row: str(row.data.get(prop, ""))
    read = _reader(prop, kind)
    return lambda row: (False, 0) if (value := read(row)) is None else (True, value)


def _sort(rows: Iterable[Row], keys: list[tuple[Read, bool]]) -> list[Row]:
    ordered = list(rows)
    for read, descending in reversed(keys):
        ordered.sort(key=read, reverse=descending)
    return ordered


def _ordered(company: Company, entity: str, query: Query) -> list[Row]:
    """Every matching row, in order unless they are only counted.

    A whole sorted table is kept until it changes, for the next page.
    """
    table = company.tables[entity]
    rows = _candidates(company, entity, query)
    tests = [_test(company, entity, condition) for condition in query.conditions]
    hides = "Active" in FILTERS[entity] and not any(c.prop.lower() == "active" for c in query.conditions)
    if hides:  # F5.1-7
        tests.append(lambda row: row.data.get("Active") is not False)
    if query.count:
        held = table.rows.values() if rows is None else rows
        return [row for row in held if all(test(row) for test in tests)]
    keys = _sort_keys(entity, query)
    if rows is None:
        rows = _whole_table(table, query.order, keys)
        return [row for row in rows if all(test(row) for test in tests)] if tests else rows
    return _sort((row for row in rows if all(test(row) for test in tests)), keys)


def _whole_table(table: Table, order: tuple[tuple[str, bool], ...], keys: list[tuple[Read, bool]]) -> list[Row]:
    kept = table.sorted.get(order)
    if kept is None or kept[0] != table.version:
        kept = (table.version, _sort(table.rows.values(), keys))
        table.sorted[order] = kept
    return kept[1]


def _window(query: Query) -> tuple[int, int]:
    """First index and number of rows; positions count from 1 (F5.1-9), larger pages are cut."""
    for value in (query.start, query.limit):
        if value is not None and value < 1:
            raise _invalid(f"value {value} is too small. Min allowed value is 1")
    start = (query.start or 1) - 1
    return start, min(query.limit or DEFAULT_PAGE, LARGEST_PAGE)


def _shown(entity: str, data: Obj) -> Obj:
    """Query answers leave a customer's DefaultTaxCodeRef out (F3.6-1)."""
    if entity == "Customer" and "DefaultTaxCodeRef" in data:
        return {name: value for name, value in data.items() if name != "DefaultTaxCodeRef"}
    return data


def run(company: Company, text: str, most: int = LARGEST_PAGE) -> Obj:
    """What stands under QueryResponse; at most `most` objects. Faults 4000 and 4001."""
    query = parse(text)
    entity = _entity(query.entity)
    start, limit = _window(query)
    if entity in operations.SINGLETONS:
        found = [operations.SINGLETONS[entity](company)]
    elif query.count:
        return {"totalCount": len(_ordered(company, entity, query))}
    else:
        rows = _ordered(company, entity, query)[start : start + min(limit, most)]
        found = [_shown(entity, row.data) for row in rows]
    if query.count:
        return {"totalCount": len(found)}
    if not found:
        return {}  # F5.1-10
    return {entity: found, "startPosition": start + 1, "maxResults": len(found)}
