"""What importing the client loads: the wire is pure, and nothing knows the host application or the emulator."""

import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[3] / "src"


def loaded_by(module: str) -> set[str]:
    """Return the top-level packages in memory after importing `module` in a new interpreter."""
    code = f"import sys; sys.path.insert(0, {str(SOURCE)!r}); import {module}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in run.stdout.split()}


def test_the_package_itself_loads_nothing_else() -> None:
    assert "msgspec" not in loaded_by("qbo_client")


@pytest.mark.parametrize("module", ["qbo_client.wire", "qbo_client.faults", "qbo_client.limits"])
def test_pure_modules_load_msgspec_only(module: str) -> None:
    assert loaded_by(module) - set(sys.stdlib_module_names) - loaded_by("msgspec") == {"qbo_client"}


def test_nothing_of_the_host_or_the_emulator_is_loaded() -> None:
    loaded = loaded_by("qbo_client.client, qbo_client.auth")
    assert "httpx2" in loaded
    assert not loaded & {"django", "bluepro", "qbo_emulator", "starlette"}
