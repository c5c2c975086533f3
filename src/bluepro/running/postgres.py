"""BluePro's own PostgreSQL on this machine: started by the first process that needs it, stopped by the last.

Every user process holds a shared lock for as long as it uses the server; starting and stopping happen under an
exclusive one. The server itself holds a third lock, by which a dead one is told from a living one. It takes
connections on a socket only, from the user who runs BluePro only. Not for Windows. See docs/decisions/0002.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psycopg
from psycopg import sql

from bluepro.running import cluster
from bluepro.running.binaries import Binaries, find_binaries, runnable_by
from bluepro.running.errors import BusyFolderError, PostgresError, StartError, StopError, UnsupportedPlatformError
from bluepro.running.locks import exclusively, is_free, lock_exclusive, lock_shared, open_lock
from bluepro.running.place import (
    SYSTEM_FOLDER,
    Place,
    make_socket_folder,
    prepare_place,
    remove_place,
    remove_socket_folder,
)

__all__ = ["EmbeddedPostgres", "PostgresError", "Server"]

DATABASE = "bluepro"

_PAUSE = 0.02


@dataclass(frozen=True)
class Server:
    """A running server. `url` is a libpq address, good for psycopg and Django."""

    url: str


@dataclass
class _Use:
    """One process's use of the server: the process that began it and its open users lock."""

    process: int
    lock: int
    place: Place
    server: Server


class EmbeddedPostgres:
    """The database server of one data folder, as one process uses it.

    `settings` are PostgreSQL's own (they count only for the process that launches the server). `durable` False skips
    the flush after making a new database, for tests. `seconds` is the longest wait for each of: another process that
    starts or stops, the making of the database, readiness, the end. As root the database is below `system_folder`.
    """

    def __init__(
        self,
        data_folder: Path,
        *,
        settings: Mapping[str, str] = {},
        durable: bool = True,
        seconds: float = 60.0,
        system_folder: Path = SYSTEM_FOLDER,
        binaries: Binaries | None = None,
        platform: str = sys.platform,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if platform == "win32":
            raise UnsupportedPlatformError(
                "There is no embedded database on Windows. Set DATABASE_URL to a PostgreSQL 15 or later, for example "
                "postgresql://user:password@localhost/bluepro."
            )
        self._data_folder = data_folder
        self._settings = dict(settings)
        self._durable = durable
        self._seconds = seconds
        self._system_folder = system_folder
        self._binaries = binaries
        self._clock = clock
        self._sleep = sleep
        self._use: _Use | None = None

    def start(self) -> Server:
        """Start the server, or join the one that runs; ready when this returns. Raises PostgresError.

        Called again, it answers with the same server. A child process made by fork does not inherit the use.
        """
        if self._use and self._use.process == os.getpid():
            return self._use.server
        place = prepare_place(self._data_folder, self._system_folder)
        with self._exclusively(place.start_lock), ExitStack() as on_failure:
            lock = open_lock(place.users_lock)
            on_failure.callback(os.close, lock)
            if not lock_shared(lock):
                raise BusyFolderError(f"Another program holds {place.users_lock}. End it, then start again.")
            self._bring_up(place)
            on_failure.pop_all()
        self._use = _Use(os.getpid(), lock, place, Server(_url(place)))
        return self._use.server

    def stop(self) -> None:
        """Leave the server; the last user to leave ends it and waits for that. Raises PostgresError.

        Without a start, and in a child process made by fork, it does nothing.
        """
        self._end_use(discard=False)

    def discard(self) -> None:
        """Leave the server, end it and delete its database for ever: for scratch data folders.

        Raises BusyFolderError, and deletes nothing, if others still use it. Without a start it does nothing.
        """
        self._end_use(discard=True)

    def _end_use(self, *, discard: bool) -> None:
        use, self._use = self._use, None
        if use is None:
            return
        try:
            if use.process == os.getpid():
                self._leave(use, discard=discard)
        finally:
            os.close(use.lock)

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _exclusively(self, lock: Path) -> AbstractContextManager[None]:
        return exclusively(lock, seconds=self._seconds, clock=self._clock, sleep=self._sleep)

    def _bring_up(self, place: Place) -> None:
        binaries = self._usable_binaries(place)
        if not place.data.exists():
            cluster.create_cluster(place, binaries, durable=self._durable, seconds=self._seconds)
        cluster.check_version(place, binaries)
        make_socket_folder(place)
        self._launch_until_ready(place, binaries)

    def _usable_binaries(self, place: Place) -> Binaries:
        binaries = self._binaries or find_binaries()
        if place.account is None:
            return binaries
        with self._exclusively(self._system_folder / "copy.lock"):
            return runnable_by(place.account, binaries, self._system_folder)

    def _launch_until_ready(self, place: Place, binaries: Binaries) -> None:
        """Also waits for a server that a killed process was starting or stopping, and starts anew when it is gone."""
        deadline = self._clock() + self._seconds
        log_start: int | None = None
        refusal: str | None = None
        while True:
            if is_free(place.server_lock):
                if log_start is not None:
                    raise cluster.start_failure(place, log_start)
                log_start = cluster.launch_server(place, binaries, self._settings)
            elif cluster.says_ready(place):
                refusal = _refusal(place)
                if refusal is None:
                    return
            if self._clock() > deadline:
                raise self._not_ready(place, refusal, log_start)
            self._sleep(_PAUSE)

    def _not_ready(self, place: Place, refusal: str | None, log_start: int | None) -> StartError:
        why = f" Connecting to it failed: {refusal.strip()}." if refusal else ""
        return StartError(
            f"The database server on {place.data} was not ready within {self._seconds:g} s.{why} It goes on starting: "
            f"after a crash this can take a while, so try again. {cluster.log_tail(place, log_start or 0)}"
        )

    def _leave(self, use: _Use, *, discard: bool) -> None:
        with self._exclusively(use.place.start_lock):
            if lock_exclusive(use.lock):
                cluster.end_server(use.place)
                self._wait_for_end(use.place)
                remove_socket_folder(use.place)
                if discard:
                    remove_place(self._data_folder, use.place)
            elif discard:
                raise BusyFolderError(f"The database of {self._data_folder} is not deleted: others still use it.")

    def _wait_for_end(self, place: Place) -> None:
        deadline = self._clock() + self._seconds
        while not is_free(place.server_lock):
            if self._clock() > deadline:
                raise StopError(
                    f"The database server on {place.data} did not end within {self._seconds:g} s; it is still ending. "
                    f"Nothing is lost. {cluster.log_tail(place)}"
                )
            self._sleep(_PAUSE)


def _refusal(place: Place) -> str | None:
    """Why the server does not take our connections, None if it does; our database is made on the first one."""
    try:
        with psycopg.connect(_url(place, "postgres"), autocommit=True, connect_timeout=5) as connection:
            known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    except psycopg.OperationalError as error:
        return str(error)
    return None


def _url(place: Place, database: str = DATABASE) -> str:
    host = quote(str(place.socket), safe="")
    return f"postgresql://{cluster.ROLE}@/{database}?host={host}&port={cluster.PORT}"
