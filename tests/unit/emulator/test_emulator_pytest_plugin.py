"""The fixtures for other projects: a project of theirs is written to a folder and its tests are run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from qbo_emulator import pytest_plugin
from qbo_emulator.books.kinds import REALMS
from qbo_emulator.pytest_plugin import Refused, running

CONFTEST = 'pytest_plugins = ["qbo_emulator.pytest_plugin"]\n'
TESTS = """
import http.client, json, urllib.request
import pytest

def _post(emulator, name):
    tokens = emulator.sign_in()
    headers = {"Authorization": "Bearer " + tokens["access_token"], "Accept": "application/json",
               "Content-Type": "application/json"}
    address = f"{emulator.url}/v3/company/{tokens['realmId']}/customer"
    request = urllib.request.Request(address, json.dumps({"DisplayName": name}).encode(), headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        return json.load(answer)["Customer"]["Id"]

@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_begins_anew(qbo_emulator, turn):
    assert _post(qbo_emulator, "Ada") == "1"  # a name is taken only once

def test_faults_break_calls(qbo_emulator):
    qbo_emulator.faults({"effects": [{"kind": "drop", "when": "after"}], "entity": "Customer"})
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        _post(qbo_emulator, "Ada")

def test_faults_are_gone_in_the_next_test(qbo_emulator):
    assert qbo_emulator.control("GET", "faults") == []

def test_the_options_are_those_of_the_project(qbo_emulator):
    assert qbo_emulator.client_id == "mine"
"""
OPTIONS = """
import pytest

@pytest.fixture(scope="session")
def qbo_emulator_options():
    return ["--client-id", "mine"]
"""


def _run(folder: Path, files: dict[str, str]) -> str:
    """What pytest says of a project of these files, all of whose tests must pass."""
    for name, text in {"pytest.ini": "[pytest]\nfilterwarnings = error\n", **files}.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:django", "--rootdir", str(folder)]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=50, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_a_project_uses_the_fixtures(tmp_path: Path) -> None:
    assert "5 passed" in _run(tmp_path, {"conftest.py": CONFTEST + OPTIONS, "test_theirs.py": TESTS})


def test_the_readme_shows_such_a_project(tmp_path: Path) -> None:
    readme = Path(pytest_plugin.__file__).with_name("README.md").read_text(encoding="utf-8")
    files = dict(re.findall(r"^```python\n# (\w+\.py)\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE))
    assert "2 passed" in _run(tmp_path, files)


def test_the_helpers_do_what_they_say() -> None:
    with running(["--client-id", "a", "--client-secret", "b"]) as emulator:
        assert (emulator.client_id, emulator.client_secret) == ("a", "b")
        realms = {entry["kind"]: entry["realm_id"] for entry in emulator.control("GET", "companies")}
        assert realms == REALMS
        before = emulator.control("GET", "clock")["now"]
        emulator.advance(90_000)
        assert emulator.control("GET", "clock")["now"][:10] > before[:10]
        emulator.faults({"effects": [{"kind": "slow", "seconds": 1}]}, {"effects": [{"kind": "reset_mid_body"}]})
        assert len(emulator.control("GET", "faults")) == 2
        emulator.clear_faults()
        assert emulator.control("GET", "faults") == []
        with pytest.raises(Refused, match="kind"):
            emulator.faults({"effects": [{"kind": "rain"}]})


def test_what_cannot_start_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="exit status 2"), running(["--limits", "few"]):
        pass


def test_only_pytest_imports_the_plugin() -> None:
    code = "import sys, qbo_emulator.cli; sys.exit('pytest' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=50, check=False).returncode == 0
