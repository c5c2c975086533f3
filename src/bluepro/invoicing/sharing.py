"""The customer's page of an invoice: makes and renews its unguessable address, and finds the invoice by it.

Whoever has the address sees the page, so it is made on purpose only, and renewing it ends the old one. What the page
shows is no business of this module.
"""

from datetime import date

from django.db import transaction

from bluepro.common.clock import Clock
from bluepro.common.errors import NotFound
from bluepro.common.ids import Ids
from bluepro.invoicing.choices import InvoiceStatus
from bluepro.invoicing.loading import lock_all
from bluepro.invoicing.models import Invoice, InvoicePage
from bluepro.invoicing.queries import InvoiceView, get_invoice
from bluepro.workspaces.models import Workspace
from bluepro.workspaces.queries import today
from bluepro.workspaces.roles import Action, Actor, require

SHOWN = (InvoiceStatus.ISSUED, InvoiceStatus.CANCELLED)


@transaction.atomic
def page_token(actor: Actor, invoice_id: int, *, clock: Clock, ids: Ids, renew: bool = False) -> str:
    """The token of the invoice's page, made if there is none yet; with `renew` a new one, the old one ends.

    122 random bits, in 32 hexadecimal characters. Raises NotFound, and NotAllowed by role, also for renewing the
    page of somebody else's invoice.
    """
    require(actor, Action.ISSUE_OWN_INVOICES if renew else Action.SEE)
    row = lock_all(actor, [invoice_id])[0].row
    if renew and row.created_by_id != actor.membership_id:
        require(actor, Action.EDIT_INVOICES)
    page = InvoicePage.objects.filter(invoice=row).first()
    if page is not None and not renew:
        return page.token
    page = page or InvoicePage(invoice=row)
    page.token, page.made_by_id, page.made_at = ids.uuid().hex, actor.membership_id, clock.now()
    page.save()
    return page.token


def token_of(invoice_id: int) -> str:
    """The token of the invoice's page, "" if none was made."""
    return InvoicePage.objects.filter(invoice_id=invoice_id).values_list("token", flat=True).first() or ""


def shared_invoice(token: str, *, clock: Clock) -> tuple[Workspace, InvoiceView, date]:
    """The invoice of that token, its workspace, and the date there. Raises NotFound, also for one not issued yet."""
    row = Invoice.objects.select_related("workspace").filter(page__token=token, status__in=SHOWN).first()
    if row is None:
        raise NotFound("There is no invoice at this address.")
    day = today(row.workspace, clock)
    return row.workspace, get_invoice(row.workspace_id, row.pk, today=day), day
