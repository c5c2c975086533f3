"""Reading before deciding: which queries tell what became of an item, and what their answers mean (pure).

Look-ups go as batches of queries. A create is found by its marker (invoices, payments) or by its name, made at or after
our send; an update, delete or void by id. Found: adopt. Absent: plan anew, or send the same single once more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from bluepro.common.ids import Ids
from bluepro.quickbooks.intents import ENTITY_TYPES
from bluepro.quickbooks.judge import UNKNOWN, accepted, is_name
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.translate import agree, marker, names
from bluepro.quickbooks.translate.owned import plain
from bluepro.quickbooks.work import (
    Again,
    Carried,
    Held,
    Item,
    LookUp,
    NameTaken,
    Purpose,
    Removed,
    Sendable,
    SendAgain,
    Trouble,
    Verdict,
)
from qbo_client import wire

RETRY_SECONDS = 15.0
CLOCK_SLACK = timedelta(minutes=5)  # QuickBooks' clock and ours may differ; its times have whole seconds {F3.1-8}

_EVERY_STATE: wire.Condition = ("Active", "IN", (True, False))
_NAME_LISTS: dict[Kind, tuple[tuple[str, type[wire.Entity], str], ...]] = {
    Kind.CONTACT: (
        ("customer", wire.Customer, "DisplayName"),
        ("vendor", wire.Vendor, "DisplayName"),
        ("employee", wire.Employee, "DisplayName"),
    ),
    Kind.SERVICE: (("item", wire.Item, "Name"),),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What answers depend on: the era of the connection, and whether a name clash is answered beforehand."""

    era: int
    clash_takes_suffix: bool


def plan_look_up(items: Sequence[Item], ids: Ids) -> tuple[Sendable, int]:
    """One batch of queries for as many of `items` as fit, and how many that is."""
    queries: list[wire.BatchItem] = []
    taken = 0
    for position, item in enumerate(items):
        mine = [wire.BatchItem(f"{position}.{part}", query=text) for part, text in enumerate(_queries(item))]
        if len(queries) + len(mine) > wire.MAX_BATCH_ITEMS:
            break
        queries += mine
        taken += 1
    request_id = ids.uuid()
    call = wire.batch(queries, str(request_id))
    return Sendable(request_id, Purpose.LOOK_UP, call, tuple(items[:taken])), taken


def judge_look_up(
    items: Sequence[Item], reply: wire.Reply, rules: Rules
) -> tuple[Verdict, ...] | wire.Fault | wire.Unreadable:
    """What became of each item; a fault of the whole call settles nothing."""
    answers = wire.parse_batch(reply)
    if isinstance(answers, wire.Fault | wire.Unreadable):
        return answers
    return tuple(_verdict(position, item, answers, rules) for position, item in enumerate(items))


def _queries(item: Item) -> list[str]:
    carried = item.carried
    if carried.operation is not wire.Operation.CREATE and not _about_name(item):
        return [_by_id(carried)]
    if is_name(carried.kind):
        return [
            wire.select(kind, [(field, "=", carried.name), _EVERY_STATE])
            for _, kind, field in _NAME_LISTS[carried.kind]
        ]
    if item.code == "6140":
        return [wire.select(wire.Invoice, [("DocNumber", "=", carried.number)])]
    return [_by_marker(carried)]


def _by_id(carried: Carried) -> str:
    where: list[wire.Condition] = [("Id", "=", carried.entity_id)]
    if is_name(carried.kind):
        where.append(_EVERY_STATE)
    return wire.select(ENTITY_TYPES[carried.kind], where)


def _by_marker(carried: Carried) -> str:
    where: list[wire.Condition] = [("CustomerRef", "=", carried.customer), ("TxnDate", "=", carried.day)]
    if carried.kind is Kind.PAYMENT:
        where.append(("TotalAmt", "=", carried.amount))
    return wire.select(ENTITY_TYPES[carried.kind], where)


def _about_name(item: Item) -> bool:
    return item.code == "6240" and is_name(item.carried.kind)


def _verdict(position: int, item: Item, answers: Mapping[str, wire.BatchAnswer], rules: Rules) -> Verdict:
    found: list[tuple[wire.Entity, ...]] = []
    for part in range(len(_queries(item))):
        answer = answers.get(f"{position}.{part}")
        if not isinstance(answer, wire.QueryResult):
            return LookUp(item.code or UNKNOWN, RETRY_SECONDS)
        found.append(tuple(entity for many in answer.entities.values() for entity in many))
    if _about_name(item) or (is_name(item.carried.kind) and item.carried.operation is wire.Operation.CREATE):
        return _judge_name(item, found, rules)
    entities = found[0]
    if item.carried.operation is wire.Operation.CREATE:
        return _judge_created(item, entities, rules)
    return _judge_existing(item, entities[0] if entities else None)


def _judge_created(item: Item, entities: Sequence[wire.Entity], rules: Rules) -> Verdict:
    carried = item.carried
    for entity in entities:
        note = wire.given(entity.private_note, "") if isinstance(entity, wire.Invoice | wire.Payment) else ""
        if marker.find_marker(note, carried.ref, carried.generation, rules.era):
            return accepted(carried, entity)
    if item.code in ("610", "2500"):
        return Held(_reference_trouble(carried, item.code))
    if item.code == "6140":
        return Held(_number_trouble(carried, entities))
    return SendAgain() if item.single else Again(0, "never arrived", attempt=False)


