"""Webhooks: what Intuit signed makes the changes be read soon, once; everything else is refused and does nothing."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
import their_hand
from django.db import connection
from django.test import Client
from django.urls import reverse
from engine_time import Timed, timed_rig
from rig import Rig, priced

from bluepro.config.logging import ACTIONS
from bluepro.quickbooks import hooks
from bluepro.quickbooks.connect import reading
from bluepro.quickbooks.models import Connection, Watch
from bluepro.quickbooks.store import watching
from bluepro.web.quickbooks.hooks import MOST
from qbo_emulator.webhooks import payloads
from qbo_emulator.webhooks.events import Event

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db(transaction=True)
VERIFIER = "the verifier"


@pytest.fixture(autouse=True)
def set_up(settings: Any) -> None:  # Any: pytest-django's settings
    settings.QBO_WEBHOOK_VERIFIER = VERIFIER


@pytest.fixture
def timed() -> Iterator[Timed]:
    with timed_rig() as made:
        yield made


@pytest.fixture
def rig(timed: Timed) -> Rig:
    """An invoice is in QuickBooks, and the realm is watched."""
    watching.ask(timed.rig.realm, timed.clock.now())
    timed.rig.invoice(timed.rig.contact("Ada"), [priced("Work", "1", "10")], number="1")
    timed.settle_down()
    return timed.rig


def signed(body: bytes, verifier: str = VERIFIER) -> str:
    return base64.b64encode(hmac.new(verifier.encode(), body, hashlib.sha256).digest()).decode()


def send(body: bytes, signature: str | None = None, content_type: str = "application/json") -> "Answer":
    """As Intuit posts it: no cookie, no CSRF token."""
    browser = Client(enforce_csrf_checks=True)
    header = signed(body) if signature is None else signature
    return browser.post(
        reverse("quickbooks_webhook"), body, content_type=content_type, headers={"intuit-signature": header}
    )


def classic(realm: str, at: datetime, name: str = "Invoice") -> bytes:
    entity = {"name": name, "id": "1", "operation": "Update", "lastUpdated": at.isoformat()}
    told = {"realmId": realm, "dataChangeEvent": {"entities": [entity]}}
    return json.dumps({"eventNotifications": [told]}).encode()


def event(realm: str, at: datetime, kind: str = "qbo.invoice.updated.v1") -> bytes:
    head = {
        "specversion": "1.0",
        "id": "x",
        "source": "intuit.abc",
        "type": kind,
        "datacontenttype": "application/json",
    }
    told = {**head, "time": at.isoformat(), "intuitentityid": "1", "intuitaccountid": realm, "data": {}}
    return json.dumps([told]).encode()


def soon(rig: Rig) -> bool:
    """Whether the realm's changes are to be read because somebody asked."""
    return Watch.objects.exclude(ask_at=None).filter(realm_id=rig.realm).exists()


@pytest.mark.parametrize("form", [classic, event])
def test_what_changed_there_is_read_after_a_pause_that_collects(timed: Timed, rig: Rig, form: Any) -> None:
    their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], TxnDate="2026-03-05")
    later = timed.clock.now() + timedelta(seconds=1)
    for _ in range(3):
        assert send(form(rig.realm, later)).status_code == 200
    before = len(rig.wire.calls)
    passed = timed.settle_down()
    assert passed > 15
    assert ["/cdc?" in url for _, url, _ in rig.wire.calls[before:]] == [True]
    assert [one.cause for one in rig.problems()] == ["changed_in_quickbooks"]


@pytest.mark.parametrize("form", ["cloudevents", "legacy"])
def test_what_the_local_quickbooks_sends_is_understood(timed: Timed, rig: Rig, form: str) -> None:
    happened = Event("e1", rig.realm, "Customer", "1", "Merge", timed.after(60), deleted_id="2")
    body = payloads.body([happened], form, "client")
    assert send(body, payloads.signature(body, VERIFIER)).status_code == 200
    assert soon(rig)


def test_what_was_read_already_or_comes_twice_does_nothing(timed: Timed, rig: Rig) -> None:
    long_ago = Watch.objects.get().through - timedelta(seconds=1)
    assert send(event(rig.realm, long_ago)).status_code == 200
    assert not soon(rig)


def test_a_later_webhook_does_not_put_the_reading_off(timed: Timed, rig: Rig) -> None:
    first = timed.clock.now() + timedelta(seconds=5)
    send(event(rig.realm, first))
    planned = Watch.objects.get().ask_at
    send(event(rig.realm, first + timedelta(seconds=5)))
    assert Watch.objects.get().ask_at == planned


