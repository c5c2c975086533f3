"""Plain values (books/state.py) as JSON and back, each of the type that it had: money stays Decimal to the digit.

JSON's own types stand for themselves. What it does not have is a string that opens with a sign and a letter, or an
object with one key that does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any  # plain values, and what JSON carries them as

from qbo_emulator.books.state import VALUES

SIGN = "="
_TEXT, _NUMBER, _DAY, _MOMENT, _SPAN = (SIGN + letter for letter in "sndtp")
_TUPLE, _PAIRS, _VALUE = (SIGN + letter for letter in "ukv")

_SAME = frozenset((int, bool, type(None)))
_PACKED: Mapping[type, Callable[[Any], Any]] = {
    date: lambda held: f"{_DAY}{held.isoformat()}",
    datetime: lambda held: f"{_MOMENT}{held.isoformat()}",
    timedelta: lambda held: f"{_SPAN}{held // timedelta(microseconds=1)}",
    tuple: lambda held: {_TUPLE: [pack(one) for one in held]},
}
_READ: Mapping[str, Callable[[str], Any]] = {
    _TEXT: str,
    _NUMBER: Decimal,
    _DAY: date.fromisoformat,
    _MOMENT: datetime.fromisoformat,
    _SPAN: lambda text: timedelta(microseconds=int(text)),
}


def pack(held: Any) -> Any:
    """A plain value as JSON carries it. TypeError for any other. The commonest kinds come first: this runs for all."""
    kind = type(held)
    if kind is str:
        return held if held[:1] != SIGN else f"{_TEXT}{held}"
    if kind is Decimal:
        return f"{_NUMBER}{held}"
    if kind is dict:
        return _packed_dict(held)
    if kind in _SAME:
        return held
    if kind is list:
        return [pack(one) for one in held]
    how = _PACKED.get(kind)
    return how(held) if how else _packed_value(kind, held)


def _packed_dict(held: Mapping[Any, Any]) -> Any:
    for key in held:
        if type(key) is not str or key[:1] == SIGN:
            return {_PAIRS: [[pack(name), pack(one)] for name, one in held.items()]}
    return {key: pack(one) for key, one in held.items()}


def _packed_value(kind: type, held: object) -> Any:
    if VALUES.get(kind.__name__) is not kind:
        raise TypeError(f"{kind.__name__} cannot be kept")
    return {_VALUE: [kind.__name__, *(pack(getattr(held, name)) for name in field_names(kind))]}


def unpack(carried: Any) -> Any:
    """What was packed. ValueError, TypeError or KeyError if nothing was."""
    kind = type(carried)
    if kind is str:
        return carried if carried[:1] != SIGN else _READ[carried[:2]](carried[2:])
    if kind is dict:
        return _unpacked_dict(carried)
    if kind in _SAME:
        return carried
    if kind is list:
        return [unpack(one) for one in carried]
    raise TypeError(f"{carried} is a float")


def _unpacked_dict(carried: dict[str, Any]) -> Any:
    if len(carried) == 1:
        ((key, inner),) = carried.items()
        if key[:1] == SIGN:
            return _marked(key, inner)
    return {name: unpack(one) for name, one in carried.items()}


def _marked(key: str, inner: list[Any]) -> Any:
    if key == _TUPLE:
        return tuple(unpack(one) for one in inner)
    if key == _PAIRS:
        return {unpack(name): unpack(one) for name, one in inner}
    if key == _VALUE:
        kind = VALUES[inner[0]]
        return kind(**dict(zip(field_names(kind), map(unpack, inner[1:]), strict=True)))
    raise KeyError(key)


@cache
def field_names(kind: Any) -> tuple[str, ...]:  # Any: a class, which mypy takes for not hashable
    """The fields of a value class, in order."""
    if is_dataclass(kind):
        return tuple(one.name for one in fields(kind))
    names: tuple[str, ...] = kind.__struct_fields__
    return names
