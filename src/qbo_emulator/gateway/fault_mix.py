"""A random mix of every fault that an honest client survives by itself: in the end all is as if nothing had happened.

Left out is what leaves a lie behind (another id, total or number in an answer) and what a person must put right (a
company disconnected, a subscription ended, books closed).
"""

from __future__ import annotations

import msgspec

from qbo_emulator.gateway.fault_rules import (
    SERVER_CUT,
    Absurd,
    AnyEffect,
    ClockJump,
    Code,
    CommitLate,
    Drop,
    FaultRule,
    Lag,
    OtherApp,
    ResetMidBody,
    Slow,
    Status,
    TokenExpired,
)

_CONNECTIONS: tuple[AnyEffect, ...] = (
    Drop(when="before"),
    Drop(when="after"),
    Drop(when="after", connection="hang"),
    CommitLate(seconds=5),
    CommitLate(seconds=40),
    CommitLate(seconds=SERVER_CUT, connection="hang"),
    ResetMidBody(),
    Slow(seconds=10),
)
_SERVERS: tuple[AnyEffect, ...] = (
    *(Status(status=status, committed=committed) for status in (500, 502, 503, 504) for committed in (False, True)),
    Status(status=429),
    Code(code="130"),
    Code(code="140"),
    Code(code="150"),
    Code(code="1000"),
    Absurd(what="body_cut"),
    Absurd(what="item_missing"),
    Absurd(what="item_doubled"),
)
_SURROUNDINGS: tuple[AnyEffect, ...] = (
    Lag(seconds=2),
    Lag(seconds=20, reads=True),
    TokenExpired(),
    OtherApp(calls=100, batches=20),
    ClockJump(seconds=90),
)
SURVIVABLE = (*_CONNECTIONS, *_SERVERS, *_SURROUNDINGS)


def survivable(rate: float, lateness: float = SERVER_CUT) -> FaultRule:
    """A rule that hits so many of all calls of the Accounting API (0 to 1) with one of these, without end.

    Nothing is late by more than `lateness` seconds (commits, answers, queries), for a client that has to end sooner
    than a real one could; below 120 no caller is left waiting either. ValueError for a rate or lateness that is none.
    """
    if not 0 < rate <= 1:
        raise ValueError(f"the fault rate must be above 0 and at most 1, not {rate}")
    if not 0 < lateness <= SERVER_CUT:
        raise ValueError(f"the lateness must be above 0 and at most {SERVER_CUT:.0f} seconds, not {lateness}")
    return FaultRule(effects=tuple(_hurried(effect, lateness) for effect in SURVIVABLE), probability=rate, count=None)


def _hurried(effect: AnyEffect, lateness: float) -> AnyEffect:
    """The same effect, not later than that."""
    changes: dict[str, object] = {}
    if isinstance(effect, CommitLate | Lag | Slow):
        changes["seconds"] = min(effect.seconds, lateness)
    if isinstance(effect, Drop | CommitLate) and lateness < SERVER_CUT:
        changes["connection"] = "reset"
    return msgspec.structs.replace(effect, **changes)
