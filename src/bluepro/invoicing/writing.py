"""Writes invoices and their lines in a few statements, and notes in the history what changed on issued ones.

Decides nothing: callers have locked, checked and compared. Lines keep their rows by position, so that whoever tells
lines apart by id sees the same line again after an edit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bluepro.common.bulk import update_rows
from bluepro.common.ids import Ids
from bluepro.invoicing.content import COLUMNS, LINE_COLUMNS, InvoiceContent, LineContent, changes, summary
from bluepro.invoicing.loading import Stored
from bluepro.invoicing.models import Invoice, InvoiceLine, InvoiceStatus
from bluepro.invoicing.references import new_references
from bluepro.workspaces.history import Event
from bluepro.workspaces.roles import Actor

BATCH = 1000
KIND = "invoice"
_PAST_TENSE: dict[str, str] = {InvoiceStatus.ISSUED: "issued", InvoiceStatus.CANCELLED: "cancelled"}


@dataclass(slots=True)
class Change:
    """An existing invoice and what it shall say. `external_id` None leaves the stored one."""

    stored: Stored
    wanted: InvoiceContent
    external_id: str | None = None
    reason: str = ""

    @property
    def is_empty(self) -> bool:
        same_name = self.external_id is None or self.external_id == self.stored.row.external_id
        return same_name and self.wanted == self.stored.content


@dataclass(frozen=True, slots=True)
class Creation:
    """A new invoice."""

    wanted: InvoiceContent
    external_id: str | None = None


def create(actor: Actor, creations: Sequence[Creation], *, now: datetime, ids: Ids) -> tuple[list[int], list[Event]]:
    """Writes new invoices; answers their ids in order, and what belongs in the history."""
    if not creations:
        return [], []
    refs = new_references(Invoice.objects.filter(workspace_id=actor.workspace_id), len(creations), ids)
    rows = [_new_row(actor, creation, ref, now) for creation, ref in zip(creations, refs, strict=True)]
    Invoice.objects.bulk_create(rows, batch_size=BATCH)
    together = list(zip(rows, creations, strict=True))
    lines = [
        _new_line(row.pk, position, line)
        for row, creation in together
        for position, line in enumerate(creation.wanted.lines, 1)
    ]
    InvoiceLine.objects.bulk_create(lines, batch_size=5 * BATCH)
    events = [
        Event(KIND, row.pk, row.number, _PAST_TENSE[row.status], None, summary(creation.wanted))
        for row, creation in together
        if row.status in _PAST_TENSE
    ]
    return [row.pk for row in rows], events


def change(given: Sequence[Change], *, now: datetime) -> list[Event]:
    """Writes changed invoices, and of their lines those that differ; answers what belongs in the history."""
    changed = sorted(given, key=lambda change: change.stored.row.pk)
    events = [event for change in changed for event in _events(change)]
    for one in changed:
        _fill(one, now)
    names = [*COLUMNS, "external_id", "issued_at", "version", "updated_at"]
    update_rows([one.stored.row for one in changed], names)
    _write_lines(changed)
    return events


def _new_row(actor: Actor, creation: Creation, ref: str, now: datetime) -> Invoice:
    return Invoice(
        workspace_id=actor.workspace_id,
        external_id=creation.external_id,
        ref=ref,
        created_by_id=actor.membership_id,
        created_at=now,
        updated_at=now,
        issued_at=now if creation.wanted.status == InvoiceStatus.ISSUED else None,
        **_values(creation.wanted),
    )


def _values(content: InvoiceContent) -> dict[str, object]:
    return {name: getattr(content, name) for name in COLUMNS}


def _new_line(invoice_id: int, position: int, line: LineContent) -> InvoiceLine:
    return InvoiceLine(
        invoice_id=invoice_id,
        position=position,
        kind=line.kind,
        service_id=line.service_id,
        name=line.name,
        description=line.description,
        quantity=line.quantity,
        unit_price=line.unit_price,
        tax_exempt=line.tax_exempt,
        amount=line.amount,
    )


def _fill(one: Change, now: datetime) -> None:
    row, wanted = one.stored.row, one.wanted
    if wanted.status == InvoiceStatus.ISSUED and row.status != InvoiceStatus.ISSUED:
        row.issued_at = now
    for name in COLUMNS:
        setattr(row, name, getattr(wanted, name))
    if one.external_id is not None:
        row.external_id = one.external_id
    row.version += 1
    row.updated_at = now


def _write_lines(changed: Sequence[Change]) -> None:
    updated: list[InvoiceLine] = []
    added: list[InvoiceLine] = []
    removed: list[int] = []
    for one in changed:
        rows, wanted = one.stored.lines, one.wanted.lines
        updated += [row for row, line in zip(rows, wanted, strict=False) if _fill_line(row, line)]
        first_new = len(rows) + 1
        added += [_new_line(one.stored.row.pk, at, line) for at, line in enumerate(wanted[len(rows) :], first_new)]
        removed += [row.pk for row in rows[len(wanted) :]]
    update_rows(updated, LINE_COLUMNS)
    if removed:
        InvoiceLine.objects.filter(pk__in=removed).delete()
    InvoiceLine.objects.bulk_create(added, batch_size=5 * BATCH)


def _fill_line(row: InvoiceLine, line: LineContent) -> bool:
    different = [name for name in LINE_COLUMNS if getattr(row, name) != getattr(line, name)]
    for name in different:
        setattr(row, name, getattr(line, name))
    return bool(different)


def _events(one: Change) -> list[Event]:
    old, new = one.stored.content, one.wanted
    if old == new or not (old.is_frozen or new.is_frozen):
        return []
    before, after = changes(old, new)
    action = "changed" if old.status == new.status else _PAST_TENSE[new.status]
    return [Event(KIND, one.stored.row.pk, new.number, action, before, after, one.reason)]
