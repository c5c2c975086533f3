"""Limits by the clock, and the recorded answer of a throttled call (sections 1.1, 1.2).

Time is pushed by hand; nothing sleeps.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from datetime import timedelta

import httpx2
import pytest
from emulator_books import NOW
from emulator_http import FRESH, SAMPLE, Caller, Emulator
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.clock import ManualClock
from qbo_emulator.throttle import Throttle, Throttled, Window


def _calls(throttle: Throttle, count: int, realm: str = "r", app: str = "a", batch: bool = False) -> None:
    for _ in range(count):
        with throttle.call(realm, app, batch):
            pass


def _refused(throttle: Throttle, realm: str = "r", app: str = "a", batch: bool = False) -> str:
    with pytest.raises(Throttled) as caught, throttle.call(realm, app, batch):
        pass
    return caught.value.limit


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


def _spread(throttle: Throttle, clock: ManualClock, count: int, app: str, batch: bool) -> None:
    """Calls slow enough for the limit per second."""
    for _ in range(count):
        _calls(throttle, 1, app=app, batch=batch)
        clock.advance(0.1)


def test_f1_1_2_ten_calls_a_second_per_realm_and_app(clock: ManualClock) -> None:
    throttle = Throttle(clock, enabled=True)
    _calls(throttle, 10)
    assert _refused(throttle) == "10 calls a second"
    _calls(throttle, 10, app="b")
    _calls(throttle, 10, realm="s")
    clock.advance(1)
    _calls(throttle, 10)


def test_f1_1_1_five_hundred_calls_a_minute_per_realm_over_all_apps(clock: ManualClock) -> None:
    throttle = Throttle(clock, enabled=True)
    _spread(throttle, clock, 250, "a", batch=False)
    _spread(throttle, clock, 250, "b", batch=False)
    assert _refused(throttle, app="c") == "500 calls a minute"
    _calls(throttle, 1, realm="s", app="c")
    clock.advance(10)
    _calls(throttle, 1, app="c")  # the first calls are a minute ago


def test_f1_1_4_forty_batches_a_minute_per_realm_and_app(clock: ManualClock) -> None:
    throttle = Throttle(clock, enabled=True)
    _spread(throttle, clock, 40, "a", batch=True)
    assert _refused(throttle, batch=True) == "40 batches a minute"
    _calls(throttle, 1)
    clock.advance(56)
    _calls(throttle, 1, batch=True)


def test_f1_1_5_a_hundred_and_twenty_batches_a_minute_per_realm(clock: ManualClock) -> None:
    throttle = Throttle(clock, enabled=True)
    for app in "abc":
        _spread(throttle, clock, 40, app, batch=True)
    assert _refused(throttle, app="d", batch=True) == "120 batches a minute"


def test_f1_1_3_ten_in_flight_per_realm_and_app(clock: ManualClock) -> None:
    throttle = Throttle(clock, enabled=True)
    with ExitStack() as open_calls:
        for _ in range(10):
            open_calls.enter_context(throttle.call("r", "a", False))
        clock.advance(1)
        assert _refused(throttle) == "10 in flight"
        _calls(throttle, 1, app="b")
    _calls(throttle, 1)


def test_switched_off_nothing_is_refused(clock: ManualClock) -> None:
    throttle = Throttle(clock, enabled=False)
    _calls(throttle, 1000, batch=True)
    assert throttle is not None


def test_refused_calls_use_nothing_up(clock: ManualClock) -> None:
    throttle = Throttle(clock, enabled=True)
    _calls(throttle, 10)
    for _ in range(50):
        _refused(throttle)
    clock.advance(1)
    _calls(throttle, 10)


@given(st.lists(st.integers(0, 400), max_size=200))
def test_no_span_of_a_window_ever_holds_more_than_its_limit(pauses: list[int]) -> None:
    window, now, admitted = Window(5, timedelta(seconds=1)), NOW, []
    for pause in pauses:
        now += timedelta(milliseconds=pause)
        if not window.full(now):
            window.add(now)
            admitted.append(now)
    for place, moment in enumerate(admitted[5:]):
        assert moment - admitted[place] >= timedelta(seconds=1)


def test_f1_2_2_a_throttled_call_is_answered_429_in_xml_without_retry_after() -> None:
    emulator = Emulator(limits="documented")
    caller = Caller(emulator)
    for _ in range(10):
        assert caller.send("GET", "preferences").status_code == 200
    answer = caller.send("GET", "preferences")
    assert answer.status_code == 429
    assert answer.headers["content-type"].startswith("application/xml")
    assert "retry-after" not in answer.headers
    assert "intuit_tid" in answer.headers
    assert '<Fault type="SERVICE">' in answer.text
    assert '<Error code="3001">' in answer.text
    assert "message=ThrottleExceeded; errorCode=003001; statusCode=429" in answer.text
    assert "The request limit was reached.  Try again later" in answer.text
    assert Caller(emulator, SAMPLE).send("GET", "preferences").status_code == 200
    emulator.clock.advance(1)
    assert caller.send("GET", "preferences").status_code == 200
    assert emulator.call("GET", "/_emulator/requests/summary").json()["throttled"] == 1


def test_authentication_comes_before_the_limits() -> None:
    emulator = Emulator(limits="documented")
    for _ in range(20):
        assert emulator.call("GET", f"/v3/company/{FRESH}/preferences").status_code == 401


def test_calls_made_together_each_get_an_answer_of_their_own() -> None:
    emulator = Emulator()
    header = {"Authorization": f"Bearer {emulator.token()}"}

    async def together(client: httpx2.AsyncClient) -> list[httpx2.Response]:
        path = f"/v3/company/{FRESH}/customer"
        return await asyncio.gather(
            *(client.post(path, json={"DisplayName": f"C{n}"}, headers=header) for n in range(20))
        )

    answers = emulator.run(together)
    assert sorted(int(answer.json()["Customer"]["Id"]) for answer in answers) == list(range(1, 21))
