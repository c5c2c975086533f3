"""State as plain values, to be copied or written to a file and taken up again.

What is dumped is made of str, int, bool, None, Decimal, date, datetime, lists, tuples and dicts. Whatever holds more
than such values has a dump and a load of its own. A row's data is shared, not copied: it is never changed in place.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, is_dataclass
from typing import Any, Protocol, runtime_checkable  # values of any kind

from qbo_emulator.books.wire import Obj


class BadState(ValueError):
    """What was dumped does not fit what is to take it up; the text says where."""


@runtime_checkable
class Stateful(Protocol):
    """Something with state beyond plain values."""

    def dump(self) -> Obj:
        """All that makes it what it is."""
        ...

    def load(self, state: Obj) -> None:
        """Become what was dumped. BadState if that does not fit."""
        ...


def dump_attributes(owner: object, apart: Collection[str] = ()) -> Obj:
    """The attributes of an object but for those in `apart`."""
    return {name: _dumped(value) for name, value in vars(owner).items() if name not in apart}


def load_attributes(owner: object, state: Obj, apart: Collection[str] = ()) -> None:
    """Give an object the attributes that were dumped: exactly those that it has."""
    require_names(type(owner).__name__, state, [name for name in vars(owner) if name not in apart])
    for name, value in state.items():
        setattr(owner, name, _loaded(getattr(owner, name), value))


def require_names(owner: str, state: object, names: Collection[str]) -> None:
    """BadState unless the state is a dict with exactly these keys."""
    if not isinstance(state, dict):
        raise BadState(f"{owner}: not an object")
    differing = sorted(set(state) ^ set(names))
    if differing:
        raise BadState(f"{owner}: {', '.join(differing)}")


def copied(value: Any) -> Any:
    """The same value in containers of its own."""
    if isinstance(value, dict):
        return {key: copied(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(copied(held) for held in value)
    return value


def _dumped(value: Any) -> Any:
    if isinstance(value, Stateful):
        return value.dump()
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: copied(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, dict):
        return {key: _dumped(held) for key, held in value.items()}
    return copied(value)


def _loaded(current: Any, state: Any) -> Any:
    """What takes the place of `current`."""
    if isinstance(current, Stateful):
        current.load(state)
        return current
    if is_dataclass(current) and not isinstance(current, type):
        require_names(type(current).__name__, state, [one.name for one in fields(current)])
        return type(current)(**copied(state))
    if isinstance(current, dict) and any(isinstance(held, Stateful) for held in current.values()):
        require_names("a table of tables", state, current)
        return {name: _loaded(held, state[name]) for name, held in current.items()}
    return copied(state)
