"""All measurements of the budgets: one row after the other, each in a process of its own, as a table and as JSON.

    python -m bench [--rows cost,slow] [--json FILE]

Exit status 1 if a budget is missed or a row fails. Rows that wait for limits, not for the machine, run side by side.
"""

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench import machine
from bench.figures import Figures, Line

TOGETHER = (("limits", "counted"), ("cost",), ("slow",), ("growth",), ("fairness",), ("search",))
ROWS = tuple(name for names in TOGETHER for name in names)
LONGEST = 1200.0  # seconds of a row

Json = dict[str, Any]


def main(words: Sequence[str] | None = None) -> int:
    """Runs the rows that were chosen and prints the table."""
    chosen = _arguments(words)
    if chosen.row:
        return measure(chosen.row, Path(chosen.json))
    begun, found = time.monotonic(), {}
    before = machine.described()
    for names in TOGETHER:
        found |= dict(run([name for name in names if name in chosen.rows]))
        if chosen.json:
            whole = {"machine": before, "seconds": round(time.monotonic() - begun), "rows": found}
            Path(chosen.json).write_text(json.dumps(whole, indent=1, default=str), encoding="utf-8")
    lines = [Line(**line) for row in found.values() for line in row.get("lines", ())]
    say(
        "\n"
        + table(lines)
        + f"\n\n{time.monotonic() - begun:.0f} s; load before and now: {before['load']}, {machine.load()}"
    )
    failed = [name for name, row in found.items() if "failed" in row]
    for name in failed:
        say(f"\n{name} failed:\n{found[name]['failed']}")
    return int(bool(failed) or any(line.kept is False for line in lines))


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=_names, default=ROWS, help=f"some of {','.join(ROWS)} (default: all)")
    parser.add_argument("--json", default="", metavar="FILE", help="write all figures there as well")
    parser.add_argument("--row", choices=ROWS, help=argparse.SUPPRESS)  # a single one, in this process
    return parser.parse_args(words)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    unknown = set(names) - set(ROWS)
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no row {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    return names


def measure(name: str, file: Path) -> int:
    """One row in this process, its figures into a file."""
    found: Figures = importlib.import_module(f"bench.rows.{name}").measure(lambda text: say(f"{name}: {text}"))
    file.write_text(json.dumps(found.to_json(), default=str), encoding="utf-8")
    return 0


def run(names: Sequence[str]) -> Iterator[tuple[str, Json]]:
    """The figures of these rows, measured at the same time."""
    with tempfile.TemporaryDirectory(prefix="bluepro-bench-") as folder:
        begun = []
        for name in names:
            say(f"{name}: about {importlib.import_module(f'bench.rows.{name}').MINUTES:.0f} min")
            file = Path(folder) / f"{name}.json"
            words = [sys.executable, "-m", "bench", "--row", name, "--json", str(file)]
            begun.append((name, file, subprocess.Popen(words, stderr=subprocess.PIPE, text=True)))
        for name, file, process in begun:
            yield name, _ended(name, file, process)


def _ended(name: str, file: Path, process: "subprocess.Popen[str]") -> Json:
    try:
        _, errors = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        process.terminate()
        _, errors = process.communicate()
    if not file.exists():
        say(f"{name}: failed")
        return {"failed": (errors or "").strip()[-3000:]}
    figures: Json = json.loads(file.read_text(encoding="utf-8"))
    for line in figures["lines"]:
        say(f"{name}: {line['what']}: {line['measured']} (budget {line['budget'] or 'none'})")
    return figures | {"load": machine.load()}


def table(lines: Sequence[Line]) -> str:
    """As Markdown."""
    rows = [("what", "budget", "measured", "kept", "python-quickbooks"), ("---",) * 5]
    rows += [(one.what, one.budget, one.measured, _kept(one), one.python_quickbooks) for one in lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _kept(line: Line) -> str:
    return "" if line.kept is None else "yes" if line.kept else "NO"


def say(text: str) -> None:
    """Progress, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
