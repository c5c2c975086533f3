"""As whom the database server runs, and how its programs are run.

PostgreSQL refuses to run as root. When BluePro runs as root, the server runs as an unprivileged account; otherwise it
runs as the user who started BluePro. Which folders it uses is decided in `place.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from bluepro.running.errors import StartError

if sys.platform != "win32":
    import pwd

# `bluepro` is nobody's unless an administrator made it for this; `postgres` exists to run this very program; `nobody`
# is shared with others, hence last, and kept out by folders that only root opens.
_CANDIDATES = ("bluepro", "postgres", "nobody")

# Nothing of the caller's environment reaches the server; messages stay in English, so that they can be recognised.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Account:
    """A user of the system, with its primary group."""

    name: str
    uid: int
    gid: int


def current_user() -> str:
    """The name of the user who runs this process. Raises StartError if the system has no name for it."""
    return account_of(os.geteuid()).name


def account_of(uid: int) -> Account:
    """The account with this number. Raises StartError if there is none, since PostgreSQL then refuses to run."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError as error:
        raise StartError(
            f"PostgreSQL needs a user with a name, but user number {uid} has no entry in the system's user list. "
            f"Add one (in a container: useradd --uid {uid} bluepro), or set DATABASE_URL."
        ) from error
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def unprivileged_account(candidates: Sequence[str] = _CANDIDATES) -> Account:
    """The first of `candidates` that exists: it runs the server when BluePro runs as root. Raises StartError."""
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in candidates:
        if name in known and known[name].pw_uid != 0:
            return Account(name, known[name].pw_uid, known[name].pw_gid)
    raise StartError(
        f"PostgreSQL refuses to run as root, and none of the users {', '.join(candidates)} exists. "
        f"Create one (useradd --system bluepro), run BluePro as an ordinary user, or set DATABASE_URL."
    )


def run(command: Sequence[str], account: Account | None, seconds: float) -> subprocess.CompletedProcess[str]:
    """Run a program of PostgreSQL to its end as `account` (None: as ourselves); stdout holds both its outputs.

    Raises OSError if it cannot be executed, subprocess.TimeoutExpired after `seconds`.
    """
    return subprocess.run(
        command,
        check=False,
        cwd="/",
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=seconds,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def launch(command: Sequence[str], account: Account | None, *, output: int, keep: int) -> None:
    """Start a program that outlives us, in a session of its own, so that Ctrl-C in our terminal does not reach it.

    `output` takes all it writes; `keep` is a descriptor that it inherits. The shell in between ends at once, which
    makes the program a child of the system's first process: no dead child is left with us, whenever it ends.
    """
    subprocess.run(
        ["/bin/sh", "-c", '"$@" &', "sh", *command],
        check=True,
        cwd="/",
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=[keep],
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
