"""Imports that people started from the pages: stored with their files, worked off by a worker, told by their rows.

Always by a worker, small or large: one way to watch and to fail, no page that hangs while 200,000 rows are saved, and
files of any machine reach any worker through the database. The rules of importing are in `bluepro.importing`.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from bluepro.common.clock import Clock
from bluepro.common.errors import BlueProError, NotFound, refuse
from bluepro.common.ids import Ids
from bluepro.importing.report import ImportReport, Progress
from bluepro.importing.services import import_folder
from bluepro.web.models import ImportRun, ImportState
from bluepro.workspaces.queries import actor_for
from bluepro.workspaces.roles import Action, Actor, require

FILES_KEPT = timedelta(days=1)
SILENT = timedelta(minutes=2)
"""A run that was taken up and not heard of for so long was interrupted; its transaction took everything back."""
_TELL_EVERY = timedelta(seconds=0.5)
MOST_SHOWN = 500


def upload(actor: Actor, file_name: str, archive: bytes, *, clock: Clock) -> ImportRun:
    """Stores the files of a new run, to be checked first; forgets files that nobody imported within a day."""
    require(actor, Action.IMPORT)
    now = clock.now()
    ImportRun.objects.filter(heard_at__lt=now - FILES_KEPT).exclude(file=None).update(file=None)
    return ImportRun.objects.create(
        workspace_id=actor.workspace_id,
        membership_id=actor.membership_id,
        file=archive,
        file_name=file_name[:200],
        dry_run=True,
        skip_bad=False,
        state=ImportState.WAITING,
        uploaded_at=now,
        heard_at=now,
    )


@transaction.atomic
def again(actor: Actor, run_id: int, *, dry_run: bool, skip_bad: bool, clock: Clock) -> ImportRun:
    """Sends a run that has ended once more on its way: to import what was checked, or to check leaving bad ones out.

    Raises Refused while it is under way, when its files are gone, or to import what was not checked like this.
    """
    require(actor, Action.IMPORT)
    rows = ImportRun.objects.select_for_update(no_key=True).defer("file").filter(workspace_id=actor.workspace_id)
    run = rows.filter(pk=run_id).first()
    if run is None:
        raise NotFound("There is no such import in this workspace.")
    _check_again(run, dry_run, skip_bad, clock.now())
    run.dry_run, run.skip_bad, run.state, run.membership_id = (
        dry_run,
        skip_bad,
        ImportState.WAITING,
        actor.membership_id,
    )
    run.state, run.stage, run.done, run.total, run.heard_at = ImportState.WAITING, "", 0, None, clock.now()
    run.save(update_fields=["dry_run", "skip_bad", "state", "membership_id", "stage", "done", "total", "heard_at"])
    return run


def _check_again(run: ImportRun, dry_run: bool, skip_bad: bool, now: datetime) -> None:
    if run.state in (ImportState.WAITING, ImportState.RUNNING) and not is_interrupted(run, now):
        raise refuse("import", "under_way", "This import is under way already.")
    if not ImportRun.objects.filter(pk=run.pk, file__isnull=False).exists():
        raise refuse("import", "gone", "These files were imported or are no longer kept. Upload them again.")
    if not dry_run and not (may_import(run) and run.skip_bad == skip_bad):
        raise refuse("import", "unchecked", "Check the files first.")


def may_import(run: ImportRun) -> bool:
    """Whether a finished check found nothing that forbids the import."""
    report = run.report or {}
    return run.state == ImportState.DONE and run.dry_run and (not report["error_count"] or bool(report["left_out"]))


def is_interrupted(run: ImportRun, now: datetime) -> bool:
    """Whether the worker that took the run up must have ended without finishing it."""
    return run.state == ImportState.RUNNING and run.heard_at < now - SILENT


def find(workspace_id: int, run_id: int) -> ImportRun:
    """One run, without its files; NotFound if it is not in this workspace."""
    run = ImportRun.objects.defer("file").filter(workspace_id=workspace_id, pk=run_id).first()
    if run is None:
        raise NotFound("There is no such import in this workspace.")
    return run


def latest(workspace_id: int, *, limit: int = 10) -> list[ImportRun]:
    """The runs started last, without their files."""
    rows = ImportRun.objects.defer("file").select_related("membership__user").filter(workspace_id=workspace_id)
    return list(rows.order_by("-pk")[:limit])


def work(run_id: int, *, clock: Clock, ids: Ids) -> None:
    """Checks or imports a waiting run; nothing for any other. Records and report commit together."""
    taken = ImportRun.objects.filter(pk=run_id, state=ImportState.WAITING)
    if not taken.update(state=ImportState.RUNNING, heard_at=clock.now()):
        return
    run = ImportRun.objects.select_related("membership__user", "workspace").get(pk=run_id)
    try:
        with _file(run) as path, telling(run_id, clock) as progress, transaction.atomic():
            report = import_folder(
                actor_for(run.membership.user, run.workspace),
                path,
                clock=clock,
                ids=ids,
                dry_run=run.dry_run,
                skip_bad=run.skip_bad,
                progress=progress,
            )
            _finish(run, report, clock)
    except BlueProError as refused:
        reason = "; ".join(error.message for error in getattr(refused, "errors", ())) or str(refused)
        ImportRun.objects.filter(pk=run_id).update(
            state=ImportState.REFUSED, reason=reason[:1000], heard_at=clock.now()
        )


def _finish(run: ImportRun, report: ImportReport, clock: Clock) -> None:
    run.state, run.report, run.heard_at = ImportState.DONE, as_json(report), clock.now()
    if report.written:
        run.file = None
    run.save(update_fields=["state", "report", "heard_at", "file"])


@contextmanager
def _file(run: ImportRun) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bluepro-import-") as folder:
        path = Path(folder) / "upload.zip"
        path.write_bytes(bytes(run.file or b""))
        yield path


@contextmanager
def telling(run_id: int, clock: Clock) -> Iterator[Progress]:
    """Writes progress through a connection of its own, since the import's transaction hides it till its end."""
    apart = connections.create_connection(DEFAULT_DB_ALIAS)
    told = clock.now() - _TELL_EVERY

    def progress(stage: str, done: int, total: int | None) -> None:
        nonlocal told
        now = clock.now()
        if now - told < _TELL_EVERY:
            return
        told = now
        with apart.cursor() as cursor:
            cursor.execute(
                f"UPDATE {ImportRun._meta.db_table} SET stage = %s, done = %s, total = %s, heard_at = %s WHERE id = %s",
                [stage[:100], done, total, now, run_id],
            )

    try:
        yield progress
    finally:
        apart.close()


def as_json(report: ImportReport) -> dict[str, Any]:  # Any: JSON
    """The report as its row keeps it; of errors and remarks the first MOST_SHOWN, their counts whole."""
    return {
        "counts": {
            kind: {"created": one.created, "changed": one.changed, "unchanged": one.unchanged}
            for kind, one in report.counts.items()
        },
        "errors": [[one.file, one.row, one.column, one.reason] for one in report.errors[:MOST_SHOWN]],
        "error_count": report.error_count,
        "left_out": [[one.file, one.row, one.external_id, one.reason] for one in report.left_out[:MOST_SHOWN]],
        "left_out_count": report.left_out_count,
        "notices": list(report.notices[:MOST_SHOWN]),
        "rows": report.rows,
        "written": report.written,
    }
