"""Faults over HTTP without a socket: the control API that sets them, the log that tells of them, what an in-process
transport meets, token calls, scenario files, the command line.
"""

from __future__ import annotations

import asyncio
import json
import shlex
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from emulator_books import NOW
from emulator_http import FRESH, ID, JSON_BOTH_WAYS, SECRET, Caller, Emulator

from qbo_emulator import cli, command_line
from qbo_emulator.app import create_app
from qbo_emulator.clock import ManualClock
from qbo_emulator.gateway.delivery import ConnectionLost
from qbo_emulator.gateway.fault_mix import SURVIVABLE
from qbo_emulator.gateway.fault_rules import Drop, FaultRule
from qbo_emulator.ids import SeededIds
from qbo_emulator.settings import Settings
from qbo_emulator.world import World

DROP = {"effects": [{"kind": "drop"}]}


@pytest.fixture
def caller() -> Caller:
    return Caller(Emulator())


def _control(caller: Caller, method: str, path: str, body: object = None) -> httpx2.Response:
    options = {} if body is None else {"json": body}
    return caller.emulator.call(method, f"/_emulator/{path}", **options)


def test_rules_are_set_listed_and_removed(caller: Caller) -> None:
    answer = _control(caller, "POST", "faults", {**DROP, "entity": "Invoice", "nth": 2})
    assert answer.status_code == 201
    shown = answer.json()[0]
    assert (shown["id"], shown["entity"], shown["nth"], shown["matches"], shown["injections"]) == (
        1,
        "Invoice",
        2,
        0,
        0,
    )
    assert shown["effects"] == [{"kind": "drop", "when": "before", "connection": "reset"}]
    more = _control(caller, "POST", "faults", [DROP, {"effects": [{"kind": "slow", "seconds": 1}]}]).json()
    assert [rule["id"] for rule in more] == [2, 3]
    assert _control(caller, "DELETE", "faults/2").status_code == 204
    assert _control(caller, "DELETE", "faults/2").status_code == 404
    assert [rule["id"] for rule in _control(caller, "GET", "faults").json()] == [1, 3]
    assert _control(caller, "DELETE", "faults").status_code == 204
    assert _control(caller, "GET", "faults").json() == []


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (None, "Bad input"),
        ({}, "effects"),
        ({"effects": [{"kind": "explode"}]}, "explode"),
        ([DROP, {"effects": [{"kind": "commit_late", "seconds": 500}]}], "seconds"),
        ({**DROP, "operation": "explode"}, "operation"),
    ],
)
def test_bad_rules_are_refused_and_none_is_in_force(caller: Caller, body: object, word: str) -> None:
    answer = _control(caller, "POST", "faults", body)
    assert answer.status_code == 400
    assert word in answer.json()["error"]
    assert _control(caller, "GET", "faults").json() == []


def test_the_log_says_what_was_injected_and_which_limit_refused() -> None:
    caller = Caller(Emulator(limits="documented"))
    _control(caller, "POST", "faults", {"effects": [{"kind": "status", "status": 503}]})
    assert caller.send("GET", "preferences").status_code == 503
    for _ in range(10):
        caller.send("GET", "preferences")
    entries = _control(caller, "GET", "requests").json()
    assert [entry["notes"] for entry in entries] == ["fault 1: status 503", *[""] * 9, "limit: 10 calls a second"]
    rule = _control(caller, "GET", "faults").json()[0]
    assert (rule["matches"], rule["injections"]) == (10, 1)


def _in_process(work: Callable[[httpx2.AsyncClient], Awaitable[None]], **options: Any) -> tuple[World, list[float]]:
    """Work against an application whose exceptions come through; answers its world and what it slept."""
    slept: list[float] = []
    clock = ManualClock(NOW)

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.advance(seconds)

    settings = Settings(**{"client_id": ID, "client_secret": SECRET, "limits": "none", **options})
    app = create_app(settings, clock, SeededIds(7), sleep)

    async def inside() -> None:
        transport = httpx2.ASGITransport(app)
        token = app.state.world.oauth.issue_directly(ID, FRESH).access_token
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        async with httpx2.AsyncClient(transport=transport, base_url="http://qb.test", headers=headers) as client:
            await work(client)

    asyncio.run(inside())
    return app.state.world, slept


