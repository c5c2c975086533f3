"""Reads of the tenant: which workspace is meant, who acts in it, what day it is there, what happened to a
record."""

from datetime import date

from bluepro.common.clock import Clock
from bluepro.common.errors import FieldError, NotAllowed, NotFound
from bluepro.workspaces.models import HistoryEntry, Membership, Role, TaxRate, User, Workspace
from bluepro.workspaces.roles import Actor
from bluepro.workspaces.rules import zone


def find_workspace(name: str | None = None) -> Workspace:
    """The workspace of that name (upper and lower case alike), or the only one there is when no name is
    given.

    Raises NotFound, listing the names to choose from.
    """
    if name is not None:
        found = Workspace.objects.filter(name__iexact=name.strip()).first()
        if found is None:
            raise NotFound(f"There is no workspace {name!r}. {_choice()}")
        return found
    first_two = list(Workspace.objects.order_by("id")[:2])
    if not first_two:
        raise NotFound("There is no workspace yet; make one with: bluepro workspace create")
    if len(first_two) > 1:
        raise NotFound(f"There are several workspaces; name one with --workspace. {_choice()}")
    return first_two[0]


def _choice() -> str:
    names = list(Workspace.objects.order_by("name").values_list("name", flat=True)[:21])
    listed = ", ".join(repr(name) for name in names[:20])
    return f"There are: {listed}{', ...' if len(names) > 20 else ''}." if names else "There is none yet."


def owner_actor(workspace: Workspace, by_command: bool = True) -> Actor:
    """The workspace's Owner as the one who acts; commands act so, and are marked in the history."""
    member = Membership.objects.select_related("user").get(workspace=workspace, role=Role.OWNER)
    return _actor(member, by_command)


def actor_for(user: User, workspace: Workspace) -> Actor:
    """The acting membership of a person; NotAllowed if he has no active one here."""
    member = Membership.objects.select_related("user").filter(workspace=workspace, user=user, active=True).first()
    if member is None or not user.is_active:
        message = f"{user.email} is not a member of {workspace.name}."
        raise NotAllowed([FieldError("role", "not_member", message)])
    return _actor(member, by_command=False)


def _actor(member: Membership, by_command: bool) -> Actor:
    return Actor(
        workspace_id=member.workspace_id,
        membership_id=member.pk,
        role=Role(member.role),
        email=member.user.email,
        by_command=by_command,
    )


def today(workspace: Workspace, clock: Clock) -> date:
    """The calendar date in the workspace's time zone."""
    return clock.now().astimezone(zone(workspace.time_zone)).date()


def members(workspace_id: int) -> list[Membership]:
    """The active memberships with their people, the Owner first, then by e-mail."""
    found = Membership.objects.select_related("user").filter(workspace_id=workspace_id, active=True)
    return sorted(found, key=lambda member: (member.role != Role.OWNER, member.user.email))


def memberships_of(user: User) -> list[Membership]:
    """The active memberships of a person with their workspaces, by the workspaces' names (one query)."""
    found = Membership.objects.select_related("workspace").filter(user=user, active=True)
    return list(found.order_by("workspace__name"))


def tax_rates(workspace_id: int) -> list[TaxRate]:
    """The active rates, lowest percentage first."""
    return list(TaxRate.objects.filter(workspace_id=workspace_id, active=True).order_by("percent", "name"))


def all_tax_rates(workspace_id: int) -> list[TaxRate]:
    """The rates, archived ones last, else lowest percentage first."""
    return list(TaxRate.objects.filter(workspace_id=workspace_id).order_by("-active", "percent", "name"))


def history_of(workspace_id: int, kind: str, record_id: int, *, limit: int = 100) -> list[HistoryEntry]:
    """What happened to one record, the latest first; `kind` as written by the rooms ("invoice",
    "payment")."""
    entries = HistoryEntry.objects.filter(workspace_id=workspace_id, kind=kind, record_id=record_id)
    return list(entries.order_by("-id")[:limit])


def recent_history(workspace_id: int, *, limit: int = 10) -> list[HistoryEntry]:
    """What happened in the workspace lately, the latest first (one query, by an index)."""
    return list(HistoryEntry.objects.filter(workspace_id=workspace_id).order_by("-id")[:limit])
