"""What faults and limits do to real connections in real time. Short: the books behind them are tested elsewhere."""

from __future__ import annotations

import http.client
import logging
import time
from collections.abc import Iterator

import pytest
from emulator_gateway import customers
from emulator_http import FRESH
from emulator_socket import Served, serving

ADA = {"DisplayName": "Ada"}


@pytest.fixture
def served(caplog: pytest.LogCaptureFixture) -> Iterator[Served]:
    """An emulator on a socket, whose server has nothing to complain of."""
    with serving() as running:
        yield running
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []


def _made(served: Served) -> int:
    return len(served.world.companies[FRESH].tables["Customer"].rows)


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_dropped_connection_is_reset_without_a_byte(served: Served, when: str, made: int) -> None:
    served.rule({"kind": "drop", "when": when})
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
        served.call("POST", "customer", ADA)
    assert _made(served) == made
    assert served.notes() == [(0, f"fault 1: drop {when} reset")]
    assert served.call("GET", "preferences").status == 200


def test_an_answer_breaks_in_the_middle_of_its_body(served: Served) -> None:
    served.rule({"kind": "reset_mid_body"})
    connection = served.connect()
    served.ask(connection, "POST", "customer", ADA)
    answer = connection.getresponse()
    assert answer.status == 200
    with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
        answer.read()
    connection.close()
    assert _made(served) == 1


def test_a_hanging_call_ends_when_the_caller_gives_up(served: Served) -> None:
    served.rule({"kind": "drop", "when": "after", "connection": "hang"})
    with pytest.raises(TimeoutError):
        served.call("POST", "customer", ADA, timeout=0.2)
    assert _made(served) == 1
    while not served.notes():  # the server hears of it a moment later
        time.sleep(0.01)
    assert served.notes() == [(0, "fault 1: drop after hang")]


def test_f1_1_12_a_hanging_call_is_cut_by_the_server_in_the_end() -> None:
    async def at_once(_seconds: float) -> None:
        return None

    with serving(sleep=at_once) as served:
        served.rule({"kind": "drop", "connection": "hang"})
        assert served.call("POST", "customer", ADA).status == 504


def test_a_late_commit_happens_at_its_time_though_nobody_calls(served: Served) -> None:
    served.rule({"kind": "commit_late", "seconds": 0.2})
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
        served.call("POST", "customer", ADA)
    assert _made(served) == 0
    while _made(served) == 0:  # the test's own time-out ends this if it never happens
        time.sleep(0.01)


def test_a_slow_answer_takes_its_time(served: Served) -> None:
    served.rule({"kind": "slow", "seconds": 0.3})
    begun = time.monotonic()
    assert served.call("POST", "customer", ADA).status == 200
    assert time.monotonic() - begun >= 0.3


def test_f1_1_2_the_eleventh_call_of_a_second_is_refused_at_real_time() -> None:
    with serving(limits="documented") as served:
        for _ in range(20):  # again, should this machine need more than a second for eleven calls
            begun = time.monotonic()
            statuses = [served.call("GET", "preferences").status for _ in range(11)]
            if time.monotonic() - begun < 1:
                break
            time.sleep(1)
        assert statuses == [200] * 10 + [429]
        assert served.notes()[-1] == (429, "limit: 10 calls a second")
        time.sleep(1)
        assert served.call("GET", "preferences").status == 200


def test_f1_1_3_the_eleventh_call_in_flight_is_refused_at_real_time() -> None:
    with serving(limits="documented") as served:
        served.rule({"kind": "drop", "connection": "hang"}, count=10)
        waiting = [served.connect() for _ in range(10)]
        for number, connection in enumerate(waiting):
            time.sleep(1.05 if number == 5 else 0)  # or the limit of a second would be met first
            served.ask(connection, "GET", "preferences")
        while served.control("GET", "faults")[0]["injections"] < 10:
            time.sleep(0.01)
        assert served.call("GET", "preferences").status == 429
        for connection in waiting:
            connection.close()
        assert (429, "limit: 10 in flight") in served.notes()


def test_f4_8_thirty_one_items_are_refused_on_a_socket(served: Served) -> None:
    assert served.call("POST", "batch", customers(*(f"C{n}" for n in range(31)))).status == 400
    assert _made(served) == 0
    assert served.call("POST", "batch", customers(*(f"C{n}" for n in range(30)))).status == 200
    assert _made(served) == 30
