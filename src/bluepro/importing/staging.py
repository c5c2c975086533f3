"""The files' rows in temporary tables: filled by COPY, joined with what the workspace has, read back in chunks.

Here are all statements of an import that are not a room's. Everything happens in the import's one transaction, whose
end drops the tables. Keys and references are at most a hundred characters, all other cells text as it came.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any, TypeVar

from django.db import connection, transaction

from bluepro.importing.formats import CONTACTS, INVOICES, LINES, PAYMENTS, SERVICES, Format
from bluepro.importing.own_ids import OwnIds
from bluepro.importing.reading import Table
from bluepro.importing.report import Problems, Progress

T = TypeVar("T")
Record = tuple[Any, ...]  # Any, here and in `_run`: what columns hold depends on the statement

CHUNK = 1000
_REPORT_EVERY = 5000
_LOCK = 0x626C7565  # "blue": the first half of the advisory lock's key, the workspace's id is the second
_STATE = ("id bigint", "bad boolean NOT NULL", "line integer NOT NULL")
_REFERENCES: dict[str, tuple[tuple[str, str, Format], ...]] = {
    "contacts.csv": (),
    "services.csv": (),
    "invoices.csv": (("contact_external_id", "contacts_contact", CONTACTS),),
    "invoice_lines.csv": (("service_external_id", "catalogue_service", SERVICES),),
    "payments.csv": (("invoice_external_id", "invoicing_invoice", INVOICES),),
}
_OWN_TABLES = {
    "contacts.csv": "contacts_contact",
    "services.csv": "catalogue_service",
    "invoices.csv": "invoicing_invoice",
    "payments.csv": "payments_payment",
}


@dataclass(frozen=True, slots=True)
class Staged:
    """A row as it is read back. `id`: the record that it is in the workspace already. `target`: the id of what it
    refers to, None if that is nowhere (or not saved); `target_bad`: that is in the files, but is left out."""

    line: int
    id: int | None
    bad: bool
    cells: dict[str, str]
    target: int | None = None
    target_bad: bool = False

    @property
    def key(self) -> str:
        return self.cells.get("external_id", "")


class Staging:
    """The staged files of one import into one workspace."""

    def __init__(self, workspace_id: int, own: OwnIds) -> None:
        self._workspace_id, self._own = workspace_id, own
        self.present: dict[str, frozenset[str]] = {}
        self.rows: dict[str, int] = {}

    def lock(self) -> None:
        """Waits until no other import into this workspace is going on; lasts until the transaction ends."""
        _run("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, self._workspace_id])

    def create(self, form: Format) -> None:
        """An empty table for the file."""
        extra = ["target bigint", "target_bad boolean"] if _REFERENCES[form.file] else []
        columns = [*_STATE, *extra, *(f'"{name}" text NOT NULL' for name in form.columns)]
        _run(f"DROP TABLE IF EXISTS pg_temp.{form.table}")
        _run(f"CREATE TEMPORARY TABLE {form.table} ({', '.join(columns)}) ON COMMIT DROP")
        self.rows[form.file] = 0

    def fill(self, form: Format, table: Table, progress: Progress) -> None:
        """Copies the file's rows; raises what reading raises."""
        self.present[form.file] = table.present
        names = ", ".join(f'"{name}"' for name in ("line", "bad", *form.columns))
        done = 0
        # A file that ends badly must not end the import's transaction: the other files have errors to tell too.
        with (
            transaction.atomic(),
            connection.cursor() as cursor,
            cursor.copy(f"COPY {form.table} ({names}) FROM STDIN") as copy,
        ):
            for row in table.rows():
                copy.write_row((row.number, row.bad, *row.cells))
                done += 1
                if done % _REPORT_EVERY == 0:
                    progress(f"reading {form.file}", done, None)
        self.rows[form.file] = done
        progress(f"reading {form.file}", done, done)

    def index(self, form: Format) -> None:
        """Makes keys quick to find."""
        _run(f'CREATE INDEX ON {form.table} ("{form.key}")')
        _run(f"ANALYZE {form.table}")

    def report_twice(self, form: Format, problems: Problems) -> None:
        """Reports keys that are there more than once; all their rows are bad, for none is more right than another."""
        key = f'"{form.key}"'
        found = f"""SELECT line, first FROM (
            SELECT line, min(line) OVER (PARTITION BY {key}) AS first FROM {form.table}) AS rows
            WHERE line > first ORDER BY line"""
        for line, first in _stream(found):
            problems.add(form.file, line, form.key, f"Row {first} has the same {form.key}.")
        _run(
            f"""UPDATE {form.table} SET bad = true WHERE {key} IN (
                SELECT {key} FROM {form.table} GROUP BY {key} HAVING count(*) > 1)"""
        )

    def report_crowds(self, form: Format, most: int, what: str, problems: Problems) -> None:
        """Reports records of more than `most` rows and drops those rows, since nothing may read them all together."""
        key = f'"{form.key}"'
        crowds = f"SELECT {key}, min(line), count(*) FROM {form.table} GROUP BY {key} HAVING count(*) > {int(most)}"
        for name, line, count in _stream(f"{crowds} ORDER BY 2"):
            problems.add(form.file, line, form.key, f"{name!r} has {count:,} {what}; at most {most:,} are possible.")
            problems.leave_out(form.file, line, name, f"It has too many {what}.")
        keys = f"(SELECT name FROM ({crowds}) AS crowds (name, first, count))"
        if form is LINES:
            _run(f"UPDATE {INVOICES.table} SET bad = true WHERE external_id IN {keys}")
        _run(f"DELETE FROM {form.table} WHERE {key} IN {keys}")

    def find_records(self, form: Format) -> None:
        """Sets `id` of the rows whose record the workspace has, by external id or by the id an export gave it."""
        table, own = form.table, _OWN_TABLES[form.file]
        _run(
            f"""UPDATE {table} SET id = found.id FROM {own} AS found
                WHERE found.workspace_id = %s AND found.external_id = {table}.external_id""",
            [self._workspace_id],
        )
        _run(
            f"""UPDATE {table} SET id = found.id FROM {own} AS found
                WHERE {table}.id IS NULL AND found.workspace_id = %s AND found.external_id IS NULL
                AND starts_with({table}.external_id, %s) AND {table}.external_id = %s || found.id""",
            [self._workspace_id, self._own.prefix, self._own.prefix],
        )

    def find_targets(self, form: Format) -> None:
        """Sets `target` of the rows: the record in the files that they refer to, else the one in the workspace."""
        for column, own, other in _REFERENCES[form.file]:
            table = form.table
            _run(
                f"""UPDATE {table} SET target = found.id, target_bad = found.bad FROM {other.table} AS found
                    WHERE found.external_id = {table}.{column}"""
            )
            _run(
                f"""UPDATE {table} SET target = found.id FROM {own} AS found WHERE {table}.target_bad IS NULL
                    AND found.workspace_id = %s AND found.external_id = {table}.{column}""",
                [self._workspace_id],
            )
            _run(
                f"""UPDATE {table} SET target = found.id FROM {own} AS found
                    WHERE {table}.target_bad IS NULL AND {table}.target IS NULL
                    AND found.workspace_id = %s AND found.external_id IS NULL
                    AND starts_with({table}.{column}, %s) AND {table}.{column} = %s || found.id""",
                [self._workspace_id, self._own.prefix, self._own.prefix],
            )

    def report_orphans(self, problems: Problems) -> None:
        """Reports lines whose invoice is not in the files."""
        found = f"""SELECT line, invoice_external_id FROM {LINES.table} AS line_rows WHERE NOT EXISTS (
            SELECT FROM {INVOICES.table} AS found WHERE found.external_id = line_rows.invoice_external_id)
            ORDER BY line"""
        for line, name in _stream(found):
            problems.add(LINES.file, line, "invoice_external_id", f"{INVOICES.file} has no invoice {name!r}.")
            problems.leave_out(LINES.file, line, name, "Its invoice is not in the files.")

    def chunks(self, form: Format) -> Iterator[list[Staged]]:
        """The rows of a file with one row per record, a thousand at a time, in the file's order."""
        for rows in _chunks(_stream(self._select(form, "ORDER BY line"))):
            yield [_staged(form, row) for row in rows]

    def payment_chunks(self) -> Iterator[list[list[Staged]]]:
        """The payments, each with all its rows, a thousand at a time, in the order of their first rows."""
        first = "min(line) OVER (PARTITION BY external_id)"
        rows = (_staged(PAYMENTS, row) for row in _stream(self._select(PAYMENTS, f"ORDER BY {first}, line")))
        yield from _chunks([*group] for _, group in groupby(rows, key=lambda row: row.key))

    def lines_of(self, invoices: Sequence[str]) -> dict[str, list[Staged]]:
        """The lines of some invoices, in the file's order."""
        where = 'WHERE "invoice_external_id" = ANY(%s) ORDER BY "invoice_external_id", line'
        found = (_staged(LINES, row) for row in _run(self._select(LINES, where), [list(invoices)]))
        return {key: [*group] for key, group in groupby(found, key=lambda row: row.cells["invoice_external_id"])}

    def _select(self, form: Format, rest: str) -> str:
        references = ("target", "coalesce(target_bad, false)") if _REFERENCES[form.file] else ("NULL", "false")
        columns = ("line", "id", "bad", *references, *(f'"{name}"' for name in form.columns))
        return f"SELECT {', '.join(columns)} FROM {form.table} {rest}"

    def mark_bad(self, form: Format, lines: Iterable[int]) -> None:
        """Leaves rows out; what refers to them is left out with them."""
        _run(f"UPDATE {form.table} SET bad = true WHERE line = ANY(%s)", [list(lines)])

    def set_ids(self, form: Format, lines: Sequence[int], ids: Sequence[int]) -> None:
        """Says which records the rows have become."""
        _run(
            f"""UPDATE {form.table} SET id = new.id FROM unnest(%s::integer[], %s::bigint[]) AS new (line, id)
                WHERE {form.table}.line = new.line""",
            [list(lines), list(ids)],
        )


def _staged(form: Format, row: Record) -> Staged:
    line, pk, bad, target, target_bad, *cells = row
    return Staged(line, pk, bad, dict(zip(form.columns, cells, strict=True)), target, target_bad)


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _run(sql: str, values: Sequence[Any] = ()) -> list[Record]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return cursor.fetchall() if cursor.description else []


def _stream(sql: str) -> Iterator[Record]:
    """The rows of a query through a cursor of the server, so that they are never all in memory."""
    with closing(connection.chunked_cursor()) as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows
