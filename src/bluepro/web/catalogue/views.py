"""Services and products: the list, one with its use, the form, archiving and deleting."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluepro.catalogue.models import Service, ServiceKind
from bluepro.catalogue.queries import SORTS, any_services, found_services, get_service
from bluepro.catalogue.services import archive_services, delete_service, unarchive_services
from bluepro.common.errors import NotFound, Refused
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.catalogue.use import use_of
from bluepro.web.lists import asked, page_of, sort_links
from bluepro.web.present import CLOCK
from bluepro.workspaces.roles import Action

COLUMNS = {"name": "Name", "sku": "SKU", "price": "Price"}


@require_GET
@page(Action.SEE)
def services(request: WorkspaceRequest) -> HttpResponse:
    """The list, found and sorted as the address says; htmx gets the rows alone."""
    filters = {"kind": list(ServiceKind.values), "archived": ["yes"]}
    wanted = asked(request, filters=filters, sorts=SORTS, default="name")
    archived = wanted.filters.get("archived") == "yes"
    found = found_services(
        request.workspace.pk,
        search=wanted.search,
        archived=archived,
        kind=wanted.filters.get("kind", ""),
        sort=wanted.sort,
    )
    listed = page_of(found, wanted)
    context = {
        "page": listed,
        "asked": wanted,
        "heads": {link["key"]: link for link in sort_links(wanted, COLUMNS)},
        "kinds": ServiceKind.choices,
        "archived": archived,
        "none_at_all": not listed.rows and not any_services(request.workspace.pk),
        "may_edit": request.actor.may(Action.EDIT_CATALOGUE),
    }
    template = "catalogue/rows.html" if request.htmx else "catalogue/list.html"
    return render(request, template, context)


def found_or_404(request: WorkspaceRequest, service_id: int) -> Service:
    """The service, if it is one of this workspace."""
    try:
        return get_service(request.workspace.pk, service_id)
    except NotFound:
        raise Http404 from None


@require_GET
@page(Action.SEE)
def service(request: WorkspaceRequest, service_id: int) -> HttpResponse:
    """One service: facts, where it is used, and how it stands towards QuickBooks."""
    context = {
        "service": found_or_404(request, service_id),
        "use": use_of(request.workspace.pk, service_id),
        "totals": request.actor.may(Action.SEE_TOTALS),
        "may_edit": request.actor.may(Action.EDIT_CATALOGUE),
    }
    return render(request, "catalogue/detail.html", context)


@require_POST
@page(Action.EDIT_CATALOGUE)
def archive(request: WorkspaceRequest, service_id: int) -> HttpResponse:
    """Hides the service from choice, or brings it back (`back` in the form)."""
    found = found_or_404(request, service_id)
    if "back" in request.POST:
        unarchive_services(request.actor, [service_id], clock=CLOCK)
        messages.success(request, f"{found.name} can be chosen again.")
    else:
        archive_services(request.actor, [service_id], clock=CLOCK)
        messages.success(request, f"{found.name} is archived. It stays as it is on invoices and in QuickBooks.")
    return HttpResponseRedirect(reverse("service", args=[request.workspace.pk, service_id]), status=303)


@require_http_methods(["GET", "POST"])
@page(Action.EDIT_CATALOGUE)
def delete(request: WorkspaceRequest, service_id: int) -> HttpResponse:
    """Asks first; a service on invoices can only be archived."""
    found = found_or_404(request, service_id)
    if request.method == "GET":
        return render(request, "catalogue/delete.html", {"service": found})
    try:
        delete_service(request.actor, service_id)
    except Refused as error:
        return render(request, "catalogue/delete.html", {"service": found, "refused": error.errors}, status=422)
    messages.success(request, f"{found.name} is deleted. It stays in QuickBooks if it was sent there.")
    answer = redirect("services", request.workspace.pk)
    answer.status_code = 303
    return answer
