"""How fast and how large the local QuickBooks is: in one process on one core, with all rules and history on.

    python bench/emulator.py --invoices 100000 --json emulator.json

Invoices have 4 lines. Creates and batches go through the gateway, bytes in and bytes out, without a server. Queries and
change data capture are measured among all invoices; "first" is the call that builds an order, the rest are medians.
Times are processor time, which is what stays when nothing else runs on the machine.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # JSON of any shape

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from qbo_emulator.books.kinds import REALMS  # noqa: E402
from qbo_emulator.clock import SystemClock  # noqa: E402
from qbo_emulator.gateway.call import Call  # noqa: E402
from qbo_emulator.gateway.gateway import Gateway  # noqa: E402
from qbo_emulator.ids import SeededIds  # noqa: E402
from qbo_emulator.server import spare_collector  # noqa: E402
from qbo_emulator.settings import Settings  # noqa: E402
from qbo_emulator.world import World  # noqa: E402

REALM = REALMS["fresh"]
CUSTOMERS = 500
CHECKED_ANSWERS = (200,)


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    what: str
    value: float
    unit: str
    goal: str = ""


class Emulator:
    """The gateway of a world, called with bytes."""

    def __init__(self) -> None:
        self.world = World(Settings(limits="none", request_log=False), SystemClock(), SeededIds(1))
        self.gateway = Gateway(self.world)
        token = self.world.oauth.issue_directly(self.world.settings.client_id, REALM).access_token
        self._headers = {
            "authorization": f"Bearer {token}",
            "accept": "application/json",
            "content-type": "application/json",
        }

    def call(self, method: str, rest: str, body: bytes = b"", **params: str) -> bytes:
        """The body of an answer that has to be a success."""
        answer = self.gateway.handle(Call(method, REALM, rest, params, self._headers, body)).answer
        assert answer is not None
        assert answer.status in CHECKED_ANSWERS, answer.body[:300]
        return answer.body

    def query(self, text: str) -> Any:
        """What stands under QueryResponse."""
        return json.loads(self.call("GET", "query", query=text))["QueryResponse"]


def invoice(number: int) -> dict[str, Any]:
    """An invoice of 4 lines; every fifth has a discount in place of one."""
    lines: list[dict[str, Any]] = [
        {
            "Amount": 25.5 * (position + 1),
            "DetailType": "SalesItemLineDetail",
            "Description": f"Visit {position + 1}",
            "SalesItemLineDetail": {
                "ItemRef": {"value": "1"},
                "Qty": position + 1,
                "UnitPrice": 25.5,
                "TaxCodeRef": {"value": "TAX" if position % 2 else "NON"},
            },
        }
        for position in range(4)
    ]
    if number % 5 == 0:
        detail = {"PercentBased": True, "DiscountPercent": 10}
        lines[3] = {"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail}
    day = f"2025-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
    customer = {"value": str(number % CUSTOMERS + 1)}
    address = {"Line1": "1 Main St", "City": "Oakland", "CountrySubDivisionCode": "CA"}
    return {
        "CustomerRef": customer, "DocNumber": f"N{number}", "TxnDate": day, "ShipAddr": address, "Line": lines,
    }  # fmt: skip


def batch_of(numbers: range) -> bytes:
    """A batch that creates some invoices."""
    items = [{"bId": str(number), "operation": "create", "Invoice": invoice(number)} for number in numbers]
    return json.dumps({"BatchItemRequest": items}).encode()


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time that it takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def make_customers(emulator: Emulator) -> None:
    """Customers for the invoices."""
    for number in range(CUSTOMERS):
        emulator.call("POST", "customer", json.dumps({"DisplayName": f"Customer {number}"}).encode())


def singles(emulator: Emulator, first: int, count: int) -> Figure:
    """Invoices made one by one."""
    bodies = [json.dumps(invoice(number)).encode() for number in range(first, first + count)]
    seconds = timed(lambda: [emulator.call("POST", "invoice", body) for body in bodies])
    return Figure("single creates", count / seconds, "per second", "500 or more")


def batches(emulator: Emulator, first: int, last: int) -> Figure:
    """Invoices made thirty at a time, refused items counted as a mistake."""
    bodies = [batch_of(range(start, min(start + 30, last))) for start in range(first, last, 30)]

    def make() -> None:
        for body in bodies:
            assert b'"Fault"' not in emulator.call("POST", "batch", body)

    return Figure("batch items", (last - first) / timed(make), "per second", "3,000 or more")


def queries(emulator: Emulator, count: int) -> list[Figure]:
    """Pages of up to 1,000 invoices, each asked for several times."""
    half = f"DocNumber like 'N{count // 2}%'"
    ids = ", ".join(f"'{row_id}'" for row_id in range(1, count, max(1, count // 1000)))
    asked = {
        "without WHERE": "",
        "the last page": f"startposition {max(1, count - 999)}",
        "ORDERBY Id": "orderby Id",
        "ORDERBY TxnDate": "orderby TxnDate",
        "WHERE Id =": f"where Id = '{count // 2}'",
        "WHERE Id IN (1,000 of them)": f"where Id in ({ids})",
        "WHERE DocNumber =": f"where DocNumber = 'N{count // 2}'",
        "WHERE DocNumber LIKE": f"where {half}",
        "WHERE CustomerRef =": "where CustomerRef = '7'",
        "WHERE LastUpdatedTime, all fit": "where MetaData.LastUpdatedTime > '2020-01-01'",
        "WHERE LastUpdatedTime, all fit, the last page": "where MetaData.LastUpdatedTime > '2020-01-01' "
        f"startposition {max(1, count - 999)}",
        "WHERE LastUpdatedTime, none fits": "where MetaData.LastUpdatedTime > '2999-01-01'",
        "WHERE CreateTime, ORDERBY it": "where MetaData.CreateTime > '2020-01-01' orderby MetaData.CreateTime",
        "WHERE TxnDate, one month": "where TxnDate >= '2025-06-01' and TxnDate < '2025-07-01'",
        "WHERE Balance > 0": "where Balance > 0",
    }
    return [figure for what, rest in asked.items() for figure in _page(emulator, what, rest)]


def _page(emulator: Emulator, what: str, rest: str) -> list[Figure]:
    text = f"select * from Invoice {rest} maxresults 1000"

    def ask() -> bytes:
        return emulator.call("GET", "query", query=text)

    first, rows = timed(ask), len(emulator.query(text).get("Invoice", []))
    again = statistics.median(timed(ask) for _ in range(7))
    said = f"page of {rows}: {what}"
    return [Figure(f"{said}, first", first * 1000, "ms"), Figure(said, again * 1000, "ms", "under 100")]


def after_a_write(emulator: Emulator, first: int) -> Figure:
    """A page each time after a write, which has to find its place in the orders."""
    spent = []
    for number in range(first, first + 7):
        emulator.call("POST", "invoice", json.dumps(invoice(number)).encode())
        spent.append(timed(lambda: emulator.call("GET", "query", query="select * from Invoice maxresults 1000")))
    return Figure("page of 1000: without WHERE, after a write", statistics.median(spent) * 1000, "ms", "under 100")


def changes(emulator: Emulator) -> Figure:
    """Change data capture of all invoices, of which 1,000 are answered."""
    spent = [
        timed(lambda: emulator.call("GET", "cdc", entities="Invoice", changedSince="2020-01-01")) for _ in range(7)
    ]
    return Figure("change data capture, 1,000 objects", statistics.median(spent) * 1000, "ms", "under 100")


def memory(count: int) -> Figure:
    """The most memory that this process ever had."""
    unit = 1 if sys.platform == "darwin" else 1024
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return Figure(f"memory with {count:,} invoices", held / 1e9, "GB", "under 2")


def measure(count: int) -> list[Figure]:
    """All figures, with the garbage collector as the server's process has it."""
    spare_collector()
    emulator = Emulator()
    make_customers(emulator)
    figures = [singles(emulator, 0, min(2000, count // 2)), batches(emulator, min(2000, count // 2), count)]
    figures += queries(emulator, count)
    figures += [after_a_write(emulator, count), changes(emulator), memory(count)]
    return figures


def main() -> None:
    """Print a table, and write JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--invoices", type=int, default=100_000)
    parser.add_argument("--json", type=Path, help="a file for the figures")
    options = parser.parse_args()
    figures = measure(options.invoices)
    for figure in figures:
        sys.stdout.write(f"{figure.what:<70} {figure.value:>10,.1f} {figure.unit:<11} {figure.goal}\n")
    if options.json:
        options.json.write_text(json.dumps([vars(figure) for figure in figures], indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
