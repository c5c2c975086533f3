"""What the actor may do with an invoice as it stands, for pages to offer: the same rules as `life_rules`. Pure.

Offering is a courtesy: whatever is done is checked again by the services.
"""

from dataclasses import dataclass

from bluepro.invoicing.life_rules import CANCELLED, ISSUED, OPEN_FOR_EDITING
from bluepro.workspaces.roles import Action, Actor


@dataclass(frozen=True, slots=True)
class Possible:
    """Which actions are offered. `cancel` and `delete` are, with payments too, to say what is in the way."""

    edit: bool
    issue: bool
    schedule: bool
    unschedule: bool
    cancel: bool
    delete: bool
    copy: bool
    pay: bool


def possible(actor: Actor, status: str, *, is_own: bool, is_open: bool) -> Possible:
    """`status` is the stored one, `is_own` whether the actor made the invoice, `is_open` whether it can take money."""
    office = actor.may(Action.EDIT_INVOICES)
    writes = actor.may(Action.EDIT_OWN_DRAFTS)
    unissued = status in OPEN_FOR_EDITING
    own_draft = writes and unissued and (office or is_own)
    return Possible(
        edit=own_draft or (office and status == ISSUED),
        issue=own_draft and actor.may(Action.ISSUE_OWN_INVOICES),
        schedule=own_draft and status == "draft",
        unschedule=own_draft and status == "scheduled",
        cancel=office and status != CANCELLED,
        delete=own_draft or office,
        copy=writes,
        pay=actor.may(Action.ISSUE_OWN_INVOICES) and (office or is_own) and is_open and status != CANCELLED,
    )
