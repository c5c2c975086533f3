"""When webhooks are sent and what happens on failure: the retry schedule, the line that waits, repeats (section 6).

All of it by the clock that tests push; what really goes over a socket is in test_emulator_webhook_sending.py.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from emulator_http import FRESH, ID, SAMPLE, Caller, Emulator
from emulator_webhooks import ENDPOINT, Told
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.books.company import Written
from qbo_emulator.ids import SeededIds
from qbo_emulator.webhooks.queue import RETRIES, Outcome, Rules, WebhookQueue
from qbo_emulator.webhooks.subscription import Subscription, parse

START = datetime(2026, 1, 20, 18, tzinfo=UTC)
HOUR = 3600
# F6-9: the waits between attempts, in seconds; the last one goes on for ever.
WAITS = [10, 20, 30, 300, 1200, 2 * HOUR, 4 * HOUR, 6 * HOUR, 6 * HOUR, 6 * HOUR, 6 * HOUR]


def _change(told: Told, name: str) -> None:
    told.caller.post("customer", {"DisplayName": name})


def _names(bodies: list[Any]) -> list[list[str]]:
    return [[event["intuitentityid"] for event in body] for body in bodies]


def _notification(told: Told, place: int = -1) -> dict[str, Any]:
    found: dict[str, Any] = told.emulator.call("GET", "/_emulator/notifications").json()[place]
    return found


def test_f6_9_a_failed_notification_is_sent_again_by_the_schedule_with_the_same_bytes() -> None:
    told = Told()
    told.endpoint.answers = [500] * (len(WAITS) + 1)
    _change(told, "Ada")
    assert told.round() == 1
    for wait in WAITS:
        told.emulator.clock.advance(wait - 1)
        assert told.round() == 0
        told.emulator.clock.advance(1)
        assert told.round() == 1
    assert len({(one.body, one.headers["intuit-signature"]) for one in told.endpoint.received}) == 1
    assert _notification(told)["attempts"] == len(WAITS) + 1


def test_f6_9_later_events_wait_behind_the_failed_one_and_follow_when_it_succeeds() -> None:
    told = Told()
    told.endpoint.answers = [503]
    _change(told, "Ada")
    assert told.round() == 1
    _change(told, "Bob")
    _change(told, "Cleo")
    told.emulator.clock.advance(9)
    assert told.round() == 0
    told.emulator.clock.advance(1)
    assert _names(told.rounds()) == [["1"], ["2", "3"]]


def test_f6_9_another_apps_endpoint_does_not_wait() -> None:
    told = Told()
    told.emulator.call("POST", "/_emulator/apps", json={"client_id": "other"})
    told.emulator.call("POST", "/_emulator/tokens", json={"realm_id": FRESH, "client_id": "other"})
    told.subscribe("other", endpoint=ENDPOINT + "/other")
    told.endpoint.answers = [500, 200]
    _change(told, "Ada")
    assert told.round() == 2
    _change(told, "Bob")
    told.round()
    assert [one.url for one in told.endpoint.received[2:]] == [ENDPOINT + "/other"]


@pytest.mark.parametrize("answer", [None, 201, 204, 301, 400, 429, 500])
def test_f6_8_only_200_in_time_is_success(answer: int | None) -> None:
    told = Told()
    told.endpoint.answers = [answer]
    _change(told, "Ada")
    told.round()
    shown = _notification(told)
    assert (shown["delivered"], shown["status"], shown["attempts"]) == (False, answer, 1)
    told.emulator.clock.advance(10)
    told.round()
    assert _notification(told)["delivered"] is True


def test_f6_10_an_endpoint_that_keeps_failing_can_be_seen() -> None:
    """Intuit mails the developer; here the list of notifications says it."""
    told = Told()
    told.endpoint.answers = [500] * 4
    _change(told, "Ada")
    for wait in (0, 10, 20, 30):
        told.emulator.clock.advance(wait)
        told.round()
    shown = _notification(told)
    assert (shown["attempts"], shown["status"], shown["delivered"]) == (4, 500, False)
    assert shown["next_at"] == "2026-01-20T18:06:00Z"


def test_f6_1_the_first_notification_may_take_five_minutes() -> None:
    told = Told(first_after_seconds=300)
    _change(told, "Ada")
    told.emulator.clock.advance(299)
    assert told.round() == 0
    told.emulator.clock.advance(1)
    _change(told, "Bob")
    assert _names(told.rounds()) == [["1", "2"]]
    _change(told, "Cleo")
    assert _names(told.rounds()) == [["3"]]


def test_events_can_be_gathered_for_a_while() -> None:
    told = Told(delay_seconds=60)
    _change(told, "Ada")
    told.emulator.clock.advance(59)
    _change(told, "Bob")
    assert told.round() == 0
    told.emulator.clock.advance(1)
    assert _names(told.rounds()) == [["1", "2"]]


def test_f6_11_events_can_be_repeated() -> None:
    told = Told(copies=2)
    _change(told, "Ada")
    first, second = told.rounds()
    assert first == second


def test_f6_11_a_settled_notification_can_be_sent_once_more_on_demand() -> None:
    told = Told()
    _change(told, "Ada")
    (first,) = told.rounds()
    number = _notification(told)["number"]
    again = told.emulator.call("POST", f"/_emulator/notifications/{number}/repeat")
    assert (again.status_code, again.json()["repeats"]) == (202, number)
    assert told.rounds() == [first]


def test_f6_11_events_can_be_out_of_order_and_their_time_tells_the_true_one() -> None:
    told = Told(order="reversed")
    for name in ("Ada", "Bob", "Cleo"):
        _change(told, name)
        told.emulator.clock.advance(1)
    (body,) = told.rounds()
    assert _names([body]) == [["3", "2", "1"]]
    in_time = sorted(body, key=lambda event: str(event["time"]))
    assert _names([in_time]) == [["1", "2", "3"]]


def test_f6_12_change_data_capture_tells_what_webhooks_missed() -> None:
    told = Told()
    told.endpoint.answers = [500]
    _change(told, "Ada")
    told.round()
    changes = told.caller.get("cdc", entities="Customer", changedSince="2026-01-20T09:59:00-08:00")
    found = changes["CDCResponse"][0]["QueryResponse"][0]["Customer"]
    assert [one["Id"] for one in found] == ["1"]


def test_a_new_endpoint_gets_what_waits_and_a_forgotten_one_nothing() -> None:
    told = Told()
    told.endpoint.answers = [500]
    _change(told, "Ada")
    told.round()
    told.subscribe(endpoint=ENDPOINT + "/new")
    told.emulator.clock.advance(10)
    told.round()
    assert told.endpoint.received[-1].url == ENDPOINT + "/new"
    _change(told, "Bob")
    assert told.emulator.call("DELETE", f"/_emulator/webhooks/{ID}").status_code == 204
    assert told.rounds() == []


def test_the_list_of_notifications_can_be_read_from_a_number_on() -> None:
    told = Told()
    for name in ("Ada", "Bob", "Cleo"):
        _change(told, name)
        told.rounds()
    shown = told.emulator.call("GET", "/_emulator/notifications?since=1&limit=1").json()
    assert [one["number"] for one in shown] == [2]
    assert told.emulator.call("GET", "/_emulator/notifications?since=x").status_code == 400


def test_the_command_line_takes_an_address_or_all_fields() -> None:
    assert parse(ENDPOINT) == Subscription(endpoint=ENDPOINT)
    assert parse(f'{{"endpoint":"{ENDPOINT}","format":"legacy"}}').format == "legacy"
    with pytest.raises(ValueError, match="endpoint"):
        parse("nowhere")
    emulator = Emulator(webhook=parse(ENDPOINT))
    assert list(emulator.call("GET", "/_emulator/webhooks").json()) == [ID]


def _queue() -> WebhookQueue:
    queue = WebhookQueue(SeededIds(1), Rules(connected=lambda _app, _realm: True, deactivation_deletes=lambda: True))
    queue.subscribe("app", Subscription(endpoint=ENDPOINT), START)
    return queue


_STEPS = st.lists(
    st.tuples(
        st.sampled_from([None, FRESH, SAMPLE]),  # a write in a realm
        st.sampled_from([None, 200, 500]),  # how a delivery goes; None: it takes time
        st.integers(0, 4000),  # seconds that pass
    ),
    max_size=40,
)


@given(steps=_STEPS)
def test_whatever_happens_each_event_arrives_once_and_in_order_of_its_company(
    steps: list[tuple[str | None, int | None, int]],
) -> None:
    queue, now = _queue(), START
    told: dict[str, list[str]] = {FRESH: [], SAMPLE: []}
    arrived: dict[str, list[str]] = {FRESH: [], SAMPLE: []}
    flying: list[Any] = []

    def settle(status: int) -> None:
        one = flying.pop()
        if status == 200:
            for event in json.loads(one.body):
                arrived[event["intuitaccountid"]].append(event["intuitentityid"])
        queue.settle(one.number, Outcome(status), now)

    for count, (realm, status, seconds) in enumerate(steps):
        if realm:
            told[realm].append(str(count))
            queue.happened(realm, Written("Customer", str(count), "Create", None, {}), now)
        flying += queue.due(now)
        assert len(flying) <= 1  # one endpoint, one notification at a time
        if flying and status:
            settle(status)
        now += timedelta(seconds=seconds)
    while flying or queue.pending():
        flying += queue.due(now)
        if flying:
            settle(200)
        now += RETRIES[-1]
    assert arrived == told


def test_a_caller_of_another_realm_changes_nothing_here() -> None:
    told = Told()
    Caller(told.emulator, SAMPLE).post("customer", {"DisplayName": "There"})
    assert [[event["intuitaccountid"] for event in body] for body in told.rounds()] == [[SAMPLE]]
