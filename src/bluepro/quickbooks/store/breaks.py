"""What a broken connection to the database, or a deadlock, does to a transaction: it is run once more, anew.

Only for work that may be run twice. A database that stays away is the caller's business.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError
from django.db import connection as database

R = TypeVar("R")

log = logging.getLogger(__name__)

BREAKS = (OperationalError, InterfaceError)


def despite_a_break(do: Callable[[], R]) -> R:
    """The result of `do()`, tried once more if the database broke it off. Raises what the second try raises."""
    try:
        return do()
    except BREAKS as error:
        log.warning("database broke off", extra={"action": "database_break", "reason": type(error).__name__})
        database.close_if_unusable_or_obsolete()
        return do()
