"""BluePro's data folder and what lies in it: `pg/` (made by `postgres.py`), `keys/` and `log/`.

Folders are made closed to everybody else. The permissions of what was there before are checked, never changed.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path


class FolderError(Exception):
    """A folder of ours cannot be used; the message names it and says what to do."""


def data_folder(environ: Mapping[str, str], *, platform: str = sys.platform, home: Path | None = None) -> Path:
    """The absolute path of the data folder, which need not exist: BLUEPRO_DATA, or the platform's usual place.

    Usual are `~/Library/Application Support/BluePro` on macOS, `%LOCALAPPDATA%\\\\BluePro` on Windows, and elsewhere
    `$XDG_DATA_HOME/bluepro`, by default `~/.local/share/bluepro`. A relative XDG_DATA_HOME is ignored, as its standard
    says.
    """
    chosen = environ.get("BLUEPRO_DATA", "").strip()
    if chosen:
        return Path(chosen).expanduser().absolute()
    home = home or Path.home()
    if platform == "darwin":
        return home / "Library" / "Application Support" / "BluePro"
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "BluePro"
    shared = Path(environ.get("XDG_DATA_HOME", ""))
    return (shared if shared.is_absolute() else home / ".local" / "share") / "bluepro"


def keys_folder(data: Path) -> Path:
    """`keys/` in the data folder, made if missing (0700). Raises FolderError, also if others can look into it."""
    folder = _made(data, "keys")
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        raise FolderError(f"{folder} holds secrets and is open to other users. Close it: chmod 700 '{folder}'.")
    return folder


def log_folder(data: Path) -> Path:
    """`log/` in the data folder, made if missing (0700). Raises FolderError."""
    return _made(data, "log")


def write_key(data: Path, name: str, content: bytes) -> Path:
    """Save a new secret as `keys/<name>` (0600), whole or not at all; one that exists is never overwritten.

    Raises FolderError, FileExistsError if the key is there already.
    """
    path = keys_folder(data) / name
    partial = path.with_name(f".{name}.{os.getpid()}")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, path)
    except FileExistsError:
        raise
    except OSError as error:
        raise _unusable(path, error) from error
    finally:
        partial.unlink(missing_ok=True)
    return path


def _made(data: Path, name: str) -> Path:
    folder = data / name
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, error) from error
    return folder


def _unusable(path: Path, error: OSError) -> FolderError:
    return FolderError(
        f"{error.filename or path}: {error.strerror or error}. BluePro must be able to write there: correct it, run "
        f"as the user who owns it, or set BLUEPRO_DATA to another folder."
    )
