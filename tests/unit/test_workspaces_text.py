"""Text that people typed: cleaning is stable, what nobody can see is refused, what anybody can see is welcome."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluepro.common.text import check_text, clean_text, first_control, is_blank
from bluepro.contacts.rules import Address, ContactData, clean_contact


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert "\r" not in clean and clean == clean.strip()
    assert unicodedata.is_normalized("NFC", clean)


@pytest.mark.parametrize(
    ("text", "clean"),
    [("  a ", "a"), ("a\r\nb\rc\n", "a\nb\nc"), ("Cafe\u0301", "Café"), ("\u00a0\t", ""), ("a  b", "a  b")],
)
def test_cleaning(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u2060\u00a0", "\u200d", "\n\t"])
def test_blank(text: str) -> None:
    assert is_blank(text)
    assert [error.rule for error in check_text("name", text, required=True, lines=True)] == ["required"]


@pytest.mark.parametrize("text", ["a", "🪟", "👨‍👩‍👧", "名", "\u0301x", "\ue000"])
def test_not_blank(text: str) -> None:
    assert not is_blank(text)
    assert list(check_text("name", text, limit=10, required=True)) == []


@given(st.characters(categories=["Cc", "Cs", "Zl", "Zp"]))
def test_controls_are_refused_in_a_line(char: str) -> None:
    assert first_control(f"a{char}b", lines=False) == char


@given(st.characters(categories=["Cc", "Cs"], exclude_characters="\n\t"))
def test_controls_are_refused_in_a_text(char: str) -> None:
    assert first_control(f"a\n\t{char}b", lines=True) == char


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])))
def test_everything_else_is_welcome(text: str) -> None:
    assert first_control(text, lines=False) == ""


def test_lengths_count_characters_and_name_the_limit() -> None:
    (error,) = check_text("name", "🪟" * 501, limit=500)
    assert (error.field, error.rule) == ("name", "too_long")
    assert "501 characters; at most 500" in error.message
    assert list(check_text("name", "🪟" * 500, limit=500)) == []


@given(st.text(), st.lists(st.text(), max_size=4), st.text())
def test_cleaning_a_contact_twice_is_cleaning_it_once(name: str, phones: list[str], street: str) -> None:
    places = (Address(street=street), Address(), Address(street=street))
    data = ContactData("person", name, phones=tuple(phones), service_addresses=places)
    clean = clean_contact(data)
    assert clean_contact(clean) == clean
    assert len(clean.service_addresses) <= 1
    assert len({phone.casefold() for phone in clean.phones}) == len(clean.phones)
