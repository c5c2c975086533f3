"""The page that an invitation's link opens: who invites whom to what, and a button to accept."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from bluepro.common.errors import NotFound, Refused
from bluepro.web.accounts.redirects import see_other
from bluepro.web.present import CLOCK
from bluepro.workspaces import invitations
from bluepro.workspaces.models import Invitation, User


@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Shows the invitation; a signed-in person with the invited e-mail accepts it by POST."""
    try:
        found = invitations.find(secret)
    except NotFound:
        raise Http404 from None
    if request.method == "POST" and isinstance(request.user, User):
        return _accept(request, request.user, found, secret)
    return _shown(request, found, invitations.why_not(found, clock=CLOCK))


def _accept(request: HttpRequest, user: User, found: Invitation, secret: str) -> HttpResponse:
    try:
        member = invitations.accept(user, secret, clock=CLOCK)
    except Refused as refused:
        return _shown(request, found, refused.errors[0].message, status=422)
    messages.success(request, f"Welcome to {found.workspace.name}.")
    return see_other("home", member.workspace_id)


def _shown(request: HttpRequest, found: Invitation, reason: str, status: int = 200) -> HttpResponse:
    person = request.user
    context = {
        "invitation": found,
        "reason": reason,
        "inviter": found.invited_by.user.name or found.invited_by.user.email,
        "is_other": isinstance(person, User) and person.email != found.email,
    }
    return render(request, "accounts/invitation.html", context, status=status)
