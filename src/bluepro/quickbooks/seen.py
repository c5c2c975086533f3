"""What QuickBooks says has changed: which question to ask, and what follows for each link (pure).

One call asks for all changes since a moment. An answer that is full, or a moment more than 30 days past {F5.2-2}, is
not complete: then the four lists are read by the time of their last change, page by page, where no deletion shows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bluepro.quickbooks import drift
from bluepro.quickbooks.intents import ENTITY_TYPES
from bluepro.quickbooks.overpaid import Writes, is_by_our_invoice, is_only_applied_less
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.work import Trouble
from qbo_client import wire

AT_MOST = timedelta(days=29)  # one day less than QuickBooks looks back
OVERLAP = timedelta(seconds=10)  # what a search lags behind a write; such changes are seen twice, which costs nothing
CLOCKS = timedelta(minutes=1)  # taken off our own time where QuickBooks did not tell its own
_NAMES = {wire.name_of(kind): which for which, kind in ENTITY_TYPES.items()}

Changed = wire.Entity | wire.Deleted
Key = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reading of changes stands: all up to `through` is known.

    While lists are read page by page, `kind` is the one at hand, from row `start` of those changed since `since`; all
    that changed before `until` is known once all of them are read.
    """

    through: datetime
    kind: Kind | None = None
    since: datetime | None = None
    start: int = 1
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A link as far as it matters here. `wanted`: its record is still to be in QuickBooks, as it was pushed.

    `asked_token` is the sync token ("deleted" for none) that a person was asked about, `busy`: a write is under way,
    `dirty`: one is to follow. `writes`: when we wrote to the invoices that it pays.
    """

    link_id: int
    kind: Kind
    record_id: int
    revision: int
    label: str
    sync_token: str
    asked_token: str
    owned: Mapping[str, object]
    accepted: Mapping[str, object]
    wanted: bool
    busy: bool
    dirty: bool = False
    writes: Writes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Newer:
    """It is as we left it but for QuickBooks' own doing: its sync token is taken over; what was asked is settled."""

    known: Known
    token: str


@dataclass(frozen=True, slots=True)
class Overwrite:
    """BluePro's values are sent again; `fields` are kept."""

    known: Known
    token: str
    fields: Mapping[str, tuple[Any, Any]]  # Any: JSON


@dataclass(frozen=True, slots=True)
class Ask:
    """A person is asked; nothing of the record is sent meanwhile."""

    known: Known
    token: str
    trouble: Trouble


Follows = Newer | Overwrite | Ask


def question(place: Place, now: datetime) -> wire.Call:
    """The call that goes on with the reading."""
    if place.kind is None and now - place.through <= AT_MOST:
        return wire.cdc([wire.name_of(kind) for kind in ENTITY_TYPES.values()], place.through)
    kind, since, start = place.kind or Kind.CONTACT, place.since or place.through, place.start
    where: list[wire.Condition] = [("MetaData.LastUpdatedTime", ">=", since)]
    if kind in (Kind.CONTACT, Kind.SERVICE):
        where.append(("Active", "IN", (True, False)))
    return wire.query(wire.select(ENTITY_TYPES[kind], where, order_by="MetaData.LastUpdatedTime", start=start))


def read(
    place: Place, call: wire.Call, reply: wire.Reply, asked_at: datetime
) -> tuple[tuple[Changed, ...], Place] | None:
    """What the answer shows, and where the reading stands then; None if the answer cannot be read."""
    if call.path == "cdc":
        return _read_changes(place, reply, asked_at)
    kind = place.kind or Kind.CONTACT
    page = wire.parse_query(reply, ENTITY_TYPES[kind])
    if not isinstance(page, wire.QueryPage):
        return None
    return page.entities, _after_page(replace(place, kind=kind), page.entities, asked_at)


