"""What happened lately, as lines for people: from the history that every room writes, with the customer's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db.models import F, Value
from django.urls import reverse

from bluepro.contacts.models import Contact
from bluepro.invoicing.models import Invoice
from bluepro.payments.models import Payment
from bluepro.workspaces.models import HistoryEntry
from bluepro.workspaces.queries import recent_history


@dataclass(frozen=True, slots=True)
class Line:
    """`what` happened to the record called `subject`; `address` is its page, `customer` whose it is; empty if gone."""

    subject: str
    what: str
    by: str
    at: datetime
    address: str
    customer: str


def activity(workspace_id: int, *, limit: int = 10) -> list[Line]:
    """The latest entries, the latest first (two queries)."""
    entries = recent_history(workspace_id, limit=limit)
    names = _customers(workspace_id, entries)
    return [_line(entry, names) for entry in entries]


def _line(entry: HistoryEntry, names: dict[tuple[str, int], str]) -> Line:
    by = f"{entry.by}, by command" if entry.by_command else entry.by
    if entry.kind == "company":
        what = "locked" if (entry.new or {}).get("books_locked_through") else "opened"
        return Line("Books", what, by, entry.at, "", "")
    customer = names.get((entry.kind, entry.record_id)) or names.get(("contact", _contact_of(entry)), "")
    return Line(_subject(entry), entry.action, by, entry.at, _address(entry), customer)


def _customers(workspace_id: int, entries: Sequence[HistoryEntry]) -> dict[tuple[str, int], str]:
    """Customers' names by (kind, record): of invoices and payments that are there, and of the contacts that the entries
    of deleted ones name (one query).
    """
    of_kind = {kind: [entry.record_id for entry in entries if entry.kind == kind] for kind in ("invoice", "payment")}
    found = [
        model.objects.filter(workspace_id=workspace_id, pk__in=ids).values_list(Value(kind), "pk", F(name)).order_by()
        for model, kind, ids, name in (
            (Invoice, "invoice", of_kind["invoice"], "contact__display_name"),
            (Payment, "payment", of_kind["payment"], "contact__display_name"),
            (Contact, "contact", [_contact_of(entry) for entry in entries], "display_name"),
        )
    ]
    return {(kind, pk): name for kind, pk, name in found[0].union(*found[1:])}


def _contact_of(entry: HistoryEntry) -> int:
    """The contact that the entry itself names, 0 for none."""
    return int((entry.old or {}).get("contact_id") or (entry.new or {}).get("contact_id") or 0)


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
