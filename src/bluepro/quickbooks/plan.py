"""What to send next, in which order, in which request (pure).

Order: customers and items, then invoices, then payments; within the capacity that the limiter leaves. Names go one
request at a time per realm, since QuickBooks locks its lists {F7.1-25}; of a group of invoices and payments connected
by allocations at most one write is open, and no batch carries two of one group (invariant 11).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from bluepro.common.ids import Ids
from bluepro.quickbooks.intents import ENTITY_TYPES, Intent, Naming, Write, intent
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.surprise import guarded
from bluepro.quickbooks.work import Candidate, Clean, Hold, Item, Purpose, Sendable, Trouble, Work
from qbo_client import wire

NAMES = frozenset({Kind.CONTACT, Kind.SERVICE})
ALONE_AFTER = 5  # failures after which a record shares a batch with no other
SINGLES = 3  # up to so many writes go as single calls at once: faster for a person's edit than a batch


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many single and batch calls may go now, and how many items a batch may hold."""

    singles: int
    batches: int
    batch_size: int

    @property
    def records(self) -> int:
        """How many records can be sent at most: what is worth loading."""
        return max(self.singles, self.batches * self.batch_size)


@dataclass(frozen=True, slots=True)
class Plan:
    """Requests to commit and send, records with nothing to send, and records that wait for a person."""

    requests: tuple[Sendable, ...] = ()
    clean: tuple[Clean, ...] = ()
    holds: tuple[Hold, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.requests or self.clean or self.holds)


def plan(work: Work, capacity: Capacity, ids: Ids) -> Plan:
    """Cuts what is due into requests, within the capacity; what does not fit is left for later."""
    naming = Naming(work.taken, work.held_by_others)
    intents = [_intent(candidate, work, naming) for candidate in work.candidates]
    writes = [one for one in intents if isinstance(one, Write)]
    return Plan(
        requests=tuple(_requests(writes, work, capacity, ids)),
        clean=tuple(one for one in intents if isinstance(one, Clean)),
        holds=tuple(one for one in intents if isinstance(one, Hold)),
    )


def _intent(candidate: Candidate, work: Work, naming: Naming) -> Intent:
    """What should happen to the candidate; a surprise holds it up, and nothing else."""
    name = f"{candidate.kind.name.lower()} {candidate.record_id}"
    found = guarded(name, lambda: intent(candidate, work, naming))
    if not isinstance(found, Trouble):
        return found
    link_id = candidate.link.id if candidate.link else 0
    return Hold(candidate.kind, candidate.record_id, candidate.revision, link_id, name, found)


def _requests(writes: Sequence[Write], work: Work, capacity: Capacity, ids: Ids) -> Iterable[Sendable]:
    names = [] if work.names_busy else [write for write in writes if write.carried.kind in NAMES]
    names.sort(key=lambda write: min(write.carried.attempts, ALONE_AFTER))
    sales = _one_of_each_group([write for write in writes if write.carried.kind not in NAMES], work.busy_groups)
    if len(names) + len(sales) <= min(SINGLES, capacity.singles):
        return [_single(write, ids) for write in (*names[:1], *sales)]
    size = min(capacity.batch_size, wire.MAX_BATCH_ITEMS)
    batches = [*_chunks(names, size)[:1], *_again_too(_chunks(sales, size))]
    return [_batch(chunk, ids) for chunk in batches[: capacity.batches]]


def _one_of_each_group(writes: Sequence[Write], busy: frozenset[int]) -> list[Write]:
    seen = set(busy)
    chosen = []
    for write in writes:
        if write.group not in seen:
            seen.add(write.group)
            chosen.append(write)
    return chosen


def _chunks(writes: Sequence[Write], size: int) -> list[list[Write]]:
    """Cut into batches: of those that failed before, ever smaller ones, so that a bad record ends up alone."""
    failed: dict[int, list[Write]] = defaultdict(list)
    for write in writes:
        failed[min(write.carried.attempts, ALONE_AFTER)].append(write)
    return [chunk for attempts in sorted(failed) for chunk in _cut(failed[attempts], _size_after(attempts, size))]


def _size_after(attempts: int, size: int) -> int:
    return 1 if attempts >= ALONE_AFTER else max(size >> attempts, 1)


def _cut(writes: Sequence[Write], size: int) -> Iterable[list[Write]]:
    return [list(writes[start : start + size]) for start in range(0, len(writes), size)]


def _again_too(chunks: Sequence[list[Write]]) -> list[list[Write]]:
    """One batch of what failed before goes first, so that a long backlog does not put it off for ever."""
    first = next((position for position, chunk in enumerate(chunks) if chunk[0].carried.attempts), 0)
    return [*chunks[first : first + 1], *chunks[:first], *chunks[first + 1 :]]


def _single(write: Write, ids: Ids) -> Sendable:
    request_id = ids.uuid()
    item = Item("", write.carried, single=True, request_id=request_id)
    return Sendable(request_id, Purpose.PUSH, _single_call(write, request_id), (item,))


def _single_call(write: Write, request_id: UUID) -> wire.Call:
    carried, key = write.carried, str(request_id)
    match carried.operation:
        case wire.Operation.CREATE:
            return wire.create(write.entity, key)
        case wire.Operation.UPDATE:
            return wire.update(write.entity, key)
        case wire.Operation.DELETE:
            return wire.delete(_sale(carried.kind), carried.entity_id, carried.sync_token, key)
        case wire.Operation.VOID:
            return wire.void(_sale(carried.kind), carried.entity_id, carried.sync_token, key)


def _sale(kind: Kind) -> type[wire.Invoice] | type[wire.Payment]:
    return wire.Invoice if ENTITY_TYPES[kind] is wire.Invoice else wire.Payment


def _batch(writes: Sequence[Write], ids: Ids) -> Sendable:
    request_id = ids.uuid()
    pairs = [(f"b{position}", write) for position, write in enumerate(writes)]
    items = [wire.BatchItem(bid, write.carried.operation, write.entity) for bid, write in pairs]
    carried = tuple(Item(bid, write.carried, request_id=request_id) for bid, write in pairs)
    return Sendable(request_id, Purpose.PUSH, wire.batch(items, str(request_id)), carried)