CUSTOMERS = f"/v3/company/{FRESH}/customer"


@pytest.mark.parametrize(
    ("effect", "how"),
    [
        ({"kind": "drop", "when": "after"}, "reset"),
        ({"kind": "drop", "when": "after", "connection": "hang"}, "hang"),
        ({"kind": "reset_mid_body"}, "reset"),
    ],
)
def test_an_in_process_caller_meets_an_exception_that_says_how(effect: dict[str, str], how: str) -> None:
    async def work(client: httpx2.AsyncClient) -> None:
        await client.post("/_emulator/faults", json={"effects": [effect]})
        with pytest.raises(ConnectionLost) as caught:
            await client.post(CUSTOMERS, json={"DisplayName": "Ada"})
        assert caught.value.how == how
        found = await client.get("/_emulator/requests")
        assert found.json()[0]["status"] == (200 if effect["kind"] == "reset_mid_body" else 0)

    world, _ = _in_process(work)
    assert len(world.companies[FRESH].tables["Customer"].rows) == 1


def test_a_transport_maps_it_to_its_clients_own_errors() -> None:
    class Faulty(httpx2.AsyncBaseTransport):
        def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
            self._inner = inner

        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            try:
                return await self._inner.handle_async_request(request)
            except ConnectionLost as lost:
                kind = httpx2.ReadTimeout if lost.how == "hang" else httpx2.ReadError
                raise kind(str(lost), request=request) from lost

    async def main() -> None:
        rule = FaultRule(effects=(Drop(connection="hang"),))
        app = create_app(Settings(limits="none", faults=(rule,)), ManualClock(NOW), SeededIds(7))
        token = app.state.world.oauth.issue_directly("emulator-client-id", FRESH).access_token
        transport = Faulty(httpx2.ASGITransport(app))
        async with httpx2.AsyncClient(transport=transport, base_url="http://qb.test") as client:
            with pytest.raises(httpx2.ReadTimeout):
                await client.get(CUSTOMERS + "/1", headers={"Authorization": f"Bearer {token}", **JSON_BOTH_WAYS})

    asyncio.run(main())


def test_latency_and_slow_answers_are_slept_by_the_sleep_that_was_given() -> None:
    async def work(client: httpx2.AsyncClient) -> None:
        await client.post("/_emulator/faults", json={"effects": [{"kind": "slow", "seconds": 10}]})
        assert (await client.post(CUSTOMERS, json={"DisplayName": "Ada"})).status_code == 200
        await client.patch("/_emulator/options", json={"latency": "documented"})
        assert (await client.post(CUSTOMERS, json={"DisplayName": "Bob"})).status_code == 200

    first, second = _in_process(work)[1]
    assert first == 10
    assert 0.7 * 0.350 <= second <= 1.3 * 0.350


async def _refresh(client: httpx2.AsyncClient, value: str) -> httpx2.Response:
    form = {"grant_type": "refresh_token", "refresh_token": value}
    return await client.post("/oauth2/v1/tokens/bearer", data=form, auth=(ID, SECRET))


@pytest.mark.parametrize(("when", "alive"), [("before", True), ("after", False)])
def test_the_answer_to_a_refresh_can_be_lost(when: str, alive: bool) -> None:
    async def work(client: httpx2.AsyncClient) -> None:
        issued = (await client.post("/_emulator/tokens", json={"realm_id": FRESH})).json()
        await client.post("/_emulator/clock", json={"advance_seconds": 90_000})  # a day later its value changes
        rule = {"effects": [{"kind": "drop", "when": when}], "operation": "refresh"}
        await client.post("/_emulator/faults", json=rule)
        with pytest.raises(ConnectionLost):
            await _refresh(client, issued["refresh_token"])
        again = await _refresh(client, issued["refresh_token"])
        assert (again.status_code == 200) is alive

    _in_process(work)