def test_what_comes_while_the_changes_are_being_read_is_read_once_more(timed: Timed, rig: Rig) -> None:
    """The answer is older than the change: it is not in it."""
    came: list[int] = []

    def webhook() -> int:
        with closing(connection):
            return send(event(rig.realm, timed.after(60))).status_code

    def meanwhile(request: httpx2.Request, found: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
        if request.url.path.endswith("/cdc") and not came:
            with ThreadPoolExecutor(1) as other:
                came.append(other.submit(webhook).result())
            their_hand.change(rig, "Invoice", rig.entities("Invoice")[0], TxnDate="2026-03-05")
        return found

    timed.wire.tamper = meanwhile
    watching.ask(rig.realm, timed.clock.now())
    before = len(rig.wire.calls)
    assert timed.settle_down() > 15, "what comes while changes are read waits for more of it"
    assert came == [200]
    assert ["/cdc?" in url for _, url, _ in rig.wire.calls[before:]] == [True, True]
    assert [one.cause for one in rig.problems()] == ["changed_in_quickbooks"]


def test_changed_settings_make_the_readiness_be_read(timed: Timed, rig: Rig) -> None:
    now = timed.clock.now()
    Connection.objects.update(readiness_at=now)
    assert reading.outdated(now, 10) == []
    assert send(event(rig.realm, now, "qbo.preferences.updated.v1")).status_code == 200
    assert reading.outdated(now, 10) == [rig.connection]
    assert not soon(rig)
    Connection.objects.update(readiness_at=now)
    assert reading.outdated(now + timedelta(days=31), 10) == [rig.connection]


@pytest.mark.parametrize("signature", ["", "x", "é", signed(b"other"), "A" * 5000])
def test_what_is_forged_is_refused_and_does_nothing(timed: Timed, rig: Rig, signature: str) -> None:
    assert send(event(rig.realm, timed.after(60)), signature).status_code == 401
    assert (
        send(event(rig.realm, timed.after(60)), signed(event(rig.realm, timed.after(60)), "wrong")).status_code == 401
    )
    assert not soon(rig)


def test_what_is_too_large_is_refused_unread(timed: Timed, rig: Rig) -> None:
    assert send(b" " * (MOST + 1)).status_code == 413
    assert send(event(rig.realm, timed.after(60)) + b" " * (MOST - 1000)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b"[1]",
        b"{",
        b"\xff\xfe",
        b'{"eventNotifications": 3}',
        b'[{"type": "qbo.invoice.updated.v1", "intuitaccountid": "1", "time": "never"}]',
        b'[{"type": "", "intuitaccountid": "a\\u0000b", "time": "2026-09-10T21:31:25Z"}]',
        b'[{"type": "qbo.invoice.updated.v1", "intuitaccountid": "a\\u0000b", "time": "2026-09-10T21:31:25Z"}]',
        b"[" * 100_000,
    ],
)
def test_what_is_signed_and_cannot_be_read_holds_nothing_up_and_does_nothing(rig: Rig, body: bytes) -> None:
    assert send(body).status_code == 200
    assert not soon(rig)


def test_other_realms_and_other_entities_are_nothing_to_us(timed: Timed, rig: Rig) -> None:
    assert send(event("999", timed.after(60))).status_code == 200
    assert send(event(rig.realm, timed.after(60), "qbo.bill.created.v1")).status_code == 200
    assert send(classic(rig.realm, timed.after(60), "Vendor")).status_code == 200
    assert Watch.objects.count() == 1 and not soon(rig)


def test_without_a_verifier_or_by_another_method_there_is_nothing(timed: Timed, rig: Rig, settings: Any) -> None:
    assert Client().get(reverse("quickbooks_webhook")).status_code == 405
    settings.QBO_WEBHOOK_VERIFIER = ""
    body = event(rig.realm, timed.after(60))
    assert send(body, signed(body, "")).status_code == 404
    assert not soon(rig)


def test_it_is_logged_by_fixed_actions() -> None:
    assert {"webhook", "webhook_refused"} <= ACTIONS


def test_nanoseconds_and_several_realms_in_one_notification_are_read() -> None:
    first, second = (
        json.loads(event("1", datetime.fromisoformat("2026-09-10T21:31:25+00:00"))),
        json.loads(event("2", datetime.fromisoformat("2026-09-10T21:31:26+00:00"))),
    )
    first[0]["time"] = "2026-09-10T21:31:25.179851517Z"
    told = hooks.read(json.dumps(first + second).encode())
    assert told is not None and set(hooks.newest(told)) == {"1", "2"}
