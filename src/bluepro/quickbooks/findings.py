"""What follows from what a look-up found (pure): adopt, plan anew, send the same single once more, or ask a person.

Customers and items are adopted only if no other record has them, made at or after our send and equal to what was sent;
invoices and payments only by their marker. Absent means: never arrived.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from itertools import chain

from bluepro.common.money import ZERO
from bluepro.quickbooks import drift
from bluepro.quickbooks.intents import ENTITY_TYPES
from bluepro.quickbooks.judge import UNKNOWN, accepted, failed_again, is_name
from bluepro.quickbooks.overpaid import (
    Writes,
    in_the_way,
    is_by_our_invoice,
    is_only_applied_less,
    larger_than_open,
    waits_for,
)
from bluepro.quickbooks.plan import ALONE_AFTER
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.translate import agree, marker
from bluepro.quickbooks.translate.owned import plain
from bluepro.quickbooks.work import (
    Accepted,
    Again,
    Carried,
    Held,
    Item,
    LookUp,
    NameTaken,
    Removed,
    SendAgain,
    Trouble,
    Verdict,
)
from qbo_client import wire

CLOCK_SLACK = timedelta(minutes=5)  # QuickBooks' clock and ours may differ; its times have whole seconds {F3.1-8}
OVERPAID = "6000"  # is looked up only where a payment was refused for what is open {F9.3-40}
REFERENCES = frozenset({"610", "2500"})  # codes that speak of something that the record refers to, or of itself
SAME_AGAIN = 2  # so often a lost single goes out as it was; then it is planned anew, each time later
REFERENCE_TRIES = 3
LOST_AFTER = 15.0
LOST_AT_MOST = 600.0

Referred = tuple[tuple[type[wire.Entity], Sequence[str]], Sequence[wire.Entity]]

NAME_LISTS: dict[Kind, tuple[tuple[str, type[wire.Entity], str], ...]] = {
    Kind.CONTACT: (
        ("customer", wire.Customer, "DisplayName"),
        ("vendor", wire.Vendor, "DisplayName"),
        ("employee", wire.Employee, "DisplayName"),
    ),
    Kind.SERVICE: (("item", wire.Item, "Name"),),
}
_OTHER_LISTS = ("vendor", "employee")


@dataclass(frozen=True, slots=True)
class Rules:
    """What answers depend on: the era of the connection, and what is answered beforehand.

    `clash_takes_suffix`: whoever holds a name is another one; `overwrite`: what was changed in QuickBooks is written
    over. Of the entities in `lookups.entities_seen`, by kind and id, `linked` says which record has one already. By the
    ids of our payments there, `allocated` has what those that are to be sent or removed pay here, by invoice, and
    `writes` when we wrote to their invoices.
    """

    era: int
    clash_takes_suffix: bool
    overwrite: bool = False
    linked: Mapping[tuple[Kind, str], int] = field(default_factory=dict)
    allocated: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    writes: Mapping[str, Writes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of each query about the item itself (`full`: there may be more), and what it refers to, as found."""

    rows: tuple[tuple[wire.Entity, ...], ...]
    full: bool = False
    referred: tuple[Referred, ...] = ()


def reason(item: Item) -> str:
    """Why the item is looked up: "unknown" or a code."""
    code = item.code.partition("@")[0]
    return UNKNOWN if code in ("", "again") else code


def page(item: Item) -> int:
    """Which page of rows is asked for, from 1."""
    number = item.code.partition("@")[2]
    return int(number) if number else 1


def about_name(item: Item) -> bool:
    """Whether it is found by its name: what was to be made in a list of names, or met a name that is taken."""
    if not is_name(item.carried.kind):
        return False
    return item.carried.operation is wire.Operation.CREATE or reason(item) == "6240"


def finding(item: Item, found: Found, rules: Rules) -> Verdict:
    """What becomes of the item."""
    if about_name(item):
        return _judge_name(item, found, rules)
    if reason(item) == OVERPAID:
        return _judge_overpaid(item, found, rules)
    if item.carried.operation is wire.Operation.CREATE:
        return _judge_created(item, found, rules)
    return _judge_existing(item, found, rules)


def _judge_overpaid(item: Item, found: Found, rules: Rules) -> Verdict:
    """More was paid than is open there: `rows` are the customer's payments, `referred` its invoices.

    Nobody is asked while a payment of ours stands there that is to go, or to pay less of it.
    """
    carried = item.carried
    invoices = [entity for (kind, _), entities in found.referred if kind is wire.Invoice for entity in entities]
    others = in_the_way(found.rows[0], rules.allocated, carried)
    if others:
        return failed_again(carried, LOST_AFTER, "another payment of ours stands there", waits_for(carried, others))
    trouble = larger_than_open(carried, invoices, found.rows[0])
    if trouble is not None:
        return Held(trouble)
    return failed_again(carried, LOST_AFTER, "more than open", _failing_trouble(carried, OVERPAID))


