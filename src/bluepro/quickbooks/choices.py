"""What a person may answer to each cause of a problem (pure): a table, no logic.

A row here is a button on the Problems page and a word for `bluepro problems --answer ID CHOICE`. What it does is one
function of the cause's module under `answers/`, named in the table of `answers/__init__.py`. To add a choice: a row
here, a function there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NAME_HELD = "name_held"
GONE = "gone_in_quickbooks"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer. `words` is the button, `effect` one plain sentence of what it does.

    `confirm` is a question that is asked first, where money or something that cannot be undone is concerned.
    """

    key: str
    words: str
    effect: str
    confirm: str = ""


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
    ),
}


def offered(cause: str, detail: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The choices of a problem: those of its cause; if its detail names some under "choices", only these."""
    only = detail.get("choices")
    named = isinstance(only, Sequence) and not isinstance(only, str)
    return tuple(one for one in CHOICES.get(cause, ()) if not named or one.key in (only or ()))
