"""What batches leave to single calls, and what a 429 teaches, against models of what QuickBooks may be counting."""

import math
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_client.limits import (
    DOCUMENTED,
    ITEMS_COUNT_SECONDS,
    SLOWED_SECONDS,
    UNLIMITED_RATES,
    Limiter,
    Limits,
    Refusal,
    Spare,
    learned,
)
from qbo_client.wire import Lane

FULL = 30


def fill(limiter: Limiter, lane: Lane, now: float) -> int:
    """Starts as many calls of `lane` as may go."""
    count = 0
    while limiter.wait_for(lane, now) == 0:
        limiter.start(lane, now)
        count += 1
    return count


def test_batches_leave_places_within_a_second_and_in_flight_to_single_calls() -> None:
    limiter = Limiter(DOCUMENTED)
    assert fill(limiter, Lane.BATCH, 0.0) == 2
    assert fill(limiter, Lane.SINGLE, 0.0) == 3
    limiter = Limiter(Limits(None, None, 9, None, spare=Spare(in_flight=2)))
    assert fill(limiter, Lane.BATCH, 0.0) == 7
    assert limiter.wait_for(Lane.BATCH, 1000.0) == math.inf
    assert fill(limiter, Lane.READ, 0.0) == 2


def test_batches_whose_items_count_leave_places_within_a_minute() -> None:
    limiter = Limiter(
        Limits(per_minute=100, per_second=None, batches_per_minute=None, items_count=True, spare=Spare(15))
    )
    for number, free in enumerate((2, 1, 0)):
        assert limiter.room(Lane.BATCH, 1.0, FULL) == free
        if free:
            limiter.start(Lane.BATCH, 1.0, FULL)
            limiter.finish(Lane.BATCH, 1.0)
        assert number < 3
    assert limiter.wait_for(Lane.BATCH, 1.0, FULL) == pytest.approx(60.0)
    assert limiter.room(Lane.BATCH, 1.0, 25) == 1
    assert limiter.room(Lane.SINGLE, 1.0) == 10


lanes = st.sampled_from(list(Lane))
past = st.lists(st.tuples(lanes, st.floats(0.0, 3.0), st.integers(1, 30)), max_size=60)


@given(
    past,
    lanes,
    st.integers(1, 30),
    st.sampled_from([DOCUMENTED, UNLIMITED_RATES, learned(DOCUMENTED, [Refusal(0, 20, 510, 480)], 1)]),
)
def test_room_is_how_many_calls_could_start_one_after_the_other(
    calls: list[tuple[Lane, float, int]], lane: Lane, items: int, limits: Limits
) -> None:
    limiter, now = Limiter(limits), 0.0
    for other, idle, count in calls:
        now += idle
        if limiter.wait_for(other, now, count) == 0:
            limiter.start(other, now, count)
            limiter.finish(other, now, lost=count == 7)
    room, started = limiter.room(lane, now, items), 0
    while limiter.wait_for(lane, now, items) == 0:
        limiter.start(lane, now, items)
        started += 1
    assert room == started


@pytest.mark.parametrize("field", ["minute", "second", "in_flight"])
def test_a_share_that_leaves_batches_nothing_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match="batches must be left a place"):
        Limits(per_minute=5, per_second=5, in_flight=5, spare=Spare(**{field: 5}))


