"""Sales tax of a US company (F8.1-2 to F8.2-4): the older model, where the form's code decides, and automated tax,
where the place that the goods go to does.

A sent TotalTax is an override: it is spread over the rates in proportion.
"""

from __future__ import annotations

from decimal import Decimal

from qbo_emulator.books import amounts, faults, tax_codes
from qbo_emulator.books.company import Company
from qbo_emulator.books.sales_lines import Lines
from qbo_emulator.books.table import Row
from qbo_emulator.books.tax_lines import no_tax, tax_line, whole
from qbo_emulator.books.wire import ZERO, Obj, ref_value

MOST_TAXABLE = 750  # F1.1-11


def detail(company: Company, draft: Obj, lines: Lines, sent_tax: Obj | None, place: str | None) -> Obj:
    """TxnTaxDetail of a US form."""
    taxed = [
        amount
        for held, amount in lines.taxable(bool(draft.get("ApplyTaxAfterDiscount")))
        if ref_value(held.get("TaxCodeRef")) == "TAX"
    ]
    if len(taxed) > MOST_TAXABLE:
        raise faults.business(f"A form holds at most {MOST_TAXABLE} taxable lines.")
    override = _override(company, sent_tax, bool(taxed))
    base = sum(taxed, ZERO)
    if company.settings.automated_sales_tax:
        return _automated(company, draft, base if taxed else None, place, override)
    return _older(company, draft, base, override)


def _override(company: Company, sent_tax: Obj | None, taxed: bool) -> Decimal | None:
    """The sent total if totals count in this company and there is something to tax (F8.2-1, F8.2-4)."""
    settings, choices = company.settings, company.choices
    total: Decimal | None = (sent_tax or {}).get("TotalTax")
    counts = settings.automated_sales_tax if choices.tax_overrides == "by_model" else choices.tax_overrides == "honour"
    if total is None or not counts:
        return None
    if total < 0:
        raise faults.bad_format("2290", "TotalTax", total)
    if total and not taxed and choices.override_without_taxable_line == "refuse":
        raise faults.business("TotalTax was given, but no line is taxable.")
    return total if taxed else None


def _booked(code_id: str, rates: list[Row], base: Decimal, override: Decimal | None) -> Obj:
    """Each rate's tax on the base, or its share of the override."""
    percents = [rate.data["RateValue"] for rate in rates]
    computed = [amounts.percent_of(base, percent) for percent in percents]
    shares = computed if override is None else amounts.spread(override, percents)
    lines = [tax_line(r, s, base, c) for r, s, c in zip(rates, shares, computed, strict=True)]
    return whole(lines, code_id)


def _older(company: Company, draft: Obj, base: Decimal, override: Decimal | None) -> Obj:
    """Tax only if the form names a code (F8.1-2)."""
    code_id = ref_value((draft.get("TxnTaxDetail") or {}).get("TxnTaxCodeRef"))
    if code_id is None:
        return no_tax()
    return _booked(code_id, tax_codes.rates_of(company, code_id), base, override)


def _is_exempt(company: Company, draft: Obj) -> bool:
    """A customer who is not taxable (F8.1-5); a receipt without a customer is taxed."""
    customer_id = ref_value(draft.get("CustomerRef"))
    return customer_id is not None and not company.row("Customer", customer_id).data["Taxable"]


def _automated(company: Company, draft: Obj, base: Decimal | None, place: str | None, override: Decimal | None) -> Obj:
    """The rates of the place (F8.1-3), or the override; `base` None means that no line is taxable. A sent code does not
    matter (F8.1-6).
    """
    if base is None or _is_exempt(company, draft):
        return no_tax()
    code_id = company.tax_code_of_state.get(place or "")
    if code_id is None and override is not None:
        code_id = _without_agency(company, override)
    if code_id is None or not (base or override):
        return no_tax()
    return _booked(code_id, tax_codes.rates_of(company, code_id), base, override)


def _without_agency(company: Company, override: Decimal) -> str | None:
    """The code that an override is booked under where no agency is set up, if it is booked at all (13.13)."""
    choice = company.choices.override_without_agency
    if override and choice == "refuse":
        raise faults.business("TotalTax was given, but no tax agency is set up for the place.")
    return company.settings.default_tax_code if choice == "honour" else None
