"""Drift: what somebody did to an entity in QuickBooks, told from what QuickBooks does by itself (pure).

Only owned fields count: a balance, a link or the metadata of an entity move without anybody's doing. What we pushed
last, what any request of ours carried that may have been done late, and what a person accepted as it is are ours.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from bluepro.common.words import dollars
from bluepro.quickbooks.choices import CHANGED, CHANGED_BEFORE_REMOVAL, DRIFT, GONE, INACTIVE, VOIDED
from bluepro.quickbooks.field_words import FIELDS
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.translate import agree
from bluepro.quickbooks.translate.lines import DISCOUNT, SUBTOTAL
from bluepro.quickbooks.translate.owned import plain
from bluepro.quickbooks.work import Trouble
from qbo_client import wire

Owned = Mapping[str, object]
Altered = dict[str, tuple[Any, Any]]  # Any: JSON; by field, what it was by us and what it is there

DELETED = "deleted"  # stands for the sync token of what is gone
UNTOUCHED = "0"  # the sync token of what nobody has written since it was made {F3.3-1}
_TOKEN_DIGITS = 18


def altered(entity: wire.Entity, states: Sequence[Owned]) -> Altered:
    """The owned fields of `entity` that are as in none of `states`; told against the first one, the last push.

    Empty if the entity as a whole is as in one of them.
    """
    theirs = plain(entity)
    found = [agree.changed_fields(theirs, state) for state in states]
    if not found or not all(found):
        return {}
    return {name: (states[0].get(name), _kept(name, theirs.get(name))) for name in found[0]}


def here(fields: Mapping[str, Sequence[Any]], owned: Owned) -> Altered:
    """The same fields, told against what they are here now: a person decides between that and what is there."""
    return {name: (owned.get(name), theirs) for name, (_, theirs) in fields.items()}


def as_sent(owned: Owned, fields: Mapping[str, Sequence[Any]]) -> dict[str, object]:
    """`owned` as if `fields` had been sent as they are here: only another change here is another value."""
    told = {name: ours for name, (ours, _) in fields.items()}
    return {name: value for name, value in {**owned, **told}.items() if value is not None}


def accepted(fields: Mapping[str, Sequence[Any]]) -> dict[str, object]:
    """What is there by somebody else's hand, of `fields` as JSON: to be taken for right from now on."""
    return {name: theirs for name, (_, theirs) in fields.items()}


def _kept(name: str, theirs: object) -> object:
    """The value as it is compared later: lines without subtotals, the discount last."""
    if name != "Line" or not isinstance(theirs, list):
        return theirs
    lines = [line for line in theirs if line.get("DetailType") != SUBTOTAL]
    return sorted(lines, key=lambda line: line.get("DetailType") == DISCOUNT)


def is_newer(theirs: str, ours: str) -> bool:
    """Whether a sync token is later than another {F3.3-1}; what is no number counts as newer if it differs."""
    if theirs.isdecimal() and ours.isdecimal() and len(theirs) <= _TOKEN_DIGITS:
        return int(theirs) > int(ours)
    return theirs != ours


def is_next(theirs: str, ours: str) -> bool:
    """Whether a sync token is the one after another: a single change lies between them {F3.3-1}."""
    return theirs.isdecimal() and ours.isdecimal() and len(theirs) <= _TOKEN_DIGITS and int(theirs) == int(ours) + 1


def changed_at(entity: wire.Entity) -> datetime | None:
    """When QuickBooks last changed it, by its own clock."""
    return wire.given(wire.given(entity.meta_data, wire.MetaData()).last_updated_time, None)


def is_void(entity: wire.Entity) -> bool:
    """A voided transaction has a total of 0 and a note that begins with the word {F3.2-19, F3.2-20}."""
    if not isinstance(entity, wire.Invoice | wire.Payment):
        return False
    return wire.given(entity.total_amt, None) == Decimal(0) and "Voided" in wire.given(entity.private_note, "")


