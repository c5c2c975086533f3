"""The command `sync`: presses Sync Data and follows the push until all that is left waits for a person."""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bluepro.common.errors import BlueProError
from bluepro.config.cli.common import Here, here, say
from bluepro.proof.progress import Moment, look
from bluepro.quickbooks.connect.lifecycle import sync_data
from bluepro.quickbooks.connect.problems import open_problems
from bluepro.quickbooks.models import Connection

POLL = 0.5
QUIET = 30.0  # seconds without any movement after which it is said that perhaps nobody works
WORKER = (sys.executable, "-m", "bluepro.config.cli", "worker")
NO_WORKER = "Nothing moves. Is a worker running? Start one with: bluepro worker (or add --work)"


def sync(options: argparse.Namespace) -> int:
    """0 if everything is in QuickBooks, 1 if something waits for a person."""
    place = here(options)
    connection = place.connection()
    sync_data(place.actor, connection, clock=place.clock)
    if options.no_wait:
        print("Sync Data was pressed.")
        return 0
    with _worker(options.work) as check:
        follow(place, connection, check, monotonic=time.monotonic, sleep=time.sleep)
    found = [one for one in open_problems(place.actor) if one.connection_id == connection.pk]
    print(f"{len(found)} problems wait for a person: bluepro problems" if found else "Everything is in QuickBooks.")
    return 1 if found else 0


def follow(
    place: Here,
    connection: Connection,
    check: Callable[[], None],
    *,
    monotonic: Callable[[], float],
    sleep: Callable[[float], None],
) -> None:
    """Shows the progress until nothing goes by itself. Raises BlueProError if it stopped, or what `check` does."""
    moment = look(connection.pk, place.clock.now())
    total, moved, told = moment.waiting, monotonic(), False
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=place.console, disable=not place.console.is_terminal) as bars:
        task = bars.add_task("Sync Data", total=total)
        while not moment.finished:
            check()
            sleep(POLL)
            before, moment = moment, look(connection.pk, place.clock.now())
            _refuse_stopped(moment)
            total = max(total, moment.waiting)
            bars.update(task, completed=total - moment.waiting, total=total)
            moved = monotonic() if moment != before else moved
            if not told and monotonic() - moved > QUIET:
                say(bars.console, NO_WORKER)
                told = True


def _refuse_stopped(moment: Moment) -> None:
    if moment.stopped:
        raise BlueProError(f"The connection does not send any more: {moment.stopped}")


@contextmanager
def _worker(wanted: bool) -> Iterator[Callable[[], None]]:
    """A worker process for as long as the block lasts, if wanted; gives a check that raises when it has ended."""
    if not wanted:
        yield lambda: None
        return
    process = subprocess.Popen(WORKER, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def check() -> None:
        if process.poll() is not None:
            raise BlueProError(f"The worker ended (status {process.returncode}). See what it says: bluepro worker")

    try:
        yield check
    finally:
        process.terminate()
        try:
            process.wait(timeout=150)  # it finishes its requests, each of which has a time-out
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
