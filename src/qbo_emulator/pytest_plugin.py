"""Fixtures of pytest: an emulator of one's own for the tests of any project.

`pytest_plugins = ["qbo_emulator.pytest_plugin"]` in the top conftest.py brings them. Nothing else of the emulator
imports this module, so pytest is needed only where tests run; the emulator itself runs in a process of its own.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from qbo_emulator.books.kinds import REALMS, CompanyKind

_SECONDS = 30  # for a call of the control API, or a stop


class Refused(AssertionError):
    """The control API refused a call; the text is its own and names the field."""


@dataclass(frozen=True)
class Emulator:
    """A running emulator: its address and its first app."""

    url: str
    client_id: str
    client_secret: str

    def sign_in(self, realm_id: str = REALMS["fresh"]) -> dict[str, Any]:
        """Tokens for a company without a browser: `access_token`, `refresh_token`, `realmId` and their lives in s."""
        tokens: dict[str, Any] = self.control("POST", "tokens", {"realm_id": realm_id})
        return tokens

    def faults(self, *rules: dict[str, Any]) -> None:
        """Put rules in force, as docs/emulator.md describes them: `faults({"effects": [{"kind": "drop"}]})`."""
        self.control("POST", "faults", list(rules))

    def clear_faults(self) -> None:
        """No rule is in force any more."""
        self.control("DELETE", "faults")

    def advance(self, seconds: float) -> None:
        """Push the emulator's clock forward."""
        self.control("POST", "clock", {"advance_seconds": seconds})

    def reset(self, company: CompanyKind | None = None) -> None:
        """Everything as at the start: companies, no tokens, no faults, an empty log. `company` is preselected from
        now on; the clock keeps what it was pushed by.
        """
        self.control("POST", "reset", {"company": company} if company else {})

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Any call of the control API; answers its JSON, None if there is none. Raises Refused."""
        host = urlsplit(self.url).netloc
        with closing(http.client.HTTPConnection(host, timeout=_SECONDS)) as connection:
            connection.request(method, f"/_emulator/{path}", None if body is None else json.dumps(body))
            answer = connection.getresponse()
            content = answer.read()
        if answer.status >= 400:
            raise Refused(f"{method} {path}: {answer.status} {content.decode()}")
        return json.loads(content) if content else None


@contextmanager
def running(options: Sequence[str] = ()) -> Iterator[Emulator]:
    """An emulator on a free port until the end of the block; `options` are those of the command line.

    Raises RuntimeError if it does not start; its reason is on standard error.
    """
    command = [sys.executable, "-m", "qbo_emulator.cli", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = process.stdout.readline().split()
        if not told:
            raise RuntimeError(f"the emulator did not start: exit status {process.wait(_SECONDS)}")
        try:
            yield _first_app(told[-1])
        finally:
            process.terminate()


def _first_app(url: str) -> Emulator:
    app = Emulator(url, "", "").control("GET", "apps")[0]
    return Emulator(url, app["client_id"], app["client_secret"])


@pytest.fixture(scope="session")
def qbo_emulator_options() -> Sequence[str]:
    """Options of the command line; a project overrides this fixture. By default no limits and no consent page."""
    return ("--limits", "none", "--auto-consent")


@pytest.fixture(scope="session")
def qbo_emulator_process(qbo_emulator_options: Sequence[str]) -> Iterator[Emulator]:
    """One emulator for the whole run."""
    with running(qbo_emulator_options) as emulator:
        yield emulator


@pytest.fixture
def qbo_emulator(qbo_emulator_process: Emulator) -> Emulator:
    """The emulator, as at its start for every test."""
    qbo_emulator_process.reset()
    return qbo_emulator_process
