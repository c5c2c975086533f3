"""Answer or silence -> what becomes of each item of a request, and what it says of the connection (pure).

An unknown outcome is never guessed: it becomes a look-up, due when QuickBooks can no longer be working on the call.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from bluepro.common.money import ZERO
from bluepro.common.words import dollars
from bluepro.quickbooks import drift, rulings, together
from bluepro.quickbooks.intents import ENTITY_TYPES
from bluepro.quickbooks.rulings import Family, Ruling, words
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.translate import agree, marker, names
from bluepro.quickbooks.translate.carry import pushed_lines
from bluepro.quickbooks.translate.outcome import Expected
from bluepro.quickbooks.work import (
    Accepted,
    Again,
    Carried,
    Held,
    Item,
    Judgement,
    LookUp,
    Outcome,
    Removed,
    Silence,
    Trouble,
    Verdict,
    Whole,
)
from qbo_client import wire

THROTTLE_PAUSE = 60.0  # {F1.2-1}
MAX_ATTEMPTS = 8  # after so many failures a person is told; it goes on, but slowly
SLOW = 3600.0
AMOUNT_DIFFERS = "amount_differs"  # the cause of the problem with other figures than billed
TAX_NOT_CHARGED = "tax_not_charged"  # the same, where just the tax is missing
UNKNOWN = "unknown"
SEND_WITHIN = 10.0  # seconds from commit to the first byte; later than that a request is not sent (invariant 5)

_SAID_BY_QUICKBOOKS = frozenset({"3001", "130", "140", "150", "6190"})  # what a 5xx can say besides "I failed"
_PASSES_BY_ITSELF = frozenset({"moving", "company_locked", "maintenance", "subscription"})  # told of, if lasting
_RENEWED_FIRST = frozenset({"token", "token_missing", "not_signed_in"})  # only if a new token is refused, it is lost
_OUTCOME_OPEN = frozenset({"600", "630", "10000"})  # something may be done, or still be under way


@dataclass(frozen=True, slots=True)
class Patience:
    """`unknown_after`: seconds until QuickBooks can no longer be working on a call that got no answer."""

    unknown_after: float

    def look_up(self, code: str = UNKNOWN) -> LookUp:
        """The look-up of an unknown outcome, counted from the commit, since when it was sent is not written down."""
        return LookUp(code, SEND_WITHIN + self.unknown_after, since_commit=True)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a fault says of the whole connection, and what its items do."""

    whole: Whole
    again: Again
    pause: float = 0
    trouble: Trouble | None = None


def judge(items: Sequence[Item], outcome: Outcome, patience: Patience) -> Judgement:
    """What becomes of a push request's items."""
    if isinstance(outcome, Silence):
        return _silence(items, outcome, patience)
    if _says_nothing(outcome):
        return _all(items, patience.look_up())
    if items and not items[0].bid:
        answer = wire.parse_reply(outcome, ENTITY_TYPES[items[0].carried.kind])
        return _judged(items, {"": answer}, patience)
    answers = wire.parse_batch(outcome)
    if isinstance(answers, wire.Unreadable):
        return _all(items, patience.look_up())
    if isinstance(answers, wire.Fault):
        return _refused_call(items, answers, patience)
    return _judged(items, answers, patience)


def accepted(carried: Carried, entity: wire.Entity) -> Accepted:
    """The entity stands; invariant 8: every answer is compared with what was billed, to the cent."""
    trouble = _amount_trouble(carried, entity)
    return Accepted(
        entity_id=str(wire.given(entity.id, carried.entity_id)),
        sync_token=str(wire.given(entity.sync_token, carried.sync_token)),
        lines=pushed_lines(entity, carried.line_keys) if isinstance(entity, wire.Invoice) else (),
        voided=carried.operation is wire.Operation.VOID and trouble is None,
        trouble=trouble,
        done_at=drift.changed_at(entity),
        paid_up=carried.operation is wire.Operation.UPDATE and _is_paid_up(entity),
    )


def _is_paid_up(entity: wire.Entity) -> bool:
    return isinstance(entity, wire.Invoice) and wire.given(entity.balance, None) == ZERO


def _amount_trouble(carried: Carried, entity: wire.Entity) -> Trouble | None:
    if carried.expected is None or not isinstance(entity, wire.Invoice | wire.Payment):
        return None
    found = agree.differences(entity, carried.expected)
    if not found:
        return None
    if _untaxed(entity, carried.expected):
        return _not_taxed(carried, carried.expected.tax or ZERO)
    figures = "; ".join(f"{one.what}: {one.ours} here, {one.theirs} in QuickBooks" for one in found)
    return Trouble(
        AMOUNT_DIFFERS,
        f"QuickBooks booked {carried.label} with other figures than billed: {figures}.",
        "Compare the sales tax and discount settings in QuickBooks; payments wait. Then press Push again.",
    )


