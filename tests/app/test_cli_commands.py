"""The commands one by one: arguments, exit status, and what is said; against a QuickBooks on a socket where needed."""

import argparse
import io
import json
import logging
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from connect_world import REDIRECT, QuickBooksWorld, owner_of
from django.db import connection as database

from bluepro.common.clock import SystemClock
from bluepro.common.errors import NotFound, Refused
from bluepro.config import logging as our_logging
from bluepro.config.boot import BehindError, migrate, refuse_if_behind
from bluepro.config.cli import arguments, run
from bluepro.config.cli.arguments import build_parser
from bluepro.quickbooks.connect import deployment, sign_in
from bluepro.quickbooks.models import Connection, Link, Problem
from bluepro.workspaces.models import User, Workspace
from bluepro.workspaces.roles import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def qb() -> QuickBooksWorld:
    return QuickBooksWorld()


@pytest.fixture
def owner(qb: QuickBooksWorld) -> Actor:
    return owner_of("Clear View", qb)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A local QuickBooks on a socket, as the commands reach it."""
    command = [sys.executable, "-m", "qbo_emulator.cli", "--port", "0", "--auto-consent", "--limits", "none"]
    keys = ["--client-id", "cid", "--client-secret", "secret", "--redirect-uri", REDIRECT]
    with subprocess.Popen([*command, *keys], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
        process.terminate()


@pytest.fixture
def quickbooks(address: str, monkeypatch: pytest.MonkeyPatch) -> deployment.Deployment:
    reset = urllib.request.Request(f"{address}/_emulator/reset", data=b"{}", method="POST")
    urllib.request.urlopen(reset, timeout=10).close()
    monkeypatch.setenv(deployment.DISCOVERY_URL, f"{address}/.well-known/openid_configuration")
    monkeypatch.setenv(deployment.API_URL, address)
    monkeypatch.setenv(deployment.CLIENT_ID, "cid")
    monkeypatch.setenv(deployment.CLIENT_SECRET, "secret")
    monkeypatch.setenv(deployment.REDIRECT_URI, REDIRECT)
    return deployment.from_environment(os.environ)


@pytest.fixture
def connection(qb: QuickBooksWorld, owner: Actor, quickbooks: deployment.Deployment) -> Connection:
    """Connected to the QuickBooks on the socket."""
    here: dict[str, Any] = {"clock": SystemClock(), "ids": qb.ids}
    begun = sign_in.begin(owner, quickbooks, **here)
    with pytest.raises(urllib.error.HTTPError) as redirected:
        urllib.request.build_opener(_Stay).open(begun.address)
    with redirected.value as answer:
        back = parse_qsl(urlsplit(answer.headers["location"]).query)
    return sign_in.finish(owner, sign_in.answer_of(dict(back)), quickbooks, **here)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Does not follow redirects: nobody listens at the redirect address."""

    def redirect_request(self, *_arguments: object) -> None:
        return None


def do(*words: str) -> int:
    """Runs a command without bringing Django up again."""
    options = build_parser().parse_args(words)
    return run.command_of(options)(options)


def all_commands(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from all_commands(inner)
    if parser.get_default("command"):
        yield parser


def test_every_command_has_a_function_and_help() -> None:
    found = list(all_commands(build_parser()))
    assert len(found) >= 17
    for parser in found:
        assert callable(run.command_of(argparse.Namespace(command=parser.get_default("command"))))
        assert parser.description and "usage: bluepro" in parser.format_help()


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nothing"],
        ["workspace"],
        ["workspace", "create", "X"],
        ["map", "--tax-mode", "magic"],
        ["start", "--from", "yesterday"],
        ["start", "--from", "2026-01-01", "--everything"],
        ["connect", "--timeout", "0"],
        ["problems", "--dismiss", "1", "--retry", "1"],
    ],
)
def test_what_is_not_understood_ends_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run.main(words)
    assert ended.value.code == 2
    assert "usage: bluepro" in capsys.readouterr().err


