"""The form of a new and of an existing service: sent, or refused beside the fields."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from bluepro.catalogue.models import Service
from bluepro.catalogue.queries import service_data
from bluepro.catalogue.services import ServiceEdit, save_services
from bluepro.common.errors import Conflict, Refused
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.catalogue.forms import ServiceForm, data_of, initial_of
from bluepro.web.catalogue.views import found_or_404
from bluepro.web.forms import attach
from bluepro.web.once import once
from bluepro.web.present import CLOCK
from bluepro.workspaces.roles import Action


@require_http_methods(["GET", "POST"])
@page(Action.EDIT_CATALOGUE)
def new(request: WorkspaceRequest) -> HttpResponse:
    """A new service or product."""
    if request.method == "GET":
        return _page(request, None, ServiceForm())
    return _posted(request, None)


@require_http_methods(["GET", "POST"])
@page(Action.EDIT_CATALOGUE)
def edit(request: WorkspaceRequest, service_id: int) -> HttpResponse:
    """An existing one; invoices keep what they copied from it."""
    service = found_or_404(request, service_id)
    if request.method == "GET":
        data = service_data(request.workspace.pk, [service_id])[service_id]
        return _page(request, service, ServiceForm(initial=initial_of(data)))
    return _posted(request, service)


def _posted(request: WorkspaceRequest, service: Service | None) -> HttpResponse:
    form = ServiceForm(request.POST)
    if not form.is_valid():
        return _page(request, service, form, status=422)

    def work() -> str:
        version = _version(request) if service else None
        change = ServiceEdit(data_of(form.cleaned_data), id=service.pk if service else None, version=version)
        saved = save_services(request.actor, [change], clock=CLOCK)
        return reverse("service", args=[request.workspace.pk, saved.ids[0]])

    try:
        address = once(request, work, clock=CLOCK) if service is None else work()
    except Refused as error:
        attach(form, error)
        return _page(request, service, form, status=422)
    except Conflict:
        return _page(request, service, form, status=409)
    messages.success(request, f"{form.cleaned_data['name']} is saved.")
    return HttpResponseRedirect(address, status=303)


def _version(request: WorkspaceRequest) -> int:
    """The version that the form was made from; what is no number counts as an old one."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _page(request: WorkspaceRequest, service: Service | None, form: ServiceForm, *, status: int = 200) -> HttpResponse:
    version = request.POST.get("version", "") or (str(service.version) if service else "")
    context = {"service": service, "form": form, "version": version, "conflict": status == 409}
    return render(request, "catalogue/form.html", context, status=status)
