"""Faults on demand as data: what may go wrong, and at which calls it is aimed. Nothing happens here.

`effects` are what the control API and scenario files say; docs/emulator.md has an example of each.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import msgspec

from qbo_emulator.books.error_codes import ERROR_CODES
from qbo_emulator.books.operations import ENTITIES
from qbo_emulator.company_changes import CompanyPatch
from qbo_emulator.gateway.arrival import OTHER, READS, TOKEN_OPERATIONS, WRITES, Act, Arrival

SERVER_CUT = 120.0  # seconds after which QuickBooks gives up on a call (F1.1-12)

Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]
WithinCut = Annotated[float, msgspec.Meta(gt=0, le=SERVER_CUT)]
Connection = Literal["reset", "hang"]

_OF_BATCHES = ("item_missing", "item_doubled")
_NUMBERED = ("Invoice", "CreditMemo", "RefundReceipt", "SalesReceipt")


class Effect(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """One thing that goes wrong. `operations`: at which parts of a call; None means at any, those of sign-in too."""

    operations: ClassVar[tuple[str, ...] | None] = (*WRITES, *READS, OTHER)

    def fits(self, act: Act, in_batch: bool) -> bool:  # noqa: ARG002  # some effects ask
        """Whether it can hit this part of a call."""
        return self.operations is None or act.operation in self.operations

    @property
    def of_one_act(self) -> bool:
        """Whether it hits one part of a call, so that a batch may be hit in several."""
        return False

    @property
    def of_some_item(self) -> bool:
        """Whether it hits one item of a batch, drawn where none is named."""
        return False


class Drop(Effect, frozen=True, tag="drop"):
    """The connection ends without an answer, `when` nothing was done yet or everything was. Aimed at an item of a
    batch, the items before it are done. `hang` leaves the caller waiting.
    """

    operations = None
    when: Literal["before", "after"] = "before"
    connection: Connection = "reset"


class CommitLate(Effect, frozen=True, tag="commit_late"):
    """The connection ends without an answer, and what was asked is done so much later."""

    operations = WRITES
    seconds: WithinCut
    connection: Connection = "reset"


class Lag(Effect, frozen=True, tag="lag"):
    """Queries and CDC see the books as they were so long ago; with `reads` reads by id do, too."""

    seconds: Seconds
    reads: bool = False

    def fits(self, act: Act, in_batch: bool) -> bool:  # noqa: ARG002
        """Reads by id only if asked for."""
        return act.operation in ("query", "cdc") or (self.reads and act.operation == "read")


class Slow(Effect, frozen=True, tag="slow"):
    """The answer takes so much longer. Beyond 120 seconds it is the server's 504, though the call was done."""

    operations = None
    seconds: Seconds


class ResetMidBody(Effect, frozen=True, tag="reset_mid_body"):
    """The call is done, and the connection breaks in the middle of the answer's body."""

    operations = None


class Status(Effect, frozen=True, tag="status"):
    """An answer of the servers before QuickBooks; `committed`: the call was done all the same."""

    operations = None
    status: Literal[413, 429, 500, 502, 503, 504]
    committed: bool = False


class Code(Effect, frozen=True, tag="code"):
    """A code of QuickBooks' own with its text, or with `detail`. Aimed at an entity, an operation or an item it hits
    these, else the call as a whole.
    """

    code: str
    detail: str = ""
    committed: bool = False

    def __post_init__(self) -> None:
        if self.code not in ERROR_CODES:
            raise ValueError(f"code {self.code!r} is unknown")

    @property
    def of_one_act(self) -> bool:
        """An item can be refused by itself."""
        return True


class Absurd(Effect, frozen=True, tag="absurd"):
    """The call is done, and the answer is valid but wrong."""

    what: Literal["other_id", "other_total", "other_number", "item_missing", "item_doubled", "body_cut"]

    def fits(self, act: Act, in_batch: bool) -> bool:
        """An item can only be missing in a batch, a total or a number only be wrong where there is one."""
        if self.what in _OF_BATCHES:
            return in_batch
        if self.what == "body_cut":
            return True
        if act.operation not in ("create", "update", "void", "read"):
            return False
        if self.what == "other_id":
            return True
        return act.entity in (_NUMBERED if self.what == "other_number" else (*_NUMBERED, "Payment"))

    @property
    def of_one_act(self) -> bool:
        """What is wrong is wrong in one object."""
        return self.what.startswith("other_")

    @property
    def of_some_item(self) -> bool:
        """Whether one item is drawn where none is named."""
        return self.what in _OF_BATCHES


