"""What was changed in QuickBooks and is written over: kept with both values. Part of the caller's transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bluepro.quickbooks.models import Drift

Fields = Mapping[str, tuple[Any, Any]]  # Any: JSON; by field, what it was here and what it was there


def keep(found: Iterable[tuple[int, Fields]], now: datetime) -> None:
    """Keeps what was found, by link; nothing of those without a difference."""
    Drift.objects.bulk_create(
        Drift(link_id=link_id, found_at=now, fields={name: list(pair) for name, pair in fields.items()})
        for link_id, fields in found
        if fields
    )
