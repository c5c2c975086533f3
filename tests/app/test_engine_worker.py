"""Real worker processes: raw SQL arrives; killed, frozen and stopped ones, and a broken database, do no harm.

All tests share one installation, each with contacts of its own.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from test_cli_walk import BLUEPRO, add_contact, free_port, sign_in, succeed

from bluepro.running.folders import data_folder
from bluepro.running.postgres import EmbeddedPostgres

pytestmark = pytest.mark.timeout(240)

Value = str | int


@dataclass
class Company:
    """An installation with one connected company, its database, and the process of its QuickBooks."""

    environ: Mapping[str, str]
    database: psycopg.Connection[tuple[Value, ...]]
    quickbooks: "subprocess.Popen[str]"
    address: str

    def sql(self, text: str, *values: Value) -> list[tuple[Value, ...]]:
        cursor = self.database.execute(text, values or None)
        return cursor.fetchall() if cursor.description else []

    def names(self, start: str) -> list[str]:
        """The names of the customers in QuickBooks that begin with `start`."""
        realm = self.sql("SELECT realm_id FROM quickbooks_connection")[0][0]
        token = self._answer("/_emulator/tokens", {}, json.dumps({"realm_id": realm}))["access_token"]
        query = urlencode({"query": "SELECT * FROM Customer MAXRESULTS 1000"})
        found = self._answer(
            f"/v3/company/{realm}/query?{query}", {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        )
        names = [str(one["DisplayName"]) for one in found["QueryResponse"].get("Customer", [])]
        return sorted(name for name in names if name.startswith(start))

    def has_open_requests(self) -> bool:
        return self.sql("SELECT 1 FROM quickbooks_request WHERE state = 'open'") != []

    def is_quiet(self) -> bool:
        """Whether nothing is due and nothing under way."""
        dirty = self.sql("SELECT 1 FROM quickbooks_change WHERE dirty")
        return dirty == self.sql("SELECT 1 FROM quickbooks_request WHERE state <> 'settled'") == []

    def _answer(self, path: str, headers: dict[str, str], body: str = "") -> dict[str, Any]:
        headers = {"Accept": "application/json", "Content-Type": "application/json", **headers}
        request = urllib.request.Request(self.address + path, body.encode() or None, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        return found

    def add_contacts(self, name: str, count: int) -> list[str]:
        """By raw SQL: copies of the first contact under other names, which are answered."""
        self.sql(
            "INSERT INTO contacts_contact"
            " SELECT (jsonb_populate_record(c, jsonb_build_object('id', newest + n, 'external_id', NULL,"
            " 'display_name', %s || n))).* FROM contacts_contact c, generate_series(1, %s) n,"
            " (SELECT min(id) AS oldest, max(id) AS newest FROM contacts_contact) WHERE c.id = oldest",
            name,
            count,
        )
        return sorted(f"{name}{number}" for number in range(1, count + 1))

    @contextmanager
    def worker(self) -> "Iterator[subprocess.Popen[str]]":
        """A worker process, stopped in the end unless it is dead by then."""
        with subprocess.Popen(
            [*BLUEPRO, "worker"], env=dict(self.environ), stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            assert json.loads(process.stderr.readline())["action"] == "command_begun"
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.send_signal(signal.SIGCONT)
                    process.terminate()
                process.stderr.read()


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    tmp_path = tmp_path_factory.mktemp("worker")
    redirect = f"http://127.0.0.1:{free_port()}/callback"
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("BLUEPRO_", "DATABASE_URL"))}
    environ |= {
        "BLUEPRO_DATA": str(tmp_path / "data"),
        "BLUEPRO_QBO_CLIENT_ID": "cid",
        "BLUEPRO_QBO_CLIENT_SECRET": "secret",
        "BLUEPRO_QBO_REDIRECT_URI": redirect,
    }
    command = [sys.executable, "-m", "qbo_emulator.cli", "--port", "0", "--auto-consent", "--limits", "none"]
    keys = ["--client-id", "cid", "--client-secret", "secret", "--redirect-uri", redirect]
    postgres = EmbeddedPostgres(data_folder(environ), durable=False)
    url = postgres.start().url
    try:
        with subprocess.Popen([*command, *keys], stdout=subprocess.PIPE, text=True) as quickbooks:
            assert quickbooks.stdout is not None
            address = quickbooks.stdout.readline().split()[-1]
            environ["BLUEPRO_QBO_DISCOVERY_URL"] = f"{address}/.well-known/openid_configuration"
            environ["BLUEPRO_QBO_API_URL"] = address
            try:
                prepare(environ, tmp_path)
                with psycopg.connect(url, autocommit=True) as database:
                    database.execute("UPDATE quickbooks_connection SET unknown_after = 1, unlimited_rates = true")
                    yield Company(environ, database, quickbooks, address)
            finally:
                quickbooks.send_signal(signal.SIGCONT)
                quickbooks.terminate()
    finally:
        postgres.discard()


def prepare(environ: Mapping[str, str], folder: Path) -> None:
    """From nothing to a company with one contact in QuickBooks."""
    succeed(environ, "workspace", "create", "Clear View", "--owner", "a@b.co", "--time-zone", "America/New_York")
    succeed(environ, "export", str(folder / "files"))
    add_contact(folder / "files")
    succeed(environ, "import", str(folder / "files"))
    assert sign_in(environ)[0] == 0
    succeed(environ, "map", "--create-missing", "--name-clash", "suffix")
    succeed(environ, "start", "--everything")
    assert "Everything is in QuickBooks." in succeed(environ, "sync", "--work")


def until(true: Callable[[], bool], seconds: float) -> bool:
    """Whether it becomes true within `seconds`."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def test_raw_sql_arrives_also_after_the_database_has_broken_every_connection(company: Company) -> None:
    with company.worker():
        company.add_contacts("Raw ", 1)
        assert until(lambda: company.names("Raw") == ["Raw 1"], 60)
        company.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        company.sql("UPDATE contacts_contact SET display_name = 'Raw two' WHERE display_name = 'Raw 1'")
        assert until(lambda: company.names("Raw") == ["Raw two"], 60)


