"""Forgets what was said in requests that have long been settled; that they were made, and when, stays.

Some thousand rows to a transaction, so that nothing waits for it.
"""

from datetime import datetime, timedelta

from django.db import connection as database
from django.db import transaction

KEPT = timedelta(days=30)
AT_ONCE = 5_000

_BODIES = """
UPDATE quickbooks_request SET body = NULL, answer = NULL
 WHERE id IN (SELECT id FROM quickbooks_request
               WHERE state = 'settled' AND COALESCE(answered_at, committed_at) < %s
                 AND (body IS NOT NULL OR answer IS NOT NULL) LIMIT %s)
"""
_CARRIED = """
UPDATE quickbooks_requestitem SET carried = NULL
 WHERE id IN (SELECT item.id FROM quickbooks_requestitem item
                JOIN quickbooks_request request ON request.id = item.request_id
               WHERE request.state = 'settled' AND COALESCE(request.answered_at, request.committed_at) < %s
                 AND item.settled AND item.carried IS NOT NULL LIMIT %s)
"""


def prune(now: datetime) -> int:
    """Empties bodies, answers and what items carried 30 days after settling; answers how many rows."""
    return sum(_all_of(sql, now - KEPT) for sql in (_BODIES, _CARRIED))


def _all_of(sql: str, before: datetime) -> int:
    emptied = 0
    while found := _some_of(sql, before):
        emptied += found
    return emptied


def _some_of(sql: str, before: datetime) -> int:
    with transaction.atomic(durable=True), database.cursor() as cursor:
        cursor.execute(sql, [before, AT_ONCE])
        return int(cursor.rowcount)
