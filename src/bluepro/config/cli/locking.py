"""The command `lock`: shows or sets the day through which the books are locked, for BluePro's own part."""

import argparse

from bluepro.common.words import day_in_words
from bluepro.config.cli.common import here
from bluepro.quickbooks.connect.members import lock_books


def lock(options: argparse.Namespace) -> int:
    """Always 0; raises Refused for a day in the future."""
    place = here(options)
    if options.through is not None or options.none:
        lock_books(place.actor, options.through, clock=place.clock)
        place.workspace.refresh_from_db()
    day = place.workspace.books_locked_through
    place.say(f"The books are locked through {day_in_words(day)}." if day else "The books are open.")
    return 0
