"""Change search: how long finding one dirty record takes among very many clean ones, with links for all of them.

    python bench/change_search.py [--records 1000000]

Makes a database of its own in a temporary folder and removes it. Prints milliseconds: the median of 200 searches.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bluepro.running.postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from bluepro.quickbooks.store.due import Scope

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROUNDS = 200
REALM = "9130"

FILL = """
SET session_replication_role = replica;
INSERT INTO quickbooks_change (workspace_id, kind, record_id, revision, dirty)
SELECT %(workspace)s, kind, n, 1, false FROM generate_series(1, 4) AS kind, generate_series(1, %(each)s) AS n;
INSERT INTO quickbooks_link (workspace_id, realm_id, kind, record_id, generation, entity_id, sync_token, name, name_key,
                             wanted, fingerprint, pushed_revision, owned, lines, refers_to, voided, amount_only, stale,
                             attempts)
SELECT %(workspace)s, %(realm)s, kind, n, 1, n::text, '0', 'name ' || n,
       CASE WHEN kind < 3 THEN 'name ' || n ELSE '' END, 'name ' || n, 'f', 1,
       '{}', '[]', CASE WHEN kind = 4 THEN ARRAY[n::bigint] ELSE '{}' END, false, false, false, 0
  FROM generate_series(1, 4) AS kind, generate_series(1, %(each)s) AS n;
SET session_replication_role = origin;
"""


def main() -> int:
    """Runs the measurement and prints it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=1_000_000)
    records = parser.parse_args().records
    with tempfile.TemporaryDirectory(prefix="bluepro-bench-") as folder:
        Path(folder).chmod(0o711)  # as root, the server runs as another user, who must be able to pass through
        postgres = EmbeddedPostgres(
            Path(folder) / "data", settings={"fsync": "off"}, durable=False, system_folder=Path(folder) / "system"
        )
        os.environ["DATABASE_URL"] = postgres.start().url
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluepro.config.settings")
        try:
            measure(records)
        finally:
            postgres.stop()
    return 0


def measure(records: int) -> None:
    """Fills the database, then times the searches."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    scope = fill(records // 4)
    from bluepro.quickbooks.snapshot import Kind
    from bluepro.quickbooks.store.choosing import anything_due
    from bluepro.quickbooks.store.due import due

    say(f"{records} records, all clean: anything due?", lambda: anything_due(scope))
    mark_one(records // 8)
    say(f"{records} records, one dirty: the search", lambda: due(scope, Kind.CONTACT, 300))
    assert [row.record_id for row in due(scope, Kind.CONTACT, 300)] == [records // 8]


def fill(each: int) -> "Scope":
    """A workspace with `each` contacts, services, invoices and payments, all linked and clean."""
    from django.db import connection

    from bluepro.common.clock import SystemClock
    from bluepro.quickbooks.store.due import Scope
    from bluepro.workspaces.services import create_workspace

    workspace = create_workspace("Bench", "owner@example.com", "America/New_York", clock=SystemClock())
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"workspace": workspace.id, "each": each, "realm": REALM})
        cursor.execute("VACUUM ANALYZE")
    return Scope(workspace.id, REALM, NOW)


def mark_one(record: int) -> None:
    """Marks one contact as changed."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE quickbooks_change SET dirty = true WHERE kind = 1 AND record_id = %s", [record])


def say(what: str, search: Callable[[], object]) -> None:
    """Prints the median time of a search."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        search()
        times.append((time.perf_counter() - begun) * 1000)
    sys.stdout.write(f"{what:60} {statistics.median(times):8.2f} ms\n")


if __name__ == "__main__":
    sys.exit(main())