def test_a_workspace_is_made_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("workspace", "create", "Clear View", "--owner", "a@b.co", "--time-zone", "America/New_York")
    assert do(*words, "--terms-days", "15") == 0
    assert Workspace.objects.get().terms_days == 15
    assert do("workspace", "list") == 0
    assert "Clear View" in capsys.readouterr().out


def test_several_workspaces_must_be_told_apart(qb: QuickBooksWorld) -> None:
    owner_of("One", qb)
    owner_of("Two", qb)
    with pytest.raises(NotFound, match="--workspace"):
        do("problems")
    assert do("problems", "--workspace", "two") == 0


def test_bad_files_are_told_by_row_and_nothing_is_written(
    owner: Actor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert do("export", str(tmp_path / "out")) == 0
    contacts = tmp_path / "out" / "contacts.csv"
    header = contacts.read_text(encoding="utf-8").splitlines()[0]
    contacts.write_text(f"{header}\r\n" + ",".join("x" for _ in header.split(",")) + "\r\n", encoding="utf-8")
    capsys.readouterr()
    assert do("import", str(tmp_path / "out")) == 1
    said = capsys.readouterr().out
    assert "contacts.csv, row 2" in said and "nothing was written" in said


def test_an_empty_import_is_fine(owner: Actor, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    do("export", str(tmp_path / "out"))
    assert do("import", str(tmp_path / "out"), "--dry-run") == 0
    assert "nothing was written" in capsys.readouterr().out
    with pytest.raises(Refused, match="not empty"):
        do("export", str(tmp_path / "out"))


@pytest.mark.parametrize("command", ["start", "map", "sync", "pause", "resume", "disconnect", "compare"])
def test_without_a_connection_the_way_is_told(owner: Actor, quickbooks: deployment.Deployment, command: str) -> None:
    with pytest.raises(NotFound, match="bluepro connect"):
        do(command)


def test_mapping_by_command(connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    assert do("map") == 1
    assert "No income account is chosen" in " ".join(capsys.readouterr().out.split())
    with pytest.raises(NotFound, match="income: there is no account called 'Windows'"):
        do("map", "--income", "Windows")
    with pytest.raises(NotFound, match="--create-missing"):
        do("map", "--method", "Zelle=Zelle")
    with pytest.raises(Refused, match="NAME=METHOD"):
        do("map", "--method", "Zelle")
    words = ("--income", "Windows", "--create-missing", "--method", "Zelle=Zelle", "--method", "Cash=CASH")
    assert do("map", *words, "--tax-mode", "line", "--name-clash", "suffix") == 0
    found = Connection.objects.get()
    assert (found.enabled, found.tax_mode, found.name_clash) == (True, "line", "suffix")
    assert [one.method for one in found.methods.order_by("method")] == ["cash", "zelle"]
    assert do("map", "--refresh") == 0
    assert "Windows" in capsys.readouterr().out


def test_syncing_by_command(connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Refused, match="bluepro start"):
        do("sync")
    assert do("start", "--everything") == 0
    with pytest.raises(Refused, match="bluepro map"):
        do("sync")
    assert do("map", "--create-missing") == 0
    assert do("sync") == 0
    assert do("sync", "--no-wait") == 0
    assert "Everything is in QuickBooks." in capsys.readouterr().out
    assert do("pause") == 0
    assert do("resume") == 0
    assert do("disconnect") == 0


def test_comparing_by_command(connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    do("map", "--create-missing")
    capsys.readouterr()
    assert do("compare", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["equal"] is True and found["totals"]["bluepro"]["invoiced"] == "0.00"
    assert do("compare") == 0


def test_problems_by_command(connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    assert do("problems") == 0
    problem = Problem.objects.create(
        connection=connection, kind=3, record_id=9, label="1042", cause="x", text="Why.", remedy="What.",
        opened_at=connection.connected_at,
    )  # fmt: skip
    assert do("problems") == 1
    assert "invoice 1042" in " ".join(capsys.readouterr().out.split())
    assert do("problems", "--retry", str(problem.pk)) == 0
    assert do("problems", "--dismiss", str(problem.pk), "--reason", "Known.") == 0
    assert do("problems") == 0
    with pytest.raises(NotFound):
        do("problems", "--retry", str(problem.pk))


def test_answers_by_command(connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    link = Link.objects.create(workspace=connection.workspace, realm_id=connection.realm_id, kind=3, record_id=9)
    problem = Problem.objects.create(
        connection=connection, kind=3, record_id=9, label="1042", cause="gone_in_quickbooks", text="Why.",
        opened_at=connection.connected_at,
    )  # fmt: skip
    assert do("problems") == 1
    assert f"--answer {problem.pk} make_anew: Make it anew." in capsys.readouterr().out
    with pytest.raises(Refused, match="--yes"):
        do("problems", "--answer", str(problem.pk), "make_anew")
    with pytest.raises(Refused, match="Its answers: make_anew"):
        do("problems", "--answer", str(problem.pk), "forget")
    with pytest.raises(Refused, match="number is needed"):
        do("problems", "--answer", "first", "make_anew")
    assert do("problems", "--answer", str(problem.pk), "make_anew", "--yes") == 0
    assert "made in QuickBooks once more" in capsys.readouterr().out
    link.refresh_from_db()
    problem.refresh_from_db()
    assert link.removed_at is not None and problem.close_reason == "Make it anew"


def test_a_restored_database_by_command(connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    assert do("restored") == 0
    assert "nothing to match" in capsys.readouterr().out
    Connection.objects.update(synced_since=connection.connected_at)
    with pytest.raises(SystemExit):
        do("restored", "--since", "2026-03-02T21:00")
    assert do("restored", "--since", "2026-03-02T21:00Z") == 0
    assert "nothing is sent before" in capsys.readouterr().out
    connection.refresh_from_db()
    assert (connection.era, connection.name_clash) == (2, "ask")
    assert connection.restored_from == datetime(2026, 3, 2, 20, 55, tzinfo=UTC)


def test_check_names_what_is_missing(
    qb: QuickBooksWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(deployment.ENVIRONMENT, raising=False)
    assert do("check") == 1
    assert "BLUEPRO_QBO_ENVIRONMENT is not set" in capsys.readouterr().out


def test_check_is_content(connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    assert do("check") == 0
    assert capsys.readouterr().out.count(": ok") == 4


def test_check_names_lost_connections_and_missing_keys(
    connection: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    Connection.objects.update(state="lost")
    assert do("check") == 1
    assert "Clear View" in capsys.readouterr().out
    Connection.objects.update(state="connected", refresh_token=b"sealed by another key")
    assert do("check") == 1
    assert "cannot be read with the keys" in capsys.readouterr().out


def _forget_migrations(of: str) -> None:
    with database.cursor() as cursor:
        cursor.execute(f"DELETE FROM django_migrations WHERE {of}")


def test_a_database_that_is_behind_is_refused() -> None:
    refuse_if_behind()
    _forget_migrations("app = 'quickbooks'")
    with pytest.raises(BehindError, match=r"lacks [1-9]\d* migrations \(first: quickbooks.0001_tables\)"):
        refuse_if_behind()


def test_one_that_has_all_migrations_that_were_replaced_is_up_to_date() -> None:
    _forget_migrations("name = '0001_tables'")
    refuse_if_behind()
    assert migrate() == []


def test_one_in_the_middle_of_those_is_told_what_it_lacks() -> None:
    _forget_migrations("app = 'web' AND name IN ('0001_tables', '0002_imports')")
    with pytest.raises(BehindError, match=r"it lacks web.0002_imports. Run .*CHANGELOG.md"):
        refuse_if_behind()


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "BLUEPRO_QBO_ENVIRONMENT is not set"),
        ({"BLUEPRO_QBO_ENVIRONMENT": "moon"}, "BLUEPRO_QBO_ENVIRONMENT is 'moon'"),
        ({"BLUEPRO_QBO_ENVIRONMENT": "sandbox", "BLUEPRO_QBO_API_URL": "x"}, "exclude each other"),
        ({"BLUEPRO_QBO_API_URL": "http://127.0.0.1:1"}, "BLUEPRO_QBO_DISCOVERY_URL is not set"),
        ({"BLUEPRO_QBO_ENVIRONMENT": "sandbox"}, "BLUEPRO_QBO_CLIENT_ID and"),
        (
            {"BLUEPRO_QBO_DISCOVERY_URL": "http://example.com/x", "BLUEPRO_QBO_API_URL": "http://127.0.0.1:1"},
            "must begin with https",
        ),
        (
            {
                "BLUEPRO_QBO_ENVIRONMENT": "production",
                "BLUEPRO_QBO_CLIENT_ID": "a",
                "BLUEPRO_QBO_CLIENT_SECRET": "b",
                "BLUEPRO_QBO_REDIRECT_URI": "http://example.com/",
            },
            "BLUEPRO_QBO_REDIRECT_URI",
        ),
    ],
)
def test_a_wrong_deployment_names_the_variable(environ: dict[str, str], words: str) -> None:
    with pytest.raises(deployment.DeploymentError, match=words):
        deployment.from_environment(environ)


def test_intuits_own_addresses() -> None:
    keys = {"BLUEPRO_QBO_CLIENT_ID": "a", "BLUEPRO_QBO_CLIENT_SECRET": "b"}
    environ = {**keys, "BLUEPRO_QBO_ENVIRONMENT": " Sandbox ", "BLUEPRO_QBO_REDIRECT_URI": "https://x.example/cb"}
    assert deployment.from_environment(environ).endpoints.api_base_url == "https://sandbox-quickbooks.api.intuit.com"


def log_line(record: logging.LogRecord) -> dict[str, object]:
    found: dict[str, object] = json.loads(our_logging.JsonLines().format(record))
    return found


def test_logs_hold_known_actions_and_fields_only() -> None:
    record = logging.LogRecord("bluepro.x", logging.INFO, "p", 1, "secret %s", ("abc",), None)
    record.__dict__.update(action="connected", workspace=7, token="abc")
    line = log_line(record)
    assert (line["action"], line["workspace"]) == ("connected", "7")
    assert "abc" not in json.dumps(line) and "secret" not in json.dumps(line)
    record.__dict__["action"] = "invented abc"
    assert log_line(record)["action"] == "other"


def test_logs_tell_our_errors_and_only_the_kind_of_others() -> None:
    said = []
    for error in (NotFound("No such thing."), ValueError("abc")):
        try:
            raise error
        except (NotFound, ValueError) as caught:
            record = logging.LogRecord(
                "x", logging.ERROR, "p", 1, "m", (), (type(caught), caught, caught.__traceback__)
            )
        said.append(log_line(record)["error"])
    first, second = said
    assert isinstance(first, dict) and first["says"] == "No such thing."
    assert isinstance(second, dict) and second["type"] == "ValueError" and "says" not in second
    assert "test_cli_commands.py" in second["at"][-1]


def test_proof_brings_its_own_database() -> None:
    options = build_parser().parse_args(["rehearse", "folder"])
    assert getattr(options, "boot", arguments.Boot.NONE) is arguments.Boot.NONE


def test_a_password_by_command(owner: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough sentence\n"))
    assert do("password", owner.email) == 0
    assert User.objects.get(email=owner.email).check_password("a long enough sentence")
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(Refused):
        do("password", owner.email)
    with pytest.raises(NotFound):
        do("password", "nobody@example.com")
