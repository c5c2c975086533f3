"""The ground of a rehearsal: a data folder, a database server and an environment of its own, gone without a trace.

Whatever `DATABASE_URL`, `BLUEPRO_DATA` or QuickBooks variables say outside is neither read nor touched.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bluepro.proof.signals import uninterrupted
from bluepro.running.postgres import EmbeddedPostgres

SETTINGS = "bluepro.config.settings"
OURS = ("BLUEPRO_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")

# The data is made anew each time and thrown away, so it need not survive a crash of the machine.
POSTGRES = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class Scratch:
    """A scratch installation: its data folder, and the environment that its processes run in."""

    folder: Path
    environ: Mapping[str, str]


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new empty folder, removed at the end together with the database that was made for it elsewhere (as root)."""
    folder = Path(tempfile.mkdtemp(prefix="bluepro-rehearsal-"))
    try:
        yield folder
    finally:
        database = folder / "pg"
        if database.is_symlink() and database.exists():
            shutil.rmtree(database.readlink())
        shutil.rmtree(folder)


def clean_environ() -> dict[str, str]:
    """This process's environment without anything that concerns BluePro."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


@contextmanager
def scratch_installation(folder: Path, more: Mapping[str, str]) -> Iterator[Scratch]:
    """A database of its own in `folder`, this process's environment changed to it (and back), Django ready.

    `more` are further variables, of the local QuickBooks. Raises PostgresError. Once per process: Django is set up for
    good.
    """
    before = dict(os.environ)
    server = EmbeddedPostgres(folder, settings=POSTGRES, durable=False)
    try:
        with uninterrupted():
            url = server.start().url
        environ = clean_environ()
        ours = {"BLUEPRO_DATA": str(folder), "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": SETTINGS}
        environ |= ours | dict(more)
        _become(environ)
        _set_up_django()
        yield Scratch(folder, environ)
    finally:
        _close_connections()
        _become(before)
        server.stop()


def _become(environ: Mapping[str, str]) -> None:
    for name in set(os.environ) - set(environ):
        del os.environ[name]
    os.environ.update(environ)


def _set_up_django() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def _close_connections() -> None:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import connections

    try:
        connections.close_all()
    except ImproperlyConfigured:
        return  # Django was not reached
