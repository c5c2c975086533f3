"""From services.csv to the catalogue."""

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any  # of texts that become fields by name

from bluepro.catalogue.queries import service_data
from bluepro.catalogue.rules import ServiceData, check_service, clean_service
from bluepro.catalogue.services import ServiceEdit, save_services
from bluepro.importing.formats import SERVICES
from bluepro.importing.records import Cells, Draft, Place, Run, report, save_drafts
from bluepro.importing.staging import Staged
from bluepro.importing.values import parse_flag, parse_number

_NEW = ServiceData(kind="", name="", unit_price=Decimal(0))
_TEXTS = ("name", "description", "sku", "income_account")


def import_services(run: Run) -> None:
    """Saves all staged services and products; reports what is wrong with any."""
    total, done = run.staging.rows[SERVICES.file], 0
    run.staging.find_records(SERVICES)
    for rows in run.staging.chunks(SERVICES):
        stored = service_data(run.workspace.pk, [row.id for row in rows if row.id is not None])
        drafts = [_draft(run, row, stored.get(row.id or 0, _NEW)) for row in rows]
        save_drafts(run, SERVICES, drafts, lambda edits: save_services(run.actor, edits, clock=run.clock))
        done += len(rows)
        run.progress("saving services", done, total)


def _draft(run: Run, row: Staged, stored: ServiceData) -> Draft[ServiceEdit]:
    cells = Cells(SERVICES, row, run.problems)
    data = _data(cells, stored, run.staging.present[SERVICES.file])
    external_id = row.key if row.id is None else None
    locate = partial(_locate, row.line)
    if cells.ok:
        return Draft(row.key, [row], locate, ServiceEdit(data, id=row.id, external_id=external_id))
    for error in check_service(clean_service(data)) if cells.wrong else ():
        report(run.problems, locate, error, but=cells.wrong)
    return Draft(row.key, [row], locate, None)


def _data(cells: Cells, stored: ServiceData, present: frozenset[str]) -> ServiceData:
    """What the row makes of the service; columns that the file lacks leave what is stored."""
    texts: dict[str, Any] = {name: cells.text(name) for name in _TEXTS if name in present}
    return replace(
        stored,
        **texts,
        kind=cells.text("kind").strip(),
        unit_price=cells.needed("unit_price", parse_number) or Decimal(0),
        tax_exempt=bool(cells.needed("tax_exempt", parse_flag)),
    )


def _locate(line: int, field: str) -> Place:
    return Place(SERVICES.file, line, field if field in SERVICES.columns else "external_id")
