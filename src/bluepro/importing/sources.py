"""Where the files come from: a folder, or a .zip with sane limits. Hands out byte streams; reads no CSV."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol

from bluepro.common.errors import refuse

# Nobody's business fits into more; a small archive that claims to unpack to far more than itself is an attack.
MOST_BYTES = 2 * 1024**3
MOST_RATIO = 100
ALWAYS_FINE = 50 * 1024**2
MOST_MEMBERS = 1000

UNREADABLE = (OSError, EOFError, zipfile.BadZipFile, zlib.error)
"""What opening or reading a stream of a source may raise when the medium or the archive is damaged or odd."""


class Source(Protocol):
    """A set of named files."""

    def open(self, name: str) -> io.BufferedReader | None:
        """The file's bytes, or None if there is no such file. May raise what `UNREADABLE` lists."""


class Folder:
    """Files directly in a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self, name: str) -> io.BufferedReader | None:
        try:
            return (self._path / name).open("rb")
        except FileNotFoundError:
            return None


class Archive:
    """Files of a .zip, at its top or all in one folder of it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in archive.infolist():
            path = PurePosixPath(member.filename)
            if not member.is_dir() and path.parts and path.parts[0] != "__MACOSX" and path.suffix == ".csv":
                if path.name in self._members:
                    raise refuse("path", "twice", f"The archive holds {path.name} more than once.")
                self._members[path.name] = member

    def open(self, name: str) -> io.BufferedReader | None:
        member = self._members.get(name)
        if member is None:
            return None
        try:
            stream = self._archive.open(member)
        except (RuntimeError, NotImplementedError) as error:  # encrypted, or packed in a way that Python does not know
            raise zipfile.BadZipFile(str(error)) from error
        assert isinstance(stream, io.BufferedIOBase)  # typed as IO[bytes], but zipfile's streams are these
        return io.BufferedReader(stream)


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """The files at `path`, a folder or a .zip. Raises Refused when it is neither, or an archive beyond the limits."""
    if path.is_dir():
        yield Folder(path)
        return
    if not path.exists():
        raise refuse("path", "missing", f"There is no folder or .zip at {path}.")
    try:
        archive = zipfile.ZipFile(path)
    except UNREADABLE as error:
        message = f"{path.name} is neither a folder nor a readable .zip ({error})."
        raise refuse("path", "unreadable", message) from error
    with archive:
        _check_limits(archive, path)
        yield Archive(archive)


def _check_limits(archive: zipfile.ZipFile, path: Path) -> None:
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if len(members) > MOST_MEMBERS:
        raise refuse("path", "too_large", f"{path.name} holds {len(members):,} files; at most {MOST_MEMBERS:,}.")
    if unpacked > MOST_BYTES or (unpacked > ALWAYS_FINE and unpacked > MOST_RATIO * packed):
        message = f"{path.name} would unpack to {unpacked:,} bytes, which is not believable; give the folder instead."
        raise refuse("path", "too_large", message)
