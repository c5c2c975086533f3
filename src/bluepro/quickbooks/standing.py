"""How a record stands towards QuickBooks, in people's words: in it, waiting, sending, needing someone, or not sent and
why. Decides from facts that `queries` has read; reads nothing itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bluepro.common.words import day_in_words
from bluepro.quickbooks.connect.first_push import Step, next_step
from bluepro.quickbooks.models import Connection, ConnectionState, Link, Problem, RequestState
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store.due import agreed


class Where(StrEnum):
    """The five states that people see."""

    IN_QUICKBOOKS = "In QuickBooks"
    WAITING = "Waiting"
    SENDING = "Sending"
    NEEDS_YOU = "Needs you"
    NOT_SENT = "Not in QuickBooks"


TONES = {
    Where.IN_QUICKBOOKS: "good",
    Where.WAITING: "info",
    Where.SENDING: "info",
    Where.NEEDS_YOU: "warn",
    Where.NOT_SENT: "neutral",
}

_HEADS = "An Owner or Admin"
_LEFT: Mapping[Step | None, tuple[str, str]] = {
    Step.START: (
        "QuickBooks is connected, but nobody has chosen yet from which day records are sent.",
        f"{_HEADS} chooses it under QuickBooks.",
    ),
    Step.PREVIEW: (
        "QuickBooks is connected, but nobody has looked at the preview of the first push yet.",
        "An Owner, Admin or Bookkeeper looks at it, and answers what it asks.",
    ),
    Step.MAPPING: (
        "QuickBooks is connected, but not enabled yet.",
        f"{_HEADS} maps the accounts and enables it.",
    ),
}
_OWN_STATUS = {
    "draft": "Drafts stay in BluePro. It goes to QuickBooks when you issue it.",
    "scheduled": "Scheduled invoices stay in BluePro. It goes to QuickBooks when you issue it.",
    "cancelled": "It was cancelled before it was sent, so QuickBooks never needs to know it.",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one record. `status` is an invoice's stored status ("" for other kinds).

    `day` is the date that counts for the start (of a payment, the latest one of its own and its invoices').
    `connection` is the active one; `link` and `asking` (the state of its open request) belong to its realm, or to the
    last one's. `problem` is open, `dismissed` is the last one that a person closed. `waits_for` names what must be in
    QuickBooks first; "" if that is not known or nothing.
    """

    kind: Kind
    record_id: int
    connection: Connection | None
    dirty: bool = False
    revision: int = 0
    status: str = ""
    day: date | None = None
    link: Link | None = None
    asking: str = ""
    problem: Problem | None = None
    dismissed: Problem | None = None
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class SyncState:
    """The answer. `reason` is a sentence ("" if the state says it all), `remedy` what a person can do.

    `moving` says that the state will change by itself, so that it is worth looking again. `pushed_at` is when it last
    arrived, `took` the seconds from saving to arriving of its last change where that can be told. `voided`: it is
    void in QuickBooks for good.
    """

    kind: Kind
    record_id: int
    where: Where
    reason: str = ""
    remedy: str = ""
    moving: bool = False
    entity_id: str = ""
    pushed_at: datetime | None = None
    problem_id: int | None = None
    took: float | None = None
    voided: bool = False

    @property
    def tone(self) -> str:
        return TONES[self.where]


def standing(facts: Facts, now: datetime) -> SyncState:
    """How the record stands at this moment."""
    where, reason, remedy, moving = _decide(facts, now)
    link = facts.link
    return SyncState(
        kind=facts.kind,
        record_id=facts.record_id,
        where=where,
        reason=reason,
        remedy=remedy,
        moving=moving,
        entity_id=(link.entity_id or "") if link else "",
        pushed_at=link.pushed_at if link else None,
        problem_id=facts.problem.pk if facts.problem else None,
        voided=bool(link and link.voided),
    )


Decision = tuple[Where, str, str, bool]


def _decide(facts: Facts, now: datetime) -> Decision:
    if facts.problem is not None:
        return Where.NEEDS_YOU, facts.problem.text, facts.problem.remedy, False
    if _is_settled(facts):
        return _settled(facts)
    return _stopped(facts) or _left_out(facts) or _under_way(facts, now)


def _is_settled(facts: Facts) -> bool:
    """Nothing is to be sent for it: it stands there as it is here, or it never goes."""
    link = facts.link
    return not facts.dirty and (link is None or not (link.stale or link.open_request))


