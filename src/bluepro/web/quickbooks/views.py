"""The overview: how the connection stands, Sync Data with its progress, pause and resume, disconnect; and the help."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluepro.common.errors import BlueProError
from bluepro.quickbooks.arrivals import recent
from bluepro.quickbooks.connect import lifecycle
from bluepro.quickbooks.connect.checks import check
from bluepro.quickbooks.connect.first_push import Step, next_step
from bluepro.quickbooks.connect.mapping import choices_of, snapshot_of
from bluepro.quickbooks.connect.readiness import Use
from bluepro.quickbooks.figures import Progress, health, last_run, progress_of, usage
from bluepro.quickbooks.models import Connection
from bluepro.quickbooks.queries import active_or_none, last_connection
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.present import CLOCK
from bluepro.web.quickbooks.common import back, connected, show, told
from bluepro.web.quickbooks.place import deployment_for
from bluepro.web.quickbooks.starting import choosing
from bluepro.web.quickbooks.words import PLURALS, seconds
from bluepro.workspaces.roles import Action

Values = dict[str, Any]  # Any: values of a template


@require_GET
@page(Action.SEE)
def overview(request: WorkspaceRequest) -> HttpResponse:
    """What there is to see and to do, by how far the set-up is."""
    connection = active_or_none(request.workspace.pk)
    rights = _rights(request)
    if connection is None:
        former = last_connection(request.workspace.pk)
        return show(request, "quickbooks/not_connected.html", {"former": former, **rights})
    values = {"connection": connection, **rights, **_running(connection), **choosing(request, connection)}
    values["look_first"] = next_step(connection) is Step.PREVIEW
    return show(request, "quickbooks/overview.html", {**values, **_figures(connection), **_facts(connection)})


def _rights(request: WorkspaceRequest) -> Values:
    may = request.actor.may
    return {
        "may_configure": may(Action.CONFIGURE_SYNC),
        "may_sync": may(Action.PRESS_SYNC),
        "may_answer": may(Action.ANSWER_PROBLEMS),
    }


def _running(connection: Connection) -> Values:
    run = last_run(connection)
    found = progress_of(connection, run, CLOCK.now()) if run else None
    return {
        "connection": connection,
        "progress": found,
        "rows": [(PLURALS[one.kind], one) for one in found.kinds] if found else [],
        "left": _left(found),
        "lasted": seconds(found.seconds) if found and found.seconds is not None else "",
        "live": bool(found and found.run.finished_at is None),
        "health": health(connection.workspace_id),
    }


def _left(found: Progress | None) -> str:
    if found is None or found.seconds_left is None:
        return ""
    return f"about {seconds(max(1.0, found.seconds_left)).replace('.0 s', ' s')} left"


def _figures(connection: Connection) -> Values:
    found = recent(connection, CLOCK.now())
    speed = found.speed
    return {
        "recent": found,
        "speed": speed,
        "within": seconds(speed.seconds) if speed else "",
        "median": seconds(speed.median) if speed else "",
        "usage": usage(connection, CLOCK.now()),
    }


def _facts(connection: Connection) -> Values:
    snapshot, choices = snapshot_of(connection), choices_of(connection)
    accounts = [(use.value.capitalize(), snapshot.account(choices.account(use))) for use in Use]
    in_the_way = [one for one in check(snapshot, choices) if one.blocking and not one.ok]
    return {"accounts": accounts, "in_the_way": len(in_the_way)}


@require_GET
@page(Action.SEE)
def progress(request: WorkspaceRequest) -> HttpResponse:
    """The progress alone: asked for every second while a run goes on."""
    connection = active_or_none(request.workspace.pk)
    if connection is None:
        return HttpResponse("", status=286)  # tells htmx to stop asking
    values = {**_running(connection), **_rights(request)}
    return render(request, "quickbooks/progress.html", values)


@require_POST
@page(Action.PRESS_SYNC)
@connected
def sync(request: WorkspaceRequest, connection: Connection) -> HttpResponse:
    """Presses Sync Data."""
    try:
        run = lifecycle.sync_data(request.actor, connection, clock=CLOCK)
    except BlueProError as error:
        messages.error(request, told(error))
        return back(request)
    waiting = sum(run.counts.values())
    text = "Sync Data has started." if waiting else "Sync Data has started: nothing has changed since the last time."
    messages.success(request, text)
    return back(request)


@require_POST
@page(Action.CONFIGURE_SYNC)
@connected
def pause(request: WorkspaceRequest, connection: Connection) -> HttpResponse:
    """Stops sending for now."""
    return _change(request, connection, pausing=True)


@require_POST
@page(Action.CONFIGURE_SYNC)
@connected
def resume(request: WorkspaceRequest, connection: Connection) -> HttpResponse:
    """Goes on sending."""
    return _change(request, connection, pausing=False)


def _change(request: WorkspaceRequest, connection: Connection, *, pausing: bool) -> HttpResponse:
    try:
        if pausing:
            lifecycle.pause(request.actor, connection)
            messages.success(request, "Paused. Nothing is sent to QuickBooks until you resume; changes are kept.")
        else:
            lifecycle.resume(request.actor, connection)
            messages.success(request, "Sending to QuickBooks goes on.")
    except BlueProError as error:
        messages.error(request, told(error))
    return back(request)


@require_http_methods(["GET", "POST"])
@page(Action.CONFIGURE_SYNC)
@connected
def disconnect(request: WorkspaceRequest, connection: Connection) -> HttpResponse:
    """Asks first, saying what stays; then ends the connection and gives the tokens back."""
    if request.method == "GET":
        return show(request, "quickbooks/disconnect.html", {"connection": connection})
    try:
        said = lifecycle.disconnect(request.actor, connection, deployment_for(request), clock=CLOCK)
    except BlueProError as error:
        messages.error(request, told(error))
        return back(request)
    if said:
        messages.warning(request, said)
    else:
        messages.success(request, f"Disconnected from {connection.company_name}. Nothing there was changed.")
    return back(request)


@require_GET
@page(Action.SEE)
def help_page(request: WorkspaceRequest) -> HttpResponse:
    """Five questions, answered in words and links."""
    return show(request, "quickbooks/help.html", {})
