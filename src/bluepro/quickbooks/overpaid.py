"""A payment larger than what is open in QuickBooks, because somebody applied money there: what is asked (pure).

What people apply to our invoices in QuickBooks is theirs and is never removed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bluepro.common.money import ZERO
from bluepro.common.words import day_in_words, dollars
from bluepro.quickbooks.choices import LARGER_THAN_OPEN
from bluepro.quickbooks.drift import changed_at, is_next
from bluepro.quickbooks.translate import marker
from bluepro.quickbooks.work import Carried, Trouble
from qbo_client import wire

Writes = Mapping[str, Sequence[datetime | None]]
"""By the id of an invoice, when we wrote to it, by QuickBooks' clock; None for a write whose outcome is open."""
TOGETHER = timedelta(seconds=2)  # what QuickBooks does in one go bears one time, or the next whole second [I]


def larger_than_open(
    carried: Carried, invoices: Sequence[wire.Entity], payments: Sequence[wire.Entity]
) -> Trouble | None:
    """The question, or None if as much is open as this payment pays: then it was something else, or has passed."""
    before, ours = _freed(carried, payments), _applied(carried.owned)
    open_there = {
        one.id: wire.given(one.balance, ZERO) + before.get(wire.given(one.id, ""), ZERO)
        for one in invoices
        if isinstance(one, wire.Invoice)
    }
    fitting = {entity_id: min(amount, open_there.get(entity_id, amount)) for entity_id, amount in ours.items()}
    over = {entity_id for entity_id, amount in ours.items() if amount > fitting[entity_id]}
    if not over:
        return None
    theirs = [one for one in payments if isinstance(one, wire.Payment) and _is_theirs(one) and _pays(one) & over]
    same = [one for one in theirs if wire.given(one.total_amt, ZERO) == carried.amount]
    text = f"{carried.label} is larger than what is still open on its invoice in QuickBooks. {_received(theirs)}"
    detail: dict[str, Any] = {
        "applied": {entity_id: str(amount) for entity_id, amount in fitting.items()},
        "choices": ["same", "credit", "leave"] if len(same) == 1 and not carried.entity_id else ["credit", "leave"],
    }
    if len(same) == 1:
        detail |= {"entity_id": wire.given(same[0].id, ""), "sync_token": wire.given(same[0].sync_token, "")}
    remedy = "Owner, Admin or Bookkeeper: say whether this is the same money. What was applied there stays there."
    return Trouble(LARGER_THAN_OPEN, text[:1000], remedy, detail)


def in_the_way(
    payments: Iterable[wire.Entity], allocated: Mapping[str, Mapping[str, Decimal]], carried: Carried
) -> list[wire.Payment]:
    """Those of these payments that pay more of an invoice that `carried` is to pay than they do here (`allocated`)."""
    ours = set(_applied(carried.owned))
    return [
        one
        for one in payments
        if isinstance(one, wire.Payment)
        and one.id != carried.entity_id
        and (here := allocated.get(wire.given(one.id, ""))) is not None
        and any(paid > here.get(invoice, ZERO) for invoice, paid in _paid(one).items() if invoice in ours)
    ]


def waits_for(carried: Carried, others: Sequence[wire.Payment]) -> Trouble:
    """What people are told once `others`, payments of ours that are to change or go, have been in the way for long."""
    text = (
        f"{carried.label} does not fit on its invoice in QuickBooks yet. What was changed or deleted here still stands "
        f"on it there: {' and '.join(_each(others))}."
    )
    remedy = (
        "See under Problems what that one or its invoice waits for. Once it has gone, this one is sent within an hour, "
        "or at once with Push again. If the two trade their invoices, delete one here and enter it anew."
    )
    return Trouble("waits_for_payment", text[:1000], remedy)


def _freed(carried: Carried, payments: Sequence[wire.Entity]) -> Mapping[str, Decimal]:
    """What the payment itself pays of which invoice in QuickBooks now, which its new lines take the place of.

    As it stands there: somebody may have taken it off an invoice since our last push.
    """
    for one in payments:
        if isinstance(one, wire.Payment) and carried.entity_id and one.id == carried.entity_id:
            return _paid(one)
    return _applied(carried.previous)


def _paid(payment: wire.Payment) -> Mapping[str, Decimal]:
    paid = defaultdict[str, Decimal](Decimal)
    for line in wire.given(payment.line, ()):
        for link in wire.given(line.linked_txn, ())[:1]:
            paid[wire.given(link.txn_id, "")] += wire.given(line.amount, ZERO)
    return paid


def _applied(owned: Mapping[str, object]) -> Mapping[str, Decimal]:
    """What a payment pays of which invoice, from its owned fields."""
    lines = owned.get("Line")
    return {
        str(link["TxnId"]): Decimal(str(line["Amount"]))
        for line in (lines if isinstance(lines, Iterable) else ())
        for link in line["LinkedTxn"]
    }


def is_only_applied_less(fields: Iterable[str], entity: wire.Entity, owned: Mapping[str, object]) -> bool:
    """Whether a payment differs from `owned` (all else equal: `fields` names what differs) just by being applied less.

    QuickBooks does so by itself when an invoice is lowered below what was paid on it {F7.3-32}.
    """
    if not isinstance(entity, wire.Payment) or set(fields) != {"Line"}:
        return False
    before = _applied(owned)
    return all(amount <= before.get(invoice, ZERO) for invoice, amount in _paid(entity).items())


def is_by_our_invoice(
    fields: Iterable[str], entity: wire.Entity, owned: Mapping[str, object], token: str, writes: Writes
) -> bool:
    """The same in a single change since the sync token `token`, made just when our write to those invoices was done.

    Which of an invoice's payments gives way is QuickBooks' choice: it need not be the one that changes here.
    """
    at, theirs = changed_at(entity), str(wire.given(entity.sync_token, ""))
    if at is None or not is_next(theirs, token) or not is_only_applied_less(fields, entity, owned):
        return False
    less = _applied_less(entity, owned)
    return bool(less) and all(_is_near(at, writes.get(invoice, ())) for invoice in less)


def _applied_less(entity: wire.Entity, owned: Mapping[str, object]) -> list[str]:
    paid = _paid(entity) if isinstance(entity, wire.Payment) else {}
    return [invoice for invoice, amount in _applied(owned).items() if paid.get(invoice, ZERO) < amount]


def _is_near(at: datetime, times: Iterable[datetime | None]) -> bool:
    return any(one is not None and abs(at - one) <= TOGETHER for one in times)


def _is_theirs(payment: wire.Payment) -> bool:
    return marker.read_marker(wire.given(payment.private_note, "")) is None


def _pays(payment: wire.Payment) -> set[str]:
    return set(_paid(payment))


def _received(theirs: Sequence[wire.Payment]) -> str:
    if not theirs:
        return "A credit or another change there has lowered it."
    return f"QuickBooks already shows {' and '.join(_each(theirs))}."


def _each(theirs: Sequence[wire.Payment]) -> Iterator[str]:
    for one in theirs[:5]:
        day = wire.given(one.txn_date, None)
        yield f"{dollars(wire.given(one.total_amt, ZERO))} received{f' on {day_in_words(day)}' if day else ''}"