class TokenExpired(Effect, frozen=True, tag="token_expired"):
    """The access token dies before its time: 401 for this call and all later ones with it."""


class Disconnect(Effect, frozen=True, tag="disconnect"):
    """The customer disconnects inside QuickBooks: every token of the company dies."""


class CompanyChanged(Effect, frozen=True, tag="company"):
    """Someone changes the company's settings: closes books, lets the subscription end, switches sales tax off."""

    settings: dict[str, Any]

    def __post_init__(self) -> None:
        try:
            self.patch()
        except msgspec.ValidationError as error:
            raise ValueError(f"settings: {error}") from error

    def patch(self) -> CompanyPatch:
        """The settings, checked. msgspec.ValidationError naming a wrong one."""
        return msgspec.convert(self.settings, CompanyPatch)


class OtherApp(Effect, frozen=True, tag="other_app"):
    """Another app of the same company has just called so often."""

    calls: Annotated[int, msgspec.Meta(ge=0)] = 0
    batches: Annotated[int, msgspec.Meta(ge=0)] = 0


class ClockJump(Effect, frozen=True, tag="clock_jump"):
    """The server's clock jumps forward."""

    seconds: Annotated[float, msgspec.Meta(gt=0)]


AnyEffect = (
    Drop
    | CommitLate
    | Lag
    | Slow
    | ResetMidBody
    | Status
    | Code
    | Absurd
    | TokenExpired
    | Disconnect
    | CompanyChanged
    | OtherApp
    | ClockJump
)


Operation = Literal[
    "", "write", "create", "update", "delete", "void", "read", "query", "cdc", "batch", "other",
    "exchange", "refresh", "revoke",
]  # fmt: skip


class FaultRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What goes wrong, at which calls.

    `effects`: one of them is drawn each time. Aims: `entity`, `operation` (create, update, delete, void, read, query,
    cdc, other; exchange, refresh, revoke for token calls; write for the first four; batch for whole batches),
    `realm_id`, `item` (an index in batches, which then are the only calls that match). From the `nth` match on, with
    `probability`, at most `count` times (null: no end).
    """

    effects: Annotated[tuple[AnyEffect, ...], msgspec.Meta(min_length=1)]
    entity: str = ""
    operation: Operation = ""
    realm_id: str = ""
    item: Annotated[int, msgspec.Meta(ge=0)] | None = None
    nth: Annotated[int, msgspec.Meta(ge=1)] = 1
    count: Annotated[int, msgspec.Meta(ge=1)] | None = 1
    probability: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0

    def __post_init__(self) -> None:
        if self.entity not in ("", "Token", *ENTITIES):
            raise ValueError(f"entity {self.entity!r} is unknown; names are written as in Invoice")

    @property
    def aims_at_acts(self) -> bool:
        """Whether it is aimed at parts of a call, not at calls."""
        return bool(self.entity or self.item is not None or self.operation not in ("", "batch"))

    def places(self, arrival: Arrival) -> list[int]:
        """Indices of the parts that it is aimed at; none: the call does not match."""
        if self.realm_id not in ("", arrival.realm_id):
            return []
        if not arrival.is_batch and (self.operation == "batch" or self.item is not None):
            return []
        return [place for place, act in enumerate(arrival.acts) if self._hits(place, act)]

    def _hits(self, place: int, act: Act) -> bool:
        if self.item not in (None, place) or self.entity not in ("", act.entity):
            return False
        if act.operation in TOKEN_OPERATIONS:  # sign-in is hit only if it is aimed at
            return self.operation == act.operation
        return self.operation in ("", "batch", act.operation) or (self.operation == "write" and act.operation in WRITES)
