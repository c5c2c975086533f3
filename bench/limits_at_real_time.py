"""Intuit's limits at real time: a running `qbo-emulator` refuses the first call too many of each, and after its span
calls go on. About 90 seconds.

    .venv/bin/python bench/limits_at_real_time.py
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

ONE_QUERY = {"BatchItemRequest": [{"bId": "1", "Query": "select count(*) from Term"}]}
JSON_BOTH_WAYS = {"Accept": "application/json", "Content-Type": "application/json"}
# What an app may call in a second, and a second that is surely over.
BURST, SECOND = 10, 1.1


@dataclass
class Emulator:
    """A running emulator: companies of its own for each row, so that no row uses up another's limits."""

    address: str

    def control(self, method: str, path: str, body: object = None) -> dict[str, str]:
        """A call of the control API that answers an object."""
        connection = http.client.HTTPConnection(self.address)
        connection.request(method, f"/_emulator/{path}", json.dumps(body))
        content = connection.getresponse().read()
        connection.close()
        found = json.loads(content) if content else {}
        return dict(found[0] if isinstance(found, list) else found)

    def company(self) -> str:
        """A new company's realm."""
        return self.control("POST", "companies", {"kind": "fresh"})["realm_id"]

    def app(self, realm: str) -> App:
        """A new app that is signed in to a company."""
        client = self.control("POST", "apps", {})["client_id"]
        token = self.control("POST", "tokens", {"realm_id": realm, "client_id": client})["access_token"]
        return App(self, realm, token)


@dataclass
class App:
    """One app, signed in to one company."""

    emulator: Emulator
    realm: str
    token: str

    def call(self, body: object = None) -> int:
        """The status of one batch, or of one read."""
        connection = http.client.HTTPConnection(self.emulator.address)
        method, rest = ("POST", "batch") if body else ("GET", "preferences")
        headers = {"Authorization": f"Bearer {self.token}", **JSON_BOTH_WAYS}
        connection.request(method, f"/v3/company/{self.realm}/{rest}", json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def calls(self, count: int, body: object = None) -> list[int]:
        """So many calls within the limit of a second."""
        found = []
        for number in range(count):
            if number and number % BURST == 0:
                time.sleep(SECOND)
            found.append(self.call(body))
        return found


@contextmanager
def running() -> Iterator[Emulator]:
    """An emulator of its own process until the end of the block."""
    command = [sys.executable, "-m", "qbo_emulator.cli", "--port", "0", "--limits", "documented"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Emulator(process.stdout.readline().split()[-1].removeprefix("http://"))
        process.terminate()


def in_a_second(emulator: Emulator) -> tuple[list[int], App]:
    """11 reads at once."""
    app = emulator.app(emulator.company())
    return [app.call() for _ in range(11)], app


def in_flight(emulator: Emulator) -> tuple[list[int], App]:
    """11 reads that each take 5 seconds, spread over more than a second."""
    app = emulator.app(emulator.company())
    rule = {"effects": [{"kind": "slow", "seconds": 5}], "realm_id": app.realm, "count": 10}
    emulator.control("POST", "faults", rule)
    with ThreadPoolExecutor(10) as pool:
        first = [pool.submit(app.call) for _ in range(5)]
        time.sleep(SECOND)
        second = [pool.submit(app.call) for _ in range(5)]
        time.sleep(SECOND)
        last = app.call()
        return [*(call.result() for call in first + second), last], app


def batches_of_an_app(emulator: Emulator) -> tuple[list[int], App]:
    """41 batches."""
    app = emulator.app(emulator.company())
    return app.calls(41, ONE_QUERY), app


def batches_of_a_company(emulator: Emulator) -> tuple[list[int], App]:
    """121 batches by 4 apps."""
    realm = emulator.company()
    apps = [emulator.app(realm) for _ in range(4)]
    found = [status for app in apps[:3] for status in app.calls(40, ONE_QUERY)]
    return [*found, apps[3].call(ONE_QUERY)], apps[3]


def calls_of_a_company(emulator: Emulator) -> tuple[list[int], App]:
    """501 reads by 11 apps."""
    realm = emulator.company()
    apps = [emulator.app(realm) for _ in range(11)]
    with ThreadPoolExecutor(10) as pool:
        found = [status for statuses in pool.map(lambda app: app.calls(50), apps[:10]) for status in statuses]
    return [*found, apps[10].call()], apps[10]


def items(emulator: Emulator) -> tuple[list[int], App]:
    """31 items, which is no matter of time."""
    app = emulator.app(emulator.company())
    query = {"Query": "select count(*) from Term"}
    return [app.call({"BatchItemRequest": [{"bId": str(n), **query} for n in range(31)]})], app


# What is done, how many are let in, what refuses the next, the seconds after which it would be let in.
ROWS = (
    ("11 calls in a second", in_a_second, 10, 429, 1),
    ("11 calls in flight", in_flight, 10, 429, 0),
    ("31 items in a batch", items, 0, 400, 0),
    ("41 batches of an app in a minute", batches_of_an_app, 40, 429, 60),
    ("121 batches of a company in a minute", batches_of_a_company, 120, 429, 60),
    ("501 calls of a company in a minute", calls_of_a_company, 500, 429, 60),
)


def say(text: str) -> None:
    """One line of the table, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """All rows as a table; 1 if one of them is not as documented."""
    wrong, waiting = 0, []
    with running() as emulator:
        for name, run, let_in, refusal, span in ROWS:
            begun = time.monotonic()
            statuses, app = run(emulator)
            took, good = time.monotonic() - begun, statuses == [200] * let_in + [refusal]
            wrong += not good
            waiting.append((name, app, time.monotonic() + span + 0.1))
            verdict = "as documented" if good else "WRONG"
            say(f"{name:38} {statuses.count(200):4} let in, then {statuses[-1]} {took:6.1f} s  {verdict}")
        for name, app, again in waiting:
            time.sleep(max(0.0, again - time.monotonic()))
            good = app.call(ONE_QUERY if "batches" in name else None) == 200
            wrong += not good
            say(f"{name:38} after its span {'let in again' if good else 'STILL REFUSED'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
