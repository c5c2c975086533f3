"""What a person does about problems: see the open ones, dismiss one with a reason, have its record tried again.

Problems are opened and closed by the engine; here they are only answered.
"""

from django.db import transaction

from bluepro.common.clock import Clock
from bluepro.common.errors import NotFound, refuse
from bluepro.quickbooks.answers import forget_last_push
from bluepro.quickbooks.connect.lifecycle import wake
from bluepro.quickbooks.models import Change, Connection, Problem
from bluepro.workspaces.roles import Action, Actor, require

REASON_LENGTH = 500


def open_problems(actor: Actor) -> list[Problem]:
    """The open problems of the workspace's connections, oldest first."""
    require(actor, Action.SEE)
    found = Problem.objects.filter(connection__workspace_id=actor.workspace_id, closed_at=None)
    return list(found.order_by("opened_at", "id"))


def dismiss(actor: Actor, problem_id: int, reason: str, *, clock: Clock) -> None:
    """Closes a problem unsolved: its record stays as it is in QuickBooks until it changes again or is retried.

    Raises Refused without a reason, NotFound for one that is not open here.
    """
    require(actor, Action.ANSWER_PROBLEMS)
    reason = reason.strip()
    if not 1 <= len(reason) <= REASON_LENGTH:
        raise refuse("reason", "required", f"Say why, in 1 to {REASON_LENGTH} characters.")
    mine = Problem.objects.filter(pk=problem_id, connection__workspace_id=actor.workspace_id, closed_at=None)
    closed = Problem.objects.filter(pk__in=mine.values("pk"))
    if not closed.update(closed_at=clock.now(), closed_by=actor.email, close_reason=reason):
        raise _not_open(problem_id)


@transaction.atomic
def retry(actor: Actor, problem_id: int) -> None:
    """Has the problem's record (or, for a problem of the connection, everything) tried again at once.

    The problem closes when that succeeds. Raises NotFound for one that is not open here.
    """
    require(actor, Action.PRESS_SYNC)
    mine = Problem.objects.select_related("connection").filter(connection__workspace_id=actor.workspace_id)
    problem = mine.filter(pk=problem_id, closed_at=None).first()
    if problem is None:
        raise _not_open(problem_id)
    if problem.record_id is None or problem.kind is None:
        Connection.objects.filter(pk=problem.connection_id).update(paused_until=None)
    else:
        _retry_record(problem.kind, problem.record_id, problem)
    wake(actor.workspace_id)


def _retry_record(kind: int, record_id: int, problem: Problem) -> None:
    """Forgets what was sent last, so that figures that differ are compared anew and not just closed."""
    connection = problem.connection
    if forget_last_push(connection.workspace_id, connection.realm_id, kind, record_id):
        return
    record = {"workspace_id": connection.workspace_id, "kind": kind, "record_id": record_id}
    Change.objects.filter(dirty=False, **record).update(dirty=True)


def _not_open(problem_id: int) -> NotFound:
    return NotFound(f"There is no open problem {problem_id} in this workspace. See them with: bluepro problems")
