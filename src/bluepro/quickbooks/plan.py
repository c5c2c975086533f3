"""What to send next, in which order, in which request (pure).

What a person has just edited goes first, as single calls at once; a backlog goes in batches; both within the capacity
that the limiter leaves. Order: customers and items, then invoices, then payments. Names go one request at a time per
realm, since QuickBooks locks its lists {F7.1-25}; of a group of invoices and payments connected by allocations at most
one write is open, and no batch carries two of one group (invariant 11).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from bluepro.common.ids import Ids
from bluepro.quickbooks import together
from bluepro.quickbooks.intents import ENTITY_TYPES, Intent, Naming, Write, intent
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.surprise import guarded
from bluepro.quickbooks.translate.dates import only_text
from bluepro.quickbooks.work import Asked, Candidate, Carried, Clean, Hold, Item, Purpose, Sendable, Trouble, Work
from qbo_client import wire

NAMES = frozenset({Kind.CONTACT, Kind.SERVICE})
ALONE_AFTER = 5  # failures after which a record shares a batch with no other
SINGLES = 3  # up to so many writes go as single calls at once: faster for a person's edit than a batch
MOST_SINGLES = 20  # so many edits at the most go as single calls where no batch may go
NAMES_BESIDES = 10  # names in a batch while a person's edit waits, perhaps for the lists that it locks


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many single and batch calls may go now, and how many items a batch may hold.

    `under_way`: other writes are, and their answers may let more records go; so what fills no batch waits for them.
    """

    singles: int
    batches: int
    batch_size: int
    under_way: bool = False

    @property
    def records(self) -> int:
        """How much of a backlog is worth finding: what fills all batches, or shows that single calls do not hold it."""
        return max(self.batches * self.batch_size, SINGLES + 1)

    @property
    def fresh_records(self) -> int:
        """How many edits are worth finding."""
        return max(self.batches * self.batch_size, MOST_SINGLES + 1)

    def takes(self, found: int, *, whole: bool = True) -> bool:
        """Whether any of a backlog of `found` records (at most `records`) goes now: not while it waits for batches.

        `whole`: all of it was looked at.
        """
        return self.batches > 0 or (whole and found <= min(SINGLES, self.singles))

    def takes_sales(self, found: int) -> bool:
        """Whether `found` invoices and payments of a backlog go now."""
        return not self.under_way or found >= self.batch_size


@dataclass(frozen=True, slots=True)
class Plan:
    """Requests to commit and send, records with nothing to send, and records that wait for a person."""

    requests: tuple[Sendable, ...] = ()
    clean: tuple[Clean, ...] = ()
    holds: tuple[Hold, ...] = ()
    asked: tuple[Asked, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.requests or self.clean or self.holds or self.asked)


def plan(work: Work, capacity: Capacity, ids: Ids) -> Plan:
    """Cuts what is due into requests, within the capacity; what does not fit is left for later."""
    naming = Naming(work.taken, work.held_by_others)
    intents = [_braked(_intent(candidate, work, naming), candidate, work) for candidate in work.candidates]
    writes = [one for one in intents if isinstance(one, Write)]
    return Plan(
        requests=tuple(_requests(writes, work, capacity, ids)),
        clean=tuple(one for one in intents if isinstance(one, Clean)),
        holds=tuple(one for one in intents if isinstance(one, Hold)),
        asked=tuple(one for one in intents if isinstance(one, Asked)),
    )


def _intent(candidate: Candidate, work: Work, naming: Naming) -> Intent:
    """What should happen to the candidate; a surprise holds it up, and nothing else."""
    name = f"{candidate.kind.name.lower()} {candidate.record_id}"
    found = guarded(name, lambda: intent(candidate, work, naming))
    if not isinstance(found, Trouble):
        return found
    link_id = candidate.link.id if candidate.link else 0
    return Hold(candidate.kind, candidate.record_id, candidate.revision, link_id, name, found)


