"""What an invoice says once everything empty is filled in: derived from what was handed in, compared, told apart. Pure.

Copies of a service, a rate or an exemption are taken here, and kept where the invoice is issued or cancelled already.
Whether a change is allowed is decided in `life_rules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from decimal import Decimal

from bluepro.common.money import ZERO, cents
from bluepro.invoicing.amounts import Amounts, Line, compute, has_decimals_beyond
from bluepro.invoicing.choices import InvoiceStatus, LineKind
from bluepro.invoicing.rules import PRICED, InvoiceData, LineData
from bluepro.workspaces.rules import rate_name

FROZEN = frozenset({InvoiceStatus.ISSUED, InvoiceStatus.CANCELLED})
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class LineContent:
    """A line as stored: every copy taken. Numbers of headings and texts are 0."""

    kind: str
    service_id: int | None
    name: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    tax_exempt: bool
    amount: Decimal


@dataclass(frozen=True, slots=True)
class InvoiceContent:
    """An invoice as stored, its lines in order. Fields have the names of the table's columns; money in dollars."""

    number: str
    name: str
    contact_id: int
    status: str
    issue_date: date
    due_date: date
    service_street: str
    service_city: str
    service_region: str
    service_postal_code: str
    service_country: str
    discount_kind: str
    discount_value: Decimal
    tax_rate_name: str
    tax_rate_percent: Decimal
    contact_tax_exempt: bool
    required_deposit_kind: str
    required_deposit_value: Decimal
    message: str
    subtotal: Decimal
    discount: Decimal
    taxable_base: Decimal
    tax: Decimal
    total: Decimal
    lines: tuple[LineContent, ...]

    @property
    def is_frozen(self) -> bool:
        """Issued or cancelled: nothing is copied anew from catalogue or contact."""
        return self.status in FROZEN


COLUMNS = tuple(column.name for column in fields(InvoiceContent) if column.name != "lines")
LINE_COLUMNS = tuple(column.name for column in fields(LineContent))


@dataclass(frozen=True, slots=True)
class ServiceCopy:
    """What a line copies from its service."""

    name: str
    description: str
    unit_price: Decimal
    tax_exempt: bool


@dataclass(frozen=True, slots=True)
class Around:
    """What an invoice is filled in from: the workspace's terms, the services named, which contacts are exempt.

    `rates` are the active tax rates in percent by their names in lower case; only refreshing a draft asks for them.
    """

    terms_days: int
    services: Mapping[int, ServiceCopy]
    contact_tax_exempt: Mapping[int, bool]
    rates: Mapping[str, Decimal] = field(default_factory=dict)


def derive(data: InvoiceData, around: Around, stored: InvoiceContent | None) -> InvoiceContent:
    """The content that `data` (cleaned and checked) makes of an invoice, `stored` being what it says so far.

    The number stays empty where it is still to be given. Raises AmountError where the amounts do not work out.
    """
    frozen = stored if stored is not None and stored.is_frozen else None
    lines = [_line(line, around, _same_line(line, at, frozen)) for at, line in enumerate(data.lines)]
    rate = data.tax_rate_percent or ZERO
    exempt = _exemption(data, around, frozen)
    amounts = compute(
        [Line(line.quantity, line.unit_price, line.tax_exempt) for line in lines],
        discount_kind=data.discount_kind,
        discount_value=data.discount_value or ZERO,
        tax_rate_percent=rate,
        contact_tax_exempt=exempt,
    )
    return InvoiceContent(
        number=data.number if data.number is not None else stored.number if stored else "",
        name=data.name,
        contact_id=data.contact_id,
        status=data.status,
        issue_date=data.issue_date,
        due_date=_due_date(data, around, frozen),
        service_street=data.service_street,
        service_city=data.service_city,
        service_region=data.service_region,
        service_postal_code=data.service_postal_code,
        service_country=data.service_country,
        discount_kind=data.discount_kind,
        discount_value=data.discount_value or ZERO,
        tax_rate_name=_rate_name(data, rate, stored),
        tax_rate_percent=rate,
        contact_tax_exempt=exempt,
        required_deposit_kind=data.required_deposit_kind,
        required_deposit_value=data.required_deposit_value or ZERO,
        message=data.message,
        subtotal=amounts.subtotal,
        discount=amounts.discount,
        taxable_base=amounts.taxable_base,
        tax=amounts.tax,
        total=amounts.total,
        lines=_with_amounts(lines, amounts),
    )


def _same_line(line: LineData, at: int, frozen: InvoiceContent | None) -> LineContent | None:
    """The frozen line that `line` goes on from: the one at its place, if it is of the same service."""
    if frozen is None or line.service_id is None or at >= len(frozen.lines):
        return None
    return frozen.lines[at] if frozen.lines[at].service_id == line.service_id else None


