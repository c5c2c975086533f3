"""Inputs for the fields of a checked body: what kind each is follows from its type, so that a new one needs no form."""

from __future__ import annotations

import re
from datetime import date

import msgspec
from msgspec import inspect

from qbo_emulator.pages.editing import Input, Typed, Wrong, changed, text_of

# The way into the list of effects; a field inside is an input by itself.
_INSIDE = re.compile(r"^effects\[\.*\d*\]\.?")


def inputs_of(struct: type[msgspec.Struct]) -> list[Input]:
    """An input per field."""
    return [_input(field.name, field.type) for field in _fields(struct)]


def _fields(struct: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    return info.fields


def _input(name: str, kind: inspect.Type) -> Input:
    label = words(name)
    if isinstance(kind, inspect.BoolType):
        return Input(name, label, "check")
    if isinstance(kind, inspect.LiteralType):
        return Input(name, label, "select", choices=[(str(value), str(value)) for value in kind.values])
    held = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    return Input(name, label, "date" if any(isinstance(one, inspect.DateType) for one in held) else "text")


def words(name: str) -> str:
    """A field's name for people."""
    return name.replace("_", " ").capitalize()


def shown(value: object) -> str:
    """A value as an input holds it; a box that is not ticked holds nothing."""
    if value is None or value is False:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return "yes" if value is True else str(value)


def typed_values(inputs: list[Input], stored: Typed, typed: Typed) -> dict[str, object]:
    """The values of changed inputs; a cleared date is None."""
    values: dict[str, object] = {}
    for one in inputs:
        if changed(stored, typed, one.name):
            text = text_of(typed, one.name)
            values[one.name] = text == "yes" if one.kind == "check" else (text or None) if one.kind == "date" else text
    return values


def wrong(error: msgspec.ValidationError) -> Wrong:
    """A refused value as the problem of its input: msgspec ends its text with the field's path."""
    text, _, path = str(error).partition(" - at `$.")
    inside = _INSIDE.sub("", path.rstrip("`"))
    return Wrong(inside, f"{text}.")