def _read_changes(place: Place, reply: wire.Reply, asked_at: datetime) -> tuple[tuple[Changed, ...], Place] | None:
    found = wire.parse_cdc(reply)
    if not isinstance(found, wire.Changes):
        return None
    entities = tuple(entity for name in _NAMES for entity in found.by_name.get(name, ()))
    until = max(found.time - OVERLAP if found.time else asked_at - CLOCKS, place.through)
    if found.complete:
        return entities, Place(until)
    return entities, Place(place.through, Kind.CONTACT, place.through, 1, until)


def _after_page(place: Place, entities: Sequence[wire.Entity], asked_at: datetime) -> Place:
    """The next page begins at the time where this one ends: rows that change meanwhile hide no others."""
    since, until = place.since or place.through, place.until or asked_at - CLOCKS
    if len(entities) < wire.MAX_PAGE:
        later = [kind for kind in Kind if kind > (place.kind or 0)]
        return Place(place.through, later[0], place.through, 1, until) if later else Place(max(until, place.through))
    last = drift.changed_at(entities[-1]) or since
    start = 1 if last > since else place.start + wire.MAX_PAGE
    return Place(place.through, place.kind, max(last, since), start, until)


def _changed_at(entity: Changed) -> datetime | None:
    return None if isinstance(entity, wire.Deleted) else drift.changed_at(entity)


def key_of(entity: Changed) -> Key | None:
    """The kind and id of what may be ours."""
    name = entity.name if isinstance(entity, wire.Deleted) else wire.name_of(type(entity))
    entity_id = entity.id if isinstance(entity, wire.Deleted) else wire.given(entity.id, "")
    return (_NAMES[name], entity_id) if name in _NAMES and entity_id else None


def follows(entities: Iterable[Changed], known: Mapping[Key, Known], *, overwrite: bool) -> Iterator[Follows]:
    """What follows for each link; nothing for what is not ours, is as we left it, or was asked about already."""
    for entity in entities:
        one = known.get(key_of(entity) or (Kind.CONTACT, ""))
        if one is not None and one.wanted and not one.busy:
            found = _gone(one, entity.id) if isinstance(entity, wire.Deleted) else _changed(one, entity, overwrite)
            if found is not None:
                yield found


def _gone(known: Known, entity_id: str) -> Follows | None:
    if known.asked_token == drift.DELETED:
        return None
    return Ask(known, drift.DELETED, drift.gone(known.label, entity_id))


def _changed(known: Known, entity: wire.Entity, overwrite: bool) -> Follows | None:
    token = str(wire.given(entity.sync_token, ""))
    if token == known.asked_token or not drift.is_newer(token, known.sync_token):
        return None
    fields = drift.altered(entity, drift.restated(known.owned, known.accepted))
    if drift.is_inactive(entity):
        return Ask(known, token, drift.inactive(known.label, entity))
    if not fields:
        return Newer(known, token)
    if is_by_our_invoice(fields, entity, known.owned, known.sync_token, known.writes):
        return Overwrite(known, token, fields)
    if known.dirty and is_only_applied_less(fields, entity, known.owned):
        return None  # by its invoice, perhaps, which changed here as it did: its own write meets the newer token
    if not drift.is_asked_about(known.kind) or (overwrite and not drift.is_void(entity)):
        return Overwrite(known, token, fields)
    return Ask(known, token, drift.changed(known.label, entity, fields))


def held_back(place: Place, before: Place, entities: Iterable[Changed], known: Mapping[Key, Known]) -> Place:
    """The place, not beyond what is still being written: that is looked at again, once its own answer is settled."""
    busy = [entity for entity in entities if (one := known.get(key_of(entity) or (Kind.CONTACT, ""))) and one.busy]
    if not busy:
        return place
    times = [_changed_at(entity) or before.through for entity in busy]
    earliest = max(min(times) - timedelta(seconds=1), before.through)
    if place.kind is not None and place.until is not None:
        return replace(place, until=min(place.until, earliest))
    return replace(place, through=min(place.through, earliest))
