"""Which changes of an invoice's life are allowed, to whom, and what the way out is where they are not. Pure.

It judges the stored against the wanted content; what the fields themselves may hold is in `rules`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bluepro.common.errors import FieldError
from bluepro.common.money import ZERO
from bluepro.common.words import day_in_words
from bluepro.invoicing.choices import InvoiceStatus
from bluepro.invoicing.content import InvoiceContent
from bluepro.invoicing.rules import PRICED
from bluepro.workspaces.roles import Action, Actor, a_role

DRAFT, SCHEDULED = InvoiceStatus.DRAFT, InvoiceStatus.SCHEDULED
ISSUED, CANCELLED = InvoiceStatus.ISSUED, InvoiceStatus.CANCELLED
OPEN_FOR_EDITING = frozenset({DRAFT, SCHEDULED})

# draft <-> scheduled; both -> issued; draft, scheduled, issued -> cancelled, which is final.
NEXT: dict[str, frozenset[str]] = {
    DRAFT: frozenset({DRAFT, SCHEDULED, ISSUED, CANCELLED}),
    SCHEDULED: frozenset({DRAFT, SCHEDULED, ISSUED, CANCELLED}),
    ISSUED: frozenset({ISSUED, CANCELLED}),
    CANCELLED: frozenset({CANCELLED}),
}


@dataclass(frozen=True, slots=True)
class Situation:
    """Who acts and when. `today` is the date in the workspace's zone.

    `confirm_date`: the person said that an earlier month is meant. `importing`: records arrive with the life that they
    had elsewhere, so they may begin as cancelled, and old dates are meant.
    """

    actor: Actor
    today: date
    confirm_date: bool = False
    importing: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an existing invoice stands: its content, what was paid on it in dollars, whether the actor made it."""

    content: InvoiceContent
    paid: Decimal
    is_own: bool


def may_not(standing: Standing | None, wanted: str, actor: Actor) -> Iterator[FieldError]:
    """Why the actor's role forbids bringing this invoice to the status `wanted` (or changing it within its status)."""
    if actor.may(Action.EDIT_INVOICES) or standing is None:
        return
    who = a_role(actor.role)
    if not standing.is_own:
        message = f"{who} may change only invoices that they made. Ask an Owner, Admin or Manager."
        yield FieldError("invoice", "not_allowed", message)
    elif standing.content.status not in OPEN_FOR_EDITING or wanted == CANCELLED:
        message = f"{who} may not change or cancel issued invoices. Ask an Owner, Admin or Manager."
        yield FieldError("invoice", "not_allowed", message)


def check_change(standing: Standing | None, wanted: InvoiceContent, situation: Situation) -> Iterator[FieldError]:
    """Everything in the policies that forbids turning the invoice (None: a new one) into `wanted`."""
    stored = standing.content if standing else None
    refusal = check_step(stored.status if stored else None, wanted.status, importing=situation.importing)
    if refusal is not None:
        yield refusal
        return
    if standing is not None:
        yield from _check_paid(standing, wanted)
    if wanted.status == ISSUED:
        yield from check_issuable(wanted)
        if stored is None or stored.status != ISSUED:
            yield from check_month(wanted.issue_date, situation)


def check_step(stored: str | None, wanted: str, *, importing: bool = False) -> FieldError | None:
    """Why there is no way from the status `stored` (None: a new invoice) to `wanted`; None if there is one."""
    if stored is None:
        return _NEVER_BORN_CANCELLED if wanted == CANCELLED and not importing else None
    if stored == CANCELLED:
        return _CANCELLED_IS_FINAL
    return None if wanted in NEXT[stored] else _NO_WAY_BACK


_NEVER_BORN_CANCELLED = FieldError("status", "not_possible", "A new invoice cannot be cancelled; just do not make it.")
_CANCELLED_IS_FINAL = FieldError(
    "status", "cancelled_is_final", "This invoice is cancelled, which is final. Use Copy to new invoice."
)
_NO_WAY_BACK = FieldError(
    "status", "no_way_back", "An issued invoice cannot become a draft again. Change it, or cancel it and copy it."
)


def check_issuable(wanted: InvoiceContent) -> Iterator[FieldError]:
    """QuickBooks takes no invoice without a real line (F7.3-2), so none is issued here."""
    if not any(line.kind in PRICED for line in wanted.lines):
        message = "An invoice needs at least one line with a price before it is issued. Add one."
        yield FieldError("lines", "no_priced_line", message)


def check_month(issue_date: date, situation: Situation) -> Iterator[FieldError]:
    """Asks before a draft of an earlier month is issued; an import and a confirmed date are not asked."""
    if situation.confirm_date or situation.importing:
        return
    if (issue_date.year, issue_date.month) < (situation.today.year, situation.today.month):
        said = day_in_words(issue_date)
        message = f"This invoice is dated {said}, in an earlier month. Confirm that date or give a new one."
        yield FieldError("issue_date", "earlier_month", message)


def _check_paid(standing: Standing, wanted: InvoiceContent) -> Iterator[FieldError]:
    if not standing.paid:
        return
    if wanted.contact_id != standing.content.contact_id:
        message = "The customer is fixed once a payment exists. Delete the payments first, or copy to a new invoice."
        yield FieldError("contact", "has_payments", message)
    if wanted.status == CANCELLED:
        yield has_payments("cancelled", standing.paid)
    elif wanted.total < standing.paid:
        message = (
            f"The total would be {wanted.total}, below the {standing.paid} that was paid. "
            "Change or delete payments first."
        )
        yield FieldError("total", "below_paid", message)


def has_payments(verb: str, paid: Decimal) -> FieldError:
    """The refusal to cancel or delete an invoice on which something was paid."""
    message = f"{paid} was paid on this invoice, so it cannot be {verb}. Move or delete its payments first."
    return FieldError("payments", "has_payments", message)


def check_unpaid(verb: str, paid: Decimal) -> Iterator[FieldError]:
    """Refuses `verb` (cancelled, deleted) while anything is paid."""
    if paid > ZERO:
        yield has_payments(verb, paid)