def _judge_name(item: Item, found: Sequence[Sequence[wire.Entity]], rules: Rules) -> Verdict:
    carried = item.carried
    for (holder, _, _), entities in zip(_NAME_LISTS[carried.kind], found, strict=True):
        for entity in entities:
            if _is_ours(item, entity):
                return accepted(carried, entity)
            if entity.id != carried.entity_id:
                return _name_taken(carried, holder, entity, rules)
    if item.code == "6240":
        # Refused, yet nobody to be seen under that name: another spelling, or a list that we cannot query.
        return _name_taken(carried, "unknown", None, rules)
    if item.code in ("610", "2500"):
        return Held(_reference_trouble(carried, item.code))
    return SendAgain() if item.single else Again(0, "never arrived", attempt=False)


def _is_ours(item: Item, entity: wire.Entity) -> bool:
    """Customers and items carry no marker: adopted only if made at or after our send and equal to what was sent."""
    if item.carried.operation is not wire.Operation.CREATE or not isinstance(entity, ENTITY_TYPES[item.carried.kind]):
        return False
    made = wire.given(wire.given(entity.meta_data, wire.MetaData()).create_time, None)
    if made is None or item.committed_at is None or made < item.committed_at - CLOCK_SLACK:
        return False
    return not agree.changed_fields(plain(entity), item.carried.owned)


def _name_taken(carried: Carried, holder: str, entity: wire.Entity | None, rules: Rules) -> NameTaken:
    entity_id = wire.given(entity.id, "") if entity is not None else ""
    if rules.clash_takes_suffix or holder in ("vendor", "employee"):
        return NameTaken(holder, entity_id)
    trouble = Trouble(
        "name_held",
        f"QuickBooks already has a {holder} named {carried.name!r}. Is it the same as {carried.label!r}?",
        "Owner, Admin or Bookkeeper: answer same (it is linked) or not-same (ours gets a suffix).",
        {"entity_id": entity_id, "holder": holder, "name": carried.name},
    )
    return NameTaken(holder, entity_id, trouble)


def _judge_existing(item: Item, entity: wire.Entity | None) -> Verdict:
    """An update, delete or void whose outcome is unknown, or that met a newer sync token {F3.3-4}."""
    carried = item.carried
    if entity is None:
        return _judge_missing(carried)
    token = str(wire.given(entity.sync_token, ""))
    if item.code in ("610", "2500"):
        return Held(_reference_trouble(carried, item.code))
    if carried.operation is wire.Operation.VOID and _is_void(entity):
        return accepted(carried, entity)
    if carried.operation is wire.Operation.UPDATE and token != carried.sync_token and _stands(carried, entity):
        return accepted(carried, entity)
    if token == carried.sync_token:
        return Again(0, "never arrived", attempt=False)
    return _judge_newer(item, entity, token)


def _judge_missing(carried: Carried) -> Verdict:
    if carried.operation is wire.Operation.DELETE:
        return Removed()
    text = f"{carried.label} was deleted in QuickBooks. It is not made again by itself."
    return Held(Trouble("gone_in_quickbooks", text, "Restore it in QuickBooks, or delete it here."))


def _judge_newer(item: Item, entity: wire.Entity, token: str) -> Verdict:
    """Somebody wrote meanwhile. If owned fields of a sale changed, a person decides; else we use the new token."""
    carried = item.carried
    altered = (
        agree.changed_fields(plain(entity), carried.previous) if carried.operation is wire.Operation.UPDATE else ()
    )
    if is_name(carried.kind) or not altered:
        return Again(0, "newer in QuickBooks", sync_token=token)
    text = f"{carried.label} was changed in QuickBooks: {', '.join(altered)}."
    remedy = "Owner, Admin or Bookkeeper: press Push again to write BluePro's values over it."
    return Held(Trouble("changed_in_quickbooks", text, remedy), sync_token=token)


def _stands(carried: Carried, entity: wire.Entity) -> bool:
    return not agree.changed_fields(plain(entity), carried.owned)


def _is_void(entity: wire.Entity) -> bool:
    """A voided transaction has a total of 0 and a note that begins with the word {F3.2-19, F3.2-20}."""
    if not isinstance(entity, wire.Invoice | wire.Payment):
        return False
    return wire.given(entity.total_amt, None) == Decimal(0) and "Voided" in wire.given(entity.private_note, "")


def _reference_trouble(carried: Carried, code: str) -> Trouble:
    return Trouble(
        "reference_inactive",
        f"Something that {carried.label} uses (customer, item or account) was made inactive or deleted in QuickBooks.",
        "Make it active in QuickBooks or choose another one in the mapping; then press Push again.",
        {"code": code},
    )


def _number_trouble(carried: Carried, entities: Sequence[wire.Entity]) -> Trouble:
    return Trouble(
        "number_taken",
        f"QuickBooks already has a transaction numbered {carried.number} that is not ours.",
        "Give the invoice another number, or change the number in QuickBooks; then press Push again.",
        {"entity_id": ", ".join(str(wire.given(entity.id, "")) for entity in entities), "number": carried.number},
    )


def name_key(carried: Carried) -> str:
    """The key under which a held name is remembered."""
    return names.key(carried.name)
