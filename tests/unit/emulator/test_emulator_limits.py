"""Limits by the clock, and the recorded answer of a throttled call (sections 1.1, 1.2).

Time is pushed by hand; nothing sleeps.
"""

from __future__ import annotations

import asyncio
import tracemalloc

import httpx2
import pytest
from emulator_books import NOW
from emulator_gateway import Simulated, status_of
from emulator_http import FRESH, SAMPLE, Caller, Emulator
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.clock import ManualClock
from qbo_emulator.gateway.throttle import SECOND, Load, Throttle, Throttled, Window, microseconds


class Gate:
    """A throttle on a clock that is pushed by hand."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.throttle = Throttle()

    def calls(self, count: int, realm: str = "r", app: str = "a", batch: bool = False, seconds: float = 0) -> None:
        for _ in range(count):
            load = Load(realm, app, batch)
            self.throttle.admit(load, self.clock.now())
            self.throttle.hold(load, self.clock.now(), seconds)

    def refused(self, realm: str = "r", app: str = "a", batch: bool = False) -> str:
        with pytest.raises(Throttled) as caught:
            self.calls(1, realm, app, batch)
        return caught.value.limit

    def spread(self, count: int, app: str, batch: bool) -> None:
        """Calls slow enough for the limit per second."""
        for _ in range(count):
            self.calls(1, app=app, batch=batch)
            self.clock.advance(0.1)


@pytest.fixture
def gate() -> Gate:
    return Gate()


def test_f1_1_2_ten_calls_a_second_per_realm_and_app(gate: Gate) -> None:
    gate.calls(10)
    assert gate.refused() == "10 calls a second"
    gate.calls(10, app="b")
    gate.calls(10, realm="s")
    gate.clock.advance(1)
    gate.calls(10)


def test_f1_1_1_five_hundred_calls_a_minute_per_realm_over_all_apps(gate: Gate) -> None:
    gate.spread(250, "a", batch=False)
    gate.spread(250, "b", batch=False)
    assert gate.refused(app="c") == "500 calls a minute"
    gate.calls(1, realm="s", app="c")
    gate.clock.advance(10)
    gate.calls(1, app="c")  # the first calls are a minute ago


def test_f1_1_4_forty_batches_a_minute_per_realm_and_app(gate: Gate) -> None:
    gate.spread(40, "a", batch=True)
    assert gate.refused(batch=True) == "40 batches a minute"
    gate.calls(1)
    gate.clock.advance(56)
    gate.calls(1, batch=True)


def test_f1_1_5_a_hundred_and_twenty_batches_a_minute_per_realm(gate: Gate) -> None:
    for app in "abc":
        gate.spread(40, app, batch=True)
    assert gate.refused(app="d", batch=True) == "120 batches a minute"


def test_f1_1_3_ten_in_flight_per_realm_and_app(gate: Gate) -> None:
    gate.calls(10, seconds=30)
    gate.clock.advance(29)
    assert gate.refused() == "10 in flight"
    gate.calls(1, app="b")
    gate.calls(1, realm="s")
    gate.clock.advance(1)
    gate.calls(1)


def test_refused_calls_use_nothing_up(gate: Gate) -> None:
    gate.calls(10)
    for _ in range(50):
        gate.refused()
    gate.clock.advance(1)
    gate.calls(10)


def test_f1_1_17_another_app_can_use_up_the_realms_budget(gate: Gate) -> None:
    gate.throttle.use_up("r", 499, 120, gate.clock.now())
    assert gate.refused(batch=True) == "120 batches a minute"
    gate.calls(1)
    assert gate.refused() == "500 calls a minute"
    gate.throttle.use_up("r", 10_000, 10_000, gate.clock.now())
    gate.clock.advance(60)
    gate.calls(1, batch=True)


def test_a_call_can_count_for_many(gate: Gate) -> None:
    for _ in range(16):
        gate.throttle.admit(Load("r", "a", True, events=30), gate.clock.now())
        gate.clock.advance(0.1)
    with pytest.raises(Throttled, match="500 calls a minute"):
        gate.throttle.admit(Load("r", "a", True, events=30), gate.clock.now())
    gate.throttle.admit(Load("r", "a", True, events=20), gate.clock.now())


def test_no_limit_makes_room_for_more_than_it_allows_at_once() -> None:
    assert not Window(5, SECOND).room(microseconds(NOW), 6)


@given(st.lists(st.tuples(st.integers(0, 400_000), st.integers(1, 3)), max_size=200))
def test_no_span_of_a_window_ever_holds_more_than_its_limit(calls: list[tuple[int, int]]) -> None:
    window, now = Window(5, SECOND), 0
    admitted: list[int] = []
    for pause, events in calls:
        now += pause
        within = [moment for moment in admitted if now - moment < SECOND]
        assert window.room(now, events) is (len(within) + events <= 5)
        if window.room(now, events):
            window.add(now, events)
            admitted += [now] * events


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


def _throttled(answer: str, method: str = "GET", rest: str = "preferences") -> httpx2.Response:
    """The answer to the eleventh call of a second."""
    caller = Caller(Emulator(limits="documented", options=(("throttle_answer", answer),)))
    return [caller.send(method, rest, {} if method == "POST" else None) for _ in range(11)][-1]


def test_f1_2_3_the_answer_can_have_the_status_of_2016() -> None:
    answer = _throttled("xml_403")
    assert answer.status_code == 403
    assert "message=ThrottleExceeded; errorCode=003001; statusCode=403" in answer.text
    assert '<Error code="3001">' in answer.text


def test_f1_2_4_the_answer_can_be_json_in_the_gateways_envelope() -> None:
    answer = _throttled("json")
    assert answer.status_code == 429
    fault = answer.json()["fault"]
    assert fault["type"] == "SERVICE"
    message = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    detail = "The request limit was reached.  Try again later"
    assert fault["error"] == [{"message": message, "detail": detail, "code": "3001", "element": None}]
    assert answer.json()["time"] == int(NOW.timestamp() * 1000)


@pytest.mark.parametrize(("form", "header"), [("xml", None), ("xml_403", None), ("json", "60")])
def test_f1_2_5_retry_after_comes_with_json_only(form: str, header: str | None) -> None:
    assert _throttled(form, "POST", "batch").headers.get("retry-after") == header


def test_f1_2_1_after_a_minute_the_calls_go_on() -> None:
    sim = Simulated(limits="documented")
    sim.world.throttle.use_up(sim.realm, 500, 0, sim.clock.now())
    assert status_of(sim.send("GET", "preferences")) == 429
    sim.clock.advance(59.999)
    assert status_of(sim.send("GET", "preferences")) == 429
    sim.clock.advance(0.001)
    assert status_of(sim.send("GET", "preferences")) == 200


def _apps(sim: Simulated, count: int) -> list[str]:
    """Tokens of so many apps of the company."""
    return [sim.world.oauth.issue_directly(f"app {n}", sim.realm).access_token for n in range(count)]


def test_f1_1_15_the_501st_call_of_a_minute_is_refused_by_default() -> None:
    sim = Simulated(limits="documented")
    statuses = []
    for n in range(501):
        statuses.append(status_of(sim.send("GET", "preferences")))
        sim.clock.advance(0.11 if n < 499 else 0)
    assert statuses == [200] * 500 + [429]
    assert sim.send("GET", "preferences").notes == ("limit: 500 calls a minute",)


def test_f1_1_16_older_limits_are_not_enforced_in_a_sandbox_either() -> None:
    sim = Simulated(limits="documented")
    sim.world.companies[sim.realm].settings.sandbox = True
    for _ in range(499):  # more than 100 by one app, more than 200 of a kind
        assert status_of(sim.send("GET", "preferences")) == 200
        sim.clock.advance(0.11)


def test_f1_1_18_batches_carry_more_than_twice_what_single_calls_do() -> None:
    sim = Simulated(limits="documented")
    made = 0
    for number in range(41):
        items = [{"bId": str(n), "operation": "create", "Term": {"Name": f"{number}/{n}"}} for n in range(30)]
        made += 30 if status_of(sim.send("POST", "batch", {"BatchItemRequest": items})) == 200 else 0
        sim.clock.advance(1)
    assert made == 40 * 30 == 1_200


def test_f1_1_19_items_can_be_metered_like_calls() -> None:
    sim = Simulated(limits="documented", options=(("batch_items", "counted"),))
    body = {"BatchItemRequest": [{"bId": str(n), "Query": "select count(*) from Term"} for n in range(30)]}
    for _ in range(16):
        assert status_of(sim.send("POST", "batch", body)) == 200
        sim.clock.advance(0.2)
    refused = sim.send("POST", "batch", body)
    assert (status_of(refused), refused.notes) == (429, ("limit: 500 calls a minute",))
    assert status_of(sim.send("GET", "preferences")) == 200  # 480 are counted, a single one has room


def test_the_121st_batch_of_a_minute_is_refused_over_all_apps() -> None:
    sim = Simulated(limits="documented")
    body = {"BatchItemRequest": [{"bId": "1", "Query": "select count(*) from Term"}]}
    statuses = []
    for token in _apps(sim, 4):
        sim.token = token
        for _ in range(40):
            statuses.append(status_of(sim.send("POST", "batch", body)))
            sim.clock.advance(0.1)
    assert statuses == [200] * 120 + [429] * 40


def test_the_eleventh_call_in_flight_is_refused_until_one_is_answered() -> None:
    sim = Simulated(limits="documented")
    sim.rule({"kind": "slow", "seconds": 30}, count=10)
    for number in range(10):
        assert sim.send("GET", "preferences").working == 30
        sim.clock.advance(1 if number == 9 else 0)
    refused = sim.send("GET", "preferences")
    assert (status_of(refused), refused.notes) == (429, ("limit: 10 in flight",))
    sim.clock.advance(29)
    assert status_of(sim.send("GET", "preferences")) == 200


def test_a_call_whose_caller_gave_up_stays_in_flight_while_the_server_works() -> None:
    sim = Simulated(limits="documented")
    sim.rule({"kind": "commit_late", "seconds": 60}, count=10)
    for number in range(10):
        sim.send("POST", "paymentmethod", {"Name": f"M{number}"})
    sim.clock.advance(59)
    assert sim.send("GET", "preferences").notes == ("limit: 10 in flight",)
    sim.clock.advance(1)
    assert status_of(sim.send("GET", "preferences")) == 200


def test_a_thousand_companies_fit_in_little_memory_however_much_they_call() -> None:
    throttle, clock = Throttle(), ManualClock(NOW)
    tracemalloc.start()
    for realm in range(1_000):
        throttle.admit(Load(str(realm), "a", is_batch=True), clock.now())
    used = tracemalloc.get_traced_memory()[0]
    for _ in range(1_000):
        clock.advance(0.15)
        throttle.admit(Load("7", "a"), clock.now())
    more = tracemalloc.get_traced_memory()[0] - used
    tracemalloc.stop()
    assert used < 10_000_000
    assert more < 10_000


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
