"""When two values mean the same: names by the Names rules, text by its words, phones by digits, addresses by words."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bluepro.proof.comparing.sameness import (
    may_be_email,
    same_email,
    same_name,
    same_phone,
    same_short,
    same_text,
    says_address,
)
from bluepro.quickbooks.translate.names import clean_name, free_name, key
from qbo_client import wire

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=160)


@given(names, st.integers(0, 4), st.booleans())
def test_a_name_is_equal_to_whatever_the_rules_make_of_it(name: str, taken: int, held: bool) -> None:
    wanted = clean_name(name)
    assume(wanted)
    used: set[str] = set()
    for _ in range(taken + 1):
        free = free_name(wanted, used, held_by_other_list=held)
        assert same_name(name, free)
        used.add(key(free))


@given(names)
def test_a_name_is_not_equal_to_one_with_more_in_front(name: str) -> None:
    wanted = clean_name(name)
    assume(wanted and len(wanted) < 90)
    assert not same_name(name, f"X{wanted}")
    assert not same_name(name, "")


@pytest.mark.parametrize("theirs", ["Ann (0)", "Ann (x)", "Ann(2)", "Ann (Vendor)", "Anne (2)", "Ann (2) x", "ann"])
def test_a_suffix_that_is_not_of_the_rules_is_another_name(theirs: str) -> None:
    assert not same_name("Ann", theirs)


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("a  b\r\nc\t", "a b c", True),
        ("é", "e\u0301", True),
        ("a b", "ab", False),
        ("a", "", False),
        ("x " * 3000, ("x " * 2000).strip(), True),
        ("x " * 3000, "x " * 20, False),
    ],
)
def test_texts_are_equal_by_their_words(ours: str, theirs: str, same: bool) -> None:
    assert same_text(ours, theirs) is same


def test_a_short_field_may_be_cut_at_its_limit_only() -> None:
    long = "1234567890 1234567890 1234567890"
    assert same_short(long, long[:21], 21)
    assert not same_short(long, long[:5], 21)
    assert not same_short(long, long[1:21], 21)
    assert not same_short("12345", "1234", 21)


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("(914) 555-0101", "9145550101", True),
        ("(914) 555-0101", "", False),
        ("", "", True),
        ("914 555 0101 ext. 12", "914 555 0101 ext 13", False),
        ("1" * 25, "", True),
    ],
)
def test_phones_are_equal_by_what_is_dialled(ours: str, theirs: str, same: bool) -> None:
    assert same_phone(ours, theirs) is same


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("ann@example.com", True),
        ("ann.b+c@mail.example.org", True),
        ("ann@example", False),
        ("ann.@example.com", False),
        ("a b@example.com", False),
        ("ann@exämple.com", False),
        (f"{'a' * 100}@example.com", False),
        ("", False),
    ],
)
def test_which_addresses_quickbooks_can_be_expected_to_take(address: str, taken: bool) -> None:
    assert may_be_email(address) is taken


def test_the_first_address_that_can_be_taken_counts() -> None:
    assert same_email(("nonsense", "b@example.com", "c@example.com"), "B@example.com")
    assert not same_email(("b@example.com",), "c@example.com")
    assert same_email(("nonsense",), "")
    assert not same_email(("b@example.com",), "")


def test_an_address_is_found_in_whatever_lines_quickbooks_puts_it() -> None:
    flat = wire.PhysicalAddress(line1="Ann", line2="9 Elm St", line3="Yonkers, NY  10701")
    assert says_address("9 Elm St Yonkers NY 10701", flat)
    assert not says_address("9 Elm St Yonkers NY 10702", flat)
    assert says_address("", wire.UNSET)
    assert not says_address("Yonkers", wire.UNSET)
