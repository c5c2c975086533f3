"""The only writer of workspaces and their company settings. People are in `memberships`, rates in
`tax_rates`."""

from dataclasses import asdict
from datetime import date

from django.db import transaction

from bluepro.common.clock import Clock
from bluepro.common.errors import FieldError, NotFound, Refused, refuse
from bluepro.workspaces import history
from bluepro.workspaces.models import Membership, Role, User, Workspace
from bluepro.workspaces.roles import Action, Actor, require
from bluepro.workspaces.rules import Company, check_company, check_email, clean_email, zone


@transaction.atomic
def create_workspace(name: str, owner_email: str, time_zone: str, *, clock: Clock, terms_days: int = 30) -> Workspace:
    """A new workspace with its Owner, who is created, without a password, if nobody has that e-mail yet.

    Raises Refused for a name that is taken (upper and lower case alike), an unknown time zone (IANA names),
    an address that is none.
    """
    company = Company(name=name, time_zone=time_zone, terms_days=terms_days).cleaned()
    email = clean_email(owner_email)
    errors = [*check_company(company), *check_email("owner", email), *_check_name_free(company.name)]
    if errors:
        raise Refused(errors)
    workspace = Workspace.objects.create(**asdict(company), created_at=clock.now())
    Membership.objects.create(
        workspace=workspace, user=ensure_user(email, clock=clock), role=Role.OWNER, created_at=clock.now()
    )
    return workspace


def ensure_user(email: str, *, clock: Clock) -> User:
    """The person with this (clean) address, created without a password where missing."""
    user = User.objects.filter(email=email).first()
    return user or User.objects.create_user(email, date_joined=clock.now())


@transaction.atomic
def update_company(actor: Actor, company: Company) -> Workspace:
    """Saves the company settings. A new time zone moves no date that is already stored."""
    require(actor, Action.EDIT_COMPANY)
    company = company.cleaned()
    workspace = _locked(actor)
    errors = [*check_company(company), *_check_name_free(company.name, but=workspace.pk)]
    if errors:
        raise Refused(errors)
    changed = [name for name, value in asdict(company).items() if getattr(workspace, name) != value]
    for name in changed:
        setattr(workspace, name, getattr(company, name))
    if changed:
        workspace.save(update_fields=changed)
    return workspace


@transaction.atomic
def set_books_locked_through(actor: Actor, day: date | None, *, clock: Clock) -> Workspace:
    """Locks the books up to and with `day` (None opens them). A future day is refused."""
    require(actor, Action.ANSWER_PROBLEMS)
    workspace = _locked(actor)
    today = clock.now().astimezone(zone(workspace.time_zone)).date()
    if day is not None and day > today:
        raise refuse("books_locked_through", "future", f"{day} is in the future; lock the books up to today at most.")
    if workspace.books_locked_through != day:
        _record_lock(actor, workspace, day, clock)
        workspace.books_locked_through = day
        workspace.save(update_fields=["books_locked_through"])
    return workspace


def _record_lock(actor: Actor, workspace: Workspace, day: date | None, clock: Clock) -> None:
    event = history.Event(
        kind="company",
        record_id=workspace.pk,
        label=workspace.name,
        action="books locked",
        old={"books_locked_through": workspace.books_locked_through},
        new={"books_locked_through": day},
    )
    history.record(actor, [event], at=clock.now())


def _locked(actor: Actor) -> Workspace:
    found = Workspace.objects.select_for_update(no_key=True).filter(pk=actor.workspace_id).first()
    if found is None:
        raise NotFound("This workspace no longer exists.")
    return found


def _check_name_free(name: str, but: int = 0) -> list[FieldError]:
    taken = Workspace.objects.filter(name__iexact=name).exclude(pk=but).exists()
    message = f"There is a workspace {name!r} already; choose another name."
    return [FieldError("name", "taken", message)] if taken else []
