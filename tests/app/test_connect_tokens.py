"""Tokens: one refresher, saved before used, a lost answer asked again, and a connection that is lost in the end."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from connect_world import TOKEN_PATH, QuickBooksWorld, owner_of
from django.db import connection as database

from bluepro.quickbooks.connect import secrets
from bluepro.quickbooks.connect.tokens import ConnectionLost, TokenKeeper, TokenUnavailable
from bluepro.quickbooks.models import Connection, ConnectionState, Problem
from bluepro.workspaces.roles import Actor
from qbo_emulator.books.kinds import REALMS

pytestmark = pytest.mark.django_db

KEYS = ("7bC6g2G9xqk9vY1rWcM1H0m0D4uUe3nX8oOq5sZ0a1E=", "pQ0x8gkq8m3B1bY4l3Jt2n3o4s5u6v7w8x9y0zABCDE=")


@pytest.fixture
def qb() -> QuickBooksWorld:
    return QuickBooksWorld()


@pytest.fixture
def owner(qb: QuickBooksWorld) -> Actor:
    return owner_of("Clear View", qb)


@pytest.fixture
def connection(qb: QuickBooksWorld, owner: Actor) -> Connection:
    found = qb.connect(owner)
    qb.transport.asked.clear()
    return found


def refreshes(qb: QuickBooksWorld) -> int:
    return qb.transport.asked.count(TOKEN_PATH)


def test_a_good_token_is_not_refreshed(qb: QuickBooksWorld, connection: Connection) -> None:
    keeper = qb.keeper(connection)
    qb.later(minutes=54)
    assert keeper.current() == keeper.current()
    assert refreshes(qb) == 0


def test_a_token_is_refreshed_five_minutes_before_its_end(qb: QuickBooksWorld, connection: Connection) -> None:
    keeper = qb.keeper(connection)
    first = keeper.current()
    qb.later(minutes=55)
    assert keeper.current() != first
    assert refreshes(qb) == 1


def test_a_refused_token_is_renewed_unless_somebody_has(qb: QuickBooksWorld, connection: Connection) -> None:
    one, other = qb.keeper(connection), qb.keeper(connection)
    stale = one.current()
    fresh = one.renew(stale)
    assert fresh != stale
    assert other.renew(stale) == fresh
    assert refreshes(qb) == 1


def test_a_changed_refresh_token_is_kept(qb: QuickBooksWorld, connection: Connection) -> None:
    keeper = qb.keeper(connection)
    for _ in range(3):
        qb.later(hours=25)
        keeper.current()
    assert refreshes(qb) == 3
    assert Connection.objects.get().state == ConnectionState.CONNECTED


@pytest.mark.parametrize("lost", [1, 2])
def test_a_lost_answer_is_asked_again_with_the_old_value(
    qb: QuickBooksWorld, connection: Connection, lost: int
) -> None:
    qb.later(minutes=56)
    qb.transport.lose[TOKEN_PATH] = lost
    token = qb.keeper(connection).current()
    assert qb.world.oauth.access(token) is not None
    assert refreshes(qb) == lost + 1


def test_a_service_that_stays_down_loses_nothing(qb: QuickBooksWorld, connection: Connection) -> None:
    qb.later(minutes=56)
    qb.transport.answers[TOKEN_PATH] = httpx2.Response(503, html="<html>down</html>")
    with pytest.raises(TokenUnavailable, match="http_503"):
        qb.keeper(connection).current()
    qb.transport.answers.clear()
    assert qb.keeper(connection).current()
    assert Connection.objects.get().refresh_owner is None


def test_wrong_keys_of_the_app_do_not_lose_the_connection(qb: QuickBooksWorld, connection: Connection) -> None:
    qb.later(minutes=56)
    qb.world.oauth.register(qb.deployment.credentials.client_id, "changed", ())
    with pytest.raises(TokenUnavailable, match="invalid_client"):
        qb.keeper(connection).current()
    assert Connection.objects.get().state == ConnectionState.CONNECTED


def test_a_token_revoked_inside_quickbooks_loses_the_connection(qb: QuickBooksWorld, connection: Connection) -> None:
    keeper = qb.keeper(connection)
    stale = keeper.current()
    qb.world.oauth.disconnect(REALMS["fresh"])
    for _ in range(2):
        with pytest.raises(ConnectionLost):
            keeper.renew(stale)
    lost = Connection.objects.get()
    assert (lost.state, lost.refresh_owner) == (ConnectionState.LOST, None)
    problem = Problem.objects.get()
    assert (problem.kind, problem.cause, problem.closed_at) == (None, "reconnect", None)
    assert problem.detail["intuit_tid"]
    stored = f"{lost.state_reason} {problem.text} {problem.remedy} {problem.detail}"
    assert stale not in stored and "connects again" in stored


def test_a_dead_refresher_is_waited_for_until_its_lease_ends(qb: QuickBooksWorld, connection: Connection) -> None:
    dead = qb.ids.uuid()
    until = qb.clock.now() + timedelta(minutes=56, seconds=30)
    Connection.objects.update(refresh_owner=dead, refresh_until=until)
    qb.later(minutes=56)
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        qb.later(seconds=seconds)

    keeper = TokenKeeper(connection.pk, qb.deployment, clock=qb.clock, ids=qb.ids, sleep=sleep)
    assert keeper.current()
    assert 30 <= sum(waits) < 31


def test_a_refresher_that_hangs_is_given_up_on(qb: QuickBooksWorld, connection: Connection) -> None:
    qb.later(minutes=56)
    until = qb.clock.now() + timedelta(hours=1)
    Connection.objects.update(refresh_owner=qb.ids.uuid(), refresh_until=until)
    with pytest.raises(TokenUnavailable, match="too long"):
        qb.keeper(connection).current()


@pytest.mark.django_db(transaction=True)
def test_refreshers_at_once_refresh_once() -> None:
    qb = QuickBooksWorld()
    connection = qb.connect(owner_of("Clear View", qb))
    qb.later(minutes=56)
    qb.transport.asked.clear()
    start = threading.Barrier(4)

    def work() -> str:
        keeper = TokenKeeper(connection.pk, qb.deployment, clock=qb.clock, ids=qb.ids)
        start.wait(timeout=10)
        try:
            return keeper.current()
        finally:
            database.close()

    with ThreadPoolExecutor(4) as pool:
        tokens = {future.result() for future in [pool.submit(work) for _ in range(4)]}
    assert len(tokens) == 1
    assert refreshes(qb) == 1


def test_no_token_shows(qb: QuickBooksWorld, connection: Connection) -> None:
    keeper = qb.keeper(connection)
    token = keeper.current()
    shown = " ".join(map(repr, (keeper, qb.deployment, connection, vars(keeper))))
    assert token not in shown
    assert qb.deployment.credentials.client_secret not in shown


def test_a_missing_key_is_named(qb: QuickBooksWorld) -> None:
    sealed = secrets.load({"BLUEPRO_KEYS": KEYS[0]}).seal(b"secret")
    with pytest.raises(secrets.SecretsError, match="BLUEPRO_KEYS"):
        secrets.load({"BLUEPRO_KEYS": KEYS[1]}).unseal(sealed)


def test_keys_are_rotated_by_putting_a_new_one_first() -> None:
    old, both, new = (secrets.load({"BLUEPRO_KEYS": keys}) for keys in (KEYS[0], f"{KEYS[1]}, {KEYS[0]}", KEYS[1]))
    assert both.unseal(old.seal(b"secret")) == b"secret"
    assert new.unseal(both.seal(b"secret")) == b"secret"


def test_something_that_is_no_key_is_refused_without_showing_it() -> None:
    with pytest.raises(secrets.SecretsError) as error:
        secrets.load({"BLUEPRO_KEYS": "hunter2"})
    assert "BLUEPRO_KEYS" in str(error.value) and "hunter2" not in str(error.value)


def test_the_first_key_file_is_private_and_made_once(tmp_path: Path) -> None:
    environ = {"BLUEPRO_DATA": str(tmp_path / "data")}
    program = "import os, sys; from bluepro.quickbooks.connect import secrets; sys.stdin.read();"
    program += "sys.stdout.buffer.write(secrets.load(os.environ).seal(b'secret'))"
    command = [sys.executable, "-c", program]
    started = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **environ, "BLUEPRO_KEYS": ""}
        )
        for _ in range(3)
    ]
    sealed = [process.communicate(timeout=30)[0] for process in started]
    assert [secrets.load(environ).unseal(one) for one in sealed] == [b"secret"] * 3
    files = list((tmp_path / "data" / "keys").iterdir())
    assert [(file.name, file.stat().st_mode & 0o777) for file in files] == [("0001.key", 0o600)]


def test_threads_agree_on_the_first_key(tmp_path: Path) -> None:
    environ = {"BLUEPRO_DATA": str(tmp_path / "data")}
    start = threading.Barrier(4)

    def work() -> bytes:
        start.wait(timeout=10)
        return secrets.load(environ).seal(b"secret")

    with ThreadPoolExecutor(4) as pool:
        sealed = [future.result() for future in [pool.submit(work) for _ in range(4)]]
    assert [secrets.load(environ).unseal(one) for one in sealed] == [b"secret"] * 4


def test_a_newer_key_file_seals_and_older_ones_still_open(tmp_path: Path) -> None:
    data = tmp_path / "data"
    environ = {"BLUEPRO_DATA": str(data)}
    old = secrets.load(environ).seal(b"secret")
    (data / "keys" / "0002.key").write_text(KEYS[1])
    both = secrets.load(environ)
    assert both.unseal(old) == b"secret"
    assert secrets.load({"BLUEPRO_KEYS": KEYS[1]}).unseal(both.seal(b"new")) == b"new"
