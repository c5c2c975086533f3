"""Records, changes and deletes payments, many at once: all are checked, then all are written, or none is.

The only writer of the room's tables. What may be allocated is decided in `allocation`, what fields may hold in `rules`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

import psycopg
from django.db import IntegrityError, transaction

from bluepro.common.clock import Clock
from bluepro.common.errors import FieldError, NotAllowed, NotFound, Refused, refuse
from bluepro.common.ids import Ids
from bluepro.common.money import cents, total
from bluepro.common.saved import Saved
from bluepro.common.text import check_text, clean_text
from bluepro.invoicing.life import issue_invoices
from bluepro.invoicing.models import InvoiceStatus
from bluepro.payments import writing
from bluepro.payments.allocation import check_allocations
from bluepro.payments.loading import (
    LockedInvoice,
    PaymentContent,
    StoredPayment,
    invoices_of,
    lock_invoices,
    lock_payments,
    payables,
)
from bluepro.payments.models import Payment
from bluepro.payments.rules import PaymentData, PaymentEdit, check_payment, cleaned
from bluepro.workspaces import history
from bluepro.workspaces.edits import check_external_ids, check_targets, check_versions
from bluepro.workspaces.history import Event
from bluepro.workspaces.models import Workspace
from bluepro.workspaces.roles import Action, Actor, a_role, require

REASON_LENGTH = 500
NOT_ISSUED_YET = frozenset({InvoiceStatus.DRAFT, InvoiceStatus.SCHEDULED})


def save_payments(
    actor: Actor,
    edits: Sequence[PaymentEdit],
    *,
    clock: Clock,
    ids: Ids,
    issue_draft: bool = False,
    confirm_date: bool = False,
) -> Saved:
    """Records and changes payments, all or none; several on one invoice are checked together.

    A payment on a draft is refused unless `issue_draft`, which issues it (dated in an earlier month, only with
    `confirm_date`). A payment that an edit leaves as it is is not written at all. Raises Refused with every broken rule
    (`record` = position in `edits`; fields of allocations are named `allocations[2].amount`, counted from 1),
    NotAllowed by role, Conflict for a payment that changed since the version given.
    """
    require(actor, Action.ISSUE_OWN_INVOICES)
    try:
        with transaction.atomic():
            return _save(actor, edits, clock, ids, issue_draft=issue_draft, confirm_date=confirm_date)
    except IntegrityError as error:
        raise _refusal_of(error) from error


def _save(
    actor: Actor,
    edits: Sequence[PaymentEdit],
    clock: Clock,
    ids: Ids,
    *,
    issue_draft: bool,
    confirm_date: bool,
) -> Saved:
    data = [cleaned(edit.data) for edit in edits]
    existing = [edit.id for edit in edits if edit.id is not None]
    named = {invoice_id for payment in data for invoice_id, _ in payment.allocations}
    invoices = lock_invoices(actor.workspace_id, named | invoices_of(actor.workspace_id, existing))
    drafts = [pk for pk in sorted(named & invoices.keys()) if invoices[pk].status in NOT_ISSUED_YET]
    if issue_draft and drafts:
        _issue(actor, drafts, data, clock, confirm_date=confirm_date)
        invoices = lock_invoices(actor.workspace_id, invoices.keys())
    stored = lock_payments(actor.workspace_id, existing, invoices)
    _check(actor, edits, data, invoices, stored)
    zone = ZoneInfo(Workspace.objects.get(pk=actor.workspace_id).time_zone)
    wanted = [
        _content(payment, invoices, stored.get(edit.id or 0), zone) for edit, payment in zip(edits, data, strict=True)
    ]
    return _write(actor, edits, wanted, invoices, stored, clock, ids)


def _issue(
    actor: Actor, drafts: Sequence[int], data: Sequence[PaymentData], clock: Clock, *, confirm_date: bool
) -> None:
    """Issues drafts that are paid; a refusal names the first payment on the draft."""
    try:
        issue_invoices(actor, drafts, clock=clock, confirm_date=confirm_date)
    except Refused as refused:
        first = {pk: at for at in reversed(range(len(data))) for pk, _ in data[at].allocations}
        errors = [_at(first[drafts[error.record]], error) for error in refused.errors]
        raise type(refused)(errors) from refused


def _check(
    actor: Actor,
    edits: Sequence[PaymentEdit],
    data: Sequence[PaymentData],
    invoices: Mapping[int, LockedInvoice],
    stored: Mapping[int, StoredPayment],
) -> None:
    open_now = payables(invoices, stored.values())
    errors = [
        *(_at(record, error) for record, payment in enumerate(data) for error in check_payment(payment)),
        *check_targets(edits, stored, "payment"),
        *check_external_ids(Payment.objects.filter(workspace_id=actor.workspace_id), edits, "payment"),
        *check_allocations([payment.allocations for payment in data], open_now),
    ]
    forbidden = list(_forbidden(actor, edits, data, invoices))
    if forbidden:
        raise NotAllowed(forbidden)
    if errors:
        raise Refused(sorted(errors, key=lambda error: error.record))
    check_versions(edits, {pk: payment.row for pk, payment in stored.items()})


def _at(record: int, error: FieldError) -> FieldError:
    return FieldError(error.field, error.rule, error.message, record)


def _forbidden(
    actor: Actor,
    edits: Sequence[PaymentEdit],
    data: Sequence[PaymentData],
    invoices: Mapping[int, LockedInvoice],
) -> Iterator[FieldError]:
    """Who is not of the office may record payments on invoices that they made, and change none."""
    if actor.may(Action.EDIT_PAYMENTS):
        return
    who = a_role(actor.role)
    message = f"{who} may only record payments, on invoices that they made. Ask an Owner, Admin or Manager."
    for record, (edit, payment) in enumerate(zip(edits, data, strict=True)):
        paid = [invoices[pk] for pk, _ in payment.allocations if pk in invoices]
        if edit.id is not None or any(invoice.created_by != actor.membership_id for invoice in paid):
            yield FieldError("payment", "not_allowed", message, record)


def _content(
    payment: PaymentData,
    invoices: Mapping[int, LockedInvoice],
    stored: StoredPayment | None,
    zone: ZoneInfo,
) -> PaymentContent:
    return PaymentContent(
        contact_id=invoices[payment.allocations[0][0]].contact_id,
        paid_at=payment.paid_at,
        paid_on=_paid_on(payment, stored, zone),
        amount=total(amount for _, amount in payment.allocations),
        method=payment.method,
        description=payment.description,
        reference=payment.reference,
        allocations=tuple(sorted((pk, cents(amount)) for pk, amount in payment.allocations)),
    )


def _paid_on(payment: PaymentData, stored: StoredPayment | None, zone: ZoneInfo) -> date:
    """Once saved, a later change of the workspace's zone does not move the date; only another time does."""
    if stored is not None and stored.content.paid_at == payment.paid_at:
        return stored.content.paid_on
    return payment.paid_at.astimezone(zone).date()


