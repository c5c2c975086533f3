"""Whether an answer holds to the definitions: no property that they do not have, none that they never show, each of its
kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from qbo_emulator.books.company import DEFINITIONS
from qbo_emulator.books.fields import Definition, Kind


def _is_date(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))


def _is_moment(value: Any) -> bool:
    return isinstance(value, str) and bool(datetime.fromisoformat(value).utcoffset() is not None)


_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "decimal": lambda value: isinstance(value, int | Decimal) and not isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "date": _is_date,
    "dateTime": _is_moment,
    "any": lambda _value: True,
    "enum": lambda value: isinstance(value, str),
}


def _faults_of_value(kind: Kind, value: Any, path: str) -> Iterator[str]:
    if kind.name == "absent":
        yield f"{path} is never shown by its definition"
    elif kind.nested is not None:
        yield from faults_of(kind.nested, value, path)
    elif not _TYPES[kind.name](value):
        yield f"{path} is {value!r}, no {kind.name}"
    elif kind.words and value not in kind.words:
        yield f"{path} is {value!r}, none of {kind.words}"


def faults_of(definition: Definition, data: Any, path: str = "") -> Iterator[str]:
    """What is wrong with an object, in words; nothing if it holds to its definition."""
    if not isinstance(data, dict):
        yield f"{path} is {data!r}, no object"
        return
    for name, value in data.items():
        field, place = definition.by_name.get(name), f"{path}.{name}"
        if field is None:
            yield f"{place} is not in the definition of {definition.schema}"
        elif field.kind.many:
            yield from (fault for one in value for fault in _faults_of_value(field.kind, one, place))
        else:
            yield from _faults_of_value(field.kind, value, place)


def require_definition(entity: str, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer itself, if it holds to the entity's definition and its keys stand in the definition's order."""
    definition = DEFINITIONS[entity]
    wrong = list(faults_of(definition, answer, entity))
    assert not wrong, wrong
    assert answer.get("status") == "Deleted" or list(answer) == list(definition.arrange(answer)), list(answer)
    return answer
