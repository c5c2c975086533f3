"""From contacts.csv to contacts. The file knows one e-mail and one phone: it sets the main ones, others stay."""

from dataclasses import replace
from functools import partial
from typing import Any  # of texts that become fields by name

from bluepro.contacts.queries import contact_data
from bluepro.contacts.rules import COMPANY, PERSON, Address, ContactData, check_contact, clean_contact
from bluepro.contacts.services import ContactEdit, save_contacts
from bluepro.importing.formats import CONTACTS
from bluepro.importing.records import Cells, Draft, Place, Run, report, save_drafts
from bluepro.importing.staging import Staged

_NEW = ContactData(kind=PERSON, display_name="")
_TEXTS = (
    "display_name",
    "company",
    "first_name",
    "last_name",
    "notes",
    "tax_exempt_reason",
    "tax_exempt_certificate",
)
_ADDRESS = ("street", "city", "region", "postal_code", "country")


def import_contacts(run: Run) -> None:
    """Saves all staged contacts; reports what is wrong with any."""
    total, done = run.staging.rows[CONTACTS.file], 0
    run.staging.find_records(CONTACTS)
    for rows in run.staging.chunks(CONTACTS):
        stored = contact_data(run.workspace.pk, [row.id for row in rows if row.id is not None])
        drafts = [_draft(run, row, stored.get(row.id or 0, _NEW)) for row in rows]
        save_drafts(run, CONTACTS, drafts, lambda edits: save_contacts(run.actor, edits, clock=run.clock))
        done += len(rows)
        run.progress("saving contacts", done, total)


def _draft(run: Run, row: Staged, stored: ContactData) -> Draft[ContactEdit]:
    cells = Cells(CONTACTS, row, run.problems)
    data = _data(cells, stored, run.staging.present[CONTACTS.file])
    external_id = row.key if row.id is None else None
    locate = partial(_locate, row.line)
    if cells.ok:
        return Draft(row.key, [row], locate, ContactEdit(data, id=row.id, external_id=external_id))
    for error in check_contact(clean_contact(data)) if cells.wrong else ():
        report(run.problems, locate, error, but=cells.wrong)
    return Draft(row.key, [row], locate, None)


def _data(cells: Cells, stored: ContactData, present: frozenset[str]) -> ContactData:
    """What the row makes of the contact; columns that the file lacks leave what is stored."""
    texts: dict[str, Any] = {name: cells.text(name) for name in _TEXTS if name in present}
    data = replace(stored, **texts)
    billing: dict[str, str] = {
        part: cells.text(f"billing_{part}") if f"billing_{part}" in present else getattr(stored.billing, part)
        for part in _ADDRESS
    }
    return replace(
        data,
        kind=COMPANY if data.company.strip() else PERSON,
        emails=main_first(cells.text("email"), stored.emails) if "email" in present else stored.emails,
        phones=main_first(cells.text("phone"), stored.phones) if "phone" in present else stored.phones,
        billing=Address(**billing),
        tax_exempt=cells.flag("tax_exempt") if "tax_exempt" in present else stored.tax_exempt,
    )


def main_first(main: str, stored: tuple[str, ...]) -> tuple[str, ...]:
    """The file's one address or number in the place of the main one; empty means that there is none at all."""
    main = main.strip()
    if not main:
        return ()
    return (main, *(other for other in stored[1:] if other != main))


def _locate(line: int, field: str) -> Place:
    column = field if field in CONTACTS.columns else {"kind": "company", "contact": "external_id"}.get(field, "")
    return Place(CONTACTS.file, line, column)
