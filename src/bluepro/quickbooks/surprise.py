"""The one place that catches everything: a surprise with one record becomes a problem of that record (family Bug).

So one bad record never blocks another (invariant 12). What is caught is logged with its traceback, never swallowed.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

from bluepro.quickbooks.work import Trouble

R = TypeVar("R")

log = logging.getLogger(__name__)


def guarded(what: str, do: Callable[[], R], *, through: tuple[type[Exception], ...] = ()) -> R | Trouble:
    """The result of `do()`, or the trouble with it. Exceptions in `through` pass."""
    try:
        return do()
    except through:
        raise
    except Exception as error:
        log.exception("surprise", extra={"action": "bug", "what": what})
        text = f"BluePro met an error of its own with {what} ({type(error).__name__}). Nothing else is held up."
        return Trouble("bug", text, "This is a fault of ours: send the details for support to us, then Push again.")
