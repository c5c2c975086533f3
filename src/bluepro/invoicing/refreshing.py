"""Whether a draft still says what the catalogue and the contact say, and what it would say if refreshed. Pure.

Nothing is refreshed by itself: people are shown the differences and decide.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from bluepro.invoicing.content import Around, InvoiceContent, LineContent, as_data, derive

COPIED = ("name", "description", "unit_price", "tax_exempt")


@dataclass(frozen=True, slots=True)
class Stale:
    """One copy that differs: `position` from 1 (0: the invoice itself), what it says and what it would say."""

    position: int
    field: str
    copied: object
    current: object


def refreshed(content: InvoiceContent, around: Around) -> InvoiceContent:
    """`content` with every copy taken anew and the amounts computed again; AmountError where they do not work out."""
    lines = tuple(_refreshed_line(line, around) for line in content.lines)
    return derive(as_data(replace(content, lines=lines, tax_rate_percent=_rate(content, around))), around, content)


def differences(content: InvoiceContent, around: Around) -> Iterator[Stale]:
    """Each copy of a draft that `refreshed` would change."""
    exempt = around.contact_tax_exempt[content.contact_id]
    if exempt != content.contact_tax_exempt:
        yield Stale(0, "contact_tax_exempt", content.contact_tax_exempt, exempt)
    if _rate(content, around) != content.tax_rate_percent:
        yield Stale(0, "tax_rate_percent", content.tax_rate_percent, _rate(content, around))
    for position, line in enumerate(content.lines, 1):
        fresh = _refreshed_line(line, around)
        for field in COPIED:
            if getattr(line, field) != getattr(fresh, field):
                yield Stale(position, field, getattr(line, field), getattr(fresh, field))


def _rate(content: InvoiceContent, around: Around) -> Decimal:
    """The percentage that the rate of this name has now; a rate that is offered no more stays as it is."""
    return around.rates.get(content.tax_rate_name.lower(), content.tax_rate_percent)


def _refreshed_line(line: LineContent, around: Around) -> LineContent:
    if line.service_id is None:
        return line
    service = around.services[line.service_id]
    return replace(line, **{field: getattr(service, field) for field in COPIED})
