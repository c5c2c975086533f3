"""Answer or silence -> what becomes of each item of a request, and what it says of the connection (pure).

An unknown outcome is never guessed: it becomes a look-up, due when QuickBooks can no longer be working on the call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bluepro.quickbooks.intents import ENTITY_TYPES
from bluepro.quickbooks.rulings import Family, Ruling, ruling, words
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.translate import agree
from bluepro.quickbooks.translate.carry import pushed_lines
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
MAX_ATTEMPTS = 8
UNKNOWN = "unknown"


SEND_WITHIN = 10.0  # seconds from commit to the first byte; later than that a request is not sent (invariant 5)


@dataclass(frozen=True, slots=True)
class Patience:
    """`unknown_after`: seconds until QuickBooks can no longer be working on a call that got no answer."""

    unknown_after: float

    def look_up(self) -> LookUp:
        """The look-up of an unknown outcome, counted from the commit, since when it was sent is not written down."""
        return LookUp(UNKNOWN, SEND_WITHIN + self.unknown_after, since_commit=True)


def judge(items: Sequence[Item], outcome: Outcome, patience: Patience) -> Judgement:
    """What becomes of a push request's items."""
    if isinstance(outcome, Silence):
        return _silence(items, outcome, patience)
    if outcome.status >= 500 and not _system_fault(outcome):
        return _all(items, patience.look_up())
    if items and not items[0].bid:
        answer = wire.parse_reply(outcome, ENTITY_TYPES[items[0].carried.kind])
        return _single(items[0], answer, patience)
    return _batch(items, wire.parse_batch(outcome), patience)


def accepted(carried: Carried, entity: wire.Entity) -> Accepted:
    """The entity stands; invariant 8: every answer is compared with what was billed, to the cent."""
    return Accepted(
        entity_id=str(wire.given(entity.id, carried.entity_id)),
        sync_token=str(wire.given(entity.sync_token, carried.sync_token)),
        lines=pushed_lines(entity, carried.line_keys) if isinstance(entity, wire.Invoice) else (),
        voided=carried.operation is wire.Operation.VOID,
        trouble=_amount_trouble(carried, entity),
    )


def _amount_trouble(carried: Carried, entity: wire.Entity) -> Trouble | None:
    if carried.expected is None or not isinstance(entity, wire.Invoice | wire.Payment):
        return None
    found = agree.differences(entity, carried.expected)
    if not found:
        return None
    figures = "; ".join(f"{one.what}: {one.ours} here, {one.theirs} in QuickBooks" for one in found)
    return Trouble(
        "amount_differs",
        f"QuickBooks booked {carried.label} with other figures than billed: {figures}.",
        "Compare the sales tax and discount settings in QuickBooks; payments wait. Then press Push again.",
    )


def _silence(items: Sequence[Item], silence: Silence, patience: Patience) -> Judgement:
    if silence.maybe_done:
        return _all(items, patience.look_up())
    return _all(items, Again(5, silence.reason, attempt=False), whole=Whole.WAIT, pause=5)


def _all(items: Sequence[Item], verdict: Verdict, whole: Whole = Whole.FINE, pause: float = 0) -> Judgement:
    return Judgement(tuple(verdict for _ in items), whole, pause)


def _system_fault(reply: wire.Reply) -> bool:
    """500 with a code of QuickBooks' own is judged by that code; any other 5xx says nothing about the outcome."""
    return bool(wire.parse_fault(reply.status, reply.body, reply.tid).codes)


def _single(item: Item, answer: wire.BatchAnswer, patience: Patience) -> Judgement:
    if isinstance(answer, wire.Fault):
        whole = _whole(answer, [item])
        if whole is not None:
            return whole
    return Judgement((_verdict(item, answer, patience),))