def _settled(facts: Facts) -> Decision:
    link = facts.link
    if link is None or not link.entity_id:
        return _never_sent(facts)
    if link.voided:
        return Where.IN_QUICKBOOKS, "It was cancelled here and is voided there.", "", False
    if facts.day is not None and (day := agreed(link.agreed).day(facts.day)) != facts.day:
        text = f"It is booked there on {day_in_words(day)}, as somebody decided: the books of its own day are closed."
        return Where.IN_QUICKBOOKS, text, "", False
    if facts.connection is None:
        text = "As it was when QuickBooks was disconnected. Changes do not follow until it is connected again."
        return Where.IN_QUICKBOOKS, text, "", False
    return Where.IN_QUICKBOOKS, "", "", False


def _never_sent(facts: Facts) -> Decision:
    if facts.status in _OWN_STATUS:
        return Where.NOT_SENT, _OWN_STATUS[facts.status], "", False
    stopped = _stopped(facts)
    if stopped is not None:
        return Where.NOT_SENT, *stopped[1:]
    start = facts.connection.start_date if facts.connection is not None else None
    if start is not None and facts.day is not None and facts.day < start:
        text = f"It is dated before {day_in_words(start)}, the day from which records are sent."
        return Where.NOT_SENT, text, "", False
    text = "BluePro has not noticed it yet, for example because its data was restored."
    return Where.NOT_SENT, text, "Press Sync Data: it finds whatever is missing.", False


def _stopped(facts: Facts) -> Decision | None:
    """Why nothing at all is sent, if that is so."""
    connection = facts.connection
    unsent = facts.link is None or not facts.link.entity_id
    calm = Where.NOT_SENT if unsent else Where.WAITING
    if facts.status in ("draft", "scheduled") and unsent:
        return Where.NOT_SENT, _OWN_STATUS[facts.status], "", False
    if connection is None:
        return calm, "QuickBooks is not connected.", f"{_HEADS} connects it under QuickBooks.", False
    if connection.state == ConnectionState.LOST:
        return Where.NEEDS_YOU, "The connection to QuickBooks is lost.", f"{_HEADS} connects again.", False
    if connection.state == ConnectionState.PAUSED:
        return calm, "Sending to QuickBooks is paused.", f"{_HEADS} resumes it under QuickBooks.", False
    words = _LEFT.get(next_step(connection))
    if words is not None:
        return calm, *words, False
    if connection.synced_since is None:
        return calm, "Sync Data has not been pressed yet.", "Press Sync Data under QuickBooks.", False
    return None


def _left_out(facts: Facts) -> Decision | None:
    """Held for a person, and no open problem: someone dismissed it."""
    link = facts.link
    if link is None or link.held_revision is None or link.held_revision != facts.revision:
        return None
    if facts.dismissed is None:
        return Where.NEEDS_YOU, "It waits for a person.", "Press Push again to try once more.", False
    by, why = facts.dismissed.closed_by, facts.dismissed.close_reason
    where = Where.IN_QUICKBOOKS if link.entity_id else Where.NOT_SENT
    text = f"{'Its last change was' if link.entity_id else 'It was'} left out by {by}: {why}"
    return where, text, "Press Push again to send it after all.", False


def _under_way(facts: Facts, now: datetime) -> Decision:
    link, connection = facts.link, facts.connection
    if link is not None and link.open_request is not None:
        if facts.asking == RequestState.UNKNOWN:
            text = "No answer came. BluePro looks up whether QuickBooks took it before it sends anything again."
            return Where.SENDING, text, "", True
        return Where.SENDING, "", "", True
    if connection is not None and connection.paused_until is not None and connection.paused_until > now:
        return Where.WAITING, "QuickBooks asked BluePro to slow down for a moment.", "", True
    if link is not None and link.retry_at is not None and link.retry_at > now:
        text = f"QuickBooks did not take it at the last try. It is tried again in {_span(link.retry_at, now)}."
        return Where.WAITING, text, "Push again tries at once.", True
    if facts.waits_for:
        return Where.WAITING, f"It waits for {facts.waits_for}, which must be in QuickBooks first.", "", True
    return Where.WAITING, "Its latest change is next in line.", "", True


def _span(later: datetime, now: datetime) -> str:
    seconds = max(1, round((later - now).total_seconds()))
    if seconds < 90:
        return f"{seconds} s"
    return f"{round(seconds / 60)} minutes"
