"""The Names rules."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from translate_records import CONTACT, SERVICE

from bluepro.quickbooks.translate import Held
from bluepro.quickbooks.translate.names import clean_name, free_name, key, wanted_name, with_suffix
from bluepro.quickbooks.translate.text import length

names = st.text(st.characters(codec="utf-8"), max_size=300) | st.text("ab:\t\n\"' /é́😀️", max_size=250)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Amy's Bird Sanctuary", "Amy's Bird Sanctuary"),
        ("Doe2, Jane", "Doe2, Jane"),
        ("  two   spaces ", "two spaces"),
        ("Smith: John", "Smith - John"),
        ("A:B", "A - B"),
        ("tab\there\nand line", "tab here and line"),
        ('The "Best" “Quotes”', "The 'Best' 'Quotes'"),
        ("North/South", "North-South"),
        ("Long – dash — here", "Long - dash - here"),
        ("[East] {West}", "(East) (West)"),
        ("10% off", "10 percent off"),
        ("Wait…", "Wait..."),
        ("Happy 😀 Windows", "Happy Windows"),
        ("I ❤️ glass", "I glass"),
        ("1️⃣ First", "1 First"),
        ("Cafe\u0301", "Café"),
        ("Ана Трухильо", "Ана Трухильо"),
        ("山田商店", "山田商店"),
        ("हिन्दी", "हिन्दी"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("A & B, Inc. (#1) + C; ~*_@!?", "A & B, Inc. (#1) + C; ~*_@!?"),
        ("$5 Wash = Deal", "5 Wash Deal"),
        ("", ""),
        (" \t ", ""),
        ("😀😀", ""),
        ("...", ""),
    ],
)
def test_a_name_is_cleaned_by_fixed_rules(typed: str, written: str) -> None:
    assert clean_name(typed) == written


def test_a_long_name_is_cut_at_a_word() -> None:
    assert clean_name("word " * 120) == ("word " * 20).strip()
    assert clean_name("x" * 600) == "x" * 100
    assert clean_name("a" * 30 + " " + "b" * 600, limit=40) == "a" * 30


def test_a_cut_never_parts_a_letter_from_its_mark() -> None:
    assert clean_name("ab\u0327x\u0301", limit=4) == "ab\u0327"


@given(names, st.integers(10, 120))
def test_cleaning_twice_changes_nothing(typed: str, limit: int) -> None:
    once = clean_name(typed, limit)
    assert clean_name(once, limit) == once


@given(names)
def test_a_clean_name_is_within_the_limit_and_has_no_forbidden_character(typed: str) -> None:
    name = clean_name(typed)
    assert length(name) <= 100
    assert not set(name) & set(':\t\n\r"/\\<>[]{}|')
    assert name == name.strip()
    assert "  " not in name


@given(names)
def test_a_record_has_a_name_or_is_held(typed: str) -> None:
    wanted = wanted_name(replace(CONTACT, display_name=typed))
    assert isinstance(wanted, Held) == (clean_name(typed) == "")
    assert wanted


def test_a_name_without_anything_writable_says_which_field() -> None:
    contact, service = wanted_name(replace(CONTACT, display_name=" ✨ ")), wanted_name(replace(SERVICE, name="  "))
    assert isinstance(contact, Held) and (contact.cause, contact.field) == ("name_empty", "display name")
    assert isinstance(service, Held) and (service.cause, service.field) == ("name_empty", "name")
    assert "✨" in contact.message


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Acme", "ACME ", True),
        ("Straße", "STRASSE", True),
        ("Café", "Cafe\u0301", True),
        ("Café", "Cafe", False),
        ("Acme", "Acme (2)", False),
    ],
)
def test_names_are_compared_as_quickbooks_does(one: str, other: str, same: bool) -> None:
    assert (key(one) == key(other)) is same


def test_a_suffix_shortens_the_name() -> None:
    assert with_suffix("Acme", " (2)") == "Acme (2)"
    assert with_suffix("x" * 100, " (Customer)") == "x" * 89 + " (Customer)"


@pytest.mark.parametrize(
    ("taken", "other_list", "free"),
    [
        (set(), False, "Acme"),
        ({"acme"}, False, "Acme (2)"),
        ({"acme", "acme (2)"}, False, "Acme (3)"),
        ({"acme"}, True, "Acme (Customer)"),
        ({"acme", "acme (customer)"}, True, "Acme (Customer) (2)"),
    ],
)
def test_the_first_free_name_is_taken(taken: set[str], other_list: bool, free: str) -> None:
    assert free_name("Acme", taken, other_list) == free
    assert free_name("Acme", lambda name: name in taken, other_list) == free


@settings(max_examples=50)
@given(st.lists(names, max_size=12), st.integers(20, 100))
def test_any_records_get_names_of_their_own(typed: list[str], limit: int) -> None:
    taken: set[str] = set()
    for name in filter(None, (clean_name(text, limit) for text in typed * 3)):
        free = free_name(name, taken, limit=limit)
        assert key(free) not in taken
        assert length(free) <= limit
        assert clean_name(free, limit) == free
        taken.add(key(free))