def _batch(
    items: Sequence[Item], answers: Mapping[str, wire.BatchAnswer] | wire.Fault | wire.Unreadable, patience: Patience
) -> Judgement:
    if isinstance(answers, wire.Unreadable):
        return _all(items, patience.look_up())
    if isinstance(answers, wire.Fault):
        whole = _whole(answers, items)
        return whole or Judgement(tuple(_verdict(item, answers, patience) for item in items))
    return Judgement(tuple(_verdict(item, answers.get(item.bid), patience) for item in items))


def _whole(fault: wire.Fault, items: Sequence[Item]) -> Judgement | None:
    """What a fault of the whole call says of the connection; None if it is about the items."""
    if fault.throttled:
        return _all(items, Again(0, "throttled", attempt=False), Whole.THROTTLED, THROTTLE_PAUSE)
    if fault.status == 401 and not set(fault.codes) & {"120"}:
        return _all(items, Again(0, "token", attempt=False), Whole.TOKEN)
    if fault.status == 413 or "1040" in fault.codes:
        return _all(items, Again(0, "batch too large", attempt=False), Whole.WAIT)
    rule = ruling(fault)
    if rule.family is Family.RECONNECT:
        trouble = Trouble(rule.cause, rule.text, rule.remedy, support(fault))
        return Judgement(_all(items, Again(0, rule.cause, attempt=False)).verdicts, Whole.LOST, trouble=trouble)
    if rule.cause in ("moving", "company_locked", "maintenance"):
        return _all(items, Again(rule.after, rule.cause, attempt=False), Whole.WAIT, rule.after)
    return None


def _verdict(item: Item, answer: wire.BatchAnswer | None, patience: Patience) -> Verdict:
    carried = item.carried
    match answer:
        case wire.Fault():
            return fault_verdict(carried, answer, patience)
        case wire.Deleted() if carried.operation is wire.Operation.DELETE:
            return Removed()
        case wire.Customer() | wire.Item() | wire.Invoice() | wire.Payment() if _is_answer_to(carried, answer):
            return accepted(carried, answer)
        case _:
            return patience.look_up()


def _is_answer_to(carried: Carried, entity: wire.Entity) -> bool:
    """Whether the entity is of our kind, and the one we wrote: an answer about another id settles nothing."""
    entity_id = wire.given(entity.id, "")
    if not entity_id or not isinstance(entity, ENTITY_TYPES[carried.kind]):
        return False
    return carried.operation is wire.Operation.CREATE or entity_id == carried.entity_id


def fault_verdict(carried: Carried, fault: wire.Fault, patience: Patience) -> Verdict:
    """What a fault about one item means for it."""
    rule = ruling(fault)
    if rule.cause == "amount_product" and not carried.amount_only:
        return Again(0, "6070: sent again with amounts only", amount_only=True)
    if rule.family is Family.RESOLVE:
        code = next(code for code in fault.codes if code != "6000")
        return patience.look_up() if rule.cause == UNKNOWN else LookUp(code)
    if rule.family in (Family.RETRY, Family.RECONNECT) and carried.attempts < MAX_ATTEMPTS:
        return Again(rule.after * 2 ** min(carried.attempts, 6), rule.cause)
    return Held(_trouble(rule, fault))


def _trouble(rule: Ruling, fault: wire.Fault) -> Trouble:
    text = f"{rule.text or 'QuickBooks refuses this record.'} QuickBooks says: {words(fault)}"
    return Trouble(rule.cause, text[:1000], rule.remedy, support(fault))


def support(fault: wire.Fault) -> dict[str, str]:
    """Details for support: codes, element, QuickBooks' words and the id of the answer."""
    elements = ", ".join(error.element for error in fault.errors if error.element)
    return {"code": ", ".join(fault.codes), "element": elements, "words": words(fault), "intuit_tid": fault.tid}


def is_name(kind: Kind) -> bool:
    """Whether the kind lives in QuickBooks' lists of names."""
    return kind in (Kind.CONTACT, Kind.SERVICE)
