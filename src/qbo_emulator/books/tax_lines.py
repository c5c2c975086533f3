"""The parts of a TxnTaxDetail, pure (F7.9-5)."""

from __future__ import annotations

from decimal import Decimal

from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import ZERO, Obj, cents


def no_tax() -> Obj:
    """What stands there when there is none, as recorded (F3.6-8)."""
    return {"TotalTax": ZERO}


def tax_line(rate: Row, amount: Decimal, base: Decimal, computed: Decimal, gross: Decimal | None = None) -> Obj:
    """One TaxLine: the tax booked on `base` by a rate. OverrideDeltaAmount shows by how much a sent amount moved it
    from the computed one (F8.2-2); `gross` is what prices with tax inside came to.
    """
    held = {
        "TaxRateRef": {"value": rate.id},
        "PercentBased": True,
        "TaxPercent": rate.data["RateValue"],
        "NetAmountTaxable": cents(base),
    }
    if gross is not None:
        held["TaxInclusiveAmount"] = cents(gross)
    if amount != computed:
        held["OverrideDeltaAmount"] = cents(amount - computed)
    return {"Amount": cents(amount), "DetailType": "TaxLineDetail", "TaxLineDetail": held}


def whole(lines: list[Obj], code_id: str | None = None) -> Obj:
    """The TxnTaxDetail over its lines."""
    total = cents(sum((line["Amount"] for line in lines), ZERO))
    detail: Obj = {"TxnTaxCodeRef": {"value": code_id}} if code_id else {}
    return {**detail, "TotalTax": total, "TaxLine": lines}
