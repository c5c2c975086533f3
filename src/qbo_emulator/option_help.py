"""What the help of the command line says of the named options: name, values, meaning.

The meanings are the docstrings beside the fields, so that each is written once.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from itertools import pairwise
from typing import get_type_hints

import msgspec
import msgspec.inspect

from qbo_emulator.books.choices import Choices
from qbo_emulator.options import NAMES, Options


def lines() -> str:
    """A paragraph for each option, the default first among its values."""
    hints, defaults = get_type_hints(Options, include_extras=True), Options()
    meanings = {**_meanings(Choices), **_meanings(Options)}
    return "\n".join(
        _paragraph(
            f"{name} = {_values(msgspec.inspect.type_info(hints[name]), getattr(defaults, name))}", meanings[name]
        )
        for name in NAMES
    )


def _paragraph(first: str, meaning: str) -> str:
    return f"  {first}\n" + textwrap.fill(
        " ".join(meaning.split()), 110, initial_indent=" " * 6, subsequent_indent=" " * 6
    )


def _values(kind: msgspec.inspect.Type, default: object) -> str:
    match kind:
        case msgspec.inspect.LiteralType(values=values):
            return " | ".join([str(default), *(str(value) for value in values if value != default)])
        case msgspec.inspect.BoolType():
            return " | ".join(str(value).lower() for value in (default, not default))
    return f"{default} | another whole number"


def _meanings(options: type) -> dict[str, str]:
    """The docstring that follows each field of a class."""
    (written,) = ast.parse(inspect.getsource(options)).body
    assert isinstance(written, ast.ClassDef)
    return {
        ast.unparse(field.target): str(ast.literal_eval(text.value))
        for field, text in pairwise(written.body)
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr)
    }
