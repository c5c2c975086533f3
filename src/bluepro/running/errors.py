"""What can go wrong with the embedded PostgreSQL, one class per thing a person can do about it.

Every message says what happened, where, and what to do. Nothing here recovers from anything.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FULL_TEXTS = ("No space left on device", "Disk quota exceeded")


class PostgresError(Exception):
    """The embedded database cannot be used; the message says what to do."""


class UnsupportedPlatformError(PostgresError):
    """There is no embedded database for this operating system or processor."""


class UnusableFolderError(PostgresError):
    """A folder cannot be read or written, or belongs to somebody else."""


class BusyFolderError(PostgresError):
    """Another program holds the data folder."""


class DiskFullError(PostgresError):
    """No space is left for the database."""


class SocketTakenError(PostgresError):
    """The place of the server's socket is occupied."""


class OtherVersionError(PostgresError):
    """The data was written by another major version of PostgreSQL."""


class StartError(PostgresError):
    """The server does not start, or is not ready in time."""


class StopError(PostgresError):
    """The server does not stop in time."""


def disk_full(folder: Path) -> DiskFullError:
    """The error for a full disk under `folder`."""
    return DiskFullError(
        f"The disk that holds {folder} is full (or its quota is used up). Free some space and start again; "
        f"nothing that was saved before is lost."
    )


def says_disk_full(output: str) -> bool:
    """Whether a PostgreSQL program's output (C locale) names a full disk or quota."""
    return any(text in output for text in _FULL_TEXTS)


@contextmanager
def folder_errors(folder: Path) -> Iterator[None]:
    """Turn an OSError raised inside into the PostgresError that tells what to do about `folder`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(folder) from error
        raise UnusableFolderError(
            f"{error.filename or folder}: {error.strerror or error}. BluePro must be able to read and write "
            f"this path: correct it, run as the user who owns it, or set BLUEPRO_DATA to another folder."
        ) from error
