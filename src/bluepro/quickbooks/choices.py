"""What a person may answer to each cause of a problem (pure): a table, no logic.

A row here is a button on the Problems page and a word for `bluepro problems --answer ID CHOICE`. What it does is one
function of the cause's module under `answers/`, named in the table of `answers/__init__.py`. To add a choice: a row
here, a function there.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bluepro.quickbooks.together import BRAKE, CLOSED_BOOKS

NAME_HELD = "name_held"
GONE = "gone_in_quickbooks"
VOIDED = "voided_in_quickbooks"
INACTIVE = "inactive_in_quickbooks"
CHANGED = "changed_in_quickbooks"
LARGER_THAN_OPEN = "larger_than_open"
CHANGED_BEFORE_REMOVAL = "changed_before_removal"
DRIFT = frozenset({GONE, VOIDED, INACTIVE, CHANGED, CHANGED_BEFORE_REMOVAL})  # what somebody did in QuickBooks
NUMBER_CLASH = "number_clash"
BEFORE_START = "before_start"
OLDER_INVOICE = "older_invoice"

ONLY_BY_ANSWER = frozenset({NUMBER_CLASH})
"""Questions that the engine would not ask again: what waits for one stays held when Sync Data is pressed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer. `words` is the button, `effect` one plain sentence of what it does.

    `confirm` is a question that is asked first, where money or something that cannot be undone is concerned.
    """

    key: str
    words: str
    effect: str
    confirm: str = ""


_LEAVE_ALL = Choice(
    "leave", "Leave them out", "Nothing is sent for them; each is asked about again once it is changed here."
)
_LEAVE = Choice("leave", "Leave it out", "Nothing is sent for it until it is changed here again, which asks anew.")

CHOICES: Mapping[str, tuple[Choice, ...]] = {
    NAME_HELD: (
        Choice("same", "It is the same", "The two are linked; what differs follows from BluePro with the next change."),
        Choice("not_same", "It is not the same", "It is another one: ours goes to QuickBooks with a number added."),
    ),
    GONE: (
        Choice(
            "make_anew",
            "Make it anew",
            "It is made in QuickBooks once more, and what refers to it points to the new one.",
            "Is it really gone from QuickBooks, and not booked there in another way?",
        ),
        _LEAVE,
    ),
    VOIDED: (
        Choice(
            "make_anew",
            "Make it anew",
            "A new one is made in QuickBooks, and payments here point to it; the void one stays and keeps its number.",
            "A payment that was entered in QuickBooks itself does not move to the new one: somebody applies it there. "
            "Is it really to be booked once more?",
        ),
        replace(_LEAVE, words="Leave it void"),
    ),
    INACTIVE: (
        Choice("active", "It is active again", "It is sent again."),
        replace(_LEAVE, words="Leave it inactive"),
    ),
    CHANGED: (
        Choice(
            "ours",
            "Take it back to BluePro's values",
            "BluePro's values are written over what was changed in QuickBooks.",
            "Is BluePro right, and what was entered in QuickBooks wrong?",
        ),
        Choice(
            "theirs",
            "Leave it as it is in QuickBooks",
            "What was changed stays in QuickBooks until it is changed here again; the two differ until then.",
        ),
    ),
    LARGER_THAN_OPEN: (
        Choice(
            "same",
            "It is the same payment",
            "The two are linked; nothing is written in QuickBooks.",
            "Is it the same money as the payment that is there already?",
        ),
        Choice(
            "credit",
            "It is a second payment: keep the rest as credit",
            "It goes to QuickBooks; what is more than is open there stays as the customer's credit.",
            "Did the customer really pay twice?",
        ),
        replace(_LEAVE, words="Do not send it"),
    ),
    BRAKE: (
        Choice(
            "send",
            "Let them go",
            "They are changed or removed in QuickBooks as they are here.",
            "Is it meant that all of these change in QuickBooks?",
        ),
        _LEAVE_ALL,
    ),
    CLOSED_BOOKS: (
        _LEAVE_ALL,
        Choice(
            "send",
            "Send them anyway",
            "They go into the closed months under their own dates.",
            "Figures that were closed change: reports and tax returns made from them no longer agree. QuickBooks still "
            "refuses what is dated through its own closing date. Is that agreed with your accountant?",
        ),
        Choice(
            "redate",
            "Book them on the first open day",
            "In QuickBooks they are dated on the first day after the closed books; here they keep their dates.",
            "Is it right that these sales count for the open month?",
        ),
    ),
    BEFORE_START: (
        Choice(
            "send",
            "Send it all the same",
            "It goes to QuickBooks under its own date, though that is before the day from which records are sent.",
            "Is it really not booked in QuickBooks in another way?",
        ),
        _LEAVE,
    ),
    OLDER_INVOICE: (
        Choice(
            "send_invoice",
            "Send the older invoice too",
            "The invoice goes to QuickBooks under its own date, then what was paid on it now.",
            "Is the invoice really not in QuickBooks yet?",
        ),
        _LEAVE,
    ),
    NUMBER_CLASH: (
        Choice(
            "send",
            "Send it all the same",
            "It is made in QuickBooks with this number, beside the one that is there.",
            "Is it really another invoice than the one in QuickBooks?",
        ),
        _LEAVE,
    ),
    CHANGED_BEFORE_REMOVAL: (
        Choice(
            "remove",
            "Remove it all the same",
            "It is removed from QuickBooks as it was here, with what was changed there.",
            "Is it really to be removed from QuickBooks?",
        ),
        Choice("keep", "Keep it in QuickBooks", "It stays in QuickBooks; no record here belongs to it any more."),
    ),
}


def seen_as(text: str) -> str:
    """A short word for what a question said, so that an answer tells which state of it was seen."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def offered(cause: str, detail: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The choices of a problem: those of its cause; if its detail names some under "choices", only these."""
    only = detail.get("choices")
    named = isinstance(only, Sequence) and not isinstance(only, str)
    return tuple(one for one in CHOICES.get(cause, ()) if not named or one.key in (only or ()))
