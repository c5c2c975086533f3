"""What is stored in the database but must not be readable there (tokens, bodies of requests) is sealed here.

Fernet keys from BLUEPRO_KEYS (separated by commas, the first one seals), else from the data folder's `keys/*.key` (the
last one by name seals, so a key is rotated by adding a file). Keys are never in the database, so back them up apart.
"""

import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bluepro.common.errors import BlueProError
from bluepro.running.folders import data_folder, keys_folder, write_key

FIRST_KEY = "0001.key"

_one_thread = threading.Lock()  # between processes, the first file wins


class SecretsError(BlueProError):
    """A key is missing or is none; the message says where it was looked for. Never holds a key."""


class Secrets:
    """Seals and unseals with `keys`: the first one seals, any of them unseals."""

    def __init__(self, keys: Sequence[bytes], origin: str) -> None:
        """Raises SecretsError for a key that is no Fernet key; `origin` says in messages where the keys are from."""
        self._origin = origin
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            # The cause is left out on purpose: its text could show a part of the key.
            raise SecretsError(
                f"{origin} holds something that is no key. A key is 32 random bytes in URL-safe base64; make one with: "
                'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
            ) from None

    def seal(self, plain: bytes) -> bytes:
        """`plain`, encrypted and authenticated; different at every call."""
        return self._fernet.encrypt(plain)

    def unseal(self, sealed: bytes | memoryview) -> bytes:
        """What was sealed. Raises SecretsError if none of the keys fits, or the data was changed."""
        try:
            return self._fernet.decrypt(bytes(sealed))
        except InvalidToken:
            raise SecretsError(
                f"Stored secrets cannot be read with the keys of {self._origin}. Restore the key that sealed them: "
                "put its file back into keys/, or add it to BLUEPRO_KEYS (several keys are separated by commas)."
            ) from None

    def __repr__(self) -> str:
        return f"Secrets({self._origin})"


def load(environ: Mapping[str, str]) -> Secrets:
    """The secrets of this installation; makes the first key file (0600) where there is none.

    Raises SecretsError, and FolderError if the data folder cannot be used.
    """
    listed = [key.strip() for key in environ.get("BLUEPRO_KEYS", "").split(",") if key.strip()]
    if listed:
        return Secrets([key.encode() for key in listed], "BLUEPRO_KEYS")
    data = data_folder(environ)
    folder = keys_folder(data)
    return Secrets(_stored_keys(folder) or _first_key(data, folder), str(folder))


def seal(plain: bytes) -> bytes:
    """`plain` sealed with this process's keys."""
    return _of_process().seal(plain)


def unseal(sealed: bytes | memoryview) -> bytes:
    """What `seal` sealed. Raises SecretsError."""
    return _of_process().unseal(sealed)


@lru_cache(maxsize=1)
def _of_process() -> Secrets:
    return load(os.environ)


def _stored_keys(folder: Path) -> list[bytes]:
    files = sorted(folder.glob("*.key"), reverse=True)
    try:
        return [file.read_bytes().strip() for file in files]
    except OSError as error:
        raise SecretsError(f"The key {error.filename} cannot be read: {error.strerror}.") from error


def _first_key(data: Path, folder: Path) -> list[bytes]:
    """Makes the first key. If another process does so at the same moment, the first one wins and both use its key."""
    with _one_thread:
        if not _stored_keys(folder):
            with suppress(FileExistsError):
                write_key(data, FIRST_KEY, Fernet.generate_key())
    return _stored_keys(folder)
