"""What the commands are called, what they take, and their help. Imports nothing of Django's, so that --help is quick.

Each command names its function as "module:function" and how much must stand before it runs.
"""

import argparse
import contextlib
from datetime import date, datetime
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from bluepro.proof import cli as proof

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


class Boot(Enum):
    """What stands before a command runs: nothing, a database that may be behind, one up to date, a worker's log too."""

    NONE = auto()
    UNCHECKED = auto()
    READY = auto()
    WORKER = auto()


EPILOG = """\
Data is kept in an embedded PostgreSQL in the data folder (BLUEPRO_DATA, or the platform's usual place), unless
DATABASE_URL names a server. Which QuickBooks is meant is said by BLUEPRO_QBO_ENVIRONMENT (sandbox or production), or
BLUEPRO_QBO_DISCOVERY_URL and BLUEPRO_QBO_API_URL, with BLUEPRO_QBO_CLIENT_ID, BLUEPRO_QBO_CLIENT_SECRET and
BLUEPRO_QBO_REDIRECT_URI. Exit status: 0 done, 1 refused or something is left to do, 2 not understood.
"""


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="bluepro",
        description="Contacts, services, invoices and payments, pushed into QuickBooks Online right to the cent.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="name")
    _add_serving(commands)
    _add_operating(commands)
    _add_workspaces(commands)
    _add_records(commands)
    _add_quickbooks(commands)
    _add_syncing(commands)
    _add_proof(commands)
    return parser


def _add(
    commands: "Subparsers", name: str, command: str, text: str, *, boot: Boot = Boot.READY, workspace: bool = True
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(command=command, boot=boot)
    if workspace:
        parser.add_argument("--workspace", metavar="NAME", help="which workspace; needed where there are several")
    return parser


def _add_operating(commands: "Subparsers") -> None:
    _add(
        commands,
        "migrate",
        "operating:migrate",
        "Bring the database to this version of BluePro.",
        boot=Boot.UNCHECKED,
        workspace=False,
    )
    _add(
        commands,
        "check",
        "operating:check",
        "Check database, keys, QuickBooks settings and connections.",
        boot=Boot.UNCHECKED,
        workspace=False,
    )
    restored = _add(
        commands,
        "restored",
        "operating:restored",
        "Say that the database was restored from a backup: nothing is sent before what was sent since is matched.",
        workspace=False,
    )
    restored.add_argument(
        "--since", type=_moment, metavar="TIME", help="when the backup was made, such as 2026-03-02T21:00Z"
    )
    worker = _add(
        commands,
        "worker",
        "operating:worker",
        "Work for all connected companies until stopped (SIGTERM, Ctrl-C).",
        boot=Boot.WORKER,
        workspace=False,
    )
    worker.add_argument("--concurrency", type=_positive, default=4, metavar="N", help="companies at once (default 4)")


def _add_serving(commands: "Subparsers") -> None:
    up = _add(
        commands,
        "up",
        "up:up",
        "Run BluePro on this machine until Ctrl-C: database, pages and workers.",
        boot=Boot.NONE,
        workspace=False,
    )
    up.add_argument("--workers", type=_positive, default=1, metavar="N", help="worker processes (default 1)")
    web = _add(
        commands, "web", "web:web", "Serve the pages until stopped (SIGTERM, Ctrl-C).", boot=Boot.NONE, workspace=False
    )
    web.add_argument("--threads", type=_positive, default=8, metavar="N", help="requests at once (default 8)")
    for parser in (up, web):
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
        parser.add_argument(
            "--port", type=_port, default=8000, help="port to listen on, 0 for a free one (default 8000)"
        )


def _add_workspaces(commands: "Subparsers") -> None:
    parser = commands.add_parser("workspace", help="Make and list workspaces.", description="Make and list workspaces.")
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="inner")
    create = _add(inner, "create", "workspaces:create", "Make a workspace with its Owner.", workspace=False)
    create.add_argument("workspace_name", metavar="NAME", help="the business's name")
    create.add_argument("--owner", required=True, metavar="EMAIL", help="e-mail address of the Owner")
    create.add_argument("--time-zone", required=True, metavar="ZONE", help="such as America/New_York")
    create.add_argument("--terms-days", type=int, default=30, metavar="DAYS", help="usual terms (default 30)")
    _add(inner, "list", "workspaces:show_all", "List all workspaces.", workspace=False)
    text = "Give a person a password to sign in with: asked for, or one line of standard input."
    password = _add(commands, "password", "people:password", text, workspace=False)
    password.add_argument("email", metavar="EMAIL", help="the person's e-mail address")


def _add_records(commands: "Subparsers") -> None:
    imported = _add(commands, "import", "records:import_records", "Import CSV files: all of them or nothing.")
    imported.add_argument("folder", type=Path, metavar="FOLDER", help="folder or .zip with the CSV files")
    imported.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
    imported.add_argument("--skip-bad", action="store_true", help="leave out what has errors, with all that needs it")
    exported = _add(commands, "export", "records:export_records", "Export everything as CSV files.")
    exported.add_argument("folder", type=Path, metavar="FOLDER", help="a new or empty folder")
    exported.add_argument("--overwrite", action="store_true", help="replace the files of an earlier export")


