"""The first steps of a new company: what is done, and what this person may do next."""

from dataclasses import dataclass

from bluepro.catalogue.models import Service
from bluepro.contacts.models import Contact
from bluepro.invoicing.models import Invoice
from bluepro.workspaces.roles import Action, Actor


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its page by view name, and whether it is done or may be done by this person."""

    title: str
    text: str
    view: str
    done: bool
    may: bool


def first_steps(actor: Actor, *, connected: bool) -> list[Step]:
    """The four steps of a company that has no invoice yet; none for any other (at most three queries)."""
    here = actor.workspace_id
    if Invoice.objects.filter(workspace_id=here).exists():
        return []
    services = Service.objects.filter(workspace_id=here).exists()
    contacts = Contact.objects.filter(workspace_id=here).exists()
    return [
        _step(
            actor, "Add your services", "What you do and what it costs.", "services", services, Action.EDIT_CATALOGUE
        ),
        _step(actor, "Add a contact", "The first customer to bill.", "contacts", contacts, Action.EDIT_CONTACTS),
        _step(actor, "Make an invoice", "Lines, discount and sales tax.", "invoices", False, Action.EDIT_OWN_DRAFTS),
        _step(
            actor,
            "Connect QuickBooks",
            "Then everything issued here is in your books.",
            "quickbooks",
            connected,
            Action.CONFIGURE_SYNC,
        ),
    ]


def _step(actor: Actor, title: str, text: str, view: str, done: bool, action: Action) -> Step:
    return Step(title, text, view, done, actor.may(action))
