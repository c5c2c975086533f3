"""Internal comments of the team on an invoice. They never leave BluePro: no push, no export."""

from django.db import transaction

from bluepro.common.clock import Clock
from bluepro.common.errors import NotFound, Refused, refuse
from bluepro.common.text import check_text, clean_text
from bluepro.invoicing.models import Invoice, InvoiceComment
from bluepro.workspaces.roles import Action, Actor, require

COMMENT_LENGTH = 10_000


@transaction.atomic
def add_comment(actor: Actor, invoice_id: int, text: str, *, clock: Clock) -> int:
    """Adds a comment and answers its id. Everyone who sees the workspace may comment."""
    require(actor, Action.SEE)
    text = clean_text(text)
    errors = list(check_text("text", text, limit=COMMENT_LENGTH, required=True, lines=True))
    if errors:
        raise Refused(errors)
    if not Invoice.objects.filter(workspace_id=actor.workspace_id, pk=invoice_id).exists():
        raise NotFound(f"There is no invoice {invoice_id} in this workspace.")
    comment = InvoiceComment.objects.create(
        invoice_id=invoice_id, author_id=actor.membership_id, text=text, at=clock.now()
    )
    return comment.pk


@transaction.atomic
def delete_comment(actor: Actor, comment_id: int) -> None:
    """Deletes a comment; other people's only where the actor may change all invoices."""
    require(actor, Action.SEE)
    found = InvoiceComment.objects.filter(invoice__workspace_id=actor.workspace_id, pk=comment_id).first()
    if found is None:
        raise NotFound(f"There is no comment {comment_id} in this workspace.")
    if found.author_id != actor.membership_id and not actor.may(Action.EDIT_INVOICES):
        raise refuse("comment", "not_own", "Only the one who wrote a comment, or the office, may delete it.")
    found.delete()
