"""A question that a person answers: the open problem and its record's link, locked until the answer is carried out."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from bluepro.common.errors import NotFound, refuse
from bluepro.quickbooks.models import Link, Problem
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.acknowledge import Acknowledged, clear
from bluepro.quickbooks.store.due import Scope
from bluepro.workspaces.roles import Actor


@dataclass(frozen=True, slots=True)
class Asked:
    """The open problem, locked; who answers it, and when."""

    actor: Actor
    problem: Problem
    now: datetime

    @property
    def workspace_id(self) -> int:
        """The workspace whose problem it is."""
        return self.problem.connection.workspace_id

    @property
    def realm_id(self) -> str:
        """The QuickBooks company that it is about."""
        return self.problem.connection.realm_id

    def link(self) -> Link:
        """The live link of the problem's record, locked. Raises NotFound if it has none."""
        kind, record_id = self.problem.kind or 0, self.problem.record_id or 0
        link = live_links(self).select_for_update().filter(kind=kind, record_id=record_id).first()
        if link is None:
            raise NotFound(f"{self.problem.label} has nothing in QuickBooks, and nothing on its way there.")
        return link

    def idle_link(self) -> Link:
        """The same, for an answer that says which entity is the record's. Raises Refused while a request, whose answer
        would say so too, is under way."""
        link = self.link()
        if link.open_request is not None:
            message = f"{self.problem.label} is being sent to QuickBooks. Answer when that is done."
            raise refuse("answer", "under_way", message)
        return link

    def take_as_sent(self, link: Link) -> None:
        """The change that waits for the answer needs nothing: before the link is free, so that nobody sends it."""
        if link.held_revision is not None:
            done = [Acknowledged(Kind(link.kind), link.record_id, link.held_revision)]
            clear(Scope(self.workspace_id, self.realm_id, self.now), done)


def open_question(actor: Actor, problem_id: int, now: datetime) -> Asked:
    """The open problem of the actor's workspace, locked, so that two answers at once do not cross. Raises NotFound."""
    mine = Problem.objects.select_for_update(of=("self",)).select_related("connection")
    problem = mine.filter(
        pk=problem_id, connection__workspace_id=actor.workspace_id, closed_at=None, member=False
    ).first()
    if problem is None:
        raise NotFound(f"There is no open question {problem_id} in this workspace. See them with: bluepro problems")
    return Asked(actor, problem, now)


def live_links(asked: Asked) -> QuerySet[Link]:
    """The links that count in the QuickBooks company which the question is about."""
    return Link.objects.filter(workspace=asked.workspace_id, realm_id=asked.realm_id, removed_at=None)