def _add_quickbooks(commands: "Subparsers") -> None:
    connect = _add(commands, "connect", "connecting:connect", "Connect the workspace to a QuickBooks company.")
    connect.add_argument(
        "--timeout", type=_positive, default=600, metavar="SECONDS", help="how long to wait for the sign-in (600)"
    )
    _add_start(commands)
    _add_map(commands)
    _add_preview(commands)
    _add(commands, "pause", "connecting:pause", "Stop sending to QuickBooks for now.")
    _add(commands, "resume", "connecting:resume", "Go on sending after a pause.")
    _add(commands, "disconnect", "connecting:disconnect", "End the connection; what was linked is remembered.")


def _add_start(commands: "Subparsers") -> None:
    text = "Choose what is sent, once, before the first push. Without options: show what there is, year by year."
    start = _add(commands, "start", "starting:start", text)
    which = start.add_mutually_exclusive_group()
    which.add_argument("--everything", action="store_true", help="all invoices and payments")
    which.add_argument("--from", dest="day", type=_day, metavar="DAY", help="those dated DAY (2026-01-31) or later")


def _add_preview(commands: "Subparsers") -> None:
    text = "Show what the first push would make, link, skip and ask; answer what it asks; say that you have seen it."
    preview = _add(commands, "preview", "previewing:preview", text)
    preview.add_argument("--json", action="store_true", help="print JSON instead of tables")
    preview.add_argument("--refresh", action="store_true", help="first read QuickBooks anew; answers are kept")
    what = preview.add_mutually_exclusive_group()
    what.add_argument(
        "--answer",
        nargs=2,
        metavar=("ID", "CHOICE"),
        help="answer a question, all of them (all), or all proposed links (links): link, link:ID, create or hold",
    )
    what.add_argument("--accept", action="store_true", help="you have seen it: the first push may begin")


def _add_map(commands: "Subparsers") -> None:
    parser = _add(
        commands,
        "map",
        "mapping:map_accounts",
        "Choose accounts, payment methods and how sales tax is booked, and enable the sync. Without options: show "
        "what can be chosen, and what is in the way.",
    )
    for use, what in (("income", "sales"), ("discount", "discounts"), ("deposit", "money received")):
        parser.add_argument(f"--{use}", metavar="ACCOUNT", help=f"account for {what}: its id, number or name")
    parser.add_argument(
        "--method",
        action="append",
        default=[],
        metavar="NAME=METHOD",
        help="book the payment method NAME as QuickBooks' METHOD (id or name); may be repeated",
    )
    parser.add_argument(
        "--create-missing",
        action="store_true",
        help="make accounts and payment methods that QuickBooks lacks; without a name take the best one offered",
    )
    parser.add_argument("--tax-mode", choices=["automated", "codes", "line"], help="how sales tax is booked")
    parser.add_argument(
        "--tax-rate",
        action="append",
        default=[],
        metavar="RATE=CODE",
        help="book the sales tax rate RATE (per cent) by QuickBooks' tax code CODE (id or name), where QuickBooks "
        "computes by tax codes; may be repeated",
    )
    parser.add_argument(
        "--name-clash",
        choices=["ask", "suffix"],
        help="a name that QuickBooks has already: ask whether it is the same, or take the next free suffix",
    )
    parser.add_argument(
        "--changed-there",
        choices=["ask", "overwrite"],
        help="an amount, date, customer, tax or line that somebody changed in QuickBooks: ask, or write over it",
    )
    parser.add_argument("--refresh", action="store_true", help="first read accounts and settings anew from QuickBooks")


def _add_syncing(commands: "Subparsers") -> None:
    sync = _add(commands, "sync", "syncing:sync", "Press Sync Data and follow it until nothing is left to send.")
    sync.add_argument("--work", action="store_true", help="run a worker for as long as this takes")
    sync.add_argument("--no-wait", action="store_true", help="press it and return at once")
    problems = _add(commands, "problems", "problems:problems", "List what waits for a person, and answer it.")
    what = problems.add_mutually_exclusive_group()
    what.add_argument("--dismiss", type=int, metavar="ID", help="close a problem unsolved; needs --reason")
    what.add_argument("--retry", type=int, metavar="ID", help="have its record tried again")
    what.add_argument("--answer", nargs=2, metavar=("ID", "CHOICE"), help="answer with one of the choices listed")
    problems.add_argument("--reason", default="", metavar="TEXT", help="why it is dismissed")
    problems.add_argument("--yes", action="store_true", help="say yes to what an answer asks first")
    lock = _add(commands, "lock", "locking:lock", "Lock the books through a day, or open them; without options: show.")
    which = lock.add_mutually_exclusive_group()
    which.add_argument("--through", type=_day, metavar="DAY", help="what is dated until then (2026-01-31) is not sent")
    which.add_argument("--none", action="store_true", help="open the books")
    compare = _add(commands, "compare", "comparing:compare", "Compare all records with QuickBooks, to the cent.")
    compare.add_argument("--json", action="store_true", help="print JSON instead of tables")


def _add_proof(commands: "Subparsers") -> None:
    """Rehearse, demo, bench-edits. They bring a database of their own: nothing has to stand before they run."""
    proof.add_commands(commands)


def _moment(text: str) -> datetime:
    with contextlib.suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment
    raise argparse.ArgumentTypeError(f"a time with its zone is needed, such as 2026-03-02T21:00Z, not {text!r}")


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a day is written as 2026-01-31, not {text!r}") from None


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1 is needed, not {text!r}")
    return number
