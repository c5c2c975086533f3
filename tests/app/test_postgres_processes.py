"""One data folder, several real processes: who starts the server, who joins it, who ends it, and who may die.

Everything runs as an ordinary user, and as root too where the tests run as root.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bluepro.running.account import account_of
from bluepro.running.binaries import Binaries, find_binaries, runnable_by
from bluepro.running.locks import is_free
from bluepro.running.place import Place

PROGRAM = Path(__file__).with_name("postgres_user.py")
AS_ROOT = os.geteuid() == 0


class User:
    """A process that uses the server; see postgres_user.py."""

    def __init__(self, task: dict[str, object]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM), json.dumps(task)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd="/",
            start_new_session=True,
        )

    def say(self, word: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, object]:
        assert self.process.stdout
        answer: dict[str, object] = json.loads(self.process.stdout.readline())
        return answer

    def do(self, word: str) -> dict[str, object]:
        self.say(word)
        return self.hear()

    def end(self, number: signal.Signals) -> None:
        """Send a signal to the process and everything in its process group, as a terminal does, and wait for it."""
        os.killpg(self.process.pid, number)
        self.process.wait(timeout=20)

    def ask(self, query: str) -> list[object]:
        """The first row of the answer to one SQL statement, asked by the process itself."""
        answer = self.do(f"ask {query}")
        assert isinstance(answer["value"], list), answer
        return answer["value"]

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=20)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream
            stream.close()


@dataclass
class Machine:
    """A folder for the test, who runs in it (None: we ourselves), and the processes begun there."""

    folder: Path
    account: pwd.struct_passwd | None
    binaries: Binaries
    users: list[User] = field(default_factory=list)

    @property
    def is_root(self) -> bool:
        return AS_ROOT and self.account is None

    def data(self, name: str = "data") -> Path:
        return self.folder / "home" / name

    def home(self, name: str = "data") -> Path:
        return (self.data(name) / "pg").resolve()

    def user(self, name: str = "data") -> User:
        user = User(
            {
                "data": str(self.data(name)),
                "system": str(self.folder / "system"),
                "root": str(self.binaries.root),
                "major": self.binaries.major,
                "uid": self.account.pw_uid if self.account else None,
                "gid": self.account.pw_gid if self.account else None,
            }
        )
        self.users.append(user)
        return user

    def server(self, name: str = "data") -> int:
        """The process number of the running server."""
        return int((self.home(name) / "data" / "postmaster.pid").read_text().splitlines()[0])

    def runs(self, name: str = "data") -> bool:
        lock = self.home(name) / "server.lock"
        return lock.exists() and not is_free(lock)

    def kill_server(self, name: str = "data") -> None:
        """Kill the server, if one runs, and wait until none of its processes is left."""
        if self.runs(name):
            os.kill(self.server(name), signal.SIGKILL)
        deadline = time.monotonic() + 20
        while self.runs(name):
            assert time.monotonic() < deadline, "the server's processes do not end"
            time.sleep(0.01)


@pytest.fixture(params=["ordinary user", *(["root"] if AS_ROOT else [])])
def machine(request: pytest.FixtureRequest) -> Iterator[Machine]:
    # Not tmp_path: other users cannot enter that, and its name is too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="bluepro-machine-"))
    folder.chmod(0o711)
    binaries = find_binaries()
    account = pwd.getpwnam("nobody") if AS_ROOT and request.param == "ordinary user" else None
    (folder / "home").mkdir(mode=0o700)
    if account:
        os.chown(folder / "home", account.pw_uid, account.pw_gid)
        binaries = runnable_by(account_of(account.pw_uid), binaries, folder)
    machine = Machine(folder, account, binaries)
    yield machine
    for user in machine.users:
        user.close()
    for path in (folder / "home").iterdir():
        machine.kill_server(path.name)
    shutil.rmtree(folder)


# For what does not depend on who runs it: root's turn would only cost time.
once = pytest.mark.parametrize("machine", ["ordinary user"], indirect=True)


def test_the_first_start_makes_a_database_that_the_next_one_finds_again(machine: Machine) -> None:
    user = machine.user()
    assert "postgresql://" in str(user.do("start")["url"])
    assert user.ask("SELECT current_database()") == ["bluepro"]
    user.do("ask CREATE TABLE kept AS SELECT 42 AS answer")
    assert user.do("stop") == {}
    assert not machine.runs()
    assert machine.user().ask("SELECT answer FROM kept") == [42]


def test_the_server_is_as_decided(machine: Machine) -> None:
    user = machine.user()
    assert user.ask("SHOW listen_addresses") == [""]
    assert user.ask("SHOW fsync") == ["off"]
    query = "SELECT datlocprovider::text, datlocale, pg_encoding_to_char(encoding) FROM pg_database"
    assert user.ask(query + " WHERE datname = 'bluepro'") == ["b", "C.UTF-8", "UTF8"]
    owner = machine.account.pw_uid if machine.account else os.geteuid()
    assert ((machine.home() / "data" / "postmaster.pid").stat().st_uid == owner) is (owner != 0)


def test_the_last_one_to_leave_stops_the_server(machine: Machine) -> None:
    first, second = machine.user(), machine.user()
    first.do("start")
    server = machine.server()
    second.do("start")
    assert machine.server() == server
    first.do("stop")
    assert machine.runs()
    assert second.ask("SELECT 1") == [1]
    second.do("stop")
    assert not machine.runs()


@once
def test_many_who_start_at_once_share_one_new_server(machine: Machine) -> None:
    users = [machine.user() for _ in range(4)]
    for user in users:
        user.say("start")
    assert {str(user.hear().get("url")) for user in users} == {str(users[0].do("start")["url"])}
    assert len({str(user.ask("SELECT pg_postmaster_start_time()::text")) for user in users}) == 1
    for user in users:
        user.say("stop")
    assert [user.hear() for user in users] == [{}] * 4
    assert not machine.runs()


@once
def test_a_killed_user_leaves_a_server_that_the_next_one_joins_and_ends(machine: Machine) -> None:
    killed = machine.user()
    killed.do("start")
    server = machine.server()
    killed.end(signal.SIGKILL)
    assert machine.runs()
    following = machine.user()
    following.do("start")
    assert machine.server() == server
    following.do("stop")
    assert not machine.runs()


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(machine: Machine) -> None:
    interrupted = machine.user()
    interrupted.do("start")
    server = machine.server()
    interrupted.end(signal.SIGINT)
    following = machine.user()
    following.do("start")
    assert machine.server() == server


def test_a_killed_server_is_recovered_with_everything_that_was_committed(machine: Machine) -> None:
    user = machine.user()
    user.do("ask CREATE TABLE kept AS SELECT 42 AS answer")
    killed = machine.server()
    os.kill(killed, signal.SIGKILL)
    following = machine.user()
    assert following.ask("SELECT answer FROM kept") == [42]
    assert machine.server() != killed


def test_a_stale_process_number_that_now_belongs_to_another_process_stops_nobody(machine: Machine) -> None:
    user = machine.user()
    user.do("start")
    machine.kill_server()
    for file in (machine.home() / "data" / "postmaster.pid", machine.home() / "socket" / ".s.PGSQL.5432.lock"):
        lines = file.read_text().splitlines()
        file.write_text("\n".join([str(user.process.pid), *lines[1:]]) + "\n")
    following = machine.user()
    assert following.ask("SELECT 1") == [1]
    user.do("stop")
    following.do("stop")
    assert user.process.poll() is None


@once
def test_a_user_survives_the_death_of_the_server_that_it_leaves(machine: Machine) -> None:
    user = machine.user()
    user.do("start")
    os.kill(machine.server(), signal.SIGKILL)
    assert user.do("stop") == {}
    assert not machine.runs()


@once
def test_what_an_interrupted_initdb_left_is_thrown_away(machine: Machine) -> None:
    user = machine.user()
    user.do("start")
    user.do("stop")
    (machine.home() / "data").rename(machine.home() / "data.new")
    assert user.ask("SELECT 1") == [1]
    assert not (machine.home() / "data.new").exists()


@once
def test_two_data_folders_have_two_servers(machine: Machine) -> None:
    first, second = machine.user("one"), machine.user("two")
    first.do("ask CREATE TABLE only_here AS SELECT 1")
    assert second.ask("SELECT count(*) FROM pg_tables WHERE tablename = 'only_here'") == [0]
    assert machine.server("one") != machine.server("two")
    first.do("stop")
    assert machine.runs("two")


@pytest.mark.parametrize("name", ['Application Support, odd\'s "data" $HOME', "long" * 30])
def test_an_odd_or_long_folder_name_is_fine(machine: Machine, name: str) -> None:
    user = machine.user(name)
    assert user.ask("SELECT 1") == [1]
    assert user.do("stop") == {}
    assert not machine.runs(name)


def test_nobody_elses_permissions_change(machine: Machine) -> None:
    parents = [*machine.data().parents, *machine.binaries.root.parents, machine.binaries.root / "bin" / "postgres"]
    before = {path: _permissions(path) for path in parents}
    user = machine.user()
    user.do("start")
    user.do("stop")
    assert {path: _permissions(path) for path in parents} == before


def test_others_cannot_reach_the_data_or_the_socket(machine: Machine) -> None:
    user = machine.user()
    user.do("start")
    for folder in (machine.home() / "data", machine.home() / "socket"):
        assert folder.stat().st_mode & 0o077 == 0
    assert machine.home().stat().st_mode & 0o007 == 0


def _permissions(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_mode, found.st_uid, found.st_gid


def test_a_folder_that_cannot_be_written_is_named(machine: Machine) -> None:
    (machine.folder / "home").chmod(0o500)
    answer = machine.user().do("start")
    (machine.folder / "home").chmod(0o700)
    if machine.is_root:
        assert "url" in answer
    else:
        assert answer["error"] == "UnusableFolderError"
        assert f"{machine.data()}: Permission denied" in str(answer["message"])


def test_an_ordinary_user_does_not_begin_beside_roots_database(machine: Machine) -> None:
    user = machine.user()
    user.do("start")
    user.do("stop")
    machine.home().rename(machine.folder / "elsewhere")
    if not machine.is_root:
        (machine.data() / "pg").symlink_to(machine.folder / "elsewhere")
    answer = user.do("start")
    assert answer["error"] == "UnusableFolderError"
    assert ("is gone" if machine.is_root else "was set up by root") in str(answer["message"])
    (machine.data() / "pg").unlink()


@pytest.mark.parametrize("length", range(60, 110, 7))
def test_the_socket_is_reachable_whatever_the_length_of_the_folder(length: int) -> None:
    home = Path("/" + "x" * (length - 1))
    socket = Place(home, None, "someone").socket
    assert len(str(socket / ".s.PGSQL.5432")) <= 103
    assert (socket.parent == home) is (length + len("/socket/.s.PGSQL.5432") <= 103)
