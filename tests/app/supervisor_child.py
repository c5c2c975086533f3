"""A process for the tests of the supervisor, run by its name: says its id, has a child, and ends as it is told.

Arguments: a file that gets the ids of this process and its child, and "obedient" or "stubborn" (ignores SIGTERM).
"""

import os
import signal
import sys
import time
from pathlib import Path


def main(ids: Path, manner: str) -> None:
    """Waits to be ended."""
    if manner == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = os.fork()
    if child:
        partial = ids.with_suffix(".partial")
        partial.write_text(f"{os.getpid()} {child}")
        partial.rename(ids)
        sys.stdout.write("at work\n")
        sys.stdout.flush()
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
