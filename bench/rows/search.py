"""Change search: how long finding one dirty record takes among very many clean ones, with links for all of them."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING

from bench.figures import Figures, Line, Say
from bench.model import SEARCH
from bluepro.proof.scratch import scratch_folder, scratch_installation
from bluepro.proof.signals import ended_by_signals

if TYPE_CHECKING:
    from bluepro.quickbooks.store.due import Scope

MINUTES = 3.0
RECORDS, ROUNDS = 1_000_000, 200
NOW = datetime(2026, 1, 1, tzinfo=UTC)
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


def measure(say: Say, records: int = RECORDS) -> Figures:
    """Fills a database, then times the searches."""
    with ended_by_signals(), scratch_folder() as folder, scratch_installation(folder, {}):
        from bluepro.quickbooks.plan import Capacity
        from bluepro.quickbooks.snapshot import Kind
        from bluepro.quickbooks.store.choosing import anything_due, choose
        from bluepro.quickbooks.store.walking import Rounds, walk

        scope = fill(records // 4)
        say(f"{records} records are linked and clean")
        quiet = _milliseconds(lambda: anything_due(scope))
        mark_one(records // 8)
        found = choose(scope, Capacity(5, 5, 30), Rounds()).rows
        if [row.record_id for row in found] != [records // 8]:
            raise AssertionError(f"found {found}")
        one = _milliseconds(lambda: walk(scope, Kind.CONTACT, 30, (), Rounds()))
        look = _milliseconds(lambda: choose(scope, Capacity(5, 5, 30), Rounds()))
    lines = (
        Line(f"finding one dirty record among {records:,}", f"< {SEARCH:.0f} ms", f"{one:.1f} ms", one < SEARCH),
        Line("the same as a whole look for work: edits, what is under way, all four kinds", "", f"{look:.1f} ms", None),
        Line(f"the sweep's question of a company with {records:,} clean records", "", f"{quiet:.1f} ms", None),
    )
    return Figures(lines, {"found_ms": one, "look_ms": look, "anything_due_ms": quiet})


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
    """Marks one contact as changed, as part of a backlog."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE quickbooks_change SET dirty = true WHERE kind = 1 AND record_id = %s", [record])


def _milliseconds(search: Callable[[], object]) -> float:
    """The median of many."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        search()
        times.append((time.perf_counter() - begun) * 1000)
    return median(times)