def test_what_a_killed_worker_had_under_way_arrives_once(company: Company) -> None:
    with company.worker() as worker:
        assert until(company.is_quiet, 60)
        company.quickbooks.send_signal(signal.SIGSTOP)
        names = company.add_contacts("Killed ", 25)
        assert until(company.has_open_requests, 15)
        worker.kill()
        worker.wait()
    company.quickbooks.send_signal(signal.SIGCONT)
    with company.worker():
        assert until(lambda: len(company.names("Killed")) >= len(names), 90)
        assert until(company.is_quiet, 60)
    assert company.names("Killed") == names


def test_a_frozen_worker_that_wakes_up_does_nothing_twice(company: Company) -> None:
    with company.worker() as frozen:
        assert until(company.is_quiet, 60)
        company.quickbooks.send_signal(signal.SIGSTOP)
        names = company.add_contacts("Frozen ", 5)
        assert until(company.has_open_requests, 15)
        frozen.send_signal(signal.SIGSTOP)
        company.quickbooks.send_signal(signal.SIGCONT)
        with company.worker():
            assert until(company.is_quiet, 90)
            frozen.send_signal(signal.SIGCONT)
            company.add_contacts("Later ", 1)
            assert until(lambda: company.names("Later") == ["Later 1"], 30)
            assert until(company.is_quiet, 60)
    assert company.names("Frozen") == names
    assert company.sql("SELECT 1 FROM quickbooks_problem WHERE closed_at IS NULL") == []


def test_a_worker_that_is_asked_to_stop_ends_within_seconds_although_quickbooks_hangs(company: Company) -> None:
    with company.worker() as worker:
        assert until(company.is_quiet, 60)
        company.quickbooks.send_signal(signal.SIGSTOP)
        company.add_contacts("Stopped ", 5)
        assert until(company.has_open_requests, 15)
        worker.terminate()
        ended = worker.wait(20)
    company.quickbooks.send_signal(signal.SIGCONT)
    assert ended == 0
    assert company.sql("SELECT 1 FROM quickbooks_lease WHERE owner IS NOT NULL") == []
