"""The lines of the invoice editor as they were typed, with what is wrong with each field beside it.

Lines travel as `line` (their keys, in order) and `<field>-<key>`; so a line keeps its fields wherever it moves.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.http import QueryDict

from bluepro.catalogue.models import Service
from bluepro.invoicing.choices import LineKind
from bluepro.invoicing.content import LineContent
from bluepro.invoicing.rules import PRICED, LineData
from bluepro.web.forms import parse_number

FIELDS = ("kind", "service", "name", "description", "quantity", "unit_price", "tax_exempt")
NOT_A_NUMBER = "Enter a number, such as 1,234.50."


@dataclass
class TypedLine:
    """One line. All values are text as typed; `tax_exempt` is "1", "0" or, to follow the service, empty."""

    key: str
    kind: str = LineKind.CUSTOM
    service: str = ""
    name: str = ""
    description: str = ""
    quantity: str = ""
    unit_price: str = ""
    tax_exempt: str = ""
    amount: Decimal | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_priced(self) -> bool:
        return self.kind in PRICED

    @property
    def label(self) -> str:
        return LineKind(self.kind).label if self.kind in LineKind.values else "Line"

    def data(self, *, strict: bool = True) -> LineData:
        """What is handed in. Numbers that are none are noted in `errors`, and 0 (or the service's) if not `strict`."""
        quantity = self._number("quantity", strict=strict) if self.is_priced else None
        price = self._number("unit_price", strict=strict) if self.is_priced else None
        return LineData(
            kind=self.kind,
            service_id=_id(self.service) if self.kind == LineKind.SERVICE else None,
            name=self.name,
            description=self.description,
            quantity=quantity,
            unit_price=price,
            tax_exempt={"1": True, "0": False}.get(self.tax_exempt),
        )

    def _number(self, name: str, *, strict: bool) -> Decimal | None:
        typed = getattr(self, name).strip()
        try:
            return parse_number(typed) if typed else None
        except ValueError:
            if strict:
                self.errors[name] = NOT_A_NUMBER
            return None


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def typed_lines(sent: QueryDict) -> list[TypedLine]:
    """The lines of a sent form, in order."""
    keys = (key for key in dict.fromkeys(sent.getlist("line")) if key.isalnum() and len(key) <= 20)
    return [_typed(key, {name: sent.get(f"{name}-{key}", "").replace("\x00", "") for name in FIELDS}) for key in keys]


def _typed(key: str, values: Mapping[str, str]) -> TypedLine:
    line = TypedLine(key)
    for name, value in values.items():
        setattr(line, name, value)
    return line


def stored_lines(lines: Sequence[LineContent]) -> list[TypedLine]:
    """The lines of an invoice, as someone would have typed them."""
    return [_stored(str(at), line) for at, line in enumerate(lines, 1)]


def _stored(key: str, line: LineContent) -> TypedLine:
    priced = line.kind in PRICED
    return TypedLine(
        key,
        kind=line.kind,
        service=str(line.service_id or ""),
        name=line.name,
        description=line.description,
        quantity=plain_number(line.quantity) if priced else "",
        unit_price=plain_price(line.unit_price) if priced else "",
        tax_exempt="1" if line.tax_exempt else "0",
    )


def service_line(key: str, service: Service) -> TypedLine:
    """A new line of this service, everything copied from it."""
    return TypedLine(
        key,
        kind=LineKind.SERVICE,
        service=str(service.pk),
        name=service.name,
        description=service.description,
        quantity="1",
        unit_price=plain_price(service.unit_price),
        tax_exempt="1" if service.tax_exempt else "0",
    )


def plain_number(value: Decimal) -> str:
    """A number to edit: without needless zeros."""
    return f"{value.normalize():f}"


def plain_price(value: Decimal) -> str:
    """A price to edit: at least two decimals."""
    text = plain_number(value)
    return text if len(text.partition(".")[2]) >= 2 else f"{value:.2f}"


def new_key(lines: Iterable[TypedLine]) -> str:
    """A key that none of these lines has."""
    return str(max((int(line.key) for line in lines if line.key.isascii() and line.key.isdigit()), default=0) + 1)


def move(lines: list[TypedLine], key: str, by: int) -> None:
    """Moves the line of this key one place up (-1) or down (1), if there is room."""
    at = next((at for at, line in enumerate(lines) if line.key == key), None)
    if at is not None and 0 <= at + by < len(lines):
        lines.insert(at + by, lines.pop(at))


def place(lines: Sequence[TypedLine], position: int, name: str, message: str) -> bool:
    """Puts an error beside the line at `position` (from 1); False if there is no such line."""
    if not 1 <= position <= len(lines):
        return False
    fields: Mapping[str, str] = {"amount": "unit_price"}
    lines[position - 1].errors.setdefault(fields.get(name, name), message)
    return True
