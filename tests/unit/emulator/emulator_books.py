"""Small helpers for the tests of the emulator's books: companies on a clock that stands still, and short writes.

The moment is a Tuesday in January 2026, 10:00 in California.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from emulator_answers import require_definition

from qbo_emulator.books import operations, seed_fresh, seed_sample, seed_uk
from qbo_emulator.books.company import Company
from qbo_emulator.books.faults import Error, Fault
from qbo_emulator.books.operations import Options
from qbo_emulator.clock import ManualClock

NOW = datetime(2026, 1, 20, 18, 0, 0, tzinfo=UTC)
TODAY = "2026-01-20"


def fresh(clock: ManualClock | None = None) -> Company:
    """The company `fresh`."""
    return seed_fresh.build(clock or ManualClock(NOW))


def uk(clock: ManualClock | None = None) -> Company:
    """The company `uk`."""
    return seed_uk.build(clock or ManualClock(NOW))


def sample(clock: ManualClock | None = None) -> Company:
    """The company `sample`."""
    return seed_sample.build(clock or ManualClock(NOW))


def write(company: Company, entity: str, **body: Any) -> dict[str, Any]:
    """Create, or update if there is an Id."""
    return require_definition(entity, operations.write(company, entity, body, Options()))


def sparse(company: Company, entity: str, stored: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A sparse update of what was stored."""
    body = {"Id": stored["Id"], "SyncToken": stored["SyncToken"], "sparse": True, **fields}
    return write(company, entity, **body)


def void(company: Company, entity: str, stored: dict[str, Any]) -> dict[str, Any]:
    """Void by the current SyncToken."""
    token = operations.read(company, entity, stored["Id"])["SyncToken"]
    return operations.write(company, entity, {"Id": stored["Id"], "SyncToken": token}, Options(void=True))


def delete(company: Company, entity: str, stored: dict[str, Any]) -> dict[str, Any]:
    """Delete by the current SyncToken."""
    token = operations.read(company, entity, stored["Id"])["SyncToken"]
    return operations.write(company, entity, {"Id": stored["Id"], "SyncToken": token}, Options(delete=True))


def read(company: Company, entity: str, row_id: str) -> dict[str, Any]:
    """The object as it is."""
    return require_definition(entity, operations.read(company, entity, row_id))


def ref(stored: dict[str, Any] | str) -> dict[str, str]:
    """A reference to something stored, or to an id."""
    return {"value": stored if isinstance(stored, str) else stored["Id"]}


def sales_line(item: dict[str, Any] | str, amount: str, tax: str | None = None, **detail: Any) -> dict[str, Any]:
    """A priced line by its amount."""
    held: dict[str, Any] = {"ItemRef": ref(item), **detail}
    if tax is not None:
        held["TaxCodeRef"] = {"value": tax}
    return {"Amount": Decimal(amount), "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": held}


def discount_line(amount: str | None = None, percent: str | None = None) -> dict[str, Any]:
    """A discount by amount or percent."""
    if percent is not None:
        detail: dict[str, Any] = {"PercentBased": True, "DiscountPercent": Decimal(percent)}
        return {"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail}
    line: dict[str, Any] = {"DetailType": "DiscountLineDetail", "DiscountLineDetail": {"PercentBased": False}}
    return line if amount is None else {**line, "Amount": Decimal(amount)}


def pay(company: Company, invoice: dict[str, Any], amount: str, total: str | None = None) -> dict[str, Any]:
    """A payment on one invoice."""
    link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
    return write(
        company,
        "Payment",
        CustomerRef=ref(invoice["CustomerRef"]["value"]),
        TotalAmt=Decimal(total or amount),
        Line=[{"Amount": Decimal(amount), "LinkedTxn": [link]}],
    )


def link(stored: dict[str, Any] | str, amount: str, kind: str = "Invoice") -> dict[str, Any]:
    """A payment's line on a form."""
    row_id = stored if isinstance(stored, str) else stored["Id"]
    return {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": row_id, "TxnType": kind}]}


class refused:  # noqa: N801  # reads as a phrase: with refused("6240")
    """Expects a fault with this code; `error` is its first entry afterwards."""

    error: Error

    def __init__(self, code: str) -> None:
        self._code = code
        self._caught: Any = None
        self._context: Any = None

    def __enter__(self) -> refused:
        self._context = pytest.raises(Fault)
        self._caught = self._context.__enter__()
        return self

    def __exit__(self, *details: Any) -> bool:
        answer = bool(self._context.__exit__(*details))
        self.error = self._caught.value.errors[0]
        assert [error.code for error in self._caught.value.errors] == [self._code]
        return answer
