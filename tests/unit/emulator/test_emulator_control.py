"""The control API, and the command line.

The command is run as a process of its own on a free port.
"""

from __future__ import annotations

import http.client
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest
from emulator_http import FRESH, ID, REDIRECT, SAMPLE, SECRET, UK, Caller, Emulator

from qbo_emulator import cli, command_line, options
from qbo_emulator.observe import kind_of
from qbo_emulator.request_log import LONGEST_BODY, MOST, MOST_CHARACTERS, Entry, RequestLog
from qbo_emulator.settings import Settings


def test_health_companies_apps_and_clock() -> None:
    emulator = Emulator()
    assert emulator.call("GET", "/_emulator/health").json() == {"status": "ok"}
    companies = emulator.call("GET", "/_emulator/companies").json()
    assert [(c["realm_id"], c["kind"], c["country"]) for c in companies] == [
        (FRESH, "fresh", "US"),
        (SAMPLE, "sample", "US"),
        (UK, "uk", "GB"),
    ]
    (app,) = emulator.call("GET", "/_emulator/apps").json()
    assert (app["client_id"], app["client_secret"], app["redirect_uris"]) == (ID, SECRET, [REDIRECT])
    assert emulator.call("GET", "/_emulator/clock").json() == {"now": "2026-01-20T18:00:00+00:00"}


def test_settings_of_a_company_can_be_changed() -> None:
    caller = Caller(Emulator())
    patch = {"book_close_date": "2025-12-31", "using_sales_tax": False, "home_currency": "CAD", "country": "CA"}
    shown = caller.emulator.call("PATCH", f"/_emulator/companies/{FRESH}", json=patch).json()
    assert {name: shown[name] for name in patch} == patch
    preferences = caller.get("preferences")["Preferences"]
    assert preferences["AccountingInfoPrefs"]["BookCloseDate"] == "2025-12-31"
    assert preferences["CurrencyPrefs"]["HomeCurrency"] == {"value": "CAD"}
    opened = caller.emulator.call("PATCH", f"/_emulator/companies/{FRESH}", json={"book_close_date": None}).json()
    assert opened["book_close_date"] is None


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "word"),
    [
        ("PATCH", f"companies/{FRESH}", {"book_close_dat": "2025-12-31"}, 400, "book_close_dat"),
        ("PATCH", f"companies/{FRESH}", {"book_close_date": "31.12.2025"}, 400, "book_close_date"),
        ("PATCH", f"companies/{FRESH}", {"country": "USA"}, 400, "country"),
        ("PATCH", "companies/1", {"country": "US"}, 404, "company"),
        ("POST", "companies/1/disconnect", None, 404, "company"),
        ("POST", "tokens", {}, 400, "realm_id"),
        ("POST", "tokens", {"realm_id": "1"}, 404, "company"),
        ("POST", "tokens", {"realm_id": FRESH, "client_id": "x"}, 404, "app"),
        ("POST", "clock", {"advance_seconds": -1}, 400, "advance_seconds"),
        ("POST", "clock", None, 400, "Bad input"),
        ("POST", "reset", {"company": "other"}, 400, "company"),
        ("PATCH", "options", {"refresh_rac": "both"}, 400, "refresh_rac"),
        ("PATCH", "options", {"refresh_race": "all"}, 400, "refresh_race"),
        ("GET", "requests?since=x", None, 400, "since"),
    ],
)
def test_bad_input_is_named(method: str, path: str, body: object, status: int, word: str) -> None:
    options = {} if body is None else {"json": body}
    answer = Emulator().call(method, f"/_emulator/{path}", **options)
    assert answer.status_code == status
    assert word in answer.json()["error"]


@pytest.mark.parametrize("peer", ["203.0.113.9", "not an address"])
def test_strangers_are_refused(peer: str) -> None:
    emulator = Emulator(peer=peer)
    assert emulator.call("GET", "/_emulator/health").status_code == 403
    assert emulator.call("POST", "/_emulator/reset").status_code == 403
    assert emulator.call("GET", "/.well-known/openid_configuration").status_code == 200


def test_an_app_can_be_registered_and_gets_tokens() -> None:
    emulator = Emulator()
    answer = emulator.call("POST", "/_emulator/apps", json={"client_id": "mine", "redirect_uris": ["https://a/b"]})
    assert answer.status_code == 201
    assert answer.json()["client_id"] == "mine"
    assert len(answer.json()["client_secret"]) == 40
    tokens = emulator.call("POST", "/_emulator/tokens", json={"realm_id": SAMPLE, "client_id": "mine"}).json()
    assert tokens["realmId"] == SAMPLE
    header = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert emulator.call("GET", f"/v3/company/{SAMPLE}/preferences", headers=header).status_code == 200


