"""The engine's words as types: what may be sent (candidates), what is sent (carried) and what came of it (verdicts).

Pure data between `store`, `plan`, `judge` and `engine`; decides nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from bluepro.quickbooks.snapshot import Books, Kind, LinkState, PushedLine, Record
from bluepro.quickbooks.translate.outcome import Expected, Refs
from qbo_client import wire

RecordKey = tuple[Kind, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A due record; `record` is None when it is gone. Of one `group` of records only one may be in flight.

    `fresh`: a person has just edited it, or something that waits for it.
    """

    kind: Kind
    record_id: int
    revision: int
    record: Record | None
    link: LinkState | None
    group: int = 0
    fresh: bool = False

    @property
    def key(self) -> RecordKey:
        return (self.kind, self.record_id)


@dataclass(frozen=True, slots=True)
class Work:
    """One consistent snapshot of what is due. `taken` maps name keys to the record that has the name (0: not ours).

    `brake`: so much would change that stands in QuickBooks that a person is asked first; `braked`: what waits for that.
    `left_out`: the invoices, of those that payments here pay, that a person left void in QuickBooks or out of it.
    `fresh_waits`: an edit of a person waits, be it among the candidates or for something that is under way. `more`: not
    all that has changed was looked at.
    """

    books: Books
    refs: Refs
    candidates: tuple[Candidate, ...]
    taken: Mapping[tuple[Kind, str], int] = field(default_factory=dict)
    held_by_others: frozenset[str] = frozenset()
    busy_groups: frozenset[int] = frozenset()
    names_busy: bool = False
    fresh_waits: bool = False
    brake: bool = False
    braked: frozenset[RecordKey] = frozenset()
    left_out: frozenset[int] = frozenset()
    more: bool = False


@dataclass(frozen=True, slots=True)
class Carried:
    """What a request carries for one link, and what settling needs later. `link_id` 0: the link is made at commit.

    `accounts` are the ids of accounts that are sent but not owned: those that a refused reference may be about.
    `overwrite`: a person chose that what was changed in QuickBooks is written over. `voided`: we voided it before.
    """

    kind: Kind
    record_id: int
    operation: wire.Operation
    revision: int
    link_id: int
    generation: int
    label: str
    entity_id: str = ""
    sync_token: str = ""
    name: str = ""
    wanted: str = ""
    fingerprint: str = ""
    ref: str = ""
    customer: str = ""
    day: str = ""
    number: str = ""
    amount: Decimal = Decimal(0)
    amount_only: bool = False
    overwrite: bool = False
    voided: bool = False
    attempts: int = 0
    changed: tuple[str, ...] = ()
    owned: Mapping[str, object] = field(default_factory=dict)
    previous: Mapping[str, object] = field(default_factory=dict)
    line_keys: tuple[str, ...] = ()
    refers_to: tuple[int, ...] = ()
    accounts: tuple[str, ...] = ()
    expected: Expected | None = None

    @property
    def key(self) -> RecordKey:
        return (self.kind, self.record_id)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a request: `bid` is "" in a single call; `item_id` is its row once committed.

    `code` says why it is looked up, and from the second page on which: "unknown", "6240", "unknown@2". `ours` are owned
    fields that the entity may show besides those of the last push: as a person accepted them, or as other requests of
    ours carried them that may have been done late.
    """

    bid: str
    carried: Carried
    item_id: int = 0
    code: str = ""
    committed_at: datetime | None = None
    single: bool = False
    request_id: UUID | None = None
    ours: tuple[Mapping[str, object], ...] = ()


class Purpose(StrEnum):
    PUSH = "push"
    LOOK_UP = "look_up"
    CHANGES = "changes"
    SETUP = "setup"
    MATCH = "match"


@dataclass(frozen=True, slots=True)
class Sendable:
    """A committed request, ready to be sent byte for byte. A look-up's `items` are what it looks up.

    Asking what changed is about no items.
    """

    id: UUID
    purpose: Purpose
    call: wire.Call
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Clean:
    """Nothing to send for a record at this revision."""

    kind: Kind
    record_id: int
    revision: int
    link_id: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a person must decide, in words: a stable `cause`, what happened, what to do.

    `detail` is JSON for support and for answers; its "choices", if there, are those of the cause that are offered.
    """

    cause: str
    text: str
    remedy: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)  # Any: JSON


@dataclass(frozen=True, slots=True)
class Hold:
    """A record that waits for a person at this revision."""

    kind: Kind
    record_id: int
    revision: int
    link_id: int
    label: str
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Asked:
    """Nothing to send at this revision, but what somebody did to it in QuickBooks is asked about: that stays open."""

    link_id: int
    revision: int


# Verdicts: what becomes of one item of a request.


@dataclass(frozen=True, slots=True)
class Accepted:
    """The entity stands as sent (or was found to). `trouble` when QuickBooks booked something else than was billed.

    `drift`: what somebody changed there before it was found (by field, before and after), and is written over.
    `done_at`: when our write was done, by QuickBooks' clock; None where somebody may have written since.
    `paid_up`: we changed an invoice, and nothing is open on it now: QuickBooks may have applied less of its payments.
    """

    entity_id: str
    sync_token: str
    lines: tuple[PushedLine, ...] = ()
    voided: bool = False
    trouble: Trouble | None = None
    drift: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)  # Any: JSON
    done_at: datetime | None = None
    paid_up: bool = False


@dataclass(frozen=True, slots=True)
class Removed:
    """The entity is gone, as we wanted."""


@dataclass(frozen=True, slots=True)
class Again:
    """Nothing was done: plan it anew after `seconds`. `attempt` says whether this counts as a failed attempt.

    `trouble` when people should hear of it: it is tried again by itself, and the problem closes when that works.
    `drift`: what somebody changed in QuickBooks (by field, before and after) and is written over: then all owned fields
    are sent.
    """

    seconds: float
    reason: str
    attempt: bool = True
    amount_only: bool = False
    sync_token: str = ""
    trouble: Trouble | None = None
    drift: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)  # Any: JSON


@dataclass(frozen=True, slots=True)
class LookUp:
    """The outcome must be read before anything else is sent; `code` says why ("unknown", "5010", "6240", ...).

    Due `seconds` after now, or after the request was committed. `trouble` when people should hear of it meanwhile.
    """

    code: str
    seconds: float = 0
    since_commit: bool = False
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class SendAgain:
    """A single that was never done: the same request goes out once more, byte for byte. Counts as an attempt."""


@dataclass(frozen=True, slots=True)
class Held:
    """A person must decide. `sync_token` is the newer one met, so that sending anyway is possible after the answer."""

    trouble: Trouble
    sync_token: str = ""


@dataclass(frozen=True, slots=True)
class NameTaken:
    """The name is held in QuickBooks by `holder`; plan anew with another one (or ask, if `trouble` says so)."""

    holder: str
    entity_id: str
    trouble: Trouble | None = None


Verdict = Accepted | Removed | Again | LookUp | SendAgain | Held | NameTaken


class Whole(StrEnum):
    """What a request's answer says of the whole connection."""

    FINE = "fine"
    THROTTLED = "throttled"
    TOKEN = "token"
    LOST = "lost"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Verdicts by item, in order, and what the answer says of the connection (`pause` in seconds)."""

    verdicts: tuple[Verdict, ...]
    whole: Whole = Whole.FINE
    pause: float = 0
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """No HTTP answer came. `maybe_done` is False where the call certainly never reached QuickBooks."""

    reason: str
    maybe_done: bool


Outcome = wire.Reply | Silence