def _write(
    actor: Actor,
    edits: Sequence[PaymentEdit],
    wanted: Sequence[PaymentContent],
    invoices: Mapping[int, LockedInvoice],
    stored: Mapping[int, StoredPayment],
    clock: Clock,
    ids: Ids,
) -> Saved:
    now, numbers = clock.now(), _numbers(invoices.values())
    together = list(zip(edits, wanted, strict=True))
    changes = [writing.Change(stored[edit.id], content, edit.external_id) for edit, content in together if edit.id]
    changed = [change for change in changes if not change.is_empty]
    events = writing.change(changed, numbers, now=now)
    creations = [writing.Creation(content, edit.external_id) for edit, content in together if edit.id is None]
    new_ids, new_events = writing.create(actor, creations, numbers, now=now, ids=ids)
    history.record(actor, [*events, *new_events], at=now)
    fresh = iter(new_ids)
    all_ids = tuple(next(fresh) if edit.id is None else edit.id for edit in edits)
    return Saved(all_ids, len(new_ids), len(changed), len(changes) - len(changed))


def _numbers(invoices: Iterable[LockedInvoice]) -> dict[int, str]:
    return {invoice.id: invoice.number for invoice in invoices}


def _refusal_of(error: IntegrityError) -> Refused | IntegrityError:
    cause = error.__cause__
    if isinstance(cause, psycopg.Error) and cause.diag.constraint_name == "payment_external_id":
        return refuse("external_id", "taken", "Another payment was just given this external id.")
    return error


@transaction.atomic
def delete_payments(actor: Actor, ids: Collection[int], reason: str, *, clock: Clock) -> int:
    """Deletes payments for good; the reason is needed, and the history keeps what they were. Answers how many."""
    require(actor, Action.EDIT_PAYMENTS)
    reason = clean_text(reason)
    errors = list(check_text("reason", reason, limit=REASON_LENGTH, required=True, lines=True))
    if errors:
        raise Refused(errors)
    invoices = lock_invoices(actor.workspace_id, invoices_of(actor.workspace_id, ids))
    stored = lock_payments(actor.workspace_id, ids, invoices)
    missing = sorted(set(ids) - stored.keys())
    if missing:
        raise NotFound(f"There is no payment {missing[0]} in this workspace.")
    numbers = _numbers(invoices.values())
    Payment.objects.filter(pk__in=list(stored)).delete()
    events = (_deleted(payment, numbers, pk, reason) for pk, payment in stored.items())
    history.record(actor, events, at=clock.now())
    return len(stored)


def _deleted(payment: StoredPayment, numbers: Mapping[int, str], pk: int, reason: str) -> Event:
    old = writing.shown(payment.content, numbers)
    return Event(writing.KIND, pk, str(payment.row), "deleted", old, None, reason)