def _untaxed(entity: wire.Entity, expected: Expected) -> bool:
    """Whether the tax of an invoice is what is missing, all of it."""
    if not isinstance(entity, wire.Invoice) or not expected.tax:
        return False
    billed = replace(expected, total=expected.total - expected.tax, tax=ZERO, taxable_base=None)
    return not agree.differences(entity, billed)


def _not_taxed(carried: Carried, tax: Decimal) -> Trouble:
    return Trouble(
        TAX_NOT_CHARGED,
        f"{carried.label} bears {dollars(tax)} of sales tax here, and QuickBooks charged none: there the customer is "
        "exempt, or no tax is set up for the place. Payments wait.",
        "Say on the contact that it is exempt and correct the invoice, or set the tax up in QuickBooks (an exemption "
        "that somebody gave there is never removed by BluePro); then press Push again.",
    )


def _silence(items: Sequence[Item], silence: Silence, patience: Patience) -> Judgement:
    if silence.maybe_done:
        return _all(items, patience.look_up())
    return _all(items, Again(5, silence.reason, attempt=False), whole=Whole.WAIT, pause=5)


def _all(
    items: Sequence[Item],
    verdict: Verdict,
    whole: Whole = Whole.FINE,
    pause: float = 0,
    trouble: Trouble | None = None,
) -> Judgement:
    return Judgement(tuple(verdict for _ in items), whole, pause, trouble)


def _says_nothing(reply: wire.Reply) -> bool:
    """Whether an answer leaves open what was done: a time-out, a 5xx but for a few codes, or a status of no meaning."""
    if reply.status == 200:
        return False
    codes = set(wire.parse_fault(reply.status, reply.body, reply.tid).codes)
    if reply.status >= 500 or reply.status == 408:
        return not codes & {*_SAID_BY_QUICKBOOKS, rulings.SYSTEM_FAILURE}
    return reply.status < 400 and not codes


def _refused_call(items: Sequence[Item], fault: wire.Fault, patience: Patience) -> Judgement:
    """A batch refused as a whole: if it may be for the sake of one item, they go again in ever smaller batches."""
    said = _said(fault)
    if said is not None:
        return _all(items, said.again, said.whole, said.pause, said.trouble)
    code, _ = rulings.found(fault)
    if len(items) > 1 and code not in _OUTCOME_OPEN:
        return _all(items, Again(0, f"refused together: {words(fault)}"))
    return Judgement(tuple(fault_verdict(item.carried, fault, patience) for item in items))


def _judged(items: Sequence[Item], answers: Mapping[str, wire.BatchAnswer], patience: Patience) -> Judgement:
    """Item by item; a fault of one that is about the connection counts for the connection."""
    mixed_up = frozenset(_mixed_up(items, answers))
    verdicts = [
        patience.look_up() if item.bid in mixed_up else _verdict(item.carried, answers.get(item.bid), patience)
        for item in items
    ]
    faults = [answer for answer in answers.values() if isinstance(answer, wire.Fault)]
    said = next((said for fault in faults if (said := _said(fault)) is not None), None)
    if said is None:
        return Judgement(tuple(verdicts))
    return Judgement(tuple(verdicts), said.whole, said.pause, said.trouble)


def _mixed_up(items: Sequence[Item], answers: Mapping[str, wire.BatchAnswer]) -> Iterator[str]:
    """The bids whose answers cannot be told apart: two with one entity, or one with another item's name."""
    times = Counter(_entity_key(answers.get(item.bid)) for item in items)
    ours = {names.key(item.carried.name) for item in items if is_name(item.carried.kind)}
    for item in items:
        answer = answers.get(item.bid)
        key = _entity_key(answer)
        shared = key is not None and times[key] > 1
        anothers = is_name(item.carried.kind) and _name_key(answer) in ours - {names.key(item.carried.name)}
        if shared or anothers:
            yield item.bid


def _entity_key(answer: wire.BatchAnswer | None) -> tuple[str, str] | None:
    if not isinstance(answer, wire.Customer | wire.Item | wire.Invoice | wire.Payment):
        return None
    entity_id = wire.given(answer.id, "")
    return (wire.name_of(type(answer)), entity_id) if entity_id else None


def _name_key(answer: wire.BatchAnswer | None) -> str:
    match answer:
        case wire.Customer():
            return names.key(wire.given(answer.display_name, ""))
        case wire.Item():
            return names.key(wire.given(answer.name, ""))
        case _:
            return ""


def _said(fault: wire.Fault) -> _Said | None:
    """What a fault says of the connection; None if it is about items."""
    if fault.throttled:
        return _Said(Whole.THROTTLED, Again(0, "throttled", attempt=False), THROTTLE_PAUSE)
    rule = _of_connection(fault)
    again = Again(0, rule.cause, attempt=False)
    trouble = _connection_trouble(rule, fault) if rule.family is Family.RECONNECT else None
    if trouble and rule.cause in _RENEWED_FIRST:
        return _Said(Whole.TOKEN, again, trouble=trouble)
    if rule.cause in _PASSES_BY_ITSELF or (fault.status == 404 and not trouble):
        return _Said(Whole.WAIT, again, rule.after, trouble)
    return _Said(Whole.LOST, again, trouble=trouble) if trouble else None


