"""How a person's answer to a problem is carried out: one small function for each choice of `choices.CHOICES`.

Only what BluePro remembers is written here, never anything in QuickBooks: the engine does that, at its next look.
"""

from collections.abc import Callable, Mapping

from django.db import transaction

from bluepro.common.clock import Clock
from bluepro.common.errors import refuse
from bluepro.quickbooks.answers import drift, gone, many, names, overpaid, start
from bluepro.quickbooks.answers.asked import Asked, open_question
from bluepro.quickbooks.choices import (
    BEFORE_START,
    CHANGED,
    CHANGED_BEFORE_REMOVAL,
    GONE,
    INACTIVE,
    LARGER_THAN_OPEN,
    NAME_HELD,
    NUMBER_CLASH,
    OLDER_INVOICE,
    VOIDED,
    Choice,
    offered,
    seen_as,
)
from bluepro.quickbooks.connect.lifecycle import wake
from bluepro.quickbooks.models import Problem
from bluepro.quickbooks.together import BRAKE, CLOSED_BOOKS, is_together
from bluepro.workspaces.roles import Action, Actor, require

ANSWERS: Mapping[tuple[str, str], Callable[[Asked], None]] = {
    (NAME_HELD, "same"): names.same,
    (NAME_HELD, "not_same"): names.not_same,
    (GONE, "make_anew"): gone.make_anew,
    (GONE, "leave"): drift.leave,
    (VOIDED, "make_anew"): gone.make_anew,
    (VOIDED, "leave"): drift.leave,
    (INACTIVE, "active"): drift.ours,
    (INACTIVE, "leave"): drift.leave,
    (LARGER_THAN_OPEN, "same"): overpaid.same,
    (LARGER_THAN_OPEN, "credit"): overpaid.credit,
    (LARGER_THAN_OPEN, "leave"): drift.leave,
    (BRAKE, "send"): many.let_go,
    (BRAKE, "leave"): many.leave,
    (CLOSED_BOOKS, "leave"): many.leave,
    (CLOSED_BOOKS, "send"): many.send_closed,
    (CLOSED_BOOKS, "redate"): many.book_later,
    (CHANGED, "ours"): drift.ours,
    (CHANGED, "theirs"): drift.theirs,
    (BEFORE_START, "send"): start.send,
    (BEFORE_START, "leave"): drift.leave,
    (OLDER_INVOICE, "send_invoice"): start.send_invoice,
    (OLDER_INVOICE, "leave"): drift.leave,
    (NUMBER_CLASH, "send"): drift.ours,
    (NUMBER_CLASH, "leave"): drift.leave,
    (CHANGED_BEFORE_REMOVAL, "remove"): drift.ours,
    (CHANGED_BEFORE_REMOVAL, "keep"): drift.keep,
}


@transaction.atomic
def answer(actor: Actor, problem_id: int, choice: str, *, clock: Clock, seen: str = "") -> Choice:
    """Carries out one of the problem's choices, closes it with who and what was chosen, and wakes the company.

    `seen` is `choices.seen_as` of the words that were answered: needed where a problem is about many records, since
    these grow while nobody looks. Raises NotFound for a problem that is not open here, Refused for a choice that it
    does not have, that its function refuses, or that was made of other words than stand there now.
    """
    require(actor, Action.ANSWER_PROBLEMS)
    asked = open_question(actor, problem_id, clock.now())
    chosen = _chosen(asked.problem, choice)
    if is_together(asked.problem.cause) and seen != seen_as(asked.problem.text):
        raise many.changed_since()
    ANSWERS[asked.problem.cause, chosen.key](asked)
    Problem.objects.filter(pk=asked.problem.pk).update(
        closed_at=asked.now, closed_by=actor.email, close_reason=chosen.words
    )
    wake(asked.workspace_id)
    return chosen


def _chosen(problem: Problem, key: str) -> Choice:
    choices = offered(problem.cause, problem.detail)
    for one in choices:
        if one.key == key:
            return one
    may = ", ".join(one.key for one in choices) or "none; it can only be retried or dismissed"
    raise refuse("answer", "no_such_choice", f"{problem.label} has no answer {key!r}. Its answers: {may}.")
