"""Where an app wants to be told and how: what a developer sets in the portal (F6-1), checked.

Beyond what the portal has stand the things on which sources differ (formats, realms) and faults on demand (copies,
order, delay).
"""

from __future__ import annotations

import ipaddress
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

import msgspec

from qbo_emulator.books.state import value
from qbo_emulator.webhooks.events import OPERATIONS


@value
class Subscription(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One app's endpoint. Empty texts are drawn, an empty list of entities means all."""

    endpoint: Annotated[str, msgspec.Meta(max_length=2000)]
    verifier_token: Annotated[str, msgspec.Meta(max_length=200)] = ""
    entities: tuple[str, ...] = ()
    format: Literal["cloudevents", "legacy"] = "cloudevents"
    content_type: Literal["application/json", "application/cloudevents+json"] = "application/json"
    realms: Literal["one", "mixed"] = "one"
    """Whether a notification holds the events of one company or of several (F6-7)."""
    delay_seconds: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 0
    """How long events are gathered before they are sent."""
    first_after_seconds: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 0
    """How long after the subscription nothing is sent yet (F6-1)."""
    copies: Literal[1, 2] = 1
    """How often each notification is sent (F6-11)."""
    order: Literal["time", "reversed"] = "time"
    """In which order the events that are sent together stand (F6-11)."""

    def __post_init__(self) -> None:
        check_endpoint(self.endpoint)
        unknown = [name for name in self.entities if name not in OPERATIONS]
        if unknown:
            raise ValueError(f"entities: {', '.join(unknown)} has no webhooks")


def check_endpoint(endpoint: str) -> SplitResult:
    """The parts of an http or https address. ValueError if it is none."""
    parts = urlsplit(endpoint)
    printable = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint
    if not printable or parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("endpoint must be an http or https address")
    if "@" in parts.netloc or parts.fragment:
        raise ValueError("endpoint must have neither a user nor a fragment")
    return parts


def names_this_machine(endpoint: str) -> bool:
    """Whether the address says by itself that it is on this machine; where a name leads is seen when it is called."""
    host = check_endpoint(endpoint).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def parse(text: str) -> Subscription:
    """What the command line says: an address, or the JSON that the control API takes. ValueError with the reason."""
    body = text if text.lstrip().startswith("{") else msgspec.json.encode({"endpoint": text})
    try:
        return msgspec.json.decode(body, type=Subscription)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{text!r}: {error}") from error
