"""A world that is kept in a file goes on after a restart as if it had never stopped; a file that cannot be used is left
alone.

How single values are written is in test_emulator_codec.py.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from emulator_http import FRESH, ID, SAMPLE, SECRET, Caller, Emulator
from emulator_sign_in import DAY, exchange, refresh
from emulator_webhooks import ENDPOINT, Endpoint

from qbo_emulator import cli
from qbo_emulator.books.cdc import NOT_TRACKED
from qbo_emulator.books.company import DEFINITIONS, Company
from qbo_emulator.books.history import History
from qbo_emulator.books.kinds import REALMS
from qbo_emulator.books.ledger import Ledger
from qbo_emulator.books.profile import SINGLETONS
from qbo_emulator.books.state import BadState, State
from qbo_emulator.books.table import Table
from qbo_emulator.clock import ShiftedClock
from qbo_emulator.company_changes import NewCompany
from qbo_emulator.gateway.meter import Meter
from qbo_emulator.gateway.replay import Replay
from qbo_emulator.id_tokens import IdTokens
from qbo_emulator.oauth import OAuth
from qbo_emulator.persistence import data_file
from qbo_emulator.persistence.data_file import DataFileError
from qbo_emulator.persistence.keeper import Keeper
from qbo_emulator.webhooks.courier import Courier
from qbo_emulator.webhooks.queue import WebhookQueue
from qbo_emulator.world import World


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is to be."""
    return tmp_path / "books.json"


