"""What Intuit tells by webhook: whether it is really from Intuit, and of which companies it speaks (pure).

A webhook holds ids only {F6-11}, may come twice, late or out of order, and tells of our own writes as well: so it says
no more than that a company's changes should be read soon. Both formats are understood {F6-3, F6-4}.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

PREFERENCES = "preferences"
_REALM = re.compile(r"[0-9]{1,40}")
OURS = frozenset({"customer", "item", "invoice", "payment"})


@dataclass(frozen=True, slots=True)
class Told:
    """That an entity of a realm changed, at a time of QuickBooks' clock; `entity` is its name in lower case."""

    realm_id: str
    entity: str
    at: datetime


class _Entity(msgspec.Struct, rename="camel"):
    name: str
    last_updated: datetime


class _DataChange(msgspec.Struct):
    entities: list[_Entity]


class _Notification(msgspec.Struct, rename="camel"):
    realm_id: str
    data_change_event: _DataChange


class _Classic(msgspec.Struct, rename="camel"):
    event_notifications: list[_Notification]


class _CloudEvent(msgspec.Struct):
    type: str
    intuitaccountid: str
    time: datetime


_body = msgspec.json.Decoder(_Classic | list[_CloudEvent])


def is_signed(body: bytes, signature: str, verifier: str) -> bool:
    """Whether the signature is that of the very bytes, by the key that only Intuit and we know {F6-2}."""
    wanted = base64.b64encode(hmac.new(verifier.encode(), body, hashlib.sha256).digest())
    return hmac.compare_digest(wanted, signature.strip().encode("utf-8", "replace"))


def read(body: bytes) -> tuple[Told, ...] | None:
    """What is told; None if it cannot be read. Entities that are nothing to us are left out."""
    try:
        found = _body.decode(body)
        told = _classic(found) if isinstance(found, _Classic) else map(_event, found)
        return tuple(one for one in told if one.entity in OURS | {PREFERENCES} and _REALM.fullmatch(one.realm_id))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _classic(found: _Classic) -> Iterator[Told]:
    for one in found.event_notifications:
        for entity in one.data_change_event.entities:
            yield Told(one.realm_id, entity.name.lower(), _aware(entity.last_updated))


def _event(event: _CloudEvent) -> Told:
    """Its type is such as qbo.invoice.updated.v1; the part in the middle names the entity."""
    parts = event.type.lower().split(".")
    return Told(event.intuitaccountid, parts[1] if len(parts) > 1 else "", _aware(event.time))


def _aware(moment: datetime) -> datetime:
    """A time without a zone is taken for UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def newest(told: tuple[Told, ...]) -> Mapping[str, datetime]:
    """By realm, when the latest of its changes was made."""
    found: dict[str, datetime] = {}
    for one in told:
        if one.entity in OURS:
            found[one.realm_id] = max(one.at, found.get(one.realm_id, one.at))
    return found


def preferences(told: tuple[Told, ...]) -> frozenset[str]:
    """The realms whose settings were changed."""
    return frozenset(one.realm_id for one in told if one.entity == PREFERENCES)
