"""Invoice numbers: what follows, what is the same."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluepro.invoicing.numbering import MAX_LENGTH, following, key, series


@pytest.mark.parametrize(
    ("last", "after"),
    [
        ("1001", "1002"),
        ("INV-0099", "INV-0100"),
        ("A9", "A10"),
        ("2026/099", "2026/100"),
        ("SPRING", "SPRING-1"),
        ("7b", "7b-1"),
        ("0", "1"),
        ("9" * MAX_LENGTH, "1"),
        ("x" * MAX_LENGTH, "1"),
        ("№ ٣", "№ ٣-1"),
    ],
)
def test_the_number_after(last: str, after: str) -> None:
    assert following(last) == after


@given(st.text(alphabet="AZaz-/ ", max_size=10), st.integers(0, 10**12))
def test_the_prefix_stays_and_the_number_grows_by_one(prefix: str, number: int) -> None:
    after = following(f"{prefix}{number}")
    assert after.startswith(prefix)
    assert int(after.removeprefix(prefix)) == number + 1


def test_case_does_not_count() -> None:
    assert key("Inv-1a") == key("INV-1A")
    assert key("INV-1") != key("INV-2")


def test_a_series_leaves_out_what_is_taken() -> None:
    assert list(islice(series("INV-1", {"inv-2", "inv-3"}), 3)) == ["INV-1", "INV-4", "INV-5"]
