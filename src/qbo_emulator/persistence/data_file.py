"""A state as a file of lines, written whole or not at all.

The first line names the format, each further one holds a part of the state, the last one has the digest of all before
it: what was cut or changed is known as such. Parts are small, so that writing them in a thread holds up nobody for
long.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import Any  # plain values

import msgspec

from qbo_emulator.bad_input import BadInput
from qbo_emulator.books.state import VALUES, Parts
from qbo_emulator.books.wire import Obj
from qbo_emulator.persistence.codec import field_names, pack, unpack

FORMAT, VERSION = "qbo-emulator", 1
CHUNK = 200  # entries of a list or dict in one line


class DataFileError(BadInput):
    """The file cannot be used or written; the text names it and says why."""


def lines(state: Parts) -> Iterator[bytes]:
    """The lines of the file. TypeError if the state holds what cannot be kept."""
    digest = sha256()
    head = {"format": FORMAT, "version": VERSION, "values": _value_fields()}
    for content in chain([head], ([path, pack(part)] for path, part in _parts((), state))):
        line = _line(content)
        digest.update(line)
        yield line
    yield _line({"sha256": digest.hexdigest()})


def write(path: Path, content: Iterable[bytes]) -> None:
    """Replace the file, or leave it as it is if anything fails. OSError."""
    partial = path.with_name(f"{path.name}.partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.writelines(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def read(path: Path) -> Obj:
    """The state that a file holds. DataFileError if it is not ours, of another version, or broken."""
    try:
        with path.open("rb") as file:
            return _state(file)
    except OSError as error:
        raise DataFileError(f"{path} cannot be read: {error.strerror}") from error
    except DataFileError as error:
        raise DataFileError(f"{path} {error}; it is left as it is") from error
    except (msgspec.MsgspecError, ValueError, TypeError, KeyError, ArithmeticError, RecursionError) as error:
        raise DataFileError(f"{path} is broken ({error}); it is left as it is") from error


def _line(content: object) -> bytes:
    return msgspec.json.encode(content) + b"\n"


def _value_fields() -> dict[str, tuple[str, ...]]:
    """Names and fields of all value classes: other ones mean another version."""
    return {name: field_names(VALUES[name]) for name in sorted(VALUES)}


def _parts(path: tuple[str, ...], held: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(held, Parts) and held:
        for name, part in held.items():
            yield from _parts((*path, name), part)
    elif isinstance(held, dict) and len(held) > CHUNK:
        entries = iter(held.items())
        yield from ((path, dict(some)) for some in iter(lambda: list(islice(entries, CHUNK)), []))
    elif isinstance(held, list) and len(held) > CHUNK:
        yield from ((path, held[start : start + CHUNK]) for start in range(0, len(held), CHUNK))
    else:
        yield path, dict(held) if isinstance(held, Parts) else held


def _state(file: Iterator[bytes]) -> Obj:
    head = next(file, b"")
    _check_head(head)
    state: Obj = {}
    digest = sha256(head)
    for line in file:
        content = msgspec.json.decode(line)
        if isinstance(content, dict):
            if content != {"sha256": digest.hexdigest()} or next(file, None) is not None:
                raise DataFileError("was changed or damaged")
            return state
        digest.update(line)
        path, part = content
        _place(state, path, unpack(part))
    raise DataFileError("is cut off")


def _check_head(line: bytes) -> None:
    try:
        head = msgspec.json.decode(line)
    except msgspec.MsgspecError as error:
        raise DataFileError("is not a file of this emulator") from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise DataFileError("is not a file of this emulator")
    if head.get("version") != VERSION:
        raise DataFileError(f"is of version {head.get('version')}, this emulator writes version {VERSION}")
    wanted = {name: list(names) for name, names in _value_fields().items()}
    if head.get("values") != wanted:
        raise DataFileError("was written by another release of this emulator")


def _place(state: Obj, path: list[str], part: Any) -> None:
    """Put a part where it belongs; further parts of one list or dict are added to it."""
    *way, name = path
    for step in way:
        state = state.setdefault(step, {})
    held = state.get(name)
    if isinstance(held, list):
        held.extend(part)
    elif isinstance(held, dict):
        held.update(part)
    else:
        state[name] = part
