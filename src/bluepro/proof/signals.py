"""Ctrl-C, SIGTERM and SIGHUP as one thing: KeyboardInterrupt, once, and never in the middle of what must not be torn.

Signals belong to the whole process, so what is known of them does too. Main thread only.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

NUMBERS = tuple(number for number in signal.Signals if number.name in ("SIGINT", "SIGTERM", "SIGHUP"))


@dataclass
class _State:
    held: int = 0
    came: bool = False


_state = _State()


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Any of the signals ends the block with KeyboardInterrupt; further ones are ignored while it cleans up."""
    before = {number: signal.signal(number, _on_signal) for number in NUMBERS}
    _state.held, _state.came = 0, False
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """A signal within the block is heeded at its end."""
    _state.held += 1
    try:
        yield
    finally:
        _state.held -= 1
        if _state.came and not _state.held:
            _state.came = False
            _interrupt()


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    if _state.held:
        _state.came = True
    else:
        _interrupt()


def _interrupt() -> None:
    for number in NUMBERS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
