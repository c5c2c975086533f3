"""The README of the emulator is true: its command is given, its snippets are run, its levers pulled."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import started

HERE = Path(__file__).parent
README = (HERE.parents[1] / "src" / "qbo_emulator" / "README.md").read_text(encoding="utf-8")
WRITTEN = "http://127.0.0.1:8901"


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """An emulator started as the README says, but on a free port."""
    (command,) = re.findall(r"^python -m qbo_emulator.cli (.*)$", README, re.MULTILINE)
    words = shlex.split(command)
    assert words[:2] == ["--port", WRITTEN.rpartition(":")[2]]
    with started("--port", "0", *words[2:]) as found:
        yield found


def _printed(command: list[str], code: str, address: str, folder: Path) -> str:
    ran = subprocess.run(
        [*command, code.replace(WRITTEN, address)],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "OAUTHLIB_INSECURE_TRANSPORT"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_clients_print_what_it_says(address: str, tmp_path: Path) -> None:
    python = [block for block in _blocks("python") if not block.startswith("# ")]  # the rest are files of a project
    (node,) = _blocks("js")
    by_python, by_node = _blocks("text")
    assert _printed([sys.executable, "-c"], "\n".join(python), address, tmp_path) == by_python
    assert _printed(["node", "-e"], node, address, HERE / "node") == by_node


def test_the_levers_and_faults_are_taken(address: str) -> None:
    calls = re.findall(rf"^curl -X (\w+) {WRITTEN}(\S+) -d '(.*)'$", README, re.MULTILINE)
    assert len(calls) == 2
    for method, path, body in calls:
        request = urllib.request.Request(f"{address}{path}", body.encode(), method=method)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            told = json.load(answer)
        shown, sent = told[0] if isinstance(told, list) else told, json.loads(body)
        for effect in sent.pop("effects", []):
            assert effect.items() <= shown["effects"][0].items()
        assert sent.items() <= {name: value for name, value in shown.items() if name in sent}.items()