def is_inactive(entity: wire.Entity) -> bool:
    """Whether a customer or an item was made inactive."""
    return isinstance(entity, wire.Customer | wire.Item) and not wire.given(entity.active, True)


def asked_token(trouble: Trouble) -> str:
    """The sync token that a question about a change there is about; "" for troubles of another kind."""
    return str(trouble.detail.get("sync_token", DELETED)) if trouble.cause in DRIFT else ""


_DECIDE = "Owner, Admin or Bookkeeper: choose what counts."


def changed(label: str, entity: wire.Entity, fields: Altered) -> Trouble:
    """Somebody changed owned fields of a sale."""
    if is_void(entity):
        return voided(label, entity)
    text = f"{label} was changed in QuickBooks: {described(entity, fields)}."
    return Trouble(CHANGED, text[:1000], _DECIDE, _detail(entity, fields))


def changed_before_removal(label: str, entity: wire.Entity, fields: Altered) -> Trouble:
    """Somebody changed owned fields of what is to be deleted or voided there."""
    text = f"{label} is to be removed from QuickBooks, but was changed there: {described(entity, fields)}."
    return Trouble(CHANGED_BEFORE_REMOVAL, text[:1000], _DECIDE, _detail(entity, fields))


def voided(label: str, entity: wire.Entity) -> Trouble:
    """Somebody voided a sale."""
    text = f"{label} was voided in QuickBooks. It is not made again by itself."
    remedy = "Cancel or delete it here too; or, Owner, Admin or Bookkeeper: have it made anew, or leave it void."
    return Trouble(VOIDED, text, remedy, _detail(entity, {}))


def gone(label: str, entity_id: str) -> Trouble:
    """Somebody deleted it, or merged it into another one."""
    text = f"{label} was deleted or merged in QuickBooks. It is not made again by itself."
    remedy = "Delete it here too; or, Owner, Admin or Bookkeeper: have it made anew, or leave it out."
    return Trouble(GONE, text, remedy, {"entity_id": entity_id})


def inactive(label: str, entity: wire.Entity) -> Trouble:
    """Somebody made a customer or an item inactive."""
    text = f"{label} was made inactive in QuickBooks, which takes nothing for it any more."
    remedy = "Someone makes it active in QuickBooks; then, Owner, Admin or Bookkeeper: say so, or leave it inactive."
    return Trouble(INACTIVE, text, remedy, _detail(entity, {}))


def described(entity: wire.Entity, fields: Altered) -> str:
    """The fields in people's words, with both values where these can be read."""
    return ", ".join(_described(name, ours, theirs, entity) for name, (ours, theirs) in fields.items())


def _described(name: str, ours: object, theirs: object, entity: wire.Entity) -> str:
    word = FIELDS.get(name, name)
    if name == "Line" and isinstance(entity, wire.Invoice):
        return f"{word} (it comes to {dollars(wire.given(entity.total_amt, Decimal(0)))} there)"
    if all(isinstance(one, str | None) for one in (ours, theirs)):
        return f"{word} ({ours or 'none'} here, {theirs or 'none'} there)"
    return word


def _detail(entity: wire.Entity, fields: Altered) -> dict[str, Any]:  # Any: JSON
    return {
        "entity_id": wire.given(entity.id, ""),
        "sync_token": str(wire.given(entity.sync_token, "")),
        "fields": {name: list(pair) for name, pair in fields.items()},
    }


def restated(owned: Owned, accepted_there: Owned) -> tuple[Owned, ...]:
    """The states that count as ours: the last push, and the same with what a person accepted as it is there."""
    return (owned, {**owned, **accepted_there}) if accepted_there else (owned,)


def is_asked_about(kind: Kind) -> bool:
    """Names and contact details are BluePro's; an amount, date, customer, tax or line of a sale is asked about."""
    return kind in (Kind.INVOICE, Kind.PAYMENT)
