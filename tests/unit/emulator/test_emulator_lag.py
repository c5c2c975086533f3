"""Queries that see the books as they were some seconds ago, and how long answers take."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from emulator_gateway import Simulated, content_of, customers, status_of
from emulator_http import SAMPLE
from hypothesis import given, settings
from hypothesis import strategies as st

from qbo_emulator.gateway.arrival import Act, Arrival
from qbo_emulator.gateway.latency import BATCH, BATCH_ITEM, READ, SPREAD, WRITE, Latency, middle

ALL = "select * from Customer orderby Id"


@pytest.fixture
def sim() -> Simulated:
    return Simulated()


def _lag(sim: Simulated, seconds: float = 10, **more: Any) -> None:
    sim.rule({"kind": "lag", "seconds": seconds, **more}, count=None)


def _names(sim: Simulated) -> list[str]:
    return [one["DisplayName"] for one in sim.query(ALL).get("Customer", [])]


def _update(sim: Simulated, made: dict[str, Any], **fields: Any) -> dict[str, Any]:
    body = {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True, **fields}
    return dict(sim.post("customer", body)["Customer"])


def test_a_query_sees_a_write_only_after_the_lag(sim: Simulated) -> None:
    _lag(sim)
    sim.post("customer", {"DisplayName": "Ada"})
    assert _names(sim) == []
    assert sim.query("select count(*) from Customer") == {"totalCount": 0}
    sim.clock.advance(9.999)
    assert _names(sim) == []
    sim.clock.advance(0.001)
    assert _names(sim) == ["Ada"]
    assert sim.query("select * from Customer where DisplayName = 'Ada'")["maxResults"] == 1


def test_what_was_there_before_the_rule_is_seen(sim: Simulated) -> None:
    made = sim.post("customer", {"DisplayName": "Ada"})["Customer"]
    _lag(sim)
    assert _names(sim) == ["Ada"]
    _update(sim, made, DisplayName="Eve")
    assert _names(sim) == ["Ada"]
    sim.clock.advance(10)
    assert _names(sim) == ["Eve"]


def test_deletes_lag_too_and_so_does_change_data_capture(sim: Simulated) -> None:
    customer = sim.post("customer", {"DisplayName": "Ada"})["Customer"]
    _lag(sim)
    made = sim.post("payment", {"CustomerRef": {"value": customer["Id"]}, "TotalAmt": 5})["Payment"]
    since = "2026-01-20T09:00:00-08:00"

    def told() -> list[str | None]:
        answer = content_of(sim.send("GET", "cdc", entities="Payment", changedSince=since))
        held = answer["CDCResponse"][0]["QueryResponse"][0].get("Payment", [])
        return [one.get("status") for one in held]

    assert told() == []
    sim.clock.advance(10)
    assert told() == [None]
    sim.post("payment", {"Id": made["Id"], "SyncToken": made["SyncToken"]}, operation="delete")
    assert told() == [None]
    sim.clock.advance(10)
    assert told() == ["Deleted"]
    assert sim.query("select * from Payment") == {}


def test_reads_by_id_are_of_the_present_unless_they_are_to_lag(sim: Simulated) -> None:
    _lag(sim)
    made = sim.post("customer", {"DisplayName": "Ada"})["Customer"]
    assert status_of(sim.send("GET", f"customer/{made['Id']}")) == 200
    sim.clock.advance(10)
    sim.world.faults.clear()
    _lag(sim, reads=True)
    _update(sim, made, DisplayName="Eve")
    assert content_of(sim.send("GET", f"customer/{made['Id']}"))["Customer"]["DisplayName"] == "Ada"
    sim.clock.advance(10)
    assert content_of(sim.send("GET", f"customer/{made['Id']}"))["Customer"]["DisplayName"] == "Eve"


def test_writes_know_the_present_whatever_queries_say(sim: Simulated) -> None:
    _lag(sim)
    made = sim.post("customer", {"DisplayName": "Ada"})["Customer"]
    again = sim.send("POST", "customer", {"DisplayName": "Ada"})
    assert content_of(again)["Fault"]["Error"][0]["code"] == "6240"
    assert _update(sim, made, Notes="x")["SyncToken"] == "1"


def test_in_a_batch_only_the_queries_lag(sim: Simulated) -> None:
    _lag(sim)
    body = customers("Ada")
    body["BatchItemRequest"].append({"bId": "q", "Query": ALL})
    made, found = sim.post("batch", body)["BatchItemResponse"]
    assert made["Customer"]["DisplayName"] == "Ada"
    assert found["QueryResponse"] == {}


def test_computed_balances_lag_with_the_rest() -> None:
    sim = Simulated(realm=SAMPLE)
    _lag(sim)
    before = sim.query("select * from Customer where Id = '3'")["Customer"][0]["Balance"]
    detail = {"ItemRef": {"value": "2"}, "TaxCodeRef": {"value": "NON"}}
    line = {"Amount": 10, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    sim.post("invoice", {"CustomerRef": {"value": "3"}, "Line": [line]})
    assert sim.query("select * from Customer where Id = '3'")["Customer"][0]["Balance"] == before
    sim.clock.advance(10)
    assert sim.query("select * from Customer where Id = '3'")["Customer"][0]["Balance"] == before + 10


def test_several_lags_at_once_each_keep_their_own_past(sim: Simulated) -> None:
    sim.rule({"kind": "lag", "seconds": 5}, entity="Customer", count=None)
    sim.rule({"kind": "lag", "seconds": 20}, entity="PaymentMethod", count=None)
    sim.post("customer", {"DisplayName": "Ada"})
    sim.post("paymentmethod", {"Name": "Barter"})
    sim.clock.advance(5)
    methods = "select * from PaymentMethod where Name = 'Barter'"
    assert (_names(sim), sim.query(methods)) == (["Ada"], {})
    sim.clock.advance(15)
    assert sim.query(methods)["maxResults"] == 1


def test_without_the_rule_nothing_is_kept_for_it(sim: Simulated) -> None:
    _lag(sim)
    sim.post("customer", {"DisplayName": "Ada"})
    tables = sim.world.companies[sim.realm].tables
    assert len(tables["Customer"].followers) == 1
    sim.world.faults.clear()
    assert _names(sim) == ["Ada"]
    assert [len(table.followers) for table in tables.values()] == [0] * len(tables)


def test_a_company_that_was_replaced_is_followed_anew(sim: Simulated) -> None:
    _lag(sim)
    sim.post("customer", {"DisplayName": "Ada"})
    other = Simulated().world.companies[sim.realm]
    other.clock = sim.world.clock
    sim.world.companies[sim.realm] = other
    assert _names(sim) == []


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["create", "rename", "deactivate", "wait"]), st.integers(0, 5)), max_size=40))
def test_a_lagging_query_says_what_a_query_said_so_long_ago(acts: list[tuple[str, int]]) -> None:
    sim = Simulated()
    _lag(sim, 3)
    sim.send("GET", "preferences")
    said: dict[int, list[str]] = {0: []}
    second = 0
    active = "select * from Customer where Active in (true, false) orderby DisplayName desc"
    for number, (act, which) in enumerate(acts):
        held = [row.data for row in sim.world.companies[sim.realm].tables["Customer"].rows.values()]
        if act == "create":
            sim.post("customer", {"DisplayName": f"C{number}"})
        elif act == "wait":
            for _ in range(which):
                sim.clock.advance(1)
                second += 1
                said[second] = _live(sim)
        elif held:
            fields = {"DisplayName": f"R{number}"} if act == "rename" else {"Active": False}
            _update(sim, held[which % len(held)], **fields)
        said[second] = _live(sim)
        found = [one["DisplayName"] for one in sim.query(active).get("Customer", [])]
        assert found == said.get(second - 3, [])


def _live(sim: Simulated) -> list[str]:
    rows = sim.world.companies[sim.realm].tables["Customer"].rows.values()
    return sorted((str(row.data["DisplayName"]) for row in rows), reverse=True)


def _arrival(operation: str, count: int = 1, batch: bool = False) -> Arrival:
    return Arrival("1", batch, (Act("Invoice", operation),) * count)


@pytest.mark.parametrize(
    ("arrival", "seconds"),
    [
        (_arrival("create"), WRITE),
        (_arrival("void"), WRITE),
        (_arrival("query"), READ),
        (_arrival("cdc"), READ),
        (_arrival("create", 1, batch=True), BATCH + BATCH_ITEM),
        (_arrival("create", 30, batch=True), BATCH + 30 * BATCH_ITEM),
    ],
)
def test_answers_take_their_middle_time_within_the_spread(arrival: Arrival, seconds: float) -> None:
    assert middle(arrival) == seconds
    latency = Latency(Random(1))
    drawn = [latency.seconds(arrival) for _ in range(2_000)]
    assert seconds * (1 - SPREAD) <= min(drawn) < seconds * 0.71
    assert seconds * 1.29 < max(drawn) <= seconds * (1 + SPREAD)
    assert sum(drawn) / len(drawn) == pytest.approx(seconds, rel=0.02)


def test_the_same_seed_takes_the_same_times() -> None:
    def times(seed: int) -> list[float]:
        sim = Simulated(latency="documented", fault_seed=seed)
        return [sim.send("GET", "preferences").seconds for _ in range(5)]

    assert times(3) == times(3) != times(4)


def test_f1_1_20_two_calls_sent_together_may_be_answered_in_either_order() -> None:
    sim = Simulated(latency="documented")
    pairs = [(sim.send("GET", "preferences").seconds, sim.send("GET", "preferences").seconds) for _ in range(50)]
    assert {first < second for first, second in pairs} == {True, False}


def test_refused_calls_take_no_time() -> None:
    sim = Simulated(latency="documented")
    sim.token = "gone"
    assert sim.send("GET", "preferences").seconds == 0
