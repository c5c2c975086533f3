"""Settings > Integrations > QuickBooks: readiness with remedies, the mapping, Save; what is missing is made there.

Saving and checking are `connect`'s; here forms become its edits.
"""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from bluepro.common.errors import BlueProError, Refused
from bluepro.quickbooks.connect import mapping as service
from bluepro.quickbooks.connect import provision, reading
from bluepro.quickbooks.connect.checks import Choices, check
from bluepro.quickbooks.connect.first_push import next_step
from bluepro.quickbooks.connect.readiness import NO_LIABILITY, Use, accounts_for
from bluepro.quickbooks.models import Connection
from bluepro.quickbooks.queries import methods_used, rates_used
from bluepro.web.access import WorkspaceRequest, page, refused
from bluepro.web.forms import attach
from bluepro.web.present import CLOCK, IDS
from bluepro.web.quickbooks.common import back, connected, show, told
from bluepro.web.quickbooks.forms import LABELS, MappingForm
from bluepro.web.quickbooks.place import deployment_for
from bluepro.web.quickbooks.words import for_pages
from bluepro.workspaces.roles import Action

_FIELDS = {f"{use.value}_account": use.value for use in Use}
USUAL_METHODS = ("Cash", "Check", "Credit card")


@require_http_methods(["GET", "POST"])
@page(Action.SEE)
@connected
def mapping(request: WorkspaceRequest, connection: Connection) -> HttpResponse:
    """The settings; POST saves them (and enables, if that was chosen)."""
    if request.method == "GET":
        return _page(request, connection, _form(request, connection))
    if not request.actor.may(Action.CONFIGURE_SYNC):
        return refused(request, "Only an Owner or Admin changes these settings.")
    form = _form(request, connection, request.POST)
    if not form.is_valid():
        return _page(request, connection, form, status=422)
    try:
        saved = _save(request, connection, form)
    except Refused as error:
        attach(form, error, _FIELDS)
        return _page(request, connection, form, status=422)
    except BlueProError as error:
        form.add_error(None, told(error))
        return _page(request, connection, form, status=422)
    _praise(request, saved)
    return back(request)


def _save(request: WorkspaceRequest, connection: Connection, form: MappingForm) -> Connection:
    deployment = deployment_for(request)
    made = {}
    for name in form.new_methods():
        method = provision.create_payment_method(
            request.actor, connection, name, deployment, clock=CLOCK, ids=IDS
        )  # fmt: skip
        made[name] = method.id
    edit = form.edit(made, enabled=form.cleaned_data["enabled"] == "yes")
    return service.save_mapping(request.actor, connection, edit, deployment, clock=CLOCK, ids=IDS)


def _praise(request: WorkspaceRequest, saved: Connection) -> None:
    if not saved.enabled:
        messages.success(request, "Saved. The integration is disabled: nothing is sent.")
    elif next_step(saved) is not None:
        messages.success(request, "Saved and enabled. Nothing is sent before the step that is left, named here.")
    elif saved.synced_since is None:
        messages.success(request, "Saved and enabled. Now press Sync Data to send everything there is.")
    else:
        messages.success(request, "Saved. What waited for this is tried again.")


def _form(request: WorkspaceRequest, connection: Connection, data: Any = None) -> MappingForm:  # Any: posted data
    choices = service.choices_of(connection)
    used = methods_used(request.workspace.pk)
    known = {name.casefold() for name in used}
    extra = [one.method for one in choices.methods if one.method.casefold() not in known]
    usual = [name for name in USUAL_METHODS if name.casefold() not in known | {one.casefold() for one in extra}]
    enable = connection.enabled or connection.synced_since is None or "connected" in request.GET
    snapshot = service.snapshot_of(connection)
    methods, rates = [*used, *extra, *usual], rates_used(request.workspace.pk)
    return MappingForm(snapshot, choices, connection, methods, data, rates=rates, enable=enable)


def _page(request: WorkspaceRequest, connection: Connection, form: MappingForm, *, status: int = 200) -> HttpResponse:
    snapshot = service.snapshot_of(connection)
    checks = check(snapshot, _as_shown(form, service.choices_of(connection)), rates_used(request.workspace.pk))
    shown = [
        {"ok": one.ok, "blocking": one.blocking, "text": for_pages(one.text), "remedy": for_pages(one.remedy)}
        for one in checks
    ]
    accounts = [
        {
            "field": form[use.value],
            "use": use.value,
            "missing": not accounts_for(snapshot, use),
            "usual": provision.DEFAULT_NAMES[use],
            "label": LABELS[use],
        }
        for use in Use
    ]
    values = {
        "connection": connection,
        "form": form,
        "checks": shown,
        "accounts": accounts,
        "no_liability": NO_LIABILITY,
        "may_configure": request.actor.may(Action.CONFIGURE_SYNC),
    }
    return show(request, "quickbooks/mapping.html", values, status=status)


def _as_shown(form: MappingForm, stored: Choices) -> Choices:
    """What would be saved as the form first stands: the checks speak of that."""
    income, discount, deposit, tax = (
        str(form.fields[name].initial or "") for name in (Use.INCOME, Use.DISCOUNT, Use.DEPOSIT, "tax_mode")
    )
    return replace(stored, income=income, discount=discount, deposit=deposit, tax_mode=stored.tax_mode or tax)


@require_POST
@page(Action.CONFIGURE_SYNC)
@connected
def account(request: WorkspaceRequest, connection: Connection) -> HttpResponse:
    """Creates an account in QuickBooks for a use, and chooses it."""
    use = next((one for one in Use if one.value == request.POST.get("use")), None)
    if use is None:
        messages.error(request, "Say what the account is for.")
        return back(request, "quickbooks_mapping")
    try:
        deployment = deployment_for(request)
        name = request.POST.get("name", "")[:200]
        made = provision.create_account(request.actor, connection, use, name, deployment, clock=CLOCK, ids=IDS)
        service.save_mapping(request.actor, connection, _choosing(use, made.id), deployment, clock=CLOCK, ids=IDS)
    except BlueProError as error:
        messages.error(request, told(error))
    else:
        messages.success(request, f"The account “{made.full_name}” is in QuickBooks and is chosen.")
    return back(request, "quickbooks_mapping")


def _choosing(use: Use, account_id: str) -> service.MappingEdit:
    match use:
        case Use.INCOME:
            return service.MappingEdit(income=account_id)
        case Use.DISCOUNT:
            return service.MappingEdit(discount=account_id)
        case Use.DEPOSIT:
            return service.MappingEdit(deposit=account_id)


@require_POST
@page(Action.CONFIGURE_SYNC)
@connected
def check_again(request: WorkspaceRequest, connection: Connection) -> HttpResponse:
    """Reads the company's settings and accounts from QuickBooks anew."""
    try:
        reading.refresh_readiness(connection, deployment_for(request), clock=CLOCK, ids=IDS)
    except BlueProError as error:
        messages.error(request, told(error))
    else:
        messages.success(request, "Checked again: this is what QuickBooks says now.")
    return back(request, "quickbooks_mapping")
