"""What many seeds come to: counts that add up over pieces, as JSON and as a page that can be published."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim_play import Result

BROKEN = ("duplicate", "lost", "cents", "rest", "rule", "error")


@dataclass
class Report:
    """Counts of all seeds played. `failures` names each seed that broke a promise, and how."""

    commit: str = ""
    seeds: int = 0
    operations: int = 0
    calls: int = 0
    records: int = 0
    excused: int = 0
    cents: int = 0
    seconds: float = 0
    injected: Counter[str] = field(default_factory=Counter)
    happened: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)

    def add(self, seed: int, result: Result, seconds: float) -> None:
        """One more seed."""
        self.seeds += 1
        self.operations += result.operations
        self.calls += result.calls
        self.records += sum(verdict.records for verdict in result.verdicts)
        self.excused += sum(verdict.excused for verdict in result.verdicts)
        self.cents += sum(verdict.cents for verdict in result.verdicts)
        self.seconds += seconds
        self.injected += result.injected
        self.happened += result.happened
        if result.broken is not None:
            self.broken[result.broken.promise] += 1
            self.failures.append(f"seed {seed}: {result.broken}")

    def merge(self, other: "Report") -> None:
        """The seeds of another piece too. ValueError if it was made by another version."""
        if self.commit and other.commit != self.commit:
            raise ValueError(f"one piece is of {self.commit}, another of {other.commit}")
        self.commit = other.commit
        for name in ("seeds", "operations", "calls", "records", "excused", "cents", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.injected += other.injected
        self.happened += other.happened
        self.broken += other.broken
        self.failures += other.failures
        self.ranges += other.ranges

    @property
    def speed(self) -> float:
        """Operations a second in one process."""
        return self.operations / self.seconds if self.seconds else 0.0


def to_json(report: Report) -> str:
    """The report as JSON."""
    return json.dumps(vars(report), indent=1, sort_keys=True) + "\n"


def from_json(text: str) -> Report:
    """What `to_json` wrote."""
    found: dict[str, Any] = json.loads(text)  # Any: JSON
    counters = {name: Counter(found[name]) for name in ("injected", "happened", "broken")}
    return Report(**{**found, **counters})


def merged(reports: Iterable[Report]) -> Report:
    """All pieces as one."""
    whole = Report()
    for report in reports:
        whole.merge(report)
    return whole


def page(report: Report) -> str:
    """The report in Markdown."""
    survived = "survived" if not report.failures else "injected"
    lines = [
        "# The simulation",
        "",
        f"{report.seeds:,} seeds ({', '.join(report.ranges)}) with {report.operations:,} acts of people, "
        f"{report.calls:,} calls to QuickBooks and {report.records:,} records compared field by field at the end, "
        f"on commit {report.commit}; {report.speed:.0f} operations a second in one process.",
        "",
        *_table(("promise", "broken"), [(name, report.broken[name]) for name in BROKEN]),
        f"Cents of difference: {report.cents}. Records that differ or wait because somebody worked in QuickBooks, "
        f"each told to people or explained by what was done there: {report.excused:,}.",
        "",
        *_table((f"fault {survived}", "times"), report.injected.most_common()),
        *_table(("what else happened", "times"), report.happened.most_common()),
    ]
    if report.failures:
        lines += ["Failing seeds:", "", *(f"- {one}" for one in sorted(report.failures)), ""]
    return "\n".join(lines)


def _table(head: tuple[str, str], rows: Sequence[tuple[str, int]]) -> list[str]:
    return [f"| {head[0]} | {head[1]} |", "|---|---|", *(f"| {name} | {count:,} |" for name, count in rows), ""]
