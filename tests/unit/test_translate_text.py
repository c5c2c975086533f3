"""Text: cleaning, shortening, numbers of documents, e-mail addresses, telephone numbers; and exact numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluepro.quickbooks.translate import Held
from bluepro.quickbooks.translate.numbers import LARGEST_PRICE, exact, fits
from bluepro.quickbooks.translate.text import (
    clean_block,
    clean_line,
    document_number,
    is_email,
    length,
    phone,
    shorten,
)

texts = st.text(st.characters(codec="utf-8"), max_size=200)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\tb \x00 c", "a b c"),
        ("  keep\n\nthe gap  ", "keep\n\nthe gap"),
        ("emoji 😀 stays", "emoji 😀 stays"),
        ("Cafe\u0301", "Café"),
    ],
)
def test_a_block_keeps_its_lines(typed: str, written: str) -> None:
    assert clean_block(typed, 4000) == written


def test_a_line_is_one_line() -> None:
    assert clean_line(" a\n b\tc ", 100) == "a b c"


@given(texts, st.integers(1, 60))
def test_cleaned_text_fits_and_stays(typed: str, limit: int) -> None:
    for clean in (clean_block, clean_line):
        once = clean(typed, limit)
        assert length(once) <= limit
        assert clean(once, limit) == once


def test_shortening_counts_as_java_does() -> None:
    assert length("😀") == 2
    assert shorten("😀😀😀", 5) == "😀😀"
    assert shorten("abcdef ghi", 8) == "abcdef"
    assert shorten("ab cdefghi", 8) == "ab cdefg"


@pytest.mark.parametrize("number", ["1042", "INV 7/2026", "x" * 21])
def test_a_document_number_is_never_altered(number: str) -> None:
    assert document_number(number) == number


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        ("x" * 22, "number_too_long"),
        (" ", "number_missing"),
        ("10\t42", "number_characters"),
        (" 7", "number_characters"),
    ],
)
def test_a_number_that_does_not_fit_waits_for_a_person(number: str, cause: str) -> None:
    held = document_number(number)
    assert isinstance(held, Held) and held.cause == cause and held.field == "number"


@pytest.mark.parametrize(
    ("address", "valid"),
    [
        ("ada@harbor.example", True),
        ("a.b+c@x-y.co.uk", True),
        ("a@b", False),
        ("a@b..com", False),
        (".a@b.com", False),
        ("a..b@b.com", False),
        ("a b@c.com", False),
        ("a@c.com, d@e.com", False),
        ("nobody", False),
        ("a" * 90 + "@example.com", False),
    ],
)
def test_which_addresses_quickbooks_takes(address: str, valid: bool) -> None:
    assert is_email(address) is valid


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("(415) 555-0101", "(415) 555-0101"),
        ("+1 (415) 555-0101 x 12345", "+14155550101x12345"),
        ("+1 (415) 555-0101 extension 12345", ""),
    ],
)
def test_a_telephone_number_fits_or_is_left_out(typed: str, written: str) -> None:
    assert phone(typed) == written


@pytest.mark.parametrize(
    ("number", "digits"),
    [("12.00000", "12"), ("1E+2", "100"), ("0.00", "0"), ("-8.50", "-8.5"), ("1.33333", "1.33333")],
)
def test_numbers_are_written_without_trailing_zeros(number: str, digits: str) -> None:
    assert str(exact(Decimal(number))) == digits


@pytest.mark.parametrize(
    ("number", "holds"),
    [("99999999999", True), ("99999999999.01", False), ("-99999999999", True), ("1.123456", False), ("NaN", False)],
)
def test_which_numbers_quickbooks_holds(number: str, holds: bool) -> None:
    assert fits(Decimal(number), LARGEST_PRICE) is holds
