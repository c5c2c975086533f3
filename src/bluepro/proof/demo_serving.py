"""The end of the demo: BluePro's pages and a worker beside the local QuickBooks, until somebody asks to stop.

Everything runs in the scratch installation of the rehearsal, which is gone afterwards.
"""

import json
import secrets
import time
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import asdict, replace

from django.db import connections
from rich.console import Console

from bluepro.proof.local_quickbooks import LocalQuickBooks
from bluepro.proof.walk import OWNER, Walk
from bluepro.quickbooks.connect.deployment import REDIRECT_URI
from bluepro.running.supervisor import LOOK, Supervisor, SupervisorError
from bluepro.running.supervisor_lifeline import Lifeline
from bluepro.running.supervisor_place import port_to_use, web_secret
from bluepro.running.supervisor_process import ProcessPart
from bluepro.running.supervisor_ready import wait_for_pages
from bluepro.running.supervisor_stop import Stop, stop_on_signals
from bluepro.workspaces.models import User
from bluepro.workspaces.people import set_password
from bluepro.workspaces.queries import find_workspace, owner_actor
from bluepro.workspaces.rules import Company
from bluepro.workspaces.services import update_company

HOST, USUAL_PORT, CALLBACK = "127.0.0.1", 8000, "/quickbooks/callback"
WEBHOOK = "/quickbooks/webhook"
COMPANY, PERSON = "Clear View Window Cleaning", "Dana Field"
OURS = "bluepro.config.cli"
WORKER_GRACE = 30.0  # seconds


def serve(walk: Walk, console: Console) -> None:
    """Serves until Ctrl-C or SIGTERM. Raises SupervisorError, ProcessFailed if the local QuickBooks ends."""
    with ExitStack() as stack:
        stop = stack.enter_context(stop_on_signals())
        port = _port()
        password = _furnish()
        verifier = secrets.token_hex(16)
        _register(walk.quickbooks, port, verifier)
        connections.close_all()
        lifeline = stack.enter_context(closing(Lifeline()))
        supervisor = stack.enter_context(Supervisor(stop, tell=console.print, monotonic=time.monotonic))
        _start(walk, supervisor, lifeline, stop, port, verifier)
        if not stop.asked:
            _tell(console, port, password, walk.quickbooks)
        while not stop.wait(LOOK):
            walk.quickbooks.child.check()
            supervisor.look()
    console.print("Ended. Nothing of the demo is left behind.")


def _port() -> int:
    try:
        return port_to_use(HOST, USUAL_PORT)
    except SupervisorError:
        return port_to_use(HOST, 0)


def _furnish() -> str:
    """Names for the business and its Owner, and a password to sign in with."""
    workspace = find_workspace()
    old = {name: getattr(workspace, name) for name in asdict(Company(name="", time_zone=""))}
    update_company(owner_actor(workspace), replace(Company(**old), name=COMPANY))
    owner = User.objects.get(email=OWNER)
    owner.name = PERSON
    owner.save(update_fields=["name"])
    password = "-".join(secrets.token_hex(2) for _ in range(3))
    set_password(owner, password)
    return password


def _register(quickbooks: LocalQuickBooks, port: int, verifier: str) -> None:
    """The app's sign-ins come back to the pages from now on, and its webhooks go there."""
    app = {
        "client_id": quickbooks.client_id,
        "client_secret": quickbooks.client_secret,
        "redirect_uris": [f"http://{HOST}:{port}{CALLBACK}"],
    }
    _tell_quickbooks(quickbooks, "POST", "apps", app)
    webhook = {"endpoint": f"http://{HOST}:{port}{WEBHOOK}", "verifier_token": verifier}
    _tell_quickbooks(quickbooks, "PUT", f"webhooks/{quickbooks.client_id}", webhook)


def _tell_quickbooks(quickbooks: LocalQuickBooks, method: str, path: str, body: Mapping[str, object]) -> None:
    address = f"{quickbooks.base_url}/_emulator/{path}"
    request = urllib.request.Request(address, json.dumps(body).encode(), method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=30) as answer:
        answer.read()


def _start(walk: Walk, supervisor: Supervisor, lifeline: Lifeline, stop: Stop, port: int, verifier: str) -> None:
    folder = walk.scratch.folder
    environ = {**walk.scratch.environ, REDIRECT_URI: f"http://{HOST}:{port}{CALLBACK}"}
    environ["BLUEPRO_SECRET_KEY"] = web_secret(folder)
    environ["BLUEPRO_QBO_WEBHOOK_VERIFIER"] = verifier
    web = ProcessPart(
        "web server",
        OURS,
        ["web", "--host", HOST, "--port", str(port)],
        environ=environ,
        log=folder / "web.log",
        lifeline=lifeline,
    )
    worker = ProcessPart(
        "worker",
        OURS,
        ["worker"],
        environ=environ,
        log=folder / "worker.log",
        lifeline=lifeline,
        grace=WORKER_GRACE,
    )
    supervisor.start(web)
    supervisor.start(worker)
    wait_for_pages(f"http://{HOST}:{port}", web, stop)


def _tell(console: Console, port: int, password: str, quickbooks: LocalQuickBooks) -> None:
    console.rule("Look around")
    for words in (
        f"BluePro              http://{HOST}:{port}/",
        f"  sign in as         {OWNER}",
        f"  with the password  {password}",
        f"The local QuickBooks {quickbooks.base_url}/app",
        "Change something in BluePro: about a second later it is in QuickBooks.",
        "Change an invoice's date in QuickBooks: half a minute later BluePro asks what counts, under Problems.",
        "At the end everything of the demo is removed, and what you changed there is gone. Ctrl-C ends both.",
    ):
        console.print(words, markup=False, highlight=False, soft_wrap=True)
