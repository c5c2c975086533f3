"""What happens to an invoice besides editing: issue, schedule, cancel, delete, copy, refresh from the catalogue.

Each takes many invoices where that makes sense, checks all, then acts on all or none. Saving what people typed is in
`services`.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction

from bluepro.common.clock import Clock
from bluepro.common.errors import FieldError, NotAllowed, Refused, refuse
from bluepro.common.ids import Ids
from bluepro.common.text import check_text, clean_text
from bluepro.invoicing import writing
from bluepro.invoicing.amounts import AmountError
from bluepro.invoicing.content import InvoiceContent, as_data, derive, summary
from bluepro.invoicing.life_rules import (
    CANCELLED,
    DRAFT,
    ISSUED,
    OPEN_FOR_EDITING,
    SCHEDULED,
    check_change,
    check_unpaid,
    may_not,
)
from bluepro.invoicing.loading import Stored, around, around_now, lock_all, situation, standing
from bluepro.invoicing.models import Invoice
from bluepro.invoicing.queries import next_numbers
from bluepro.invoicing.refreshing import refreshed
from bluepro.invoicing.rules import check_date
from bluepro.workspaces import history
from bluepro.workspaces.history import Event
from bluepro.workspaces.models import Workspace
from bluepro.workspaces.queries import today
from bluepro.workspaces.roles import Action, Actor, require

REASON_LENGTH = 500


@transaction.atomic
def issue_invoices(
    actor: Actor, ids: Collection[int], *, clock: Clock, confirm_date: bool = False, issue_date: date | None = None
) -> int:
    """Issues drafts and scheduled invoices; their copies freeze as they stand. Answers how many were not issued yet.

    A date in an earlier month than today needs `confirm_date`, or a new `issue_date`, which moves the due date by as
    much. Raises Refused with `record` = position in the ids in ascending order.
    """
    require(actor, Action.ISSUE_OWN_INVOICES)
    if issue_date is not None:
        _raise(list(check_date("issue_date", issue_date)))

    def issued(content: InvoiceContent) -> InvoiceContent:
        if content.status == ISSUED:
            return content
        return replace(_dated(content, issue_date), status=ISSUED)

    return _change_all(actor, ids, issued, clock=clock, confirm_date=confirm_date)


def _dated(content: InvoiceContent, issue_date: date | None) -> InvoiceContent:
    if issue_date is None:
        return content
    return replace(content, issue_date=issue_date, due_date=content.due_date + (issue_date - content.issue_date))


@transaction.atomic
def schedule_invoices(actor: Actor, ids: Collection[int], *, clock: Clock) -> int:
    """Turns drafts into scheduled invoices. Answers how many changed."""
    require(actor, Action.EDIT_OWN_DRAFTS)
    return _change_all(actor, ids, lambda content: replace(content, status=SCHEDULED), clock=clock)


@transaction.atomic
def unschedule_invoices(actor: Actor, ids: Collection[int], *, clock: Clock) -> int:
    """Turns scheduled invoices back into drafts. Answers how many changed."""
    require(actor, Action.EDIT_OWN_DRAFTS)
    return _change_all(actor, ids, lambda content: replace(content, status=DRAFT), clock=clock)


@transaction.atomic
def cancel_invoices(actor: Actor, ids: Collection[int], *, clock: Clock, reason: str = "") -> int:
    """Cancels invoices on which nothing is paid, for good. Answers how many were not cancelled yet."""
    require(actor, Action.EDIT_INVOICES)
    reason = _checked_reason(reason, required=False)
    return _change_all(actor, ids, lambda content: replace(content, status=CANCELLED), clock=clock, reason=reason)


def _change_all(
    actor: Actor,
    ids: Collection[int],
    make: Callable[[InvoiceContent], InvoiceContent],
    *,
    clock: Clock,
    confirm_date: bool = False,
    reason: str = "",
) -> int:
    stored = lock_all(actor, ids)
    workspace = Workspace.objects.get(pk=actor.workspace_id)
    asked = situation(actor, workspace, clock, confirm_date=confirm_date)
    changed = [writing.Change(one, make(one.content), reason=reason) for one in stored]
    _forbid(actor, [(one.stored, one.wanted.status) for one in changed])
    _raise(
        [
            replace(error, record=record)
            for record, one in enumerate(changed)
            if not one.is_empty
            for error in check_change(standing(one.stored, actor), one.wanted, asked)
        ]
    )
    effective = [one for one in changed if not one.is_empty]
    now = clock.now()
    history.record(actor, writing.change(effective, now=now), at=now)
    return len(effective)


@transaction.atomic
def delete_invoices(actor: Actor, ids: Collection[int], *, clock: Clock, reason: str = "") -> int:
    """Deletes invoices on which nothing is paid. Once one was issued, a reason is needed and kept in the history.

    A Member may delete drafts that they made. Answers how many were deleted.
    """
    require(actor, Action.EDIT_OWN_DRAFTS)
    stored = lock_all(actor, ids)
    _forbid(actor, [(one, one.content.status) for one in stored])
    reason = _checked_reason(reason, required=any(_was_issued(one) for one in stored))
    _raise(
        [
            replace(error, record=record)
            for record, one in enumerate(stored)
            for error in check_unpaid("deleted", one.paid)
        ]
    )
    Invoice.objects.filter(pk__in=[one.row.pk for one in stored]).delete()
    history.record(actor, (_deleted(one, reason) for one in stored if one.content.is_frozen), at=clock.now())
    return len(stored)


def _was_issued(one: Stored) -> bool:
    return one.row.issued_at is not None


def _deleted(one: Stored, reason: str) -> Event:
    return Event(writing.KIND, one.row.pk, one.row.number, "deleted", summary(one.content), None, reason)


@transaction.atomic
def copy_invoice(actor: Actor, invoice_id: int, *, clock: Clock, ids: Ids) -> int:
    """A new draft with the content of any invoice, a new number, today's date and the workspace's terms.

    Lines keep the copies that they have, empty ones are the service's; the contact's exemption is taken anew. Answers
    the new invoice's id.
    """
    require(actor, Action.EDIT_OWN_DRAFTS)
    source = lock_all(actor, [invoice_id])[0].content
    workspace = Workspace.objects.select_for_update(no_key=True).get(pk=actor.workspace_id)
    data = replace(as_data(source), status=DRAFT, number=None, issue_date=today(workspace, clock), due_date=None)
    copies = around(workspace, [data])
    wanted = replace(_sound(lambda: derive(data, copies, None)), number=next_numbers(workspace, 1)[0])
    new_ids, _ = writing.create(actor, [writing.Creation(wanted)], now=clock.now(), ids=ids)
    return new_ids[0]


@transaction.atomic
def refresh_from_catalogue(actor: Actor, invoice_id: int, *, clock: Clock) -> bool:
    """Takes a draft's service lines (name, description, price, tax-exempt flag), rate and contact's exemption anew.

    Answers whether anything differed. Refused for issued and cancelled invoices: their copies are frozen.
    """
    require(actor, Action.EDIT_OWN_DRAFTS)
    one = lock_all(actor, [invoice_id])[0]
    if one.content.status not in OPEN_FOR_EDITING:
        message = "An issued invoice keeps what it said when it was issued. Change its lines by hand."
        raise refuse("status", "frozen", message)
    _forbid(actor, [(one, one.content.status)])
    wanted = _refreshed(one)
    change = writing.Change(one, wanted)
    if change.is_empty:
        return False
    writing.change([change], now=clock.now())
    return True


def _refreshed(one: Stored) -> InvoiceContent:
    copies = around_now(one.row.workspace, one.content)
    return _sound(lambda: refreshed(one.content, copies))


def _sound(make: Callable[[], InvoiceContent]) -> InvoiceContent:
    try:
        return make()
    except AmountError as error:
        raise refuse(error.field, error.rule, error.message) from error


def _forbid(actor: Actor, asked: Sequence[tuple[Stored, str]]) -> None:
    forbidden = [
        replace(error, record=record)
        for record, (one, status) in enumerate(asked)
        for error in may_not(standing(one, actor), status, actor)
    ]
    if forbidden:
        raise NotAllowed(forbidden)


def _checked_reason(reason: str, *, required: bool) -> str:
    reason = clean_text(reason)
    _raise(list(check_text("reason", reason, limit=REASON_LENGTH, required=required, lines=True)))
    return reason


def _raise(errors: list[FieldError]) -> None:
    if errors:
        raise Refused(errors)
