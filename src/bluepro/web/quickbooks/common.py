"""What the pages about QuickBooks share: their frame with tabs, the connection at hand, errors in people's words."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from bluepro.common.errors import BlueProError, Refused
from bluepro.quickbooks.models import Connection, Problem
from bluepro.quickbooks.queries import active_or_none
from bluepro.web.access import WorkspaceRequest
from bluepro.web.quickbooks.words import for_pages

P = ParamSpec("P")

TABS = (
    ("quickbooks", "Overview"),
    ("quickbooks_mapping", "Settings"),
    ("quickbooks_problems", "Problems"),
    ("quickbooks_compare", "Compare"),
    ("quickbooks_help", "Help"),
)
CONNECTED_TABS = ("quickbooks_mapping", "quickbooks_compare")


def told(error: BlueProError) -> str:
    """The error in a person's words."""
    if isinstance(error, Refused):
        return " ".join(for_pages(one.message) for one in error.errors)
    return for_pages(str(error))


def show(
    request: WorkspaceRequest, template: str, values: dict[str, Any], *, status: int = 200
) -> HttpResponse:  # Any: values of a template
    """A page with the room's frame."""
    open_problems = Problem.objects.filter(
        connection__workspace=request.workspace.pk, closed_at=None, member=False
    ).count()
    here = request.resolver_match.view_name if request.resolver_match else ""
    is_connected = active_or_none(request.workspace.pk) is not None
    tabs = [
        {"address": reverse(name, args=[request.workspace.pk]), "name": label, "here": here == name, "view": name}
        for name, label in TABS
        if is_connected or name not in CONNECTED_TABS
    ]
    frame = {"tabs": tabs, "open_problems": open_problems}
    return render(request, template, {**frame, **values}, status=status)


def back(request: WorkspaceRequest, view: str = "quickbooks", fragment: str = "") -> HttpResponseRedirect:
    """To a page of this room, after a form was sent."""
    return HttpResponseRedirect(reverse(view, args=[request.workspace.pk]) + fragment, status=303)


ConnectedView = Callable[Concatenate[WorkspaceRequest, Connection, P], HttpResponse]


def connected(view: ConnectedView[P]) -> Callable[Concatenate[WorkspaceRequest, P], HttpResponse]:
    """For views that need a connection: without one, back to the overview, which offers to connect."""

    @wraps(view)
    def guarded(request: WorkspaceRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        connection = active_or_none(request.workspace.pk)
        if connection is None:
            messages.error(request, "QuickBooks is not connected.")
            return back(request)
        return view(request, connection, *args, **kwargs)

    return guarded


def home_of(workspace_id: int | None) -> HttpResponse:
    """The room's first page of a workspace, or the list of workspaces where none is known."""
    if workspace_id is None:
        return redirect("workspaces")
    return redirect("quickbooks", workspace_id)