def _line(amount: str = "10.50") -> dict[str, Any]:
    detail = {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": "TAX"}}
    return {"Amount": float(amount), "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}


def _lived_in(emulator: Emulator) -> Caller:
    """A world in which something of every sort has happened; one of its callers."""
    caller = Caller(emulator)
    ada = caller.post("customer", {"DisplayName": "=Ada"}, requestid="r1")["Customer"]["Id"]
    caller.code("customer", {"DisplayName": "=Ada"}, requestid="r2")
    bob = caller.post("customer", {"DisplayName": "Bob"})["Customer"]["Id"]
    caller.post("customer", {"Id": bob, "SyncToken": "0", "sparse": True, "Active": False})
    invoice = caller.post("invoice", {"CustomerRef": {"value": ada}, "Line": [_line()], "DocNumber": "A-7"})["Invoice"]
    link = [{"Amount": 4, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}]
    caller.post("payment", {"CustomerRef": {"value": ada}, "TotalAmt": 5, "Line": link})
    receipt = caller.post("salesreceipt", {"CustomerRef": {"value": ada}, "Line": [_line("3.00")]})["SalesReceipt"]
    caller.post("salesreceipt", {"Id": receipt["Id"], "SyncToken": "0"}, operation="delete")
    Caller(emulator, SAMPLE).post("invoice", {"Id": "1", "SyncToken": "0", "sparse": True, "PrivateNote": "x"})
    emulator.world.add_companies(NewCompany(kind="sample", count=2, name="Branch", custom_txn_numbers=True))
    emulator.call("PATCH", f"/_emulator/companies/{FRESH}", json={"book_close_date": "2025-12-31"})
    emulator.call("PATCH", "/_emulator/options", json={"refresh_race": "both"})
    emulator.call("PUT", f"/_emulator/webhooks/{ID}", json={"endpoint": ENDPOINT, "verifier_token": "v"})
    caller.post("customer", {"DisplayName": "Told of"})
    emulator.call("POST", "/_emulator/clock", json={"advance_seconds": 3 * DAY + 0.5})
    caller.token = emulator.token()
    return caller


def _answers(caller: Caller) -> dict[str, Any]:
    """What a caller sees: every entity by query and by id, what changed, settings, the pages of a bookkeeper."""
    seen: dict[str, Any] = {}
    since = "2026-01-01T00:00:00-08:00"
    tracked = [name for name in DEFINITIONS if name not in NOT_TRACKED]
    for entity in DEFINITIONS:
        seen[entity] = caller.get("query", query=f"select * from {entity}")["QueryResponse"]
        for row in seen[entity].get(entity, []):
            if entity not in SINGLETONS:
                seen[f"{entity} {row['Id']}"] = caller.get(f"{entity.lower()}/{row['Id']}")[entity]
    seen["cdc"] = caller.get("cdc", entities=",".join(tracked), changedSince=since)["CDCResponse"]
    for page in ("sales", "customers", "payments", "accounts", "apps"):
        answer = caller.emulator.call("GET", f"/app/{caller.realm}/{page}")
        seen[f"page {page}"] = (answer.status_code, answer.text)
    seen["companies"] = caller.emulator.call("GET", "/_emulator/companies").json()
    return seen


def _restarted(path: Path, **options: Any) -> Emulator:
    """Another process, as it were, that begins with the file."""
    emulator = Emulator(data=path, **options)
    return emulator


def _kept(emulator: Emulator, path: Path) -> None:
    keeper = Keeper(emulator.world, path)
    if path.exists():
        path.unlink()
    keeper.begin()


def test_after_a_restart_everything_answers_alike(path: Path) -> None:
    caller = _lived_in(Emulator(auto_consent=True))
    before = _answers(caller)
    _kept(caller.emulator, path)
    after = _restarted(path, auto_consent=True)
    assert after.world.dump() == caller.emulator.world.dump()
    again = Caller.__new__(Caller)
    again.emulator, again.realm, again.token = after, caller.realm, caller.token
    assert _answers(again) == before


def test_what_is_done_after_a_restart_is_what_would_have_been_done(path: Path) -> None:
    """Counters, numbers, names, indexes, links, replayed answers and rotation go on where they were."""
    caller = _lived_in(Emulator())
    _kept(caller.emulator, path)
    again = Caller.__new__(Caller)
    again.emulator, again.realm, again.token = _restarted(path), caller.realm, caller.token

    def deeds(one: Caller) -> list[Any]:
        body = {"CustomerRef": {"value": "1"}, "Line": [_line("2.50")]}
        invoice = one.post("invoice", body)
        return [
            invoice,
            one.post("customer", {"DisplayName": "Cleo"}),
            one.post("customer", {"DisplayName": "Other"}, requestid="r1"),
            one.code("customer", {"DisplayName": "Other"}, requestid="r2"),
            one.code("customer", {"DisplayName": "=ada"}),
            one.post("invoice", {"Id": "1", "SyncToken": "1", "sparse": True, "PrivateNote": "n"}),
            one.code("invoice", {**body, "TxnDate": "2025-12-30"}),
            one.get("query", query="select * from Invoice where CustomerRef = '1' orderby TotalAmt"),
            one.emulator.call("POST", "/_emulator/companies", json={"kind": "fresh"}).json()[0]["realm_id"],
        ]

    assert deeds(again) == deeds(caller)
    assert again.emulator.world.dump()["companies"] == caller.emulator.world.dump()["companies"]


def test_tokens_codes_and_races_outlive_a_restart(path: Path) -> None:
    emulator = Emulator(auto_consent=True)
    old = exchange(emulator).json()["refresh_token"]
    emulator.clock.advance(DAY)
    new = refresh(emulator, old).json()
    emulator.call("PATCH", "/_emulator/options", json={"refresh_race": "both"})
    _kept(emulator, path)
    after = _restarted(path, auto_consent=True)
    after.clock.advance(DAY)
    assert refresh(after, old).json()["error"] == "invalid_grant"
    assert refresh(after, new["refresh_token"]).json()["error"] == "invalid_grant"  # it took the winner along


def test_webhooks_that_waited_are_sent_after_a_restart(path: Path) -> None:
    emulator = _lived_in(Emulator()).emulator
    _kept(emulator, path)
    after, endpoint = _restarted(path), Endpoint()
    assert asyncio.run(Courier(after.world, endpoint.send).round()) == 1
    assert [event["type"] for event in endpoint.bodies()[0]] == ["qbo.customer.created.v1"]


def test_the_clock_keeps_its_shift(path: Path) -> None:
    emulator = _lived_in(Emulator()).emulator
    _kept(emulator, path)
    assert _restarted(path).world.clock.now() == emulator.world.clock.now()


def test_what_the_command_line_says_counts_more_than_what_was_kept(path: Path) -> None:
    emulator = _lived_in(Emulator()).emulator
    app = {
        "client_id": ID,
        "client_secret": SECRET,
        "redirect_uris": ["https://kept.test/"],
        "launch_url": "https://l.test",
    }
    emulator.call("POST", "/_emulator/apps", json=app)
    _kept(emulator, path)
    after = _restarted(path, client_secret="new", options=(("refresh_race", "loser"),), redirect_uris=()).world
    held = after.oauth.apps[ID]
    assert (held.client_secret, held.redirect_uris) == ("new", ("https://kept.test/",))
    assert held.launch_url == "https://l.test"
    assert after.options.refresh_race == "loser"


# What each State has beside its dump, with the reason: it was given, it can be found again, or only this run knows it.
APART: dict[type[State], set[str]] = {
    World: {
        *("settings", "ids", "preselected"),  # of the command line
        *("log", "throttle", "name_lock", "activity"),  # of this run
        *("faults", "latency", "lags", "later"),  # faults on demand
    },
    Company: {"clock", "watchers", "choices"},  # given by the world
    Table: {"name", "version", "orders", "followers", "newest", "rising"},  # of its company; of this run; found again
    Ledger: set(),
    History: set(),
    OAuth: {"clock", "ids", "options"},  # given by the world
    WebhookQueue: {"ids", "rules", "sending", "bell"},  # given by the world; what is under way is sent again
    IdTokens: {"ids", "lock"},
    ShiftedClock: {"base", "held"},  # the machine's clock; only while something is done late
    Replay: {"most"},  # a constant
    Meter: set(),
}


def _states(held: object) -> Iterator[State]:
    """A State and all below it."""
    if isinstance(held, State):
        yield held
        for part in vars(held).values():
            yield from _states(part)
    elif isinstance(held, dict):
        for part in held.values():
            yield from _states(part)


def test_every_attribute_is_kept_or_named_here_with_a_reason() -> None:
    """Whoever adds an attribute to the world, a company or a part of them decides whether it outlives a stop."""
    seen = set()
    for state in _states(_lived_in(Emulator()).emulator.world):
        seen.add(type(state))
        dumped = {name.lstrip("_") for name in state.dump()}
        assert {name.lstrip("_") for name in vars(state)} - dumped == APART[type(state)], type(state)
    assert seen == set(APART)


def test_companies_and_options_are_kept_too() -> None:
    dumped = _lived_in(Emulator()).emulator.world.dump()
    assert set(REALMS.values()) < set(dumped["companies"])
    assert dumped["options"]["refresh_race"] == "both"


def test_state_of_other_attributes_is_refused_by_name() -> None:
    world = Emulator().world
    state = world.dump()
    for wrong in ({**state, "more": 1}, {name: part for name, part in state.items() if name != "meter"}):
        with pytest.raises((BadState, KeyError), match=r"more|meter"):
            Emulator().world.load(wrong)


def _file(path: Path) -> bytes:
    _kept(_lived_in(Emulator()).emulator, path)
    return path.read_bytes()


def test_a_file_that_is_cut_or_changed_is_refused_and_left_as_it_is(path: Path) -> None:
    whole = _file(path)
    lines = whole.splitlines(keepends=True)
    damaged = {
        "empty": b"",
        "cut at a line": b"".join(lines[:-1]),
        "cut in a line": whole[:-10],
        "half": whole[: len(whole) // 2],
        "a digit changed": whole.replace(b"10.50", b"10.51", 1),
        "a line missing": b"".join(lines[:3] + lines[4:]),
        "a line twice": b"".join([*lines[:3], *lines[2:]]),
        "something behind": whole + b"[]\n",
        "a float": b"".join([lines[0], b'[["x"],1.5]\n', *lines[1:]]),
        "no pairs": b"".join([lines[0], b"5\n", *lines[1:]]),
        "not text": b"\xff\xfe" + whole,
    }
    for what, content in damaged.items():
        path.write_bytes(content)
        with pytest.raises(DataFileError, match="left as it is"):
            Emulator(data=path)
        assert path.read_bytes() == content, what


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": 2}, "of version 2, this emulator writes version 1"),
        ({"format": "other"}, "not a file of this emulator"),
        ({"values": {}}, "another release"),
    ],
)
def test_a_file_of_another_version_is_refused_with_its_version(path: Path, change: dict[str, Any], words: str) -> None:
    first, rest = _file(path).split(b"\n", 1)
    content = msgspec.json.encode({**json.loads(first), **change}) + b"\n" + rest
    path.write_bytes(content)
    with pytest.raises(DataFileError, match=words):
        Emulator(data=path)
    assert path.read_bytes() == content


def test_a_part_that_does_not_fit_is_named(path: Path) -> None:
    world = Emulator().world
    state = world.dump()
    del state["companies"][FRESH]["ledger"]
    data_file.write(path, data_file.lines(state))
    with pytest.raises(DataFileError, match="ledger"):
        Emulator(data=path)


def test_a_folder_that_is_not_there_is_named_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="cannot be written"):
        Emulator(data=tmp_path / "no" / "books.json")
    with pytest.raises(DataFileError, match="cannot be read"):
        Emulator(data=tmp_path)


