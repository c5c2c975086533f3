"""Named options of the whole emulator: what it does where sources disagree or nothing is known.

The defaults are the reading of docs/quickbooks-behaviour.md. What one company's owner sets is in CompanySettings. An
option is set by `--option NAME=VALUE` at the start and by the control API at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from qbo_emulator.books.choices import Choices


class Options(Choices, kw_only=True, forbid_unknown_fields=True):
    """All of them, those of the books included; docs/emulator.md has a row for each."""

    refresh_grace_seconds: Annotated[int, msgspec.Meta(ge=0)] = 0
    """How long a replaced refresh token still works (F2.5-4)."""
    refresh_race: Literal["loser", "both"] = "loser"
    """Who loses when a replaced refresh token is used: only the caller, or the grant with all tokens too (F2.6-5)."""


NAMES = Options.__struct_fields__


def changed(options: Options, values: Mapping[str, object]) -> Options:
    """The options with some values changed; words such as "0" are taken for what they mean.

    Raises msgspec.ValidationError naming the option and the rule.
    """
    return msgspec.convert({**msgspec.to_builtins(options), **values}, Options, strict=False)


def parse(text: str) -> tuple[str, str]:
    """NAME=VALUE of the command line. ValueError if it is none, or no option has the name or takes the value."""
    name, found, value = text.partition("=")
    if not found or name not in NAMES:
        raise ValueError(f"{text!r} is not NAME=VALUE with one of the names {', '.join(NAMES)}")
    try:
        changed(Options(), {name: value})
    except msgspec.ValidationError as error:
        raise ValueError(f"{text!r}: {error}") from error
    return name, value
