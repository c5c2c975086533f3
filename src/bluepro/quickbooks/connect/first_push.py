"""What a person must do before the first push into a QuickBooks company: choose the start, map, look at the preview.

Decided from the connection's row alone; afterwards (`synced_since`) nothing is asked any more.
"""

from enum import StrEnum

from bluepro.common.errors import Refused, refuse
from bluepro.quickbooks.models import Connection


class Step(StrEnum):
    """The steps, in the order in which they are taken."""

    START = "start"
    MAPPING = "mapping"
    PREVIEW = "preview"


COMMANDS = {Step.START: "start", Step.MAPPING: "map", Step.PREVIEW: "preview"}


def next_step(connection: Connection) -> Step | None:
    """The first step that is left; None if Sync Data may be pressed, as far as these steps go."""
    if connection.synced_since is not None:
        return None if connection.enabled else Step.MAPPING
    if connection.start_chosen_at is None:
        return Step.START
    if not connection.enabled:
        return Step.MAPPING
    if needs_preview(connection):
        return Step.PREVIEW
    return None if connection.catch_all_item else Step.MAPPING


def needs_preview(connection: Connection) -> bool:
    """Whether a person must see the preview first: QuickBooks had data of its own, or nobody knows whether it had."""
    if connection.synced_since is not None or connection.seen_at is not None:
        return False
    return not connection.holds or any(connection.holds.values())


def may_write(connection: Connection) -> bool:
    """Whether BluePro may make what it needs in QuickBooks: nothing is written there before a person has chosen what is
    sent, and seen the preview where there must be one."""
    chosen = connection.synced_since is not None or connection.start_chosen_at is not None
    return chosen and not needs_preview(connection)


def not_yet(step: Step) -> Refused:
    """Why Sync Data cannot be pressed yet, and what to do."""
    match step:
        case Step.START:
            message = "Choose first what is sent, everything or what is dated from a day on: bluepro start"
            return refuse("connection", "no_start", message)
        case Step.MAPPING:
            return refuse("connection", "not_enabled", "Map the accounts first, which also enables it: bluepro map")
        case Step.PREVIEW:
            message = (
                "This QuickBooks company has data of its own. Look first at what would be sent and linked, and answer "
                "what it asks: bluepro preview"
            )
            return refuse("connection", "no_preview", message)
