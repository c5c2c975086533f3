"""What a ruling is made of: families, who can fix something, the button that does."""

from dataclasses import dataclass
from enum import StrEnum

from bluepro.quickbooks.choices import CHOICES


class Family(StrEnum):
    """What to do next."""

    RETRY = "retry"
    RESOLVE = "resolve"
    NEEDS_FIX = "needs_fix"
    RECONNECT = "reconnect"
    BUG = "bug"


class Who(StrEnum):
    """Who can fix it, as pages and problems say it."""

    EDITORS = "Whoever may change the record"
    DECIDERS = "An Owner, Admin or Bookkeeper"
    HEADS = "An Owner or Admin"
    BOOKS = "Someone with access to QuickBooks"
    THEIR_ADMIN = "An admin of the QuickBooks company"
    SUPPORT = "Support"
    NOBODY = "Nobody has to"


class Button(StrEnum):
    """The button that fixes it, or takes a person to where it is fixed."""

    RECORD = "Open it"
    PUSH_AGAIN = "Push again"
    SETTINGS = "Change the settings"
    CONNECT = "Connect again"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Ruling:
    """One code's meaning. `cause` is stable, for tables and tests; the rest is for people.

    `text` says what happened and why, `todo` what `who` has to do; `asks` names the questions of `choices` that it may
    end in. `after` is in seconds, for what is tried again.
    """

    family: Family
    cause: str
    text: str
    who: Who
    todo: str
    button: Button = Button.NONE
    after: float = 30
    asks: tuple[str, ...] = ()

    @property
    def remedy(self) -> str:
        """Who can fix it and how, in a sentence."""
        return f"{self.who}: {self.todo}"

    @property
    def buttons(self) -> tuple[str, ...]:
        """The words of all buttons that a person may find, each once."""
        choices = (choice.words for cause in self.asks for choice in CHOICES[cause])
        return tuple(dict.fromkeys(filter(None, (*choices, self.button.value))))
