"""What an import or an export tells: counts, every error by file, row and column, what was left out, remarks.

Keeps the first thousand of each and counts the rest, so that a bad file of any size costs no memory.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

MOST_KEPT = 1000

Progress = Callable[[str, int, int | None], None]
"""Called now and then with what is being done, how many rows are done and how many there are (None: not known yet)."""


def no_progress(stage: str, done: int, total: int | None) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True, order=True)
class RowError:
    """One thing that is wrong. `row` is the line of the file where the row begins (the header is 1; 0: the whole
    file); `column` is empty where no single column is to blame."""

    file: str
    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f", row {self.row}" if self.row else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{place}{column}: {self.reason}"


@dataclass(frozen=True, slots=True, order=True)
class LeftOut:
    """A whole record that `skip_bad` left out; `row` is its first one."""

    file: str
    row: int
    external_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records of a kind an import made, changed and found as they should be."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0

    def plus(self, other: "Counts") -> "Counts":
        return Counts(self.created + other.created, self.changed + other.changed, self.unchanged + other.unchanged)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How an import went. `errors` and `left_out` hold at most a thousand each; the counts beside them are whole.

    `written` is False after a dry run, and when there was an error that nothing allowed to skip. `counts` say what
    was written, after a dry run what would be; zeros when errors stopped the import.
    """

    counts: Mapping[str, Counts]
    errors: tuple[RowError, ...] = ()
    error_count: int = 0
    left_out: tuple[LeftOut, ...] = ()
    left_out_count: int = 0
    notices: tuple[str, ...] = ()
    rows: int = 0
    dry_run: bool = False
    written: bool = False


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export wrote: records per kind, and what of them the format cannot hold."""

    counts: Mapping[str, int]
    notices: tuple[str, ...] = ()
    notice_count: int = 0


@dataclass(slots=True)
class Problems:
    """Collects errors while an import goes on.

    `fatal` says that some error belongs to no single record, so that nothing can be left out to avoid it.
    """

    errors: list[RowError] = field(default_factory=list)
    count: int = 0
    fatal: bool = False
    left_out: list[LeftOut] = field(default_factory=list)
    left_out_count: int = 0
    notices: list[str] = field(default_factory=list)

    def add(self, file: str, row: int, column: str, reason: str, *, fatal: bool = False) -> None:
        self.count += 1
        self.fatal |= fatal
        if len(self.errors) < MOST_KEPT:
            self.errors.append(RowError(file, row, column, reason))

    def leave_out(self, file: str, row: int, external_id: str, reason: str) -> None:
        self.left_out_count += 1
        if len(self.left_out) < MOST_KEPT:
            self.left_out.append(LeftOut(file, row, external_id, reason))

    def note(self, text: str) -> None:
        if len(self.notices) < MOST_KEPT:
            self.notices.append(text)
