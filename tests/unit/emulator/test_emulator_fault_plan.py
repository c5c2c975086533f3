"""Which calls a fault rule hits: aims, counters, chance. Pure: no books, no HTTP."""

from __future__ import annotations

from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.gateway.arrival import Act, Arrival, arrival_of, arrival_of_token
from qbo_emulator.gateway.call import Call
from qbo_emulator.gateway.fault_mix import SURVIVABLE, survivable
from qbo_emulator.gateway.fault_plan import FaultPlan
from qbo_emulator.gateway.fault_rules import Absurd, Code, CommitLate, Drop, FaultRule, Lag, Slow


def single(entity: str = "Invoice", operation: str = "create", realm: str = "1") -> Arrival:
    return Arrival(realm, False, (Act(entity, operation),))


def batch(*acts: tuple[str, str]) -> Arrival:
    return Arrival("1", True, tuple(Act(*act) for act in acts))


MIXED = batch(("Customer", "create"), ("Invoice", "create"), ("Invoice", "void"), ("Item", "query"))


def plan(*rules: FaultRule, seed: int = 0) -> FaultPlan:
    made = FaultPlan(Random(seed))
    for rule in rules:
        made.add(rule)
    return made


def hits(rule: FaultRule, *arrivals: Arrival) -> list[list[int | None]]:
    """Per call the items that are hit; [None] is the call as a whole."""
    made = plan(rule)
    return [[hit.item for hit in made.decide(arrival).hits] for arrival in arrivals]


def test_without_rules_nothing_goes_wrong() -> None:
    assert plan().decide(single()).hits == ()


@pytest.mark.parametrize(
    ("aim", "arrival", "hit"),
    [
        ({}, single(), True),
        ({"entity": "Invoice"}, single(), True),
        ({"entity": "Payment"}, single(), False),
        ({"operation": "create"}, single(), True),
        ({"operation": "write"}, single(operation="void"), True),
        ({"operation": "write"}, single(operation="query"), False),
        ({"operation": "batch"}, single(), False),
        ({"operation": "batch"}, MIXED, True),
        ({"realm_id": "1"}, single(), True),
        ({"realm_id": "2"}, single(), False),
        ({"entity": "Invoice", "operation": "void"}, MIXED, True),
        ({"entity": "Customer", "operation": "void"}, MIXED, False),
        ({"item": 3}, MIXED, True),
        ({"item": 4}, MIXED, False),
        ({"item": 0}, single(), False),
        ({"item": 0, "entity": "Invoice"}, MIXED, False),
        ({}, arrival_of_token("refresh"), False),
        ({"operation": "refresh"}, arrival_of_token("refresh"), True),
        ({"operation": "exchange"}, arrival_of_token("refresh"), False),
    ],
)
def test_a_rule_hits_what_it_is_aimed_at(aim: dict[str, object], arrival: Arrival, hit: bool) -> None:
    rule = msgspec.convert({"effects": [{"kind": "drop"}], **aim}, FaultRule)
    assert bool(plan(rule).decide(arrival).hits) is hit


@pytest.mark.parametrize(
    ("effect", "arrival", "hit"),
    [
        (CommitLate(seconds=1), single(operation="read"), False),
        (CommitLate(seconds=1), MIXED, True),
        (Lag(seconds=1), single(), False),
        (Lag(seconds=1), MIXED, True),
        (Lag(seconds=1), single(operation="read"), False),
        (Lag(seconds=1, reads=True), single(operation="read"), True),
        (Lag(seconds=1), single(operation="cdc"), True),
        (Absurd(what="item_missing"), single(), False),
        (Absurd(what="item_missing"), MIXED, True),
        (Absurd(what="other_total"), single("Customer"), False),
        (Absurd(what="other_total"), single("Payment"), True),
        (Absurd(what="other_number"), single("Payment"), False),
        (Absurd(what="other_id"), single(operation="query"), False),
        (Absurd(what="other_id"), single(operation="delete"), False),
        (Absurd(what="body_cut"), single(operation="query"), True),
    ],
)
def test_an_effect_hits_only_what_it_can(effect: Lag, arrival: Arrival, hit: bool) -> None:
    assert bool(plan(FaultRule(effects=(effect,))).decide(arrival).hits) is hit


def test_the_nth_match_is_hit_so_many_times() -> None:
    rule = FaultRule(effects=(Drop(),), entity="Invoice", nth=2, count=2)
    calls = [single(), single("Payment"), single(), single(), single()]
    assert hits(rule, *calls) == [[], [], [None], [None], []]


