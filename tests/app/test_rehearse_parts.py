"""The parts of a rehearsal one by one: kills, browser, processes, signals, figures, the JSON file."""

import http.server
import json
import os
import random
import signal
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bluepro.proof.browser import SignInFailed, listening, visit
from bluepro.proof.cli import called
from bluepro.proof.comparing.result import Comparison, Counts, Figures, TwoSides
from bluepro.proof.counting import Asked
from bluepro.proof.edits import Timing
from bluepro.proof.killing import FIRST, LAST, points
from bluepro.proof.local_quickbooks import running_quickbooks
from bluepro.proof.options import Options, RehearsalFailed
from bluepro.proof.outcome import OpenProblem, Rehearsed, Tokens, to_json, write_json
from bluepro.proof.processes import Child, ProcessFailed, nursery
from bluepro.proof.rehearse import rehearse
from bluepro.proof.signals import ended_by_signals, uninterrupted
from bluepro.quickbooks.snapshot import Kind

SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")


@given(st.integers(0, 50), st.integers())
def test_kills_are_spread_over_the_push_and_repeat_with_the_seed(kills: int, seed: int) -> None:
    found = points(kills, random.Random(seed))
    assert found == sorted(found) == points(kills, random.Random(seed))
    part = (LAST - FIRST) / max(1, kills)
    assert len(found) == kills
    assert all(FIRST + at * part <= one <= FIRST + (at + 1) * part for at, one in enumerate(found))


def test_percentiles_are_by_nearest_rank() -> None:
    timing = Timing(tuple(float(number) for number in range(1, 201)), 0)
    assert (timing.at(50), timing.at(95), timing.at(100)) == (100.0, 190.0, 200.0)
    assert str(Timing((0.5,), 2)) == "1 edits: p50 0.500 s, p95 0.500 s, max 0.500 s, 2 did not arrive"
    assert Timing((), 1).at(50) == 0.0


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A page on this machine that leads away from it."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", "http://example.com/")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_browser_never_leaves_this_machine(elsewhere: str) -> None:
    with pytest.raises(SignInFailed, match=r"leads away from this machine: http://example\.com"):
        visit(elsewhere)
    with pytest.raises(SignInFailed, match="leads away"):
        visit("https://127.0.0.1/")


def test_a_sign_in_ends_at_the_page_that_listens() -> None:
    with listening() as callback:
        visit(f"{callback.redirect_uri}?code=abc&realmId=1&state=x%20y")
        assert callback.answer(5) == {"code": "abc", "realmId": "1", "state": "x y"}
        with pytest.raises(SignInFailed, match="HTTP 404"):
            visit(callback.redirect_uri.replace("/callback", "/other"))
        with pytest.raises(SignInFailed, match="did not come back"):
            callback.answer(0.01)
    with pytest.raises(SignInFailed, match="cannot be opened"):
        visit(callback.redirect_uri)


def test_a_nursery_ends_what_it_started(tmp_path: Path) -> None:
    with nursery() as processes:
        child = processes.start("sleeper", SLEEPER, os.environ, tmp_path / "log")
        child.check()
        assert child.is_alive
    assert not child.is_alive


