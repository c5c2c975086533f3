"""State as plain values, to be copied or written to a file and taken up again.

An object with state inherits from State; what it holds is plain, or has a state of its own. Plain are str, int, bool,
None, Decimal, date, datetime, lists and dicts of these, and what never changes: tuples and classes marked by `value`.
A row's data is shared, not copied: it is never changed in place.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, TypeVar  # values of any kind

from qbo_emulator.books.wire import Obj

_C = TypeVar("_C", bound=type)

VALUES: dict[str, type] = {}
_ATOMS: set[type] = {str, int, bool, type(None), Decimal, date, datetime, timedelta, tuple}


class BadState(ValueError):
    """What was dumped does not fit what is to take it up; the text says where."""


def value(kind: _C) -> _C:
    """Marks a frozen dataclass or Struct whose fields are plain: it is part of a state as it is."""
    VALUES[kind.__name__] = kind
    _ATOMS.add(kind)
    return kind


class Parts(dict[str, Any]):
    """What a State dumped: parts that can be written one by one."""


class State:
    """Something that can be dumped and become what was dumped."""

    APART: ClassVar[tuple[str, ...]] = ()
    """Attributes that are no state: what it was given, and what can be found again."""

    def dump(self) -> Parts:
        """All that makes it what it is. TypeError for an attribute that is neither plain nor a State."""
        return Parts((name, _dumped(held)) for name, held in vars(self).items() if name not in self.APART)

    def load(self, state: Obj) -> None:
        """Become what was dumped: exactly the attributes that there are. BadState if they differ."""
        require_names(type(self).__name__, state, [name for name in vars(self) if name not in self.APART])
        for name, held in state.items():
            setattr(self, name, _loaded(getattr(self, name), held))


def require_names(owner: str, state: object, names: Collection[str]) -> None:
    """BadState unless the state is a dict with exactly these keys."""
    if not isinstance(state, dict):
        raise BadState(f"{owner} is not an object")
    differing = sorted(set(state) ^ set(names))
    if differing:
        raise BadState(f"{owner} differs in {', '.join(differing)}")


def copied(held: Any) -> Any:
    """The same plain value in containers of its own; TypeError for any other."""
    kind = type(held)
    if kind in _ATOMS:
        return held
    if kind is dict:
        return {key: copied(one) for key, one in held.items()}
    if kind is list:
        return [copied(one) for one in held]
    raise TypeError(f"{kind.__name__} is neither plain nor a State")


def _dumped(held: Any) -> Any:
    if isinstance(held, State):
        return held.dump()
    if is_dataclass(held) and type(held) not in _ATOMS:
        return {one.name: copied(getattr(held, one.name)) for one in fields(held)}
    if isinstance(held, dict) and any(isinstance(one, State) for one in held.values()):
        return Parts((key, one.dump()) for key, one in held.items())
    return copied(held)


def _loaded(current: Any, state: Any) -> Any:
    """What takes the place of `current`."""
    if isinstance(current, State):
        current.load(state)
        return current
    if type(current) in _ATOMS:
        return state
    if is_dataclass(current) and not isinstance(current, type):
        require_names(type(current).__name__, state, [one.name for one in fields(current)])
        return type(current)(**copied(state))
    if isinstance(current, dict) and any(isinstance(one, State) for one in current.values()):
        require_names("a group of states", state, current)
        return {name: _loaded(one, state[name]) for name, one in current.items()}
    return copied(state)
