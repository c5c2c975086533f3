"""Reading before deciding: which queries tell what became of an item, and how their answers are put together (pure).

Look-ups go as batches of queries, equal ones once. A create is found by its marker (invoices, payments) or by its name;
an update, delete or void by id. What follows from what was found is decided in `findings`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bluepro.common.ids import Ids
from bluepro.quickbooks.findings import (
    CLOCK_SLACK,
    NAME_LISTS,
    OVERPAID,
    REFERENCES,
    Found,
    Rules,
    about_name,
    finding,
    page,
    reason,
)
from bluepro.quickbooks.intents import ENTITY_TYPES
from bluepro.quickbooks.judge import is_name, support
from bluepro.quickbooks.rulings import Family, ruling, words
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.translate import names
from bluepro.quickbooks.work import Carried, Item, LookUp, Purpose, Sendable, Trouble, Verdict
from qbo_client import wire

RETRY_SECONDS = 15.0
PAGE = wire.MAX_PAGE // wire.MAX_BATCH_ITEMS
"""Rows per query: the queries of one batch give 1,000 in all {BATCH}; more would be cut, and cut is not absent."""

_EVERY_STATE: wire.Condition = ("Active", "IN", (True, False))
_REFERRED: Mapping[str, type[wire.Entity]] = {
    "CustomerRef": wire.Customer,
    "ItemRef": wire.Item,
    "PaymentMethodRef": wire.PaymentMethod,
    "TxnId": wire.Invoice,
}

__all__ = ["RETRY_SECONDS", "Rules", "entities_seen", "judge_look_up", "name_key", "plan_look_up"]


def plan_look_up(items: Sequence[Item], ids: Ids) -> tuple[Sendable, int]:
    """One batch of queries for as many of `items` as fit, and how many that is."""
    bids, parts = _asked(items)
    request_id = ids.uuid()
    call = wire.batch([wire.BatchItem(bid, query=text) for text, bid in bids.items()], str(request_id))
    return Sendable(request_id, Purpose.LOOK_UP, call, tuple(items[: len(parts)])), len(parts)


def judge_look_up(
    items: Sequence[Item], reply: wire.Reply, rules: Rules
) -> tuple[Verdict, ...] | wire.Fault | wire.Unreadable:
    """What became of each item; a fault of the whole call settles nothing."""
    answers = wire.parse_batch(reply)
    if isinstance(answers, wire.Fault | wire.Unreadable):
        return answers
    _, parts = _asked(items)
    return tuple(
        _verdict(item, [answers.get(bid) for bid in mine], rules) for item, mine in zip(items, parts, strict=True)
    )


def entities_seen(items: Sequence[Item], reply: wire.Reply) -> frozenset[tuple[Kind, str]]:
    """The customers, items and payments that the answer shows: what `Rules` must tell about."""
    answers = wire.parse_batch(reply)
    asked = {kind for item in items for kind in _told_about(item)}
    if isinstance(answers, wire.Fault | wire.Unreadable) or not asked:
        return frozenset()
    results = [answer for answer in answers.values() if isinstance(answer, wire.QueryResult)]
    kinds = {wire.name_of(ENTITY_TYPES[kind]): kind for kind in asked}
    return frozenset(
        (kind, wire.given(entity.id, ""))
        for result in results
        for name, kind in kinds.items()
        for entity in result.entities.get(name, ())
    )


def _told_about(item: Item) -> Iterable[Kind]:
    if is_name(item.carried.kind):
        return NAME_LISTS
    paying = item.carried.kind is Kind.PAYMENT and item.carried.operation is not wire.Operation.CREATE
    return (Kind.PAYMENT,) if paying or reason(item) == OVERPAID else ()


def name_key(carried: Carried) -> str:
    """The key under which a held name is remembered."""
    return names.key(carried.name)


def _asked(items: Sequence[Item]) -> tuple[dict[str, str], list[list[str]]]:
    """The bid of each query, and per item, as far as they fit into one batch, the bids of its queries."""
    bids: dict[str, str] = {}
    parts: list[list[str]] = []
    for item in items:
        mine = _queries(item)
        fresh = [text for text in dict.fromkeys(mine) if text not in bids]
        if len(bids) + len(fresh) > wire.MAX_BATCH_ITEMS:
            break
        bids |= {text: f"q{len(bids) + position}" for position, text in enumerate(fresh)}
        parts.append([bids[text] for text in mine])
    return bids, parts


def _queries(item: Item) -> list[str]:
    """What tells of the item itself, then what it refers to if QuickBooks refused that."""
    referred = [_by_ids(kind, ids) for kind, ids in _referred(item).items()]
    return [*_main_queries(item), *referred]


def _main_queries(item: Item) -> list[str]:
    carried, start = item.carried, (page(item) - 1) * PAGE + 1
    if about_name(item):
        lists = NAME_LISTS[carried.kind]
        return [_select(kind, [(field, "=", carried.name), _EVERY_STATE], start) for _, kind, field in lists]
    if reason(item) == OVERPAID:
        return [_select(wire.Payment, [("CustomerRef", "=", carried.customer)], start)]
    if carried.operation is not wire.Operation.CREATE:
        return [_by_ids(ENTITY_TYPES[carried.kind], [carried.entity_id])]
    if reason(item) == "6140":
        return [_select(wire.Invoice, [("DocNumber", "=", carried.number)], start)]
    return list(_by_marker(item, start))


def _by_marker(item: Item, start: int) -> Iterator[str]:
    """Where its marker may be, since notes cannot be asked for {F5.1-6}: what is as it was sent, and what the customer
    got since then, for somebody may have changed the day or the amount meanwhile."""
    carried, kind = item.carried, ENTITY_TYPES[item.carried.kind]
    customer: wire.Condition = ("CustomerRef", "=", carried.customer)
    as_sent: list[wire.Condition] = [customer, ("TxnDate", "=", carried.day)]
    if carried.kind is Kind.PAYMENT:
        as_sent.append(("TotalAmt", "=", carried.amount))
    yield _select(kind, as_sent, start)
    if item.committed_at is not None:
        yield _select(kind, [customer, ("MetaData.CreateTime", ">=", item.committed_at - CLOCK_SLACK)], start)


def _by_ids(kind: type[wire.Entity], ids: Sequence[str]) -> str:
    where: list[wire.Condition] = [("Id", "IN", tuple(ids))]
    if kind not in (wire.Invoice, wire.Payment):
        where.append(_EVERY_STATE)
    return _select(kind, where, 1)


def _select(kind: type[wire.Entity], where: Sequence[wire.Condition], start: int) -> str:
    return wire.select(kind, where, start=start, limit=PAGE)


def _referred(item: Item) -> dict[type[wire.Entity], list[str]]:
    """The ids of what the item refers to, if a reference was refused; a page of each kind at most."""
    asked = reason(item) in REFERENCES | {OVERPAID}
    if not asked or item.carried.operation not in (wire.Operation.CREATE, wire.Operation.UPDATE):
        return {}
    found: dict[type[wire.Entity], dict[str, None]] = {}
    for kind, entity_id in (*_references(item.carried.owned), *_accounts(item.carried)):
        found.setdefault(kind, {})[entity_id] = None
    return {kind: list(ids)[:PAGE] for kind, ids in found.items()}


def _references(value: object) -> Iterator[tuple[type[wire.Entity], str]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            if name in _REFERRED:
                yield _REFERRED[name], str(part["value"] if isinstance(part, Mapping) else part)
            else:
                yield from _references(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _references(part)


def _accounts(carried: Carried) -> Iterator[tuple[type[wire.Entity], str]]:
    yield from ((wire.Account, account) for account in carried.accounts if account)


def _verdict(item: Item, answers: Sequence[wire.BatchAnswer | None], rules: Rules) -> Verdict:
    results = [answer for answer in answers if isinstance(answer, wire.QueryResult)]
    if len(results) < len(answers):
        return _ask_again(item, [answer for answer in answers if isinstance(answer, wire.Fault)])
    rows = [tuple(entity for many in result.entities.values() for entity in many) for result in results]
    own = len(_main_queries(item))
    found = Found(
        rows=tuple(rows[:own]),
        full=any(len(one) >= PAGE for one in rows[:own]),
        referred=tuple(zip(_referred(item).items(), rows[own:], strict=True)),
    )
    return finding(item, found, rules)


def _ask_again(item: Item, faults: Sequence[wire.Fault]) -> LookUp:
    """What cannot be read settles nothing; a refusal that will not pass by itself is told to people."""
    lasting = next((fault for fault in faults if ruling(fault).family in (Family.BUG, Family.NEEDS_FIX)), None)
    if lasting is None:
        return LookUp(item.code or reason(item), RETRY_SECONDS)
    text = f"BluePro cannot find out what became of {item.carried.label}. QuickBooks says: {words(lasting)}"
    remedy = "It is asked again by itself. If this stays, send the details to support."
    return LookUp(
        item.code or reason(item),
        20 * RETRY_SECONDS,
        trouble=Trouble("unknown_outcome", text[:1000], remedy, support(lasting)),
    )
