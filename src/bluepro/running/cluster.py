"""One PostgreSQL data directory: make it, launch its server, ask whether it is up, end it.

Each function is one step and assumes that the caller holds the start lock; the order of the steps is in `postgres.py`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from bluepro.running.account import launch, run
from bluepro.running.binaries import Binaries
from bluepro.running.errors import (
    BusyFolderError,
    OtherVersionError,
    PostgresError,
    SocketTakenError,
    StartError,
    disk_full,
    folder_errors,
    says_disk_full,
)
from bluepro.running.locks import lock_exclusive, open_lock
from bluepro.running.place import Place, make_private

ROLE = "bluepro"
PORT = 5432

_LOG_LIMIT = 10_000_000
_TAIL_LINES = 20
_SOCKET_TEXTS = ("could not bind Unix address", "could not create any Unix-domain sockets", ".s.PGSQL.5432.lock")

# A laptop's share. jit costs more than it saves on short queries; UTC so that logs do not move with the machine.
_SETTINGS = {
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def create_cluster(place: Place, binaries: Binaries, *, durable: bool, seconds: float) -> None:
    """Make the data directory, all or nothing: a directory that initdb did not finish is thrown away.

    `durable` False leaves out the flush to disk. Raises PostgresError; `seconds` is the most that initdb may take.
    """
    with folder_errors(place.home):
        if place.unfinished.exists():
            shutil.rmtree(place.unfinished)
        make_private(place.unfinished, place.account)
        _initdb(place, binaries, durable=durable, seconds=seconds)
        place.unfinished.rename(place.data)


def check_version(place: Place, binaries: Binaries) -> None:
    """Raise OtherVersionError unless the data directory is of the programs' major version."""
    with folder_errors(place.data):
        found = (place.data / "PG_VERSION").read_text(encoding="utf-8", errors="replace").strip()
    if found != str(binaries.major):
        raise OtherVersionError(
            f"{place.data} was written by PostgreSQL {found or '?'}, and this BluePro has PostgreSQL {binaries.major}. "
            f"Use the BluePro that wrote it, make a dump with it, and load that into a new data folder."
        )


def launch_server(place: Place, binaries: Binaries, settings: Mapping[str, str]) -> int:
    """Launch the server without waiting for it, and return the length of the log before. Raises PostgresError.

    The server inherits the server lock, and with it every process that it makes.
    """
    for pid_file in _pid_files(place):
        _remove_stale(pid_file, place)
    lock = open_lock(place.server_lock)
    try:
        if not lock_exclusive(lock):
            raise BusyFolderError(f"A database server is still running on {place.data}. Try again in a moment.")
        with folder_errors(place.home):
            _write_access_rules(place)
            log, length = _open_log(place.log)
        try:
            launch(_command(place, binaries, settings), place.account, output=log, keep=lock)
        except (OSError, subprocess.SubprocessError) as error:
            raise _cannot_run("The database server", place, error) from error
        finally:
            os.close(log)
        return length
    finally:
        os.close(lock)


def says_ready(place: Place) -> bool:
    """Whether the server's own status file says that it takes connections."""
    lines = _lines(place.data / "postmaster.pid")
    return len(lines) > 7 and lines[7].strip() == "ready"


def end_server(place: Place) -> None:
    """Ask the server to end now (fast mode: open connections are closed, everything is saved). Does not wait."""
    pid = _pid(place.data / "postmaster.pid")
    if pid is not None and _is_server(pid, place):
        os.kill(pid, signal.SIGINT)


def start_failure(place: Place, log_start: int) -> PostgresError:
    """The error that fits what a server, which ended while starting, wrote to its log."""
    log = _read_log(place.log, log_start)
    if says_disk_full(log):
        return disk_full(place.data)
    if any(text in log for text in _SOCKET_TEXTS):
        return SocketTakenError(
            f"Something else occupies the database's socket in {place.socket}. End it or remove it, then start again. "
            f"{log_tail(place, log_start)}"
        )
    return StartError(f"The database server on {place.data} ended while starting. {log_tail(place, log_start)}")


