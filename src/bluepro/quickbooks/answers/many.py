"""What many records wait for, answered for all of them at once: closed books, the brake."""

from datetime import date, timedelta

from django.db import connection as database

from bluepro.common.errors import Refused, refuse
from bluepro.common.words import day_in_words
from bluepro.quickbooks.answers.asked import Asked
from bluepro.quickbooks.models import Problem
from bluepro.quickbooks.store.load import books
from bluepro.quickbooks.together import summed, trouble

_LET_GO = """
UPDATE quickbooks_link AS link
   SET agreed = link.agreed || {agreed}, held_revision = NULL, retry_at = NULL, attempts = 0
  FROM quickbooks_problem AS member
 WHERE member.connection_id = %(connection)s AND member.cause = %(cause)s AND member.member
   AND member.closed_at IS NULL AND link.workspace_id = %(workspace)s AND link.realm_id = %(realm)s
   AND link.kind = member.kind AND link.record_id = member.record_id AND link.removed_at IS NULL
   AND member.id = ANY(%(members)s::bigint[]) {those}
RETURNING member.id
"""


def leave(asked: Asked) -> None:
    """All stay as they are: held at this revision, so that a change made here asks anew."""
    _close(asked, _asked_about(asked), "Leave them out")


def send_closed(asked: Asked) -> None:
    """Each goes at the revision that was asked about, closed books or not."""
    agreed = "jsonb_build_object('send_closed', link.held_revision)"
    _close(asked, _let_go(asked, agreed), "Send them anyway")


def let_go(asked: Asked) -> None:
    """Each goes at the revision that was asked about, many or not."""
    _close(asked, _let_go(asked, "jsonb_build_object('brake', link.held_revision)"), "Let them go")


def book_later(asked: Asked) -> None:
    """What QuickBooks does not have yet is booked there on the first open day; what it has keeps its day, and waits."""
    day = _first_open_day(asked)
    agreed = "jsonb_build_object('booked_on', %(day)s::text, 'instead_of', member.detail->>'day')"
    done = _let_go(asked, agreed, "AND link.entity_id IS NULL", day=day.isoformat())
    _close(asked, done, f"Book them on {day_in_words(day)}")


def _first_open_day(asked: Asked) -> date:
    closed = books(asked.problem.connection).closed_through
    if closed is None:
        raise refuse("answer", "books_open", "The books are open: press Push again, and they are sent as they are.")
    return closed + timedelta(days=1)


def _asked_about(asked: Asked) -> list[int]:
    """The members that the question tells of. Raises Refused if others have joined them, or some have left."""
    problem = asked.problem
    found = Problem.objects.filter(connection=problem.connection_id, cause=problem.cause, member=True, closed_at=None)
    details = dict(found.values_list("pk", "detail"))
    if not details or trouble(problem.cause, summed(details.values())).text[:1000] != problem.text:
        raise changed_since()
    return list(details)


def changed_since() -> Refused:
    """What is said if an answer is about more, or less, than was shown."""
    message = "What this question is about has changed since it was shown. Look at it again, then answer."
    return refuse("answer", "changed_since", message)


def _let_go(asked: Asked, agreed: str, those: str = "", **values: str) -> list[int]:
    """Remembers what was agreed with each link, and lets it be looked at again; answers the members' ids."""
    which: dict[str, str | int | list[int]] = {
        **values,
        "connection": asked.problem.connection_id,
        "cause": asked.problem.cause,
        "workspace": asked.workspace_id,
        "realm": asked.realm_id,
        "members": _asked_about(asked),
    }
    with database.cursor() as cursor:
        cursor.execute(_LET_GO.format(agreed=agreed, those=those), which)
        return [problem_id for (problem_id,) in cursor.fetchall()]


def _close(asked: Asked, members: list[int], words: str) -> None:
    Problem.objects.filter(pk__in=members).update(closed_at=asked.now, closed_by=asked.actor.email, close_reason=words)