def _judge_created(item: Item, found: Found, rules: Rules) -> Verdict:
    carried = item.carried
    for entity in chain.from_iterable(found.rows):
        note = wire.given(entity.private_note, "") if isinstance(entity, wire.Invoice | wire.Payment) else ""
        if marker.find_marker(note, carried.ref, carried.generation, rules.era):
            return _arrived(item, entity, rules)
    return _next_page(item) if found.full else _absent(item, found)


def _arrived(item: Item, entity: wire.Entity, rules: Rules) -> Accepted:
    """Ours, and linked. What somebody changed before we found it is asked about or written over, see *drift*."""
    carried, found = item.carried, accepted(item.carried, entity)
    fields = drift.altered(entity, (carried.owned, *item.ours))
    if not fields or not drift.is_newer(found.sync_token, drift.UNTOUCHED):
        return found
    if rules.overwrite and not drift.is_void(entity):
        return replace(found, trouble=None, drift=fields)
    asked = drift.changed(carried.label, entity, fields)
    return replace(found, sync_token=drift.UNTOUCHED, trouble=asked)


def _next_page(item: Item) -> LookUp:
    return LookUp(f"{reason(item)}@{page(item) + 1}")


def _absent(item: Item, found: Found) -> Verdict:
    """It is not in the books: refused for good, or sent again, each time later and never without an end to tell of."""
    carried, code = item.carried, reason(item)
    if code in REFERENCES:
        return _reference_refused(carried, code, found.referred)
    if code == "6140":
        return Held(_number_trouble(carried, found.rows[0]))
    if code != UNKNOWN:
        return failed_again(carried, LOST_AFTER, f"refused with {code}, not found", _failing_trouble(carried, code))
    if item.single and carried.attempts < SAME_AGAIN:
        return SendAgain()
    return _lost(carried)


def _lost(carried: Carried) -> Again:
    """Never arrived. Counts up to where it goes alone, so that whatever is lost again and again loses nothing else."""
    if carried.attempts < ALONE_AFTER:
        return Again(LOST_AFTER * 2 ** (carried.attempts - 1) if carried.attempts else 0, "never arrived")
    text = f"{carried.label} does not reach QuickBooks: again and again no answer came, and its books do not have it."
    remedy = "It is tried again every ten minutes by itself. If other records arrive, send this one to support."
    return Again(LOST_AT_MOST, "never arrived", attempt=False, trouble=Trouble("no_answer", text, remedy))


def _judge_name(item: Item, found: Found, rules: Rules) -> Verdict:
    carried, code = item.carried, reason(item)
    held = list(_holders(carried, found))
    ours = next((entity for _, entity in held if _is_ours(item, entity, rules)), None)
    if ours is not None:
        return accepted(carried, ours)
    # Names count per level {F7.1-21}: a sub-customer's stands in nobody's way, unless QuickBooks says so.
    in_the_way = [one for one in held if code == "6240" or not _is_below(one[1])]
    if in_the_way:
        holder, entity = in_the_way[0]
        return _name_taken(item, holder, entity, rules)
    if found.full:
        return _next_page(item)
    if code == "6240":
        return _unseen_holder(carried, rules)
    return _absent(item, found)


def _holders(carried: Carried, found: Found) -> Iterator[tuple[str, wire.Entity]]:
    """Who has the name, other than the entity that is to be renamed."""
    for (holder, kind, _), entities in zip(NAME_LISTS[carried.kind], found.rows, strict=True):
        for entity in entities:
            if not (kind is ENTITY_TYPES[carried.kind] and entity.id == carried.entity_id):
                yield holder, entity


def _is_below(entity: wire.Entity) -> bool:
    parent = entity.parent_ref if isinstance(entity, wire.Customer | wire.Item) else wire.UNSET
    return parent is not wire.UNSET


def _is_ours(item: Item, entity: wire.Entity, rules: Rules) -> bool:
    return _may_be_ours(item, entity, rules) and not agree.changed_fields(plain(entity), item.carried.owned)


def _may_be_ours(item: Item, entity: wire.Entity, rules: Rules) -> bool:
    """Customers and items carry no marker: nobody else's, and made at or after our send.

    A name refused at the very first try was another one's: of ours nothing had been made.
    """
    carried = item.carried
    if carried.operation is not wire.Operation.CREATE or not isinstance(entity, ENTITY_TYPES[carried.kind]):
        return False
    if reason(item) == "6240" and not carried.attempts:
        return False
    made = wire.given(wire.given(entity.meta_data, wire.MetaData()).create_time, None)
    if made is None or item.committed_at is None or made < item.committed_at - CLOCK_SLACK:
        return False
    return not _is_linked(carried, entity, rules)