def test_a_429_when_500_items_were_reached_teaches_that_items_count_for_an_hour() -> None:
    refusal = Refusal(at=0.0, calls=17, items=510, took=480)
    taught = learned(DOCUMENTED, [refusal], ITEMS_COUNT_SECONDS - 1)
    assert (taught.items_count, taught.per_minute) == (True, DOCUMENTED.per_minute)
    assert learned(DOCUMENTED, [refusal], ITEMS_COUNT_SECONDS) == DOCUMENTED


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal(at=0.0, calls=3, items=60, took=30),  # far from anything of ours: another app
        Refusal(at=0.0, calls=38, items=1140, took=1110),  # so many were taken that they are not counted
        Refusal(at=0.0, calls=490, items=490, took=480),  # single calls count anyway
    ],
)
def test_any_other_429_slows_for_ten_minutes(refusal: Refusal) -> None:
    taught = learned(DOCUMENTED, [refusal], SLOWED_SECONDS - 1)
    assert (taught.per_minute, taught.per_second, taught.batches_per_minute) == (371, 4, 30)
    assert not taught.items_count
    assert learned(DOCUMENTED, [refusal], SLOWED_SECONDS) == DOCUMENTED


def test_each_429_slows_further_but_never_to_a_stand() -> None:
    refusals = [Refusal(60.0 * number, 3, 60, 30) for number in range(9)]
    taught = learned(DOCUMENTED, refusals, 541.0)
    assert (taught.per_minute, taught.per_second, taught.batches_per_minute) == (124, 4, 10)
    assert learned(UNLIMITED_RATES, refusals, 541.0) == UNLIMITED_RATES


@dataclass
class Server:
    """Counts within a minute what `weighs` says of each call; 500 in all, of which others use `others`."""

    by_item: bool
    others: int = 0
    taken: list[tuple[float, int]] = field(default_factory=list)

    def takes(self, now: float, items: int) -> bool:
        weight = items if self.by_item else 1
        used = self.others + sum(one for at, one in self.taken if at > now - 60.0)
        if used + weight > 500:
            return False
        self.taken.append((now, weight))
        return True


@dataclass
class Push:
    """A backlog of full batches against a server, with what the engine does after a 429."""

    server: Server
    limiter: Limiter = field(default_factory=lambda: Limiter(DOCUMENTED))
    sent: list[tuple[float, int, bool]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        now, answers = 0.0, list[float]()
        while now < seconds:
            while answers and answers[0] <= now:
                answers.pop(0)
                self.limiter.finish(Lane.BATCH, now)
            wait = self.limiter.wait_for(Lane.BATCH, now, FULL)
            if wait:
                now = min(now + wait, answers[0] if answers else math.inf)
                continue
            self.limiter.start(Lane.BATCH, now, FULL)
            took = self.server.takes(now + 0.05, FULL)
            self.sent.append((now, FULL, took))
            answers.append(now + (4.0 if took else 0.1))
            answers.sort()
            if not took:
                self._refused(now)

    def _refused(self, now: float) -> None:
        lately = [(items, took) for at, items, took in self.sent if at > now - 60.0]
        took = sum(items for items, was_taken in lately if was_taken)
        if not self.refusals or now - self.refusals[-1].at > 55:
            self.refusals.append(Refusal(now, len(lately), sum(items for items, _ in lately), took))
        self.limiter.pause(now + 60.0)
        self.limiter.learn(self.refusals, now)

    def per_minute(self, since: float, until: float) -> float:
        return sum(items for at, items, took in self.sent if took and since <= at < until) / (until - since) * 60


def test_counted_items_cost_one_429_and_then_nine_tenths_of_500_are_reached() -> None:
    push = Push(Server(by_item=True))
    push.run(1500)
    assert len(push.refusals) == 1
    begun = push.refusals[0].at + 60
    assert push.per_minute(begun, begun + 20 * 62) >= 450


def test_uncounted_items_cost_none() -> None:
    push = Push(Server(by_item=False))
    push.run(600)
    assert push.refusals == []
    assert push.per_minute(62, 62 * 9) >= 1080


def test_another_app_on_the_realm_slows_us_and_stops_nothing() -> None:
    push = Push(Server(by_item=False, others=475))
    push.run(1200)
    assert 1 <= len(push.refusals) <= 6, "each costs a minute"
    assert not learned(DOCUMENTED, push.refusals, 1200).items_count
    assert push.per_minute(600, 1200) >= 300, "25 calls a minute are left for us, of 30 records each"
