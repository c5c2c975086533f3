"""What the caller of a call gets to see, and when: an answer, a part of one, or none.

A server acts on it; a simulation reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qbo_emulator.gateway.answer import Answer

Loss = Literal["reset", "hang"]


class ConnectionLost(Exception):
    """Raised to whoever calls the application without a server between: the connection ended without a whole answer.

    `how` is "reset" (broken at once; clients see a read error) or "hang" (no answer comes; clients see a time-out).
    """

    def __init__(self, how: Loss) -> None:
        super().__init__(f"the connection was lost ({how}), as a fault rule asked for")
        self.how = how


@dataclass(frozen=True, slots=True)
class Delivery:
    """`answer` comes `seconds` after the call. With `lost` it does not come: the connection breaks, after `sent` bytes
    of its body if that is not None. For `working` seconds the call is in flight. `notes` say for the log what was
    injected or which limit refused.
    """

    answer: Answer | None
    seconds: float = 0
    working: float = 0
    lost: Loss | None = None
    sent: int | None = None
    notes: tuple[str, ...] = ()
