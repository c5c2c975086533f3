"""Waiting until the pages of a process answer, so that people are told an address only when it works."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable

from bluepro.running.supervisor import Part, SupervisorError, Waiter

READY_WITHIN = 60.0  # seconds


def wait_for_pages(
    address: str,
    web: Part,
    stop: Waiter,
    *,
    seconds: float = READY_WITHIN,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Returns when the pages answer, or a stop was asked for. Raises SupervisorError if they do not start."""
    deadline = monotonic() + seconds
    while not stop.asked and not _answers(address):
        if not web.is_alive():
            raise SupervisorError(f"The {web.name} does not start. {web.last_words()}")
        if monotonic() > deadline:
            raise SupervisorError(f"The {web.name} did not answer within {seconds:g} s. {web.last_words()}")
        stop.wait(0.1)


def _answers(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address}/healthz", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True  # it is up, and says itself what is wrong
    except OSError:
        return False
