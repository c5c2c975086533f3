"""From payments.csv to payments: the rows of one external id are one payment, over several invoices if there are
several."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from bluepro.common.text import clean_text
from bluepro.importing.formats import PAYMENTS
from bluepro.importing.records import Cells, Draft, Place, Run, report, save_drafts
from bluepro.importing.staging import Staged
from bluepro.importing.values import parse_date_time, parse_number
from bluepro.payments.models import Payment
from bluepro.payments.rules import PaymentData, PaymentEdit, check_payment, cleaned
from bluepro.payments.services import save_payments

MOST_ROWS = 1000
_SHARED = ("method", "description", "reference")
_KEPT = ("description", "reference")
_FIELD = re.compile(r"allocations\[(\d+)\]\.(\w+)")
_COLUMNS = {"invoice": "invoice_external_id", "allocations": "invoice_external_id", "payment": "external_id"}
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def import_payments(run: Run) -> None:
    """Saves all staged payments; reports what is wrong with any."""
    total, done = run.staging.rows[PAYMENTS.file], 0
    run.staging.report_crowds(PAYMENTS, MOST_ROWS, "rows", run.problems)
    run.staging.find_records(PAYMENTS)
    run.staging.find_targets(PAYMENTS)
    for groups in run.staging.payment_chunks():
        kept = _kept(run, groups)
        drafts = [_draft(run, rows, kept) for rows in groups]
        save_drafts(run, PAYMENTS, drafts, lambda edits: save_payments(run.actor, edits, clock=run.clock, ids=run.ids))
        done += sum(len(rows) for rows in groups)
        run.progress("saving payments", done, total)


def _kept(run: Run, groups: Sequence[Sequence[Staged]]) -> dict[int, dict[str, str]]:
    """What is stored in the columns that the file lacks."""
    absent = [name for name in _KEPT if name not in run.staging.present[PAYMENTS.file]]
    if not absent:
        return {}
    known = [rows[0].id for rows in groups if rows[0].id is not None]
    found = Payment.objects.filter(workspace=run.workspace, pk__in=known).values_list("pk", *absent)
    return {pk: dict(zip(absent, values, strict=True)) for pk, *values in found}


def _draft(run: Run, rows: Sequence[Staged], kept: Mapping[int, dict[str, str]]) -> Draft[PaymentEdit]:
    read_time = partial(parse_date_time, zone=ZoneInfo(run.workspace.time_zone))
    all_cells = [Cells(PAYMENTS, row, run.problems) for row in rows]
    times = [cells.needed("paid_at", read_time) for cells in all_cells]
    parts = [_allocation(cells, row) for cells, row in zip(all_cells, rows, strict=True)]
    first = rows[0]
    for cells, time in zip(all_cells[1:], times[1:], strict=True):
        _check_agreement(cells, all_cells[0], first.line)
        if time is not None and times[0] is not None and time != times[0]:
            cells.fail("paid_at", _disagrees(first.line))
    texts = {name: all_cells[0].text(name) for name in _SHARED} | kept.get(first.id or 0, {})
    data = PaymentData(paid_at=times[0] or _NEVER, allocations=tuple(parts), **texts)
    return _made(run, rows, data, all_cells)


def _made(run: Run, rows: Sequence[Staged], data: PaymentData, all_cells: Sequence[Cells]) -> Draft[PaymentEdit]:
    first, locate = rows[0], _Locate([row.line for row in rows])
    lost = next((row for row in rows if row.target_bad), None)
    blocked = f"It pays the invoice {lost.cells['invoice_external_id']!r}, which is left out." if lost else ""
    if not blocked and all(cells.ok for cells in all_cells):
        edit = PaymentEdit(data, id=first.id, external_id=first.key if first.id is None else None)
        return Draft(first.key, rows, locate, edit)
    if not first.bad:
        for error in check_payment(cleaned(data)):
            report(run.problems, locate, error, but={place for cells in all_cells for place in cells.wrong})
    return Draft(first.key, rows, locate, None, blocked)


def _allocation(cells: Cells, row: Staged) -> tuple[int, Decimal]:
    name = row.cells["invoice_external_id"]
    if not name:
        cells.fail("invoice_external_id", "This may not be empty.")
    elif row.target is None and not row.target_bad:
        cells.fail("invoice_external_id", f"Neither invoices.csv nor the workspace has an invoice {name!r}.")
    return row.target or 0, cells.needed("amount", parse_number) or Decimal(0)


def _check_agreement(cells: Cells, first: Cells, line: int) -> None:
    for name in _SHARED:
        if clean_text(cells.text(name)) != clean_text(first.text(name)):
            cells.fail(name, _disagrees(line))


def _disagrees(line: int) -> str:
    return f"Row {line} of the same payment says something else; the two must agree."


@dataclass(frozen=True, slots=True)
class _Locate:
    """Where a field of the payment, or of one of its allocations, came from."""

    lines: Sequence[int]

    def __call__(self, field: str) -> Place:
        match = _FIELD.fullmatch(field)
        line = self.lines[int(match[1]) - 1] if match and int(match[1]) <= len(self.lines) else self.lines[0]
        name = match[2] if match else field
        column = _COLUMNS.get(name, name)
        return Place(PAYMENTS.file, line, column if column in PAYMENTS.columns else "")
