"""Keeps a world in a file: takes it up at the start, writes it while it changes and at the end.

What is to be written is gathered at once, so that it belongs together; making lines of it and writing them is the work
of a thread, during which calls are answered.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from threading import Lock
from time import perf_counter

from qbo_emulator.books.state import BadState, Parts
from qbo_emulator.persistence import data_file
from qbo_emulator.persistence.data_file import DataFileError
from qbo_emulator.world import World

PAUSE = 10.0  # seconds between two writes
IDLE = 10  # times what writing took is left for other work


class Keeper:
    """One world and its file. `problem` is why it could not be kept the last time, or empty."""

    def __init__(self, world: World, path: Path) -> None:
        self._world = world
        self._path = path
        self._lock = Lock()
        self._written: tuple[int, int, int] | None = None
        self._seen = world.activity
        self.problem = ""

    def begin(self) -> None:
        """Take up what the file holds, or write it if there is none. DataFileError if neither can be."""
        if not self._path.exists():
            self._write(self._world.dump())
            return
        state = data_file.read(self._path)
        try:
            self._world.load(state)
        except (BadState, KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
            text = f"{self._path} does not fit this release of the emulator ({error}); it is left as it is"
            raise DataFileError(text) from error
        self._written = self._identity()

    async def run(self, pause: float = PAUSE) -> None:
        """Look every `pause` seconds, and less often if writing takes long."""
        while True:
            await asyncio.sleep(pause)
            begun = perf_counter()
            await self.look()
            await asyncio.sleep(max(0.0, IDLE * (perf_counter() - begun) - pause))

    async def look(self) -> bool:
        """Write if anything happened since the last time; says whether it did."""
        if self._seen == self._world.activity:
            return False
        self._seen = self._world.activity
        await asyncio.to_thread(self._try, self._world.dump())
        return True

    def save(self) -> None:
        """Write at once; `problem` says whether that failed."""
        self._try(self._world.dump())

    def _try(self, state: Parts) -> None:
        try:
            self._write(state)
            self.problem = ""
        except DataFileError as error:
            self.problem = str(error)
            sys.stderr.write(f"qbo-emulator: {error}\n")

    def _write(self, state: Parts) -> None:
        """One at a time; a file that somebody else wrote meanwhile is not touched."""
        with self._lock:
            if self._identity() != self._written:
                raise DataFileError(f"{self._path} was written by somebody else; it is left as it is")
            try:
                data_file.write(self._path, data_file.lines(state))
            except OSError as error:
                raise DataFileError(f"{self._path} cannot be written: {error.strerror}") from error
            self._written = self._identity()

    def _identity(self) -> tuple[int, int, int] | None:
        """What tells this file from another one at its place; None if there is none."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size
