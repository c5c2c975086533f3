"""Whatever is sent, the books answer with an object or a fault, never a surprise, and a refusal leaves no trace.

What the answer should be is for the tests of each entity.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from emulator_books import NOW, fresh, link, sales_line, uk, write
from hypothesis import given, settings
from hypothesis import strategies as st

from qbo_emulator.books import operations, profile
from qbo_emulator.books.company import DEFINITIONS, SALES_FORMS, Company
from qbo_emulator.books.faults import Fault
from qbo_emulator.books.operations import Options
from qbo_emulator.books.seed import create
from qbo_emulator.clock import ManualClock

WRITABLE = [name for name in DEFINITIONS if not name.startswith("Tax")]
_INNER = (
    *("Amount", "DetailType", "SalesItemLineDetail", "DiscountLineDetail", "LinkedTxn", "Id", "LineNum"),
    *("Description", "ItemRef", "Qty", "UnitPrice", "TaxCodeRef", "PercentBased", "DiscountPercent", "TxnId"),
    *("TxnType", "value", "name", "Line1", "Address", "FreeFormNumber", "TotalTax", "TxnTaxCodeRef"),
    *("TaxLine", "TaxLineDetail", "TaxRateRef", "TaxInclusiveAmt", "City", "CountrySubDivisionCode", "ServiceDate"),
)
_WORDS = (
    *("", " ", "1", "2", "99", "-1", "1.5", "1e400", "NaN", "TAX", "NON", "Invoice", "Service", "Income", "true"),
    *("SalesItemLineDetail", "DiscountLineDetail", "DescriptionOnly", "2026-01-05", "2026-02-30", "a@b.c", "Ada"),
    *("CreditMemo", "TaxLineDetail", "TaxExcluded", "TaxInclusive", "NotApplicable", "SHIPPING_ITEM_ID", "10"),
)
words = st.sampled_from(_WORDS) | st.text(max_size=8)
numbers = st.integers(-(10**30), 10**30) | st.decimals(-(10**6), 10**6) | st.just(Decimal("1E+30"))
leaves = st.none() | st.booleans() | words | numbers
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_INNER), inner, max_size=5),
    max_leaves=12,
)


# Ids of what is prepared: transactions share one sequence.
_IDS = {"CreditMemo": "2", "SalesReceipt": "3", "RefundReceipt": "4", "Payment": "5"}


def _prepared(build: Callable[[ManualClock], Company] = fresh) -> Company:
    """A company that allows everything, with one of each kind of transaction, the payment on the first two."""
    company = build(ManualClock(NOW))
    for name in ("allow_deposit", "allow_shipping", "auto_apply_credit", "auto_apply_payments"):
        setattr(company.settings, name, True)
    profile.refresh(company)
    write(company, "Customer", DisplayName="Ada")
    line = sales_line("1", "10", "1" if build is uk else None)
    for entity in SALES_FORMS:
        money = {"DepositToAccountRef": {"value": "10"}} if entity == "RefundReceipt" else {}
        create(company, entity, {"CustomerRef": {"value": "1"}, "Line": [line], **money})
    lines = [link("1", "8"), link("2", "5", "CreditMemo")]
    create(company, "Payment", {"CustomerRef": {"value": "1"}, "TotalAmt": Decimal(3), "Line": lines})
    return company


def _state(company: Company) -> dict[str, dict[str, Any]]:
    return {name: {row.id: row.data for row in table.rows.values()} for name, table in company.tables.items()}


@pytest.mark.parametrize("entity", WRITABLE)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_any_body_gets_an_answer(entity: str, data: st.DataObject) -> None:
    names = st.sampled_from([*DEFINITIONS[entity].order, "Id", "SyncToken", "sparse"])
    body = data.draw(st.dictionaries(names, values, max_size=8))
    company = _prepared(data.draw(st.sampled_from([fresh, uk])))
    if data.draw(st.booleans()):
        row = company.tables[entity].get(_IDS.get(entity, "1"))
        token = row.data["SyncToken"] if row else "0"
        body |= {"Id": _IDS.get(entity, "1"), "SyncToken": token, "sparse": data.draw(st.booleans())}
    options = Options(void=data.draw(st.booleans()) and data.draw(st.booleans()))
    before = _state(company)
    try:
        answer = operations.write(company, entity, body, options)
        assert answer["Id"]
    except Fault as fault:
        assert fault.errors
        assert _state(company) == before


@pytest.mark.parametrize("entity", [*SALES_FORMS, "Payment"])
@given(body=values, build=st.sampled_from([fresh, uk]))
@settings(max_examples=60, deadline=None)
def test_any_line_gets_an_answer(entity: str, body: Any, build: Callable[[ManualClock], Company]) -> None:
    money = {"TotalAmt": Decimal(9), "DepositToAccountRef": {"value": "10"}}
    sent = {"CustomerRef": {"value": "1"}, "Line": body, **(money if entity in ("Payment", "RefundReceipt") else {})}
    company = _prepared(build)
    before = _state(company)
    try:
        assert operations.write(company, entity, sent, Options())["Id"]
    except Fault:
        assert _state(company) == before