def _braked(found: Intent, candidate: Candidate, work: Work) -> Intent:
    """A write that waits for a person while the brake is on: money that stands in QuickBooks would change."""
    is_on = work.brake or candidate.key in work.braked
    if not is_on or not isinstance(found, Write) or not moves_money(found.carried):
        return found
    if candidate.link is not None and candidate.link.agreed.brake == candidate.revision:
        return found
    carried = found.carried
    detail = together.member_detail(carried.amount, date.fromisoformat(carried.day), pushed=True)
    what = {wire.Operation.DELETE: "deleted", wire.Operation.VOID: "voided"}.get(carried.operation, "changed")
    text = f"{carried.label} would be {what} in QuickBooks together with many others, which needs a person's word."
    trouble = Trouble(together.BRAKE, text, "An Owner, Admin or Bookkeeper decides it under Problems.", detail)
    return Hold(carried.kind, carried.record_id, carried.revision, carried.link_id, carried.label, trouble)


def moves_money(carried: Carried) -> bool:
    """Whether it changes or removes money that stands in QuickBooks: no first push, no name, no mere text."""
    if carried.kind in NAMES or not carried.entity_id:
        return False
    is_update = carried.operation is wire.Operation.UPDATE
    return not is_update or not only_text(carried.changed, carried.owned, carried.previous)


@dataclass(frozen=True, slots=True)
class _Part:
    """The writes of one request: a single call, or a batch."""

    writes: Sequence[Write]
    single: bool = False


def _requests(writes: Sequence[Write], work: Work, capacity: Capacity, ids: Ids) -> Iterable[Sendable]:
    names = [] if work.names_busy else [write for write in writes if write.carried.kind in NAMES]
    names.sort(key=lambda write: min(write.carried.attempts, ALONE_AFTER))
    sales = [write for write in writes if write.carried.kind not in NAMES]
    sales.sort(key=lambda write: (not write.fresh, _is_new_payment(write)))
    sales = _one_of_each_group(sales, work.busy_groups)
    edited = [write for write in names if write.fresh]
    alone = _singles([], [write for write in sales if write.same_number])[: capacity.singles]
    sales = [write for write in sales if not write.same_number]
    left = _left(capacity, alone)
    first = _edits(edited, [write for write in sales if write.fresh], left)
    left = _left(left, first)
    names_at_most = NAMES_BESIDES if work.fresh_waits else wire.MAX_BATCH_ITEMS
    second = _backlog([] if edited else names, [write for write in sales if not write.fresh], left, names_at_most)
    parts = (*alone, *first, *second)
    return [_single(part.writes[0], ids) if part.single else _batch(part.writes, ids) for part in parts]


def _edits(names: Sequence[Write], sales: Sequence[Write], capacity: Capacity) -> list[_Part]:
    """What a person has just edited: single calls, unless there is much of it."""
    count = len(names) + len(sales)
    if count <= (SINGLES if capacity.batches else MOST_SINGLES):
        return _singles(names, sales)[: capacity.singles]
    return _batches(names, sales, capacity, NAMES_BESIDES)


def _backlog(names: Sequence[Write], sales: Sequence[Write], capacity: Capacity, names_at_most: int) -> list[_Part]:
    """All else: batches, unless there is so little that single calls hold all of it."""
    if len(names) + len(sales) <= min(SINGLES, capacity.singles) and not capacity.under_way:
        return _singles(names, sales)
    return _batches(names, sales, capacity, names_at_most)


def _left(capacity: Capacity, used: Sequence[_Part]) -> Capacity:
    singles = sum(part.single for part in used)
    return replace(capacity, singles=capacity.singles - singles, batches=capacity.batches - len(used) + singles)


def _singles(names: Sequence[Write], sales: Sequence[Write]) -> list[_Part]:
    return [_Part([write], single=True) for write in (*names[:1], *sales)]


def _batches(names: Sequence[Write], sales: Sequence[Write], capacity: Capacity, names_at_most: int) -> list[_Part]:
    size = min(capacity.batch_size, wire.MAX_BATCH_ITEMS)
    chunks = [*_chunks(names, min(size, names_at_most))[:1], *_again_too(_chunks(sales, size))]
    return [_Part(chunk) for chunk in chunks[: capacity.batches]]


def _is_new_payment(write: Write) -> bool:
    """Those go last, for other payments may be about to go or to pay something else, which makes room."""
    return write.carried.kind is Kind.PAYMENT and not write.carried.entity_id


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
            return wire.create(write.entity, key, same_number=write.same_number)
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
