"""A backup of the whole database, and going back to it, as an operator does with pg_dump and pg_restore."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_TABLES = """
SELECT table_name FROM information_schema.tables
 WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name
"""
_COLUMNS = """
SELECT column_name FROM information_schema.columns
 WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position
"""
_SEQUENCES = "SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"


class Backup:
    """All rows of all tables and where the sequences stood, as they were when it was made."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_TABLES)
            self._tables = [name for (name,) in cursor.fetchall()]
            cursor.execute("DROP SCHEMA IF EXISTS backup CASCADE")
            cursor.execute("CREATE SCHEMA backup")
            for table in self._tables:
                cursor.execute(f'CREATE TABLE backup."{table}" AS TABLE public."{table}"')
            cursor.execute(_SEQUENCES)
            self._sequences = cursor.fetchall()

    def restore(self) -> None:
        """What came later is forgotten."""
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # no triggers, no keys checked, as pg_restore
            cursor.execute("TRUNCATE " + ", ".join(f'public."{table}"' for table in self._tables))
            for table in self._tables:
                cursor.execute(_COLUMNS, [table])
                columns = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
                cursor.execute(
                    f'INSERT INTO public."{table}" ({columns}) OVERRIDING SYSTEM VALUE'
                    f' SELECT {columns} FROM backup."{table}"'
                )
            for sequence, value in self._sequences:
                if value is not None:
                    cursor.execute("SELECT setval(%s::regclass, %s)", [sequence, value])
            cursor.execute("SET session_replication_role = DEFAULT")

    def close(self) -> None:
        """Leaves nothing behind."""
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS backup CASCADE")


@contextmanager
def backup() -> Iterator[Backup]:
    """A backup of this moment."""
    made = Backup()
    try:
        yield made
    finally:
        made.close()
