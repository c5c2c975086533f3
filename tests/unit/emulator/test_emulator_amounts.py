"""The arithmetic of sales forms: rounding, spreading without loss, what a discount leaves, document numbers.

No company takes part.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.books.amounts import after_discount, line_amount, percent_of, spread
from qbo_emulator.books.numbering import following, next_free
from qbo_emulator.books.wire import plain

money = st.decimals(min_value=0, max_value=100_000, places=2)


@pytest.mark.parametrize(
    ("qty", "price", "amount"),
    [
        ("128.350", "14.50", "1861.08"),  # the recorded half cent goes up
        ("3", "0.335", "1.01"),
        ("1", "-0.005", "-0.01"),
        ("0", "99", "0"),
        ("2.5", "-3", "-7.50"),
    ],
)
def test_line_amount_rounds_halves_away_from_zero(qty: str, price: str, amount: str) -> None:
    assert line_amount(Decimal(qty), Decimal(price)) == Decimal(amount)


def test_percent_of_rounds_half_up() -> None:
    assert percent_of(Decimal("0.50"), Decimal("5")) == Decimal("0.03")
    assert percent_of(Decimal("325.75"), Decimal(8)) == Decimal("26.06")  # as in the recorded estimate


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        ("10.00", ["1", "1", "1"], ["3.34", "3.33", "3.33"]),
        ("0.02", ["1", "1", "1"], ["0.01", "0.01", "0"]),
        ("0.05", ["1", "2"], ["0.02", "0.03"]),
        ("5.00", ["0", "0"], ["0", "0"]),
        ("0", ["3", "4"], ["0", "0"]),
    ],
)
def test_spread(total: str, weights: list[str], shares: list[str]) -> None:
    assert spread(Decimal(total), [Decimal(w) for w in weights]) == [Decimal(s) for s in shares]


@given(money, st.lists(money, min_size=1, max_size=30))
def test_spread_loses_nothing_and_is_fair_to_a_cent(total: Decimal, weights: list[Decimal]) -> None:
    shares = spread(total, weights)
    whole = sum(weights, Decimal(0))
    assert sum(shares, Decimal(0)) == (total if whole else 0)
    for share, weight in zip(shares, weights, strict=True):
        assert share >= 0
        if whole:
            assert abs(share - total * weight / whole) < Decimal("0.01")


def test_a_discount_is_spread_over_the_lines_by_value() -> None:
    amounts = [Decimal(30), Decimal(70)]
    assert after_discount(amounts, Decimal(0)) == amounts
    assert after_discount(amounts, Decimal(10)) == [27, 63]


def test_a_negative_line_takes_no_share_of_the_discount() -> None:
    assert after_discount([Decimal(50), Decimal(-20), Decimal(50)], Decimal(10)) == [45, -20, 45]


@given(st.lists(money, min_size=1, max_size=20), st.integers(0, 100))
def test_what_a_discount_leaves_lies_between_nothing_and_the_amount(amounts: list[Decimal], percent: int) -> None:
    whole = sum(amounts, Decimal(0))
    discount = percent_of(whole, Decimal(percent))
    left = after_discount(amounts, discount)
    assert sum(left, Decimal(0)) == whole - discount
    assert all(-Decimal("0.01") <= rest <= amount for rest, amount in zip(left, amounts, strict=True))


@pytest.mark.parametrize(
    ("number", "after"),
    [("1042", "1043"), ("App_1000", "App_1001"), ("App_099", "App_100"), ("99", "100"), ("A", "A1"), ("7-a", "7-a1")],
)
def test_following_number_keeps_prefix_and_width(number: str, after: str) -> None:
    assert following(number) == after


def test_next_free_number_skips_those_in_use() -> None:
    assert next_free(None, lambda number: number in ("1001", "1002")) == "1003"
    assert next_free("X9", lambda number: False) == "X10"


@pytest.mark.parametrize(("given_", "shown"), [("75.00", "75"), ("22.50", "22.5"), ("100", "100"), ("0.00", "0")])
def test_plain_numbers_have_no_trailing_zeros_and_no_exponent(given_: str, shown: str) -> None:
    assert str(plain(Decimal(given_))) == shown
