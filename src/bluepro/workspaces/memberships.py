"""The only writer of memberships: who belongs to a workspace, and with which role. There is always one
Owner."""

from django.db import transaction
from django.db.models import QuerySet

from bluepro.common.clock import Clock
from bluepro.common.errors import NotFound, Refused, refuse
from bluepro.workspaces.models import Membership, Role
from bluepro.workspaces.roles import Action, Actor, require
from bluepro.workspaces.rules import check_email, clean_email
from bluepro.workspaces.services import ensure_user


@transaction.atomic
def add_member(actor: Actor, email: str, role: Role, *, clock: Clock) -> Membership:
    """Gives a person a place in the workspace, or gives it back to one who was removed. Never makes an
    Owner."""
    require(actor, Action.EDIT_USERS)
    email = clean_email(email)
    errors = list(check_email("email", email))
    if errors:
        raise Refused(errors)
    _refuse_owner(role)
    user = ensure_user(email, clock=clock)
    member = _locked(actor).filter(user=user).first()
    if member is None:
        return Membership.objects.create(workspace_id=actor.workspace_id, user=user, role=role, created_at=clock.now())
    if member.active:
        raise refuse("email", "taken", f"{email} is a member of this workspace already.")
    return _save(member, role=role, active=True)


@transaction.atomic
def change_role(actor: Actor, membership_id: int, role: Role) -> Membership:
    """Gives a member another role. The Owner's changes only by `hand_over`."""
    require(actor, Action.EDIT_USERS)
    _refuse_owner(role)
    return _save(_member_but_owner(actor, membership_id), role=role, active=True)


@transaction.atomic
def remove_member(actor: Actor, membership_id: int) -> None:
    """Ends a membership. The row stays, inactive, since records name it as their maker."""
    require(actor, Action.EDIT_USERS)
    member = _member_but_owner(actor, membership_id)
    _save(member, role=Role(member.role), active=False)


@transaction.atomic
def hand_over(actor: Actor, membership_id: int) -> Membership:
    """Makes an active member the Owner; the Owner until now becomes an Admin."""
    require(actor, Action.OWN)
    heir = _active(actor, membership_id)
    if heir.role == Role.OWNER:
        return heir
    for owner in _locked(actor).filter(role=Role.OWNER):
        _save(owner, role=Role.ADMIN, active=True)
    return _save(heir, role=Role.OWNER, active=True)


def _locked(actor: Actor) -> QuerySet[Membership]:
    members = Membership.objects.filter(workspace_id=actor.workspace_id)
    return members.select_for_update(no_key=True).order_by("id")


def _active(actor: Actor, membership_id: int) -> Membership:
    member = _locked(actor).filter(pk=membership_id, active=True).first()
    if member is None:
        raise NotFound("There is no such active member in this workspace.")
    return member


def _member_but_owner(actor: Actor, membership_id: int) -> Membership:
    member = _active(actor, membership_id)
    if member.role == Role.OWNER:
        raise refuse("role", "owner", "Every workspace has one Owner; hand the ownership over first.")
    return member


def _refuse_owner(role: Role) -> None:
    if role == Role.OWNER:
        raise refuse("role", "owner", "A workspace has one Owner; the Owner hands the ownership over.")


def _save(member: Membership, *, role: Role, active: bool) -> Membership:
    member.role, member.active = role, active
    member.save(update_fields=["role", "active"])
    return member