def test_writing_is_whole_or_not_at_all(path: Path) -> None:
    whole = _file(path)

    def failing() -> Any:
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        data_file.write(path, failing())
    assert path.read_bytes() == whole
    assert path.stat().st_mode & 0o077 == 0  # it holds tokens


def test_a_file_that_somebody_else_wrote_is_not_touched(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emulator = Emulator()
    keeper = Keeper(emulator.world, path)
    keeper.begin()
    path.write_bytes(b"mine")
    keeper.save()
    assert path.read_bytes() == b"mine"
    assert "somebody else" in keeper.problem
    assert "somebody else" in capsys.readouterr().err


def test_it_is_written_when_something_happened_and_only_then(path: Path) -> None:
    caller = Caller(Emulator())
    keeper = Keeper(caller.emulator.world, path)
    keeper.begin()
    before = path.read_bytes()
    assert asyncio.run(keeper.look()) is False
    caller.post("customer", {"DisplayName": "Ada"})
    assert asyncio.run(keeper.look()) is True
    assert path.read_bytes() != before
    assert asyncio.run(keeper.look()) is False


def test_it_looks_again_and_again_while_a_server_runs(path: Path) -> None:
    emulator = Emulator()
    keeper = Keeper(emulator.world, path)
    keeper.begin()

    async def work() -> None:
        running = asyncio.create_task(keeper.run(pause=0.01))
        for _ in range(2):
            before = path.read_bytes()
            emulator.world.oauth.issue_directly(ID, FRESH)
            emulator.world.activity += 1
            while path.read_bytes() == before:
                await asyncio.sleep(0.01)
        running.cancel()

    asyncio.run(asyncio.wait_for(work(), 30))
    assert keeper.problem == ""


class Process:
    """The command in a process of its own."""

    def __init__(self, path: Path) -> None:
        command = [sys.executable, "-m", "qbo_emulator.cli", "--port", "0", "--data", str(path)]
        environ = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[1])}
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ, text=True
        )
        assert self._process.stdout is not None
        self._address = self._process.stdout.readline().split()[-1].removeprefix("http://")

    def call(self, method: str, where: str, body: object = None, token: str = "") -> Any:
        """The JSON of one call."""
        connection = http.client.HTTPConnection(self._address, timeout=20)
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", "Content-Type": "application/json"}
        connection.request(method, where, None if body is None else json.dumps(body), headers)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_details: object) -> None:
        self._process.kill()
        self._process.communicate(timeout=30)

    def stop(self) -> tuple[int, str]:
        """End it as a person does; its exit status and what it complained about."""
        self._process.send_signal(signal.SIGTERM)
        _, problems = self._process.communicate(timeout=30)
        return self._process.returncode, problems


def test_a_stopped_process_goes_on_when_it_is_started_again(path: Path) -> None:
    with Process(path) as first:
        token = first.call("POST", "/_emulator/tokens", {"realm_id": FRESH})["access_token"]
        made = first.call("POST", f"/v3/company/{FRESH}/customer", {"DisplayName": "Ada"}, token)["Customer"]
        assert first.stop() == (0, "")
    with Process(path) as second:
        read = second.call("GET", f"/v3/company/{FRESH}/customer/{made['Id']}", token=token)["Customer"]
        assert second.stop() == (0, "")
    assert read == made


def test_what_cannot_be_kept_at_the_end_is_an_error(path: Path) -> None:
    with Process(path) as process:
        assert process.call("GET", "/_emulator/health") == {"status": "ok"}
        path.write_text("mine", encoding="utf-8")
        status, problems = process.stop()
    assert status == 1
    assert "somebody else" in problems
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_broken_file_ends_the_command_with_the_reason(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text("mine", encoding="utf-8")
    assert cli.main(["--port", "0", "--data", str(path)]) == 1
    assert "is not a file of this emulator; it is left as it is" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == "mine"
