"""Rounds over what has changed: each record is reached once in a round, wherever it begins and however it is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluepro.quickbooks.store import walking
from bluepro.quickbooks.store.walking import WINDOW, Round


def next_ids(ids: list[int], after: int) -> list[int]:
    return [one for one in ids if one > after][:WINDOW]


@given(
    st.lists(st.integers(1, 3000), unique=True, max_size=1500).map(sorted),
    st.integers(0, 3000),
)
def test_a_round_reaches_each_record_once(ids: list[int], origin: int) -> None:
    round_ = Round(origin=origin, at=origin)
    seen: list[int] = []
    for _ in range(2 * len(ids) // WINDOW + 3):
        if round_.done:
            break
        seen += round_.move(next_ids(ids, round_.at))
    assert round_.done
    assert sorted(seen) == ids


@given(st.lists(st.integers(1, 3000), unique=True, min_size=1, max_size=1500).map(sorted), st.data())
def test_whatever_was_enough_on_the_way_the_next_rounds_reach_all(ids: list[int], data: st.DataObject) -> None:
    round_, seen = Round(), set[int]()
    for _ in range(4):
        round_.begin()
        mine = round_.move(next_ids(ids, round_.at))
        enough = data.draw(st.integers(0, len(mine)))
        seen |= set(mine[:enough])
        if enough:
            round_.found_enough(mine[enough - 1])
    rest: set[int] = set()
    round_.found_enough(round_.at)
    round_.begin()
    while not round_.done:
        rest |= set(round_.move(next_ids(ids, round_.at)))
    assert rest == set(ids)
    assert seen <= rest


def test_a_round_without_records_is_done_at_once() -> None:
    round_ = Round()
    assert (round_.move([]), round_.done) == ([], True)


@pytest.mark.parametrize("name", ["WINDOW", "WINDOWS", "REFERRING"])
def test_a_look_is_bounded(name: str) -> None:
    assert 0 < getattr(walking, name) <= 1000
