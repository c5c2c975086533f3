"""Who may open a page: resolves the workspace and the acting membership for every page of a workspace.

A workspace that is not theirs does not exist for people (404); an action beyond their role is refused with the reason
(403). What the page then does is checked again by the services.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from bluepro.common.errors import NotAllowed
from bluepro.workspaces.models import User, Workspace
from bluepro.workspaces.queries import actor_for
from bluepro.workspaces.roles import Action, Actor, a_role

P = ParamSpec("P")


class WorkspaceRequest(HttpRequest):
    """A request to a page of a workspace: who acts, and where."""

    actor: Actor
    workspace: Workspace
    htmx: Any  # Any: django-htmx's details, untyped


View = Callable[Concatenate[WorkspaceRequest, P], HttpResponse]


def page(action: Action = Action.SEE) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """For views of `/w/<workspace_id>/...`: signed in, a member, and allowed `action`."""

    def decorate(view: View[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: WorkspaceRequest, workspace_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            _enter(request, workspace_id)
            if not request.actor.may(action):
                return refused(request, f"{a_role(request.actor.role)} may not {action.value}.")
            return view(request, *args, **kwargs)

        guarded.action = action  # type: ignore[attr-defined]  # read by the test that walks all pages as every role
        return login_required(guarded)

    return decorate


def _enter(request: WorkspaceRequest, workspace_id: int) -> None:
    user = request.user
    workspace = Workspace.objects.filter(pk=workspace_id).first()
    if workspace is None or not isinstance(user, User):
        raise Http404
    try:
        request.actor = actor_for(user, workspace)
    except NotAllowed:
        raise Http404 from None
    request.workspace = workspace


def refused(request: HttpRequest, reason: str) -> HttpResponse:
    """The page that says why something is not allowed, and whom to ask."""
    return render(request, "refused.html", {"reason": reason}, status=403)
