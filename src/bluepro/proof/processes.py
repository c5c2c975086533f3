"""Child processes of a rehearsal: each in a process group of its own, with a log file, ended with all its children.

A group of its own keeps a Ctrl-C in the terminal from reaching the children first: who started them ends them in order.
"""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bluepro.common.errors import BlueProError
from bluepro.proof.signals import uninterrupted

TAIL_LINES = 15


class ProcessFailed(BlueProError):
    """A process of the rehearsal did not start or ended too early; the message shows its last words."""


class Child:
    """A running process, made by `Nursery.start`. `name` is how people know it; its output goes to the end of `log`."""

    def __init__(self, name: str, command: Sequence[str], environ: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                list(command),
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its group."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def check(self) -> None:
        """Raises ProcessFailed, with the end of its log, if it has ended."""
        if not self.is_alive:
            raise ProcessFailed(f"The {self.name} ended (status {self._process.returncode}). {self.last_words()}")

    def kill(self) -> None:
        """SIGKILL to the whole group, and wait until the process is gone."""
        self._signal(signal.SIGKILL)
        self._process.wait()

    def stop(self, seconds: float = 10.0) -> None:
        """Ask it to end; after `seconds` end its whole group."""
        if self.is_alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        self.kill()

    def last_words(self) -> str:
        """The end of its log, for an error message."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return "It said nothing."
        said = "\n".join(lines[-TAIL_LINES:]).strip()
        return f"Its last words:\n{said}" if said else "It said nothing."

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):  # PermissionError: macOS, for a group of zombies only
            os.killpg(self.pid, number)


class Nursery:
    """Starts processes and remembers them, so that none is left over whatever happens."""

    def __init__(self) -> None:
        self._children: list[Child] = []

    def start(self, name: str, command: Sequence[str], environ: Mapping[str, str], log: Path) -> Child:
        """A new process; a signal that comes just now is heeded once the process is known."""
        with uninterrupted():
            child = Child(name, command, environ, log)
            self._children.append(child)
        return child

    def stop_all(self) -> None:
        """Ends whatever still runs, the newest first."""
        while self._children:
            self._children.pop().stop()


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery whose processes end with the block."""
    started = Nursery()
    try:
        yield started
    finally:
        started.stop_all()
