"""`/healthz`: whether the pages can work, for the supervisor and for whatever watches a server."""

from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 if the database answers and has every migration, else 503; each part in a word."""
    parts = _parts()
    fine = all(word == "ok" for word in parts.values())
    return JsonResponse({"status": "ok" if fine else "unwell", **parts}, status=200 if fine else 503)


def _parts() -> dict[str, str]:
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError:
        return {"database": "unreachable", "migrations": "unknown"}
    return {"database": "ok", "migrations": "behind" if behind else "ok"}
