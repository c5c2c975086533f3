"""The few things that all pages are made of: money, dates, a state in a word, tables, facts, filters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from qbo_emulator.books.table import Row
from qbo_emulator.books.wire import Obj
from qbo_emulator.pages.html import Content, Html, joined, link, tag


def money(amount: Decimal | int | None) -> Html:
    """Dollars and cents; a minus in front of the dollar sign."""
    if amount is None:
        return Html("")
    sign = "−" if amount < 0 else ""
    return tag("span", f"{sign}${abs(amount):,.2f}", class_="money")


def figure(number: Decimal | int | None) -> str:
    """A quantity or price without needless zeros."""
    return "" if number is None else f"{Decimal(number).normalize():,f}"


def rate(price: Decimal | int | None) -> Html:
    """A price with the cents, and with further decimals if it has some."""
    if price is None:
        return Html("")
    exact = Decimal(price).normalize()
    exponent = exact.as_tuple().exponent
    places = max(2, -exponent) if isinstance(exponent, int) else 2
    return tag("span", f"{'−' if exact < 0 else ''}${abs(exact):,.{places}f}", class_="money")


def day(text: str | None) -> Html:
    """A calendar date as it is stored, shown as people write it."""
    if not text:
        return Html("")
    value = date.fromisoformat(text)
    return tag("time", f"{value:%b} {value.day}, {value.year}", datetime=text)


def moment(text: str) -> Html:
    """A moment as QuickBooks stores it, with its offset; shown in that very zone, which is the Pacific coast's."""
    value = datetime.fromisoformat(text)
    words = f"{value:%b} {value.day}, {value.year}, {value.hour % 12 or 12}:{value:%M %p} Pacific time"
    return tag("time", words, datetime=text)


def version(row: Row) -> str:
    """What apps know a thing by."""
    return f"{row.id} (sync token {row.data['SyncToken']})"


def badge(word: str) -> Html:
    """A state; the word says it all, colour only helps."""
    return tag("span", word, class_=f"badge {word.split()[0].lower()}")


def address(place: Obj | None) -> list[Html]:
    """The lines of an address."""
    if not place:
        return []
    lines = [place.get(f"Line{number}", "") for number in range(1, 6)]
    town = " ".join(place.get(key, "") for key in ("City", "CountrySubDivisionCode", "PostalCode") if place.get(key))
    return [tag("span", line, class_="line") for line in [*lines, town, place.get("Country", "")] if line]


def facts(pairs: Iterable[tuple[str, Content]], style: str = "facts") -> Html:
    """Names and values; those without a value are left out. `style` "facts sums" aligns figures, the last one a sum."""
    said = [(name, joined(value)) for name, value in pairs]
    return tag("dl", [[tag("dt", name), tag("dd", value)] for name, value in said if value], class_=style)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; figures stand at the right."""

    name: str
    figures: bool = False


def table(
    caption: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Content]],
    empty: str,
    total: Sequence[Content] | None = None,
) -> Html:
    """A table, or the words for an empty one. The first cell of a row names it; `total` is a last row of sums."""
    body = [tag("tr", _cells(columns, row), role="row") for row in rows]
    if not body:
        return tag("p", empty, class_="empty")
    names = [tag("th", one.name, scope="col", role="columnheader", class_=_figures(one)) for one in columns]
    head = tag("thead", tag("tr", names, role="row"), role="rowgroup")
    sums = tag("tfoot", tag("tr", _cells(columns, total), role="row"), role="rowgroup") if total else None
    whole = tag("table", tag("caption", caption), head, tag("tbody", body, role="rowgroup"), sums, role="table")
    return tag("div", whole, class_="scroll", tabindex="0", role="region", aria_label=caption)


def _cells(columns: Sequence[Column], row: Sequence[Content]) -> list[Html]:
    first, *rest = zip(columns, row, strict=True)
    head = tag("th", first[1], scope="row", role="rowheader", class_=_figures(first[0]))
    return [head, *(_cell(column, value) for column, value in rest)]


def _cell(column: Column, value: Content) -> Html:
    """On a small screen rows become blocks, where each value needs its name; roles keep them rows of a table."""
    said = joined(value)
    held = tag("div", said) if said else None
    return tag("td", held, role="cell", class_=_figures(column), data_name=column.name if said else None)


def _figures(column: Column) -> str | None:
    return "figures" if column.figures else None


def chips(label: str, choices: Iterable[tuple[str, str, bool]]) -> Html:
    """Filters as links: (words, address, whether it is the one shown)."""
    items = [tag("li", link(where, words, current=current)) for words, where, current in choices]
    return tag("nav", tag("ul", items), class_="chips", aria_label=label)
