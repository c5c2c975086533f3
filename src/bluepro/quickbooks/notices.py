"""Whom to tell what by e-mail, once: the connection is lost or sending pauses (at once), problems are open (daily).

A notice is written down before it is sent, one row per person, so that no event is told twice and none is forgotten.
Words and sending are the business of whoever takes them; what is settled meanwhile is told to nobody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection as database
from django.db import transaction

from bluepro.quickbooks.connect.tokens import RECONNECT
from bluepro.quickbooks.models import ConnectionState, Notice, Problem
from bluepro.quickbooks.rulings import RULINGS, Family
from bluepro.quickbooks.together import BRAKE
from bluepro.workspaces.roles import ALLOWED, Action

AT_ONCE = frozenset({rule.cause for rule in RULINGS.values() if rule.family is Family.RECONNECT} | {RECONNECT, BRAKE})
SENDING = timedelta(
    minutes=5
)  # longer than one mail can take; a worker that died meanwhile is not waited for any longer
WORTH = timedelta(days=2)  # older news is told to nobody
FIRST_AGAIN, SLOWEST = timedelta(seconds=10), timedelta(hours=1)

_PEOPLE = """
  JOIN workspaces_membership member
    ON member.workspace_id = connection.workspace_id AND member.active AND member.role = ANY(%(roles)s)
  JOIN workspaces_user person ON person.id = member.user_id AND person.is_active
"""
_FIND = f"""
INSERT INTO quickbooks_notice (connection_id, problem_id, email, made_at, attempts)
SELECT problem.connection_id, problem.id, person.email, %(now)s, 0
  FROM quickbooks_problem problem
  JOIN quickbooks_connection connection ON connection.id = problem.connection_id
{_PEOPLE}
 WHERE problem.closed_at IS NULL AND problem.kind IS NULL AND problem.cause = ANY(%(causes)s)
   AND problem.opened_at > %(since)s
   AND NOT EXISTS (SELECT 1 FROM quickbooks_notice told WHERE told.problem_id = problem.id)
    ON CONFLICT DO NOTHING
"""
_FIND_DAILY = f"""
INSERT INTO quickbooks_notice (connection_id, day, email, made_at, attempts)
SELECT connection.id, %(day)s, person.email, %(now)s, 0
  FROM quickbooks_connection connection
{_PEOPLE}
 WHERE connection.state <> %(ended)s
   AND EXISTS (SELECT 1 FROM quickbooks_problem problem
                WHERE problem.connection_id = connection.id AND problem.closed_at IS NULL)
    ON CONFLICT DO NOTHING
"""
_TAKE = """
UPDATE quickbooks_notice SET taken_until = %(until)s, attempts = attempts + 1
 WHERE id = (SELECT id FROM quickbooks_notice
              WHERE sent_at IS NULL AND (taken_until IS NULL OR taken_until <= %(now)s)
              ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that was taken to be sent: to whom, about which workspace, and how many problems of which cause.

    `at_once`: the connection is lost or sending pauses; else it is the daily one.
    """

    id: int
    email: str
    workspace_id: int
    workspace: str
    company: str
    at_once: bool
    causes: tuple[tuple[str, int], ...]


def find(now: datetime) -> None:
    """Writes down what is to be told at once and has not been."""
    _execute(_FIND, {"now": now, "since": now - WORTH, "causes": sorted(AT_ONCE)})


def find_daily(now: datetime) -> None:
    """Writes down a notice for each company with open problems, unless there is one of this day already."""
    _execute(_FIND_DAILY, {"now": now, "day": now.date(), "ended": ConnectionState.DISCONNECTED.value})


def take(now: datetime) -> Told | None:
    """The next notice to send, taken so that nobody else sends it; None if there is none. Drops what is settled."""
    while True:
        with transaction.atomic(), database.cursor() as cursor:
            cursor.execute(_TAKE, {"now": now, "until": now + SENDING})
            row = cursor.fetchone()
        if row is None:
            return None
        notice = Notice.objects.select_related("connection__workspace", "problem").get(id=row[0])
        causes = _causes(notice)
        if causes and notice.made_at > now - WORTH:
            return _told(notice, causes)
        notice.delete()


def sent(notice_id: int, now: datetime) -> None:
    """It was sent."""
    Notice.objects.filter(id=notice_id).update(sent_at=now, taken_until=None)


def failed(notice_id: int, now: datetime) -> None:
    """It could not be sent: it is tried again, at the next look and then ever later."""
    notice = Notice.objects.get(id=notice_id)
    later = min(FIRST_AGAIN * (2 ** min(notice.attempts, 12) - 2), SLOWEST)
    Notice.objects.filter(id=notice_id).update(taken_until=now + later)


def _causes(notice: Notice) -> tuple[tuple[str, int], ...]:
    """What is still open of what it tells, with its number."""
    opened = Problem.objects.filter(connection=notice.connection_id, closed_at=None, member=False)
    if notice.problem_id is not None:
        opened = opened.filter(id=notice.problem_id)
    found: dict[str, int] = {}
    for cause in opened.order_by("cause").values_list("cause", flat=True):
        found[cause] = found.get(cause, 0) + 1
    return tuple(found.items())


def _told(notice: Notice, causes: tuple[tuple[str, int], ...]) -> Told:
    connection = notice.connection
    return Told(
        id=notice.pk,
        email=notice.email,
        workspace_id=connection.workspace_id,
        workspace=connection.workspace.name,
        company=connection.company_name,
        at_once=notice.problem_id is not None,
        causes=causes,
    )


def _execute(statement: str, values: dict[str, Any]) -> None:
    roles = sorted(role.value for role in ALLOWED[Action.ANSWER_PROBLEMS])
    with transaction.atomic(), database.cursor() as cursor:
        cursor.execute(statement, {**values, "roles": roles})
