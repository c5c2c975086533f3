"""Which days may be written to: not before the start date, not in closed books (invariant 10, policy Locked books).

Consent of a person to go beyond these is not known here; who has it does not ask.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from bluepro.common.words import day_in_words
from bluepro.quickbooks.snapshot import Books
from bluepro.quickbooks.translate.outcome import Held, Who

_TEXT_FIELDS = frozenset({"CustomerMemo", "ShipAddr", "PaymentRefNum"})


def held_by_date(what: str, days: Iterable[date], books: Books, *, text_only: bool = False) -> Held | None:
    """Why `what` may not be written, `days` being its old and new date; None if it may. Text passes closed books."""
    earliest = min(days)
    if books.start_date and earliest < books.start_date:
        start = day_in_words(books.start_date)
        message = f"{what} is dated {day_in_words(earliest)}, before {start}, the day from which records are sent."
        return Held("before_start", "date", message, Who.DECIDER)
    if books.closed_through and earliest <= books.closed_through and not text_only:
        closed = day_in_words(books.closed_through)
        message = f"{what} is dated {day_in_words(earliest)}, and the books are closed through {closed}."
        return Held("closed_books", "date", message, Who.DECIDER)
    return None


def days_of(new: date, last: Mapping[str, object]) -> tuple[date, ...]:
    """The dates that count: the `new` one and the one of the last push, if there was one."""
    old = last.get("TxnDate")
    return (new, date.fromisoformat(old)) if isinstance(old, str) else (new,)


def only_text(changed: Iterable[str], owned: Mapping[str, object], last: Mapping[str, object]) -> bool:
    """Whether the `changed` fields are text alone, so that no figure, day, customer or account in the books moves."""
    rest = set(changed) - _TEXT_FIELDS
    return not rest or (rest == {"Line"} and _figures(owned["Line"]) == _figures(last.get("Line")))


def _figures(lines: object) -> list[dict[str, object]]:
    if not isinstance(lines, list):
        return []
    priced = [line for line in lines if line.get("DetailType") != "DescriptionOnly"]
    return [{name: value for name, value in line.items() if name != "Description"} for line in priced]
