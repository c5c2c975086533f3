"""The limiter against a model of the throttle: it counts arrivals over sliding windows, and calls being worked on."""

import heapq
import math
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_client.limits import DOCUMENTED, LOST_CALL_SECONDS, UNLIMITED_RATES, Limiter, Limits
from qbo_client.wire import Lane

TIGHT = Limits(per_minute=6, per_second=3, in_flight=4, batches_per_minute=2, minute=60.0, second=1.0)


def waits(limiter: Limiter, lane: Lane, now: float) -> float:
    return limiter.wait_for(lane, now)


def run(limiter: Limiter, lane: Lane, now: float) -> None:
    limiter.start(lane, now)
    limiter.finish(lane, now)


def test_a_new_limiter_lets_go_at_once() -> None:
    assert [waits(Limiter(TIGHT), lane, 0.0) for lane in Lane] == [0.0, 0.0, 0.0]


def test_the_second() -> None:
    limiter = Limiter(TIGHT)
    for now in (10.0, 10.1, 10.2):
        run(limiter, Lane.SINGLE, now)
    assert waits(limiter, Lane.READ, 10.3) == pytest.approx(0.7)
    assert waits(limiter, Lane.READ, 11.0) == 0.0


def test_the_minute() -> None:
    limiter = Limiter(TIGHT)
    for second in range(6):
        run(limiter, Lane.SINGLE, 2.0 * second)
    assert waits(limiter, Lane.SINGLE, 20.0) == pytest.approx(40.0)
    assert waits(limiter, Lane.SINGLE, 60.0) == 0.0


def test_batches_have_a_window_of_their_own_and_count_as_calls() -> None:
    limiter = Limiter(TIGHT)
    run(limiter, Lane.BATCH, 0.0)
    run(limiter, Lane.BATCH, 5.0)
    assert waits(limiter, Lane.BATCH, 10.0) == pytest.approx(50.0)
    assert waits(limiter, Lane.SINGLE, 10.0) == 0.0
    for now in (10.0, 12.0, 14.0, 16.0):
        run(limiter, Lane.READ, now)
    assert waits(limiter, Lane.SINGLE, 20.0) == pytest.approx(40.0)


def test_calls_in_flight_wait_for_a_finish() -> None:
    limiter = Limiter(UNLIMITED_RATES)
    for _ in range(10):
        assert waits(limiter, Lane.SINGLE, 0.0) == 0.0
        limiter.start(Lane.SINGLE, 0.0)
    assert waits(limiter, Lane.SINGLE, 1000.0) == math.inf
    limiter.finish(Lane.SINGLE, 1000.0)
    assert waits(limiter, Lane.SINGLE, 1000.0) == 0.0


def test_a_lost_call_keeps_its_place_for_a_while() -> None:
    limiter = Limiter(Limits(per_minute=None, per_second=None, batches_per_minute=None, in_flight=1))
    limiter.start(Lane.SINGLE, 0.0)
    limiter.finish(Lane.SINGLE, 5.0, lost=True)
    assert waits(limiter, Lane.SINGLE, 5.0) == LOST_CALL_SECONDS
    assert waits(limiter, Lane.SINGLE, 5.0 + LOST_CALL_SECONDS) == 0.0


def test_finishing_what_never_started_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no batch call is in flight"):
        Limiter(TIGHT).finish(Lane.BATCH, 0.0)


def test_a_pause_holds_everything_and_the_longer_one_stays() -> None:
    limiter = Limiter(UNLIMITED_RATES)
    limiter.pause(60.0)
    limiter.pause(30.0)
    assert [waits(limiter, lane, 10.0) for lane in Lane] == [50.0, 50.0, 50.0]
    assert waits(limiter, Lane.READ, 60.0) == 0.0


def test_a_successor_takes_over_what_the_dead_worker_sent() -> None:
    limiter = Limiter(TIGHT)
    calls = [(30.0, Lane.BATCH, 1), (10.0, Lane.BATCH, 1), (20.0, Lane.READ, 1)]
    limiter.seed(calls, in_flight=[130.0, 140.0, 150.0, 35.0])
    assert waits(limiter, Lane.BATCH, 40.0) == pytest.approx(30.0)
    assert waits(limiter, Lane.SINGLE, 40.0) == 0.0
    limiter.start(Lane.SINGLE, 40.0)
    assert waits(limiter, Lane.SINGLE, 40.0) == pytest.approx(90.0)
    assert waits(limiter, Lane.SINGLE, 130.0) == 0.0


@pytest.mark.parametrize("wrong", [{"in_flight": 0}, {"per_second": 0}, {"minute": 0.0}, {"second": -1.0}])
def test_limits_that_allow_nothing_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="limits:"):
        Limits(**wrong)  # type: ignore[arg-type]  # wrong on purpose


