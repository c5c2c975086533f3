"""The command `qbo-emulator`: options, the listening socket, a clean stop on SIGTERM and SIGINT.

What the emulator does is decided by its settings; nothing here answers a call.
"""

from __future__ import annotations

import argparse
import gc
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import uvicorn

from qbo_emulator import company_changes, options, scenario, server
from qbo_emulator.app import create_app
from qbo_emulator.bad_input import BadInput
from qbo_emulator.books.kinds import REALMS
from qbo_emulator.clock import SystemClock
from qbo_emulator.company_changes import NewCompany
from qbo_emulator.gateway.fault_rules import SERVER_CUT
from qbo_emulator.ids import RandomIds
from qbo_emulator.persistence.keeper import Keeper
from qbo_emulator.scenario import Scenario
from qbo_emulator.settings import DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Settings
from qbo_emulator.webhooks import subscription
from qbo_emulator.webhooks.subscription import Subscription

_ABOUT = "A local QuickBooks Online over HTTP: sign-in, the Accounting API of two companies, and a control API."


def parser() -> argparse.ArgumentParser:
    """The options; docs/emulator.md says more."""
    made = argparse.ArgumentParser(prog="qbo-emulator", description=_ABOUT)
    add = made.add_argument
    add("--port", type=int, required=True, help="port to listen on; 0 takes a free one, which is printed")
    add("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    add("--client-id", default=DEFAULT_CLIENT_ID, help="client id of the first app (default: %(default)s)")
    add("--client-secret", default=DEFAULT_CLIENT_SECRET, help="its client secret (default: %(default)s)")
    add(
        "--redirect-uri",
        action="append",
        default=[],
        help="an address that consent may send people back to; may be repeated (default: none)",
    )
    add(
        "--company",
        choices=tuple(REALMS),
        default="fresh",
        help="the company that consent preselects; one of each kind exists (default: %(default)s)",
    )
    add(
        "--add-company",
        action="append",
        default=[],
        type=_new_company,
        metavar="KIND|JSON",
        help='a further company: its kind, or {"kind":...} with count, name and settings, as the control API takes it; '
        "may be repeated",
    )
    add(
        "--limits",
        choices=("documented", "none"),
        default="documented",
        help="whether calls beyond Intuit's documented limits are refused (default: %(default)s)",
    )
    add(
        "--latency",
        choices=("off", "documented"),
        default="off",
        help="whether answers take the time of the documented model (default: %(default)s)",
    )
    add(
        "--scenario",
        type=_scenario,
        metavar="FILE",
        help="JSON file with named options, company settings and faults to begin with",
    )
    add(
        "--fault-rate",
        type=_rate,
        default=0.0,
        metavar="RATE",
        help="part of all calls that meet a random fault which a client can survive, 0 to 1 (default: %(default)s)",
    )
    add(
        "--fault-lateness",
        type=_lateness,
        default=120.0,
        metavar="SECONDS",
        help="how late random faults make commits, answers and queries at most, up to 120; below 120 no call hangs "
        "(default: %(default)s)",
    )
    add(
        "--fault-seed",
        type=int,
        default=0,
        metavar="N",
        help="what random faults and latencies are drawn from: the same seed, the same draws (default: %(default)s)",
    )
    add("--auto-consent", action="store_true", help="consent at once with the preselected company, without a page")
    add("--public-url", default="", help="address to name in the discovery document (default: the caller's Host)")
    add("--no-request-log", action="store_true", help="keep no log of requests; counts are kept all the same")
    add(
        "--option",
        action="append",
        default=[],
        type=_option,
        metavar="NAME=VALUE",
        help=f"what to do where sources disagree; may be repeated; one of {', '.join(options.NAMES)}",
    )
    add(
        "--webhook",
        type=_webhook,
        metavar="URL|JSON",
        help="where the first app is told of changes: an address, or the JSON that the control API takes "
        "(default: nowhere)",
    )
    add(
        "--data",
        type=Path,
        metavar="FILE",
        help="keep everything in this file between starts (default: forget it on a stop)",
    )
    return made


def _webhook(text: str) -> Subscription:
    """One --webhook, checked."""
    try:
        return subscription.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _option(text: str) -> tuple[str, str]:
    """One --option, checked."""
    try:
        return options.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _scenario(text: str) -> Scenario:
    """The file behind --scenario, checked."""
    try:
        return scenario.read(Path(text))
    except scenario.BadScenario as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _rate(text: str) -> float:
    """--fault-rate, checked."""
    rate = float(text)
    if not 0 <= rate <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return rate


def _lateness(text: str) -> float:
    """--fault-lateness, checked."""
    seconds = float(text)
    if not 0 < seconds <= SERVER_CUT:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most {SERVER_CUT:.0f}")
    return seconds


def _new_company(text: str) -> NewCompany:
    """One --add-company, checked."""
    try:
        return company_changes.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def settings_of(given: argparse.Namespace) -> Settings:
    """The emulator's settings from the parsed command line."""
    settings = Settings(
        client_id=given.client_id,
        client_secret=given.client_secret,
        redirect_uris=tuple(given.redirect_uri),
        company=given.company,
        limits=given.limits,
        auto_consent=given.auto_consent,
        public_url=given.public_url,
        request_log=not given.no_request_log,
        options=tuple(given.option),
        companies=tuple(given.add_company),
        latency=given.latency,
        fault_seed=given.fault_seed,
        fault_rate=given.fault_rate,
        fault_lateness=given.fault_lateness,
        webhook=given.webhook,
        data=given.data,
    )
    return scenario.begun(settings, given.scenario) if given.scenario else settings


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; the connection backlog is uvicorn's affair."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's delay off only for sockets that name it.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except (OSError, OverflowError):
        listening.close()
        raise
    return listening


def _stop(_number: int, _frame: object) -> None:
    """A stop before the server runs; afterwards uvicorn stops by itself and then hands the signal on to here."""
    raise SystemExit(0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until told to stop. 1 if it cannot begin: the reason is on standard error."""
    given = parser().parse_args(arguments)
    # The books are trees without cycles; searching them again and again would stop the server for a second at 100,000
    # invoices. Young objects are still searched.
    gc.set_threshold(50_000, 20, 1_000)
    try:
        app = create_app(settings_of(given), SystemClock(), RandomIds())
    except BadInput as error:
        sys.stderr.write(f"qbo-emulator: {error}\n")
        return 1
    try:
        listening = _listen(given.host, given.port)
    except (OSError, OverflowError) as error:
        sys.stderr.write(f"qbo-emulator: cannot listen on {given.host} port {given.port}: {error}\n")
        return 1
    host = f"[{given.host}]" if ":" in given.host else given.host
    sys.stdout.write(f"qbo-emulator listening on http://{host}:{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    with suppress(SystemExit):  # a signal, which uvicorn hands on once it has stopped
        uvicorn.Server(server.config(app)).run(sockets=[listening])
    keeper: Keeper | None = app.state.keeper
    return 1 if keeper and keeper.problem else 0


if __name__ == "__main__":
    sys.exit(main())
