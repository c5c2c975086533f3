"""Brings Django up for a command: a database (the embedded one unless DATABASE_URL is set), settings, migrations.

An embedded database is migrated at once; a server that others may use is only checked, and refused when it is behind.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from bluepro.common.errors import BlueProError
from bluepro.running.folders import data_folder
from bluepro.running.postgres import EmbeddedPostgres

SETTINGS = "bluepro.config.settings"
MIGRATION_LOCK = 0x626C7565  # "blue": one process migrates at a time, the others wait and find nothing left to do


class BehindError(BlueProError):
    """The database lacks migrations of this version, or has some of a newer one."""


@contextmanager
def start_django(environ: Mapping[str, str], *, check: bool = True) -> Iterator[None]:
    """Runs a command's body with Django ready and the database up to date; at the end connections are closed.

    Sets DATABASE_URL and DJANGO_SETTINGS_MODULE for this process. `check` False leaves a server of others unchecked
    (for `bluepro migrate`). Raises BehindError, PostgresError, FolderError, ImproperlyConfigured.
    """
    with ExitStack() as stack:
        embedded = not environ.get("DATABASE_URL", "").strip()
        if embedded:
            url = stack.enter_context(EmbeddedPostgres(data_folder(environ))).url
            os.environ["DATABASE_URL"] = url
            stack.callback(os.environ.pop, "DATABASE_URL", None)
        _set_up()
        stack.callback(_close)
        if embedded:
            migrate()
        elif check:
            refuse_if_behind()
        yield


def migrate() -> list[str]:
    """Applies what is missing, one process at a time; answers the names of what was applied."""
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            missing = _missing()
            if missing:
                call_command("migrate", verbosity=0, interactive=False)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
    return missing


def refuse_if_behind() -> None:
    """Raises BehindError if the database lacks a migration."""
    missing = _missing()
    if missing:
        raise BehindError(
            f"The database at DATABASE_URL lacks {len(missing)} migrations (first: {missing[0]}). "
            "Back it up, then run: bluepro migrate"
        )


def _set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django

    django.setup()


def _missing() -> list[str]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    _refuse_the_middle_of_replaced_ones()
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _refuse_the_middle_of_replaced_ones() -> None:
    """Migrations that stand for former ones can follow all of these or none; Django would not say which are missing."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    applied = MigrationRecorder(connection).applied_migrations()
    for replacement in MigrationLoader(None).replacements.values():
        lacking = [name for name in replacement.replaces if name not in applied]
        if 0 < len(lacking) < len(replacement.replaces):
            raise BehindError(
                "The database is of an older BluePro, which this one cannot bring up to date: it lacks "
                f"{'.'.join(lacking[0])}. Run `bluepro migrate` of a version that has it first: see CHANGELOG.md."
            )


def _close() -> None:
    from django.db import connections

    connections.close_all()
