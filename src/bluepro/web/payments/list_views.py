"""The list of payments."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bluepro.payments.listing import SORTS, found_payments, methods_of
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.invoicing.in_books import is_connected
from bluepro.web.invoicing.paging import page_without_count
from bluepro.web.lists import asked, sort_links
from bluepro.workspaces.roles import Action

COLUMNS = {"date": "Date", "method": "Method", "amount": "Amount"}


@require_GET
@page()
def payments(request: WorkspaceRequest) -> HttpResponse:
    """Payments, found and sorted as the address says."""
    methods = methods_of(request.workspace.pk)
    contact = request.GET.get("contact", "")
    known = [contact] if contact.isascii() and contact.isdigit() and len(contact) < 19 else []
    wanted = asked(request, filters={"method": methods, "contact": known}, sorts=list(SORTS), default="-date")
    found = found_payments(
        request.workspace.pk,
        search=wanted.search,
        method=wanted.filters.get("method", ""),
        contact_id=int(wanted.filters.get("contact", "0")) or None,
        sort=wanted.sort,
    )
    context = {
        "page": page_without_count(found, wanted),
        "asked": wanted,
        "connected": is_connected(request.workspace.pk),
        "heads": {link["key"]: link for link in sort_links(wanted, COLUMNS)},
        "methods": methods,
        "narrowed": bool(wanted.search or wanted.filters),
        "may_record": request.actor.may(Action.ISSUE_OWN_INVOICES),
    }
    partial = request.htmx and not request.htmx.history_restore_request
    return render(request, "payments/parts/list.html" if partial else "payments/list.html", context)
