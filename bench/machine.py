"""The machine that a measurement ran on."""

import os
import platform
import subprocess
from pathlib import Path
from typing import Any


def described() -> dict[str, Any]:  # Any: JSON
    """Processor, cores, memory, Python, commit, load."""
    return {
        "processor": _line("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory": _line("/proc/meminfo", "MemTotal"),
        "python": platform.python_version(),
        "commit": _commit(),
        "load": load(),
    }


def load() -> list[float]:
    """The load averages over 1, 5 and 15 minutes."""
    return [round(one, 1) for one in os.getloadavg()]


def _line(file: str, name: str) -> str:
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")


def _commit() -> str:
    words = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
