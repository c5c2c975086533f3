"""Rows that count their versions and can be archived: what contacts and the catalogue do alike.

The callers check roles and hold the locks; nothing here knows what a record is for.
"""

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from bluepro.common.bulk import update_rows
from bluepro.common.clock import Clock
from bluepro.common.errors import NotFound

R = TypeVar("R", bound=Model)


def all_of(found: QuerySet[R], ids: Collection[int], noun: str) -> list[R]:
    """The rows `found` for `ids`. Raises NotFound, naming the first that is missing."""
    rows = list(found)
    if len(rows) != len(set(ids)):
        missing = sorted(set(ids) - {row.pk for row in rows})
        raise NotFound(f"There is no {noun} {missing[0]} in this workspace.")
    return rows


def touch(rows: Sequence[Any], columns: Sequence[str], clock: Clock) -> None:
    """Saves `columns` of changed rows, with a new version. (Any: models with `version` and `updated_at`.)"""
    for row in rows:
        row.version += 1
        row.updated_at = clock.now()
    update_rows(rows, [*columns, "version", "updated_at"])


def set_archived(rows: Sequence[Any], archived: bool, clock: Clock) -> int:
    """Archives rows or brings them back; answers how many were not so yet. (Any: models with `archived_at`.)"""
    changing = [row for row in rows if (row.archived_at is not None) is not archived]
    for row in changing:
        row.archived_at = clock.now() if archived else None
    touch(changing, ["archived_at"], clock)
    return len(changing)