def _is_linked(carried: Carried, entity: wire.Entity, rules: Rules) -> bool:
    """Whether another record has the entity: one entity, at most one record (invariant 1)."""
    if not isinstance(entity, ENTITY_TYPES[carried.kind]):
        return False
    owner = rules.linked.get((carried.kind, wire.given(entity.id, "")), carried.record_id)
    return owner != carried.record_id


def _name_taken(item: Item, holder: str, entity: wire.Entity, rules: Rules) -> NameTaken:
    """Another one's name gets a suffix. What may be our own, though changed since, is never passed over unasked."""
    carried, entity_id = item.carried, wire.given(entity.id, "")
    answered = rules.clash_takes_suffix and not _may_be_ours(item, entity, rules)
    if answered or holder in _OTHER_LISTS or _is_linked(carried, entity, rules):
        return NameTaken(holder, entity_id)
    trouble = Trouble(
        "name_held",
        f"QuickBooks already has a {holder} named {carried.name!r}. Is it the same as {carried.label!r}?",
        "Owner, Admin or Bookkeeper: say whether it is the same (they are linked) or not (ours gets a suffix).",
        {
            "entity_id": entity_id,
            "sync_token": wire.given(entity.sync_token, ""),
            "holder": holder,
            "name": carried.name,
        },
    )
    return NameTaken(holder, entity_id, trouble)


def _unseen_holder(carried: Carried, rules: Rules) -> NameTaken:
    """Refused, yet nobody to be seen under that name: another spelling, or a list that we cannot query."""
    if rules.clash_takes_suffix:
        return NameTaken("unknown", "")
    trouble = Trouble(
        "name_held",
        f"QuickBooks says that the name {carried.name!r} is taken, but shows nobody who has it.",
        f"Owner, Admin or Bookkeeper: say that it is another one (ours gets a suffix), or rename {carried.label!r}.",
        {"entity_id": "", "holder": "unknown", "name": carried.name, "choices": ["not_same"]},
    )
    return NameTaken("unknown", "", trouble)


def _judge_existing(item: Item, found: Found, rules: Rules) -> Verdict:
    """An update, delete or void whose outcome is unknown, or that was refused {F3.3-4}."""
    carried, code = item.carried, reason(item)
    if not found.rows[0]:
        return _judge_missing(carried)
    entity = found.rows[0][0]
    token = str(wire.given(entity.sync_token, ""))
    if carried.operation is wire.Operation.VOID and drift.is_void(entity):
        return _done(carried, entity, token)
    if carried.operation is wire.Operation.UPDATE and token != carried.sync_token and _stands(carried, entity):
        return _done(carried, entity, token)
    if code in REFERENCES:
        inactive = _inactive_trouble(carried, entity)
        return Held(inactive) if inactive else _reference_refused(carried, code, found.referred)
    if code == "6140":
        return Held(_number_trouble(carried, ()))
    if token != carried.sync_token:
        return _judge_newer(item, entity, token, rules)
    if code == UNKNOWN:
        return _lost(carried)
    return failed_again(carried, LOST_AFTER, f"refused with {code}", _failing_trouble(carried, code))


def _done(carried: Carried, entity: wire.Entity, token: str) -> Accepted:
    """Ours was done. When, is known only if nothing has changed since."""
    found = accepted(carried, entity)
    return found if drift.is_next(token, carried.sync_token) else replace(found, done_at=None)


def _judge_missing(carried: Carried) -> Verdict:
    """Gone there: what was to be taken away is away; what was to be changed is not made again by itself."""
    if carried.operation in (wire.Operation.DELETE, wire.Operation.VOID):
        return Removed()
    return Held(drift.gone(carried.label, carried.entity_id))


