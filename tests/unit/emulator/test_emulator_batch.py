"""Batches: independent items in order, options, sizes, what counts for the call as a whole (section 4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from emulator_http import FRESH, SAMPLE, Caller, Emulator

Items = list[dict[str, Any]]


@pytest.fixture
def caller() -> Caller:
    """A caller of the fresh company."""
    return Caller(Emulator())


@pytest.fixture
def old() -> Caller:
    """A caller of the sample company."""
    return Caller(Emulator(), SAMPLE)


def _line(amount: str = "10") -> dict[str, Any]:
    detail = {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": "NON"}}
    return {"Amount": float(amount), "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}


def _invoice(number: str = "A", amount: str = "10") -> dict[str, Any]:
    return {"CustomerRef": {"value": "1"}, "DocNumber": number, "Line": [_line(amount)]}


def _methods(count: int) -> Items:
    return [{"bId": str(n), "operation": "create", "PaymentMethod": {"Name": f"M{n}"}} for n in range(count)]


def _run(caller: Caller, *items: dict[str, Any]) -> Items:
    answers: Items = caller.post("batch", {"BatchItemRequest": list(items)})["BatchItemResponse"]
    return answers


def _codes(answers: Items) -> list[str]:
    return [answer["Fault"]["Error"][0]["code"] if "Fault" in answer else "" for answer in answers]


# As recorded: a create, a delete of something missing, a stale update, a query.
MIXED: Items = [
    {"bId": "bid1", "operation": "create", "Vendor": {"DisplayName": "Boraski"}},
    {"bId": "bid2", "operation": "delete", "Invoice": {"Id": "999", "SyncToken": "0"}},
    {"bId": "bid3", "operation": "update", "Customer": {"Id": "1", "SyncToken": "9", "sparse": True, "Notes": "x"}},
    {"bId": "bid4", "Query": "select * from Item where Id = '4'"},
]


def test_f4_1_entities_operations_and_queries_mix_in_one_call(old: Caller) -> None:
    made, _, _, found = _run(old, *MIXED)
    assert made["Vendor"]["Id"] == "58"
    assert found["QueryResponse"]["maxResults"] == 1


def test_f4_2_a_batch_is_200_whatever_its_items_did_and_undoes_nothing(old: Caller) -> None:
    answer = old.send("POST", "batch", {"BatchItemRequest": MIXED})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert list(answer.json()) == ["BatchItemResponse", "time"]
    assert old.get("vendor/58")["Vendor"]["DisplayName"] == "Boraski"
    only_faults = old.send("POST", "batch", {"BatchItemRequest": MIXED[1:3]})
    assert only_faults.status_code == 200


def test_f4_3_answers_come_in_the_order_of_the_items_with_their_b_ids_last(old: Caller) -> None:
    answers = _run(old, *MIXED)
    assert [answer["bId"] for answer in answers] == ["bid1", "bid2", "bid3", "bid4"]
    assert [list(answer)[-1] for answer in answers] == ["bId"] * 4
    assert "bId" not in _run(old, {"Query": "select * from Term"})[0]


def test_f4_4_items_run_one_after_another_and_cannot_name_each_other(caller: Caller) -> None:
    query = {"bId": "q", "Query": "select count(*) from Customer"}
    make = {"bId": "c1", "operation": "create", "Customer": {"DisplayName": "Ada"}}
    invoice = {"bId": "i1", "operation": "create", "Invoice": {"CustomerRef": {"value": "c1"}, "Line": [_line()]}}
    before, _, after, refused = _run(caller, query, make, {**query, "bId": "r"}, invoice)
    counts = [answer["QueryResponse"]["totalCount"] for answer in (before, after)]
    assert counts == [0, 1]
    assert "Fault" in refused


def test_f4_5_items_have_the_faults_of_single_calls_with_an_element(old: Caller) -> None:
    twice = {"bId": "d", "operation": "create", "Customer": {"DisplayName": "Amy's Bird Sanctuary"}}
    answers = _run(old, *MIXED, twice)
    assert _codes(answers) == ["", "610", "5010", "", "6240"]
    assert answers[1]["Fault"]["Error"][0]["element"] == answers[2]["Fault"]["Error"][0]["element"] == ""
    assert [answer["Fault"]["type"] for answer in answers if "Fault" in answer] == ["ValidationFault"] * 3
    single = old.post("customer", MIXED[2]["Customer"])["Fault"]["Error"][0]
    assert answers[2]["Fault"]["Error"][0] == single


def test_f4_6_create_update_delete_and_void_in_both_forms(caller: Caller) -> None:
    caller.post("customer", {"DisplayName": "Ada"})
    paid = {"CustomerRef": {"value": "1"}, "TotalAmt": 5}
    first, second, third = _run(
        caller,
        {"bId": "1", "operation": "create", "Payment": paid},
        {"bId": "2", "operation": "create", "Payment": paid},
        {"bId": "3", "operation": "create", "Invoice": _invoice()},
    )
    ids = [first["Payment"]["Id"], second["Payment"]["Id"], third["Invoice"]["Id"]]
    bodies = [{"Id": row_id, "SyncToken": "0", "sparse": True} for row_id in ids]
    voided, void, deleted = _run(
        caller,
        {"bId": "1", "operation": "update", "optionsData": "void", "Payment": bodies[0]},
        {"bId": "2", "operation": "void", "Payment": bodies[1]},
        {"bId": "3", "operation": "delete", "Invoice": bodies[2]},
    )
    assert voided["Payment"]["PrivateNote"] == void["Payment"]["PrivateNote"] == "Voided"
    assert deleted["Invoice"] == {"domain": "QBO", "status": "Deleted", "Id": ids[2]}


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({"operation": "send", "Invoice": {"Id": "1"}}, "500"),
        ({"operation": "revert", "Invoice": {"Id": "1"}}, "500"),
        ({"operation": "merge", "Customer": {"Id": "1"}}, "500"),
        ({"Customer": {"DisplayName": "Ada"}}, "500"),
        ({"operation": "create", "Estimate": {}}, "500"),
        ({"operation": "create"}, "2600"),
        ({"operation": "create", "Customer": {}, "Vendor": {}}, "2600"),
        ({"operation": "update", "Customer": {"Notes": "x"}}, "2020"),
        ({"operation": "create", "Customer": 5}, "2010"),
        ({"Query": "select"}, "4000"),
        ({"Query": 5}, "4000"),
    ],
)
def test_f4_6_what_an_item_cannot_be_is_refused_by_itself(caller: Caller, item: dict[str, Any], code: str) -> None:
    answers = _run(caller, {"bId": "x", **item}, {"bId": "t", "Query": "select * from Term"})
    assert _codes(answers) == [code, ""]


def test_f4_7_options_of_an_item_allow_duplicate_numbers(caller: Caller) -> None:
    caller.post("customer", {"DisplayName": "Ada"})
    caller.post("invoice", _invoice())
    first, second = _run(
        caller,
        {"bId": "1", "operation": "create", "Invoice": _invoice()},
        {"bId": "2", "operation": "create", "optionsData": "allowduplicatedocnum", "Invoice": _invoice()},
    )
    assert _codes([first]) == ["6140"]
    assert second["Invoice"]["DocNumber"] == "A"


def test_f4_8_a_batch_holds_thirty_items(caller: Caller) -> None:
    answer = caller.send("POST", "batch", {"BatchItemRequest": _methods(31)})
    assert answer.status_code == 400
    assert answer.json()["Fault"]["Error"][0]["code"] == "1040"
    assert answer.json()["Fault"]["Error"][0]["Message"] == "Batch size exceeds allowed limit"
    made = _run(caller, *_methods(30))
    assert [answer["PaymentMethod"]["Name"] for answer in made] == [f"M{n}" for n in range(30)]


def test_f4_8_a_body_that_is_too_large_is_413_in_html(caller: Caller) -> None:
    caller.emulator.call("PATCH", "/_emulator/options", json={"largest_body": 2_000})
    answer = caller.send("POST", "batch", {"BatchItemRequest": _methods(30)})
    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("text/html")
    assert "413" in answer.text
    assert "intuit_tid" in answer.headers
    assert len(_run(caller, *_methods(5))) == 5


@pytest.mark.parametrize("items", [[*_methods(3), 5], [5], []])
def test_a_batch_that_is_no_valid_one_is_not_begun(caller: Caller, items: Items) -> None:
    table = caller.emulator.world.companies[FRESH].tables["PaymentMethod"]
    count = len(table)
    assert caller.code("batch", {"BatchItemRequest": items}) in ("2010", "2020")
    assert len(table) == count


def test_f4_9_the_queries_of_a_batch_answer_a_thousand_objects_in_all(caller: Caller) -> None:
    for name in range(600):
        caller.emulator.world.companies[FRESH].insert("PaymentMethod", {"Name": f"M{name}", "Active": True})
    items = [{"bId": str(n), "Query": "select * from PaymentMethod maxresults 600"} for n in range(3)]
    assert [answer["QueryResponse"].get("maxResults", 0) for answer in _run(caller, *items)] == [600, 400, 0]


def test_f4_10_whoever_may_not_call_gets_one_answer_for_the_whole_batch() -> None:
    caller = Caller(Emulator(limits="documented"))
    body = {"BatchItemRequest": _methods(2)}
    token, caller.token = caller.token, "gone"
    assert caller.send("POST", "batch", body).status_code == 401
    caller.token, caller.realm = token, SAMPLE
    assert caller.send("POST", "batch", body).status_code == 403
    caller.realm = FRESH
    statuses = [caller.send("POST", "batch", {"BatchItemRequest": _methods(1)}).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


@pytest.mark.parametrize(("option", "fit"), [("not_counted", 40), ("counted", 16)])
def test_f4_11_a_batch_is_one_call_of_500_or_as_many_as_it_has_items(option: str, fit: int) -> None:
    caller = Caller(Emulator(limits="documented", options=(("batch_items", option),)))
    body = {"BatchItemRequest": [{"bId": str(n), "Query": "select count(*) from Term"} for n in range(30)]}
    statuses = []
    for _ in range(41):
        statuses.append(caller.send("POST", "batch", body).status_code)
        caller.emulator.clock.advance(0.2)
    assert statuses == [200] * fit + [429] * (41 - fit)


def test_an_answer_stays_what_it_was_when_the_object_changes_later_in_the_batch(caller: Caller) -> None:
    caller.post("customer", {"DisplayName": "Ada"})
    first, _, third = _run(
        caller,
        {"bId": "1", "Query": "select * from Customer"},
        {"bId": "2", "operation": "create", "Invoice": _invoice(amount="7")},
        {"bId": "3", "Query": "select * from Customer"},
    )
    assert first["QueryResponse"]["Customer"][0]["Balance"] == 0
    assert third["QueryResponse"]["Customer"][0]["Balance"] == Decimal("7.00")
