"""A call of the Accounting API as it came in, without a server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any  # a body from JSON, not looked at yet
from urllib.parse import unquote

from qbo_emulator.books import batch
from qbo_emulator.gateway.wire_format import decode, encode, text_of


@dataclass(frozen=True)
class Call:
    """`rest` is what follows /v3/company/{realm_id}/. `headers` have lower-case names. `origin` is scheme and host as
    the caller wrote them, which some fault texts show.
    """

    method: str
    realm_id: str
    rest: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    origin: str = "http://localhost"

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The rest of the path, cut and unquoted."""
        return tuple(unquote(part) for part in self.rest.split("/") if part)

    @property
    def path(self) -> str:
        """The whole path."""
        return f"/v3/company/{self.realm_id}/{self.rest}"

    @property
    def is_batch(self) -> bool:
        """Whether it carries many operations."""
        return self.segments[:1] == ("batch",)

    @property
    def credentials(self) -> tuple[str, str]:
        """How the caller signs in (lower case), and with what; both empty if not at all."""
        scheme, _, credentials = self.headers.get("authorization", "").partition(" ")
        return scheme.lower(), credentials.strip()

    @property
    def request_id(self) -> str:
        """What the caller named this call, to repeat it safely; empty if nothing."""
        return self.params.get("requestid", "")

    @cached_property
    def content(self) -> Any:
        """The body as JSON with exact numbers, decoded once. Fault 2010 if it is none."""
        return decode(self.body)

    def part(self, start: int, stop: int | None) -> Call:
        """The batch with some of its items only. The Fault of the whole if it is no valid batch."""
        return replace(self, body=encode({"BatchItemRequest": batch.items_of(self.content)[start:stop]}))

    @property
    def text(self) -> str:
        """The body as text. Fault 500 if it is not UTF-8."""
        return text_of(self.body)
