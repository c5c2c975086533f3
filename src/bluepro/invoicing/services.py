"""Saves invoices, new and changed ones, many at once: all are checked, then all are written, or none is.

With `life` (issue, cancel, delete, copy, refresh) and `comments` the only writer of the room's tables. What is right is
decided in `rules`, `content`, `amounts` and `life_rules`; this module asks them in turn.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import psycopg
from django.db import IntegrityError, transaction

from bluepro.common.clock import Clock
from bluepro.common.errors import FieldError, NotAllowed, Refused, refuse
from bluepro.common.ids import Ids
from bluepro.common.saved import Saved
from bluepro.common.text import first_control
from bluepro.invoicing import writing
from bluepro.invoicing.amounts import AmountError
from bluepro.invoicing.content import Around, InvoiceContent, derive
from bluepro.invoicing.life_rules import Situation, check_change, may_not
from bluepro.invoicing.loading import Stored, around, lock, situation, standing
from bluepro.invoicing.models import Invoice
from bluepro.invoicing.numbering import key
from bluepro.invoicing.queries import next_numbers, taken_numbers
from bluepro.invoicing.rules import InvoiceData, InvoiceEdit, check_invoice, cleaned
from bluepro.workspaces import history
from bluepro.workspaces.edits import check_external_ids, check_targets, check_versions
from bluepro.workspaces.models import Workspace
from bluepro.workspaces.roles import Action, Actor, require


def save_invoices(
    actor: Actor, edits: Sequence[InvoiceEdit], *, clock: Clock, ids: Ids, confirm_date: bool = False
) -> Saved:
    """Creates and changes invoices, all or none. A status of "issued" issues what is not issued yet.

    Issuing one dated in an earlier month than today needs `confirm_date`. An invoice that an edit leaves as it is is
    not written at all. Raises Refused with every broken rule (`record` = position in `edits`; fields of lines are named
    `lines[3].quantity`, counted from 1), NotAllowed by role, Conflict for an invoice that changed since the version
    given.
    """
    require(actor, Action.EDIT_OWN_DRAFTS)
    return _save(actor, edits, clock=clock, ids=ids, confirm_date=confirm_date, importing=False)


def import_invoices(actor: Actor, edits: Sequence[InvoiceEdit], *, clock: Clock, ids: Ids) -> Saved:
    """As `save_invoices` for records from elsewhere: old dates are meant, and new ones may begin as cancelled."""
    require(actor, Action.IMPORT)
    return _save(actor, edits, clock=clock, ids=ids, confirm_date=True, importing=True)


def _save(
    actor: Actor, edits: Sequence[InvoiceEdit], *, clock: Clock, ids: Ids, confirm_date: bool, importing: bool
) -> Saved:
    try:
        with transaction.atomic():
            workspace = Workspace.objects.get(pk=actor.workspace_id)
            asked = situation(actor, workspace, clock, confirm_date=confirm_date)
            save = _prepare(workspace, edits, replace(asked, importing=importing))
            return save.write(clock=clock, ids=ids)
    except IntegrityError as error:
        raise refusal_of(error) from error


@dataclass(slots=True)
class _Save:
    """A call's edits, checked: what each invoice shall say, next to what is stored."""

    actor: Actor
    workspace: Workspace
    edits: Sequence[InvoiceEdit]
    stored: Mapping[int, Stored]
    wanted: list[InvoiceContent]

    def write(self, *, clock: Clock, ids: Ids) -> Saved:
        now = clock.now()
        self._give_numbers()
        changed = [change for change in self._changes() if not change.is_empty]
        events = writing.change(changed, now=now)
        creations = [
            writing.Creation(wanted, edit.external_id)
            for edit, wanted in zip(self.edits, self.wanted, strict=True)
            if edit.id is None
        ]
        new_ids, new_events = writing.create(self.actor, creations, now=now, ids=ids)
        history.record(self.actor, [*events, *new_events], at=now)
        return self._saved(new_ids, len(changed))

    def _changes(self) -> Iterator[writing.Change]:
        for edit, wanted in zip(self.edits, self.wanted, strict=True):
            if edit.id is not None:
                yield writing.Change(self.stored[edit.id], wanted, edit.external_id)

    def _give_numbers(self) -> None:
        without = [record for record, wanted in enumerate(self.wanted) if not wanted.number]
        if not without:
            return
        # Two people who save at once must not be given the same number.
        Workspace.objects.select_for_update(no_key=True).get(pk=self.workspace.pk)
        reserved = [key(wanted.number) for wanted in self.wanted if wanted.number]
        numbers = next_numbers(self.workspace, len(without), reserved)
        for record, number in zip(without, numbers, strict=True):
            self.wanted[record] = replace(self.wanted[record], number=number)

    def _saved(self, new_ids: Sequence[int], changed: int) -> Saved:
        fresh = iter(new_ids)
        ids = tuple(next(fresh) if edit.id is None else edit.id for edit in self.edits)
        return Saved(ids, len(new_ids), changed, len(ids) - len(new_ids) - changed)


