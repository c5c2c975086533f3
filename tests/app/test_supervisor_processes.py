"""Real processes under the supervisor: nothing of them survives a stop, however they or their supervisor end."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bluepro.running.folders import FolderError
from bluepro.running.supervisor import SupervisorError
from bluepro.running.supervisor_lifeline import Lifeline
from bluepro.running.supervisor_place import SECRET, alone_in, port_to_use, web_secret
from bluepro.running.supervisor_process import LONGEST_LOG, ProcessPart
from bluepro.running.supervisor_stop import stop_on_signals

HERE = Path(__file__).parent


def until(what: str, true: object, seconds: float = 20.0) -> None:
    assert callable(true)
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    """Whether no process has this id, or only a dead one that nobody has looked after yet."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.fixture
def lifeline() -> Iterator[Lifeline]:
    with closing(Lifeline()) as line:
        yield line


def child(folder: Path, lifeline: Lifeline, manner: str = "obedient", grace: float = 10.0) -> ProcessPart:
    environ = {**os.environ, "PYTHONPATH": str(HERE)}
    ids = str(folder / "ids")
    log = folder / "child.log"
    arguments = [ids, manner]
    return ProcessPart("child", "supervisor_child", arguments, environ=environ, log=log, lifeline=lifeline, grace=grace)


def ids_of(folder: Path) -> list[int]:
    until("the child starts", (folder / "ids").exists)
    return [int(word) for word in (folder / "ids").read_text().split()]


def never() -> bool:
    return False


def test_a_stop_ends_the_process_and_its_children(tmp_path: Path, lifeline: Lifeline) -> None:
    part = child(tmp_path, lifeline)
    part.start()
    ids = ids_of(tmp_path)
    assert part.is_alive()
    part.stop(never)
    assert not part.is_alive()
    until("both are gone", lambda: all(map(is_gone, ids)))


def test_who_does_not_end_in_time_is_ended(tmp_path: Path, lifeline: Lifeline) -> None:
    part = child(tmp_path, lifeline, "stubborn", grace=0.3)
    part.start()
    ids = ids_of(tmp_path)
    part.stop(never)
    until("both are gone", lambda: all(map(is_gone, ids)))


def test_a_hurry_shortens_the_grace(tmp_path: Path, lifeline: Lifeline) -> None:
    part = child(tmp_path, lifeline, "stubborn", grace=1000)
    part.start()
    ids = ids_of(tmp_path)
    part.stop(lambda: True)
    until("both are gone", lambda: all(map(is_gone, ids)))


def test_a_restart_ends_what_a_killed_process_left_behind(tmp_path: Path, lifeline: Lifeline) -> None:
    part = child(tmp_path, lifeline, "stubborn", grace=0.1)
    part.start()
    first = ids_of(tmp_path)
    os.kill(first[0], signal.SIGKILL)
    until("it is dead", lambda: not part.is_alive())
    assert not is_gone(first[1])
    (tmp_path / "ids").unlink()
    part.start()
    until("its child is gone", lambda: is_gone(first[1]))
    second = ids_of(tmp_path)
    part.stop(never)
    until("both are gone", lambda: all(map(is_gone, second)))


def test_last_words_are_those_since_the_start(tmp_path: Path, lifeline: Lifeline) -> None:
    part = child(tmp_path, lifeline)
    part._log.write_text("older words\n")
    part.start()
    until("it speaks", lambda: "at work" in part.last_words())
    assert "older words" not in part.last_words()
    part.stop(never)


def test_a_long_log_is_moved_away_at_a_start(tmp_path: Path, lifeline: Lifeline) -> None:
    part = child(tmp_path, lifeline)
    with part._log.open("wb") as log:
        log.truncate(LONGEST_LOG + 1)
    part.start()
    part.stop(never)
    assert part._log.stat().st_size < LONGEST_LOG
    assert (tmp_path / "child.log.1").stat().st_size == LONGEST_LOG + 1


def test_children_end_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    program = (
        "import os, sys, time; from pathlib import Path\n"
        "from bluepro.running.supervisor_lifeline import Lifeline\n"
        "from bluepro.running.supervisor_process import ProcessPart\n"
        "folder = Path(sys.argv[1])\n"
        "ProcessPart('child', 'supervisor_child', [str(folder / 'ids'), 'obedient'], environ=dict(os.environ),"
        " log=folder / 'log', lifeline=Lifeline()).start()\n"
        "time.sleep(60)"
    )
    environ = {**os.environ, "PYTHONPATH": str(HERE)}
    supervisor = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], env=environ)
    ids = ids_of(tmp_path)
    supervisor.kill()
    supervisor.wait()
    until("child and grandchild are gone", lambda: all(map(is_gone, ids)))


def test_a_data_folder_has_one_supervisor(tmp_path: Path) -> None:
    with (
        alone_in(tmp_path, "http://127.0.0.1:8000"),
        pytest.raises(SupervisorError, match=rf"already \(process {os.getpid()}, http://127.0.0.1:8000\)"),
        alone_in(tmp_path, "http://127.0.0.1:8001"),
    ):
        raise AssertionError("a second one was let in")
    with alone_in(tmp_path, "http://127.0.0.1:8001"):
        assert "8001" in (tmp_path / "up.lock").read_text()


def test_a_port_in_use_is_told(lifeline: Lifeline) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SupervisorError, match=f"Port {port} of 127.0.0.1 is used by another program"):
            port_to_use("127.0.0.1", port)
    assert port_to_use("127.0.0.1", 0) > 0
    with pytest.raises(SupervisorError, match="not an address of this machine"):
        port_to_use("192.0.2.1", 0)


def test_the_secret_of_the_pages_lasts_and_is_closed_to_others(tmp_path: Path) -> None:
    secret = web_secret(tmp_path)
    assert len(secret) >= 50
    assert web_secret(tmp_path) == secret
    assert (tmp_path / "keys" / SECRET).stat().st_mode & 0o777 == 0o600
    (tmp_path / "keys" / SECRET).write_text("short")
    with pytest.raises(FolderError, match="too short"):
        web_secret(tmp_path)


def test_signals_wake_the_waiter_and_a_second_one_means_hurry() -> None:
    with stop_on_signals() as stop:
        assert not stop.wait(0)
        threading.Timer(0.05, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()
        assert stop.wait(20)
        assert not stop.hurry
        signal.raise_signal(signal.SIGINT)
        assert stop.hurry
