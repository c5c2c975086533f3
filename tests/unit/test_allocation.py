"""Allocations: what a payment may pay, several payments at once, and the spread of one check."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluepro.common.money import ZERO
from bluepro.payments.allocation import Allocation, Payable, SpreadError, check_allocations, spread

D = Decimal


def payable(
    at: int, open_balance: str = "100", *, contact: int = 1, status: str = "issued", number: str = ""
) -> Payable:
    return Payable(at, number or f"10{at}", contact, status, D(open_balance))


INVOICES = {
    one.id: one
    for one in (
        payable(1),
        payable(2, "50.50"),
        payable(3, contact=2),
        payable(4, status="draft"),
        payable(5, status="cancelled"),
        payable(6, "0"),
    )
}


def refusals(*payments: Sequence[Allocation]) -> list[tuple[int, str, str]]:
    return [(error.record, error.field, error.rule) for error in check_allocations(payments, INVOICES)]


@pytest.mark.parametrize(
    ("allocations", "expected"),
    [
        ([(1, D("100"))], []),
        ([(1, D("0.01")), (2, D("50.50"))], []),
        ([], [(0, "allocations", "required")]),
        ([(1, D("0"))], [(0, "allocations[1].amount", "not_above_zero")]),
        ([(1, D("-5"))], [(0, "allocations[1].amount", "not_above_zero")]),
        ([(1, D("NaN"))], [(0, "allocations[1].amount", "not_above_zero")]),
        ([(1, D("1.005"))], [(0, "allocations[1].amount", "not_in_cents")]),
        ([(1, D("1E+20"))], [(0, "allocations[1].amount", "not_in_cents")]),
        ([(1, D("100.01"))], [(0, "allocations[1].amount", "above_open_balance")]),
        ([(6, D("0.01"))], [(0, "allocations[1].amount", "above_open_balance")]),
        ([(9, D("1"))], [(0, "allocations[1].invoice", "unknown")]),
        ([(4, D("1"))], [(0, "allocations[1].invoice", "not_issued")]),
        ([(5, D("1"))], [(0, "allocations[1].invoice", "not_issued")]),
        ([(1, D("1")), (1, D("2"))], [(0, "allocations[2].invoice", "twice")]),
        ([(1, D("1")), (3, D("2"))], [(0, "allocations", "several_contacts")]),
    ],
)
def test_one_payment(allocations: list[Allocation], expected: list[tuple[int, str, str]]) -> None:
    assert refusals(allocations) == expected


def test_payments_of_one_call_are_taken_together() -> None:
    assert refusals([(2, D("50"))], [(2, D("0.50"))]) == []
    assert refusals([(2, D("50"))], [(2, D("0.51"))]) == [(1, "allocations[1].amount", "above_open_balance")]


def test_the_open_balance_and_the_way_out_are_named() -> None:
    (too_much,) = check_allocations([[(2, D("60"))]], INVOICES)
    assert too_much.message == "$60.00 is more than the open balance of $50.50 of invoice 102."
    (draft,) = check_allocations([[(4, D("1"))]], INVOICES)
    assert "a draft" in draft.message and "Issue it first" in draft.message
    (cancelled,) = check_allocations([[(5, D("1"))]], INVOICES)
    assert "Issue it" not in cancelled.message


@pytest.mark.parametrize(
    ("amount", "open_balances", "expected"),
    [
        ("100", ["60", "60"], [(1, "60"), (2, "40")]),
        ("60", ["60", "60"], [(1, "60")]),
        ("0.01", ["0", "60"], [(2, "0.01")]),
        ("120", ["60", "60"], [(1, "60"), (2, "60")]),
    ],
)
def test_a_check_fills_the_oldest_first(amount: str, open_balances: list[str], expected: list[tuple[int, str]]) -> None:
    invoices = [payable(at, balance) for at, balance in enumerate(open_balances, 1)]
    assert spread(D(amount), invoices) == tuple((at, D(part)) for at, part in expected)


@pytest.mark.parametrize("amount", ["0", "-1", "120.01"])
def test_a_check_that_cannot_be_spread(amount: str) -> None:
    with pytest.raises(SpreadError, match=amount):
        spread(D(amount), [payable(1, "60"), payable(2, "60")])


BALANCES = st.lists(st.decimals("0", "1000", places=2), min_size=1, max_size=8)


@given(BALANCES, st.decimals("0.01", "8000", places=2))
def test_a_spread_is_always_allowed_and_sums_up(balances: list[Decimal], amount: Decimal) -> None:
    invoices = {at: payable(at, str(balance)) for at, balance in enumerate(balances, 1)}
    if amount > sum(balances):
        with pytest.raises(SpreadError):
            spread(amount, list(invoices.values()))
        return
    parts = spread(amount, list(invoices.values()))
    assert sum((part for _, part in parts), ZERO) == amount
    assert list(check_allocations([parts], invoices)) == []


@given(st.lists(st.tuples(st.integers(1, 3), st.decimals("0.01", "80", places=2)), max_size=12))
def test_what_passes_never_exceeds_an_invoice(parts: list[Allocation]) -> None:
    invoices = {at: payable(at) for at in (1, 2, 3)}
    payments = [[part] for part in parts]
    refused = {error.record for error in check_allocations(payments, invoices)}
    for at in invoices:
        taken = sum((amount for record, (to, amount) in enumerate(parts) if to == at and record not in refused), ZERO)
        assert taken <= 100
