"""The commands `rehearse`, `demo` and `bench-edits`: their options, and the way from those to the functions behind.

None of them needs the main database; they bring their own. Nothing of Django's is imported here.
"""

import argparse
import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.console import Console

from bluepro.proof.options import TIME_ZONE, Options

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

DEFAULT_EDITS = 200


def add_commands(commands: "Subparsers") -> None:
    """Adds the three commands; each sets `command` to a function of the parsed options that gives the exit status."""
    _add_rehearse(commands)
    _add_demo(commands)
    _add_bench_edits(commands)


def _add_rehearse(commands: "Subparsers") -> None:
    text = "Import CSV files, push them into a local QuickBooks, read it back and compare to the cent."
    parser = commands.add_parser("rehearse", help=text, description=f"{text} Nothing else is touched.")
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="folder or .zip with the CSV files (docs/import.md)"
    )
    _add_shared(parser)
    parser.set_defaults(command=_rehearse)


def _add_demo(commands: "Subparsers") -> None:
    text = "Make a believable sample business and rehearse it."
    parser = commands.add_parser("demo", help=text, description=text)
    parser.add_argument(
        "--scale", type=_above_zero, default=1.0, metavar="X", help="size; 1 is 3,000 invoices (default 1)"
    )
    parser.add_argument(
        "--serve",
        action=argparse.BooleanOptionalAction,
        help="serve BluePro and the local QuickBooks at the end, until Ctrl-C (default: in a terminal, unless CI=true)",
    )
    _add_shared(parser)
    parser.set_defaults(command=_demo)


def _add_shared(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--json", type=Path, metavar="FILE", dest="json_file", help="write the outcome as JSON (docs/rehearse.md)")
    add("--keep", action="store_true", help="leave the local QuickBooks running at the end, until Ctrl-C")
    add(
        "--company", choices=["fresh", "sample", "uk"], default="fresh", help="which QuickBooks company (default fresh)"
    )
    add(
        "--quickbooks",
        type=_setting,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="what the local QuickBooks does: a named option (qbo-emulator --help) or a setting of the company, "
        "such as allow_discount=false, using_sales_tax=false, book_close_date=2026-03-31; may be repeated",
    )
    add("--faults", type=_part, default=0, metavar="RATE", help="part of all calls, 0 to 1, that fail in random ways")
    add(
        "--limits",
        choices=["documented", "none"],
        default="none",
        help="keep to Intuit's documented limits, on both sides (default none)",
    )
    add("--kill-worker", type=_from_zero, default=0, metavar="N", help="kill the worker N times during the push")
    add("--seed", type=int, default=0, metavar="S", help="which calls fail, and when the worker is killed (default 0)")


def _add_bench_edits(commands: "Subparsers") -> None:
    text = "Measure how long an edit takes from its commit to a local QuickBooks."
    parser = commands.add_parser("bench-edits", help=text, description=text)
    parser.add_argument(
        "--edits", type=_from_zero, default=DEFAULT_EDITS, metavar="N", help=f"single edits (default {DEFAULT_EDITS})"
    )
    parser.set_defaults(command=_bench_edits)


def _options(given: argparse.Namespace, folder: Path) -> Options:
    return Options(
        folder=folder,
        json_file=given.json_file,
        keep=given.keep,
        company=given.company,
        limits=given.limits,
        kills=given.kill_worker,
        seed=given.seed,
        quickbooks=tuple(given.quickbooks),
        faults=given.faults,
    )


def _rehearse(given: argparse.Namespace) -> int:
    from bluepro.proof.rehearse import rehearse

    return rehearse(_options(given, given.folder), Console())


def _demo(given: argparse.Namespace) -> int:
    from bluepro.common.clock import SystemClock
    from bluepro.proof.demo import demo

    today = SystemClock().now().astimezone(ZoneInfo(TIME_ZONE)).date()  # no invoice is dated tomorrow there
    options, program = _options(given, Path()), called(sys.argv[0], shutil.which("bluepro"), sys.executable)
    return demo(options, Console(), today=today, scale=given.scale, serving=_serving(given), program=program)


def called(first: str, found: str | None, python: str) -> str:
    """How people call BluePro here, fit for their shell. `first`: the first word of this call; `found`: what the
    search path holds as bluepro; `python`: the interpreter, for calls as a module.
    """
    if Path(first).stem != "bluepro":
        return f"{shlex.quote(python)} -m bluepro.config.cli"
    if found and Path(found).absolute() == Path(first).absolute():
        return "bluepro"
    return shlex.quote(first)


def _serving(given: argparse.Namespace) -> bool:
    """Scripts that wait for the end of a demo still get one."""
    by_a_person = sys.stdout.isatty() and os.environ.get("CI", "") != "true"
    return by_a_person if given.serve is None else bool(given.serve)


def _bench_edits(given: argparse.Namespace) -> int:
    from bluepro.common.clock import SystemClock
    from bluepro.proof.edits import bench_edits

    return bench_edits(given.edits, Console(), today=SystemClock().now().astimezone().date())


def _from_zero(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"a whole number from 0 is needed, not {text!r}")
    return int(text)


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"a setting is written as NAME=VALUE, not {text!r}")
    return name, value


def _part(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"a number from 0 to 1 is needed, not {text!r}")
    return number


def _above_zero(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 1000:
        raise argparse.ArgumentTypeError(f"a number above 0 is needed, not {text!r}")
    return number
