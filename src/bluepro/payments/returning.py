"""Deleting a payment with what became of the money: it never arrived, it bounced, or it was given back.

Money that did arrive and went again leaves a dated note on each invoice that it had paid, besides the history.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.db import transaction

from bluepro.common.clock import Clock
from bluepro.common.errors import FieldError, Refused
from bluepro.common.text import check_text, clean_text
from bluepro.common.words import day_in_words, dollars
from bluepro.invoicing.comments import add_comment
from bluepro.payments.models import Payment
from bluepro.payments.queries import get_payment
from bluepro.payments.services import delete_payments
from bluepro.workspaces.models import Workspace
from bluepro.workspaces.queries import today
from bluepro.workspaces.roles import Action, Actor, require

NOTE_LENGTH = 400


class Why(Enum):
    """Why a payment is deleted; the values begin the reason that the history keeps."""

    NEVER_ARRIVED = "Never arrived"
    BOUNCED = "Bounced"
    GIVEN_BACK = "Money given back"


@dataclass(frozen=True, slots=True)
class Return:
    """What became of a payment. `on` is the calendar date on which it bounced or was given back, else None."""

    why: Why
    on: date | None = None
    note: str = ""


@transaction.atomic
def delete_returned(actor: Actor, payment_id: int, what: Return, *, clock: Clock) -> None:
    """Deletes the payment; the reason is kept in its history, and what bounced or went back on its invoices too.

    Raises Refused for a date that is missing, before the payment or in the future, NotFound, NotAllowed.
    """
    require(actor, Action.EDIT_PAYMENTS)
    payment = get_payment(actor.workspace_id, payment_id)
    note = clean_text(what.note)
    errors = list(check_text("note", note, limit=NOTE_LENGTH, lines=True))
    if what.why != Why.NEVER_ARRIVED:
        errors += _check_day(what.on, payment, actor, clock)
    if errors:
        raise Refused(errors)
    reason = _reason(what, note)
    invoices = [part.invoice_id for part in payment.allocations.all()]
    said = f"{payment.method} payment of {dollars(payment.amount)} of {day_in_words(payment.paid_on)}"
    text = f"The {said} was deleted. {reason}"
    delete_payments(actor, [payment_id], reason, clock=clock)
    for invoice_id in invoices if what.why != Why.NEVER_ARRIVED else ():
        add_comment(actor, invoice_id, text, clock=clock)


def _check_day(day: date | None, payment: Payment, actor: Actor, clock: Clock) -> list[FieldError]:
    now = today(Workspace.objects.get(pk=actor.workspace_id), clock)
    if day is None:
        return [FieldError("on", "required", "Give the date on which it bounced or was given back.")]
    if day < payment.paid_on:
        message = f"The payment is of {day_in_words(payment.paid_on)}; this cannot be before."
        return [FieldError("on", "too_early", message)]
    return [FieldError("on", "future", "This date is in the future.")] if day > now else []


def _reason(what: Return, note: str) -> str:
    when = "" if what.why == Why.NEVER_ARRIVED or what.on is None else f" on {day_in_words(what.on)}"
    return f"{what.why.value}{when}.{f' {note}' if note else ''}"
