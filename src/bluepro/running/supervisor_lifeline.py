"""Ties a process to the one that started it: a pipe whose other end closes, however that one ends.

`python -m bluepro.running.supervisor_lifeline MODULE ARGUMENT...` runs a module like `python -m` does, with a thread
that asks the process to end (SIGTERM) once the pipe is closed. Processes that it forks are tied as well.
"""

import os
import runpy
import signal
import sys
import threading
from collections.abc import Sequence

LIFELINE = "BLUEPRO_LIFELINE"  # names the descriptor in the environment of the child


class Lifeline:
    """The supervisor's end of the pipe; while it is open, the children live. `child_end` is what they inherit."""

    def __init__(self) -> None:
        self.child_end, self._our_end = os.pipe()

    def close(self) -> None:
        """Lets go of the children that are still there."""
        os.close(self._our_end)
        os.close(self.child_end)


def hold(descriptor: int) -> None:
    """Ends this process, and those that it forks, by SIGTERM when the pipe is closed."""

    def watch() -> None:
        os.read(descriptor, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    def start() -> None:
        threading.Thread(target=watch, name="lifeline", daemon=True).start()

    os.register_at_fork(after_in_child=start)
    start()


def main(arguments: Sequence[str]) -> None:
    """Holds the lifeline that the environment names, if any, and runs the module."""
    module, *rest = arguments
    descriptor = os.environ.pop(LIFELINE, "")
    if descriptor:
        hold(int(descriptor))
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
