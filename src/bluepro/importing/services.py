"""Imports a folder or .zip of the five files: all of it or nothing, every error by file, row and column.

One transaction: rows are staged in temporary tables, then saved through the rooms' services, which hold the rules; an
error anywhere, or a dry run, takes everything back. No rule of a room is repeated here.
"""

from contextlib import closing
from pathlib import Path

from django.db import transaction

from bluepro.common.clock import Clock
from bluepro.common.ids import Ids
from bluepro.importing.formats import FORMATS, KINDS, Format
from bluepro.importing.kinds.catalogue import import_services
from bluepro.importing.kinds.contacts import import_contacts
from bluepro.importing.kinds.invoices import import_invoices
from bluepro.importing.kinds.payments import import_payments
from bluepro.importing.own_ids import own_ids
from bluepro.importing.reading import Table, Unreadable
from bluepro.importing.records import Run
from bluepro.importing.report import Counts, ImportReport, Problems, Progress, no_progress
from bluepro.importing.sources import UNREADABLE, Source, open_source
from bluepro.importing.staging import Staging
from bluepro.workspaces.models import Workspace
from bluepro.workspaces.roles import Action, Actor, require


def import_folder(
    actor: Actor,
    path: Path,
    *,
    clock: Clock,
    ids: Ids,
    dry_run: bool = False,
    skip_bad: bool = False,
    progress: Progress = no_progress,
) -> ImportReport:
    """Imports the files at `path` (a folder or a .zip) into the actor's workspace.

    Writes nothing while there is an error, unless `skip_bad` may leave out every record that has one, with what depends
    on it; nothing at all in a `dry_run`. Importing the same files again changes nothing. Raises NotAllowed by role, and
    Refused when `path` is neither a folder nor a fitting .zip.
    """
    require(actor, Action.IMPORT)
    with open_source(path) as source, transaction.atomic():
        run = _run(actor, clock, ids, progress)
        if _stage(run, source):
            _save(run)
        stopped = run.problems.fatal or (run.problems.count > 0 and not skip_bad)
        if stopped or dry_run:
            transaction.set_rollback(True)
    return _report(run, stopped=stopped, dry_run=dry_run, skip_bad=skip_bad)


def _run(actor: Actor, clock: Clock, ids: Ids, progress: Progress) -> Run:
    workspace = Workspace.objects.get(pk=actor.workspace_id)
    staging = Staging(workspace.pk, own_ids(workspace))
    staging.lock()
    return Run(actor, workspace, clock, ids, staging, Problems(), progress)


def _stage(run: Run, source: Source) -> bool:
    """Copies all files into temporary tables; False if one of them could not be read to its end."""
    read = [_stage_file(run, source, form) for form in FORMATS]
    if not all(read):
        return False
    for form in FORMATS:
        run.staging.index(form)
        if not form.several_rows:
            run.staging.report_twice(form, run.problems)
    return True


def _stage_file(run: Run, source: Source, form: Format) -> bool:
    run.staging.create(form)
    try:
        stream = source.open(form.file)
        if stream is None:
            run.problems.add(form.file, 0, "", "This file is missing.", fatal=True)
            return False
        with closing(Table(form, stream, run.problems)) as table:
            if not table.read_header():
                return False
            run.staging.fill(form, table, run.progress)
    except Unreadable as error:
        run.problems.add(form.file, error.row, "", str(error), fatal=True)
        return False
    except UNREADABLE as error:
        run.problems.add(form.file, 0, "", f"This file cannot be read: {error}.", fatal=True)
        return False
    return True


def _save(run: Run) -> None:
    import_contacts(run)
    import_services(run)
    import_invoices(run)
    import_payments(run)


def _report(run: Run, *, stopped: bool, dry_run: bool, skip_bad: bool) -> ImportReport:
    problems = run.problems
    if skip_bad and problems.fatal:
        problems.note("Some errors belong to no single record, so nothing could be left out to avoid them.")
    skipped = skip_bad and not stopped
    return ImportReport(
        counts={kind: Counts() if stopped else run.counts.get(kind, Counts()) for kind in KINDS},
        errors=tuple(sorted(problems.errors, key=lambda error: (_order(error.file), error.row))),
        error_count=problems.count,
        left_out=tuple(problems.left_out) if skipped else (),
        left_out_count=problems.left_out_count if skipped else 0,
        notices=tuple(problems.notices),
        rows=sum(run.staging.rows.values()),
        dry_run=dry_run,
        written=not stopped and not dry_run,
    )


def _order(file: str) -> int:
    return [form.file for form in FORMATS].index(file)
