"""A process as a part of the supervisor: in a group of its own, with a log file, ended with all its children.

A group of its own keeps a Ctrl-C in the terminal from reaching it first. It holds a lifeline (`supervisor_lifeline`),
so that it ends by itself when the supervisor is killed.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from bluepro.running.supervisor import SupervisorError
from bluepro.running.supervisor_lifeline import LIFELINE, Lifeline

TAIL_LINES = 12
LONGEST_LOG = 10_000_000  # bytes; at a start, a longer one becomes `.1` and a new one is begun
_LOOK = 0.05


class ProcessPart:
    """One of our own commands, as `python -m <module> <arguments>`.

    `grace` is how many seconds it has to finish what is under way. `log` takes all that it says.
    """

    def __init__(
        self,
        name: str,
        module: str,
        arguments: Sequence[str],
        *,
        environ: Mapping[str, str],
        log: Path,
        lifeline: Lifeline,
        grace: float = 10.0,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = name
        self._command = [sys.executable, "-m", "bluepro.running.supervisor_lifeline", module, *arguments]
        self._environ = dict(environ)
        self._log, self._lifeline, self._grace = log, lifeline, grace
        self._monotonic, self._sleep = monotonic, sleep
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        """The id of the process and of its group; None before the first start."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Starts it; what an earlier one left behind is ended first. Raises SupervisorError."""
        self._end_group()
        end = self._lifeline.child_end
        try:
            self._make_room()
            with self._log.open("ab") as output:
                self._log_start = output.tell()
                self._process = subprocess.Popen(
                    self._command,
                    env={**self._environ, LIFELINE: str(end)},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    pass_fds=[end],
                    start_new_session=True,
                )
        except OSError as error:
            raise SupervisorError(f"{error.filename or self._command[0]}: {error.strerror or error}.") from error

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self, hurry: Callable[[], bool]) -> None:
        """Asks it to end, waits for its grace, then ends its whole group."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        deadline = self._monotonic() + self._grace
        while self.is_alive() and self._monotonic() < deadline and not hurry():
            self._sleep(_LOOK)
        self._end_group()

    def last_words(self) -> str:
        """The end of what it said since it was started, and where to read more."""
        with self._log.open("rb") as log:
            log.seek(self._log_start)
            said = log.read().decode("utf-8", "replace").splitlines()[-TAIL_LINES:]
        return "\n".join([f"Its log is {self._log}; the end of it:", *said] if said else [f"Its log is {self._log}."])

    def _make_room(self) -> None:
        with suppress(FileNotFoundError):
            if self._log.stat().st_size > LONGEST_LOG:
                self._log.replace(self._log.with_name(self._log.name + ".1"))

    def _end_group(self) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError, PermissionError):  # PermissionError: macOS, for a group of zombies only
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
