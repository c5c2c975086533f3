"""The settings at a glance, the company, and the day through which the books are locked."""

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpResponse

from bluepro.common.errors import Refused
from bluepro.common.words import day_in_words
from bluepro.quickbooks.connect.members import lock_books
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.accounts.redirects import see_other
from bluepro.web.accounts.zones import UNITED_STATES
from bluepro.web.forms import attach
from bluepro.web.present import CLOCK
from bluepro.web.settings.forms import BooksForm, CompanyForm
from bluepro.web.settings.tabs import shown
from bluepro.workspaces import services
from bluepro.workspaces.models import Workspace
from bluepro.workspaces.queries import members, tax_rates
from bluepro.workspaces.roles import Action
from bluepro.workspaces.rules import Company


@page()
def overview(request: WorkspaceRequest) -> HttpResponse:
    """What is set, for everyone; who may change something has a tab for it."""
    here = request.workspace.pk
    context = {
        "rates": tax_rates(here),
        "time_zone": dict(UNITED_STATES).get(request.workspace.time_zone, request.workspace.time_zone),
        "people": len(members(here)),
        "may_edit": request.actor.may(Action.EDIT_COMPANY),
        "may_lock": request.actor.may(Action.ANSWER_PROBLEMS),
    }
    return shown(request, "settings", "overview", context)


@page(Action.EDIT_COMPANY)
def company(request: WorkspaceRequest) -> HttpResponse:
    """Name, address, time zone and terms."""
    present = request.workspace.time_zone
    form = CompanyForm(request.POST or None, initial=asdict(_stored(request.workspace)), present_zone=present)
    if form.is_valid():
        try:
            services.update_company(request.actor, Company(**form.cleaned_data))
        except Refused as refused:
            attach(form, refused)
        else:
            messages.success(request, "The company settings are saved.")
            return see_other("settings_company", request.workspace.pk)
    return shown(request, "settings_company", "company", {"form": form}, status=422 if form.errors else 200)


def _stored(workspace: Workspace) -> Company:
    return Company(**{name: getattr(workspace, name) for name in Company.__dataclass_fields__})


@page(Action.ANSWER_PROBLEMS)
def books(request: WorkspaceRequest) -> HttpResponse:
    """Locks the books through a day, or opens them."""
    form = BooksForm(request.POST or None, initial={"day": request.workspace.books_locked_through})
    if request.method == "POST" and form.is_valid():
        try:
            lock_books(request.actor, form.cleaned_data["day"], clock=CLOCK)
        except Refused as refused:
            attach(form, refused, {"books_locked_through": "day"})
        else:
            day = form.cleaned_data["day"]
            messages.success(request, f"The books are locked through {day_in_words(day)}." if day else OPEN)
            return see_other("settings_books", request.workspace.pk)
    return shown(request, "settings_books", "books", {"form": form}, status=422 if form.errors else 200)


OPEN = "The books are open."
