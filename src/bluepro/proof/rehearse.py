"""`bluepro rehearse`: the whole way of a business's files into a local QuickBooks and back, in a place of its own.

Starts and ends everything: folder, database, QuickBooks, worker. However it ends, nothing of it is left behind. Imports
nothing of Django's before the scratch installation stands, since settings are read once per process.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from bluepro.proof.browser import listening
from bluepro.proof.local_quickbooks import failing, running_quickbooks
from bluepro.proof.options import Options, RehearsalFailed
from bluepro.proof.processes import nursery
from bluepro.proof.scratch import clean_environ, scratch_folder, scratch_installation
from bluepro.proof.signals import ended_by_signals

if TYPE_CHECKING:
    from bluepro.proof.outcome import Rehearsed
    from bluepro.proof.walk import Walk


def rehearse(
    options: Options,
    console: Console,
    keep: Callable[[], None] | None = None,
    then: Callable[["Walk"], None] | None = None,
) -> int:
    """Rehearse, print the table, write the JSON; 0 only if nothing differs. `keep` waits with `--keep`.

    `then` is called at the very end, while everything still stands.

    Raises RehearsalFailed, ProcessFailed, SignInFailed, PostgresError and what the steps refuse; KeyboardInterrupt.
    """
    _check(options)
    with stage(options, console) as walk:
        found = walk.run()
        status = _report(found, options, console, keep or _for_ever)
        if then:
            then(walk)
        return status


@contextmanager
def stage(options: Options, console: Console) -> Iterator["Walk"]:
    """A scratch installation with a local QuickBooks that listens, for one walk; gone at the end, also on Ctrl-C."""
    started = time.monotonic()
    with ended_by_signals(), scratch_folder() as folder, nursery() as processes, listening() as callback:
        environ = clean_environ()
        console.print("Starting a local QuickBooks: a program on this machine that answers as QuickBooks does ...")
        with running_quickbooks(
            processes,
            folder,
            callback.redirect_uri,
            environ,
            company=options.company,
            limits=options.limits,
            more=failing(options.faults, options.seed),
        ) as quickbooks:
            quickbooks.set(options.company, options.quickbooks)
            console.print(f"A local QuickBooks ({options.company} company) listens on {quickbooks.base_url}")
            console.print("Starting a database of its own for BluePro and making its tables ...")
            with scratch_installation(folder, quickbooks.environ) as scratch:
                from bluepro.proof.walk import Walk

                yield Walk(options, scratch, processes, quickbooks, callback, console, started)


def _check(options: Options) -> None:
    """What can be said before anything is started."""
    if not options.folder.exists():
        raise RehearsalFailed(f"There is no folder {options.folder}. Name the folder (or .zip) with the CSV files.")
    if options.json_file and not options.json_file.absolute().parent.is_dir():
        raise RehearsalFailed(f"{options.json_file} cannot be written: its folder does not exist.")
    if options.kills < 0:
        raise RehearsalFailed("--kill-worker takes a number from 0.")


def _report(found: "Rehearsed", options: Options, console: Console, keep: Callable[[], None]) -> int:
    from bluepro.proof.outcome import to_json, write_json
    from bluepro.proof.report import show_rehearsal

    show_rehearsal(console, found)
    if options.json_file:
        _written(options.json_file, lambda path: write_json(path, to_json(found)))
    too_few = found.kills < options.kills
    if too_few:
        console.print(
            f"The worker was killed {found.kills} times, not {options.kills}: the push ended too soon. "
            "Rehearse more records, or with --limits documented.",
            style="red",
        )
    if options.keep:
        console.print(f"QuickBooks stays at {found.quickbooks.base_url} until Ctrl-C.")
        try:
            keep()
        except KeyboardInterrupt:
            console.print("Ended.")
    return 0 if found.comparison.is_equal and not too_few else 1


def _for_ever() -> None:
    threading.Event().wait()


def _written(path: Path, write: Callable[[Path], None]) -> None:
    try:
        write(path)
    except OSError as error:
        raise RehearsalFailed(f"{path} cannot be written: {error.strerror or error}.") from error