def _prepare(workspace: Workspace, edits: Sequence[InvoiceEdit], asked: Situation) -> _Save:
    data = [cleaned(edit.data) for edit in edits]
    stored = lock(workspace.pk, [edit.id for edit in edits if edit.id is not None])
    copies = around(workspace, data)
    errors = [
        *check_targets(edits, stored, "invoice"),
        *check_external_ids(Invoice.objects.filter(workspace=workspace), edits, "invoice"),
        *_check_numbers(workspace, edits, data),
    ]
    for record, invoice in enumerate(data):
        errors += _at(record, check_invoice(invoice), _check_references(invoice, copies))
    wanted = _derive(edits, data, copies, stored, errors)
    if not errors:
        check_versions(edits, {pk: one.row for pk, one in stored.items()})
    _check_life(edits, wanted, stored, asked, errors)
    if errors:
        raise Refused(sorted(errors, key=lambda error: error.record))
    return _Save(asked.actor, workspace, edits, stored, list(wanted.values()))


def _derive(
    edits: Sequence[InvoiceEdit],
    data: Sequence[InvoiceData],
    copies: Around,
    stored: Mapping[int, Stored],
    errors: list[FieldError],
) -> dict[int, InvoiceContent]:
    """The content of every invoice that is sound so far, by record; adds to `errors` where amounts do not work out."""
    unsound = {error.record for error in errors}
    wanted = {}
    for record, invoice in enumerate(data):
        if record in unsound:
            continue
        before = stored.get(edits[record].id or 0)
        try:
            wanted[record] = derive(invoice, copies, before.content if before else None)
        except AmountError as error:
            errors.append(FieldError(error.field, error.rule, error.message, record))
    return wanted


def _check_life(
    edits: Sequence[InvoiceEdit],
    wanted: Mapping[int, InvoiceContent],
    stored: Mapping[int, Stored],
    asked: Situation,
    errors: list[FieldError],
) -> None:
    forbidden: list[FieldError] = []
    for record, content in wanted.items():
        before = stored.get(edits[record].id or 0)
        if before is not None and before.content == content:
            continue
        where = standing(before, asked.actor) if before else None
        forbidden += _at(record, may_not(where, content.status, asked.actor))
        errors += _at(record, check_change(where, content, asked))
    if forbidden:
        raise NotAllowed(forbidden)


def _check_references(invoice: InvoiceData, copies: Around) -> Iterator[FieldError]:
    if invoice.contact_id not in copies.contact_tax_exempt:
        yield FieldError("contact", "unknown", f"There is no contact {invoice.contact_id} in this workspace.")
    for position, line in enumerate(invoice.lines, 1):
        if line.service_id is not None and line.service_id not in copies.services:
            message = f"There is no service {line.service_id} in this workspace."
            yield FieldError(f"lines[{position}].service", "unknown", message)


def _check_numbers(
    workspace: Workspace, edits: Sequence[InvoiceEdit], data: Sequence[InvoiceData]
) -> Iterator[FieldError]:
    numbers = {record: invoice.number for record, invoice in enumerate(data) if _can_be_asked(invoice.number)}
    owners: dict[str, int | None] = dict(taken_numbers(workspace.pk, [str(number) for number in numbers.values()]))
    seen = set[str]()
    for record, number in numbers.items():
        name = key(str(number))
        if name in seen or owners.get(name, edits[record].id) != edits[record].id:
            yield FieldError("number", "taken", _taken(str(number)), record)
        seen.add(name)


def _can_be_asked(number: str | None) -> bool:
    """PostgreSQL cannot be asked for text with characters that it could never hold; the rules refuse those."""
    return bool(number) and not first_control(str(number), lines=False)


def _taken(number: str) -> str:
    return f'Another invoice has the number "{number}" (upper and lower case count as the same). Choose another.'


def refusal_of(error: IntegrityError) -> Refused | IntegrityError:
    """The refusal that a breach of uniqueness means: someone else took the number after it was checked."""
    cause = error.__cause__
    constraint = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
    value = re.search(r"\)=\(\d+, (.*)\)", str(error))
    if value is None or constraint not in ("invoice_number", "invoice_external_id"):
        return error
    if constraint == "invoice_number":
        return refuse("number", "taken", _taken(value[1]))
    return refuse("external_id", "taken", f"Another invoice has the external id {value[1]!r}.")


def _at(record: int, *errors: Sequence[FieldError] | Iterator[FieldError]) -> list[FieldError]:
    return [FieldError(error.field, error.rule, error.message, record) for some in errors for error in some]
