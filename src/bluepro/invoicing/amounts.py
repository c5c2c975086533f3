"""The arithmetic of an invoice: line amounts, discount and its shares, sales tax, total. Exact and pure.

Everything here is in US dollars; results are whole cents, halves rounded away from zero. It knows neither the
database nor who may change what: `rules` checks what people typed, this module says what it amounts to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bluepro.common.money import ZERO, cents, total

MAX_DECIMALS = 5
QUANTITY_LIMIT = Decimal(10) ** 10
PRICE_LIMIT = Decimal(10) ** 13
AMOUNT_LIMIT = Decimal(10) ** 13
HUNDRED = Decimal(100)
NO_KIND, PERCENT, AMOUNT = "", "percent", "amount"


@dataclass(frozen=True, slots=True)
class Line:
    """A priced line: `quantity` at least 0 and `unit_price` of either sign, each with up to 5 decimals.

    Headings and texts take part with a price of 0, so that results stay aligned with the invoice's lines.
    """

    quantity: Decimal
    unit_price: Decimal
    tax_exempt: bool


@dataclass(frozen=True, slots=True)
class Amounts:
    """What an invoice amounts to, in dollars and whole cents. `lines` and `shares` are aligned with the lines
    given.

    `subtotal` is the sum of `lines`, `discount` the sum of `shares`, `taxable_base` what the rate is applied
    to, and `total` = `subtotal` - `discount` + `tax`.
    """

    lines: tuple[Decimal, ...]
    subtotal: Decimal
    discount: Decimal
    shares: tuple[Decimal, ...]
    taxable_base: Decimal
    tax: Decimal
    total: Decimal


class AmountError(ValueError):
    """Amounts that the rules refuse. `field` as people know it (`lines[2].quantity` counts from 1), `rule` a
    short name.
    """

    def __init__(self, field: str, rule: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.rule = rule
        self.message = message


def has_decimals_beyond(value: Decimal, places: int) -> bool:
    """Whether the finite `value` needs more than `places` decimals; trailing zeros do not count."""
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    excess = -exponent - places
    return excess > 0 and any(digits[-excess:])


def line_amount(line: Line) -> Decimal:
    """Quantity x unit price in whole cents."""
    return cents(line.quantity * line.unit_price)


def shares(discount: Decimal, amounts: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """`discount` spread over the amounts above 0 by their value; the shares sum up to it to the cent.

    Each share is floored to the cent; the cents left over go to the largest remainders, ties to the earlier
    line. No share exceeds its amount. Raises AmountError when `discount` is below 0 or above the sum of the
    amounts above 0.
    """
    whole = _in_cents(discount)
    weights = [max(_in_cents(amount), 0) for amount in amounts]
    basis = sum(weights)
    if not 0 <= whole <= basis:
        raise AmountError("discount_value", "above_lines", "The discount exceeds the sum of the lines above 0.")
    if not whole:
        return (ZERO,) * len(weights)
    floors = [whole * weight // basis for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: -(whole * weights[at] % basis))
    for at in by_remainder[: whole - sum(floors)]:
        floors[at] += 1
    return tuple(Decimal(share).scaleb(-2) for share in floors)


def compute(
    lines: Sequence[Line],
    *,
    discount_kind: str,
    discount_value: Decimal,
    tax_rate_percent: Decimal,
    contact_tax_exempt: bool,
) -> Amounts:
    """The amounts of an invoice. `discount_kind` is "percent", "amount" or empty; percentages run from 0 to
    100.

    Raises AmountError naming the first field that breaks a rule: a value out of range, a discount above the
    subtotal, a total below 0.
    """
    line_amounts = tuple(_checked_amount(line, position) for position, line in enumerate(lines, 1))
    subtotal = _within_limit("lines", total(line_amounts))
    discount = discount_amount(discount_kind, discount_value, subtotal)
    parts = shares(discount, line_amounts)
    check_percent("tax_rate_percent", tax_rate_percent)
    taxed = tax_rate_percent > 0 and not contact_tax_exempt
    base = _taxable_base(lines, line_amounts, parts) if taxed else ZERO
    tax = cents(base * tax_rate_percent / HUNDRED)
    grand_total = _within_limit("lines", subtotal - discount + tax)
    if grand_total < 0:
        raise AmountError("lines", "total_below_zero", f"The total would be {grand_total}; it cannot be below 0.")
    return Amounts(line_amounts, subtotal, discount, parts, base, tax, grand_total)


def discount_amount(kind: str, value: Decimal, subtotal: Decimal) -> Decimal:
    """The discount in dollars: `value` itself, or `value` percent of `subtotal`; 0.00 without a kind.

    Raises AmountError when the value is out of range or the discount would exceed the subtotal.
    """
    check_discount(kind, value)
    if kind == NO_KIND:
        return ZERO
    available = max(subtotal, ZERO)
    discount = cents(available * value / HUNDRED) if kind == PERCENT else cents(value)
    if discount > available:
        message = f"The discount of {discount} exceeds the subtotal of {subtotal}."
        raise AmountError("discount_value", "above_subtotal", message)
    return discount


def check_discount(kind: str, value: Decimal) -> None:
    """Raises AmountError unless kind and value fit: 0 to 100 percent, or dollars from 0 in whole cents."""
    check_portion("discount", kind, value)


def check_portion(what: str, kind: str, value: Decimal) -> None:
    """As `check_discount` for anything given in percent or dollars; `what` begins the names of its two fields."""
    if kind == PERCENT:
        check_percent(f"{what}_value", value)
    elif kind == AMOUNT:
        _check_dollars(f"{what}_value", value)
    elif kind != NO_KIND:
        raise AmountError(f"{what}_kind", "unknown", f'"{kind}" is neither percent nor amount.')


def check_percent(field: str, percent: Decimal) -> None:
    """Raises AmountError unless `percent` is from 0 to 100 with up to 5 decimals."""
    _check_decimals(percent, MAX_DECIMALS, field)
    if not 0 <= percent <= HUNDRED:
        raise AmountError(field, "not_a_percentage", f"{percent:f} is not between 0 and 100 percent.")


def check_quantity(quantity: Decimal, field: str) -> None:
    """Raises AmountError unless `quantity` is from 0 to below 10,000,000,000 with up to 5 decimals."""
    _check_decimals(quantity, MAX_DECIMALS, field)
    if quantity < 0:
        message = "A quantity cannot be below 0. Give the unit price a minus sign instead."
        raise AmountError(field, "below_zero", message)
    _check_limit(quantity, QUANTITY_LIMIT, field)


def check_unit_price(price: Decimal, field: str) -> None:
    """Raises AmountError unless `price` is within 10,000,000,000,000 either way, with up to 5 decimals."""
    _check_decimals(price, MAX_DECIMALS, field)
    _check_limit(price, PRICE_LIMIT, field)


def _checked_amount(line: Line, position: int) -> Decimal:
    check_quantity(line.quantity, f"lines[{position}].quantity")
    check_unit_price(line.unit_price, f"lines[{position}].unit_price")
    return _within_limit(f"lines[{position}].amount", line_amount(line))


def _taxable_base(lines: Sequence[Line], amounts: Sequence[Decimal], parts: Sequence[Decimal]) -> Decimal:
    together = zip(lines, amounts, parts, strict=True)
    return total(amount - part for line, amount, part in together if not line.tax_exempt)


def _check_dollars(field: str, value: Decimal) -> None:
    _check_decimals(value, 2, field)
    if value < 0:
        raise AmountError(field, "below_zero", f"{value:f} is below 0.")
    _check_limit(value, AMOUNT_LIMIT, field)


def _check_decimals(value: Decimal, places: int, field: str) -> None:
    if not value.is_finite():
        raise AmountError(field, "not_a_number", f"{value} is not a number.")
    if has_decimals_beyond(value, places):
        raise AmountError(field, "too_many_decimals", f"{value:f} has more than {places} decimals.")


def _check_limit(value: Decimal, limit: Decimal, field: str) -> None:
    if abs(value) >= limit:
        raise AmountError(field, "too_large", f"{value:,f} is too large: it must stay below {limit:,f}.")


def _within_limit(field: str, amount: Decimal) -> Decimal:
    """QuickBooks holds amounts of up to 15 digits (F7.3, "Lines"): 13 before the point, 2 for the cents."""
    _check_limit(amount, AMOUNT_LIMIT, field)
    return amount


def _in_cents(amount: Decimal) -> int:
    return int(amount.scaleb(2))