def test_without_an_end_every_match_is_hit() -> None:
    assert hits(FaultRule(effects=(Drop(),), count=None), *[single()] * 5) == [[None]] * 5


def test_codes_hit_the_items_that_they_are_aimed_at_and_count_them() -> None:
    aimed = FaultRule(effects=(Code(code="6240"),), entity="Invoice", nth=2, count=None)
    assert hits(aimed, MIXED, single()) == [[2], [None]]
    assert hits(FaultRule(effects=(Code(code="6190"),)), MIXED) == [[None]]
    assert hits(FaultRule(effects=(Code(code="6190"),), item=3), MIXED) == [[3]]
    assert hits(FaultRule(effects=(Code(code="6190"),), operation="batch"), MIXED) == [[None]]


def test_wrong_objects_are_wrong_item_by_item() -> None:
    assert hits(FaultRule(effects=(Absurd(what="other_id"),), count=None), MIXED) == [[0, 1, 2]]
    assert hits(FaultRule(effects=(Absurd(what="other_total"),), count=None), MIXED) == [[1, 2]]


def test_a_missing_item_is_drawn_or_named() -> None:
    assert hits(FaultRule(effects=(Absurd(what="item_missing"),), item=2), MIXED) == [[2]]
    rule = FaultRule(effects=(Absurd(what="item_missing"),), count=None)
    drawn = {hits(rule, *[MIXED] * 50)[n][0] for n in range(50)}
    assert drawn == {0, 1, 2, 3}


def test_what_cannot_hit_is_no_match() -> None:
    made = plan(FaultRule(effects=(Lag(seconds=1), CommitLate(seconds=5)), count=None))
    kinds = [made.decide(one).hits[0].effect for one in (single(), single(operation="query"))]
    assert [type(kind) for kind in kinds] == [CommitLate, Lag]
    assert made.shown()[0]["matches"] == made.shown()[0]["injections"] == 2


def test_rules_count_add_up_and_can_be_removed() -> None:
    made = plan(FaultRule(effects=(Slow(seconds=1),), count=None), FaultRule(effects=(Drop(),), nth=2))
    assert [len(made.decide(single()).hits) for _ in range(3)] == [1, 2, 1]
    assert [(rule["id"], rule["matches"], rule["injections"]) for rule in made.shown()] == [(1, 3, 3), (2, 3, 1)]
    assert made.remove(1)
    assert not made.remove(1)
    assert made.decide(single()).hits == ()
    assert made.add(FaultRule(effects=(Drop(),))) == 3
    made.clear()
    assert made.shown() == []


def test_what_is_injected_is_said_in_words() -> None:
    late = CommitLate(seconds=5)
    made = plan(FaultRule(effects=(Code(code="610", committed=True),), item=1), FaultRule(effects=(late,)))
    assert made.decide(MIXED).notes == ("fault 1: code 610 committed at item 1", "fault 2: commit_late 5 reset")


@given(st.integers(0, 1000), st.floats(0.01, 1))
def test_the_same_seed_gives_the_same_faults(seed: int, rate: float) -> None:
    calls = [single(), MIXED, single(operation="query"), single("Customer", "update")] * 20

    def faults() -> list[tuple[str, ...]]:
        made = plan(survivable(rate), seed=seed)
        return [made.decide(call).notes for call in calls]

    assert faults() == faults()


def test_the_random_mix_hits_about_its_part_of_all_calls_with_everything() -> None:
    made = plan(survivable(0.05), seed=1)
    found = [hit.effect for _ in range(20_000) for arrival in (single(), MIXED) for hit in made.decide(arrival).hits]
    assert 1_800 < len(found) < 2_200
    assert set(found) == set(SURVIVABLE)


@pytest.mark.parametrize("rate", [0, -1, 1.1])
def test_a_rate_is_a_part(rate: float) -> None:
    with pytest.raises(ValueError, match="fault rate"):
        survivable(rate)


def test_a_mix_in_a_hurry_is_late_by_no_more_than_it_may() -> None:
    hurried = survivable(0.1, lateness=2).effects
    assert len(hurried) == len(SURVIVABLE)
    assert {one.seconds for one in hurried if isinstance(one, CommitLate | Lag | Slow)} == {2}
    assert {one.connection for one in hurried if isinstance(one, CommitLate | Drop)} == {"reset"}
    with pytest.raises(ValueError, match="lateness"):
        survivable(0.1, lateness=121)


