"""Recorded answers of QuickBooks, and how an answer of the emulator is held against one: the same keys in the same
order, of the same types. Values may differ, for ids, times and names do.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any  # JSON of any shape

SHARED = Path(os.environ.get("BLUEPRO_SHARED") or Path(__file__).parents[3] / "shared")
FOLDER = SHARED / "recorded"


def parsed(text: str) -> Any:
    """JSON with numbers as Decimal."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def recorded(name: str) -> Any:
    """One recorded body."""
    return parsed((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def _type(value: Any) -> str:
    names = {dict: "object", list: "list", str: "string", bool: "boolean", Decimal: "number", type(None): "null"}
    return names[type(value)]


def differences(theirs: Any, ours: Any, more: frozenset[str], path: str = "") -> Iterator[str]:
    """What differs between a recorded value and the emulator's; nothing if they are alike.

    `more` are paths of keys that newer answers have and the recording has not (F3.5-4).
    """
    if _type(theirs) != _type(ours):
        yield f"{path}: {_type(theirs)} is recorded, not {_type(ours)}"
    elif isinstance(theirs, dict):
        yield from _of_objects(theirs, ours, more, path)
    elif isinstance(theirs, list):
        yield from _of_lists(theirs, ours, more, path)


def _of_objects(theirs: dict[str, Any], ours: dict[str, Any], more: frozenset[str], path: str) -> Iterator[str]:
    for key in theirs.keys() - ours.keys():
        yield f"{path}.{key}: is missing"
    for key in ours.keys() - theirs.keys():
        if f"{path}.{key}" not in more:
            yield f"{path}.{key}: is not recorded"
    order = [key for key in ours if key in theirs]
    if order != [key for key in theirs if key in ours]:
        yield f"{path}: keys come as {order}"
    for key in order:
        yield from differences(theirs[key], ours[key], more, f"{path}.{key}")


def _of_lists(theirs: list[Any], ours: list[Any], more: frozenset[str], path: str) -> Iterator[str]:
    """Entry by entry if there are as many, else every recorded entry must be like one of ours."""
    if len(theirs) == len(ours):
        for one, other in zip(theirs, ours, strict=True):
            yield from differences(one, other, more, f"{path}[]")
        return
    for one in theirs:
        if not any(not list(differences(one, other, more, f"{path}[]")) for other in ours):
            yield f"{path}[]: nothing is like {json.dumps(one, default=str)[:120]}"


def require_alike(name: str, ours: Any, *more: str) -> None:
    """The emulator's answer is like the recorded one of this name."""
    found = list(differences(recorded(name), ours, frozenset(more)))
    assert not found, "\n".join(found)
