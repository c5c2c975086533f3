"""What the four kinds of records share: cells read with their errors collected, and drafts saved through a service.

A draft is a record on its way: a service's edit, or the reason why there is none. Rooms and columns are the kinds'.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Generic, NamedTuple, TypeVar

from django.db import transaction

from bluepro.common.clock import Clock
from bluepro.common.errors import FieldError, NotAllowed, Refused
from bluepro.common.ids import Ids
from bluepro.common.saved import Saved
from bluepro.importing.formats import Format
from bluepro.importing.report import Counts, Problems, Progress
from bluepro.importing.staging import Staged, Staging
from bluepro.importing.values import BadValue, parse_date, parse_flag, parse_number
from bluepro.workspaces.models import Workspace
from bluepro.workspaces.roles import Actor

E = TypeVar("E")
V = TypeVar("V")


class Place(NamedTuple):
    """Where in the files something is."""

    file: str
    line: int
    column: str


@dataclass(slots=True)
class Run:
    """An import that is going on."""

    actor: Actor
    workspace: Workspace
    clock: Clock
    ids: Ids
    staging: Staging
    problems: Problems
    progress: Progress
    counts: dict[str, Counts] = field(default_factory=dict)

    def count(self, kind: str, saved: Saved) -> None:
        new = Counts(saved.created, saved.changed, saved.unchanged)
        self.counts[kind] = self.counts.get(kind, Counts()).plus(new)


class Cells:
    """The cells of a row, read one by one. `wrong` are the places of those that are, `ok` says that there are none."""

    def __init__(self, form: Format, row: Staged, problems: Problems) -> None:
        self._form, self._row, self._problems = form, row, problems
        self.wrong = set[Place]()

    @property
    def ok(self) -> bool:
        return not self.wrong and not self._row.bad

    def fail(self, column: str, reason: str) -> None:
        self.wrong.add(Place(self._form.file, self._row.line, column))
        self._problems.add(self._form.file, self._row.line, column, reason)

    def text(self, column: str) -> str:
        return self._row.cells[column]

    def needed(self, column: str, parse: Callable[[str], V]) -> V | None:
        """The cell's value; None, reported, when it is empty or wrong."""
        if not self.text(column).strip():
            self._report_empty(column)
            return None
        return self.maybe(column, parse)

    def _report_empty(self, column: str) -> None:
        if self._row.bad:  # its cell may have been emptied because nobody could store it
            return
        self.fail(column, "This may not be empty.")

    def maybe(self, column: str, parse: Callable[[str], V]) -> V | None:
        """The cell's value, None when it is empty, or wrong, which is reported."""
        text = self.text(column).strip()
        if not text:
            return None
        try:
            return parse(text)
        except BadValue as error:
            self.fail(column, str(error))
            return None

    def number(self, column: str) -> Decimal | None:
        return self.maybe(column, parse_number)

    def date(self, column: str) -> date | None:
        return self.maybe(column, parse_date)

    def flag(self, column: str) -> bool:
        return bool(self.maybe(column, parse_flag))


@dataclass(slots=True)
class Draft(Generic[E]):
    """A record on its way. `rows` are its rows in its own file; `locate` says where in the files a service's field
    came from; `edit` None: it is left out, because of `blocked` or of errors of its own."""

    key: str
    rows: Sequence[Staged]
    locate: Callable[[str], Place]
    edit: E | None
    blocked: str = ""

    @property
    def line(self) -> int:
        return self.rows[0].line


def save_drafts(run: Run, form: Format, drafts: Sequence[Draft[E]], save: Callable[[Sequence[E]], Saved]) -> None:
    """Saves what can be saved, reports what cannot, and tells the staging which rows became which records."""
    rest = [draft for draft in drafts if draft.edit is not None]
    left_out = [draft for draft in drafts if draft.edit is None]
    while rest:
        refused = _save(run, form, rest, save)
        if not refused:
            break
        left_out += [draft for at, draft in enumerate(rest) if at in refused]
        rest = [draft for at, draft in enumerate(rest) if at not in refused]
    _leave_out(run, form, left_out)


def _save(run: Run, form: Format, drafts: Sequence[Draft[E]], save: Callable[[Sequence[E]], Saved]) -> set[int]:
    """Saves these drafts, or reports why not; the positions of the refused ones."""
    edits = [draft.edit for draft in drafts if draft.edit is not None]
    try:
        with transaction.atomic():
            saved = save(edits)
    except NotAllowed:
        raise
    except Refused as refusal:
        for error in refusal.errors:
            report(run.problems, drafts[error.record].locate, error)
        return {error.record for error in refusal.errors}
    run.count(form.kind, saved)
    lines = [(row.line, pk) for draft, pk in zip(drafts, saved.ids, strict=True) for row in draft.rows]
    run.staging.set_ids(form, [line for line, _ in lines], [pk for _, pk in lines])
    return set()


def report(problems: Problems, locate: Callable[[str], Place], error: FieldError, but: Collection[Place] = ()) -> None:
    """Reports a rule that a service, or one of its pure checks, found broken, unless the place is among `but`.

    The pure checks also run on records that cannot be saved anyway: people want to see all errors at once. Cells that
    could not be read are reported already.
    """
    place = locate(error.field)
    if place not in but:
        problems.add(place.file, place.line, place.column, error.message)


def _leave_out(run: Run, form: Format, drafts: Sequence[Draft[E]]) -> None:
    for draft in drafts:
        run.problems.leave_out(form.file, draft.line, draft.key, draft.blocked or "It has errors.")
    if drafts:
        run.staging.mark_bad(form, [row.line for draft in drafts for row in draft.rows])
