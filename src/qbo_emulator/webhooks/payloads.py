"""How events look on the wire: both formats, the signature, the headers (F6-2 to F6-6). Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from qbo_emulator.books.pacific import to_pacific
from qbo_emulator.books.wire import Obj
from qbo_emulator.webhooks.events import Event

_VERBS: Mapping[str, str] = {
    "Create": "created",
    "Update": "updated",
    "Delete": "deleted",
    "Void": "voided",
    "Merge": "merged",
    "Emailed": "emailed",
}


def body(events: Sequence[Event], form: str, client_id: str) -> bytes:
    """The body in the form that the subscription names."""
    return event_notifications(events) if form == "legacy" else cloud_events(events, client_id)


def cloud_events(events: Sequence[Event], client_id: str) -> bytes:
    """CloudEvents 1.0: an array, whatever the realms (F6-4). Times have nine decimals, as documented."""
    source = base64.b64encode(hashlib.sha256(client_id.encode()).digest()).decode()
    return msgspec.json.encode([_cloud_event(event, f"intuit.{source}") for event in events])


def _cloud_event(event: Event, source: str) -> Obj:
    return {
        "specversion": "1.0",
        "id": event.id,
        "source": source,
        "type": f"qbo.{event.entity.lower()}.{_VERBS[event.operation]}.v1",
        "datacontenttype": "application/json",
        "time": f"{event.at:%Y-%m-%dT%H:%M:%S.%f}000Z",
        "intuitentityid": event.entity_id,
        "intuitaccountid": event.realm_id,
        "data": {"deletedid": event.deleted_id} if event.deleted_id else {},
    }


def event_notifications(events: Sequence[Event]) -> bytes:
    """The older format: entities under their realms, in the order in which the realms first appear (F6-3)."""
    realms: dict[str, list[Obj]] = {}
    for event in events:
        realms.setdefault(event.realm_id, []).append(_entity(event))
    listed = [{"realmId": realm, "dataChangeEvent": {"entities": found}} for realm, found in realms.items()]
    return msgspec.json.encode({"eventNotifications": listed})


def _entity(event: Event) -> Obj:
    deleted = {"deletedId": event.deleted_id} if event.deleted_id else {}
    return {
        "name": event.entity,
        "id": event.entity_id,
        "operation": event.operation,
        **deleted,
        "lastUpdated": f"{event.at:%Y-%m-%dT%H:%M:%S}.{event.at.microsecond // 1000:03d}Z",
    }


def signature(body: bytes, verifier_token: str) -> str:
    """`intuit-signature`: HMAC-SHA256 over the raw body, in base64 (F6-2)."""
    return base64.b64encode(hmac.new(verifier_token.encode(), body, hashlib.sha256).digest()).decode()


def headers(body: bytes, verifier_token: str, content_type: str, created_at: datetime, trace_id: str) -> dict[str, str]:
    """All headers that a notification was seen with (F6-2, F6-6)."""
    return {
        "Content-Type": content_type,
        "Accept": "application/json",
        "User-Agent": "intuit_notification_server/0.1",
        "intuit-signature": signature(body, verifier_token),
        "intuit-created-time": f"{to_pacific(created_at):%Y-%m-%dT%H:%M:%S%z}",
        "intuit-t-id": trace_id,
        "intuit-notification-schema-version": "0.1",
    }
