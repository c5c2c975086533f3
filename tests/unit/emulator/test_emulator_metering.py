"""Metered reads: what counts, for whom, and what happens when the month's are used up (sections 1.2, 1.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from emulator_gateway import Simulated, code_of, content_of, customers, status_of
from emulator_http import FRESH, SAMPLE, Caller, Emulator

from qbo_emulator.gateway.meter import Meter, month_of

QUERY = "select count(*) from Term"


@pytest.fixture
def sim() -> Simulated:
    return Simulated(limits="documented", options=(("monthly_reads", 5),))


def _reads(sim: Simulated) -> int:
    return sim.world.meter.reads(sim.clock.now())


def _use_up(sim: Simulated) -> None:
    for _ in range(5):
        assert status_of(sim.send("GET", "query", query=QUERY)) == 200


def _queries(count: int) -> dict[str, Any]:
    return {"BatchItemRequest": [{"bId": str(n), "Query": QUERY} for n in range(count)]}


def test_f1_3_2_reads_are_counted_over_all_apps_and_companies(sim: Simulated) -> None:
    sim.send("GET", "preferences")
    sim.token = sim.world.oauth.issue_directly("another app", FRESH).access_token
    sim.send("GET", "preferences")
    sim.world.companies[SAMPLE].settings.sandbox = False
    sim.realm = SAMPLE
    sim.sign_in()
    sim.send("GET", "query", query=QUERY)
    assert _reads(sim) == 3


def test_f1_3_3_writes_are_not_metered_reads_are(sim: Simulated) -> None:
    made = sim.post("customer", {"DisplayName": "Ada"})["Customer"]
    sim.send("POST", "customer", {**made, "Notes": "x"})
    sim.send("POST", "batch", customers("Bob"))
    assert _reads(sim) == 0
    sim.send("GET", f"customer/{made['Id']}")
    sim.send("GET", f"companyinfo/{FRESH}")
    sim.send("GET", "query", query=QUERY)
    sim.send("GET", "cdc", entities="Customer,Vendor", changedSince="2026-01-20T00:00:00-08:00")
    assert _reads(sim) == 4


def test_f1_3_4_above_the_months_reads_only_reads_are_refused(sim: Simulated) -> None:
    _use_up(sim)
    refused = sim.send("GET", "query", query=QUERY)
    assert (status_of(refused), refused.notes) == (429, ("limit: 5 reads a month",))
    assert status_of(sim.send("GET", "preferences")) == 429
    assert status_of(sim.send("POST", "customer", {"DisplayName": "Ada"})) == 200
    assert status_of(sim.send("POST", "batch", customers("Bob"))) == 200
    sim.world.options.monthly_reads = 0
    assert status_of(sim.send("GET", "preferences")) == 200


def test_f1_2_6_the_cap_outlasts_the_throttles_minute_until_the_month_ends(sim: Simulated) -> None:
    _use_up(sim)
    for seconds in (60, 3_600, 11 * 86_400):
        sim.clock.advance(seconds)
        sim.sign_in()
        assert status_of(sim.send("GET", "preferences")) == 429
    sim.clock.advance(86_400)
    assert sim.clock.now() == datetime(2026, 2, 1, 19, 1, tzinfo=UTC)
    sim.sign_in()
    assert status_of(sim.send("GET", "preferences")) == 200
    assert _reads(sim) == 1


def test_f1_3_6_sandboxes_sign_in_and_failures_are_not_metered(sim: Simulated) -> None:
    assert code_of(sim.send("GET", "query", query="select nothing")) == "4000"
    assert status_of(sim.send("GET", "customer/77")) == 400
    sim.rule({"kind": "status", "status": 503})
    assert status_of(sim.send("GET", "preferences")) == 503
    sim.token, token = "gone", sim.token
    assert status_of(sim.send("GET", "preferences")) == 401
    sim.token = token
    assert _reads(sim) == 0
    sim.world.companies[FRESH].settings.sandbox = True
    for _ in range(6):
        assert status_of(sim.send("GET", "preferences")) == 200
    assert _reads(sim) == 0


def test_f5_2_6_change_data_capture_is_one_metered_read(sim: Simulated) -> None:
    sim.send("GET", "cdc", entities="Customer,Vendor,Item", changedSince="2026-01-20T00:00:00-08:00")
    assert _reads(sim) == 1


def test_a_batch_is_as_many_reads_as_it_holds_queries_and_refused_as_a_whole(sim: Simulated) -> None:
    body = _queries(4)
    body["BatchItemRequest"] += customers("Ada")["BatchItemRequest"]
    assert status_of(sim.send("POST", "batch", body)) == 200
    assert _reads(sim) == 4
    assert status_of(sim.send("POST", "batch", _queries(2))) == 200
    assert _reads(sim) == 6
    body["BatchItemRequest"][-1]["Customer"]["DisplayName"] = "Bob"
    assert status_of(sim.send("POST", "batch", body)) == 429
    assert sim.count("Customer") == 1


def test_f1_3_10_what_a_write_returns_is_what_a_read_would(sim: Simulated) -> None:
    made = sim.post("customer", {"DisplayName": "Ada", "PrimaryEmailAddr": {"Address": "ada@example.com"}})["Customer"]
    assert content_of(sim.send("GET", f"customer/{made['Id']}"))["Customer"] == made
    changed = sim.post("customer", {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Notes": "x"})["Customer"]
    assert content_of(sim.send("GET", f"customer/{made['Id']}"))["Customer"] == changed


def test_f1_3_9_the_default_is_half_a_million_a_month_for_everyone_together() -> None:
    sim = Simulated(limits="documented")
    assert sim.world.options.monthly_reads == 500_000
    sim.world.meter.set(499_999, sim.clock.now())
    assert status_of(sim.send("GET", "preferences")) == 200
    assert status_of(sim.send("GET", "preferences")) == 429


def test_without_limits_reads_are_counted_and_never_refused() -> None:
    sim = Simulated(options=(("monthly_reads", 1),))
    for _ in range(3):
        assert status_of(sim.send("GET", "preferences")) == 200
    assert _reads(sim) == 3


def test_the_month_is_that_of_the_servers_date() -> None:
    last = datetime(2026, 2, 1, 7, 59, tzinfo=UTC)
    assert month_of(last) == "2026-01"
    meter = Meter()
    meter.count(3, last)
    assert meter.reads(last) == 3
    assert meter.reads(datetime(2026, 2, 1, 8, 0, tzinfo=UTC)) == 0


def test_the_control_api_shows_and_sets_what_is_used() -> None:
    caller = Caller(Emulator(limits="documented"))
    caller.get("preferences")

    def control(method: str, path: str, body: object = None) -> Any:
        options = {} if body is None else {"json": body}
        return caller.emulator.call(method, f"/_emulator/{path}", **options)

    shown = {"month": "2026-01", "reads": 1, "monthly_reads": 500_000}
    assert control("GET", "usage").json() == shown
    assert control("POST", "usage", {"reads": 500_000}).json()["reads"] == 500_000
    assert caller.send("GET", "preferences").status_code == 429
    assert control("POST", "usage", {"reads": -1}).status_code == 400
    assert control("POST", "other-app", {"realm_id": FRESH, "calls": 498}).status_code == 204
    for status in (200, 429):
        assert caller.send("POST", "customer", {"DisplayName": "Ada"}).status_code == status
    assert control("POST", "other-app", {"realm_id": "77"}).status_code == 404
    assert "calls" in control("POST", "other-app", {"realm_id": FRESH, "calls": -1}).json()["error"]
