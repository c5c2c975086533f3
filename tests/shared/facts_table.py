"""The table of facts against the sheet: every number has a row, every row a test that passes, or a reason.

    python tests/shared/facts_table.py SHEET

prints what it found, runs the tests that are named, and ends with 0 only if all of it holds. The table is that of
docs/quickbooks-behaviour.md, the sheet the collection of what is known of QuickBooks Online.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "quickbooks-behaviour.md"
REASONS_AT_MOST = 25  # percent of all facts
_SHEET_NUMBER = re.compile(r"\{(F\d[\d.]*-\d+)\}")
_ROW = re.compile(r"^\| (F\d[\d.]*-\d+) \|([^|]*)\|([^|]*)\|([^|]*)\|$", re.MULTILINE)
_TEST = re.compile(r"`(test_\w+)`")


@dataclass(frozen=True)
class Row:
    """One fact: its number, its mark, our words, and the tests that pin it (none: the last cell is a reason)."""

    number: str
    mark: str
    words: str
    proof: str

    @property
    def tests(self) -> tuple[str, ...]:
        return tuple(_TEST.findall(self.proof))


def sheet_numbers(sheet: Path) -> set[str]:
    """The numbers of all facts of the sheet."""
    return set(_SHEET_NUMBER.findall(sheet.read_text(encoding="utf-8")))


def rows() -> list[Row]:
    """The rows of the table, in order."""
    text = TABLE.read_text(encoding="utf-8")
    return [Row(*(cell.strip() for cell in cells)) for cells in _ROW.findall(text)]


def written_tests() -> dict[str, set[Path]]:
    """Every test function below tests/, by name, with the files that hold it."""
    found: dict[str, set[Path]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                found.setdefault(node.name, set()).add(path)
    return found


def faults_of(sheet: Path) -> Iterator[str]:
    """What is wrong with the table, a line each."""
    table, tests = rows(), written_tests()
    numbers = [row.number for row in table]
    known = sheet_numbers(sheet)
    yield from (f"{number}: has no row" for number in sorted(known - set(numbers)))
    yield from (f"{number}: is not in the sheet" for number in sorted(set(numbers) - known))
    yield from (f"{number}: has two rows" for number in sorted({n for n in numbers if numbers.count(n) > 1}))
    for row in table:
        if not (row.mark and row.words and row.proof):
            yield f"{row.number}: its row is not filled"
        yield from (f"{row.number}: no test is named {name}" for name in row.tests if name not in tests)
    reasons = sum(not row.tests for row in table)
    if reasons * 100 > REASONS_AT_MOST * len(table):
        yield f"{reasons} of {len(table)} facts have a reason in the place of a test; {REASONS_AT_MOST} % may"


@dataclass(eq=False)  # plugins are kept in sets
class Outcomes:
    """A pytest plugin: which of the wanted tests ran, and which did not pass. Deselects all others."""

    wanted: set[str]
    ran: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        others = [item for item in items if _name(item.nodeid) not in self.wanted]
        items[:] = [item for item in items if _name(item.nodeid) in self.wanted]
        config.hook.pytest_deselected(items=others)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = _name(report.nodeid)
        if report.when == "call" and report.passed:
            self.ran.add(name)
        elif not report.passed:
            self.failed.add(name)


def _name(nodeid: str) -> str:
    return nodeid.rsplit("::", 1)[-1].partition("[")[0]


def run_named_tests() -> Iterator[str]:
    """Runs every test that a row names; yields those that did not run and pass."""
    named = {name for row in rows() for name in row.tests}
    tests = written_tests()
    files = sorted({str(path) for name in named for path in tests.get(name, ())})
    outcomes = Outcomes(named)
    in_browser = [file for file in files if Path(file).is_relative_to(ROOT / "tests" / "e2e")]
    for some in ([file for file in files if file not in in_browser], in_browser):  # the browser keeps an event loop
        if some:
            pytest.main(["--rootdir", str(ROOT), "-p", "no:cacheprovider", *some], plugins=[outcomes])
    yield from (f"{name}: failed or was skipped" for name in sorted(outcomes.failed))
    yield from (f"{name}: did not run" for name in sorted(named - outcomes.ran - outcomes.failed))


def main(arguments: list[str]) -> int:
    """The command; see the head of this file."""
    faults = [*faults_of(Path(arguments[0])), *run_named_tests()]
    table = rows()
    reasons = sum(not row.tests for row in table)
    lines = [
        *faults,
        f"{len(table)} facts: {len(table) - reasons} with tests, {reasons} with a reason; {len(faults)} faults",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