def _line(line: LineData, around: Around, same: LineContent | None) -> LineContent:
    if line.kind not in PRICED:
        return LineContent(line.kind, None, line.name, line.description, ZERO, ZERO, False, ZERO)
    if line.service_id is None or line.kind != LineKind.SERVICE:
        quantity, price = line.quantity or ZERO, line.unit_price or ZERO
        exempt = bool(line.tax_exempt)
        return LineContent(line.kind, None, line.name, line.description, quantity, price, exempt, ZERO)
    copied = same or around.services[line.service_id]
    return LineContent(
        kind=line.kind,
        service_id=line.service_id,
        name=line.name or copied.name,
        description=line.description or copied.description,
        quantity=ONE if line.quantity is None else line.quantity,
        unit_price=copied.unit_price if line.unit_price is None else line.unit_price,
        tax_exempt=copied.tax_exempt if line.tax_exempt is None else line.tax_exempt,
        amount=ZERO,
    )


def _with_amounts(lines: list[LineContent], amounts: Amounts) -> tuple[LineContent, ...]:
    return tuple(
        LineContent(
            line.kind,
            line.service_id,
            line.name,
            line.description,
            line.quantity,
            line.unit_price,
            line.tax_exempt,
            amount,
        )
        for line, amount in zip(lines, amounts.lines, strict=True)
    )


def _exemption(data: InvoiceData, around: Around, frozen: InvoiceContent | None) -> bool:
    if frozen is not None and frozen.contact_id == data.contact_id:
        return frozen.contact_tax_exempt
    return around.contact_tax_exempt[data.contact_id]


def _due_date(data: InvoiceData, around: Around, frozen: InvoiceContent | None) -> date:
    if data.due_date is not None:
        return data.due_date
    if frozen is not None and frozen.issue_date == data.issue_date:
        return frozen.due_date
    return data.issue_date + timedelta(days=around.terms_days)


def _rate_name(data: InvoiceData, rate: Decimal, stored: InvoiceContent | None) -> str:
    if data.tax_rate_name or not rate:
        return data.tax_rate_name
    if stored is not None and stored.tax_rate_percent == rate:
        return stored.tax_rate_name
    return rate_name(rate)


def as_data(content: InvoiceContent) -> InvoiceData:
    """Stored content in the shape in which it is handed in, everything given."""
    return InvoiceData(
        contact_id=content.contact_id,
        issue_date=content.issue_date,
        status=content.status,
        number=content.number,
        name=content.name,
        due_date=content.due_date,
        lines=tuple(
            LineData(
                kind=line.kind,
                service_id=line.service_id,
                name=line.name,
                description=line.description,
                quantity=line.quantity,
                unit_price=line.unit_price,
                tax_exempt=line.tax_exempt,
            )
            for line in content.lines
        ),
        discount_kind=content.discount_kind,
        discount_value=content.discount_value,
        tax_rate_percent=content.tax_rate_percent,
        tax_rate_name=content.tax_rate_name,
        required_deposit_kind=content.required_deposit_kind,
        required_deposit_value=content.required_deposit_value,
        message=content.message,
        service_street=content.service_street,
        service_city=content.service_city,
        service_region=content.service_region,
        service_postal_code=content.service_postal_code,
        service_country=content.service_country,
    )


Values = dict[str, object]


def changes(old: InvoiceContent, new: InvoiceContent) -> tuple[Values, Values]:
    """What differs, old and new, by field; lines by position (from 1), None where a line is missing on that side."""
    before, after = _differing(old, new, COLUMNS)
    lines_before: Values = {}
    lines_after: Values = {}
    for at in range(max(len(old.lines), len(new.lines))):
        left = old.lines[at] if at < len(old.lines) else None
        right = new.lines[at] if at < len(new.lines) else None
        if left != right:
            lines_before[str(at + 1)], lines_after[str(at + 1)] = _differing_lines(left, right)
    if lines_before:
        before["lines"], after["lines"] = lines_before, lines_after
    return before, after


def _differing_lines(old: LineContent | None, new: LineContent | None) -> tuple[object, object]:
    if old is not None and new is not None:
        return _differing(old, new, LINE_COLUMNS)
    return _everything(old), _everything(new)


def _everything(line: LineContent | None) -> object:
    return line and {name: plain(getattr(line, name)) for name in LINE_COLUMNS}


def _differing(old: object, new: object, names: tuple[str, ...]) -> tuple[Values, Values]:
    different = [name for name in names if getattr(old, name) != getattr(new, name)]
    return (
        {name: plain(getattr(old, name)) for name in different},
        {name: plain(getattr(new, name)) for name in different},
    )


def plain(value: object) -> object:
    """Decimals with two decimals, or as many more as they need; everything else as it is."""
    if not isinstance(value, Decimal):
        return value
    return value.normalize() if has_decimals_beyond(value, 2) else cents(value)


def summary(content: InvoiceContent) -> Values:
    """What the history says of an invoice that appears or goes: enough to know what it was."""
    return {
        "status": content.status,
        "contact_id": content.contact_id,
        "issue_date": content.issue_date,
        "total": plain(content.total),
    }
