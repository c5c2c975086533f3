"""`make simulate`: plays seeds one after the other, in one process or several, and reports what they come to.

Options are variables of the environment, as the Makefile passes them: OPERATIONS, SEED (the first one), PROCESSES,
REPORT (a folder), DEFECT (a mistake of sim_defects.py that must be found), STORY (a file: plays that one, told).

A process and its database take turns, so they share one core: handing over between two costs a fifth of the speed.
"""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import sim_story
from sim_database import throw_away_database

if TYPE_CHECKING:
    from sim_play import Make, Result
    from sim_report import Report

EVERY = 20  # seeds between two lines of progress
FOUND_WITHIN = 20_000  # operations


def main(environ: Mapping[str, str]) -> int:
    """0 if every promise was kept (with DEFECT: if it was found), else 1."""
    if environ.get("STORY"):
        return _tell_story(Path(environ["STORY"]), environ)
    processes = int(environ.get("PROCESSES") or 1)
    if processes > 1:
        return _spread(processes, environ)
    _stay_on_one_core(int(environ.get("CORE") or 0))
    with throw_away_database():
        logging.disable(logging.ERROR)
        return _find(environ) if environ.get("DEFECT") else _simulate(environ)


def _stay_on_one_core(number: int) -> None:
    """For this process and all that it starts, where the system can do that."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[number % len(cores)]})


def _simulate(environ: Mapping[str, str]) -> int:
    from sim_report import Report

    first, operations = int(environ.get("SEED") or 1), int(environ.get("OPERATIONS") or 10_000)
    report = Report(commit=_commit())
    seed, until = first, _deadline(environ)
    while report.operations < operations and time.monotonic() < until:
        result, seconds = _timed(sim_story.story_of(seed))
        report.add(seed, result, seconds)
        if result.broken is not None:
            print(f"seed {seed} broke a promise: {result.broken}", flush=True)
            _shorten(seed, _folder(environ))
        if report.seeds % EVERY == 0:
            print(_progress(report, operations), flush=True)
        seed += 1
    report.ranges = [f"{first} to {seed - 1}"]
    _write(report, _folder(environ), f"piece-{first}")
    print(_progress(report, operations))
    return 1 if report.failures else 0


def _deadline(environ: Mapping[str, str]) -> float:
    """MINUTES ends a piece after so many, whatever is left: its report counts what was played."""
    return time.monotonic() + 60 * float(environ.get("MINUTES") or 1e6)


def _timed(story: sim_story.Story) -> "tuple[Result, float]":
    from sim_play import Play

    started = time.monotonic()
    return Play(story).run(), time.monotonic() - started


def _progress(report: "Report", operations: int) -> str:
    broken = ", ".join(f"{count} {name}" for name, count in report.broken.items()) or "nothing broken"
    return (
        f"{report.operations:,} of {operations:,} operations, {report.seeds} seeds, "
        f"{report.speed:.0f} operations/s, {sum(report.injected.values()):,} faults, {broken}"
    )


def _shorten(seed: int, folder: Path) -> None:
    """Writes the shortest story that still fails, and what happens in it."""
    from sim_play import Play
    from sim_shrink import shrink

    short = shrink(sim_story.story_of(seed), lambda story: Play(story).run().broken, lambda _: None)
    result = Play(short).run()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"seed-{seed}.json").write_text(sim_story.to_json(short))
    told = "\n".join([*result.told, str(result.broken)])
    (folder / f"seed-{seed}.txt").write_text(told + "\n")
    print(f"shortened to {len(short.entries)} entries, {folder / f'seed-{seed}.json'}:\n{told}", flush=True)


def _tell_story(path: Path, environ: Mapping[str, str]) -> int:
    story = sim_story.from_json(path.read_text())
    with throw_away_database():
        logging.disable(logging.ERROR)
        from sim_play import Play

        result = Play(story, _defect(environ)).run()
    print("\n".join(result.told))
    print(result.broken or "every promise was kept")
    return 1 if result.broken else 0


def _find(environ: Mapping[str, str]) -> int:
    """Plays seeds with a mistake put in until one of them breaks a promise."""
    from sim_play import Play

    operations, seed = 0, int(environ.get("SEED") or 1)
    while operations < FOUND_WITHIN:
        result = Play(sim_story.story_of(seed), _defect(environ)).run()
        operations += result.operations
        if result.broken is not None:
            print(f"{environ['DEFECT']} is found by seed {seed}, within {operations:,} operations: {result.broken}")
            return 0
        seed += 1
    print(f"{environ['DEFECT']} is not found within {operations:,} operations")
    return 1


def _defect(environ: Mapping[str, str]) -> "Make":
    from sim_defects import DEFECTS
    from sim_play import no_mistake

    name = environ.get("DEFECT") or ""
    if name and name not in DEFECTS:
        raise SystemExit(f"DEFECT is one of: {', '.join(DEFECTS)}")
    return DEFECTS.get(name, no_mistake)


def _spread(processes: int, environ: Mapping[str, str]) -> int:
    """The same in several processes, each with a database of its own; their reports add up to one."""
    operations = int(environ.get("OPERATIONS") or 10_000)
    first, each = int(environ.get("SEED") or 1), -(-operations // processes)
    seeds = -(-each // sim_story.OPERATIONS)
    starts = [first + number * seeds for number in range(processes)]
    pieces = [
        subprocess.Popen(
            [sys.executable, __file__],
            env={**environ, "PROCESSES": "1", "SEED": str(start), "OPERATIONS": str(each), "CORE": str(number)},
        )
        for number, start in enumerate(starts)
    ]
    ends = [piece.wait() for piece in pieces]
    folder = _folder(environ)
    _add_up(folder, [folder / f"piece-{start}.json" for start in starts])
    return max(ends)


def add_up(folder: Path) -> None:
    """Adds all pieces of a folder up into one report."""
    _add_up(folder, sorted(folder.glob("piece-*.json"), key=lambda path: int(path.stem.partition("-")[2])))


def _add_up(folder: Path, pieces: Sequence[Path]) -> None:
    """Needs no database, but Django's settings."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluepro.config.settings")
    django.setup()
    from sim_report import from_json, merged

    _write(merged(from_json(path.read_text()) for path in pieces), folder, "report")


def _write(report: "Report", folder: Path, name: str) -> None:
    from sim_report import page, to_json

    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(to_json(report))
    (folder / f"{name}.md").write_text(page(report))


def _folder(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("REPORT") or "simulation-report")


def _commit() -> str:
    told = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    changed = subprocess.run(["git", "status", "--porcelain", "src"], capture_output=True, text=True, check=False)
    return (told.stdout.strip() or "unknown") + ("+" if changed.stdout.strip() else "")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        add_up(Path(sys.argv[1]))
        sys.exit(0)
    sys.exit(main(os.environ))
