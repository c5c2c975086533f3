"""Whole installations as processes of their own, and the system's browser: what tests and pictures of pages stand on.

Nothing is imported from the servers; they are started by their commands and reached by HTTP, as people do.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

OURS = ("BLUEPRO_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
READY_WITHIN = 120.0
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NewPage = Callable[..., Page]  # takes options of a browser context
NO_BROWSER = "No Chromium was found (chromium, google-chrome), so the tests in the browser were left out."


def find_browser() -> str | None:
    """The path of the system's Chromium."""
    usual = "/usr/bin/chromium"
    return next((path for name in BROWSERS if (path := shutil.which(name))), usual if Path(usual).exists() else None)


class Process:
    """A command of ours with its output in a file; ended with all that it started."""

    def __init__(self, module: str, *arguments: str, environ: dict[str, str], log: Path) -> None:
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        """All that it said so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, pattern: str, seconds: float = READY_WITHIN) -> re.Match[str]:
        """The first match of `pattern` in what it says."""
        deadline = time.monotonic() + seconds
        while True:
            found = re.search(pattern, self.said())
            if found:
                return found
            assert self._process.poll() is None, f"it ended too early:\n{self.said()}"
            assert time.monotonic() < deadline, f"it did not say {pattern!r} in time:\n{self.said()}"
            time.sleep(0.1)

    def freeze(self) -> None:
        """It answers nothing any more until it is thawed."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it stood."""
        self._process.send_signal(signal.SIGCONT)

    def end(self) -> int:
        """Ctrl-C, and its exit status."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        return self._process.wait(timeout=90)


@dataclass(frozen=True)
class Installation:
    """A running BluePro and the local QuickBooks that it is configured for; addresses without a slash at the end."""

    pages: str
    quickbooks: str
    email: str = ""
    password: str = ""
    books: Process | None = None  # the local QuickBooks, where it is a process of its own


@contextmanager
def running(module: str, *arguments: str, environ: dict[str, str], log: Path) -> Iterator[Process]:
    """A process that ends with the block."""
    process = Process(module, *arguments, environ=environ, log=log)
    try:
        yield process
    finally:
        process.end()


def environment(**more: str) -> dict[str, str]:
    """Ours without anything that concerns BluePro, and `more`."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)} | more


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def empty_installation(folder: Path) -> Iterator[Installation]:
    """`bluepro up` on an empty database with one worker, beside a local QuickBooks that asks for consent."""
    pages = f"http://localhost:{free_port()}"
    secret = secrets.token_hex(20)
    app = ("--client-id", "browser-tests", "--client-secret", secret, "--redirect-uri", f"{pages}/quickbooks/callback")
    books = ("--port", "0", "--limits", "none", *app)
    with running("qbo_emulator.cli", *books, environ=environment(), log=folder / "quickbooks.log") as emulator:
        address = emulator.wait_for(r"listening on (\S+)\n")[1]
        environ = environment(
            BLUEPRO_DATA=str(folder / "data"),
            BLUEPRO_QBO_DISCOVERY_URL=f"{address}/.well-known/openid_configuration",
            BLUEPRO_QBO_API_URL=address,
            BLUEPRO_QBO_CLIENT_ID="browser-tests",
            BLUEPRO_QBO_CLIENT_SECRET=secret,
        )
        port = pages.rpartition(":")[2]
        with running("bluepro.config.cli", "up", "--port", port, environ=environ, log=folder / "up.log") as up:
            up.wait_for("BluePro is at ")
            yield Installation(pages, address, books=emulator)


@contextmanager
def demo_installation(folder: Path, scale: float) -> Iterator[Installation]:
    """`bluepro demo` at its end: a business whose records are in the local QuickBooks."""
    arguments = ("demo", "--serve", "--scale", str(scale))
    with running("bluepro.config.cli", *arguments, environ=environment(), log=folder / "demo.log") as demo:
        demo.wait_for("Ctrl-C ends both")
        find: Callable[[str], str] = lambda pattern: demo.wait_for(pattern)[1]  # noqa: E731  (read as one phrase below)
        yield Installation(
            pages=find(r"BluePro +(http://\S+[0-9])"),
            quickbooks=find(r"The local QuickBooks +(http://\S+)/app"),
            email=find(r"sign in as +(\S+)"),
            password=find(r"with the password +(\S+)"),
        )
