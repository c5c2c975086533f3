"""Runs the rehearsal's commands as processes, as people do, in a temporary folder that must be empty afterwards."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bluepro.proof.sample_business import Written, write_counts

COMMAND = (sys.executable, "-m", "bluepro.config.cli")
NOWHERE = "postgresql://nobody@127.0.0.1:1/nowhere"  # whoever used it would fail
TODAY = date(2026, 11, 20)


class Commands:
    """The command line with a temporary folder and a data folder of its own, and a DATABASE_URL that leads nowhere."""

    def __init__(self, folder: Path) -> None:
        self.temporary, self.data = folder / "tmp", folder / "data"
        self.temporary.mkdir()
        ours = {
            "TMPDIR": str(self.temporary),
            "BLUEPRO_DATA": str(self.data),
            "DATABASE_URL": NOWHERE,
            "COLUMNS": "200",
        }
        self._environ = {**os.environ, **ours}

    def run(self, *arguments: str | Path, seconds: float = 55) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end."""
        command = [*COMMAND, *map(str, arguments)]
        return subprocess.run(command, env=self._environ, capture_output=True, text=True, timeout=seconds, check=False)

    @contextmanager
    def running(self, *arguments: str | Path) -> Iterator["subprocess.Popen[str]"]:
        """Starts a command; ends it, if it still runs, as Ctrl-C does."""
        command = [*COMMAND, *map(str, arguments)]
        process = subprocess.Popen(
            command, env=self._environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)

    def assert_nothing_left(self) -> None:
        """No temporary file, no data folder."""
        assert list(self.temporary.iterdir()) == []
        assert not self.data.exists()


def small_business(folder: Path) -> Written:
    """The files of a small business: every kind and state, quickly pushed."""
    wanted = Written(contacts=12, services=0, invoices=50, payments=35)
    return write_counts(folder, wanted, seed=5, until=TODAY)


def wait_for(path: Path, process: "subprocess.Popen[str]", seconds: float = 45) -> None:
    """Waits until a file is there."""
    deadline = time.monotonic() + seconds
    while not path.exists():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.05)
