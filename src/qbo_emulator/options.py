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

    refresh_token_days: Literal[101, 100] = 101
    """How long a value of the refresh token lives unused; the lives in circulation (F2.4-3)."""
    refresh_grace_seconds: Annotated[int, msgspec.Meta(ge=0)] = 0
    """How long a replaced refresh token still works (F2.5-4)."""
    refresh_race: Literal["loser", "both"] = "loser"
    """Who loses when a replaced refresh token is used: only the caller, or the grant with all tokens too (F2.6-5)."""
    email_verified: bool = True
    """Whether userinfo says that the person's e-mail address is verified (F2.7-7)."""
    webhooks_anywhere: bool = False
    """Whether webhooks may be sent to other machines than this one."""
    webhook_deactivation: Literal["delete", "update"] = "delete"
    """As what operation apps are told that a list entry went inactive (F6-13)."""

    limits: Literal["documented", "none"] = "documented"
    """Whether calls beyond Intuit's documented limits are refused (section 1.1)."""
    throttle_answer: Literal["xml", "json", "xml_403"] = "xml"
    """How a throttled call is answered: as recorded, as JSON with Retry-After, or with the 403 of 2016 (1.2)."""
    batch_items: Literal["not_counted", "counted"] = "not_counted"
    """Whether each item of a batch counts against 500 calls a minute (F4-11)."""
    monthly_reads: Annotated[int, msgspec.Meta(ge=0)] = 500_000
    """Metered reads a month before reads are refused (F1.3-4); 0 is no end."""
    request_ids: Literal["replay", "ignore", "refuse"] = "replay"
    """What a repeated request id brings: the first answer again, a second write, or 600 (section 3.4)."""
    parallel_names: Literal["refuse", "allow"] = "refuse"
    """Whether a single write of a name is refused while another one is being worked on (F7.1-25)."""
    latency: Literal["off", "documented"] = "off"
    """Whether answers take the time that gateway/latency.py says."""
    largest_body: Annotated[int, msgspec.Meta(ge=1)] = 10_000_000
    """Bytes of a body before it is answered 413 (F4-8)."""

    without_accept: Literal["refuse", "json"] = "refuse"
    """What a call gets that does not name JSON in Accept, which the real service answers in XML (F3.1-3)."""


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
