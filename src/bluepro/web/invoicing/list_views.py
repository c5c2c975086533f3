"""The list of invoices."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bluepro.common.errors import NotFound
from bluepro.contacts.queries import get_contact
from bluepro.invoicing.listing import SORTS, found_invoices, shown
from bluepro.invoicing.status import ShownStatus
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.invoicing.facts import TONES, today_of
from bluepro.web.invoicing.in_books import is_connected
from bluepro.web.invoicing.paging import page_without_count
from bluepro.web.lists import Asked, asked, sort_links
from bluepro.workspaces.roles import Action

COLUMNS = {"number": "Number", "date": "Issued on", "due": "Due", "total": "Total", "balance": "Balance"}


@require_GET
@page()
def invoices(request: WorkspaceRequest) -> HttpResponse:
    """Invoices, found and sorted as the address says."""
    contact = request.GET.get("contact", "")
    known = [contact] if contact.isascii() and contact.isdigit() and len(contact) < 19 else []
    filters = {"status": [str(status) for status in ShownStatus], "contact": known}
    wanted = asked(request, filters=filters, sorts=list(SORTS), default="-date")
    day = today_of(request)
    found = found_invoices(
        request.workspace.pk,
        today=day,
        search=wanted.search,
        status=wanted.filters.get("status", ""),
        contact_id=int(wanted.filters.get("contact", "0")) or None,
        sort=wanted.sort,
    )
    listed = page_without_count(found, wanted)
    context = {
        "page": listed,
        "asked": wanted,
        "connected": is_connected(request.workspace.pk),
        "rows": [(view, TONES[view.status]) for view in shown(list(listed.rows), day)],
        "heads": {link["key"]: link for link in sort_links(wanted, COLUMNS)},
        "statuses": list(ShownStatus),
        "customer": _customer(request, wanted),
        "narrowed": bool(wanted.search or wanted.filters),
        "may_write": request.actor.may(Action.EDIT_OWN_DRAFTS),
    }
    partial = request.htmx and not request.htmx.history_restore_request
    template = "invoicing/parts/list.html" if partial else "invoicing/list.html"
    return render(request, template, context)


def _customer(request: WorkspaceRequest, wanted: Asked) -> str:
    """The name of the customer whose invoices are listed, "" for everybody's."""
    if "contact" not in wanted.filters:
        return ""
    try:
        return get_contact(request.workspace.pk, int(wanted.filters["contact"])).display_name
    except NotFound:
        return "an unknown customer"
