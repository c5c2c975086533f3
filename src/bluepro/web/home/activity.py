"""What happened lately, as lines for people: from the history that every room writes."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.urls import reverse

from bluepro.workspaces.models import HistoryEntry
from bluepro.workspaces.queries import recent_history


@dataclass(frozen=True, slots=True)
class Line:
    """`what` happened to the record called `subject`; `address` is its page, empty if it is gone."""

    subject: str
    what: str
    by: str
    at: datetime
    address: str


def activity(workspace_id: int, *, limit: int = 10) -> list[Line]:
    """The latest entries, the latest first (one query)."""
    return [_line(entry) for entry in recent_history(workspace_id, limit=limit)]


def _line(entry: HistoryEntry) -> Line:
    by = f"{entry.by}, by command" if entry.by_command else entry.by
    if entry.kind == "company":
        return Line("Books", "locked" if (entry.new or {}).get("books_locked_through") else "opened", by, entry.at, "")
    return Line(_subject(entry), entry.action, by, entry.at, _address(entry))


def _subject(entry: HistoryEntry) -> str:
    if entry.kind != "payment":
        return f"{entry.kind.capitalize()} {entry.label}"
    amount, _, _day = entry.label.partition(" on ")
    try:
        return f"Payment of ${Decimal(amount):,.2f}"
    except InvalidOperation:
        return f"Payment {entry.label}"


def _address(entry: HistoryEntry) -> str:
    if entry.action == "deleted" or entry.kind not in ("invoice", "payment"):
        return ""
    return reverse(entry.kind, args=[entry.workspace_id, entry.record_id])
