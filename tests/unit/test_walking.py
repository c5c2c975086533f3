"""Rounds over what has changed: each record is reached once in a round, wherever it begins and however it is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import walking
from bluepro.quickbooks.store.due import DueRow
from bluepro.quickbooks.store.walking import WINDOW, Round, Rounds

IDS = st.lists(st.integers(1, 3000), unique=True, max_size=1500).map(sorted)


def next_ids(ids: list[int], after: int) -> list[int]:
    return [one for one in ids if one > after][:WINDOW]


def look(round_: Round, ids: list[int], enough: int = WINDOW) -> list[int]:
    """One window, of which only so many are wanted."""
    mine = round_.move(next_ids(ids, round_.at))
    if len(mine) > enough:
        mine = mine[:enough]
        round_.stop(mine[-1])
    return mine


@given(IDS, st.integers(0, 3000), st.data())
def test_a_round_reaches_each_record_once(ids: list[int], origin: int, data: st.DataObject) -> None:
    round_ = Round(origin=origin, at=origin)
    seen: list[int] = []
    while not round_.done:
        seen += look(round_, ids, data.draw(st.sampled_from([1, 7, 100, WINDOW])) if len(seen) < 50 else WINDOW)
    assert sorted(seen) == ids


@given(IDS, st.lists(st.tuples(st.integers(1, WINDOW), st.booleans()), max_size=20))
def test_however_often_it_begins_anew_it_goes_on_where_it_was(ids: list[int], looks: list[tuple[int, bool]]) -> None:
    """Looks that begin anew each time, because something was written, come around as well."""
    round_ = Round()
    for enough, anew in looks:
        if anew:
            round_.begin()
        look(round_, ids, enough)
    seen: set[int] = set()
    for _ in range(2 * (len(ids) // WINDOW + 2)):
        round_.begin()
        seen |= set(look(round_, ids))
    assert seen == set(ids)


def test_a_round_without_records_is_done_at_once() -> None:
    round_ = Round()
    assert (round_.move([]), round_.done) == ([], True)


def test_kinds_that_take_different_times_are_done_together_and_then_begin_anew() -> None:
    """Otherwise whoever waits until all are done might wait for ever."""
    rounds, ids = Rounds(), {Kind.INVOICE: list(range(1, 1000)), Kind.PAYMENT: list(range(1, 2000))}
    looks = 0
    while not looks or not rounds.done:
        rounds.begin_look()
        looks += 1
        for kind in ids:
            if not (round_ := rounds.of(kind)).done:
                look(round_, ids[kind])
    assert looks == 2000 // WINDOW + 1
    rounds.begin_look()
    assert not rounds.of(Kind.INVOICE).done


def test_what_was_found_is_looked_at_again_by_the_next_look_that_asks() -> None:
    rounds = Rounds()
    rounds.begin_look()
    rounds.found(Kind.PAYMENT, [DueRow(Kind.PAYMENT, 7, 1, None)])
    assert rounds.earlier(Kind.PAYMENT) == set(), "not by the same look"
    rounds.begin_look()
    rounds.begin_look()
    assert rounds.earlier(Kind.PAYMENT) == {7}, "a look that did not ask forgets nothing"
    rounds.begin_look()
    assert rounds.earlier(Kind.PAYMENT) == set()


@pytest.mark.parametrize("name", ["WINDOW", "WINDOWS"])
def test_a_look_is_bounded(name: str) -> None:
    assert 0 < getattr(walking, name) <= 1000
