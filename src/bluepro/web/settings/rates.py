"""Sales tax rates: add, rename, archive and use again. Invoices copied their percentages, so nothing moves."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from bluepro.common.errors import Refused
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.accounts.redirects import see_other
from bluepro.web.forms import attach
from bluepro.web.once import once
from bluepro.web.present import CLOCK
from bluepro.web.settings.forms import RateForm, RateNameForm
from bluepro.web.settings.tabs import shown
from bluepro.workspaces.models import TaxRate
from bluepro.workspaces.queries import all_tax_rates
from bluepro.workspaces.roles import Action
from bluepro.workspaces.tax_rates import save_tax_rate


@page(Action.EDIT_COMPANY)
def rates(request: WorkspaceRequest) -> HttpResponse:
    """All rates, archived ones too, and a form for a new one."""
    form = RateForm(request.POST or None)
    if form.is_valid():
        here = reverse("settings_rates", args=[request.workspace.pk])
        name, percent = form.cleaned_data["name"], form.cleaned_data["percent"]

        def add() -> str:
            made = save_tax_rate(request.actor, name, percent)
            messages.success(request, f"{made.name} is added.")
            return here

        if _saved(form, lambda: once(request, add, clock=CLOCK)):
            return see_other(here)
    context = {"form": form, "rates": all_tax_rates(request.workspace.pk)}
    return shown(request, "settings_rates", "rates", context, status=422 if form.errors else 200)


@page(Action.EDIT_COMPANY)
def rate(request: WorkspaceRequest, rate_id: int) -> HttpResponse:
    """Renames a rate."""
    found = _rate(request, rate_id)
    form = RateNameForm(request.POST or None, initial={"name": found.name})
    if form.is_valid():
        name = form.cleaned_data["name"]
        if _saved(
            form, lambda: save_tax_rate(request.actor, name, found.percent, rate_id=found.pk, active=found.active)
        ):
            messages.success(request, "The name is changed.")
            return see_other("settings_rates", request.workspace.pk)
    return shown(request, "settings_rates", "rate", {"form": form, "rate": found}, status=422 if form.errors else 200)


@require_POST
@page(Action.EDIT_COMPANY)
def rate_active(request: WorkspaceRequest, rate_id: int) -> HttpResponse:
    """Archives a rate, or offers it again."""
    found = _rate(request, rate_id)
    active = request.POST.get("active") == "yes"
    save_tax_rate(request.actor, found.name, found.percent, rate_id=found.pk, active=active)
    words = "is offered on invoices again" if active else "is archived; invoices that use it keep it"
    messages.success(request, f"{found.name} {words}.")
    return see_other("settings_rates", request.workspace.pk)


def _rate(request: WorkspaceRequest, rate_id: int) -> TaxRate:
    found = next((one for one in all_tax_rates(request.workspace.pk) if one.pk == rate_id), None)
    if found is None:
        raise Http404
    return found


def _saved(form: forms.Form, work: Callable[[], object]) -> bool:
    try:
        work()
    except Refused as refused:
        attach(form, refused)
        return False
    return True
