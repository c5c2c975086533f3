"""The marker in a private note."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluepro.common.ids import REFERENCE_ALPHABET
from bluepro.quickbooks.translate.marker import Marker, find_marker, marker, read_marker, with_marker

refs = st.text(REFERENCE_ALPHABET, min_size=6, max_size=8)
counts = st.integers(1, 999)
texts = st.text(st.characters(codec="utf-8"), max_size=60)


def test_a_person_can_read_it() -> None:
    assert marker("invoice", "1042", "7k3m9q", 1, 1) == "BluePro invoice 1042 (ref 7k3m9q-1)"
    assert marker("payment", "", "7k3m9q", 2, 3) == "BluePro payment (ref 7k3m9q-2.3)"


@given(texts, refs, counts, counts, texts, texts)
def test_it_is_found_between_other_text(
    number: str, ref: str, generation: int, era: int, before: str, after: str
) -> None:
    note = f"Voided\n{before}\n{marker('invoice', number, ref, generation, era)}\n{after}"
    assert find_marker(note, ref, generation, era)
    assert not find_marker(note, ref, generation + 1, era)
    assert find_marker(note, ref, generation, era + 1)  # under way when a backup was made
    assert era == 1 or not find_marker(note, ref, generation, era - 1)
    assert not find_marker(note, ref + "2", generation, era)


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("BluePro invoice 1042 (ref 7k3m9q-1)", Marker("invoice", "1042", "7k3m9q", 1, 1)),
        ("Voided BluePro payment CH 7 (ref 7k3m9q-1.2)", Marker("payment", "CH 7", "7k3m9q", 1, 2)),
        ("from (ref 7k3m9q-1)", None),
        ("BluePro invoice 1042", None),
        ("", None),
    ],
)
def test_reading_notes(note: str, found: Marker | None) -> None:
    assert read_marker(note) == found


def test_a_number_that_looks_like_a_marker_does_not_fool_it() -> None:
    note = marker("invoice", "1 (ref aaaaaa-1)", "7k3m9q", 1, 1)
    assert read_marker(note) == Marker("invoice", "1 [ref aaaaaa-1]", "7k3m9q", 1, 1)


def test_the_last_marker_counts() -> None:
    copied = marker("payment", "", "aaaaaa", 1, 1)
    assert find_marker(with_marker(f"see {copied}", marker("payment", "", "bbbbbb", 1, 1)), "bbbbbb", 1, 1)


@given(st.text(max_size=5000))
def test_a_long_description_leaves_room_for_it(text: str) -> None:
    note = with_marker(text, marker("payment", "CH-1", "7k3m9q", 1, 1))
    assert len(note.encode("utf-16-le")) // 2 <= 4000
    assert find_marker(note, "7k3m9q", 1, 1)
