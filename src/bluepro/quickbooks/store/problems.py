"""Problems: opened once per record and cause, closed when fixed. Part of the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bluepro.quickbooks.models import Problem
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.work import RecordKey, Trouble

FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Found:
    """A trouble with a record, or (kind None) with the whole connection."""

    kind: Kind | None
    record_id: int | None
    label: str
    trouble: Trouble


def open_all(connection_id: int, found: Sequence[Found], now: datetime) -> None:
    """Opens a problem for each; one that is open already keeps its date and gets the newest words."""
    for one in found:
        Problem.objects.update_or_create(
            connection_id=connection_id,
            kind=None if one.kind is None else int(one.kind),
            record_id=one.record_id,
            cause=one.trouble.cause,
            closed_at=None,
            defaults={
                "label": one.label,
                "text": one.trouble.text[:1000],
                "remedy": one.trouble.remedy[:500],
                "detail": dict(one.trouble.detail),
            },
            create_defaults={
                "label": one.label,
                "text": one.trouble.text[:1000],
                "remedy": one.trouble.remedy[:500],
                "detail": dict(one.trouble.detail),
                "opened_at": now,
            },
        )


def close_fixed(connection_id: int, keys: Sequence[RecordKey], now: datetime, *, but: str = "") -> None:
    """Closes what is open about these records, `but` for one cause: QuickBooks has them as they are here."""
    for kind in {kind for kind, _ in keys}:
        records = [record_id for other, record_id in keys if other is kind]
        found = Problem.objects.filter(connection=connection_id, kind=int(kind), record_id__in=records, closed_at=None)
        found.exclude(cause=but).update(closed_at=now, close_reason=FIXED)
