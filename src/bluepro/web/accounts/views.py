"""Where a signed-in person begins: his only company, the list of his companies, or naming a new one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from bluepro.common.errors import Refused
from bluepro.web.accounts.forms import CompanyForm
from bluepro.web.accounts.redirects import see_other
from bluepro.web.forms import attach
from bluepro.web.once import once
from bluepro.web.present import CLOCK
from bluepro.workspaces.models import User
from bluepro.workspaces.queries import memberships_of
from bluepro.workspaces.services import create_workspace


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Leads on: to sign in, to name a company, to the only company, or to the list of companies."""
    user = request.user
    if not isinstance(user, User):
        return see_other("sign_in")
    found = memberships_of(user)
    if not found:
        return see_other("workspace_new")
    return see_other("home", found[0].workspace_id) if len(found) == 1 else see_other("workspaces")


@login_required
@require_GET
def workspaces(request: HttpRequest) -> HttpResponse:
    """The companies of this person, to switch between, and his account."""
    return render(request, "accounts/workspaces.html", {"memberships": memberships_of(_person(request))})


@login_required
@require_http_methods(["GET", "POST"])
def workspace_new(request: HttpRequest) -> HttpResponse:
    """Names a company; whoever names it is its Owner."""
    form = CompanyForm(request.POST or None)
    if form.is_valid():
        try:
            where = once(request, lambda: _create(request, form), clock=CLOCK)
        except Refused as refused:
            attach(form, refused)
        else:
            return see_other(where)
    context = {"form": form, "has_others": bool(memberships_of(_person(request)))}
    return render(request, "accounts/workspace_new.html", context, status=422 if form.errors else 200)


def _create(request: HttpRequest, form: CompanyForm) -> str:
    typed = form.cleaned_data
    workspace = create_workspace(typed["name"], _person(request).email, typed["time_zone"], clock=CLOCK)
    messages.success(request, f"{workspace.name} is ready.")
    return reverse("home", args=[workspace.pk])


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "a signed-in person is one of ours"
    return request.user