def log_tail(place: Place, log_start: int = 0) -> str:
    """The last lines of the log since byte `log_start`, as the end of an error's message."""
    lines = _read_log(place.log, log_start).splitlines()[-_TAIL_LINES:]
    return "\n".join([f"The end of its log, {place.log}:", *(lines or ["(empty)"])])


def _initdb(place: Place, binaries: Binaries, *, durable: bool, seconds: float) -> None:
    command = [binaries.program("initdb"), "-D", str(place.unfinished), "-U", ROLE]
    command += ["--auth-local=peer", "--auth-host=reject", "--encoding=UTF8", "--no-instructions"]
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command += [] if durable else ["--no-sync"]
    try:
        done = run(command, place.account, seconds)
    except subprocess.TimeoutExpired as error:
        raise StartError(
            f"Making the database in {place.home} took longer than {seconds:g} s. Is the disk overloaded? Try again."
        ) from error
    except (OSError, subprocess.SubprocessError) as error:
        raise _cannot_run("initdb", place, error) from error
    if done.returncode != 0:
        raise (
            disk_full(place.home)
            if says_disk_full(done.stdout)
            else StartError(
                f"The database in {place.home} cannot be made as {_runner(place)}. initdb said:\n{done.stdout.strip()}"
            )
        )


def _cannot_run(what: str, place: Place, error: Exception) -> StartError:
    return StartError(
        f"{what} cannot be run as {_runner(place)}: {error}. Where root may not act as another user (in some "
        f"containers), run BluePro as an ordinary user, or set DATABASE_URL."
    )


def _command(place: Place, binaries: Binaries, settings: Mapping[str, str]) -> list[str]:
    fixed = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(place.socket),
        "unix_socket_permissions": "0700",
        "hba_file": str(place.home / "pg_hba.conf"),
        "ident_file": str(place.home / "pg_ident.conf"),
    }
    options = [f"{name}={value}" for name, value in {**_SETTINGS, **settings, **fixed}.items()]
    return [
        binaries.program("postgres"),
        "-D",
        str(place.data),
        *(part for option in options for part in ("-c", option)),
    ]


def _write_access_rules(place: Place) -> None:
    """Only `place.client`, as the system itself attests, may log in, and only as our role."""
    name = place.client.replace('"', '""')
    for file, rule in (
        ("pg_hba.conf", "local all all peer map=bluepro"),
        ("pg_ident.conf", f'bluepro "{name}" {ROLE}'),
    ):
        path = place.home / file
        written = path.with_suffix(".new")
        written.write_text(rule + "\n", encoding="utf-8")
        written.chmod(0o640)
        if place.account:
            os.chown(written, 0, place.account.gid)
        written.replace(path)


def _open_log(path: Path) -> tuple[int, int]:
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    return log, os.fstat(log).st_size


def _read_log(path: Path, start: int) -> str:
    with path.open("rb") as log:
        log.seek(start)
        return log.read().decode("utf-8", errors="replace")


def _pid_files(place: Place) -> list[Path]:
    return [place.data / "postmaster.pid", place.socket / f".s.PGSQL.{PORT}.lock"]


def _remove_stale(pid_file: Path, place: Place) -> None:
    """Remove what a killed server left. PostgreSQL does so too, but not if another process has got its number by now.

    Called only while the server lock is free, so a living server could only be one that was started without us.
    """
    pid = _pid(pid_file)
    if pid is not None and _is_server(pid, place):
        raise BusyFolderError(
            f"A database server that BluePro did not start (process {pid}) runs on {place.data}. "
            "End it, then start again."
        )
    with folder_errors(pid_file):
        pid_file.unlink(missing_ok=True)


def _pid(pid_file: Path) -> int | None:
    lines = _lines(pid_file)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def _lines(file: Path) -> list[str]:
    with folder_errors(file):
        try:
            return file.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []


def _is_server(pid: int, place: Place) -> bool:
    """Whether process `pid` is a living server on this data directory: numbers are used again, and the dead linger."""
    if sys.platform == "linux":
        with suppress(FileNotFoundError, ProcessLookupError):
            return os.fsencode(place.data) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return False
    shown = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], check=False, capture_output=True, text=True, errors="replace"
    )
    return f"-D {place.data} " in shown.stdout


def _runner(place: Place) -> str:
    return f"user {place.account.name if place.account else place.client}"
