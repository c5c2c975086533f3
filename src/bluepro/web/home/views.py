"""The first page of a company: what is owed, what came in, what happened, and whether QuickBooks has it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from bluepro.payments.figures import months, owed
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.home.activity import activity
from bluepro.web.home.chart import chart_of
from bluepro.web.home.health import health
from bluepro.web.home.steps import first_steps
from bluepro.web.present import CLOCK
from bluepro.workspaces.queries import today
from bluepro.workspaces.roles import Action


@page()
def home(request: WorkspaceRequest) -> HttpResponse:
    """Totals are left out for roles that may not see them."""
    state = health(request.workspace.pk)
    context: dict[str, Any] = {  # Any: values of a template
        "health": state,
        "health_action": state.action if request.actor.may(state.needs) else "See details",
        "steps": first_steps(request.actor, connected=state.connected),
        "activity": activity(request.workspace.pk),
        "may_invoice": request.actor.may(Action.EDIT_OWN_DRAFTS),
        "may_import": request.actor.may(Action.IMPORT),
    }
    if request.actor.may(Action.SEE_TOTALS) and not context["steps"]:
        context |= _totals(request)
    return render(request, "home/home.html", context)


def _totals(request: WorkspaceRequest) -> dict[str, Any]:  # Any: values of a template
    day = today(request.workspace, CLOCK)
    year = months(request.workspace.pk, day)
    return {"owed": owed(request.workspace.pk, day), "months": year, "this_month": year[-1], "chart": chart_of(year)}
