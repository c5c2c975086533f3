"""Candidates and capacities for the tests of the plan."""

from dataclasses import replace
from typing import Any

from translate_records import BOOKS, CONTACT, INVOICE, PAYMENT, REFS, SERVICE

from bluepro.common.ids import SeededIds
from bluepro.quickbooks.plan import Capacity, Plan, plan
from bluepro.quickbooks.snapshot import Kind, LinkState, Record
from bluepro.quickbooks.work import Candidate, RecordKey, Sendable, Work

WIDE = Capacity(singles=10, batches=10, batch_size=30)


def candidate(
    kind: Kind, number: int, group: int = 0, attempts: int = 0, *, fresh: bool = False, **changes: Any
) -> Candidate:
    """A due record that was never pushed, though tried `attempts` times."""
    record: Record
    match kind:
        case Kind.CONTACT:
            record = replace(CONTACT, id=number, display_name=f"Contact {number}", **changes)
        case Kind.SERVICE:
            record = replace(SERVICE, id=number, name=f"Service {number}", **changes)
        case Kind.INVOICE:
            record = replace(INVOICE, id=number, number=str(number), **changes)
        case Kind.PAYMENT:
            record = replace(PAYMENT, id=number, **changes)
    link = LinkState(number, kind, number, attempts=attempts) if attempts else None
    return Candidate(kind, number, 1, record, link, group, fresh)


def work(*candidates: Candidate, **more: Any) -> Work:  # Any: fields of several types
    return Work(BOOKS, REFS, candidates, **more)


def planned(given_work: Work, capacity: Capacity = WIDE) -> Plan:
    return plan(given_work, capacity, SeededIds(1))


def sizes(found: Plan) -> list[int]:
    return [len(request.items) for request in found.requests]


def keys(request: Sendable) -> list[RecordKey]:
    return [item.carried.key for item in request.items]


def invoices(count: int, attempts: int = 0, first: int = 1, *, fresh: bool = False) -> list[Candidate]:
    return [candidate(Kind.INVOICE, number, number, attempts, fresh=fresh) for number in range(first, first + count)]
