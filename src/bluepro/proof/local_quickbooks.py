"""The local QuickBooks of a rehearsal: the emulator as a process of its own, reached by HTTP like any QuickBooks.

Its random app keys live as long as it does. It is known by its command only; nothing of it is imported.
"""

import json
import re
import secrets
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bluepro.proof.options import RehearsalFailed
from bluepro.proof.processes import Child, Nursery, ProcessFailed

COMMAND = (sys.executable, "-m", "qbo_emulator.cli")
LATENESS = 1.0  # seconds that random faults make anything late: less than a rehearsal waits for unknown outcomes
_ADDRESS = re.compile(r"http://[0-9.]+:[0-9]+")


@dataclass(frozen=True, slots=True)
class LocalQuickBooks:
    """A running emulator and the app that is registered with it."""

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    child: Child

    @property
    def environ(self) -> dict[str, str]:
        """The variables by which BluePro finds it."""
        return {
            "BLUEPRO_QBO_DISCOVERY_URL": f"{self.base_url}/.well-known/openid_configuration",
            "BLUEPRO_QBO_API_URL": self.base_url,
            "BLUEPRO_QBO_CLIENT_ID": self.client_id,
            "BLUEPRO_QBO_CLIENT_SECRET": self.client_secret,
            "BLUEPRO_QBO_REDIRECT_URI": self.redirect_uri,
        }

    def control(self, path: str, method: str = "GET", body: object = None) -> Any:  # Any: JSON of the control API
        """The answer of the control API at `/_emulator/<path>`. Raises RehearsalFailed with what it does not accept."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base_url}/_emulator/{path}", data, method=method)
        try:
            with opener.open(request, timeout=30) as answer:
                said = answer.read()
        except urllib.error.HTTPError as error:
            raise RehearsalFailed(f"The local QuickBooks does not accept {body}: {error.read().decode()}") from error
        return json.loads(said) if said else None

    def set(self, company: str, settings: Iterable[tuple[str, str]]) -> None:
        """Named options and settings of the company, each as people write them. Raises RehearsalFailed."""
        known = self.control("options")
        realm = next(one["realm_id"] for one in self.control("companies") if one["kind"] == company)
        for name, value in settings:
            path = "options" if name in known else f"companies/{realm}"
            self.control(path, "PATCH", {name: _value(value)})

    def stop_faults(self) -> None:
        """From now on every call is answered as it should be."""
        self.control("faults", "DELETE")


@contextmanager
def running_quickbooks(
    processes: Nursery,
    folder: Path,
    redirect_uri: str,
    environ: Mapping[str, str],
    *,
    company: str,
    limits: str,
    more: Sequence[str] = (),
    seconds: float = 30.0,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[LocalQuickBooks]:
    """Starts a QuickBooks with both companies, waits until it listens, and ends it with the block.

    `more` are further words of its command line.

    Its log is `quickbooks.log` in `folder`. Raises ProcessFailed, showing what it said.
    """
    client_id, client_secret = f"rehearsal-{secrets.token_hex(8)}", secrets.token_hex(20)
    options = {
        "--port": "0",
        "--client-id": client_id,
        "--client-secret": client_secret,
        "--redirect-uri": redirect_uri,
        "--company": company,
        "--limits": limits,
    }
    arguments = [word for pair in options.items() for word in pair]
    log = folder / "quickbooks.log"
    child = processes.start("local QuickBooks", (*COMMAND, *arguments, *more, "--auto-consent"), environ, log)
    try:
        base_url = _wait_for_address(child, clock() + seconds, clock, sleep)
        yield LocalQuickBooks(base_url, client_id, client_secret, redirect_uri, child)
    finally:
        child.stop()


def failing(rate: float, seed: int) -> tuple[str, ...]:
    """The arguments by which so many of all calls (0 to 1) fail in random ways."""
    if not rate:
        return ()
    return ("--fault-rate", str(rate), "--fault-seed", str(seed), "--fault-lateness", str(LATENESS))


def _value(text: str) -> object:
    """A setting as JSON: true, false, null and numbers are what they look like, all else is text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _wait_for_address(child: Child, deadline: float, clock: Callable[[], float], sleep: Callable[[float], None]) -> str:
    """The address in the first line that it prints once it listens."""
    while clock() < deadline:
        child.check()
        said = child.log.read_text(encoding="utf-8", errors="replace")
        found = _ADDRESS.search(said[: said.rfind("\n") + 1])
        if found:
            return found.group()
        sleep(0.05)
    raise ProcessFailed(f"The local QuickBooks did not say in time where it listens. {child.last_words()}")
