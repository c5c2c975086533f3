"""What has gone from QuickBooks: whether it is made there once more."""

from django.db.models import Q, QuerySet

from bluepro.common.errors import refuse
from bluepro.invoicing.models import Invoice, InvoiceLine
from bluepro.payments.models import Allocation, Payment
from bluepro.quickbooks.answers.asked import Asked, live_links
from bluepro.quickbooks.choices import VOIDED
from bluepro.quickbooks.intents import INVOICE_LEFT_OUT
from bluepro.quickbooks.models import Link
from bluepro.quickbooks.snapshot import Kind


def make_anew(asked: Asked) -> None:
    """What somebody deleted or merged in QuickBooks is made there once more, and what refers to it will point to that.

    The old pair is kept as a former generation; a void invoice keeps its number too, so that two have it. Raises
    Refused while something of it is under way, and for a question about what was made anew already.
    """
    link = asked.idle_link()
    if asked.problem.detail.get("entity_id", link.entity_id) != link.entity_id:
        message = f"{asked.problem.label} was made anew already: this is about the one before. Dismiss it."
        raise refuse("answer", "made_already", message)
    Link.objects.filter(id=link.id).update(removed_at=asked.now, stale=False)
    Link.objects.create(
        workspace_id=link.workspace_id,
        realm_id=link.realm_id,
        kind=link.kind,
        record_id=link.record_id,
        generation=link.generation + 1,
        stale=True,
        agreed={"same_number": True} if asked.problem.cause == VOIDED and link.kind == Kind.INVOICE else {},
    )
    _referring(asked, link).update(stale=True)
    _release_payments(asked, link)


def _release_payments(asked: Asked, link: Link) -> None:
    """What waited because an invoice was left out waits for the new one now, and then goes by itself."""
    if link.kind == Kind.INVOICE:
        paying = Allocation.objects.filter(invoice=link.record_id).values("payment_id")
        held = live_links(asked).filter(kind=int(Kind.PAYMENT), record_id__in=paying, held_for=INVOICE_LEFT_OUT)
        held.update(held_revision=None)


def _referring(asked: Asked, link: Link) -> QuerySet[Link]:
    """The live links whose entities refer to that of `link`."""
    live = live_links(asked).filter(entity_id__isnull=False)
    match Kind(link.kind):
        case Kind.CONTACT:
            invoices = Invoice.objects.filter(contact=link.record_id).values("id")
            payments = Payment.objects.filter(contact=link.record_id).values("id")
            return live.filter(
                Q(kind=int(Kind.INVOICE), record_id__in=invoices) | Q(kind=int(Kind.PAYMENT), record_id__in=payments)
            )
        case Kind.SERVICE:
            lines = InvoiceLine.objects.filter(service=link.record_id).values("invoice_id")
            return live.filter(kind=int(Kind.INVOICE), record_id__in=lines)
        case Kind.INVOICE:
            return live.filter(kind=int(Kind.PAYMENT), refers_to__contains=[link.record_id])
        case Kind.PAYMENT:
            return live.none()
