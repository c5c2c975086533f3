"""What a person does about problems: see the open ones, dismiss one with a reason, have its record tried again.

Problems are opened and closed by the engine; here they are only answered.
"""

from django.db import transaction
from django.db.models import Q

from bluepro.common.clock import Clock
from bluepro.common.errors import NotFound, Refused, refuse
from bluepro.common.text import check_text, clean_text
from bluepro.quickbooks.again import forget_last_push
from bluepro.quickbooks.connect.lifecycle import wake
from bluepro.quickbooks.connect.members import release_members
from bluepro.quickbooks.judge import AMOUNT_DIFFERS, TAX_NOT_CHARGED
from bluepro.quickbooks.models import Change, Connection, Link, Problem
from bluepro.quickbooks.together import is_together
from bluepro.workspaces.roles import Action, Actor, require

REASON_LENGTH = 500


def open_problems(actor: Actor) -> list[Problem]:
    """The open problems of the workspace's connections, oldest first; of many that are asked about once, just one."""
    require(actor, Action.SEE)
    found = Problem.objects.filter(connection__workspace_id=actor.workspace_id, closed_at=None, member=False)
    return list(found.order_by("opened_at", "id"))


def dismiss(actor: Actor, problem_id: int, reason: str, *, clock: Clock) -> None:
    """Closes a problem unsolved: its record stays as it is in QuickBooks until it changes again or is retried.

    Figures that differ are accepted by this: the payments that waited behind the invoice go on.

    Raises Refused without a reason, NotFound for one that is not open here.
    """
    require(actor, Action.ANSWER_PROBLEMS)
    reason = clean_text(reason)
    if not 1 <= len(reason) <= REASON_LENGTH:
        raise refuse("reason", "required", f"Say why, in 1 to {REASON_LENGTH} characters.")
    errors = list(check_text("reason", reason, required=True, lines=True))
    if errors:
        raise Refused(errors)
    with transaction.atomic():
        problem = _open_problem(actor, problem_id)
        together = Q(connection=problem.connection_id, cause=problem.cause, member=True, closed_at=None)
        closing = Q(pk=problem.pk) | together if problem.kind is None else Q(pk=problem.pk)
        Problem.objects.filter(closing).update(closed_at=clock.now(), closed_by=actor.email, close_reason=reason)
        is_of_figures = problem.cause in (AMOUNT_DIFFERS, TAX_NOT_CHARGED)
        if is_of_figures and problem.kind is not None and problem.record_id is not None:
            _accept_figures(problem.connection, problem.kind, problem.record_id)


def _accept_figures(connection: Connection, kind: int, record_id: int) -> None:
    """The record no longer waits; the engine finds it sent as it is, and what waits for it goes on."""
    links = Link.objects.filter(realm_id=connection.realm_id, kind=kind, record_id=record_id, removed_at=None)
    links.update(held_revision=None)
    wake(connection.workspace_id)


def _open_problem(actor: Actor, problem_id: int) -> Problem:
    mine = Problem.objects.select_for_update(of=("self",)).select_related("connection")
    found = mine.filter(pk=problem_id, connection__workspace_id=actor.workspace_id, closed_at=None).first()
    if found is None:
        raise _not_open(problem_id)
    return found


@transaction.atomic
def retry(actor: Actor, problem_id: int) -> None:
    """Has the problem's record (or, for a problem of the connection, everything) tried again at once.

    The problem closes when that succeeds. Raises NotFound for one that is not open here.
    """
    require(actor, Action.PRESS_SYNC)
    problem = _open_problem(actor, problem_id)
    if problem.record_id is None or problem.kind is None:
        _retry_all(problem)
    else:
        _retry_record(problem.kind, problem.record_id, problem)
    wake(actor.workspace_id)


def _retry_all(problem: Problem) -> None:
    """What many wait for lets them be looked at anew; a pause that QuickBooks asked for is not ended by that."""
    if is_together(problem.cause):
        release_members(problem.connection_id, problem.cause)
    else:
        Connection.objects.filter(pk=problem.connection_id).update(paused_until=None)


def _retry_record(kind: int, record_id: int, problem: Problem) -> None:
    """Forgets what was sent last, so that figures that differ are compared anew and not just closed."""
    connection = problem.connection
    if forget_last_push(connection.workspace_id, connection.realm_id, kind, record_id):
        return
    record = {"workspace_id": connection.workspace_id, "kind": kind, "record_id": record_id}
    Change.objects.filter(dirty=False, **record).update(dirty=True)


def _not_open(problem_id: int) -> NotFound:
    return NotFound(f"There is no open problem {problem_id} in this workspace. See them with: bluepro problems")
