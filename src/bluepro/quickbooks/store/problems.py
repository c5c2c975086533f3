"""Problems: opened once per record and cause, closed when fixed; of many records of one cause, where people are asked
once about all, one of the connection. Part of the caller's transaction."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection as database
from django.db import transaction

from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import leases, sql
from bluepro.quickbooks.store.leases import Lease
from bluepro.quickbooks.together import LABEL, WORDS, Members, is_together, trouble
from bluepro.quickbooks.work import RecordKey, Trouble

FIXED = "fixed"
REPLACED = "It is held for another reason since."


@dataclass(frozen=True, slots=True)
class Found:
    """A trouble with a record, or (kind None) with the whole connection."""

    kind: Kind | None
    record_id: int | None
    label: str
    trouble: Trouble


_OPEN = """
INSERT INTO quickbooks_problem (connection_id, kind, record_id, label, cause, text, remedy, detail, member, opened_at,
                                closed_by, close_reason)
SELECT %(connection)s, found.kind, found.record_id, found.label, found.cause, found.text, found.remedy, found.detail,
       found.member, %(now)s, '', ''
  FROM jsonb_to_recordset(%(found)s::jsonb)
    AS found (kind smallint, record_id bigint, label text, cause text, text text, remedy text, detail jsonb,
              member boolean)
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
        "member": one.kind is not None and is_together(one.trouble.cause),
    }


_CLOSE_OTHERS = """
UPDATE quickbooks_problem AS problem SET closed_at = %(now)s, close_reason = %(reason)s
  FROM unnest(%(kinds)s::smallint[], %(records)s::bigint[], %(causes)s::text[]) AS held (kind, record_id, cause)
 WHERE problem.connection_id = %(connection)s AND problem.closed_at IS NULL AND problem.kind = held.kind
   AND problem.record_id = held.record_id AND problem.cause <> held.cause
"""


def hold_for(connection_id: int, found: Sequence[Found], now: datetime) -> None:
    """Opens a problem for each, in the place of others about the same record: it is held for this now."""
    open_all(connection_id, found, now)
    held = {
        "kinds": [int(one.kind or 0) for one in found],
        "records": [one.record_id for one in found],
        "causes": [one.trouble.cause for one in found],
    }
    if found:
        sql.execute(_CLOSE_OTHERS, {**held, "connection": connection_id, "now": now, "reason": REPLACED})


_CLOSE = """
UPDATE quickbooks_problem AS problem SET closed_at = %(now)s, close_reason = %(reason)s
  FROM unnest(%(kinds)s::smallint[], %(records)s::bigint[]) AS fixed (kind, record_id)
 WHERE problem.connection_id = %(connection)s AND problem.closed_at IS NULL AND problem.kind = fixed.kind
   AND problem.record_id = fixed.record_id AND problem.cause <> %(but)s
   AND (%(only)s::text[] IS NULL OR problem.cause = ANY(%(only)s::text[]))
"""


def close_fixed(
    connection_id: int, keys: Sequence[RecordKey], now: datetime, *, but: str = "", only: Collection[str] | None = None
) -> None:
    """Closes what is open about these records, `but` for one cause or `only` these: QuickBooks has them as they are
    here."""
    if not keys:
        return
    values: dict[str, Any] = {
        "connection": connection_id,
        "kinds": [int(kind) for kind, _ in keys],
        "records": [record_id for _, record_id in keys],
        "now": now,
        "reason": FIXED,
        "but": but,
        "only": None if only is None else list(only),
    }
    with database.cursor() as cursor:
        cursor.execute(_CLOSE, values)


# An answer that is being carried out is waited for: its members are no longer to be asked about.
_ASKED = """
SELECT 1 FROM quickbooks_problem WHERE connection_id = %s AND kind IS NULL AND closed_at IS NULL ORDER BY id FOR UPDATE
"""

_MEMBERS = """
SELECT cause, count(*), count(*) FILTER (WHERE detail->>'pushed' = 'yes'),
       coalesce(sum((detail->>'amount')::numeric), 0), min(detail->>'day'), max(detail->>'day')
  FROM quickbooks_problem WHERE connection_id = %s AND closed_at IS NULL AND member AND cause <> %s GROUP BY cause
"""

_ALL_GONE = """
UPDATE quickbooks_problem SET closed_at = %s, close_reason = %s
 WHERE connection_id = %s AND kind IS NULL AND closed_at IS NULL AND cause = ANY(%s::text[])
   AND cause <> ALL(%s::text[])
"""


def gather(lease: Lease, now: datetime, *, but: str = "") -> None:
    """Opens, words anew or closes the one problem over all members of a cause, `but` for one. Raises LeaseLost."""
    with transaction.atomic():
        leases.keep(lease, now)
        _gather(lease.connection_id, now, but)


def _gather(connection_id: int, now: datetime, but: str) -> None:
    with database.cursor() as cursor:
        cursor.execute(_ASKED, [connection_id])
        cursor.execute(_MEMBERS, [connection_id, but])
        rows = cursor.fetchall()
    found = [
        Found(None, None, LABEL, trouble(cause, Members(count, pushed, amount, _day(oldest), _day(newest))))
        for cause, count, pushed, amount, oldest, newest in rows
    ]
    open_all(connection_id, found, now)
    with database.cursor() as cursor:
        causes = [one.trouble.cause for one in found] + [but]
        cursor.execute(_ALL_GONE, [now, FIXED, connection_id, list(WORDS), causes])


def _day(stored: str | None) -> date:
    return date.fromisoformat(stored) if stored else date.max
