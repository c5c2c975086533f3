"""What a priced line says about tax: its code, and what QuickBooks adds beside it (F8.1-1, F8.1-4, F8.1-7, F8.4-1).

What tax follows from it is computed in sales_tax.py.
"""

from __future__ import annotations

from decimal import Decimal

from qbo_emulator.books import amounts, faults, references
from qbo_emulator.books.company import Company
from qbo_emulator.books.sales_lines import TaxFields
from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import CENT, ZERO, Obj, ref_value

PSEUDO = ("TAX", "NON")
# The one class of goods and services that was recorded; classes themselves are not modelled.
_CLASSIFICATION = {"value": "EUC-99990201-V1-00020000"}


def is_global(company: Company) -> bool:
    """Whether the company's country has tax codes per line, as all have but the US (section 8.4)."""
    return company.settings.country != "US"


def rates_of(company: Company, code_id: str) -> list[Row]:
    """The sales rates of a tax code; Fault 2500 if there is no such code, 6160 for the pseudo code that must not be
    used.
    """
    code = company.tables["TaxCode"].get(code_id)
    if code is None:
        raise faults.bad_reference("TaxCodes", code_id)
    if code.data["Name"] == "CustomSalesTax":
        raise faults.of("6160", text="CustomSalesTax cannot be used.")
    details = code.data.get("SalesTaxRateList", {}).get("TaxRateDetail", [])
    return [company.row("TaxRate", detail["TaxRateRef"]["value"]) for detail in details]


def fields_of(company: Company, draft: Obj) -> TaxFields:
    """The rule by which the lines of this form get their tax fields."""
    settings = company.settings
    if not is_global(company):
        automated = settings.using_sales_tax and settings.automated_sales_tax
        return lambda line, item: _us(line, item, automated)
    if not settings.using_sales_tax or draft.get("GlobalTaxCalculation") == "NotApplicable":
        return lambda line, _item: _untaxed(line)
    inclusive = draft.get("GlobalTaxCalculation") == "TaxInclusive"
    return lambda line, _item: _global(company, line, inclusive)


def _sent_code(line: Obj) -> str | None:
    return ref_value(line["SalesItemLineDetail"].get("TaxCodeRef"))


def _us(line: Obj, item: Obj, automated: bool) -> Obj:
    """TAX or NON (F8.1-1). Unsaid: TAX if automated and the item is taxable (F8.1-4), NON in the older model [R].

    An explicit code wins over the item's own setting: our reading of F8.1-5.
    """
    code = _sent_code(line)
    if code is None:
        code = "TAX" if automated and item.get("Taxable") else "NON"
    if code not in PSEUDO:
        raise faults.of("6100", text=f"a US company takes TAX or NON on a line. Supplied value:{code}")
    fields: Obj = {"TaxCodeRef": {"value": code}}
    return {**fields, "TaxClassificationRef": _CLASSIFICATION} if automated else fields


def _untaxed(line: Obj) -> Obj:
    code = _sent_code(line)
    return {} if code is None else {"TaxCodeRef": {"value": code}}


def _global(company: Company, line: Obj, inclusive: bool) -> Obj:
    """A code of the company's list, active; with TaxInclusive the gross amount beside the net one (F8.4-1, F8.4-2)."""
    code_id = _sent_code(line)
    if code_id is None:
        raise _no_code(company)
    references.target(company, "TaxCode", {"value": code_id})
    fields: Obj = {"TaxCodeRef": {"value": code_id}}
    return {**fields, "TaxInclusiveAmt": _gross(company, line, code_id)} if inclusive else fields


def code_of(company: Company, held: Obj) -> str:
    """The code of a stored line's detail, which it may lack if tax did not apply when it was stored."""
    code = ref_value(held.get("TaxCodeRef"))
    if code is None:
        raise _no_code(company)
    return code


def _no_code(company: Company) -> faults.Fault:
    if company.choices.line_without_tax_code == "2020":
        return faults.missing("TaxCodeRef")
    return faults.business("Make sure all your transactions have a tax code.")


def gross(company: Company, net: Decimal, code_id: str) -> Decimal:
    """An amount with the tax of a code on top."""
    percents = sum((rate.data["RateValue"] for rate in rates_of(company, code_id)), ZERO)
    return net + amounts.percent_of(net, percents)


def _gross(company: Company, line: Obj, code_id: str) -> Decimal:
    """TaxInclusiveAmt, which may be a cent off for rounding, or what it must be."""
    fitting = gross(company, line["Amount"], code_id)
    sent: Decimal = line["SalesItemLineDetail"].get("TaxInclusiveAmt", fitting)
    if abs(sent - fitting) > CENT:
        raise faults.business(f"TaxInclusiveAmt does not fit Amount and tax code. Supplied value:{sent}")
    return sent
