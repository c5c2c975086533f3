"""Small facts of an invoice that several of its pages need: the badge's tone, what the actor may do, its day."""

from datetime import date

from bluepro.common.money import ZERO
from bluepro.invoicing.models import Invoice
from bluepro.invoicing.possible import Possible, possible
from bluepro.invoicing.status import ShownStatus
from bluepro.web.access import WorkspaceRequest
from bluepro.web.present import CLOCK
from bluepro.workspaces.queries import today
from bluepro.workspaces.roles import Actor

TONES = {
    ShownStatus.DRAFT: "neutral",
    ShownStatus.SCHEDULED: "info",
    ShownStatus.SENT: "info",
    ShownStatus.DEPOSIT_PAID: "info",
    ShownStatus.PARTIALLY_PAID: "warn",
    ShownStatus.PAID: "good",
    ShownStatus.OVERDUE: "bad",
    ShownStatus.CANCELLED: "neutral",
}


def offered_actions(actor: Actor, row: Invoice) -> Possible:
    """What the actor may do with this invoice."""
    is_own = row.created_by_id == actor.membership_id
    return possible(actor, row.status, is_own=is_own, is_open=row.total - row.paid > ZERO)


def today_of(request: WorkspaceRequest) -> date:
    """Today in the workspace's time zone."""
    return today(request.workspace, CLOCK)
