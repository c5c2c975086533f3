"""What people hand in for an invoice, cleaned and checked field by field. No database, no arithmetic of totals.

What depends on other records (numbers taken, payments made, who acts) is checked in `services`; amounts that do not
work out are refused by `amounts`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from bluepro.common.errors import FieldError
from bluepro.common.money import ZERO
from bluepro.common.text import check_text, clean_text
from bluepro.common.words import day_in_words
from bluepro.invoicing import amounts, numbering
from bluepro.invoicing.choices import AmountKind, InvoiceStatus, LineKind

# QuickBooks takes 750 lines on a taxable invoice (F1.1-11); the discount and the tax may each need one there.
MAX_LINES = 740
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
PRICED = frozenset({LineKind.SERVICE, LineKind.CUSTOM})


@dataclass(frozen=True, slots=True)
class LineData:
    """A line as handed in. On service lines whatever is empty or None is the service's, and the quantity 1.

    `unit_price` in dollars, `quantity` at least 0, both with up to 5 decimals. Headings and texts have neither.
    """

    kind: str
    service_id: int | None = None
    name: str = ""
    description: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    tax_exempt: bool | None = None


@dataclass(frozen=True, slots=True)
class InvoiceData:
    """An invoice as handed in, complete: what is not given is empty. Dates are the workspace's calendar dates.

    `number` None is the next number (of an existing invoice: its own), `due_date` None the issue date plus the terms,
    `tax_rate_percent` None no sales tax. `discount_value` and `required_deposit_value` are dollars or percent by
    their kind ("amount", "percent" or empty).
    """

    contact_id: int
    issue_date: date
    status: str = InvoiceStatus.DRAFT
    number: str | None = None
    name: str = ""
    due_date: date | None = None
    lines: tuple[LineData, ...] = ()
    discount_kind: str = ""
    discount_value: Decimal | None = None
    tax_rate_percent: Decimal | None = None
    tax_rate_name: str = ""
    required_deposit_kind: str = ""
    required_deposit_value: Decimal | None = None
    message: str = ""
    service_street: str = ""
    service_city: str = ""
    service_region: str = ""
    service_postal_code: str = ""
    service_country: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceEdit:
    """One invoice to create (`id` None) or change. `version`, if given, must be the one stored.

    `external_id` None leaves the stored one alone.
    """

    data: InvoiceData
    id: int | None = None
    version: int | None = None
    external_id: str | None = None


def cleaned(data: InvoiceData) -> InvoiceData:
    """`data` with all its text cleaned."""
    return replace(
        data,
        number=None if data.number is None else clean_text(data.number),
        name=clean_text(data.name),
        lines=tuple(cleaned_line(line) for line in data.lines),
        tax_rate_name=clean_text(data.tax_rate_name),
        message=clean_text(data.message),
        service_street=clean_text(data.service_street),
        service_city=clean_text(data.service_city),
        service_region=clean_text(data.service_region),
        service_postal_code=clean_text(data.service_postal_code),
        service_country=clean_text(data.service_country),
    )


def cleaned_line(line: LineData) -> LineData:
    """`line` with its text cleaned."""
    if not line.name and not line.description:
        return line
    return replace(line, name=clean_text(line.name), description=clean_text(line.description))


def check_invoice(data: InvoiceData) -> list[FieldError]:
    """Everything that is wrong with an already cleaned invoice, whatever is stored."""
    return [
        *_check_texts(data),
        *_check_choice("status", data.status, InvoiceStatus),
        *check_date("issue_date", data.issue_date),
        *(check_date("due_date", data.due_date) if data.due_date else ()),
        *_check_discount(data),
        *_check_deposit(data),
        *_check_rate(data),
        *_check_lines(data),
    ]


def check_date(field: str, day: date) -> Iterator[FieldError]:
    """Refuses dates that can only be a slip of the pen."""
    if not EARLIEST <= day <= LATEST:
        message = f"{day_in_words(day)} is not between {day_in_words(EARLIEST)} and {day_in_words(LATEST)}."
        yield FieldError(field, "out_of_range", message)


def _check_texts(data: InvoiceData) -> Iterator[FieldError]:
    if data.number is not None:
        yield from check_text("number", data.number, limit=numbering.MAX_LENGTH, required=True)
    yield from check_text("name", data.name, limit=200)
    yield from check_text("tax_rate_name", data.tax_rate_name, limit=100)
    yield from check_text("message", data.message, limit=10_000, lines=True)
    yield from check_text("service_street", data.service_street, limit=500, lines=True)
    yield from check_text("service_city", data.service_city, limit=255)
    yield from check_text("service_region", data.service_region, limit=255)
    yield from check_text("service_postal_code", data.service_postal_code, limit=30)
    yield from check_text("service_country", data.service_country, limit=255)


def _check_choice(field: str, value: str, choices: type[InvoiceStatus] | type[LineKind]) -> Iterator[FieldError]:
    if value not in choices.values:
        message = f'"{value}" is not one of {", ".join(choices.values)}.'
        yield FieldError(field, "unknown", message)


def _check_discount(data: InvoiceData) -> Iterator[FieldError]:
    yield from _check_given("discount", data.discount_kind, data.discount_value)
    yield from _amount_error(lambda: amounts.check_discount(data.discount_kind, data.discount_value or ZERO))


def _check_deposit(data: InvoiceData) -> Iterator[FieldError]:
    kind, value = data.required_deposit_kind, data.required_deposit_value
    yield from _check_given("required_deposit", kind, value)
    yield from _amount_error(lambda: amounts.check_portion("required_deposit", kind, value or ZERO))


def _check_given(what: str, kind: str, value: Decimal | None) -> Iterator[FieldError]:
    if kind and value is None:
        yield FieldError(f"{what}_value", "required", f"A kind is chosen, so give the {_words(what)} too.")
    if not kind and value:
        choices = " or ".join(AmountKind.values)
        yield FieldError(f"{what}_kind", "required", f"Say whether the {_words(what)} is {choices}.")


def _check_rate(data: InvoiceData) -> Iterator[FieldError]:
    if data.tax_rate_percent is not None:
        percent = data.tax_rate_percent
        yield from _amount_error(lambda: amounts.check_percent("tax_rate_percent", percent))


def _check_lines(data: InvoiceData) -> Iterator[FieldError]:
    if len(data.lines) > MAX_LINES:
        message = f"This invoice has {len(data.lines):,} lines; at most {MAX_LINES} are possible."
        yield FieldError("lines", "too_many", message)
        return
    for position, line in enumerate(data.lines, 1):
        yield from check_line(line, f"lines[{position}]")


def check_line(line: LineData, at: str) -> Iterator[FieldError]:
    """Everything that is wrong with an already cleaned line; `at` names it, as in `lines[3]`."""
    known = line.kind in LineKind.values
    if not known:
        yield from _check_choice(f"{at}.kind", line.kind, LineKind)
    yield from check_text(f"{at}.name", line.name, limit=500)
    yield from check_text(f"{at}.description", line.description, limit=10_000, lines=True)
    if known:
        yield from _CHECKS[LineKind(line.kind)](line, at)


def _check_service_line(line: LineData, at: str) -> Iterator[FieldError]:
    if line.service_id is None:
        yield FieldError(f"{at}.service", "required", "A service line needs its service.")
    yield from _check_numbers(line, at)


def _check_custom_line(line: LineData, at: str) -> Iterator[FieldError]:
    yield from _check_no_service(line, at)
    yield from check_text(f"{at}.name", line.name, required=True)
    for field in ("quantity", "unit_price"):
        if getattr(line, field) is None:
            yield FieldError(f"{at}.{field}", "required", f"A custom line needs its {_words(field)}.")
    yield from _check_numbers(line, at)


def _check_text_line(line: LineData, at: str) -> Iterator[FieldError]:
    yield from _check_no_service(line, at)
    yield from check_text(f"{at}.name", line.name or line.description, required=True, lines=True)
    for field in ("quantity", "unit_price"):
        if getattr(line, field):
            yield FieldError(f"{at}.{field}", "not_priced", f"A {line.kind} line has no {_words(field)}.")


def _check_no_service(line: LineData, at: str) -> Iterator[FieldError]:
    if line.service_id is not None:
        yield FieldError(f"{at}.service", "not_a_service_line", f"A {line.kind} line has no service.")


def _check_numbers(line: LineData, at: str) -> Iterator[FieldError]:
    quantity, price = line.quantity, line.unit_price
    if quantity is not None:
        yield from _amount_error(lambda: amounts.check_quantity(quantity, f"{at}.quantity"))
    if price is not None:
        yield from _amount_error(lambda: amounts.check_unit_price(price, f"{at}.unit_price"))


def _amount_error(check: Callable[[], None]) -> Iterator[FieldError]:
    try:
        check()
    except amounts.AmountError as error:
        yield FieldError(error.field, error.rule, error.message)


def _words(field: str) -> str:
    return field.replace("_", " ")


_CHECKS: dict[LineKind, Callable[[LineData, str], Iterator[FieldError]]] = {
    LineKind.SERVICE: _check_service_line,
    LineKind.CUSTOM: _check_custom_line,
    LineKind.HEADING: _check_text_line,
    LineKind.TEXT: _check_text_line,
}
