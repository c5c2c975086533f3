"""The export: all records as the five CSV files in one .zip, with a note on what the format cannot hold."""

import io
import tempfile
import zipfile
from pathlib import Path

from django.http import HttpResponse

from bluepro.importing.exporting import export_folder
from bluepro.importing.report import ExportReport
from bluepro.web.access import WorkspaceRequest, page
from bluepro.web.present import CLOCK
from bluepro.web.settings.tabs import shown
from bluepro.workspaces.queries import today
from bluepro.workspaces.roles import Action, Actor


@page(Action.SEE_TOTALS)
def export(request: WorkspaceRequest) -> HttpResponse:
    """What is exported, and the link to it."""
    return shown(request, "settings_export", "export", {})


@page(Action.SEE_TOTALS)
def export_file(request: WorkspaceRequest) -> HttpResponse:
    """The .zip, made at this moment."""
    name = f"bluepro-{today(request.workspace, CLOCK)}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(_archive(request.actor), content_type="application/zip", headers=headers)


def _archive(actor: Actor) -> bytes:
    target = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="bluepro-export-") as folder:
        files = Path(folder)
        report = export_folder(actor, files)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(files.iterdir()):
                archive.write(file, file.name)
            archive.writestr("notes.txt", _notes(report))
    return target.getvalue()


def _notes(report: ExportReport) -> str:
    lines = [f"{kind}: {count:,}" for kind, count in report.counts.items()]
    if report.notice_count:
        lines += ["", f"What these files cannot hold ({report.notice_count:,}):", *report.notices]
    return "\n".join(lines) + "\n"
