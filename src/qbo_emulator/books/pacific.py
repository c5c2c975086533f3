"""Time as QuickBooks writes it: on the Pacific coast, whatever the company's own zone (F3.1-8, F3.6-4).

The rule of daylight saving is the one in force since 2007, held here so that no time zone database is needed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

_STANDARD = timezone(timedelta(hours=-8))
_DAYLIGHT = timezone(timedelta(hours=-7))


def _nth_sunday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))


@lru_cache(maxsize=64)
def _daylight_span(year: int) -> tuple[datetime, datetime]:
    """When daylight saving begins and ends: 2 o'clock local time, that is 10:00 and 9:00 UTC."""
    begin, end = _nth_sunday(year, 3, 2), _nth_sunday(year, 11, 1)
    return (
        datetime(begin.year, begin.month, begin.day, 10, tzinfo=UTC),
        datetime(end.year, end.month, end.day, 9, tzinfo=UTC),
    )


def to_pacific(moment: datetime) -> datetime:
    """The same moment with the Pacific offset."""
    begin, end = _daylight_span(moment.year)
    return moment.astimezone(_DAYLIGHT if begin <= moment < end else _STANDARD)


@lru_cache(maxsize=256)
def _stamp_of_second(epoch: int) -> str:
    return to_pacific(datetime.fromtimestamp(epoch, UTC)).isoformat()


def stamp(epoch: int) -> str:
    """MetaData form: whole seconds with the offset, from seconds since 1970 (F3.1-8)."""
    return _stamp_of_second(epoch)


def envelope_time(moment: datetime) -> str:
    """Envelope form: milliseconds with the offset (F3.1-8)."""
    return to_pacific(moment).isoformat(timespec="milliseconds")


def today(moment: datetime) -> date:
    """The server's date: what TxnDate is when none is sent (F3.6-4)."""
    return to_pacific(moment).date()


def parse_moment(text: str) -> int:
    """Seconds since 1970 of an ISO 8601 date or date-time; without an offset it is taken as Pacific.

    Raises ValueError when it is neither, or lies at the very end of all time.
    """
    moment = datetime.fromisoformat(text)
    try:
        if moment.tzinfo is None:
            offset = to_pacific(moment.replace(tzinfo=UTC) + timedelta(hours=8)).tzinfo
            moment = moment.replace(tzinfo=offset)
        return int(moment.timestamp())
    except OverflowError as error:
        raise ValueError(text) from error