def _judge_newer(item: Item, entity: wire.Entity, token: str, rules: Rules) -> Verdict:
    """Somebody wrote meanwhile. If only QuickBooks' own doing differs, the newer token will do; else see *drift*.

    The new token is not kept while a person is asked: an edit made here meanwhile must not write over it unasked.
    """
    carried = item.carried
    removal = carried.operation in (wire.Operation.DELETE, wire.Operation.VOID)
    void = drift.is_void(entity)
    agreed = carried.overwrite and (removal or not void)  # what somebody voided is not brought back by an update
    decided = agreed or (carried.voided and _is_empty(entity))
    fields = {} if decided else drift.altered(entity, (carried.previous, *item.ours))
    asks = drift.is_asked_about(carried.kind) and (void or not rules.overwrite)
    by_us = _applies_anew(carried, entity, fields) or _by_our_invoice(carried, entity, fields, rules)
    if fields and asks and not by_us:
        asked = drift.changed_before_removal if removal else drift.changed
        return Held(asked(carried.label, entity, drift.here(fields, carried.owned)))
    after = LOST_AFTER if carried.attempts else 0
    again = failed_again(carried, after, "newer in QuickBooks", _failing_trouble(carried, reason(item)), token)
    return replace(again, drift=fields)


def _is_empty(entity: wire.Entity) -> bool:
    """What we voided ourselves and nobody filled again: whatever else was changed, no money goes with it."""
    return isinstance(entity, wire.Invoice) and wire.given(entity.total_amt, None) == ZERO


def _applies_anew(carried: Carried, entity: wire.Entity, fields: drift.Altered) -> bool:
    """Whether QuickBooks applies less of a payment than we pushed, and what it is applied to changes here too."""
    removal = carried.operation in (wire.Operation.DELETE, wire.Operation.VOID)
    changes = removal or carried.owned.get("Line") != carried.previous.get("Line")
    return changes and is_only_applied_less(fields, entity, carried.previous)


def _by_our_invoice(carried: Carried, entity: wire.Entity, fields: drift.Altered, rules: Rules) -> bool:
    writes = rules.writes.get(carried.entity_id, {})
    return is_by_our_invoice(fields, entity, carried.previous, carried.sync_token, writes)


def _stands(carried: Carried, entity: wire.Entity) -> bool:
    """Whether the entity holds what was sent, and nothing of what was taken back."""
    theirs = plain(entity)
    gone = [name for name in carried.previous if name not in carried.owned]
    return not agree.changed_fields(theirs, carried.owned) and all(_is_blank(name, theirs.get(name)) for name in gone)


def _is_blank(name: str, value: object) -> bool:
    if name == "Taxable":
        return value is not False  # taken back by writing true
    if isinstance(value, Mapping):
        return all(_is_blank("", part) for key, part in value.items() if key not in ("Id", "Lat", "Long"))
    return value in (None, "", [])


def _inactive_trouble(carried: Carried, entity: wire.Entity) -> Trouble | None:
    return drift.inactive(carried.label, entity) if drift.is_inactive(entity) else None


def _reference_refused(carried: Carried, code: str, referred: Sequence[Referred]) -> Verdict:
    """What is gone or inactive is named. Where all is there, it may have come just now: a few more tries, then held."""
    dead = [text for (kind, ids), entities in referred for text in _dead(kind, ids, entities)]
    if not dead and carried.attempts < REFERENCE_TRIES:
        return Again(LOST_AFTER * 2**carried.attempts, f"refused with {code}, though all that it uses is there")
    what = ", ".join(dead) or "Something that it uses (customer, item or account)"
    return Held(
        Trouble(
            "reference_inactive",
            f"QuickBooks does not take {carried.label}. Made inactive or deleted there: {what}."[:1000],
            "Make it active in QuickBooks, or an Owner or Admin chooses another one in the mapping; then press Push "
            "again.",
            {"code": code},
        )
    )


def _dead(kind: type[wire.Entity], ids: Sequence[str], entities: Sequence[wire.Entity]) -> Iterator[str]:
    what = wire.name_of(kind).lower()
    by_id = {entity.id: entity for entity in entities}
    for entity_id in ids:
        entity = by_id.get(entity_id)
        if entity is None:
            yield f"the {what} with the id {entity_id}"
        elif isinstance(entity, wire.Customer | wire.Item | wire.Account | wire.PaymentMethod):
            name = entity.display_name if isinstance(entity, wire.Customer) else entity.name
            if not wire.given(entity.active, True):
                yield f"the {what} {wire.given(name, entity_id)!r}"


def _number_trouble(carried: Carried, entities: Sequence[wire.Entity]) -> Trouble:
    return Trouble(
        "number_taken",
        f"QuickBooks already has a transaction numbered {carried.number} that is not ours.",
        "Give the invoice another number, or change the number in QuickBooks; then press Push again.",
        {"entity_id": ", ".join(str(wire.given(entity.id, "")) for entity in entities), "number": carried.number},
    )


def _failing_trouble(carried: Carried, code: str) -> Trouble:
    return Trouble(
        "still_failing",
        f"QuickBooks has failed on {carried.label} many times (code {code}).",
        "It is tried again every hour by itself; Push again tries at once. If it stays, send the details to support.",
        {"code": code},
    )
