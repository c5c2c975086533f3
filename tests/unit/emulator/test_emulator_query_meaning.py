"""A query finds what a naive look at all objects finds: conditions, hidden entries, order, pages, for every entity.

What is compared with reads nothing but the objects as answered, and knows nothing of kinds, indexes or tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

import pytest
from emulator_books import NOW, delete, fresh, pay, ref, sales_line, sample, sparse, write
from hypothesis import given, settings
from hypothesis import strategies as st

from qbo_emulator.books import query
from qbo_emulator.books.company import DEFINITIONS, Company
from qbo_emulator.books.query_fields import FIELDS
from qbo_emulator.clock import ManualClock


def _busy() -> Company:
    """A company whose objects differ in what is asked for: absent properties, equal names, several days and seconds."""
    clock = ManualClock(NOW)
    company = fresh(clock)
    for number in range(12):
        clock.advance(7)
        extra = {"CompanyName": "ACME"} if number % 3 else {}
        email = {"PrimaryEmailAddr": {"Address": f"c{number % 4}@example.com"}} if number % 2 else {}
        customer = write(company, "Customer", DisplayName=f"{'aAbB%_'[number % 6]}da {number}", **extra, **email)
        if number % 5 == 4:
            sparse(company, "Customer", customer, Active=False)
            continue
        day = {} if number % 4 else {"TxnDate": f"2025-12-{10 + number}"}
        invoice = write(
            company, "Invoice", CustomerRef=ref(customer), Line=[sales_line("1", str(10 * number + 1), "NON")], **day
        )
        if number % 2:
            pay(company, invoice, str(number + 1))
        elif number % 3:
            delete(company, "Invoice", invoice)
    return company


COMPANIES = {"busy": _busy(), "sample": sample()}
ENTITIES = [entity for entity in FIELDS if entity in DEFINITIONS]


def _everything(company: Company, entity: str) -> list[dict[str, Any]]:
    return [row.data for row in company.tables[entity].rows.values()]


def _held(data: dict[str, Any], path: str) -> Any:
    """What stands under a dotted name, a moment as such, a text without regard to case; None for nothing."""
    value: Any = data
    for name in path.split("."):
        if isinstance(value, list):
            value = value[0] if value else None
        value = value.get(name, value.get(name.lower())) if isinstance(value, dict) else None
    if isinstance(value, dict):
        value = value.get("value", value.get("Address"))
    if path.startswith("MetaData."):
        return datetime.fromisoformat(value)
    return value.casefold() if isinstance(value, str) else value


def _as(held: Any, text: str) -> Any:
    """The written value in the form of what is held."""
    if isinstance(held, bool):
        return text == "true"
    if isinstance(held, int | Decimal):
        return Decimal(text)
    return datetime.fromisoformat(text) if isinstance(held, datetime) else text.casefold()


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda held, wanted: held < wanted,
    "<=": lambda held, wanted: held <= wanted,
    ">": lambda held, wanted: held > wanted,
    ">=": lambda held, wanted: held >= wanted,
}


def _fits(data: dict[str, Any], path: str, sign: str, texts: list[str]) -> bool:
    held = _held(data, path)
    if sign in ("=", "in"):
        return any(held is None if text == " " else held is not None and held == _as(held, text) for text in texts)
    if held is None or texts[0] == " ":
        return False
    if sign == "like":
        pattern = "".join(".*" if part == "%" else re.escape(part) for part in texts[0].casefold())
        return re.fullmatch(pattern, held, re.DOTALL) is not None
    return _COMPARE[sign](held, _as(held, texts[0]))


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _shuffled_case(draw: st.DrawFn, word: str) -> str:
    return draw(st.sampled_from([word, word.upper(), word.lower()]))


@st.composite
def conditions(draw: st.DrawFn, company: Company, entity: str) -> tuple[str, str, list[str]]:
    """A property, an operator that it takes, and values that are near to what some object holds."""
    path = draw(st.sampled_from(list(FIELDS[entity])))
    sign = draw(st.sampled_from(sorted(FIELDS[entity][path].operators)))
    near = [_written(held) for data in _everything(company, entity) if (held := _held(data, path)) is not None]
    value = st.sampled_from([*near, " "])
    if sign == "in":
        return path, sign, draw(st.lists(value, min_size=1, max_size=4))
    text = draw(value)
    if sign == "like" and text != " ":
        cut = draw(st.integers(0, len(text)))
        text = draw(st.sampled_from([f"{text[:cut]}%", f"%{text[cut:]}", f"{text[:cut]}%%{text[cut:]}", "%", text]))
    return path, sign, [text]


def _rendered(draw: st.DrawFn, path: str, sign: str, texts: list[str]) -> str:
    quoted = ["'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'" for text in texts]
    held = f"({', '.join(quoted)})" if sign == "in" else quoted[0]
    return f"{_shuffled_case(draw, path)} {_shuffled_case(draw, sign)} {held}"


@pytest.mark.parametrize("name", COMPANIES)
@pytest.mark.parametrize("entity", ENTITIES)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_f5_1_3_a_query_finds_what_a_naive_look_finds(name: str, entity: str, data: st.DataObject) -> None:
    company = COMPANIES[name]
    chosen = data.draw(st.lists(conditions(company, entity), max_size=3))
    where = " and ".join(data.draw(st.composite(_rendered)(*one)) for one in chosen)
    whole = f"from {entity} {'where ' + where if where else ''}"
    visible = [
        one
        for one in _everything(company, entity)
        if one.get("Active") is not False or "Active" in {c[0] for c in chosen}
    ]
    wanted = [one["Id"] for one in visible if all(_fits(one, *condition) for condition in chosen)]
    found = query.run(company, f"select * {whole} maxresults 1000").get(entity, [])
    assert sorted(one["Id"] for one in found) == sorted(wanted)
    assert query.run(company, f"select count(*) {whole}") == {"totalCount": len(wanted)}


def _before(first: Any, second: Any) -> int:
    """Nothing comes before something."""
    if first == second:
        return 0
    if first is None or second is None:
        return -1 if first is None else 1
    return -1 if first < second else 1


@pytest.mark.parametrize("entity", ENTITIES)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_f5_1_8_pages_in_any_order_make_the_whole_list(entity: str, data: st.DataObject) -> None:
    company = COMPANIES["busy"]
    path = data.draw(
        st.sampled_from([name for name in FIELDS[entity] if "Id" not in name and not name.endswith("Ref")])
    )
    down = data.draw(st.booleans())
    size = data.draw(st.integers(1, 7))
    text = f"select * from {entity} orderby {path} {'desc' if down else ''} startposition {{}} maxresults {size}"
    found: list[dict[str, Any]] = []
    while page := query.run(company, text.format(len(found) + 1)):
        assert page["startPosition"] == len(found) + 1
        assert page["maxResults"] == len(page[entity])
        found += page[entity]
    assert sorted(one["Id"] for one in found) == sorted(
        one["Id"] for one in _everything(company, entity) if one.get("Active") is not False
    )
    values = [_exact(one, path) for one in found]
    assert values == sorted(values, key=cmp_to_key(_before), reverse=down)


def _exact(data: dict[str, Any], path: str) -> Any:
    """As held, but texts as they are written: names sort in byte order."""
    held = _held(data, path)
    if isinstance(held, str) and "." not in path and path != "PrimaryEmailAddr":
        return data[path]
    return held