def test_a_customer_can_disconnect_inside_quickbooks() -> None:
    emulator = Emulator()
    here, there = Caller(emulator), Caller(emulator, SAMPLE)
    assert emulator.call("POST", f"/_emulator/companies/{FRESH}/disconnect").json() == {"ended": 1}
    assert here.send("GET", "preferences").status_code == 401
    assert there.send("GET", "preferences").status_code == 200


def test_the_clock_can_be_pushed() -> None:
    caller = Caller(Emulator())
    pushed = caller.emulator.call("POST", "/_emulator/clock", json={"advance_seconds": 3600})
    assert pushed.json() == {"now": "2026-01-20T19:00:00+00:00"}
    assert caller.send("GET", "preferences").status_code == 401


def test_the_log_shows_calls_with_bodies_but_no_tokens() -> None:
    emulator = Emulator()
    caller = Caller(emulator)
    emulator.call("POST", "/oauth2/v1/tokens/bearer", data={"refresh_token": "shh"}, auth=(ID, SECRET))
    caller.post("customer", {"DisplayName": "Ada"}, requestid="r1")
    caller.get("query", query="select * from Customer")
    entries = emulator.call("GET", "/_emulator/requests").json()
    assert [entry["kind"] for entry in entries] == ["token", "write", "query"]
    assert entries[0]["request_body"] == entries[0]["response_body"] == ""
    written = entries[1]
    assert written["request_body"] == '{"DisplayName": "Ada"}'
    assert '"DisplayName":"Ada"' in written["response_body"]
    assert (written["status"], written["realm_id"], written["query"]) == (200, FRESH, "requestid=r1")
    later = emulator.call("GET", f"/_emulator/requests?since={written['n']}&limit=1").json()
    assert [entry["kind"] for entry in later] == ["query"]
    summary = emulator.call("GET", "/_emulator/requests/summary").json()
    assert (summary["writes"], summary["queries"], summary["reads"], summary["token_calls"]) == (1, 1, 0, 1)
    assert emulator.call("DELETE", "/_emulator/requests").status_code == 204
    assert emulator.call("GET", "/_emulator/requests").json() == []
    caller.get("preferences")
    assert emulator.call("GET", "/_emulator/requests").json()[0]["n"] > written["n"]


def test_the_log_can_be_off_and_then_only_counts() -> None:
    emulator = Emulator(request_log=False)
    Caller(emulator).get("preferences")
    assert emulator.call("GET", "/_emulator/requests").json() == []
    assert emulator.call("GET", "/_emulator/requests/summary").json()["reads"] == 1


def test_the_log_is_bounded() -> None:
    log = RequestLog(enabled=True)
    for _ in range(MOST + 5):
        log.add(Entry(log.next_number(), "", "read", "GET", "/", "", 200, 0.1, "", "", "", ""))
    assert log.since(0, MOST + 5)[0]["n"] == 6
    assert log.summary()["reads"] == MOST + 5
    body = "x" * LONGEST_BODY
    for _ in range(MOST_CHARACTERS // LONGEST_BODY + 10):
        log.add(Entry(log.next_number(), "", "batch", "POST", "/", "", 200, 0.1, "", "", body, ""))
    assert len(log.since(0, MOST)) == MOST_CHARACTERS // LONGEST_BODY


def test_long_bodies_are_cut_in_the_log_and_nowhere_else() -> None:
    caller = Caller(Emulator())
    answer = caller.send("POST", "customer", {"DisplayName": "Ada", "Notes": "é" * LONGEST_BODY})
    assert answer.json()["Fault"]["Error"][0]["code"] == "2050"
    entry = caller.emulator.call("GET", "/_emulator/requests").json()[-1]
    assert len(entry["request_body"]) == LONGEST_BODY


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/v3/company/1/batch", "batch"),
        ("POST", "/v3/company/1/query", "query"),
        ("GET", "/v3/company/1/cdc", "read"),
        ("POST", "/v3/company/1/invoice", "write"),
        ("POST", "/oauth2/v1/tokens/bearer", "token"),
        ("GET", "/.well-known/openid_configuration", "other"),
        ("GET", "/v3/company", "other"),
    ],
)
def test_kinds_of_calls(method: str, path: str, kind: str) -> None:
    assert kind_of(method, path) == kind


def test_a_reset_begins_anew_perhaps_with_the_other_company() -> None:
    emulator = Emulator(auto_consent=True)
    caller = Caller(emulator)
    caller.post("customer", {"DisplayName": "Ada"})
    assert emulator.call("POST", "/_emulator/reset", json={"company": "sample"}).status_code == 200
    assert caller.send("GET", "preferences").status_code == 401
    assert emulator.call("GET", "/_emulator/requests").json()[0]["status"] == 401
    assert len(emulator.world.companies[FRESH].tables["Customer"]) == 0
    assert emulator.world.preselected == SAMPLE


def test_the_options_of_the_command() -> None:
    text = (
        "--port 0 --client-id a --client-secret b --redirect-uri http://x/1 --redirect-uri http://x/2 "
        "--company sample --limits none --auto-consent --public-url http://y --no-request-log "
        "--option refresh_race=both --option refresh_grace_seconds=30"
    )
    assert command_line.settings_of(command_line.parser().parse_args(shlex.split(text))) == Settings(
        client_id="a",
        client_secret="b",
        redirect_uris=("http://x/1", "http://x/2"),
        company="sample",
        limits="none",
        auto_consent=True,
        public_url="http://y",
        request_log=False,
        options=(("refresh_race", "both"), ("refresh_grace_seconds", "30")),
    )
    assert command_line.settings_of(command_line.parser().parse_args(["--port", "1"])) == Settings()


@pytest.mark.parametrize("text", ["refresh_race", "refresh_rac=both", "refresh_race=all", "refresh_grace_seconds=-1"])
def test_a_wrong_named_option_is_refused_by_name(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command_line.parser().parse_args(["--port", "0", "--option", text])
    shown = capsys.readouterr().err
    assert text in shown
    assert "refresh_race" in shown or "Expected" in shown


def test_named_options_are_set_at_the_start_and_while_it_runs() -> None:
    emulator = Emulator(options=(("refresh_grace_seconds", "30"),))
    assert emulator.call("GET", "/_emulator/options").json()["refresh_grace_seconds"] == 30
    shown = emulator.call("PATCH", "/_emulator/options", json={"refresh_race": "both"}).json()
    assert (shown["refresh_race"], shown["refresh_grace_seconds"]) == ("both", 30)
    emulator.call("POST", "/_emulator/reset")
    assert emulator.world.options.refresh_race == "loser"
    assert emulator.world.options.refresh_grace_seconds == 30


@pytest.fixture
def help_text(capsys: pytest.CaptureFixture[str]) -> str:
    """What --help prints."""
    with pytest.raises(SystemExit) as caught:
        cli.main(["--help"])
    assert caught.value.code == 0
    return capsys.readouterr().out


def test_the_help_explains_every_option_in_a_group(help_text: str) -> None:
    parser = command_line.parser()
    for action in parser._actions:
        assert action.help
        assert action.option_strings[-1] in help_text
    positional, general, *groups = parser._action_groups
    assert [action.dest for group in (positional, general) for action in group._group_actions] == ["help"]
    assert len(groups) > 4


def test_the_help_says_what_every_named_option_takes_and_means(help_text: str) -> None:
    for name in options.NAMES:
        assert re.search(rf"^  {name} = \S+ \| .+\n {{6}}\S", help_text, re.MULTILINE), name
    assert "refresh_grace_seconds = 0 | another whole number\n" in help_text
    assert "email_verified = true | false\n" in help_text


def test_the_examples_of_the_help_can_be_typed(help_text: str) -> None:
    examples = help_text.partition("\nexamples:\n")[2].replace("\\\n", " ")
    typed = re.findall(r"^ +qbo-emulator (.*)$", examples, re.MULTILINE)
    assert len(typed) == 4
    for text in typed:
        assert command_line.settings_of(command_line.parser().parse_args(shlex.split(text))) != Settings()


def test_a_port_that_is_taken_is_an_error_that_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.main(["--port", str(port)]) == 1
    assert f"cannot listen on 127.0.0.1 port {port}" in capsys.readouterr().err
    assert cli.main(["--port", "99999"]) == 1


def _times(address: str) -> Iterator[float]:
    """How long each of 30 calls on one connection takes, in seconds."""
    connection = http.client.HTTPConnection(address, timeout=10)
    for _ in range(30):
        begun = perf_counter()
        connection.request("GET", "/_emulator/health")
        assert connection.getresponse().read() == b'{"status":"ok"}'
        yield perf_counter() - begun
    connection.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_prints_its_address_and_stops_cleanly(number: signal.Signals) -> None:
    source = str(Path(cli.__file__).parents[1])
    with subprocess.Popen(
        [sys.executable, "-m", "qbo_emulator.cli", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": source},
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        address = process.stdout.readline().split()[-1]
        # On one kept connection, Nagle's delay would make the middle call take 40 ms.
        assert sorted(_times(address.removeprefix("http://")))[15] < 0.03
        process.send_signal(number)
        assert process.wait(timeout=20) == 0
        assert process.stderr.read() == ""
