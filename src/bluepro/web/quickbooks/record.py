"""The section "QuickBooks" on a record's page, kept fresh while it moves; and its button Push again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bluepro.common.errors import NotFound, Refused
from bluepro.quickbooks.again import push_again
from bluepro.quickbooks.field_words import FIELDS
from bluepro.quickbooks.models import Drift
from bluepro.quickbooks.queries import MODELS, Push, RecordSync, kind_of, record_sync
from bluepro.quickbooks.snapshot import Kind
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.present import CLOCK
from bluepro.web.quickbooks.place import entity_address
from bluepro.web.quickbooks.words import ENTITIES, OPERATIONS, TRIED, changed_fields, for_pages, seconds
from bluepro.workspaces.roles import Action

KINDS = ("contact", "service", "invoice", "payment")


@dataclass(frozen=True, slots=True)
class Entry:
    """A push as the history shows it."""

    push: Push
    words: str
    changed: str
    tone: str


def record_context(request: WorkspaceRequest, kind: str, found: RecordSync) -> dict[str, Any]:  # Any: for a template
    """What `quickbooks/record.html` shows."""
    which, state = kind_of(kind), found.state
    return {
        "request": request,
        "kind": kind,
        "record_id": state.record_id,
        "state": state,
        "reason": for_pages(state.reason),
        "remedy": for_pages(state.remedy),
        "entity": ENTITIES[which],
        "address": entity_address(which, state.entity_id, found.realm),
        "took": seconds(state.took) if state.took is not None else "",
        "entries": [_entry(push) for push in found.pushes],
        "may_push": found.may_push and request.actor.may(Action.PRESS_SYNC) and _can_be_sent(found),
        "drifts": [(drift.found_at, list(_changes(drift))) for drift in found.drifts],
        "here": reverse("quickbooks_record", args=[request.workspace.pk, kind, state.record_id]),
    }


def _changes(drift: Drift) -> Iterator[tuple[str, str, str]]:
    """The fields that somebody changed, with what they were here and there where that can be read."""
    for name, (ours, theirs) in drift.fields.items():
        readable = all(isinstance(one, str | None) for one in (ours, theirs))
        yield (
            (FIELDS.get(name, name), ours or "none", theirs or "none") if readable else (FIELDS.get(name, name), "", "")
        )


def _can_be_sent(found: RecordSync) -> bool:
    """Push again makes sense for what is there, or waits for something, but not for what is void there for good."""
    return not found.state.voided and bool(found.state.entity_id or found.pushes or found.state.problem_id)


def _entry(push: Push) -> Entry:
    words = (OPERATIONS if push.taken else TRIED).get(push.operation, push.operation)
    changed = changed_fields(push.changed) if push.operation == "update" else []
    tone = "info" if push.taken is None else ("good" if push.taken else "warn")
    return Entry(push, words, ", ".join(changed), tone)


@require_GET
@page(Action.SEE)
def record(request: WorkspaceRequest, kind: str, record_id: int) -> HttpResponse:
    """The section alone: asked for every second while the record moves."""
    _check(request, kind, record_id)
    found = record_sync(request.workspace.pk, kind, record_id, now=CLOCK.now())
    answer = render(request, "quickbooks/record.html", record_context(request, kind, found))
    if not found.state.moving:  # it has come to rest: the whole section, with its history
        answer["HX-Retarget"] = answer["HX-Reselect"] = f"#sync-{kind}-{record_id}"
    return answer


@require_POST
@page(Action.PRESS_SYNC)
def push(request: WorkspaceRequest, kind: str, record_id: int) -> HttpResponse:
    """Push again, then back to the record's page."""
    _check(request, kind, record_id)
    try:
        push_again(request.actor, Kind[kind.upper()], record_id)
        messages.success(request, "It is sent to QuickBooks again.")
    except (Refused, NotFound) as error:
        messages.error(request, for_pages(str(error)))
    return HttpResponseRedirect(reverse(kind, args=[request.workspace.pk, record_id]), status=303)


def _check(request: WorkspaceRequest, kind: str, record_id: int) -> None:
    """Another workspace's record, or a kind that there is not, does not exist."""
    if kind not in KINDS:
        raise Http404
    if not MODELS[kind_of(kind)]._default_manager.filter(pk=record_id, workspace=request.workspace).exists():
        raise Http404
