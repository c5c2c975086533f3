"""Who owns a company's work: the lease row, whose number grows with every owner (invariant 11)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection as database
from django.db import transaction

LEASE = timedelta(seconds=10)


class LeaseLost(Exception):
    """Another worker owns the company now: nothing may be committed or settled any more."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a connection: `number` is checked in every transaction that commits or settles."""

    connection_id: int
    owner: UUID
    number: int


TAKE = """
UPDATE quickbooks_lease SET owner = %(owner)s, number = number + 1, until = %(until)s
 WHERE connection_id = %(connection)s AND (owner IS NULL OR until IS NULL OR until < %(now)s)
RETURNING number
"""

KEEP = """
UPDATE quickbooks_lease SET until = GREATEST(until, %(until)s)
 WHERE connection_id = %(connection)s AND owner = %(owner)s AND number = %(number)s
RETURNING number
"""

RELEASE = """
UPDATE quickbooks_lease SET owner = NULL, until = NULL
 WHERE connection_id = %(connection)s AND owner = %(owner)s AND number = %(number)s
"""


def take(connection_id: int, owner: UUID, now: datetime) -> Lease | None:
    """The lease, if nobody holds it; None otherwise."""
    values: dict[str, Any] = {"owner": owner, "until": now + LEASE, "connection": connection_id, "now": now}
    with transaction.atomic(), database.cursor() as cursor:
        cursor.execute(TAKE, values)
        row = cursor.fetchone()
    return Lease(connection_id, owner, row[0]) if row else None


def held_until(connection_id: int) -> datetime | None:
    """Until when somebody owns the company at most, unless he extends his lease; None if nobody does."""
    with database.cursor() as cursor:
        cursor.execute("SELECT until FROM quickbooks_lease WHERE connection_id = %s", [connection_id])
        row = cursor.fetchone()
    return row[0] if row else None


def is_held(connection_id: int, now: datetime) -> bool:
    """Whether somebody owns the company at this moment."""
    until = held_until(connection_id)
    return until is not None and until >= now


def keep(lease: Lease, now: datetime) -> None:
    """Within an open transaction: locks and extends the lease until its end. Raises LeaseLost."""
    values: dict[str, Any] = {
        "owner": lease.owner,
        "until": now + LEASE,
        "connection": lease.connection_id,
        "number": lease.number,
    }
    with database.cursor() as cursor:
        cursor.execute(KEEP, values)
        if cursor.fetchone() is None:
            raise LeaseLost(f"connection {lease.connection_id}: lease {lease.number} belongs to another worker now")


def extend(lease: Lease, now: datetime) -> None:
    """Extends the lease in a transaction of its own: for an owner that only waits. Raises LeaseLost."""
    with transaction.atomic():
        keep(lease, now)


def release(lease: Lease) -> None:
    """Gives the company back; does nothing if it is no longer ours."""
    values: dict[str, Any] = {"owner": lease.owner, "connection": lease.connection_id, "number": lease.number}
    with transaction.atomic(), database.cursor() as cursor:
        cursor.execute(RELEASE, values)
