"""`bluepro up` as people run it: it serves, heals, refuses a second one, and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from bluepro.config.cli.web import without_secrets
from bluepro.running.locks import is_free

pytestmark = pytest.mark.timeout(180)
OURS = ("BLUEPRO_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
SECONDS = 90.0


class Up:
    """A running `bluepro up` on a data folder."""

    def __init__(self, folder: Path, *arguments: str, port: int = 0, environ: Mapping[str, str] = {}) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        self.folder, self.port = folder, port or free_port()
        self.log = folder.with_suffix(".log")
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bluepro.config.cli", "up", "--port", str(self.port), *arguments],
                env={**clean, "BLUEPRO_DATA": str(folder), **environ},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.log.read_text()

    def until(self, true: Callable[[], object]) -> None:
        deadline = time.monotonic() + SECONDS
        while not true():
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def ready(self) -> "Up":
        self.until(lambda: "BluePro is at" in self.said() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()
        return self

    def health(self) -> tuple[int, dict[str, str]]:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{self.port}/healthz", timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)
        except OSError:
            return 0, {}

    def children(self) -> list[int]:
        found = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout
        pairs = [tuple(map(int, line.split())) for line in found.splitlines()[1:]]
        return [pid for pid, parent in pairs if parent == self.process.pid]

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=SECONDS)

    def nothing_is_left(self) -> bool:
        return self.health()[0] == 0 and is_free(self.folder / "pg" / "server.lock")


@contextmanager
def up(folder: Path, *arguments: str, port: int = 0, environ: Mapping[str, str] = {}) -> Iterator[Up]:
    running = Up(folder, *arguments, port=port, environ=environ)
    try:
        yield running
    finally:
        running.end()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_serves_without_quickbooks_heals_and_ends(tmp_path: Path) -> None:
    with up(tmp_path / "data") as running:
        running.ready()
        assert running.health() == (200, {"status": "ok", "database": "ok", "migrations": "ok"})
        assert f"http://localhost:{running.port}/" in running.said()
        assert "QuickBooks is not configured" in running.said()
        assert (tmp_path / "data" / "keys" / "web.secret").stat().st_mode & 0o777 == 0o600

        second = up(tmp_path / "data")
        with second as refused:
            assert refused.process.wait(timeout=SECONDS) == 1
            assert f"(process {running.process.pid}, http://localhost:{running.port})" in refused.said()
        with up(tmp_path / "other", port=running.port) as refused:
            assert refused.process.wait(timeout=SECONDS) == 1
            assert f"Port {running.port} of 127.0.0.1 is used by another program" in refused.said()
        assert not (tmp_path / "other").exists()

        (web,) = running.children()
        os.kill(web, signal.SIGKILL)
        running.until(lambda: "The web server ended by itself and is started again in 0.5 s" in running.said())
        running.until(lambda: running.health()[0] == 200)

        postmaster = int((tmp_path / "data" / "pg" / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(postmaster, signal.SIGKILL)
        running.until(lambda: "The database ended by itself" in running.said())
        running.until(lambda: running.health()[0] == 200)

        assert running.end() == 0
        assert running.said().endswith("BluePro has ended.\n")
        assert running.nothing_is_left()


def test_a_killed_supervisor_leaves_no_process_but_the_database_which_the_next_one_takes_over(tmp_path: Path) -> None:
    with up(tmp_path / "data") as first:
        children = first.ready().children()
        first.process.kill()
        first.process.wait()
        first.until(lambda: not any(map(is_alive, children)))
        first.until(lambda: first.health()[0] == 0)
    with up(tmp_path / "data", port=first.port) as again:
        again.ready()
        assert again.health()[0] == 200
        again.end(signal.SIGTERM)
        assert again.nothing_is_left()


@pytest.mark.parametrize("words", ["", "Starting the database"])
def test_a_stop_while_it_starts_leaves_nothing_behind(tmp_path: Path, words: str) -> None:
    with up(tmp_path / "data") as running:
        if words:
            running.until(lambda: words in running.said())
        else:
            running.until((tmp_path / "data" / "up.lock").exists)
        assert running.end() == 0
        assert not (tmp_path / "data" / "pg").exists() or running.nothing_is_left()


def test_workers_run_where_quickbooks_is_configured_and_a_half_configured_one_is_refused(tmp_path: Path) -> None:
    quickbooks = {
        "BLUEPRO_QBO_DISCOVERY_URL": "http://127.0.0.1:9/.well-known/openid_configuration",
        "BLUEPRO_QBO_API_URL": "http://127.0.0.1:9",
        "BLUEPRO_QBO_CLIENT_ID": "id",
    }
    with up(tmp_path / "data", environ=quickbooks) as refused:
        assert refused.process.wait(timeout=SECONDS) == 1
        assert "BLUEPRO_QBO_CLIENT_SECRET must be set" in refused.said()
        assert not (tmp_path / "data").exists()
    whole = {**quickbooks, "BLUEPRO_QBO_CLIENT_SECRET": "secret"}
    with up(tmp_path / "data", "--workers", "2", environ=whole) as running:
        running.ready()
        children = running.children()
        assert len(children) == 3
        for number in (1, 2):
            log = tmp_path / "data" / "log" / f"worker-{number}.log"
            running.until(lambda log=log: "command_begun" in log.read_text())  # type: ignore[misc]
        assert running.end(signal.SIGTERM) == 0
        assert not any(map(is_alive, children))


def test_a_server_of_others_is_refused_when_it_is_behind(tmp_path: Path) -> None:
    name = f"behind_{os.getpid()}"
    given = os.environ["DATABASE_URL"]
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            own = urlsplit(given)._replace(path=f"/{name}").geturl()
            with up(tmp_path / "data", environ={"DATABASE_URL": own}) as refused:
                assert refused.process.wait(timeout=SECONDS) == 1
                assert "bluepro migrate" in refused.said()
            assert not (tmp_path / "data" / "pg").exists()
        finally:
            server.execute(f"DROP DATABASE {name}")


def test_secrets_in_addresses_are_not_logged() -> None:
    assert without_secrets("/i/AbCdEf0123456789xyz") == "/i/…"
    assert without_secrets("/w/12/invoices/7/") == "/w/12/invoices/7/"
    assert without_secrets("/static/web/bluepro.css") == "/static/web/bluepro.css"
