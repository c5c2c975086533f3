"""The whole way by command, as a person goes it: processes, an embedded database, a QuickBooks on a socket."""

import csv
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from bluepro.running.folders import data_folder
from bluepro.running.postgres import EmbeddedPostgres

BLUEPRO = (sys.executable, "-m", "bluepro.config.cli")
CONTACT = {"external_id": "c1", "display_name": "Ann Smith", "first_name": "Ann", "last_name": "Smith"}


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def environ(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """The variables of an installation of its own, with a local QuickBooks that runs, and its database kept up."""
    redirect = f"http://127.0.0.1:{free_port()}/callback"
    found = {name: value for name, value in os.environ.items() if not name.startswith(("BLUEPRO_", "DATABASE_URL"))}
    found |= {
        "BLUEPRO_DATA": str(tmp_path / "data"),
        "BLUEPRO_QBO_CLIENT_ID": "cid",
        "BLUEPRO_QBO_CLIENT_SECRET": "secret",
        "BLUEPRO_QBO_REDIRECT_URI": redirect,
    }
    command = [sys.executable, "-m", "qbo_emulator.cli", "--port", "0", "--auto-consent", "--limits", "none"]
    keys = ["--client-id", "cid", "--client-secret", "secret", "--redirect-uri", redirect]
    postgres = EmbeddedPostgres(data_folder(found), durable=False)
    postgres.start()
    with ExitStack() as stack, subprocess.Popen([*command, *keys], stdout=subprocess.PIPE, text=True) as quickbooks:
        stack.callback(postgres.discard)
        assert quickbooks.stdout is not None
        address = quickbooks.stdout.readline().split()[-1]
        found["BLUEPRO_QBO_DISCOVERY_URL"] = f"{address}/.well-known/openid_configuration"
        found["BLUEPRO_QBO_API_URL"] = address
        yield found
        quickbooks.terminate()


def bluepro(environ: Mapping[str, str], *words: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [*BLUEPRO, *words], env=dict(environ), capture_output=True, text=True, timeout=100, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


def succeed(environ: Mapping[str, str], *words: str) -> str:
    status, out, err = bluepro(environ, *words)
    assert status == 0, (words, out, err)
    return out


def sign_in(environ: Mapping[str, str]) -> tuple[int, str]:
    """Runs `connect` and opens what it prints, as a browser would."""
    connecting = subprocess.Popen([*BLUEPRO, "connect"], env=dict(environ), stdout=subprocess.PIPE, text=True)
    with connecting:
        assert connecting.stdout is not None
        address = next(line.strip() for line in connecting.stdout if line.startswith("http"))
        with urllib.request.urlopen(address, timeout=30) as page:
            assert "is connected to" in page.read().decode()
        said = connecting.stdout.read()
    return connecting.returncode, said


def add_contact(folder: Path) -> None:
    """Adds a contact to an exported folder."""
    with (folder / "contacts.csv").open("r+", encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
        file.seek(0, os.SEEK_END)
        csv.writer(file).writerow(CONTACT.get(name, "") for name in names)


@pytest.mark.timeout(240)
def test_from_an_empty_folder_to_equal_books(environ: Mapping[str, str], tmp_path: Path) -> None:
    assert bluepro(environ, "workspace", "list")[0] == 0
    status, _, err = bluepro(environ, "problems")
    assert (status, "bluepro workspace create" in err) == (1, True)
    succeed(environ, "workspace", "create", "Clear View", "--owner", "a@b.co", "--time-zone", "America/New_York")
    succeed(environ, "export", str(tmp_path / "files"))
    add_contact(tmp_path / "files")
    assert "contacts: 1 created" in succeed(environ, "import", str(tmp_path / "files"))
    status, said = sign_in(environ)
    assert (status, "Connected Clear View to Fresh Start Services." in said) == (0, True)
    assert bluepro(environ, "start")[0] == 1
    assert "Next: bluepro map" in succeed(environ, "start", "--from", "2026-01-01")
    succeed(environ, "map", "--create-missing", "--name-clash", "suffix")
    assert "Everything is in QuickBooks." in succeed(environ, "sync", "--work")
    compared = json.loads(succeed(environ, "compare", "--json"))
    assert (compared["equal"], compared["records"]["contacts"]["equal"]) == (True, 1)
    succeed(environ, "pause")
    assert "paused" in bluepro(environ, "sync")[2]
    succeed(environ, "disconnect")
    assert "bluepro connect" in bluepro(environ, "map")[2]
    log = data_folder(environ) / "log" / "bluepro.jsonl"
    actions = [json.loads(line)["action"] for line in log.read_text(encoding="utf-8").splitlines()]
    assert {"connected", "run_begun", "disconnected"} <= set(actions)


@pytest.mark.timeout(120)
def test_a_worker_stops_when_asked_to(environ: Mapping[str, str]) -> None:
    succeed(environ, "workspace", "list")
    with subprocess.Popen([*BLUEPRO, "worker"], env=dict(environ), stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        assert json.loads(worker.stderr.readline())["action"] == "command_begun"
        worker.send_signal(signal.SIGTERM)
        rest = worker.stderr.read()
    assert worker.returncode in (0, -signal.SIGTERM), rest