def test_the_lags_that_rules_may_ask_for() -> None:
    made = plan(FaultRule(effects=(Lag(seconds=2), Drop())), FaultRule(effects=(Lag(seconds=9),), realm_id="2"))
    assert (made.lags("1"), made.lags("2")) == ({2}, {2, 9})


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        ({}, "effects"),
        ({"effects": []}, "effects"),
        ({"effects": [{"kind": "explode"}]}, "explode"),
        ({"effects": [{"kind": "drop", "when": "never"}]}, "when"),
        ({"effects": [{"kind": "commit_late", "seconds": 121}]}, "seconds"),
        ({"effects": [{"kind": "commit_late"}]}, "seconds"),
        ({"effects": [{"kind": "slow", "seconds": 0}]}, "seconds"),
        ({"effects": [{"kind": "status", "status": 418}]}, "status"),
        ({"effects": [{"kind": "code", "code": "77777"}]}, "77777"),
        ({"effects": [{"kind": "company", "settings": {"nme": "x"}}]}, "nme"),
        ({"effects": [{"kind": "drop", "wen": "after"}]}, "wen"),
        ({"effects": [{"kind": "drop"}], "operation": "explode"}, "operation"),
        ({"effects": [{"kind": "drop"}], "nth": 0}, "nth"),
        ({"effects": [{"kind": "drop"}], "count": 0}, "count"),
        ({"effects": [{"kind": "drop"}], "probability": 1.5}, "probability"),
        ({"effects": [{"kind": "drop"}], "item": -1}, "item"),
        ({"effects": [{"kind": "drop"}], "entty": "Invoice"}, "entty"),
        ({"effects": [{"kind": "drop"}], "entity": "invoice"}, "'invoice' is unknown"),
    ],
)
def test_a_bad_rule_is_refused_by_name(rule: object, word: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=word):
        msgspec.convert(rule, FaultRule)


def _post(rest: str, body: bytes = b"{}", **params: str) -> Call:
    return Call("POST", "1", rest, params, {}, body)


@pytest.mark.parametrize(
    ("call", "acts"),
    [
        (_post("invoice"), [("Invoice", "create")]),
        (_post("invoice", b'{"Id":"7"}'), [("Invoice", "update")]),
        (_post("invoice", operation="delete"), [("Invoice", "delete")]),
        (_post("invoice", operation="void"), [("Invoice", "void")]),
        (_post("payment", operation="update", include="void"), [("Payment", "void")]),
        (_post("invoice", operation="send"), [("Invoice", "other")]),
        (_post("invoice", b"not json"), [("", "other")]),
        (_post("estimate"), [("estimate", "create")]),
        (_post("taxservice/taxcode"), [("", "other")]),
        (_post("query", b"select * from invoice where x"), [("Invoice", "query")]),
        (Call("GET", "1", "query", {"query": "SELECT count(*)  FROM  Term"}), [("Term", "query")]),
        (Call("GET", "1", "query"), [("", "query")]),
        (Call("GET", "1", "invoice/7"), [("Invoice", "read")]),
        (Call("GET", "1", "preferences"), [("Preferences", "read")]),
        (Call("GET", "1", "cdc", {"entities": "Invoice, payment"}), [("Invoice", "cdc"), ("Payment", "cdc")]),
        (Call("GET", "1", "invoice/7/pdf"), [("", "other")]),
        (_post("batch", b"{}"), [("", "other")]),
        (_post("batch", b'{"BatchItemRequest":[1]}'), [("", "other")]),
        (
            _post(
                "batch",
                msgspec.json.encode(
                    {
                        "BatchItemRequest": [
                            {"operation": "create", "Invoice": {}},
                            {"operation": "update", "optionsData": "void", "Payment": {}},
                            {"operation": "merge", "Customer": {}},
                            {"Query": "select * from Item"},
                            {"operation": "create", "Estimate": {}},
                        ]
                    }
                ),
            ),
            [("Invoice", "create"), ("Payment", "void"), ("Customer", "other"), ("Item", "query"), ("", "create")],
        ),
    ],
)
def test_what_a_call_means_to_do(call: Call, acts: list[tuple[str, str]]) -> None:
    assert [(act.entity, act.operation) for act in arrival_of(call).acts] == acts
