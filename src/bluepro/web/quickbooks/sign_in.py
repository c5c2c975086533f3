"""Connect: off to Intuit, and back with the answer. The way back always ends with a redirect, whatever happened.

What makes an answer good is decided by `connect.sign_in`; here it only finds whose it is.
"""

from hashlib import sha256

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bluepro.common.errors import BlueProError, NotAllowed
from bluepro.quickbooks.connect import sign_in
from bluepro.quickbooks.queries import sign_in_workspace
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.present import CLOCK, IDS
from bluepro.web.quickbooks.common import back, home_of, told
from bluepro.web.quickbooks.place import deployment_for
from bluepro.workspaces.models import User, Workspace
from bluepro.workspaces.queries import actor_for
from bluepro.workspaces.roles import Action, Actor

JUST_CONNECTED = "?connected=1"  # then the settings begin as enabled


@require_POST
@page(Action.CONFIGURE_SYNC)
def connect(request: WorkspaceRequest) -> HttpResponse:
    """Begins a sign-in and goes to Intuit's page."""
    try:
        begun = sign_in.begin(request.actor, deployment_for(request), clock=CLOCK, ids=IDS)
    except BlueProError as error:
        messages.error(request, told(error))
        return back(request)
    return HttpResponseRedirect(begun.address, status=303)


@require_GET
@login_required
def callback(request: HttpRequest) -> HttpResponse:
    """Where Intuit sends the person back to: `state` and `code` with `realmId`, or `error` {F2.3-6, F2.3-7}."""
    answer = sign_in.answer_of(request.GET.dict())
    workspace_id = sign_in_workspace(sha256(answer.state.encode()).hexdigest())
    actor = _actor(request, workspace_id)
    if actor is None:
        messages.error(request, "This answer does not belong to a sign-in that began here, or it was used already.")
        return home_of(None)
    try:
        connection = sign_in.finish(actor, answer, deployment_for(request), clock=CLOCK, ids=IDS)
    except BlueProError as error:
        messages.error(request, told(error))
    else:
        messages.success(request, f"Connected to {connection.company_name}.")
        if not connection.enabled:
            return redirect(reverse("quickbooks_mapping", args=[connection.workspace_id]) + JUST_CONNECTED)
    return home_of(workspace_id)


def _actor(request: HttpRequest, workspace_id: int | None) -> Actor | None:
    """Who acts, if the sign-in was begun in a workspace of theirs: what is not does not exist for them."""
    workspace = Workspace.objects.filter(pk=workspace_id or 0).first()
    user = request.user
    if workspace is None or not isinstance(user, User):
        return None
    try:
        return actor_for(user, workspace)
    except NotAllowed:
        return None
