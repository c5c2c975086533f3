"""A database for simulations outside pytest: an embedded PostgreSQL in a folder that goes away with the process."""

import base64
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bluepro.running.postgres import EmbeddedPostgres

# Every story empties the tables by itself; what cleans up behind it would do so at moments that no seed decides.
_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


@contextmanager
def throw_away_database() -> Iterator[None]:
    """Django is set up on a new, migrated database. Once per process."""
    with tempfile.TemporaryDirectory(prefix="bluepro-simulation-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # as root, the server runs as another user, who must be able to pass through
        postgres = EmbeddedPostgres(folder / "data", settings=_SETTINGS, durable=False, system_folder=folder / "system")
        os.environ["DATABASE_URL"] = postgres.start().url
        os.environ["DJANGO_SETTINGS_MODULE"] = "bluepro.config.settings"
        os.environ["BLUEPRO_KEYS"] = base64.urlsafe_b64encode(os.urandom(32)).decode()
        try:
            _set_up()
            yield
        finally:
            postgres.stop()


def _set_up() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
