"""Invitations: a place in a workspace offered by e-mail, taken by an unguessable link. Works once, for 14 days.

The link's secret is a signature of the invitation's id with the deployment's key, so that the table holds nothing
that could be stolen from it, and the inviter can look the link up again. Sending mail is the caller's concern.
"""

from datetime import timedelta

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import QuerySet

from bluepro.common.clock import Clock
from bluepro.common.errors import NotFound, Refused, refuse
from bluepro.workspaces.models import Invitation, Membership, Role, User
from bluepro.workspaces.roles import ALLOWED, Action, Actor, require
from bluepro.workspaces.rules import check_email, clean_email

VALID_FOR = timedelta(days=14)
_SIGNER = "bluepro.invitation"


@transaction.atomic
def invite(actor: Actor, email: str, role: Role, *, clock: Clock) -> Invitation:
    """Offers a place; an offer to the same e-mail that is still open ends. Never offers ownership.

    Raises NotAllowed by role, and Refused for a bad address or for somebody who is a member already.
    """
    require(actor, Action.EDIT_USERS)
    email = clean_email(email)
    _check(actor, email, role)
    now = clock.now()
    _open().filter(workspace_id=actor.workspace_id, email=email).update(withdrawn_at=now)
    return Invitation.objects.create(
        workspace_id=actor.workspace_id,
        email=email,
        role=role,
        invited_by_id=actor.membership_id,
        invited_at=now,
        expires_at=now + VALID_FOR,
    )


def _check(actor: Actor, email: str, role: Role) -> None:
    errors = list(check_email("email", email))
    if errors:
        raise Refused(errors)
    if role == Role.OWNER:
        raise refuse("role", "owner", "A workspace has one Owner; the Owner hands the ownership over.")
    if Membership.objects.filter(workspace_id=actor.workspace_id, user__email=email, active=True).exists():
        raise refuse("email", "taken", f"{email} is a member of this workspace already.")


@transaction.atomic
def withdraw(actor: Actor, invitation_id: int, *, clock: Clock) -> None:
    """Ends an open invitation; its link no longer works. NotFound if it is not open (any more) in this workspace."""
    require(actor, Action.EDIT_USERS)
    found = _open().filter(workspace_id=actor.workspace_id, pk=invitation_id)
    if not found.update(withdrawn_at=clock.now()):
        raise NotFound("This invitation is no longer open.")


def open_invitations(workspace_id: int) -> list[Invitation]:
    """The workspace's invitations that were neither accepted nor withdrawn, expired ones too, the latest first."""
    return list(_open().filter(workspace_id=workspace_id).select_related("invited_by__user").order_by("-pk"))


def secret_of(invitation: Invitation) -> str:
    """The secret part of the invitation's link; safe in an address."""
    return Signer(salt=_SIGNER, sep=".").sign(str(invitation.pk))


def find(secret: str) -> Invitation:
    """The invitation of a link, whatever became of it; NotFound for a link that we did not make."""
    try:
        pk = int(Signer(salt=_SIGNER, sep=".").unsign(secret))
    except (BadSignature, ValueError):
        raise NotFound("There is no such invitation.") from None
    found = Invitation.objects.select_related("workspace", "invited_by__user").filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such invitation.")
    return found


def why_not(invitation: Invitation, *, clock: Clock) -> str:
    """Why the invitation cannot be accepted (any more), as a sentence; empty if it can."""
    inviter = invitation.invited_by
    if invitation.accepted_at is not None:
        return "This invitation was used already."
    if invitation.withdrawn_at is not None:
        return "This invitation was withdrawn."
    if invitation.expires_at <= clock.now():
        return "This invitation has expired."
    if not inviter.active or inviter.role not in ALLOWED[Action.EDIT_USERS]:
        return "The person who sent this invitation may no longer invite people."
    return ""


@transaction.atomic
def accept(user: User, secret: str, *, clock: Clock) -> Membership:
    """Takes the place offered. `user` must have the e-mail that was invited.

    Raises NotFound for a link that we did not make, Refused when it is used, withdrawn, expired or another person's.
    Somebody who is a member by now keeps the role he has.
    """
    invitation = _locked(find(secret))
    reason = why_not(invitation, clock=clock)
    if reason:
        raise refuse("invitation", "closed", f"{reason} Ask for a new one.")
    if user.email != invitation.email:
        raise refuse("invitation", "other_person", f"This invitation is for {invitation.email}, not {user.email}.")
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    return _join(user, invitation)


def _locked(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(no_key=True, of=("self",)).select_related("invited_by__user")
    return rows.get(pk=invitation.pk)


def _join(user: User, invitation: Invitation) -> Membership:
    assert invitation.accepted_at is not None, "the caller has just accepted it"
    member, created = Membership.objects.get_or_create(
        workspace_id=invitation.workspace_id,
        user=user,
        defaults={"role": invitation.role, "created_at": invitation.accepted_at},
    )
    if not created and not member.active:
        member.role, member.active = invitation.role, True
        member.save(update_fields=["role", "active"])
    return member


def _open() -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None)