@dataclass
class Throttle:
    """The documented limits as a server counts them; `broken` names those that a schedule has exceeded."""

    arrivals: list[tuple[float, Lane]] = field(default_factory=list)
    working: list[tuple[float, float]] = field(default_factory=list)

    def broken(self) -> set[str]:
        ways = sorted(self.arrivals)
        found = {
            name
            for name, count, window, batches in (
                ("10 a second", 10, 1.0, False),
                ("500 a minute", 500, 60.0, False),
                ("40 batches a minute", 40, 60.0, True),
            )
            if self._exceeds([at for at, lane in ways if lane is Lane.BATCH or not batches], count, window)
        }
        return found | ({"10 in flight"} if self._most_at_once() > 10 else set())

    @staticmethod
    def _exceeds(times: list[float], count: int, window: float) -> bool:
        return any(later - earlier < window for earlier, later in zip(times, times[count:], strict=False))

    def _most_at_once(self) -> int:
        ends: list[float] = []
        most = 0
        for begin, end in sorted(self.working):
            while ends and ends[0] <= begin:  # our next call left after this one had ended
                heapq.heappop(ends)
            heapq.heappush(ends, end)
            most = max(most, len(ends))
        return most


Calls = list[tuple[Lane, float, float, float]]


def play(limiter: Limiter, calls: Calls, idle: list[float], bunch: float = 0.0) -> tuple[Throttle, float]:
    """Send each call (lane, way there, work, way back) as soon as the limiter lets it go; return when the last went.

    With `bunch`, what leaves within that many seconds arrives at one moment, as after a machine's pause.
    """
    throttle, finishes, now = Throttle(), list[tuple[float, int]](), 0.0
    for number, (lane, there, work, back) in enumerate(calls):
        now += idle[number % len(idle)]
        while True:
            while finishes and finishes[0][0] <= now:
                limiter.finish(calls[heapq.heappop(finishes)[1]][0], now)
            wait = limiter.wait_for(lane, now)
            if wait == 0.0:
                break
            now = min([now + wait, *(finishes[0][:1])] if finishes else [now + wait])
            assert now < math.inf, "the limiter waits for a finish that cannot come"
        limiter.start(lane, now)
        arrived = now + (-now % bunch if bunch else there)
        throttle.arrivals.append((arrived, lane))
        throttle.working.append((arrived, arrived + work))
        heapq.heappush(finishes, (arrived + work + back, number))
    return throttle, now


short = st.floats(min_value=0.0, max_value=0.99)  # a hair below the 1 s that the limits allow for
call = st.tuples(st.sampled_from([*Lane, Lane.BATCH]), short, st.floats(min_value=0.0, max_value=30.0), short)
quick_call = st.tuples(st.sampled_from(Lane), short, st.floats(min_value=0.0, max_value=0.5), short)


@given(
    st.lists(call, min_size=30, max_size=150) | st.lists(quick_call, min_size=60, max_size=150),
    st.lists(st.floats(min_value=0.0, max_value=3.0) | st.just(0.0), min_size=1, max_size=10),
)
def test_no_schedule_exceeds_a_documented_limit(
    calls: list[tuple[Lane, float, float, float]], idle: list[float]
) -> None:
    throttle, _ = play(Limiter(DOCUMENTED), calls, idle)
    assert throttle.broken() == set()


@given(
    st.lists(st.tuples(st.sampled_from(Lane), st.just(0.0), st.floats(0.0, 0.3), st.floats(0.0, 0.3)), min_size=40),
    st.floats(min_value=0.05, max_value=0.99),
)
def test_not_even_if_calls_arrive_in_bunches(calls: Calls, bunch: float) -> None:
    throttle, _ = play(Limiter(DOCUMENTED), calls, [0.0], bunch)
    assert throttle.broken() == set()


def test_the_model_notices_what_would_exceed() -> None:
    careless = Limits(per_minute=None, per_second=None, batches_per_minute=None, in_flight=1000)
    calls = [(Lane.BATCH, 0.0, 1.0, 0.0)] * 501
    throttle, _ = play(Limiter(careless), calls, [0.0])
    assert throttle.broken() == {"10 a second", "500 a minute", "40 batches a minute", "10 in flight"}


@pytest.mark.parametrize("work", [0.4, 4.0, 10.0])
def test_nine_tenths_of_the_batch_limit_are_reached(work: float) -> None:
    warm_up, batches = 41, 5 * 40
    calls = [(Lane.BATCH, 0.05, work * (0.7 + 0.6 * (n % 7) / 6), 0.05) for n in range(warm_up + batches)]
    _, first = play(Limiter(DOCUMENTED), calls[:warm_up], [0.0])
    throttle, last = play(Limiter(DOCUMENTED), calls, [0.0])
    assert throttle.broken() == set()
    assert batches / ((last - first) / 60) >= 0.9 * 40


def test_singles_reach_a_good_part_of_the_minute() -> None:
    calls = [(Lane.SINGLE, 0.05, 0.3, 0.05)] * 2_000
    throttle, last = play(Limiter(DOCUMENTED), calls, [0.0])
    assert throttle.broken() == set()
    assert len(calls) / (last / 60) >= 290
