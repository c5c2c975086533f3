"""Pages to import: upload, what a check found, the import, and how far it is."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from bluepro.common.errors import NotFound, Refused
from bluepro.importing.formats import KINDS
from bluepro.web import tasks
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.accounts.redirects import see_other
from bluepro.web.forms import attach
from bluepro.web.models import ImportRun, ImportState
from bluepro.web.once import once
from bluepro.web.present import CLOCK
from bluepro.web.settings import runs
from bluepro.web.settings.forms import UploadForm
from bluepro.web.settings.tabs import shown
from bluepro.web.settings.uploads import archive_of
from bluepro.workspaces.roles import Action

NO_WORKER_AFTER = 15  # seconds that a run may wait before the page says that nobody takes it up


@page(Action.IMPORT)
def uploads(request: WorkspaceRequest) -> HttpResponse:
    """What to upload, and the imports until now."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return see_other(once(request, lambda: _upload(request, form), clock=CLOCK))
        except Refused as refused:
            attach(form, refused, {"files": "csv_files"})
    context = {"form": form, "runs": runs.latest(request.workspace.pk)}
    return shown(request, "settings_import", "import", context, status=422 if form.errors else 200)


def _upload(request: WorkspaceRequest, form: UploadForm) -> str:
    name, archive = archive_of(form.cleaned_data["csv_files"])
    made = runs.upload(request.actor, name, archive, clock=CLOCK)
    transaction.on_commit(lambda: tasks.start(made.pk))
    return reverse("settings_import_run", args=[request.workspace.pk, made.pk])


@page(Action.IMPORT)
def run(request: WorkspaceRequest, run_id: int) -> HttpResponse:
    """How far it is, or what came of it; for htmx only that part of the page."""
    found = _found(request, run_id)
    template = "import_state" if request.htmx else "import_run"
    return shown(request, "settings_import", template, _context(found))


@require_POST
@page(Action.IMPORT)
def go_on(request: WorkspaceRequest, run_id: int) -> HttpResponse:
    """Imports what was checked, or checks again leaving bad records out."""
    found = _found(request, run_id)
    dry_run, skip_bad = request.POST.get("do") != "import", request.POST.get("skip_bad") == "yes"
    try:
        with transaction.atomic():
            runs.again(request.actor, found.pk, dry_run=dry_run, skip_bad=skip_bad, clock=CLOCK)
            transaction.on_commit(lambda: tasks.start(found.pk))
    except Refused as refused:
        messages.warning(request, refused.errors[0].message)
    return see_other("settings_import_run", request.workspace.pk, found.pk)


def _found(request: WorkspaceRequest, run_id: int) -> ImportRun:
    try:
        return runs.find(request.workspace.pk, run_id)
    except NotFound:
        raise Http404 from None


def _context(run: ImportRun) -> dict[str, Any]:  # Any: values of a template
    now = CLOCK.now()
    interrupted = runs.is_interrupted(run, now)
    waits = (now - run.heard_at).total_seconds() if run.state == ImportState.WAITING else 0
    report = run.report or {}
    return {
        "run": run,
        "report": report if run.state == ImportState.DONE else {},
        "interrupted": interrupted,
        "moving": run.state in (ImportState.WAITING, ImportState.RUNNING) and not interrupted,
        "no_worker": waits > NO_WORKER_AFTER,
        "may_import": runs.may_import(run),
        "refused": run.state == ImportState.REFUSED,
        "kinds": [(kind, report["counts"][kind]) for kind in KINDS] if report else [],
        "done": f"{run.done:,}" + (f" of {run.total:,}" if run.total else ""),
    }
