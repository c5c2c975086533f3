"""Sales tax on an invoice under the three set-ups of a US company (section 8): automated, older model, switched off.

Automated: an explicit TotalTax is an override that is honoured and spread over the rates of the place; without one
the rates of the ship-to state apply. Older model: the tax code of the transaction decides and a sent total is
ignored.
"""

from __future__ import annotations

from decimal import Decimal

from qbo_emulator.books import amounts, faults
from qbo_emulator.books.company import Company
from qbo_emulator.books.invoice_lines import Lines
from qbo_emulator.books.states import state_code
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import ZERO, Obj, cents, ref_value

# Properties that, when sent without a TxnTaxDetail, make QuickBooks compute anew (F8.4-3).
_MOVES_TAX = ("Line", "ShipAddr", "CustomerRef", "ApplyTaxAfterDiscount")


def no_tax() -> Obj:
    """What stands there when there is none, as recorded (F3.6-8)."""
    return {"TotalTax": ZERO}


def override_of(sent: Obj, old: Row | None) -> Decimal | None:
    """The explicit total in force: sent now, or sent earlier and nothing that moves tax was sent since."""
    if sent.get("TxnTaxDetail"):
        explicit: Decimal | None = sent["TxnTaxDetail"].get("TotalTax")
        return explicit
    if old is None or "TxnTaxDetail" in sent or any(prop in sent for prop in _MOVES_TAX):
        return None
    return old.tax_override


def _rates(company: Company, code_id: str) -> list[Row]:
    """The rates of a tax code; Fault 2500 if there is no such code, 6160 for the pseudo code that must not be
    used.
    """
    code = company.tables["TaxCode"].get(code_id)
    if code is None:
        raise faults.bad_reference("TaxCodes", code_id)
    if code.data["Name"] == "CustomSalesTax":
        raise faults.coded("6160", "Invalid tax code", "CustomSalesTax cannot be used.", "TxnTaxCodeRef")
    details = code.data.get("SalesTaxRateList", {}).get("TaxRateDetail", [])
    return [company.row("TaxRate", detail["TaxRateRef"]["value"]) for detail in details]


def _tax_line(rate: Row, amount: Decimal, base: Decimal, computed: Decimal) -> Obj:
    """One TaxLine (F7.9-5); OverrideDeltaAmount shows by how much an override moved it (F8.2-2)."""
    detail = {
        "TaxRateRef": {"value": rate.id},
        "PercentBased": True,
        "TaxPercent": rate.data["RateValue"],
        "NetAmountTaxable": cents(base),
    }
    if amount != computed:
        detail["OverrideDeltaAmount"] = cents(amount - computed)
    return {"Amount": cents(amount), "DetailType": "TaxLineDetail", "TaxLineDetail": detail}


def _detail(code_id: str, rates: list[Row], base: Decimal, override: Decimal | None) -> Obj:
    computed = [amounts.percent_of(base, rate.data["RateValue"]) for rate in rates]
    shares = computed
    if override is not None:
        shares = amounts.spread(override, [rate.data["RateValue"] for rate in rates])
    lines = [_tax_line(r, s, base, c) for r, s, c in zip(rates, shares, computed, strict=True)]
    total = cents(sum(shares, ZERO))
    return {"TxnTaxCodeRef": {"value": code_id}, "TotalTax": total, "TaxLine": lines}


def _older(company: Company, draft: Obj, base: Decimal) -> Obj:
    """Tax only if the transaction names a code; a sent total is ignored (F8.1-2)."""
    code_id = ref_value((draft.get("TxnTaxDetail") or {}).get("TxnTaxCodeRef"))
    if code_id is None:
        return no_tax()
    return _detail(code_id, _rates(company, code_id), base, None)


def _place(company: Company, draft: Obj) -> str | None:
    """The tax code of the ship-to state; without a ship address the company's own (F8.1-3)."""
    address = draft.get("ShipAddr") or company.settings.address
    return company.tax_code_of_state.get(state_code(address.get("CountrySubDivisionCode", "")))


def _automated(company: Company, draft: Obj, lines: Lines, base: Decimal, override: Decimal | None) -> Obj:
    """An override if there is one, else the place's rates; nothing for an exempt customer (F8.1-5)."""
    if override is not None and override < 0:
        raise faults.bad_format("2290", "TotalTax", override)
    if not company.row("Customer", draft["CustomerRef"]["value"]).data["Taxable"]:
        return no_tax()
    if override and not any(lines.taxed()):
        # Refused or ignored in reality (F8.2-4): we refuse, so that nobody relies on either.
        raise faults.business("TotalTax was given, but no line is taxable.")
    code_id = _place(company, draft)
    if override is not None and code_id is None:
        code_id = company.settings.default_tax_code
    if code_id is None or not any(lines.taxed()) or not (base or override):
        return no_tax()
    return _detail(code_id, _rates(company, code_id), base, override)


def tax_detail(company: Company, draft: Obj, lines: Lines, override: Decimal | None) -> Obj:
    """TxnTaxDetail for an invoice whose lines are checked and whose CustomerRef and addresses stand."""
    if not company.settings.using_sales_tax:
        return no_tax()  # F8.3-1
    after_discount = bool(draft.get("ApplyTaxAfterDiscount"))
    base = amounts.taxable_base(lines.amounts(), lines.taxed(), lines.discount, after_discount)
    if company.settings.automated_sales_tax:
        return _automated(company, draft, lines, base, override)
    return _older(company, draft, base)
