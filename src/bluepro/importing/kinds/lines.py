"""From the rows of invoice_lines.csv to the lines of one invoice, in the order of their positions."""

from collections.abc import Sequence
from dataclasses import dataclass

from bluepro.importing.formats import LINES
from bluepro.importing.records import Cells, Place
from bluepro.importing.report import Problems
from bluepro.importing.staging import Staged
from bluepro.importing.values import parse_position
from bluepro.invoicing.rules import LineData


@dataclass(frozen=True, slots=True)
class InvoiceLines:
    """An invoice's lines and where they came from. `ok`: every cell could be read; `wrong`: the places of those that
    could not; `blocked`: why the invoice must be left out even so."""

    lines: tuple[LineData, ...]
    line_numbers: tuple[int, ...]
    ok: bool
    wrong: frozenset[Place]
    blocked: str


def read_lines(problems: Problems, rows: Sequence[Staged]) -> InvoiceLines:
    """The lines in these rows of one invoice; reports whatever is wrong with them."""
    found: list[tuple[int, int, LineData]] = []
    taken: dict[int, int] = {}
    ok, wrong, blocked = True, set[Place](), ""
    for row in rows:
        cells = Cells(LINES, row, problems)
        position = cells.needed("position", parse_position)
        if position is not None and position in taken:
            cells.fail("position", f"Row {taken[position]} has the same position of this invoice.")
        taken.setdefault(position or 0, row.line)
        found.append((position or 0, row.line, _line(cells, row)))
        ok, wrong = ok and cells.ok, wrong | cells.wrong
        if row.target_bad:
            blocked = f"It names the service {row.cells['service_external_id']!r}, which is left out."
    found.sort(key=lambda one: one[:2])
    lines, numbers = tuple(line for _, _, line in found), tuple(number for _, number, _ in found)
    return InvoiceLines(lines, numbers, ok, frozenset(wrong), blocked)


def _line(cells: Cells, row: Staged) -> LineData:
    kind, service = cells.text("kind").strip(), row.cells["service_external_id"]
    if service and kind == "service" and row.target is None and not row.target_bad:
        reason = f"Neither services.csv nor the workspace has a service {service!r}."
        cells.fail("service_external_id", reason)
    if service and kind in ("custom", "heading", "text"):
        cells.fail("service_external_id", "Only service lines name a service.")
    exempt = cells.flag("tax_exempt")
    return LineData(
        kind=kind,
        service_id=(row.target or 0) if service and kind == "service" else None,
        name=cells.text("name"),
        description=cells.text("description"),
        quantity=cells.number("quantity"),
        unit_price=cells.number("unit_price"),
        tax_exempt=exempt if kind == "custom" else None,
    )
