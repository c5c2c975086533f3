"""A short version of `python -m bench.chaos`: workers killed and frozen, the database restarted, all arrives once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHAOS = (sys.executable, "-m", "bench.chaos", "--quick", "--companies", "2", "--records", "900")
BLOWS = ("--kills", "3", "--stops", "1", "--frozen", "12", "--restarts", "1")


@pytest.mark.timeout(400)
def test_killed_frozen_and_without_a_database_for_a_moment_all_arrives_once(tmp_path: Path) -> None:
    report = tmp_path / "chaos.json"
    run = subprocess.run([*CHAOS, *BLOWS, "--json", str(report)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, f"{run.stdout[-4000:]}\n{run.stderr[-4000:]}"
    found = json.loads(report.read_text(encoding="utf-8"))
    happened = found["happened"]
    assert (happened["kills"], happened["stops"], happened["database_restarts"], found["left_over"]) == (3, 1, 1, 0)
    assert found["records"] == found["equal"] == 902
    assert found["clean"] and found["lost"] == found["different"] == found["doubled_or_only_there"] == 0
