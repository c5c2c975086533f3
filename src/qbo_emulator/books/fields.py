"""What entities are made of: kinds of values, properties, definitions, and the check of a sent object.

Unknown properties are refused, read-only ones dropped, null and the empty string mean "clear". Kinds themselves stand
in field_kinds.py; rules between fields are the entities' own affair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any  # a value from JSON, before and after its check

from qbo_emulator.books import faults
from qbo_emulator.books.wire import Obj

Check = Callable[[Any, str], Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """What values a property holds: the schema's name of the type, the check of a sent value, and what is inside.

    "absent" is the kind of what no answer here holds. `nested` are the properties of an object, `many` says that it is
    a list, `words` are the values of an enumeration, `longest` is the limit of a text.
    """

    name: str
    check: Check
    nested: Definition | None = None
    many: bool = False
    words: tuple[str, ...] = ()
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One property. `read_only`: sent values are ignored. `kept`: a full update that omits it keeps it (F3.2-14).

    `once`: only a create sets it, an update reads it over. `label` is what a fault calls it.
    """

    name: str
    kind: Kind
    read_only: bool = False
    kept: bool = False
    once: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """The properties of one entity or nested shape, in the order in which answers show them."""

    schema: str
    fields: tuple[Field, ...]
    by_name: Mapping[str, Field] = field(init=False)
    order: tuple[str, ...] = field(init=False)
    rank: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {f.name: f for f in self.fields})
        object.__setattr__(self, "order", tuple(f.name for f in self.fields))
        object.__setattr__(self, "rank", {name: place for place, name in enumerate(self.order)})

    def arrange(self, data: Obj) -> Obj:
        """The same object with its keys in the order of the definition."""
        return {name: data[name] for name in sorted(data, key=self.rank.__getitem__)}


def check_object(definition: Definition, body: object) -> Obj:
    """The writable properties of `body` in normal form; a cleared one is None.

    Raises Fault 2010 for an unknown property or a body that is no object, else one Fault with all faults of single
    values (F9.1-1: several may come together).
    """
    if not isinstance(body, dict):
        raise faults.bad_json(f"An object is expected for {definition.schema}.")
    clean: Obj = {}
    errors: list[faults.Error] = []
    for name, value in body.items():
        known = definition.by_name.get(name)
        if known is None:
            raise faults.unknown_property(name, definition.schema, definition.order)
        if known.read_only:
            continue
        if value is None or value == "":
            clean[name] = None
            continue
        try:
            clean[name] = known.kind.check(value, known.label or name)
        except faults.Fault as fault:
            if any(error.code == "2010" for error in fault.errors):
                raise
            errors.extend(fault.errors)
    if errors:
        raise faults.Fault(*errors)
    return clean


def _pass(value: object, _name: str) -> object:
    return value


def _refuse(value: object, name: str) -> None:
    """500 in the emulator's own words; a value that asks for nothing (false, 0, empty) is let through."""
    if value:
        raise faults.not_modelled(f"The property {name}")


ANY = Kind("any", _pass)
_IGNORED = Kind("absent", _pass)
_UNMODELLED = Kind("absent", _refuse)


def computed(kind: Kind, *names: str) -> tuple[Field, ...]:
    """Properties that the books put into answers; sent values are read over."""
    return tuple(Field(name, kind, read_only=True) for name in names)


def ignored(*names: str) -> tuple[Field, ...]:
    """Properties that QuickBooks Online reads over (read-only, or the desktop product's) and no answer here holds."""
    return tuple(Field(name, _IGNORED, read_only=True) for name in names)


def unmodelled(*names: str) -> tuple[Field, ...]:
    """Properties that QuickBooks would store and that the emulator cannot: refused, never dropped in silence."""
    return tuple(Field(name, _UNMODELLED) for name in names)
