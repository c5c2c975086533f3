"""Advisory file locks (flock), which the system drops when their last holder dies, however it dies.

A lock belongs to the open file, not to the process: a child that inherits the file holds the lock too. That is used on
purpose for the database server, and avoided everywhere else (files are opened close-on-exec).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bluepro.running.errors import BusyFolderError, folder_errors

if sys.platform != "win32":
    import fcntl

_PAUSE = 0.02


def open_lock(path: Path) -> int:
    """Open (create, 0600) a lock file and return its descriptor. Raises PostgresError if that is not possible."""
    with folder_errors(path):
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def lock_shared(descriptor: int) -> bool:
    """Take a shared lock without waiting; False if somebody holds it exclusively."""
    return _take(descriptor, fcntl.LOCK_SH)


def lock_exclusive(descriptor: int) -> bool:
    """Take an exclusive lock without waiting; False if somebody else holds it, and then a shared lock may be lost."""
    return _take(descriptor, fcntl.LOCK_EX)


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock at `path`."""
    descriptor = open_lock(path)
    try:
        return lock_exclusive(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def exclusively(
    path: Path, *, seconds: float, clock: Callable[[], float], sleep: Callable[[float], None]
) -> Iterator[None]:
    """Hold `path` exclusively, waiting for it at most `seconds`. Raises BusyFolderError when that is over."""
    descriptor = open_lock(path)
    try:
        deadline = clock() + seconds
        while not lock_exclusive(descriptor):
            if clock() > deadline:
                raise BusyFolderError(
                    f"Another process has been starting or stopping the database of {path.parent} for {seconds:g} s. "
                    f"Look for a BluePro process that hangs, end it, and try again."
                )
            sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
