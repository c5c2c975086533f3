"""What can be said on the command line of `qbo-emulator`, and the settings that come of it.

The help is written for somebody who sees the emulator for the first time; docs/emulator.md says more.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from qbo_emulator import company_changes, option_help, options, scenario
from qbo_emulator.books.kinds import REALMS
from qbo_emulator.company_changes import NewCompany
from qbo_emulator.gateway.fault_rules import SERVER_CUT
from qbo_emulator.scenario import Scenario
from qbo_emulator.settings import DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Settings
from qbo_emulator.webhooks import subscription
from qbo_emulator.webhooks.subscription import Subscription

Add = Callable[..., argparse.Action]
"""How an option is added to a group."""

_ABOUT = """\
A local QuickBooks Online over HTTP: sign-in, the Accounting API of any number of companies, pages to look at their
books (/app), and a control API for what a person does inside QuickBooks (/_emulator). It needs no network. Three
companies are there from the start: fresh (US, empty, automated sales tax), sample (US, the sandbox's lists, tax
codes), uk (tax codes on every line). One line on standard output names the address once it listens; Ctrl-C or
SIGTERM stops it."""

_EXAMPLES = """\
examples:
  a QuickBooks for an app on this machine, consent without a page:
    qbo-emulator --port 8901 --auto-consent --redirect-uri http://localhost:8000/callback
  on any free port, as fast as it can, for a test run:
    qbo-emulator --port 0 --auto-consent --limits none
  Intuit's limits and pace, and 2 % of all calls in trouble, the same ones in every run:
    qbo-emulator --port 8901 --latency documented --fault-rate 0.02 --fault-seed 7
  books that outlive a stop, an app that hears of every change, replaced refresh tokens that work for a minute:
    qbo-emulator --port 8901 --data books.jsonl --webhook http://localhost:8000/webhook \\
      --option refresh_grace_seconds=60"""


def parser() -> argparse.ArgumentParser:
    """The options, in groups of what they are about."""
    made = argparse.ArgumentParser(
        prog="qbo-emulator",
        description=_ABOUT,
        epilog=f"named options, the default first:\n{option_help.lines()}\n\n{_EXAMPLES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    groups: tuple[tuple[str, Callable[[Add], None]], ...] = (
        ("where it listens", _address),
        ("who signs in", _sign_in),
        ("companies and their books", _books),
        ("what is done where sources disagree", _named),
        ("limits and pace", _pace),
        ("what goes wrong", _trouble),
        ("what is told and noted", _telling),
    )
    for title, fill in groups:
        fill(made.add_argument_group(title).add_argument)
    return made


def _address(add: Add) -> None:
    add("--port", type=int, required=True, metavar="N", help="port to listen on; 0 takes a free one (required)")
    add(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="address to listen on; pages and control API answer this machine only in any case (default: %(default)s)",
    )
    add(
        "--public-url",
        default="",
        metavar="URL",
        help="address that the discovery document names, for callers who come through a proxy (default: the Host that "
        "the caller used)",
    )


def _sign_in(add: Add) -> None:
    add("--client-id", default=DEFAULT_CLIENT_ID, metavar="ID", help="the first app's id (default: %(default)s)")
    add(
        "--client-secret",
        default=DEFAULT_CLIENT_SECRET,
        metavar="SECRET",
        help="its secret (default: %(default)s)",
    )
    add(
        "--redirect-uri",
        action="append",
        default=[],
        metavar="URL",
        help="an address of the first app to which consent may send people back; the one in the authorization request "
        "must be the same, letter by letter; may be repeated (default: none, so nobody can consent)",
    )
    add(
        "--company",
        choices=tuple(REALMS),
        default="fresh",
        help="the company that the consent page preselects and --auto-consent takes (default: %(default)s)",
    )
    add(
        "--auto-consent",
        action="store_true",
        help="an authorization request is consented to at once, without a page (default: a person is asked)",
    )


def _books(add: Add) -> None:
    add(
        "--add-company",
        action="append",
        default=[],
        type=_new_company,
        metavar="KIND|JSON",
        help='a further company: its kind (fresh, sample, uk), or JSON such as {"kind": "fresh", "count": 10, "name": '
        '"Shop", "allow_shipping": true}, with the settings that the control API takes; may be repeated',
    )
    add(
        "--data",
        type=Path,
        metavar="FILE",
        help="take up what this file holds and keep everything in it: books, tokens, request ids "
        "(default: a stop forgets all)",
    )


def _named(add: Add) -> None:
    add(
        "--option",
        action="append",
        default=[],
        type=_option,
        metavar="NAME=VALUE",
        help="a named option, see below for all of them; may be repeated",
    )


def _pace(add: Add) -> None:
    add(
        "--limits",
        choices=("documented", "none"),
        default="documented",
        help="whether calls beyond Intuit's documented limits (500 a minute, 10 a second, 10 at once, ...) are refused "
        "(default: %(default)s)",
    )
    add(
        "--latency",
        choices=("off", "documented"),
        default="off",
        help="whether answers take the time that the documented model gives them, or come at once "
        "(default: %(default)s)",
    )


def _trouble(add: Add) -> None:
    add(
        "--scenario",
        type=_scenario,
        metavar="FILE",
        help="JSON file to begin with: named options, settings of companies, and rules that say which calls meet which "
        "fault (default: none)",
    )
    add(
        "--fault-rate",
        type=_rate,
        default=0.0,
        metavar="RATE",
        help="part of all calls, 0 to 1, that meet a random fault which an honest client survives "
        "(default: %(default)s)",
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
        help="what random faults and latencies are drawn from; the same seed and calls, the same draws "
        "(default: %(default)s)",
    )


def _telling(add: Add) -> None:
    add(
        "--webhook",
        type=_webhook,
        metavar="URL|JSON",
        help="where the first app is told of changes: an address, or JSON with more, such as the verifier token and "
        "the format, as the control API takes it (default: nowhere)",
    )
    add(
        "--no-request-log",
        action="store_true",
        help="keep only counts of calls, for long runs (default: the newest 20,000 calls are kept, "
        "for the control API)",
    )


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
