"""Tax outside the US (section 8.4): every line has a code, and GlobalTaxCalculation says whether prices hold the tax.

Without tax inside, each rate applies to the sum of its lines. With tax inside, the tax is what the gross amounts hold
beyond the net ones, so that the total is exactly the sum of the prices: our own choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from qbo_emulator.books import amounts, faults, tax_codes
from qbo_emulator.books.company import Company
from qbo_emulator.books.sales_lines import Lines
from qbo_emulator.books.table import Row
from qbo_emulator.books.tax_lines import no_tax, tax_line, whole
from qbo_emulator.books.wire import ZERO, Obj


@dataclass(slots=True)
class _Share:
    """What one rate is due: the net amounts that it is on and its tax."""

    rate: Row
    base: Decimal = ZERO
    tax: Decimal = ZERO


def detail(company: Company, draft: Obj, lines: Lines, sent_tax: Obj | None) -> Obj:
    """TxnTaxDetail of a form outside the US; puts the default into GlobalTaxCalculation."""
    mode = draft.setdefault("GlobalTaxCalculation", "TaxExcluded")
    if mode == "NotApplicable":
        if sent_tax and (sent_tax.get("TotalTax") or sent_tax.get("TaxLine") or sent_tax.get("TxnTaxCodeRef")):
            raise faults.of("6170", text="tax does not apply to this transaction.")
        return no_tax()
    if mode == "TaxInclusive" and lines.discount:
        raise faults.not_modelled("A discount on prices with tax inside")
    nets = lines.taxable(bool(draft.get("ApplyTaxAfterDiscount")))
    shares = _inclusive(company, nets) if mode == "TaxInclusive" else _exclusive(company, nets)
    return whole(_tax_lines(shares, _sent_amounts(shares, sent_tax), mode == "TaxInclusive"))


def _by_code(company: Company, nets: list[tuple[Obj, Decimal]]) -> Mapping[str, Decimal]:
    found: dict[str, Decimal] = {}
    for held, net in nets:
        code_id = tax_codes.code_of(company, held)
        found[code_id] = found.get(code_id, ZERO) + net
    return found


def _rated(company: Company, code_id: str, shares: dict[str, _Share], net: Decimal) -> list[_Share]:
    """The shares of a code's rates, the net amount added to each."""
    found = [shares.setdefault(rate.id, _Share(rate)) for rate in tax_codes.rates_of(company, code_id)]
    for share in found:
        share.base += net
    return found


def _exclusive(company: Company, nets: list[tuple[Obj, Decimal]]) -> dict[str, _Share]:
    shares: dict[str, _Share] = {}
    for code_id, net in _by_code(company, nets).items():
        _rated(company, code_id, shares, net)
    for share in shares.values():
        share.tax = amounts.percent_of(share.base, share.rate.data["RateValue"])
    return shares


def _inclusive(company: Company, nets: list[tuple[Obj, Decimal]]) -> dict[str, _Share]:
    """The tax inside each code's prices, divided over its rates."""
    inside = [(held, _gross(company, held, net) - net) for held, net in nets]
    taxes = _by_code(company, inside)
    shares: dict[str, _Share] = {}
    for code_id, net in _by_code(company, nets).items():
        rated = _rated(company, code_id, shares, net)
        tax, sign = abs(taxes[code_id]), -1 if taxes[code_id] < 0 else 1
        parts = amounts.spread(tax, [share.rate.data["RateValue"] for share in rated])
        for share, part in zip(rated, parts, strict=True):
            share.tax += sign * part
    return shares


def _gross(company: Company, held: Obj, net: Decimal) -> Decimal:
    """What the line says, or what it would say: its mode may have changed since it was stored."""
    said: Decimal | None = held.get("TaxInclusiveAmt")
    return tax_codes.gross(company, net, tax_codes.code_of(company, held)) if said is None else said


def _sent_amounts(shares: dict[str, _Share], sent_tax: Obj | None) -> dict[str, Decimal]:
    """Rate id -> amount, from the TaxLines that were sent to settle a rounding (F8.4-2)."""
    found: dict[str, Decimal] = {}
    for line in (sent_tax or {}).get("TaxLine") or []:
        rate = (line.get("TaxLineDetail") or {}).get("TaxRateRef")
        if rate is None or "Amount" not in line:
            raise faults.missing("Amount" if rate else "TaxRateRef")
        if rate["value"] not in shares:
            raise faults.business(f"No line is taxed by the rate of a TaxLine. TaxRateRef={rate['value']}")
        found[rate["value"]] = line["Amount"]
    return found


def _tax_lines(shares: dict[str, _Share], sent: dict[str, Decimal], inclusive: bool) -> list[Obj]:
    lines = []
    for rate_id, share in shares.items():
        booked = sent.get(rate_id, share.tax)
        gross = share.base + booked if inclusive else None
        lines.append(tax_line(share.rate, booked, share.base, share.tax, gross))
    return lines
