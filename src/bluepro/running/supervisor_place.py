"""What must be free or there before BluePro starts on a machine: the data folder for itself, a port, the web's secret.

Each function is one check; the words that it refuses with say what to do.
"""

import errno
import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bluepro.running.folders import FolderError, keys_folder, log_folder, write_key
from bluepro.running.locks import lock_exclusive, open_lock
from bluepro.running.supervisor import SupervisorError

LOCK = "up.lock"
SECRET = "web.secret"  # not `.key`: those seal what is stored in the database


@contextmanager
def alone_in(data: Path, address: str) -> Iterator[None]:
    """Holds the data folder for this supervisor; `address` is told to whoever comes second.

    Raises SupervisorError if another one holds it, PostgresError or FolderError if it cannot be used.
    """
    log_folder(data)
    path = data / LOCK
    descriptor = open_lock(path)
    try:
        if not lock_exclusive(descriptor):
            raise SupervisorError(_taken(data, path))
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps({"process": os.getpid(), "address": address}).encode())
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _taken(data: Path, path: Path) -> str:
    who = ""
    with suppress(ValueError, KeyError):
        holder = json.loads(path.read_text(encoding="utf-8"))
        who = f" (process {holder['process']}, {holder['address']})"
    return (
        f"BluePro runs on {data} already{who}. Use that one, or end it first with Ctrl-C in its window. "
        "A second BluePro beside it needs a data folder of its own: set BLUEPRO_DATA."
    )


def port_to_use(host: str, port: int) -> int:
    """`port` if nothing listens there, a free one for 0. Raises SupervisorError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise SupervisorError(_port_refusal(host, port, error)) from error
        chosen: int = probe.getsockname()[1]
        return chosen


def _port_refusal(host: str, port: int, error: OSError | OverflowError) -> str:
    if isinstance(error, OverflowError):
        return f"There is no port {port}: ports go from 1 to 65535."
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is used by another program. End that one, or choose another port: --port N."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"Port {port} needs more rights than you have. Choose one above 1023: --port N."
    return f"{host} is not an address of this machine that can be listened on: {error.strerror or error}."


def web_secret(data: Path) -> str:
    """The secret that signs sessions, from `keys/web.secret` (0600), made where missing. Raises FolderError."""
    with suppress(FileExistsError):
        if not (keys_folder(data) / SECRET).exists():
            write_key(data, SECRET, secrets.token_urlsafe(50).encode())
    path = keys_folder(data) / SECRET
    try:
        secret = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise FolderError(f"{path} cannot be read: {error}.") from error
    if len(secret) < 32:
        raise FolderError(f"{path} is too short to be a secret. Remove it; everybody then signs in anew.")
    return secret
