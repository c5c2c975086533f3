"""Commands about records: import, export."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from bluepro.config.cli.common import here, say
from bluepro.importing.exporting import export_folder
from bluepro.importing.report import ImportReport, Progress
from bluepro.importing.services import import_folder

SHOWN = 100


def import_records(options: argparse.Namespace) -> int:
    """Imports and tells every error by file, row and column; 1 if anything was wrong."""
    place = here(options)
    with _progress(place.console) as progress:
        report = import_folder(
            place.actor,
            options.folder,
            clock=place.clock,
            ids=place.ids,
            dry_run=options.dry_run,
            skip_bad=options.skip_bad,
            progress=progress,
        )
    _show(place.console, report)
    return 1 if report.error_count else 0


def export_records(options: argparse.Namespace) -> int:
    """Exports and tells what the files cannot hold."""
    place = here(options)
    with _progress(place.console) as progress:
        report = export_folder(place.actor, options.folder, overwrite=options.overwrite, progress=progress)
    for notice in report.notices[:SHOWN]:
        place.say(notice)
    _more(place.console, report.notice_count, "notices")
    counts = ", ".join(f"{count:,} {kind}" for kind, count in report.counts.items())
    place.say(f"Exported {counts} to {options.folder}.")
    return 0


@contextmanager
def _progress(console: Console) -> Iterator[Progress]:
    """A progress bar, on a terminal only."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        bars.add_task("", total=None)

        def show(stage: str, done: int, total: int | None) -> None:
            bars.tasks[0].total = total  # an update to None would keep the total of the stage before
            bars.update(bars.tasks[0].id, description=stage, completed=done)

        yield show


def _show(console: Console, report: ImportReport) -> None:
    for text in (*report.notices[:SHOWN], *map(str, report.errors[:SHOWN])):
        say(console, text)
    _more(console, report.error_count, "errors")
    for one in report.left_out[:SHOWN]:
        text = f"Left out: {one.file}, row {one.row}, {one.external_id}: {one.reason}"
        say(console, text)
    _more(console, report.left_out_count, "left out")
    for kind, counts in report.counts.items():
        text = f"{kind}: {counts.created:,} created, {counts.changed:,} changed, {counts.unchanged:,} unchanged"
        say(console, text)
    say(console, _verdict(report))


def _verdict(report: ImportReport) -> str:
    if report.written:
        return f"Imported {report.rows:,} rows."
    if report.dry_run and not report.error_count:
        return f"Dry run: {report.rows:,} rows would be imported; nothing was written."
    return f"{report.error_count:,} errors; nothing was written."


def _more(console: Console, count: int, what: str) -> None:
    if count > SHOWN:
        say(console, f"... {count - SHOWN:,} more {what}.")
