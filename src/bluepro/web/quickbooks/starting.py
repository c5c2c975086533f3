"""Send from: the form on the overview in which an Owner or Admin chooses what is sent, beside what there is a year."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from bluepro.common.errors import BlueProError
from bluepro.quickbooks.connect import start as service
from bluepro.quickbooks.models import Connection
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.forms import DayField
from bluepro.web.present import CLOCK, IDS
from bluepro.web.quickbooks.common import back, connected, told
from bluepro.web.quickbooks.place import deployment_for
from bluepro.workspaces.roles import Action

WHICH = (("everything", "Everything there is"), ("day", "What is dated on or after this day"))


class StartForm(forms.Form):
    """Nothing is chosen beforehand."""

    which = forms.ChoiceField(
        label="Send from",
        choices=WHICH,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is sent.", "invalid_choice": "Choose what is sent."},
    )
    day = DayField(label="First day", required=False)

    def clean(self) -> dict[str, Any]:  # Any: Django's form protocol
        cleaned = super().clean() or {}
        if cleaned.get("which") == "day" and not cleaned.get("day") and "day" not in self.errors:
            self.add_error("day", "Give the first day.")
        return cleaned


def choosing(request: WorkspaceRequest, connection: Connection) -> dict[str, Any]:  # Any: values of a template
    """What the overview shows while nothing has been sent: the choice as it is, and the form for those who choose."""
    if connection.synced_since is not None:
        return {}
    may = request.actor.may(Action.CONFIGURE_SYNC)
    return {
        "start_words": service.in_words(connection) if connection.start_chosen_at else "",
        "start_form": StartForm() if may else None,
        "years": service.years(request.workspace.pk) if may else (),
    }


@require_POST
@page(Action.CONFIGURE_SYNC)
@connected
def start(request: WorkspaceRequest, connection: Connection) -> HttpResponse:
    """Chooses what is sent."""
    form = StartForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return back(request)
    day = form.cleaned_data["day"] if form.cleaned_data["which"] == "day" else None
    try:
        chosen = service.choose_start(request.actor, connection, day, deployment_for(request), clock=CLOCK, ids=IDS)
    except BlueProError as error:
        messages.error(request, told(error))
    else:
        messages.success(request, f"Invoices and payments that are sent: {service.in_words(chosen)}.")
    return back(request)
