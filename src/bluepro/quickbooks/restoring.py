"""After a restored backup: which entities are those of records that do not know it, and whether they agree (pure).

What was sent after the backup is found by the marker; whether the record here is what was sent is seen by comparing
field by field. What differs, or is marked and has no record, cannot be known here: a person is told.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bluepro.common.money import ZERO
from bluepro.common.words import day_in_words, dollars
from bluepro.quickbooks import drift
from bluepro.quickbooks.choices import CHANGED
from bluepro.quickbooks.intents import Naming, Write, intent
from bluepro.quickbooks.judge import accepted
from bluepro.quickbooks.seen import Changed
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.surprise import guarded
from bluepro.quickbooks.translate import marker
from bluepro.quickbooks.work import Candidate, Carried, Held, Item, Trouble, Verdict, Work
from qbo_client import wire

UNKNOWN_HERE = "unknown_after_restore"
LISTED = 20  # so many are named


@dataclass(frozen=True, slots=True)
class Marked:
    """An invoice or a payment with a marker of ours."""

    kind: Kind
    entity: wire.Invoice | wire.Payment
    mark: marker.Marker

    @property
    def entity_id(self) -> str:
        """Its id in QuickBooks."""
        return wire.given(self.entity.id, "")

    @property
    def token(self) -> str:
        """Its sync token."""
        return str(wire.given(self.entity.sync_token, ""))


def marked(entities: Iterable[Changed]) -> Iterator[Marked]:
    """The sales that carry a marker."""
    for entity in entities:
        if isinstance(entity, wire.Invoice | wire.Payment):
            mark = marker.read_marker(wire.given(entity.private_note, ""))
            if mark is not None:
                yield Marked(Kind.INVOICE if isinstance(entity, wire.Invoice) else Kind.PAYMENT, entity, mark)


@dataclass(frozen=True, slots=True)
class Match:
    """A record and the entity that is its own by the marker; `link_id` is that of the link that was made."""

    kind: Kind
    record_id: int
    link_id: int
    revision: int
    label: str
    entity: wire.Invoice | wire.Payment


def compare_all(work: Work, matches: Sequence[Match]) -> Iterator[tuple[Item, Verdict]]:
    """Whether QuickBooks has each record as it is here: then it is settled as if it had just been sent; else asked."""
    candidates = {(one.kind, one.record_id): one for one in work.candidates}
    for match in matches:
        yield _compared(match, candidates.get((match.kind, match.record_id)), work)


def _compared(match: Match, candidate: Candidate | None, work: Work) -> tuple[Item, Verdict]:
    write = _write(match, candidate, work)
    if write is None:
        text = f"{match.label} is in QuickBooks since after the backup, and cannot be compared with what is here."
        return Item("", _stand_in(match)), Held(_trouble(text, match.entity, {}))
    carried = write.carried
    fields = drift.altered(match.entity, (carried.owned,))
    if not fields:
        return Item("", carried), replace(accepted(carried, match.entity), paid_up=False)  # nothing was written
    text = f"{carried.label} was sent to QuickBooks after the backup, and not as it is here: "
    return Item("", carried), Held(_trouble(f"{text}{drift.described(match.entity, fields)}.", match.entity, fields))


def _write(match: Match, candidate: Candidate | None, work: Work) -> Write | None:
    """What would be sent now; None if that is no update, or cannot be said."""
    if candidate is None or candidate.link is None:
        return None
    pushed = replace(candidate, link=replace(candidate.link, fingerprint=_PUSHED))
    found = guarded(match.label, lambda: intent(pushed, work, Naming({}, frozenset())))
    return found if isinstance(found, Write) and found.carried.operation is wire.Operation.UPDATE else None


_PUSHED = "-"  # a fingerprint of nothing: without one, everything would be sent again


def _stand_in(match: Match) -> Carried:
    return Carried(
        kind=match.kind,
        record_id=match.record_id,
        operation=wire.Operation.UPDATE,
        revision=match.revision,
        link_id=match.link_id,
        generation=1,
        label=match.label,
    )


def _trouble(text: str, entity: wire.Entity, fields: drift.Altered) -> Trouble:
    changed = drift.changed("", entity, fields)
    return Trouble(CHANGED, text[:1000], changed.remedy, changed.detail)


def unknown(lines: Sequence[str], ids: Sequence[str]) -> Trouble:
    """Sales of ours in QuickBooks that have no record here any more."""
    more = f" and {len(lines) - LISTED} more" if len(lines) > LISTED else ""
    text = (
        f"Made by BluePro after the backup, in QuickBooks and no longer known here: {'; '.join(lines[:LISTED])}{more}."
    )
    remedy = (
        "Enter them here anew and delete them there, or leave them in QuickBooks; then dismiss this with a word on it."
    )
    return Trouble(UNKNOWN_HERE, text[:1000], remedy, {"lines": list(lines), "ids": list(ids)})


def line(one: Marked) -> str:
    """What people call it: from what QuickBooks has."""
    amount, day = dollars(wire.given(one.entity.total_amt, ZERO)), wire.given(one.entity.txn_date, None)
    on = f" of {day_in_words(day)}" if day is not None else ""
    name = f"invoice {one.mark.number}".strip() if one.kind is Kind.INVOICE else "a payment"
    return f"{name}{on}, {amount}"
