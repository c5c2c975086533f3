"""Problems: grouped by cause, in plain words, with who can fix them and the button that does; and those of the past.

What a person decides goes to `connect.problems` and `answers`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bluepro.common.errors import BlueProError
from bluepro.quickbooks import answers
from bluepro.quickbooks.choices import Choice, offered, seen_as
from bluepro.quickbooks.connect import problems as service
from bluepro.quickbooks.models import Problem
from bluepro.quickbooks.queries import members
from bluepro.quickbooks.snapshot import Kind
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.lists import asked, page_of
from bluepro.web.present import CLOCK
from bluepro.web.quickbooks.causes import Cause, cause_of
from bluepro.web.quickbooks.common import back, show, told
from bluepro.web.quickbooks.place import entity_address
from bluepro.web.quickbooks.words import for_pages
from bluepro.workspaces.roles import Action

MEMBERS = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """A problem as the page shows it; `members`: label, reason and address of the records that it is about."""

    row: Problem
    text: str
    remedy: str
    record: str
    theirs: str
    code: str
    tid: str
    seen: str
    choices: tuple[Choice, ...]
    members: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The problems of one cause on this page; `count` of all there are."""

    cause: Cause
    count: int
    problems: tuple[Shown, ...]


@require_GET
@page(Action.SEE)
def problems(request: WorkspaceRequest) -> HttpResponse:
    """The open problems by cause, or with `?show=closed` those of the past, the latest first."""
    wanted = asked(request, filters={"show": ("closed",)}, sorts=("opened",), default="opened")
    rows = Problem.objects.filter(connection__workspace=request.workspace.pk).select_related("connection")
    if wanted.filters:
        page = page_of(rows.exclude(closed_at=None).order_by("-closed_at", "-pk"), wanted)
        shown = [(_shown(request, row), cause_of(row.cause)) for row in page.rows]
        return show(request, "quickbooks/problems_closed.html", {"page": page, "problems": shown})
    rows = rows.filter(closed_at=None, member=False)
    page = page_of(rows.order_by("cause", "opened_at", "pk"), wanted)
    counts = dict(rows.values_list("cause").annotate(number=Count("pk")).order_by())
    groups = [
        Group(cause_of(cause), counts.get(cause, 0), tuple(_shown(request, row) for row in found))
        for cause, found in groupby(page.rows, key=lambda row: row.cause)
    ]
    may = request.actor.may
    rights = {
        "may_answer": may(Action.ANSWER_PROBLEMS),
        "may_sync": may(Action.PRESS_SYNC),
        "may_configure": may(Action.CONFIGURE_SYNC),
    }
    return show(request, "quickbooks/problems.html", {"page": page, "groups": groups, **rights})


def _shown(request: WorkspaceRequest, row: Problem) -> Shown:
    detail = row.detail if isinstance(row.detail, dict) else {}
    entity_id = str(detail.get("entity_id", ""))
    theirs = ""
    if row.kind is not None and detail.get("holder") in ("customer", "item"):
        theirs = entity_address(Kind(row.kind), entity_id, row.connection.realm_id)
    return Shown(
        row=row,
        text=for_pages(row.text),
        remedy=for_pages(row.remedy),
        record=_record_address(request, row),
        theirs=theirs,
        code=str(detail.get("code", "")),
        tid=str(detail.get("intuit_tid", detail.get("tid", ""))),
        seen=seen_as(row.text),
        choices=offered(row.cause, detail),
        members=_members(request, row),
    )


def _members(request: WorkspaceRequest, row: Problem) -> tuple[tuple[str, str, str], ...]:
    """The oldest records of those that the problem is about, at most MEMBERS."""
    return tuple((one.label, one.text, _record_address(request, one)) for one in members(row, MEMBERS))


def _record_address(request: WorkspaceRequest, row: Problem) -> str:
    if row.kind is None or row.record_id is None or row.label.endswith("(deleted)"):
        return ""
    return reverse(Kind(row.kind).name.lower(), args=[request.workspace.pk, row.record_id])


@require_POST
@page(Action.PRESS_SYNC)
def retry(request: WorkspaceRequest, problem_id: int) -> HttpResponse:
    """Has the record tried again."""
    _check(request, problem_id)

    def work() -> str:
        service.retry(request.actor, problem_id)
        return "It is tried again."

    return _answered(request, work)


@require_POST
@page(Action.ANSWER_PROBLEMS)
def dismiss(request: WorkspaceRequest, problem_id: int) -> HttpResponse:
    """Closes a problem unsolved, with a reason."""
    _check(request, problem_id)
    reason = request.POST.get("reason", "")

    def work() -> str:
        service.dismiss(request.actor, problem_id, reason, clock=CLOCK)
        return "Dismissed. The record stays as it is in QuickBooks until it changes again or is pushed again."

    return _answered(request, work)


@require_POST
@page(Action.ANSWER_PROBLEMS)
def answer(request: WorkspaceRequest, problem_id: int) -> HttpResponse:
    """Carries out one of the problem's choices."""
    _check(request, problem_id)
    chosen, seen = request.POST.get("answer", ""), request.POST.get("seen", "")
    return _answered(request, lambda: answers.answer(request.actor, problem_id, chosen, clock=CLOCK, seen=seen).effect)


def _check(request: WorkspaceRequest, problem_id: int) -> None:
    """A problem of another workspace does not exist; one that was closed meanwhile does, and the answer says so."""
    if not Problem.objects.filter(pk=problem_id, connection__workspace=request.workspace.pk).exists():
        raise Http404


def _answered(request: WorkspaceRequest, work: Callable[[], str]) -> HttpResponse:
    """Does it, and says what it did or why not."""
    try:
        done = work()
    except BlueProError as error:
        messages.error(request, told(error))
    else:
        messages.success(request, done)
    return back(request, "quickbooks_problems")
