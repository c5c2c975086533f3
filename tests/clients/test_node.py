"""node-quickbooks and intuit-oauth of npm: their tests in node/ run against the same emulator as everything here.

`npm ci` in that folder installs them; a failing test's own words are shown.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from conftest import REDIRECT_URI, Emulator

NODE = Path(__file__).with_name("node")


@pytest.mark.parametrize("library", ["intuit-oauth", "node-quickbooks"])
def test_the_library_finds_what_it_expects(library: str, emulator: Emulator) -> None:
    assert (NODE / "node_modules" / library).is_dir(), f"npm ci in {NODE} installs {library}"
    environment = {
        **os.environ,
        "QBO_EMULATOR_URL": emulator.base_url,
        "QBO_CLIENT_ID": emulator.client_id,
        "QBO_CLIENT_SECRET": emulator.client_secret,
        "QBO_REDIRECT_URI": REDIRECT_URI,
    }
    command = ["node", "--test", "--test-reporter=tap", f"{library}.test.js"]
    ran = subprocess.run(command, cwd=NODE, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "\n# fail 0\n" in ran.stdout
    assert "\n# pass 0\n" not in ran.stdout
