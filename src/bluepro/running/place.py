"""Where a data folder's database lives, and making those folders without touching anybody else's permissions.

An ordinary user's database is in `<data folder>/pg`. When BluePro runs as root, the server's account could not reach a
folder below, say, /root, so the database is in a folder of the system's own, and `<data folder>/pg` is a link to it.
The folder's permissions: the server's account owns `data` and `socket` only; locks, log and access rules are ours.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from bluepro.running.account import Account, account_of, current_user, unprivileged_account
from bluepro.running.errors import SocketTakenError, UnusableFolderError, folder_errors

SYSTEM_FOLDER = Path("/var/db/bluepro" if sys.platform == "darwin" else "/var/lib/bluepro")

_SOCKET_NAME = ".s.PGSQL.5432"
# macOS allows 104 bytes including the closing zero, Linux 108.
_LONGEST_SOCKET_PATH = 103


@dataclass(frozen=True)
class Place:
    """The folders of one database. `account` runs the server (None: we do), `client` is the user who may log in."""

    home: Path
    account: Account | None
    client: str

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.home / "data"

    @property
    def unfinished(self) -> Path:
        """The data directory while it is being made; what is found here after a crash is worthless."""
        return self.home / "data.new"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "server.log"

    @property
    def start_lock(self) -> Path:
        """Held exclusively while the server is started or stopped."""
        return self.home / "start.lock"

    @property
    def users_lock(self) -> Path:
        """Held shared by every process that uses the server."""
        return self.home / "users.lock"

    @property
    def server_lock(self) -> Path:
        """Held by the server and all its processes, so it is free exactly when none of them is left."""
        return self.home / "server.lock"

    @property
    def socket(self) -> Path:
        """The folder of the server's socket: short and plain, whatever the data folder is called."""
        inside = self.home / "socket"
        if re.fullmatch(r"[\w/.+-]+", str(inside), re.ASCII) and _fits(inside):
            return inside
        owner = self.account.uid if self.account else os.geteuid()
        return Path("/tmp") / f"bluepro-{owner}-{_short_hash(self.home)}"


def prepare_place(data_folder: Path, system_folder: Path = SYSTEM_FOLDER) -> Place:
    """Find or make the home of `data_folder`'s database. Raises PostgresError; makes folders, never alters others'."""
    data_folder = data_folder.absolute()
    with folder_errors(data_folder):
        data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        data_folder = data_folder.resolve(strict=True)
        _refuse_other_owner(data_folder)
        return _roots_place(data_folder, system_folder) if os.geteuid() == 0 else _own_place(data_folder)


def make_private(folder: Path, account: Account | None) -> None:
    """Make the new folder `folder` (0700) for `account`. Raises OSError, FileExistsError included."""
    folder.mkdir(mode=0o700)
    if account:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)


def make_socket_folder(place: Place) -> None:
    """Make the socket's folder or check that it is ours alone. Raises SocketTakenError, UnusableFolderError."""
    with folder_errors(place.socket):
        try:
            make_private(place.socket, place.account)
        except FileExistsError:
            _check_socket_folder(place)


def remove_socket_folder(place: Place) -> None:
    """Remove a socket folder outside the home, once the server has ended and left it empty."""
    folder = place.socket
    with folder_errors(folder):
        if folder.parent != place.home and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def remove_place(data_folder: Path, place: Place) -> None:
    """Delete a database that no server runs on, and root's link to it. Raises UnusableFolderError."""
    with folder_errors(place.home):
        shutil.rmtree(place.home)
        if (data_folder / "pg").is_symlink():
            (data_folder / "pg").unlink()


def _check_socket_folder(place: Place) -> None:
    found = place.socket.lstat()
    owner = place.account.uid if place.account else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or stat.S_IMODE(found.st_mode) & 0o077:
        raise SocketTakenError(
            f"The database's socket belongs in {place.socket}, but that is already there and is not a folder of user "
            f"number {owner} that is closed to others. Remove it, or use another data folder."
        )


def _own_place(data_folder: Path) -> Place:
    home = data_folder / "pg"
    if home.is_symlink():
        raise UnusableFolderError(
            f"{home} was set up by root and leads to {home.readlink()}. Run BluePro as root, or "
            "use another data folder."
        )
    if not home.exists():
        home.mkdir(mode=0o700, exist_ok=True)
    _refuse_other_owner(home)
    return Place(home, None, current_user())


def _roots_place(data_folder: Path, system_folder: Path) -> Place:
    link = data_folder / "pg"
    if link.exists() and not link.is_symlink():
        raise UnusableFolderError(
            f"{link} is a database of user {_owner(link)}, and root would start a different, empty one. "
            f"Run BluePro as that user, or use another data folder."
        )
    _make_system_folder(system_folder)
    home = _linked_home(link, system_folder) or system_folder / _short_hash(data_folder)
    account = account_of((home / "data").stat().st_uid) if (home / "data").exists() else unprivileged_account()
    home.mkdir(mode=0o700, exist_ok=True)
    os.chown(home, 0, account.gid)
    home.chmod(0o710)
    if not link.is_symlink():
        link.symlink_to(home)
    return Place(home, account, current_user())


def _make_system_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o755)
    _refuse_other_owner(folder)


def _linked_home(link: Path, system_folder: Path) -> Path | None:
    """The home that a data folder already has, also after the data folder was moved."""
    if not link.is_symlink():
        return None
    home = link.readlink()
    if home.parent != system_folder:
        raise UnusableFolderError(
            f"{link} leads to {home}, which is not below {system_folder}. Remove the link if no database "
            "is needed there."
        )
    if not home.is_dir():
        raise UnusableFolderError(
            f"The database of {link.parent} was in {home}, which is gone (in a container: run as an ordinary user, "
            f"keep {system_folder} on a volume too, or set DATABASE_URL). Put it back, or remove {link} to begin anew."
        )
    return home


def _refuse_other_owner(folder: Path) -> None:
    owner = folder.stat().st_uid
    if owner != os.geteuid():
        raise UnusableFolderError(
            f"{folder} belongs to user {_owner(folder)}, and BluePro runs as {current_user()}. Run BluePro as that "
            f"user, or set BLUEPRO_DATA to a folder of your own."
        )


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:
        return f"number {path.stat().st_uid}"


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
