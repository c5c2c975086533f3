"""`bluepro up`: everything that BluePro needs on one machine, kept running until Ctrl-C.

The embedded database (unless DATABASE_URL names a server), the pages, the workers. How parts are kept is in
`bluepro.running`; which there are, and what people are told, is said here.
"""

import argparse
import os
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

from bluepro.config import boot
from bluepro.quickbooks.connect import deployment
from bluepro.running.folders import data_folder, log_folder
from bluepro.running.postgres import EmbeddedPostgres
from bluepro.running.supervisor import Supervisor
from bluepro.running.supervisor_database import DatabasePart
from bluepro.running.supervisor_lifeline import Lifeline
from bluepro.running.supervisor_place import alone_in, port_to_use, web_secret
from bluepro.running.supervisor_process import ProcessPart
from bluepro.running.supervisor_ready import wait_for_pages
from bluepro.running.supervisor_stop import Stop, stop_on_signals

OURS = "bluepro.config.cli"
LOCAL = ("127.0.0.1", "localhost", "::1")
USUAL_HOSTS = "localhost,127.0.0.1,[::1]"
EVERYWHERE = ("0.0.0.0", "::")
CALLBACK = "/quickbooks/callback"  # the page that a sign-in comes back to
WORKER_GRACE = 40.0  # a worker finishes the calls that it has under way
QUICKBOOKS = (
    deployment.ENVIRONMENT,
    deployment.DISCOVERY_URL,
    deployment.API_URL,
    deployment.CLIENT_ID,
    deployment.CLIENT_SECRET,
    deployment.REDIRECT_URI,
)


@dataclass(frozen=True)
class Plan:
    """What is to run: where the pages are, how many workers, and the environment that all share."""

    host: str
    port: int
    workers: int
    data: Path
    environ: Mapping[str, str]

    @property
    def address(self) -> str:
        """Where people open the pages: by the name that Intuit accepts for a sign-in to a program on this machine."""
        return "http://" + self._with_port("localhost" if self.host in (*LOCAL, *EVERYWHERE) else self.host)

    @property
    def listens_at(self) -> str:
        """Where the pages answer, whatever `localhost` means here."""
        return "http://" + self._with_port({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host))

    def _with_port(self, host: str) -> str:
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"


def up(options: argparse.Namespace) -> int:
    """Starts everything and looks after it; 0 after a stop that was asked for."""
    plan = _plan(options, dict(os.environ))
    with ExitStack() as stack:
        stop = stack.enter_context(stop_on_signals())
        stack.enter_context(alone_in(plan.data, plan.address))
        _run(plan, stop, stack)
    _say("BluePro has ended.")
    return 0


def _plan(options: argparse.Namespace, environ: dict[str, str]) -> Plan:
    """What is asked for. Without any of the variables QuickBooks is not meant, and no worker is needed.

    Raises DeploymentError if QuickBooks is meant, but not named rightly, SupervisorError if the port cannot be had.
    """
    port = port_to_use(options.host, options.port)
    plan = Plan(options.host, port, options.workers, data_folder(environ), environ)
    if not any(environ.get(name, "").strip() for name in QUICKBOOKS):
        return replace(plan, workers=0)
    if not environ.get(deployment.REDIRECT_URI, "").strip():
        environ[deployment.REDIRECT_URI] = plan.address + CALLBACK
    deployment.from_environment(environ)
    return plan


def _run(plan: Plan, stop: Stop, stack: ExitStack) -> None:
    lifeline = stack.enter_context(closing(Lifeline()))
    supervisor = stack.enter_context(Supervisor(stop, tell=_say, monotonic=time.monotonic))
    environ = {**plan.environ, "DATABASE_URL": _database(plan, supervisor, stop)}
    web = _web(plan, environ, lifeline)
    supervisor.start(web)
    for number in range(1, plan.workers + 1):
        supervisor.start(_worker(plan, environ, lifeline, number))
    wait_for_pages(plan.listens_at, web, stop)
    if not stop.asked:
        _welcome(plan)
    supervisor.run()
    _say("Stopping.")


def _database(plan: Plan, supervisor: Supervisor, stop: Stop) -> str:
    """The address of a database that is up to date. Raises PostgresError, BehindError."""
    given = plan.environ.get("DATABASE_URL", "").strip()
    part = DatabasePart(EmbeddedPostgres(plan.data))
    if not given:
        _say(f"Starting the database in {plan.data} ...")
        supervisor.start(part)
    url = given or part.url
    if not stop.asked:
        _bring_up_to_date(url, ours=not given)
    return url


def _bring_up_to_date(url: str, *, ours: bool) -> None:
    """Our own database is migrated; a server that others may use is only looked at."""
    os.environ["DATABASE_URL"] = url  # Django's settings read it there
    with boot.start_django(os.environ, check=not ours):
        if ours:
            boot.migrate()


def _web(plan: Plan, environ: Mapping[str, str], lifeline: Lifeline) -> ProcessPart:
    return ProcessPart(
        "web server",
        OURS,
        ["web", "--host", plan.host, "--port", str(plan.port)],
        environ={**_hosts(plan), **environ, "BLUEPRO_SECRET_KEY": web_secret(plan.data)},
        log=log_folder(plan.data) / "web.log",
        lifeline=lifeline,
    )


def _hosts(plan: Plan) -> dict[str, str]:
    own = () if plan.host in (*LOCAL, *EVERYWHERE) else (plan.host,)
    return {"BLUEPRO_HOSTS": ",".join((USUAL_HOSTS, *own))}


def _worker(plan: Plan, environ: Mapping[str, str], lifeline: Lifeline, number: int) -> ProcessPart:
    log = log_folder(plan.data) / f"worker-{number}.log"
    return ProcessPart(
        f"worker {number}", OURS, ["worker"], environ=environ, log=log, lifeline=lifeline, grace=WORKER_GRACE
    )


def _welcome(plan: Plan) -> None:
    _say(f"BluePro is at {plan.address}/")
    _say("Open it in a browser and sign up; the first page then says what to do next.")
    if plan.workers:
        _say("Connect a workspace to QuickBooks in Settings > Integrations > QuickBooks.")
    else:
        _say("QuickBooks is not configured, so nothing is sent there: docs/running.md says how. All else works.")
    if plan.host not in LOCAL:
        _say("Others can reach this address, and it is not encrypted: put a proxy with TLS in front of it.")
    _say(f"Logs are in {plan.data / 'log'}. Ctrl-C ends everything.")


def _say(text: str) -> None:
    print(text, flush=True)
