"""Writes a workspace's records as the five files of the import format, and says what the format cannot hold.

Reads one consistent snapshot in chunks; the files appear under their names only when all of them are complete.
"""

import csv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.db import connection, transaction

from bluepro.common.errors import refuse
from bluepro.importing.exported import Written, records
from bluepro.importing.formats import FORMATS, KINDS
from bluepro.importing.formulas import guarded
from bluepro.importing.own_ids import own_ids
from bluepro.importing.report import MOST_KEPT, ExportReport, Progress, no_progress
from bluepro.workspaces.models import Workspace
from bluepro.workspaces.roles import Action, Actor, require

_REPORT_EVERY = 1000


def export_folder(
    actor: Actor, path: Path, *, overwrite: bool = False, progress: Progress = no_progress
) -> ExportReport:
    """Writes all records of the actor's workspace into the folder `path`, which is made where missing.

    Imported elsewhere the files give equal records, but for what the report's notices name. Raises NotAllowed by role,
    and Refused for a folder that is not empty, unless `overwrite`, or cannot be written; then nothing is changed there.
    """
    require(actor, Action.SEE_TOTALS)
    _check_folder(path, overwrite)
    try:
        with _parts(path) as writers, _snapshot():
            return _write(actor, writers, progress)
    except OSError as error:
        raise refuse("path", "unwritable", f"{path} cannot be written: {error.strerror or error}.") from error


def _check_folder(path: Path, overwrite: bool) -> None:
    if path.exists() and not path.is_dir():
        raise refuse("path", "not_a_folder", f"{path} is not a folder.")
    if path.is_dir() and not overwrite and any(path.iterdir()):
        raise refuse("path", "not_empty", f"The folder {path} is not empty; name another one, or say to overwrite.")


Writers = dict[str, "csv.DictWriter[str]"]


@contextmanager
def _parts(path: Path) -> Iterator[Writers]:
    """A writer for each file. They get their names when all went well, else they are removed."""
    path.mkdir(parents=True, exist_ok=True)
    parts = {path / f".{form.file}.part": path / form.file for form in FORMATS}
    try:
        with ExitStack() as stack:
            yield {form.file: _writer(stack, part, form.columns) for form, part in zip(FORMATS, parts, strict=True)}
        for part, file in parts.items():
            part.replace(file)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def _writer(stack: ExitStack, part: Path, columns: tuple[str, ...]) -> "csv.DictWriter[str]":
    stream = stack.enter_context(part.open("w", encoding="utf-8", newline=""))
    writer = csv.DictWriter(stream, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    return writer


@contextmanager
def _snapshot() -> Iterator[None]:
    """All reads see the same moment; within a caller's transaction, what that one sees."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _write(actor: Actor, writers: Writers, progress: Progress) -> ExportReport:
    workspace = Workspace.objects.get(pk=actor.workspace_id)
    counts = dict.fromkeys(KINDS, 0)
    notices = list[str]()
    notice_count = 0
    for record in records(workspace, own_ids(workspace)):
        for file, row in record.rows:
            writers[file].writerow({column: guarded(cell) for column, cell in row.items()})
        counts[record.kind] += 1
        notice_count += len(record.notices)
        notices += _told(record)[: MOST_KEPT - len(notices)]
        if counts[record.kind] % _REPORT_EVERY == 0:
            progress(f"exporting {record.kind}", counts[record.kind], None)
    return ExportReport(counts, tuple(notices), notice_count)


def _told(record: Written) -> list[str]:
    return [f"{record.kind}, {record.external_id}: {notice}" for notice in record.notices]
