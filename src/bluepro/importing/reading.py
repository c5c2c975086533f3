"""From bytes to rows: UTF-8, CSV quoting, the header. Streams, so that no file is ever in memory.

Rows that cannot be told apart or stored are reported here; what a value means is read later, by the kinds.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from bluepro.common.text import clean_text, first_control
from bluepro.importing.formats import REFERENCES, Format
from bluepro.importing.formulas import plain
from bluepro.importing.report import Problems
from bluepro.importing.values import shown
from bluepro.workspaces.edits import EXTERNAL_ID_LENGTH

LONGEST_LINE = 4 * 1024**2
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Unreadable(Exception):
    """The file cannot be read on from `row` (0: from its beginning); the message says why."""

    def __init__(self, message: str, row: int = 0) -> None:
        super().__init__(message)
        self.row = row


class _TooLong(Exception):
    """A line of the file is beyond any sense."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the cells of the format's columns, in their order; absent ones are empty. `bad`: reported already."""

    number: int
    cells: tuple[str, ...]
    bad: bool = False


class Table:
    """One file being read, as UTF-8 with or without a byte-order mark; other bytes become lone surrogates, which are
    reported cell by cell. `present` are the format's columns that the header has."""

    def __init__(self, form: Format, stream: io.BufferedReader, problems: Problems) -> None:
        self._form, self._problems = form, problems
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
        self._reader = csv.reader(_lines(self._text, is_utf16=stream.peek(2)[:2] in _UTF16), strict=True)
        self._at = 0
        self.present: frozenset[str] = frozenset()

    def close(self) -> None:
        """Closes the stream too."""
        self._text.close()

    def read_header(self) -> bool:
        """Reads the first row; False, with the reasons reported, if the rows cannot be understood by it."""
        header = self._next()
        if header is None:
            return self._fail(0, "", "This file is empty; the first row must hold the column names.")
        names = [name.strip() for name in header]
        if not _is_storable("".join(names)):
            return self._fail(1, "", "The column names are not UTF-8 text.")
        known = [name for name in names if name in self._form.columns]
        if len(set(known)) != len(known):
            return self._fail(1, max(known, key=known.count), "This column is there twice.")
        for name in sorted(set(names) - set(known) - {""}):
            self._problems.note(f"{self._form.file}: the column {shown(name)} is unknown and was ignored.")
        self.present = frozenset(names) & frozenset(self._form.columns)
        missing = [name for name in self._form.columns if name in self._form.required - self.present]
        for name in missing:
            self._fail(1, name, "This column is missing.")
        self._width = len(names)
        self._index = [names.index(name) if name in self.present else -1 for name in self._form.columns]
        return not missing

    def _fail(self, row: int, column: str, reason: str) -> bool:
        self._problems.add(self._form.file, row, column, reason, fatal=True)
        return False

    def rows(self) -> Iterator[Row]:
        """The rows that have a usable key, cleaned keys and references; everything else is reported."""
        while (values := self._next()) is not None:
            if not any(values):
                continue
            if len(values) != self._width:
                reason = f"This row has {len(values)} cells, the header {self._width}; is a quote or comma missing?"
                self._problems.add(self._form.file, self._at, "", reason, fatal=self._form.several_rows)
                continue
            row = self._row(values)
            if row is not None:
                yield row

    def _row(self, values: list[str]) -> Row | None:
        cells = [plain(values[at]) if at >= 0 else "" for at in self._index]
        bad = not _is_storable("".join(cells)) and self._blank_bad(cells)
        for at, name in enumerate(self._form.columns):
            if name in REFERENCES:
                cells[at] = clean_text(cells[at])
        key = cells[self._form.columns.index(self._form.key)]
        return Row(self._at, tuple(cells), bad) if self._check_key(key, bad) else None

    def _blank_bad(self, cells: list[str]) -> bool:
        """Empties and reports the cells that no database can store."""
        for at, cell in enumerate(cells):
            if not _is_storable(cell):
                reason = "This contains a NUL byte." if "\0" in cell else "This is not UTF-8 text."
                self._problems.add(self._form.file, self._at, self._form.columns[at], reason)
                cells[at] = ""
        return True

    def _check_key(self, key: str, bad: bool) -> bool:
        reason = ""
        if not key:
            reason = "This may not be empty."
        elif len(key) > EXTERNAL_ID_LENGTH:
            reason = f"This has {len(key):,} characters; at most {EXTERNAL_ID_LENGTH} are allowed."
        elif first_control(key, lines=False):
            reason = "This contains a control character."
        if not reason:
            return True
        fatal = self._form.several_rows
        if bad and not key:
            self._problems.fatal |= fatal
        else:
            self._problems.add(self._form.file, self._at, self._form.key, reason, fatal=fatal)
        return False

    def _next(self) -> list[str] | None:
        """The next row, None at the end. A row with broken quotes is reported and skipped."""
        while True:
            self._at = self._reader.line_num + 1
            try:
                return next(self._reader, None)
            except csv.Error as error:
                self._report_broken(str(error))
            except _TooLong:
                raise Unreadable(f"This row is longer than {LONGEST_LINE:,} characters.", self._at) from None

    def _report_broken(self, why: str) -> None:
        if "unexpected end" in why:
            reason = "A quoted text that begins in this row never ends."
        elif "field limit" in why:
            limit = csv.field_size_limit()
            raise Unreadable(
                f"A text in this row is longer than {limit:,} characters, or its quote never ends.", self._at
            )
        else:
            reason = f"The quotes in this row are broken ({why})."
        self._problems.add(self._form.file, self._at, "", reason, fatal=True)


def _is_storable(text: str) -> bool:
    return (text.isascii() and "\0" not in text) or _is_clean(text)


def _is_clean(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _lines(text: io.TextIOWrapper, *, is_utf16: bool) -> Iterator[str]:
    """The lines with their ends."""
    if is_utf16:
        raise Unreadable("This file is UTF-16; save it as UTF-8.")
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise _TooLong
        yield line
