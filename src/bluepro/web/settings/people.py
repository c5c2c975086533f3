"""People of the company: who is here as what, inviting, another role, removing, and handing over the ownership."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from bluepro.common.errors import NotFound, Refused
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.access import refused as refused_page
from bluepro.web.accounts.redirects import see_other
from bluepro.web.forms import attach
from bluepro.web.once import once
from bluepro.web.present import CLOCK
from bluepro.web.settings.forms import ROLES_HELP, InviteForm, RoleForm
from bluepro.web.settings.inviting import link_of, mail_invitation
from bluepro.web.settings.tabs import shown
from bluepro.workspaces import invitations, memberships
from bluepro.workspaces import queries as workspace_queries
from bluepro.workspaces.models import Invitation, Membership, Role
from bluepro.workspaces.roles import Action, a_role


@page()
def members(request: WorkspaceRequest) -> HttpResponse:
    """Everyone who belongs to the company; who may invite also sees open invitations and invites."""
    may_edit = request.actor.may(Action.EDIT_USERS)
    if request.method == "POST" and not may_edit:
        return refused_page(request, f"{a_role(request.actor.role)} may not {Action.EDIT_USERS.value}.")
    form = InviteForm(request.POST or None)
    if form.is_valid():
        try:
            return see_other(_invite(request, form))
        except Refused as refused:
            attach(form, refused)
    here = request.workspace.pk
    now = CLOCK.now()
    found = invitations.open_invitations(here) if may_edit else []
    context = {
        "form": form,
        "members": workspace_queries.members(here),
        "invitations": [(one, link_of(request, one), one.expires_at <= now) for one in found],
        "may_edit": may_edit,
        "roles": [(role.label, text) for role, text in ROLES_HELP.items()],
    }
    return shown(request, "settings_people", "people", context, status=422 if form.errors else 200)


def _invite(request: WorkspaceRequest, form: InviteForm) -> str:
    """Invites once; the mail goes out after the invitation is committed, and only for the first of two sends."""
    made = list[Invitation]()

    def work() -> str:
        role = Role(form.cleaned_data["role"])
        made.append(invitations.invite(request.actor, form.cleaned_data["email"], role, clock=CLOCK))
        return reverse("settings_people", args=[request.workspace.pk])

    where = once(request, work, clock=CLOCK)
    for invitation in made:
        mail_invitation(request, invitation)
    return where


@require_POST
@page(Action.EDIT_USERS)
def withdraw(request: WorkspaceRequest, invitation_id: int) -> HttpResponse:
    """Ends an invitation; its link no longer works."""
    try:
        invitations.withdraw(request.actor, invitation_id, clock=CLOCK)
    except NotFound:
        raise Http404 from None
    messages.success(request, "The invitation is withdrawn; its link no longer works.")
    return see_other("settings_people", request.workspace.pk)


@page(Action.EDIT_USERS)
def person(request: WorkspaceRequest, membership_id: int) -> HttpResponse:
    """One member: another role, and below it removing and handing over, with what they mean."""
    member = _member(request, membership_id)
    form = RoleForm(request.POST or None, initial={"role": member.role})
    if form.is_valid():
        try:
            memberships.change_role(request.actor, member.pk, Role(form.cleaned_data["role"]))
        except Refused as refused:
            attach(form, refused)
        else:
            messages.success(request, f"{member.user.email} is {Role(form.cleaned_data['role']).label} now.")
            return see_other("settings_people", request.workspace.pk)
    return _person_shown(request, member, form)


@require_POST
@page(Action.EDIT_USERS)
def remove(request: WorkspaceRequest, membership_id: int) -> HttpResponse:
    """Ends a membership."""
    member = _member(request, membership_id)
    try:
        memberships.remove_member(request.actor, member.pk)
    except Refused as refused:
        return _person_shown(request, member, RoleForm(initial={"role": member.role}), refused)
    messages.success(request, f"{member.user.email} no longer belongs to {request.workspace.name}.")
    if member.pk == request.actor.membership_id:
        return see_other("start")
    return see_other("settings_people", request.workspace.pk)


@require_POST
@page(Action.OWN)
def hand_over(request: WorkspaceRequest, membership_id: int) -> HttpResponse:
    """Makes another member the Owner."""
    member = _member(request, membership_id)
    memberships.hand_over(request.actor, member.pk)
    messages.success(request, f"{member.user.email} is the Owner now.")
    return see_other("settings_people", request.workspace.pk)


def _member(request: WorkspaceRequest, membership_id: int) -> Membership:
    found = (one for one in workspace_queries.members(request.workspace.pk) if one.pk == membership_id)
    member = next(found, None)
    if member is None:
        raise Http404
    return member


def _person_shown(
    request: WorkspaceRequest, member: Membership, form: RoleForm, refused: Refused | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "member": member,
        "is_owner": member.role == Role.OWNER,
        "is_self": member.pk == request.actor.membership_id,
        "may_hand_over": request.actor.may(Action.OWN) and member.role != Role.OWNER,
        "refused": refused.errors[0].message if refused else "",
        "roles": [(role.label, text) for role, text in ROLES_HELP.items()],
    }
    return shown(request, "settings_people", "person", context, status=422 if form.errors or refused else 200)
