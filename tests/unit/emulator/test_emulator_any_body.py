"""Whatever is sent, the books answer with an object or a fault, never a surprise, and a refusal leaves no trace.

What the answer should be is for the tests of each entity.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from emulator_books import NOW, fresh, write
from hypothesis import given, settings
from hypothesis import strategies as st

from qbo_emulator.books import operations
from qbo_emulator.books.company import DEFINITIONS, Company
from qbo_emulator.books.faults import Fault
from qbo_emulator.books.operations import Options
from qbo_emulator.books.seed import create
from qbo_emulator.clock import ManualClock

WRITABLE = [name for name in DEFINITIONS if not name.startswith("Tax")]
_INNER = (
    *("Amount", "DetailType", "SalesItemLineDetail", "DiscountLineDetail", "LinkedTxn", "Id", "LineNum"),
    *("Description", "ItemRef", "Qty", "UnitPrice", "TaxCodeRef", "PercentBased", "DiscountPercent", "TxnId"),
    *("TxnType", "value", "name", "Line1", "Address", "FreeFormNumber", "TotalTax", "TxnTaxCodeRef"),
)
_WORDS = (
    *("", " ", "1", "2", "99", "-1", "1.5", "1e400", "NaN", "TAX", "NON", "Invoice", "Service", "Income", "true"),
    *("SalesItemLineDetail", "DiscountLineDetail", "DescriptionOnly", "2026-01-05", "2026-02-30", "a@b.c", "Ada"),
)
words = st.sampled_from(_WORDS) | st.text(max_size=8)
numbers = st.integers(-(10**30), 10**30) | st.decimals(-(10**6), 10**6) | st.just(Decimal("1E+30"))
leaves = st.none() | st.booleans() | words | numbers
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_INNER), inner, max_size=5),
    max_leaves=12,
)


def _prepared() -> Company:
    company = fresh(ManualClock(NOW))
    write(company, "Customer", DisplayName="Ada")
    line = {"Amount": Decimal(10), "DetailType": "SalesItemLineDetail"}
    detail = {"ItemRef": {"value": "1"}}
    create(company, "Invoice", {"CustomerRef": {"value": "1"}, "Line": [{**line, "SalesItemLineDetail": detail}]})
    create(company, "Payment", {"CustomerRef": {"value": "1"}, "TotalAmt": Decimal(3)})
    return company


def _state(company: Company) -> dict[str, dict[str, Any]]:
    return {name: {row.id: row.data for row in table.rows.values()} for name, table in company.tables.items()}


@pytest.mark.parametrize("entity", WRITABLE)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_any_body_gets_an_answer(entity: str, data: st.DataObject) -> None:
    names = st.sampled_from([*DEFINITIONS[entity].order, "Id", "SyncToken", "sparse"])
    body = data.draw(st.dictionaries(names, values, max_size=8))
    if data.draw(st.booleans()):
        body |= {"Id": "1", "SyncToken": "0", "sparse": data.draw(st.booleans())}
    options = Options(void=data.draw(st.booleans()) and data.draw(st.booleans()))
    company = _prepared()
    before = _state(company)
    try:
        answer = operations.write(company, entity, body, options)
        assert answer["Id"]
    except Fault as fault:
        assert fault.errors
        assert _state(company) == before


@given(body=values)
@settings(max_examples=100, deadline=None)
def test_any_line_gets_an_answer(body: Any) -> None:
    sent = {"CustomerRef": {"value": "1"}, "Line": body, "DocNumber": None}
    company = _prepared()
    before = _state(company)
    try:
        assert operations.write(company, "Invoice", sent, Options())["Line"]
    except Fault:
        assert _state(company) == before
