"""The arithmetic of invoices: hand-computed cases, and properties over large spaces."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluepro.common.money import CENT, cents
from bluepro.invoicing.amounts import AmountError, Amounts, Line, compute, line_amount, shares

D = Decimal


def line(quantity: str, price: str, *, exempt: bool = False) -> Line:
    return Line(D(quantity), D(price), exempt)


def amounts_of(
    lines: Sequence[Line], kind: str = "", value: str = "0", rate: str = "0", exempt: bool = False
) -> Amounts:
    return compute(
        lines,
        discount_kind=kind,
        discount_value=D(value),
        tax_rate_percent=D(rate),
        contact_tax_exempt=exempt,
    )


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [
        ("1", "0.005", "0.01"),
        ("1", "-0.005", "-0.01"),
        ("1", "0.00499", "0.00"),
        ("3", "33.335", "100.01"),
        ("0.5", "0.01", "0.01"),
        ("0.33333", "3", "1.00"),
        ("0", "125", "0.00"),
        ("2.5", "-19.99", "-49.98"),
        ("99999.99999", "99999.99999", "9999999998.00"),
    ],
)
def test_a_line_is_rounded_half_away_from_zero(quantity: str, price: str, amount: str) -> None:
    assert line_amount(line(quantity, price)) == D(amount)


# (lines, discount kind, value, rate, contact exempt) -> (subtotal, discount, base, tax, total), computed by
# hand.
CASES = {
    "nothing": ([], "", "0", "0", False, ("0", "0", "0", "0", "0")),
    "no tax": ([line("2", "10.50")], "", "0", "0", False, ("21.00", "0", "0", "0", "21.00")),
    "tax": ([line("1", "100")], "", "0", "8.25", False, ("100", "0", "100", "8.25", "108.25")),
    "half a cent of tax": ([line("1", "0.10")], "", "0", "5", False, ("0.10", "0", "0.10", "0.01", "0.11")),
    "percent of an odd sum": (
        [line("1", "33.33"), line("1", "33.34"), line("1", "0.03")],
        "percent",
        "12.5",
        "0",
        False,
        ("66.70", "8.34", "0", "0", "58.36"),
    ),
    "percent at a half": (
        [line("1", "0.10")],
        "percent",
        "5",
        "0",
        False,
        ("0.10", "0.01", "0", "0", "0.09"),
    ),
    "fixed, part exempt": (
        [line("1", "60"), line("1", "40", exempt=True)],
        "amount",
        "10",
        "10",
        False,
        ("100", "10", "54", "5.40", "95.40"),
    ),
    "all of it": ([line("3", "19.99")], "percent", "100", "8.25", False, ("59.97", "59.97", "0", "0", "0")),
    "exempt contact": ([line("1", "100")], "percent", "10", "8.25", True, ("100", "10", "0", "0", "90")),
    "exempt line": ([line("1", "100", exempt=True)], "", "0", "8.25", False, ("100", "0", "0", "0", "100")),
    "negative line": (
        [line("1", "100"), line("1", "-20")],
        "percent",
        "10",
        "10",
        False,
        ("80", "8", "72", "7.20", "79.20"),
    ),
    "negative exempt line": (
        [line("1", "100"), line("1", "-20", exempt=True)],
        "amount",
        "80",
        "10",
        False,
        ("80", "80", "20", "2.00", "2.00"),
    ),
    "percent of nothing left": (
        [line("1", "5"), line("1", "-5")],
        "percent",
        "50",
        "10",
        False,
        ("0", "0", "0", "0", "0"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_amounts_by_hand(name: str) -> None:
    lines, kind, value, rate, exempt, expected = CASES[name]
    result = amounts_of(lines, kind, value, rate, exempt)
    got = (result.subtotal, result.discount, result.taxable_base, result.tax, result.total)
    assert got == tuple(map(D, expected))


@pytest.mark.parametrize(
    ("discount", "lines", "expected"),
    [
        ("1.00", ["10", "10", "10"], ["0.34", "0.33", "0.33"]),
        ("0.01", ["10", "10"], ["0.01", "0.00"]),
        ("0.02", ["1", "1", "1"], ["0.01", "0.01", "0.00"]),
        ("10.00", ["60", "40"], ["6.00", "4.00"]),
        ("1.00", ["1", "2", "4"], ["0.14", "0.29", "0.57"]),
        ("8.00", ["100", "-20", "0"], ["8.00", "0.00", "0.00"]),
        ("0.05", ["0.01", "0.04"], ["0.01", "0.04"]),
        ("0.00", ["5", "5"], ["0.00", "0.00"]),
        ("0.00", [], []),
    ],
)
def test_shares_by_hand(discount: str, lines: list[str], expected: list[str]) -> None:
    assert shares(D(discount), list(map(D, lines))) == tuple(map(D, expected))


REFUSED = [
    ([line("-1", "5")], "", "0", "0", "lines[1].quantity", "below_zero"),
    ([line("1", "1"), line("1.000001", "5")], "", "0", "0", "lines[2].quantity", "too_many_decimals"),
    ([line("1", "0.000001")], "", "0", "0", "lines[1].unit_price", "too_many_decimals"),
    ([line("1E+10", "1")], "", "0", "0", "lines[1].quantity", "too_large"),
    ([line("1", "1E+13")], "", "0", "0", "lines[1].unit_price", "too_large"),
    ([line("9999999999", "1001")], "", "0", "0", "lines[1].amount", "too_large"),
    ([line("1", "9999999999999")] * 2, "", "0", "0", "lines", "too_large"),
    ([line("1", "NaN")], "", "0", "0", "lines[1].unit_price", "not_a_number"),
    ([line("1", "Infinity")], "", "0", "0", "lines[1].unit_price", "not_a_number"),
    ([line("1", "10")], "percent", "100.01", "0", "discount_value", "not_a_percentage"),
    ([line("1", "10")], "percent", "-1", "0", "discount_value", "not_a_percentage"),
    ([line("1", "10")], "amount", "-1", "0", "discount_value", "below_zero"),
    ([line("1", "10")], "amount", "1.005", "0", "discount_value", "too_many_decimals"),
    ([line("1", "10")], "amount", "10.01", "0", "discount_value", "above_subtotal"),
    ([line("1", "10"), line("1", "-4")], "amount", "6.01", "0", "discount_value", "above_subtotal"),
    ([line("1", "10")], "half", "1", "0", "discount_kind", "unknown"),
    ([line("1", "10")], "", "0", "101", "tax_rate_percent", "not_a_percentage"),
    ([line("1", "-0.01")], "", "0", "0", "lines", "total_below_zero"),
]


@pytest.mark.parametrize(("lines", "kind", "value", "rate", "field", "rule"), REFUSED)
def test_refusals_name_field_and_rule(
    lines: list[Line], kind: str, value: str, rate: str, field: str, rule: str
) -> None:
    with pytest.raises(AmountError) as caught:
        amounts_of(lines, kind, value, rate)
    assert (caught.value.field, caught.value.rule) == (field, rule)
    assert caught.value.message.endswith(".")


def test_trailing_zeros_are_no_decimals() -> None:
    assert amounts_of([line("1.00000000", "2.50000000")]).total == D("2.50")


def test_a_discount_beyond_the_lines_above_zero_is_refused() -> None:
    with pytest.raises(AmountError, match="lines above 0"):
        shares(D("5.01"), [D("5.00"), D("-1.00")])


MONEY = st.decimals("-10000", "10000", places=2)
ABOVE = st.decimals("0", "100000", places=2)
LINES = st.lists(
    st.builds(
        Line,
        st.decimals("0", "1000", places=5),
        st.decimals("0", "10000", places=5),
        st.booleans(),
    ),
    max_size=12,
)
PERCENTS = st.decimals("0", "100", places=3)


@st.composite
def discounted(draw: st.DrawFn) -> tuple[Decimal, list[Decimal]]:
    amounts = draw(st.lists(MONEY, min_size=1, max_size=20))
    basis = sum((max(amount, D(0)) for amount in amounts), D(0))
    return draw(st.decimals(D(0), basis, places=2)), amounts


@given(discounted())
def test_shares_sum_up_exactly_and_never_exceed_their_line(case: tuple[Decimal, list[Decimal]]) -> None:
    discount, amounts = case
    parts = shares(discount, amounts)
    assert sum(parts) == discount
    assert all(D(0) <= part <= max(amount, D(0)) for part, amount in zip(parts, amounts, strict=True))


@given(discounted())
def test_shares_are_within_a_cent_of_proportional(case: tuple[Decimal, list[Decimal]]) -> None:
    discount, amounts = case
    basis = sum(max(int(amount * 100), 0) for amount in amounts)
    for part, amount in zip(shares(discount, amounts), amounts, strict=True):
        weight = max(int(amount * 100), 0)
        assert abs(int(part * 100) * basis - int(discount * 100) * weight) < max(basis, 1)


@given(discounted())
def test_equal_lines_are_served_in_order(case: tuple[Decimal, list[Decimal]]) -> None:
    discount, amounts = case
    parts = shares(discount, amounts)
    for first in range(len(amounts)):
        for second in range(first + 1, len(amounts)):
            if amounts[first] == amounts[second]:
                assert D(0) <= parts[first] - parts[second] <= CENT


@given(discounted(), st.integers(0, 20))
def test_lines_of_zero_change_no_share(case: tuple[Decimal, list[Decimal]], at: int) -> None:
    discount, amounts = case
    longer = [*amounts[:at], D("0.00"), *amounts[at:]]
    parts = list(shares(discount, longer))
    del parts[min(at, len(amounts))]
    assert tuple(parts) == shares(discount, amounts)


@given(LINES, PERCENTS, PERCENTS, st.booleans())
def test_the_parts_make_the_total(lines: list[Line], percent: Decimal, rate: Decimal, exempt: bool) -> None:
    result = amounts_of(lines, "percent", str(percent), str(rate), exempt)
    assert result.subtotal == sum(result.lines, D(0))
    assert result.discount == sum(result.shares, D(0))
    assert D(0) <= result.discount <= result.subtotal
    assert result.total == result.subtotal - result.discount + result.tax
    assert 0 <= result.taxable_base <= result.subtotal - result.discount
    assert all(value == cents(value) for value in (*result.lines, *result.shares, result.tax, result.total))


@given(LINES, PERCENTS)
def test_an_exempt_contact_pays_no_tax_and_nothing_else_changes(lines: list[Line], rate: Decimal) -> None:
    taxed, exempt = amounts_of(lines, rate=str(rate)), amounts_of(lines, rate=str(rate), exempt=True)
    assert exempt.tax == exempt.taxable_base == 0
    assert (exempt.lines, exempt.discount) == (taxed.lines, taxed.discount)
