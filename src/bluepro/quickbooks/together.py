"""Causes of which there is one problem for a whole company, however many records it holds up (pure): its words.

Each held record has a problem of its own, a member, so that its page says why; people are asked once, about all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bluepro.common.words import day_in_words, dollars
from bluepro.quickbooks.work import Trouble

CLOSED_BOOKS = "closed_books"
BRAKE = "brake"

LABEL = "Several records"


@dataclass(frozen=True, slots=True)
class Members:
    """What the members of one cause come to: how many, the sum in dollars, the oldest and the newest day.

    `pushed`: how many of them have an entity.
    """

    count: int
    pushed: int
    amount: Decimal
    oldest: date
    newest: date


def member_detail(amount: Decimal, day: date, *, pushed: bool) -> dict[str, str]:
    """What a member tells of itself for the sum."""
    return {"amount": str(amount), "day": day.isoformat(), "pushed": "yes" if pushed else ""}


def summed(details: Iterable[Mapping[str, str]]) -> Members:
    """What members come to, from what each told of itself."""
    told = list(details)
    days = [date.fromisoformat(one["day"]) for one in told]
    amount = sum((Decimal(one["amount"]) for one in told), Decimal(0))
    return Members(len(told), sum(bool(one["pushed"]) for one in told), amount, min(days), max(days))


def trouble(cause: str, members: Members) -> Trouble:
    """The one problem over its members."""
    return WORDS[cause](members)


def is_together(cause: str) -> bool:
    """Whether records held for this cause are members of one problem."""
    return cause in WORDS


def summary(members: Members) -> str:
    """Such as "12 records of $1,234.50 in all, dated Mar 2, 2026 to Mar 30, 2026"."""
    what = "1 record of" if members.count == 1 else f"{members.count:,} records of together"
    between = day_in_words(members.oldest)
    if members.newest != members.oldest:
        between = f"{between} to {day_in_words(members.newest)}"
    return f"{what} {dollars(members.amount)}, dated {between}"


def _closed_books(members: Members) -> Trouble:
    rest = f" {members.pushed:,} of them stand in QuickBooks already and keep their date." if members.pushed else ""
    text = f"{summary(members)}, would change months whose books are closed. They are not sent.{rest}"
    choices = ("leave", "send", "redate") if members.pushed < members.count else ("leave", "send")
    remedy = "Owner, Admin or Bookkeeper: decide about all of them. Or open the books, here or in QuickBooks."
    return Trouble(CLOSED_BOOKS, text, remedy, {"choices": choices})


def _brake(members: Members) -> Trouble:
    text = (
        f"{summary(members)}, stand in QuickBooks and would be changed or removed there, all within ten minutes. They "
        f"wait, in case this was not meant. The oldest month is {members.oldest:%B %Y}."
    )
    remedy = "Owner, Admin or Bookkeeper: look at the records, then let them go or leave them out."
    return Trouble(BRAKE, text, remedy)


WORDS: Mapping[str, Callable[[Members], Trouble]] = {CLOSED_BOOKS: _closed_books, BRAKE: _brake}
