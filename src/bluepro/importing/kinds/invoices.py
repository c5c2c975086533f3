"""From invoices.csv and invoice_lines.csv to invoices: each goes with all its lines, or not at all."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any  # of values that become fields by name

from bluepro.importing.formats import INVOICES, LINES
from bluepro.importing.kinds.lines import read_lines
from bluepro.importing.records import Cells, Draft, Place, Run, report, save_drafts
from bluepro.importing.staging import Staged
from bluepro.importing.values import BadValue, parse_date, shown
from bluepro.invoicing.content import as_data
from bluepro.invoicing.loading import lock
from bluepro.invoicing.rules import MAX_LINES, InvoiceData, InvoiceEdit, check_invoice, cleaned
from bluepro.invoicing.services import import_invoices as save_imported
from bluepro.workspaces.rules import check_percent
from bluepro.workspaces.tax_rates import ensure_tax_rates

STATUSES = {"draft": "draft", "sent": "issued", "cancelled": "cancelled", "scheduled": "scheduled"}
_LINE_FIELD = re.compile(r"lines\[(\d+)\](?:\.(\w+))?")
_COLUMNS = {"contact": "contact_external_id", "service": "service_external_id", "invoice": "external_id"}
_NOWHERE = date(2000, 1, 1)


def import_invoices(run: Run) -> None:
    """Saves all staged invoices with their lines; reports what is wrong with any."""
    total, done = run.staging.rows[INVOICES.file], 0
    run.staging.report_crowds(LINES, MAX_LINES, "lines", run.problems)
    run.staging.report_orphans(run.problems)
    run.staging.find_records(INVOICES)
    run.staging.find_targets(INVOICES)
    run.staging.find_targets(LINES)
    rates = _Rates(run)
    for rows in run.staging.chunks(INVOICES):
        drafts = _drafts(run, rows, rates)
        save_drafts(run, INVOICES, drafts, lambda edits: save_imported(run.actor, edits, clock=run.clock, ids=run.ids))
        done += len(rows)
        run.progress("saving invoices", done, total)


@dataclass(slots=True)
class _Rates:
    """The names of the workspace's tax rates by percentage."""

    run: Run
    names: dict[Decimal, str] = field(default_factory=dict)

    def ensure(self, percents: Sequence[Decimal]) -> None:
        """Makes the rates that are missing; what is no rate at all is left for the service to refuse."""
        wanted = {percent for percent in percents if percent not in self.names and not [*check_percent("", percent)]}
        if wanted:
            rates = ensure_tax_rates(self.run.actor, wanted)
            self.names |= {percent: rate.name for percent, rate in rates.items()}


def _drafts(run: Run, rows: Sequence[Staged], rates: _Rates) -> list[Draft[InvoiceEdit]]:
    lines = run.staging.lines_of([row.key for row in rows])
    stored = _stored(run, rows)
    drafts = [_draft(run, row, lines.get(row.key, []), stored) for row in rows]
    edits = [draft.edit for draft in drafts if draft.edit is not None]
    rates.ensure([edit.data.tax_rate_percent for edit in edits if edit.data.tax_rate_percent is not None])
    for draft in drafts:
        if draft.edit is not None and draft.edit.id is None:
            draft.edit = _with_rate_name(draft.edit, rates.names)
    return drafts


def _stored(run: Run, rows: Sequence[Staged]) -> dict[int, InvoiceData]:
    """What is stored of the invoices, where the file lacks columns and so leaves some of it."""
    if run.staging.present[INVOICES.file] == frozenset(INVOICES.columns):
        return {}
    found = lock(run.workspace.pk, [row.id for row in rows if row.id is not None])
    return {pk: as_data(stored.content) for pk, stored in found.items()}


def _with_rate_name(edit: InvoiceEdit, names: Mapping[Decimal, str]) -> InvoiceEdit:
    name = names.get(edit.data.tax_rate_percent or Decimal(0), "")
    return replace(edit, data=replace(edit.data, tax_rate_name=name))


def _draft(run: Run, row: Staged, lines: Sequence[Staged], stored: Mapping[int, InvoiceData]) -> Draft[InvoiceEdit]:
    cells = Cells(INVOICES, row, run.problems)
    data = _data(cells, row, stored.get(row.id or 0), run.staging.present[INVOICES.file])
    read = read_lines(run.problems, lines)
    data = replace(data, lines=read.lines)
    locate = _Locate(row.line, read.line_numbers)
    blocked = read.blocked
    if row.target_bad:
        blocked = f"It names the contact {row.cells['contact_external_id']!r}, which is left out."
    if cells.ok and read.ok and not blocked:
        edit = InvoiceEdit(data, id=row.id, external_id=row.key if row.id is None else None)
        return Draft(row.key, [row], locate, edit)
    if not row.bad:
        for error in check_invoice(cleaned(data)):
            report(run.problems, locate, error, but=cells.wrong | read.wrong)
    return Draft(row.key, [row], locate, None, blocked)


def _data(cells: Cells, row: Staged, stored: InvoiceData | None, present: frozenset[str]) -> InvoiceData:
    if not row.cells["contact_external_id"]:
        cells.fail("contact_external_id", "This may not be empty.")
    elif row.target is None and not row.target_bad:
        reason = f"Neither contacts.csv nor the workspace has a contact {row.cells['contact_external_id']!r}."
        cells.fail("contact_external_id", reason)
    data = InvoiceData(
        contact_id=row.target or 0,
        number=cells.text("number"),
        name=cells.text("name"),
        issue_date=cells.needed("issue_date", parse_date) or _NOWHERE,
        due_date=cells.date("due_date"),
        status=cells.needed("status", _status) or "",
        discount_kind=cells.text("discount_kind").strip(),
        discount_value=cells.number("discount_value"),
        tax_rate_percent=cells.number("tax_rate_percent"),
        message=cells.text("message"),
        required_deposit_kind=cells.text("required_deposit_kind").strip(),
        required_deposit_value=cells.number("required_deposit_value"),
        service_street=cells.text("service_street"),
        service_city=cells.text("service_city"),
        service_region=cells.text("service_region"),
        service_postal_code=cells.text("service_postal_code"),
        service_country=cells.text("service_country"),
    )
    return data if stored is None else _with_absent(data, stored, present)


def _with_absent(data: InvoiceData, stored: InvoiceData, present: frozenset[str]) -> InvoiceData:
    """Columns that the file lacks leave what is stored."""
    absent = set(INVOICES.columns) - INVOICES.required - present
    kept: dict[str, Any] = {name: getattr(stored, name) for name in absent}
    return replace(data, **kept)


def _status(text: str) -> str:
    if text not in STATUSES:
        raise BadValue(f"{shown(text)} is not one of {', '.join(STATUSES)}.")
    return STATUSES[text]


@dataclass(frozen=True, slots=True)
class _Locate:
    """Where a field of the invoice, or of one of its lines, came from."""

    line: int
    lines: Sequence[int]

    def __call__(self, name: str) -> Place:
        match = _LINE_FIELD.fullmatch(name)
        if match and int(match[1]) <= len(self.lines):
            column = _COLUMNS.get(match[2], match[2]) or ""
            return Place(LINES.file, self.lines[int(match[1]) - 1], column if column in LINES.columns else "")
        column = _COLUMNS.get(name, name)
        return Place(INVOICES.file, self.line, column if column in INVOICES.columns else "")
