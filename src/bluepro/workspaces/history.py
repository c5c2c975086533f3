"""Writes the history of issued invoices and payments: who did what, when, with the old and the new values.

Entries are only ever added. Which changes deserve one is decided by the rooms that make them; this module
does not compare records. Reading is in `queries`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bluepro.workspaces.models import HistoryEntry
from bluepro.workspaces.roles import Actor

REASON_LENGTH = 500
LABEL_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a record.

    `kind` is the room's word ("invoice", "payment"), `label` what people call the record (its number),
    `action` a short past-tense word ("issued", "changed"). `old` and `new` hold the changed values only;
    Decimal, dates and date-times in them are stored as strings.
    """

    kind: str
    record_id: int
    label: str
    action: str
    old: Mapping[str, object] | None = None
    new: Mapping[str, object] | None = None
    reason: str = ""


def record(actor: Actor, events: Iterable[Event], *, at: datetime) -> None:
    """Adds one entry per event, a statement per thousand; call it inside the transaction of the change
    itself."""
    HistoryEntry.objects.bulk_create((_entry(actor, event, at) for event in events), batch_size=1000)


def _entry(actor: Actor, event: Event, at: datetime) -> HistoryEntry:
    return HistoryEntry(
        workspace_id=actor.workspace_id,
        kind=event.kind,
        record_id=event.record_id,
        label=event.label[:LABEL_LENGTH],
        action=event.action,
        at=at,
        by=actor.email,
        by_command=actor.by_command,
        reason=event.reason[:REASON_LENGTH],
        old=as_json(event.old),
        new=as_json(event.new),
    )


def as_json(values: object) -> object:
    """`values` as JSON can hold them: money, dates and date-times as strings, at any depth."""
    if isinstance(values, Mapping):
        return {str(name): as_json(value) for name, value in values.items()}
    if isinstance(values, list | tuple):
        return [as_json(value) for value in values]
    if isinstance(values, Decimal):
        return format(values, "f")
    if isinstance(values, date):  # datetime is a date too
        return values.isoformat()
    return values
