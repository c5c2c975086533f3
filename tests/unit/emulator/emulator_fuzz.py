"""A fuzz of the emulator: random calls, most of them nearly right, against companies of every kind.

    make fuzz MINUTES=10        or        python tests/unit/emulator/emulator_fuzz.py --minutes 10 --seed 1

No call may bring a status of 500 or above or an exception; a refused call leaves the books exactly as they were;
whatever was written, the ledger, the indexes and the state that is dumped stay in order. A failure is shrunk and
printed with its seed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any  # JSON of any shape

import msgspec
from emulator_books import NOW, ref, sales_line, write
from emulator_fuzz_calls import RowId, RowToken, Step, steps
from emulator_ledger import assert_ledger
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from qbo_emulator.books import profile
from qbo_emulator.books.company import Company
from qbo_emulator.books.error_codes import ERROR_CODES
from qbo_emulator.books.kinds import BUILDERS, REALMS, CompanyKind
from qbo_emulator.books.table import index_key
from qbo_emulator.books.wire import Obj
from qbo_emulator.clock import ManualClock
from qbo_emulator.gateway.answer import Answer
from qbo_emulator.gateway.call import Call
from qbo_emulator.gateway.gateway import Gateway
from qbo_emulator.gateway.replay import Replay
from qbo_emulator.gateway.wire_format import encode
from qbo_emulator.ids import SeededIds
from qbo_emulator.settings import Settings
from qbo_emulator.world import World

_SWITCHES = (
    *("using_sales_tax", "automated_sales_tax", "allow_discount", "allow_deposit", "allow_shipping"),
    *("custom_txn_numbers", "auto_apply_credit", "auto_apply_payments", "online_payments"),
)
switched = st.dictionaries(st.sampled_from(_SWITCHES), st.booleans())
kinds = st.sampled_from(sorted(BUILDERS))


def _seeded(kind: CompanyKind, clock: ManualClock) -> Obj:
    """The state of a company with some customers and two invoices of its own."""
    company = BUILDERS[kind](clock)
    for name in ("Ada", "Bob", "Cy"):
        write(company, "Customer", DisplayName=f"{name} of the fuzz")
    newest = list(company.tables["Customer"].rows)[-1]
    for amount in ("10", "99.99"):
        code = "NON" if company.settings.country == "US" else company.settings.default_tax_code
        write(company, "Invoice", CustomerRef=ref(newest), Line=[sales_line("1", amount, code)])
    return company.dump()


@dataclass
class Session:
    """One company of a kind, anew for every example, behind the gateway of a world; `seen` counts what came back."""

    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    seen: Counter[str] = field(default_factory=Counter)
    slowest: float = 0
    _seeds: dict[CompanyKind, Obj] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.world = World(Settings(limits="none", request_log=False), self.clock, SeededIds(7))
        self.gateway = Gateway(self.world)

    def begin(self, kind: CompanyKind, switches: dict[str, bool]) -> None:
        """A company of the kind with a customer, with some preferences switched."""
        if kind not in self._seeds:
            self._seeds[kind] = _seeded(kind, self.clock)
        self.realm = REALMS[kind]
        self.company = Company.restored(self._seeds[kind], self.clock)
        self.company.choices = self.world.options
        self.world.companies[self.realm] = self.company
        self.world.replay = Replay()
        self.token = self.world.oauth.issue_directly(self.world.settings.client_id, self.realm).access_token
        for name, value in switches.items():
            setattr(self.company.settings, name, value)
        profile.refresh(self.company)

    def do(self, step: Step) -> None:
        """Make a call and look at what comes of it."""
        call = self._call(step)
        before = self.company.dump()
        started = time.perf_counter()
        answer = self.gateway.handle(call).answer
        self.slowest = max(self.slowest, time.perf_counter() - started)
        assert answer is not None
        self.seen[_verdict(answer)] += 1
        assert answer.status < 500, answer.body[:500]
        if answer.status != 200 or call.method == "GET":
            after = self.company.dump()
            assert after == before, f"{answer.status} for {call.method}, but changed: {_difference(before, after)}"

    def finish(self) -> None:
        """Look at the books as a whole."""
        assert_ledger(self.company)
        _assert_indexes(self.company)
        state = self.company.dump()
        assert Company.restored(state, self.clock).dump() == state

    def _call(self, step: Step) -> Call:
        body = step.body if isinstance(step.body, bytes) else encode(self._filled(step.body))
        rest = "/".join(str(self._filled(part)) for part in step.path)
        headers = {
            "authorization": f"Bearer {self.token}",
            "accept": "application/json",
            "content-type": "application/json",
            **step.headers,
        }
        return Call(step.method, self.realm, rest, step.params, headers, body)

    def _filled(self, value: Any) -> Any:
        """The same with its place holders filled in."""
        match value:
            case RowId(entity, number) | RowToken(entity, number):
                rows = list(self.company.tables[entity].rows.values())
                if not rows:
                    return "999" if isinstance(value, RowId) else "0"
                row = rows[number % len(rows)]
                return row.id if isinstance(value, RowId) else row.data["SyncToken"]
            case dict():
                return {key: self._filled(held) for key, held in value.items()}
            case list():
                return [self._filled(held) for held in value]
        return value


def _difference(before: Any, after: Any, path: str = "") -> str:
    """The first place where two states differ."""
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        return next(
            _difference(before[key], after[key], f"{path}.{key}") for key in before if before[key] != after[key]
        )
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return next(_difference(old, new, f"{path}[{place}]") for place, (old, new) in pairs if old != new)
    return f"{path}: {str(before)[-200:]} became {str(after)[-200:]}"


def _verdict(answer: Answer) -> str:
    """What came back, in a word; a fault has to be one that is known, in a whole envelope."""
    if answer.content_type == "application/json" and answer.status != 200:
        content = msgspec.json.decode(answer.body)
        fault = content.get("Fault") or content["fault"]
        errors = fault.get("Error") or fault["error"]
        for error in errors:
            assert error["code"] in ERROR_CODES
            assert error.get("Message") or error["message"]
        return str(errors[0]["code"])
    return f"{answer.status} {answer.content_type.partition(';')[0]}"


def _assert_indexes(company: Company) -> None:
    """Indexes hold every row once, under what it says; rows hold no empty properties (F3.1-9)."""
    for table in company.tables.values():
        state = table.dump()
        for prop, lists in state["indexes"].items():
            assert sorted(row_id for ids in lists for row_id in ids) == sorted(table.rows)
            for ids in lists:
                assert len({index_key(table.rows[row_id].data.get(prop)) for row_id in ids}) == 1
        for row in table.rows.values():
            assert row.data["Id"] == row.id
            assert all(value is not None for value in row.data.values())


def examine(session: Session, kind: CompanyKind, switches: dict[str, bool], calls: list[Step]) -> None:
    """One example: some calls on a fresh company."""
    session.begin(kind, switches)
    for step in calls:
        session.do(step)
    session.finish()


def _round(session: Session, number: int, examples: int) -> None:
    """Some examples from a seed; a failure is shrunk and raised."""

    @seed(number)
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(kind=kinds, switches=switched, calls=st.lists(steps, min_size=1, max_size=20))
    def look(kind: CompanyKind, switches: dict[str, bool], calls: list[Step]) -> None:
        examine(session, kind, switches, calls)

    look()


def main() -> None:
    """Run until the time is up or something fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=10, help="how long (default 10)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the first seed (default: the time)")
    given_options = parser.parse_args()
    end, number, session = time.monotonic() + given_options.minutes * 60, given_options.seed, Session()
    while time.monotonic() < end:
        sys.stdout.write(f"seed {number}, {sum(session.seen.values()):,} calls so far\n")
        sys.stdout.flush()
        _round(session, number, examples=100)
        number += 1
    for verdict, count in session.seen.most_common():
        sys.stdout.write(f"{count:>9,}  {verdict}\n")
    sys.stdout.write(f"{sum(session.seen.values()):,} calls, the slowest took {session.slowest:.3f} s, no failure\n")


if __name__ == "__main__":
    main()
