"""The embedded database as a part of the supervisor: noticed when its server dies, and started again.

How a server is started and stopped is in `postgres.py`.
"""

import socket
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from bluepro.running.cluster import PORT
from bluepro.running.postgres import EmbeddedPostgres, PostgresError

EVERY = 1.0  # seconds between two real looks; the server makes a process for each


class DatabasePart:
    """The database server of one data folder."""

    name = "database"

    def __init__(self, postgres: EmbeddedPostgres, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._postgres, self._monotonic = postgres, monotonic
        self._error = ""
        self._looked = 0.0
        self.url = ""

    def start(self) -> None:
        """Starts the server, or a new one if it died; its address stays the same. Raises PostgresError."""
        try:
            self._postgres.stop()
            self.url = self._postgres.start().url
        except PostgresError as error:
            self._error = str(error)
            raise
        self._looked = self._monotonic()

    def is_alive(self) -> bool:
        """Whether something takes connections at its socket."""
        if self._monotonic() - self._looked < EVERY:
            return True
        self._looked = self._monotonic()
        return self._takes_connections()

    def stop(self, _hurry: Callable[[], bool]) -> None:
        """Ends the server unless other commands use it. It saves everything first; no hurry shortens that."""
        self._postgres.stop()

    def last_words(self) -> str:
        """Why it could not be started, if that is so."""
        return self._error

    def _takes_connections(self) -> bool:
        folder = parse_qs(urlsplit(self.url).query)["host"][0]
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(5)
            try:
                probe.connect(f"{folder}/.s.PGSQL.{PORT}")
            except (ConnectionRefusedError, FileNotFoundError):
                return False
            except OSError:
                return True  # busy, such as a full backlog: it is there
        return True