def _of_connection(fault: wire.Fault) -> Ruling:
    """The fault's ruling; where a gateway refuses without a code that we know, the status says which it is {F9.2-4}."""
    if not any(code in rulings.RULINGS for code in fault.codes):
        by_status = {401: "3200", 403: "3100"}
        if fault.status in by_status:
            return rulings.RULINGS[by_status[fault.status]]
    return rulings.ruling(fault)


def _connection_trouble(rule: Ruling, fault: wire.Fault) -> Trouble:
    return Trouble(rule.cause, rule.text, rule.remedy, support(fault))


def _verdict(carried: Carried, answer: wire.BatchAnswer | None, patience: Patience) -> Verdict:
    match answer:
        case wire.Fault():
            return fault_verdict(carried, answer, patience)
        case wire.Deleted() if carried.operation is wire.Operation.DELETE and answer.id in ("", carried.entity_id):
            return Removed()
        case wire.Customer() | wire.Item() | wire.Invoice() | wire.Payment() if _is_answer_to(carried, answer):
            return accepted(carried, answer)
        case _:
            return patience.look_up()


def _is_answer_to(carried: Carried, entity: wire.Entity) -> bool:
    """Whether the entity is of our kind, and the one we wrote: an answer about another one settles nothing."""
    entity_id = wire.given(entity.id, "")
    if not entity_id or not isinstance(entity, ENTITY_TYPES[carried.kind]):
        return False
    if carried.operation is wire.Operation.DELETE:
        return False  # the answer to a delete is a trace, not an entity {F3.2-5}
    if carried.operation is not wire.Operation.CREATE:
        return entity_id == carried.entity_id
    return not isinstance(entity, wire.Invoice | wire.Payment) or not _marked_as_another(carried, entity)


def _marked_as_another(carried: Carried, entity: wire.Invoice | wire.Payment) -> bool:
    mark = marker.read_marker(wire.given(entity.private_note, ""))
    return mark is not None and (mark.ref, mark.generation) != (carried.ref, carried.generation)


def fault_verdict(carried: Carried, fault: wire.Fault, patience: Patience) -> Verdict:
    """What a fault about one item means for it."""
    said = _said(fault)
    if said is not None:
        return said.again
    code, rule = rulings.found(fault)
    if rule.cause == "amount_product" and not carried.amount_only:
        return Again(0, "6070: sent again with amounts only", amount_only=True)
    if rule.family is Family.RESOLVE:
        return patience.look_up(code) if code in _OUTCOME_OPEN else LookUp(code)
    if rule.family is Family.RETRY:
        return failed_again(carried, rule.after, rule.cause, _still_failing(carried, words(fault), support(fault)))
    return Held(_as_member(carried, _trouble(rule, fault)))


def _as_member(carried: Carried, trouble: Trouble) -> Trouble:
    """What people are asked about many records at once also says what this one is worth."""
    if not together.is_together(trouble.cause) or not carried.day:
        return trouble
    worth = together.member_detail(carried.amount, date.fromisoformat(carried.day), pushed=bool(carried.entity_id))
    return replace(trouble, detail={**trouble.detail, **worth})


def failed_again(carried: Carried, after: float, reason: str, trouble: Trouble, sync_token: str = "") -> Again:
    """Another try, each later than the one before; a person hears of it once it has failed many times."""
    if carried.attempts < MAX_ATTEMPTS:
        return Again(after * 2 ** min(carried.attempts, 6), reason, sync_token=sync_token)
    return Again(SLOW, reason, attempt=False, sync_token=sync_token, trouble=trouble)


def _still_failing(carried: Carried, said: str, detail: Mapping[str, str]) -> Trouble:
    return Trouble(
        "still_failing",
        f"QuickBooks has failed on {carried.label} many times. It says: {said}"[:1000],
        "It is tried again every hour by itself; Push again tries at once. If it stays, send the details to support.",
        detail,
    )


def _trouble(rule: Ruling, fault: wire.Fault) -> Trouble:
    text = f"{rule.text} QuickBooks says: {words(fault)}"
    return Trouble(rule.cause, text[:1000], rule.remedy, support(fault))


def support(fault: wire.Fault) -> dict[str, str]:
    """Details for support: codes, element, QuickBooks' words and the id of the answer."""
    elements = ", ".join(error.element for error in fault.errors if error.element)
    return {"code": ", ".join(fault.codes), "element": elements, "words": words(fault), "intuit_tid": fault.tid}


def is_name(kind: Kind) -> bool:
    """Whether the kind lives in QuickBooks' lists of names."""
    return kind in (Kind.CONTACT, Kind.SERVICE)
