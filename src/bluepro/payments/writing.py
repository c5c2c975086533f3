"""Writes payments and their allocations in a few statements; says what belongs in the history. Decides nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bluepro.common.bulk import update_rows
from bluepro.common.ids import Ids
from bluepro.invoicing.references import new_references
from bluepro.payments.loading import COLUMNS, PaymentContent, StoredPayment
from bluepro.payments.models import Allocation, Payment
from bluepro.workspaces.history import Event
from bluepro.workspaces.roles import Actor

BATCH = 1000
KIND = "payment"
Numbers = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Creation:
    """A new payment."""

    wanted: PaymentContent
    external_id: str | None


@dataclass(slots=True)
class Change:
    """An existing payment and what it shall say. `external_id` None leaves the stored one."""

    stored: StoredPayment
    wanted: PaymentContent
    external_id: str | None

    @property
    def is_empty(self) -> bool:
        same_name = self.external_id is None or self.external_id == self.stored.row.external_id
        return same_name and self.wanted == self.stored.content


def create(
    actor: Actor, creations: Sequence[Creation], numbers: Numbers, *, now: datetime, ids: Ids
) -> tuple[list[int], list[Event]]:
    """Writes new payments; answers their ids in order, and what belongs in the history."""
    if not creations:
        return [], []
    refs = new_references(Payment.objects.filter(workspace_id=actor.workspace_id), len(creations), ids)
    rows = [_new_row(actor, creation, ref, now) for creation, ref in zip(creations, refs, strict=True)]
    Payment.objects.bulk_create(rows, batch_size=BATCH)
    together = list(zip(rows, creations, strict=True))
    parts = [
        Allocation(payment_id=row.pk, invoice_id=invoice_id, amount=amount)
        for row, creation in together
        for invoice_id, amount in creation.wanted.allocations
    ]
    Allocation.objects.bulk_create(parts, batch_size=BATCH)
    events = [
        Event(KIND, row.pk, str(row), "recorded", None, shown(creation.wanted, numbers)) for row, creation in together
    ]
    return [row.pk for row in rows], events


def change(given: Sequence[Change], numbers: Numbers, *, now: datetime) -> list[Event]:
    """Writes changed payments, and of their allocations those that differ; answers what belongs in the history."""
    changed = sorted(given, key=lambda one: one.stored.row.pk)
    events = [event for one in changed for event in _events(one, numbers)]
    for one in changed:
        _fill(one, now)
    names = [*COLUMNS, "external_id", "version", "updated_at"]
    update_rows([one.stored.row for one in changed], names)
    _write_allocations(changed)
    return events


def _new_row(actor: Actor, creation: Creation, ref: str, now: datetime) -> Payment:
    return Payment(
        workspace_id=actor.workspace_id,
        external_id=creation.external_id,
        ref=ref,
        created_by_id=actor.membership_id,
        created_at=now,
        updated_at=now,
        **{name: getattr(creation.wanted, name) for name in COLUMNS},
    )


def _fill(one: Change, now: datetime) -> None:
    row = one.stored.row
    for name in COLUMNS:
        setattr(row, name, getattr(one.wanted, name))
    if one.external_id is not None:
        row.external_id = one.external_id
    row.version += 1
    row.updated_at = now


def _write_allocations(changed: Sequence[Change]) -> None:
    updated: list[Allocation] = []
    added: list[Allocation] = []
    removed: list[int] = []
    for one in changed:
        wanted = dict(one.wanted.allocations)
        for part in one.stored.allocations:
            amount = wanted.pop(part.invoice_id, None)
            if amount is None:
                removed.append(part.pk)
            elif amount != part.amount:
                part.amount = amount
                updated.append(part)
        added += [Allocation(payment_id=one.stored.row.pk, invoice_id=to, amount=wanted[to]) for to in wanted]
    update_rows(updated, ["amount"])
    if removed:
        Allocation.objects.filter(pk__in=removed).delete()
    Allocation.objects.bulk_create(added, batch_size=BATCH)


def _events(one: Change, numbers: Numbers) -> list[Event]:
    old, new = shown(one.stored.content, numbers), shown(one.wanted, numbers)
    different = [name for name in new if old[name] != new[name]]
    if not different:
        return []
    before = {name: old[name] for name in different}
    after = {name: new[name] for name in different}
    return [Event(KIND, one.stored.row.pk, str(one.stored.row), "changed", before, after)]


def shown(content: PaymentContent, numbers: Numbers) -> dict[str, object]:
    """A payment as the history keeps it, allocations by invoice number."""
    values: dict[str, object] = {name: getattr(content, name) for name in COLUMNS}
    values["allocations"] = {numbers[invoice_id]: amount for invoice_id, amount in content.allocations}
    return values
