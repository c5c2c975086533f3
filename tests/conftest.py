"""A database for the tests that need one: an embedded PostgreSQL per test run, in a temporary folder.

It is started before Django reads its settings, unless DATABASE_URL names a server already or every chosen test lies in
a folder that never needs a database. Runs that were killed leave a server behind; the next run ends and removes it.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from bluepro.running.locks import lock_exclusive

if TYPE_CHECKING:
    from bluepro.running.postgres import EmbeddedPostgres

# How long an example takes says something of the machine, and nothing of the code.
settings.register_profile("any_machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any_machine")

_WITHOUT_DATABASE = frozenset({"unit", "contract", "e2e"})  # the browser tests start whole installations
_PREFIX = f"bluepro-tests-{os.geteuid()}-"
# The database of a test run is thrown away, so nothing of it has to survive a power cut.
_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def pytest_configure(config: pytest.Config) -> None:
    """Point Django at a database, if the chosen tests may need it. pytest-django sets Django up right after this."""
    if config.getoption("help") or config.getoption("version") or not _may_need_database(config):
        return
    if _hands_out_tests(config):
        return  # nothing is set here that the others would inherit: pytest-django would look at it too early
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluepro.config.settings")
    os.environ.setdefault("BLUEPRO_KEYS", _throw_away_key())
    if not os.environ.get("DATABASE_URL"):
        _use_embedded_database(config)
    from django.conf import settings

    assert settings.DATABASES, "reading one setting makes Django load them all"


def _may_need_database(config: pytest.Config) -> bool:
    here = Path(__file__).parent
    chosen = [(config.invocation_params.dir / argument.split("::")[0]).resolve() for argument in config.args]
    return not all(any(path.is_relative_to(here / name) for name in _WITHOUT_DATABASE) for path in chosen)


def _hands_out_tests(config: pytest.Config) -> bool:
    """Whether this process only gives tests to others (`-n`), of which each starts a server of its own."""
    return bool(config.getoption("numprocesses", None)) and not hasattr(config, "workerinput")


def _throw_away_key() -> str:
    """A key for what tests seal, so that no run makes one in a person's data folder."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def _use_embedded_database(config: pytest.Config) -> None:
    temporary = Path(tempfile.gettempdir())
    for leftover in temporary.glob(f"{_PREFIX}*"):
        # Another run may be removing the same one.
        with suppress(FileNotFoundError):
            _clear(leftover)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=temporary))
    # As root, the server runs as another user, who must be able to pass through.
    folder.chmod(0o711)
    postgres = _postgres_in(folder)
    config.add_cleanup(lambda: _remove(postgres, folder))
    os.environ["DATABASE_URL"] = postgres.start().url
    config.add_cleanup(lambda: os.environ.__delitem__("DATABASE_URL"))


def _postgres_in(folder: Path) -> EmbeddedPostgres:
    # Imported here, so that unit tests do not load a database driver.
    from bluepro.running.postgres import EmbeddedPostgres

    return EmbeddedPostgres(folder / "data", settings=_SETTINGS, durable=False, system_folder=folder / "system")


def _remove(postgres: EmbeddedPostgres, folder: Path) -> None:
    postgres.start()
    postgres.stop()
    shutil.rmtree(folder)


def _clear(leftover: Path) -> None:
    """Remove what a killed run left, unless another run is doing so right now."""
    claim = os.open(leftover, os.O_RDONLY)
    try:
        if _is_abandoned(leftover) and lock_exclusive(claim) and leftover.exists():
            _remove_what_is_left(leftover)
    finally:
        os.close(claim)


def _remove_what_is_left(leftover: Path) -> None:
    """Ends the server that may still run there. One that was half removed when its run was killed cannot be started."""
    from bluepro.running.errors import PostgresError

    try:
        _remove(_postgres_in(leftover), leftover)
    except PostgresError:
        shutil.rmtree(leftover)


def _is_abandoned(folder: Path) -> bool:
    owner = re.match(rf"{_PREFIX}(\d+)-", folder.name)
    if owner is None or folder.stat().st_uid != os.geteuid():
        return False
    try:
        os.kill(int(owner[1]), 0)
    except ProcessLookupError:
        return True
    return False
