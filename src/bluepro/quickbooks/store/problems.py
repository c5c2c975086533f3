"""Problems: opened once per record and cause, closed when fixed. Part of the caller's transaction."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection as database

from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.work import RecordKey, Trouble

FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Found:
    """A trouble with a record, or (kind None) with the whole connection."""

    kind: Kind | None
    record_id: int | None
    label: str
    trouble: Trouble


_OPEN = """
INSERT INTO quickbooks_problem (connection_id, kind, record_id, label, cause, text, remedy, detail, opened_at,
                                closed_by, close_reason)
SELECT %(connection)s, found.kind, found.record_id, found.label, found.cause, found.text, found.remedy, found.detail,
       %(now)s, '', ''
  FROM jsonb_to_recordset(%(found)s::jsonb)
    AS found (kind smallint, record_id bigint, label text, cause text, text text, remedy text, detail jsonb)
    ON CONFLICT (connection_id, kind, record_id, cause) WHERE closed_at IS NULL
    DO UPDATE SET label = excluded.label, text = excluded.text, remedy = excluded.remedy, detail = excluded.detail
"""


def open_all(connection_id: int, found: Sequence[Found], now: datetime) -> None:
    """Opens a problem for each; one that is open already keeps its date and gets the newest words."""
    if not found:
        return
    newest = {(one.kind, one.record_id, one.trouble.cause): _row(one) for one in found}
    rows = json.dumps(list(newest.values())).replace("\\u0000", "")  # the database stores no such character
    with database.cursor() as cursor:
        cursor.execute(_OPEN, {"connection": connection_id, "found": rows, "now": now})


def _row(one: Found) -> dict[str, object]:
    return {
        "kind": None if one.kind is None else int(one.kind),
        "record_id": one.record_id,
        "label": one.label[:200],
        "cause": one.trouble.cause,
        "text": one.trouble.text[:1000],
        "remedy": one.trouble.remedy[:500],
        "detail": dict(one.trouble.detail),
    }


_CLOSE = """
UPDATE quickbooks_problem AS problem SET closed_at = %(now)s, close_reason = %(reason)s
  FROM unnest(%(kinds)s::smallint[], %(records)s::bigint[]) AS fixed (kind, record_id)
 WHERE problem.connection_id = %(connection)s AND problem.closed_at IS NULL AND problem.kind = fixed.kind
   AND problem.record_id = fixed.record_id AND problem.cause <> %(but)s
"""


def close_fixed(connection_id: int, keys: Sequence[RecordKey], now: datetime, *, but: str = "") -> None:
    """Closes what is open about these records, `but` for one cause: QuickBooks has them as they are here."""
    if not keys:
        return
    values: dict[str, Any] = {
        "connection": connection_id,
        "kinds": [int(kind) for kind, _ in keys],
        "records": [record_id for _, record_id in keys],
        "now": now,
        "reason": FIXED,
        "but": but,
    }
    with database.cursor() as cursor:
        cursor.execute(_CLOSE, values)