def test_sign_in_is_hit_only_if_it_is_aimed_at() -> None:
    async def work(client: httpx2.AsyncClient) -> None:
        issued = (await client.post("/_emulator/tokens", json={"realm_id": FRESH})).json()
        await client.post("/_emulator/faults", json={**DROP, "count": None})
        value = issued["refresh_token"]
        assert (await _refresh(client, value)).status_code == 200
        rules = [
            {"effects": [{"kind": "status", "status": 503, "committed": True}], "operation": "refresh"},
            {"effects": [{"kind": "reset_mid_body"}], "operation": "refresh", "nth": 2},
            {"effects": [{"kind": "slow", "seconds": 3}], "operation": "revoke"},
        ]
        await client.post("/_emulator/faults", json=rules)
        assert (await _refresh(client, value)).status_code == 503
        with pytest.raises(ConnectionLost):
            await _refresh(client, value)
        revoked = await client.post("/v2/oauth2/tokens/revoke", json={"token": value}, auth=(ID, SECRET))
        assert revoked.status_code == 200
        assert (await _refresh(client, value)).status_code == 400

    assert _in_process(work)[1] == [3]


SCENARIO = {
    "options": {"request_ids": "ignore", "limits": "none"},
    "companies": {"fresh": {"custom_txn_numbers": False}},
    "faults": [{"effects": [{"kind": "status", "status": 503}], "nth": 2}],
}


def _settings(text: str) -> Settings:
    return command_line.settings_of(command_line.parser().parse_args(["--port", "0", *shlex.split(text)]))


def test_a_scenario_file_says_how_to_begin_and_a_reset_begins_so_again(tmp_path: Path) -> None:
    path = tmp_path / "scenario.json"
    path.write_text(json.dumps(SCENARIO))
    given = _settings(f"--scenario {path} --option request_ids=refuse --client-id {ID}")
    app = create_app(given, ManualClock(NOW), SeededIds(7))
    world = app.state.world
    for _ in range(2):
        assert (world.options.request_ids, world.options.limits) == ("refuse", "none")
        assert world.companies[FRESH].settings.custom_txn_numbers is False
        assert [rule["effects"][0]["kind"] for rule in world.faults.shown()] == ["status"]
        world.faults.clear()
        world.reset()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("{", "JSON"),
        ('{"fauls": []}', "fauls"),
        ('{"options": {"request_ids": "maybe"}}', "request_ids"),
        ('{"options": {"nothing": 1}}', "nothing"),
        ('{"companies": {"fresh": {"nme": "x"}}}', "nme"),
        ('{"faults": [{"effects": [{"kind": "explode"}]}]}', "explode"),
    ],
)
def test_a_bad_scenario_is_refused_with_file_and_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, word: str
) -> None:
    path = tmp_path / "scenario.json"
    path.write_text(content)
    with pytest.raises(SystemExit):
        cli.main(["--port", "0", "--scenario", str(path)])
    shown = " ".join(capsys.readouterr().err.split())
    assert word in shown
    assert "scenario.json" in shown


def test_a_scenario_for_a_company_that_there_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "scenario.json"
    path.write_text('{"companies": {"77": {}}}')
    assert cli.main(["--port", "0", "--scenario", str(path)]) == 1
    assert "there is no company 77" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        cli.main(["--port", "0", "--scenario", str(tmp_path / "none.json")])
    assert "none.json" in capsys.readouterr().err


def test_faults_by_seed_on_the_command_line() -> None:
    given = _settings("--fault-seed 7 --fault-rate 0.05 --fault-lateness 3 --latency documented")
    assert (given.fault_seed, given.fault_rate, given.fault_lateness, given.latency) == (7, 0.05, 3, "documented")
    world = create_app(given, ManualClock(NOW), SeededIds(7)).state.world
    assert world.options.latency == "documented"
    assert len(world.faults.shown()[0]["effects"]) == len(SURVIVABLE)


@pytest.mark.parametrize("text", ["rate=1.5", "rate=-1", "rate=x", "lateness=0", "lateness=121"])
def test_bad_rates_and_latenesses_are_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        _settings(f"--fault-{text}")
    assert f"--fault-{text.partition('=')[0]}" in capsys.readouterr().err
