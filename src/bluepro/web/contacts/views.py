"""Contacts: the list, one contact with its invoices, archiving and deleting. The form is in `editing`."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluepro.common.errors import NotFound, Refused
from bluepro.contacts.models import Contact, ContactKind
from bluepro.contacts.queries import SORTS, any_contacts, found_contacts, get_contact
from bluepro.contacts.services import archive_contacts, delete_contact, unarchive_contacts
from bluepro.invoicing.queries import list_invoices
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.contacts.figures import owed_by
from bluepro.web.invoicing.facts import TONES
from bluepro.web.lists import asked, page_of, sort_links
from bluepro.web.present import CLOCK
from bluepro.workspaces.queries import today
from bluepro.workspaces.roles import Action

COLUMNS = {"name": "Name", "added": "Added"}
LAST = 10


@require_GET
@page(Action.SEE)
def contacts(request: WorkspaceRequest) -> HttpResponse:
    """The list, found and sorted as the address says; htmx gets the rows alone."""
    filters = {"kind": list(ContactKind.values), "archived": ["yes"]}
    wanted = asked(request, filters=filters, sorts=SORTS, default="name")
    archived = wanted.filters.get("archived") == "yes"
    found = found_contacts(
        request.workspace.pk,
        search=wanted.search,
        archived=archived,
        kind=wanted.filters.get("kind", ""),
        sort=wanted.sort,
    )
    listed = page_of(found, wanted)
    totals = request.actor.may(Action.SEE_TOTALS)
    owed = owed_by(request.workspace.pk, [row.pk for row in listed.rows]) if totals else {}
    context = {
        "page": listed,
        "asked": wanted,
        "rows": [(row, owed.get(row.pk)) for row in listed.rows],
        "heads": {link["key"]: link for link in sort_links(wanted, COLUMNS)},
        "kinds": ContactKind.choices,
        "archived": archived,
        "narrowed": bool(wanted.search or wanted.filters),
        "none_at_all": not listed.rows and not any_contacts(request.workspace.pk),
        "totals": totals,
        "may_edit": request.actor.may(Action.EDIT_CONTACTS),
        "may_import": request.actor.may(Action.IMPORT),
    }
    template = "contacts/rows.html" if request.htmx else "contacts/list.html"
    return render(request, template, context)


def found_or_404(request: WorkspaceRequest, contact_id: int) -> Contact:
    """The contact with all its parts."""
    try:
        return get_contact(request.workspace.pk, contact_id)
    except NotFound:
        raise Http404 from None


@require_GET
@page(Action.SEE)
def contact(request: WorkspaceRequest, contact_id: int) -> HttpResponse:
    """One contact: facts, the latest invoices, what is owed, and how it stands towards QuickBooks."""
    found = found_or_404(request, contact_id)
    day = today(request.workspace, CLOCK)
    invoices = list_invoices(request.workspace.pk, today=day, contact_id=contact_id, limit=LAST + 1)
    context = {
        "contact": found,
        "invoices": [(one, TONES[one.status]) for one in invoices[:LAST]],
        "more": len(invoices) > LAST,
        "owed": owed_by(request.workspace.pk, [contact_id]).get(contact_id),
        "totals": request.actor.may(Action.SEE_TOTALS),
        "may_edit": request.actor.may(Action.EDIT_CONTACTS),
        "may_invoice": request.actor.may(Action.EDIT_OWN_DRAFTS),
    }
    return render(request, "contacts/detail.html", context)


@require_POST
@page(Action.EDIT_CONTACTS)
def archive(request: WorkspaceRequest, contact_id: int) -> HttpResponse:
    """Hides the contact from choice, or brings it back (`back` in the form)."""
    found = found_or_404(request, contact_id)
    if "back" in request.POST:
        unarchive_contacts(request.actor, [contact_id], clock=CLOCK)
        messages.success(request, f"{found.display_name} is back among your contacts.")
    else:
        archive_contacts(request.actor, [contact_id], clock=CLOCK)
        messages.success(request, f"{found.display_name} is archived. It stays as it is in QuickBooks.")
    return HttpResponseRedirect(reverse("contact", args=[request.workspace.pk, contact_id]), status=303)


@require_http_methods(["GET", "POST"])
@page(Action.EDIT_CONTACTS)
def delete(request: WorkspaceRequest, contact_id: int) -> HttpResponse:
    """Asks first; a contact with invoices or payments can only be archived."""
    found = found_or_404(request, contact_id)
    if request.method == "GET":
        return render(request, "contacts/delete.html", {"contact": found})
    try:
        delete_contact(request.actor, contact_id)
    except Refused as error:
        return render(request, "contacts/delete.html", {"contact": found, "refused": error.errors}, status=422)
    messages.success(request, f"{found.display_name} is deleted. It stays in QuickBooks if it was sent there.")
    answer = redirect("contacts", request.workspace.pk)
    answer.status_code = 303
    return answer
