"""Answers of QuickBooks as data: each parser turns a stored reply into entities, a fault, or "cannot be read".

Nothing here raises for a bad answer, and a cut or foreign body is never taken for success. Pure: no network.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, TypeAlias

import msgspec
from msgspec import Raw

from qbo_client.faults import Fault, Unreadable, excerpt, fault_of, parse_fault
from qbo_client.wire.base import decode, given
from qbo_client.wire.entities import ENTITY_TYPES, E, Entity, name_of

CDC_LIMIT: Final = 1_000
"""The most objects of one answer on changes; that many means that there may be more {F1.1-9}."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer. `tid` is the header `intuit_tid` or ""; `retry_after` is in seconds; the body is as received."""

    status: int
    body: bytes
    tid: str
    elapsed_ms: int
    retry_after: int | None
    content_type: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """The answer to a delete, or the trace of one in a list of changes."""

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class QueryPage(Generic[E]):
    """One page: `max_results` is the number returned {F5.1-11}; `total_count` is there for a count {F5.1-12}."""

    entities: tuple[E, ...]
    start_position: int = 1
    max_results: int = 0
    total_count: int | None = None


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The answer to a query in a batch: entities by wire name."""

    entities: Mapping[str, tuple[Entity, ...]]
    total_count: int | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed, by wire name. `complete` is false where the answer was full. `time` is QuickBooks' own clock."""

    by_name: Mapping[str, tuple[Entity | Deleted, ...]]
    complete: bool
    time: datetime | None


BatchAnswer: TypeAlias = Entity | Fault | QueryResult | Deleted | Unreadable


def parse_reply(reply: Reply, kind: type[E]) -> E | Deleted | Fault | Unreadable:
    """Return the entity (or the trace of its deletion) that answers a single call."""
    envelope = _envelope(reply)
    if not isinstance(envelope, dict):
        return envelope
    name = name_of(kind)
    try:
        return _entity(envelope[name], kind, name)
    except (KeyError, msgspec.DecodeError):
        return _unreadable(reply)


def parse_query(reply: Reply, kind: type[E]) -> QueryPage[E] | Fault | Unreadable:
    """Return one page of a query; a page past the end is empty {F5.1-10}."""
    envelope = _envelope(reply)
    if not isinstance(envelope, dict):
        return envelope
    try:
        found, name = decode(envelope["QueryResponse"], dict[str, Raw]), name_of(kind)
        entities = _entities(found[name], kind) if name in found else ()
        if not entities and _number(found, "maxResults"):
            return _unreadable(reply)  # other entities than those asked for: never to be taken for "there is none"
        return QueryPage(
            entities,
            _number(found, "startPosition") or 1,
            _number(found, "maxResults") or len(entities),
            _number(found, "totalCount"),
        )
    except (KeyError, msgspec.DecodeError):
        return _unreadable(reply)


def parse_batch(reply: Reply) -> dict[str, BatchAnswer] | Fault | Unreadable:
    """Return the answers of a batch by bid, or what befell the whole call.

    A bid may be missing: then its outcome is unknown. One item that cannot be read does not spoil the others.
    """
    envelope = _envelope(reply)
    if not isinstance(envelope, dict):
        return envelope
    try:
        items = decode(envelope["BatchItemResponse"], list[dict[str, Raw]])
        named = [(decode(item["bId"], str), _batch_answer(item, reply)) for item in items if "bId" in item]
    except (KeyError, msgspec.DecodeError):
        return _unreadable(reply)
    twice = {bid for bid, count in Counter(bid for bid, _ in named).items() if count > 1}
    return {bid: _unreadable(reply) if bid in twice else answer for bid, answer in named}


def parse_cdc(reply: Reply) -> Changes | Fault | Unreadable:
    """Return what changed since the time asked for; entities that we have no struct for are left out."""
    envelope = _envelope(reply)
    if not isinstance(envelope, dict):
        return envelope
    try:
        answers = decode(envelope["CDCResponse"], list[dict[str, list[dict[str, Raw]]]])
        parts = [part for answer in answers for part in answer.get("QueryResponse", [])]
        by_name = {name: _changed(part[name], name) for part in parts for name in part if name in ENTITY_TYPES}
        return Changes(by_name, sum(map(len, by_name.values())) < CDC_LIMIT, _time(envelope))
    except (KeyError, msgspec.DecodeError):
        return _unreadable(reply)


def _envelope(reply: Reply) -> dict[str, Raw] | Fault | Unreadable:
    """Return the members of a successful answer, undecoded; a fault may come with any status {F9.2-1}."""
    if reply.status != 200:
        return parse_fault(reply.status, reply.body, reply.tid)
    try:
        envelope = decode(reply.body, dict[str, Raw])
    except msgspec.DecodeError:
        return _not_json(reply)
    if _fault_in(envelope):
        return parse_fault(reply.status, reply.body, reply.tid)
    return envelope


def _fault_in(envelope: dict[str, Raw]) -> bool:
    return any(bytes(envelope.get(name, b"null")).strip() != b"null" for name in ("Fault", "fault"))


def _not_json(reply: Reply) -> Fault | Unreadable:
    """A fault may come as XML under any status; all else under 200 that is no JSON says nothing."""
    fault = parse_fault(reply.status, reply.body, reply.tid)
    return fault if fault.errors else _unreadable(reply)


def _unreadable(reply: Reply) -> Unreadable:
    return Unreadable(reply.status, excerpt(reply.body), reply.tid)


def _entity(raw: Raw, kind: type[E], name: str) -> E | Deleted:
    entity = decode(raw, kind)
    return Deleted(name, given(entity.id, "")) if entity.status == "Deleted" else entity


def _batch_answer(item: dict[str, Raw], reply: Reply) -> BatchAnswer:
    if _fault_in(item):
        return fault_of(msgspec.json.decode(msgspec.json.encode(item)), reply.status, reply.tid) or _unreadable(reply)
    try:
        if "QueryResponse" in item:
            return _query_result(decode(item["QueryResponse"], dict[str, Raw]))
        name = next(name for name in item if name in ENTITY_TYPES)
        return _entity(item[name], ENTITY_TYPES[name], name)
    except (StopIteration, msgspec.DecodeError):
        return Unreadable(reply.status, excerpt(msgspec.json.encode(item)), reply.tid)


def _query_result(found: dict[str, Raw]) -> QueryResult:
    entities = {name: _entities(found[name], ENTITY_TYPES[name]) for name in found if name in ENTITY_TYPES}
    return QueryResult(entities, _number(found, "totalCount"))


def _changed(raw: Raw, name: str) -> tuple[Entity | Deleted, ...]:
    return tuple(_entity(one, ENTITY_TYPES[name], name) for one in decode(raw, list[Raw]))


def _entities(raw: Raw, kind: type[E]) -> tuple[E, ...]:
    return tuple(decode(one, kind) for one in decode(raw, list[Raw]))


def _number(found: dict[str, Raw], name: str) -> int | None:
    return decode(found[name], int) if name in found else None


def _time(envelope: dict[str, Raw]) -> datetime | None:
    return decode(envelope["time"], datetime) if "time" in envelope else None
