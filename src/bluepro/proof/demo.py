"""`bluepro demo`: makes the sample business and rehearses it, for people who see BluePro for the first time."""

import tempfile
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from bluepro.proof.options import Options
from bluepro.proof.rehearse import rehearse
from bluepro.proof.sample_business import write

if TYPE_CHECKING:
    from bluepro.proof.walk import Walk

SEED = 2026


def demo(
    options: Options,
    console: Console,
    *,
    today: date,
    scale: float = 1.0,
    serving: bool = False,
    program: str = "bluepro",
) -> int:
    """Writes the sample business up to `today` into a temporary folder and rehearses it; the status of the rehearsal.

    With `serving` the pages of both sides are there at the end, until Ctrl-C. `options.folder` is not used.
    `program` is how people call BluePro here. Raises what `rehearse` raises, SupervisorError.
    """
    with tempfile.TemporaryDirectory(prefix="bluepro-demo-") as folder:
        files = Path(folder)
        made = write(files, seed=SEED, until=today, scale=scale)
        console.rule("BluePro demo")
        console.print(
            f"A window-cleaning company with two years of work: {made.contacts:,} contacts, {made.services} services, "
            f"{made.invoices:,} invoices and {made.payments:,} payments, as CSV files. They are imported, pushed into "
            "a local QuickBooks through real sign-in and real HTTP, read back and compared to the cent.",
            highlight=False,
        )
        options = replace(options, folder=files, keep=options.keep and not serving)
        status = rehearse(options, console, then=partial(_serve, console) if serving else None)
    _say_what_next(console, program, serving)
    return status


def _serve(console: Console, walk: "Walk") -> None:
    from bluepro.proof.demo_serving import serve

    serve(walk, console)


def _say_what_next(console: Console, program: str, served: bool) -> None:
    console.rule()
    console.print("What to look at next:", highlight=False)
    pages = ("demo --serve", "the same, with the pages of both sides to look around in until Ctrl-C")
    for command, what in (
        *(() if served else (pages,)),
        ("up", "BluePro for your own business, on this machine (docs/running.md)"),
        ("demo --no-serve --keep", "the same without pages; QuickBooks stays up for other programs"),
        ("rehearse FOLDER", "the same with your own files (docs/import.md says how they look)"),
        ("rehearse FOLDER --limits documented --kill-worker 5", "under Intuit's limits, with a dying worker"),
        ("connect", "connect a workspace to a QuickBooks company (docs/commands.md)"),
    ):
        console.print(f"  {program} {command}\n      {what}", markup=False, highlight=False, soft_wrap=True)
