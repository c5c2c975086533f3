"""Dated before the day from which records are sent: whether it goes all the same, and an older invoice with it."""

from bluepro.payments.models import Allocation
from bluepro.quickbooks.answers.asked import Asked, live_links
from bluepro.quickbooks.models import Connection, Link
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.store.linked import generations

SEND_OLD = {"send_old": True}


def send(asked: Asked) -> None:
    """The record goes under its own date, now and later."""
    link = asked.link()
    _agree(link)
    link.held_revision, link.retry_at, link.attempts = None, None, 0
    link.save(update_fields=["agreed", "held_revision", "retry_at", "attempts"])


def send_invoice(asked: Asked) -> None:
    """What the payment pays goes first: each older invoice that is not in QuickBooks. Then the payment can go."""
    link = asked.link()
    invoices = Allocation.objects.filter(payment=link.record_id).order_by("invoice_id")
    start = Connection.objects.values_list("start_date", flat=True).get(pk=asked.problem.connection_id)
    older = invoices.filter(invoice__issue_date__lt=start) if start is not None else invoices.none()
    for invoice_id in older.values_list("invoice_id", flat=True):
        _let_go(asked, invoice_id)
    Link.objects.filter(pk=link.pk).update(held_revision=None, retry_at=None, attempts=0)


def _let_go(asked: Asked, invoice_id: int) -> None:
    """Marks the invoice to be looked at once more: nothing of it has changed."""
    link = live_links(asked).select_for_update().filter(kind=int(Kind.INVOICE), record_id=invoice_id).first()
    if link is None:
        key = (Kind.INVOICE, invoice_id)
        former = generations(Scope(asked.workspace_id, asked.realm_id, asked.now), [key])
        link = Link(
            workspace_id=asked.workspace_id,
            realm_id=asked.realm_id,
            kind=int(Kind.INVOICE),
            record_id=invoice_id,
            generation=former.get(key, 0) + 1,
        )
    if not link.entity_id:
        _agree(link)
        link.stale, link.held_revision = True, None
        link.save()


def _agree(link: Link) -> None:
    link.agreed = {**link.agreed, **SEND_OLD}
