"""Statements as they are: for what is asked or written for hundreds of records at a time, where the ORM costs more than
the database. Uses the transaction that is open.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from django.db import connection as database

Values = Mapping[str, Any]  # Any: values of a query


def rows(sql: str, values: Values) -> list[tuple[Any, ...]]:  # Any: columns of many types
    """All rows of a query."""
    with database.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def execute(sql: str, values: Values) -> int:
    """Runs a statement; answers how many rows it touched."""
    with database.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def array(numbers: Collection[int]) -> str:
    """Whole numbers as the text of an array, to be cast: quoting a list number by number costs many times more."""
    return f"{{{','.join(map(str, numbers))}}}"


def document(values: Sequence[Mapping[str, object]]) -> str:
    """Rows as one JSON document, for jsonb_to_recordset: its quoting costs a fraction of that of its values."""
    return msgspec.json.encode(values).decode()