def test_children_of_a_killed_process_die_with_it(tmp_path: Path) -> None:
    program = "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    program += "print(p.pid, flush=True); p.wait()"
    log = tmp_path / "log"
    with nursery() as processes:
        child = processes.start("parent", (sys.executable, "-c", program), os.environ, log)
        while not log.read_text().endswith("\n"):
            child.check()
            time.sleep(0.01)
        grandchild = int(log.read_text())
        child.kill()
    assert has_ended(grandchild)


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or only waits to be collected by whoever inherited it."""
    for _ in range(500):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.01)
    return False


def test_a_process_that_ends_too_early_is_told_with_its_last_words(tmp_path: Path) -> None:
    child = Child("worker", (sys.executable, "-c", "raise SystemExit('no money')"), os.environ, tmp_path / "log")
    while child.is_alive:
        time.sleep(0.01)
    with pytest.raises(ProcessFailed, match=r"The worker ended \(status 1\). Its last words:\nno money"):
        child.check()
    child.stop()


def test_a_local_quickbooks_that_cannot_start_says_why(tmp_path: Path) -> None:
    with (
        nursery() as processes,
        pytest.raises(ProcessFailed, match=r"local QuickBooks ended .*(?s:.)*invalid choice: 'other'"),
        running_quickbooks(processes, tmp_path, "http://127.0.0.1:1/x", os.environ, company="other", limits="none"),
    ):
        raise AssertionError("it started")


def test_a_local_quickbooks_answers_while_the_block_lasts(tmp_path: Path) -> None:
    with nursery() as processes:
        place = running_quickbooks(
            processes, tmp_path, "http://127.0.0.1:1/x", os.environ, company="fresh", limits="none"
        )
        with place as quickbooks:
            assert quickbooks.control("health") == {"status": "ok"}
            assert quickbooks.client_secret not in repr(quickbooks)
        assert not quickbooks.child.is_alive


def test_a_signal_is_heeded_at_the_end_of_what_must_not_be_torn() -> None:
    reached = []
    with pytest.raises(KeyboardInterrupt), ended_by_signals():
        with uninterrupted():
            signal.raise_signal(signal.SIGTERM)
            reached.append("inside")
        reached.append("after")
    assert reached == ["inside"]


def test_a_second_signal_does_not_disturb_the_cleaning_up() -> None:
    before = signal.getsignal(signal.SIGINT)
    cleaned = []
    with pytest.raises(KeyboardInterrupt), ended_by_signals():
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGINT)
            cleaned.append(True)
    assert cleaned and signal.getsignal(signal.SIGINT) is before


COUNTS = Counts(bluepro=2, quickbooks=2, equal=2)
REHEARSED = Rehearsed(
    comparison=Comparison(
        counts=dict.fromkeys(Kind, COUNTS),
        differences=(),
        totals=TwoSides(Figures(invoiced=Decimal("1234.50")), Figures(invoiced=Decimal("1234.50"))),
    ),
    asked=Asked(writes=3, batches=4, reads=5, throttled=0),
    second=Asked(reads=2),
    kills=1,
    problems=(OpenProblem("invoice", "W-1", "Too long."),),
    seconds=12.345,
    quickbooks=Tokens("http://127.0.0.1:1", "9", "access", "refresh", "id", "secret"),
)


def test_the_json_holds_decimal_strings_and_counts() -> None:
    found = to_json(REHEARSED)
    assert found["totals"]["invoiced"] == {"bluepro": "1234.50", "quickbooks": "1234.50"}
    assert found["records"]["payments"]["equal"] == 2
    assert found["requests"] == {"writes": 3, "batches": 4, "reads": 5, "throttled": 0}
    assert found["second_sync"] == {"writes": 0, "reads_per_record": 0.25}
    assert (found["seconds"], found["kills"]) == (12.3, 1)
    assert found["problems"] == [{"kind": "invoice", "record": "W-1", "text": "Too long."}]
    assert "secret" not in repr(REHEARSED) and "refresh'" not in repr(REHEARSED)


def test_the_json_file_is_whole_private_and_replaces_an_older_one(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("old")
    write_json(path, {"a": 1})
    assert json.loads(path.read_text()) == {"a": 1}
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (Options(Path("/nowhere/at/all")), "There is no folder /nowhere/at/all"),
        (Options(Path("/"), json_file=Path("/nowhere/out.json")), "its folder does not exist"),
        (Options(Path("/"), kills=-1), "--kill-worker"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_started(options: Options, message: str) -> None:
    with pytest.raises(RehearsalFailed, match=message):
        rehearse(options, Console(quiet=True))


def test_the_control_api_is_reached_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with listening() as callback:
        visit(f"{callback.redirect_uri}?code=1")
        assert callback.answer(5) == {"code": "1"}
    assert urllib.request.getproxies()["http"] == "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("first", "found", "words"),
    [
        (".venv/bin/bluepro", None, ".venv/bin/bluepro"),
        (".venv/bin/bluepro", "/usr/bin/bluepro", ".venv/bin/bluepro"),
        ("/usr/bin/bluepro", "/usr/bin/bluepro", "bluepro"),
        ("/my tools/bluepro", None, "'/my tools/bluepro'"),
        ("/src/bluepro/config/cli/__main__.py", None, "/usr/bin/python3 -m bluepro.config.cli"),
    ],
)
def test_next_commands_begin_as_this_one_was_called(first: str, found: str | None, words: str) -> None:
    assert called(first, found, "/usr/bin/python3") == words
